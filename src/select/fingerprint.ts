import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { VERSION } from "../core/version.generated.js";
import { fileError } from "../rows/fileError.js";
import { isAddress } from "../rows/hub.js";
import { isPipe, openRaw } from "../rows/source.js";
import type { SelectionChange, SettingChange } from "./reasons.js";
import type { ResolvedSettings } from "./settings.js";
import { kindOf, type ResolvedVerifier } from "./verifiers/kinds.js";

const END = 65_536;

/** What must be the same for a selection to be gone on with. */
export interface Fingerprint {
  schema: "pstar/select-journal@1";
  version: string;
  settings: ResolvedSettings;
  input: FileIdentity | null;
  sources: Record<string, string>;
}

/** The fingerprint of a selection now. */
export async function fingerprintOf(settings: ResolvedSettings, files: readonly string[]): Promise<Fingerprint> {
  return {
    schema: "pstar/select-journal@1",
    version: VERSION,
    settings,
    input: await identityOf(files),
    sources: await sourcesOf(settings),
  };
}

/** In what a selection that was begun, or finished, differs from one that is asked for now. */
export function changesBetween(there: Omit<Fingerprint, "schema">, now: Fingerprint): SelectionChange[] {
  const changes: SelectionChange[] = settingChanges(there.settings, now.settings).map((change) => ({
    kind: "setting",
    change,
  }));
  for (const [file, hash] of Object.entries(there.sources)) {
    if (now.sources[file] !== undefined && now.sources[file] !== hash) changes.push({ kind: "file", file });
  }
  if (there.version !== now.version) changes.push({ kind: "version", was: there.version, now: now.version });
  if (JSON.stringify(there.input) !== JSON.stringify(now.input)) changes.push({ kind: "input" });
  return changes;
}

/** What tells a file from what it was before, without reading all of it. */
export interface FileIdentity {
  size: number;
  /** When it was written, in milliseconds since 1970. */
  modified: number;
  /** SHA-256 of its first and last 64 kB. */
  ends: string;
}

/** The identity of files as if they were one; null unless each is a regular file (a pipe can be read only once). */
export async function identityOf(files: readonly string[]): Promise<FileIdentity | null> {
  const all: FileIdentity[] = [];
  for (const file of files) {
    const one = isPipe(file) ? null : await identityOfOne(file);
    if (one === null) return null;
    all.push(one);
  }
  if (all.length === 1) return all[0];
  return {
    size: all.reduce((sum, { size }) => sum + size, 0),
    modified: all.reduce((latest, { modified }) => Math.max(latest, modified), 0),
    ends: createHash("sha256").update(JSON.stringify(all)).digest("hex"),
  };
}

/** The identity of a file; null unless it is a regular file. */
export async function identityOfOne(file: string): Promise<FileIdentity | null> {
  if (isAddress(file)) return identityOfRemote(file);
  try {
    const handle = await open(file, "r");
    try {
      const found = await handle.stat();
      if (!found.isFile()) return null;
      const hash = createHash("sha256");
      for (const position of [0, Math.max(0, found.size - END)]) {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(END), 0, END, position);
        hash.update(buffer.subarray(0, bytesRead));
      }
      return { size: found.size, modified: Math.round(found.mtimeMs), ends: hash.digest("hex") };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError("read", file, error);
  }
}

/** The identity of a file of a server by its ETag; null if it has none, or cannot be read from any place. */
async function identityOfRemote(address: string): Promise<FileIdentity | null> {
  const raw = await openRaw(address);
  await raw.close();
  const { size, version, slice } = raw;
  if (size === null || version === undefined || slice === null) return null;
  return { size, modified: 0, ends: createHash("sha256").update(version).digest("hex") };
}

/** SHA-256 of a file. */
async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    if (isPipe(file)) throw new Error("it is a pipe, and is read several times: write it into a file first");
    for await (const chunk of createReadStream(file)) hash.update(chunk);
  } catch (error) {
    throw fileError("read", file, error);
  }
  return hash.digest("hex");
}

/** The hashes of modules, models and rubrics. A mistake in what a verifier needs shows here, before anything is done. */
async function sourcesOf({ verifiers }: ResolvedSettings): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const verifier of verifiers) {
    const { check, sources } = kindOf(verifier);
    await check?.(verifier);
    for (const file of sources?.(verifier) ?? []) hashes[file] = await hashOf(file);
  }
  return hashes;
}

/** A setting by its name, and by the verifier that it is of; its value as text. */
type Values = Map<string, Pick<SettingChange, "setting" | "verifier"> & { text: string }>;

function settingChanges(there: ResolvedSettings, now: ResolvedSettings): SettingChange[] {
  const alike = namesOf(there) === namesOf(now);
  const verifiers = alike ? [verifierValues(there), verifierValues(now)] : [verifierNames(there), verifierNames(now)];
  return [...differences(verifiers[0], verifiers[1]), ...differences(otherValues(there), otherValues(now))];
}

function differences(there: Values, now: Values): SettingChange[] {
  return [...new Map([...there, ...now])].flatMap(([key, { text: _, ...setting }]) => {
    const [was, is] = [there.get(key)?.text ?? "not set", now.get(key)?.text ?? "not set"];
    return was === is ? [] : [{ ...setting, was, now: is }];
  });
}

/** Other verifiers: their settings say no more. */
function verifierNames(settings: ResolvedSettings): Values {
  return new Map([["verifiers", { setting: "verifiers", text: namesOf(settings) }]]);
}

function namesOf({ verifiers }: ResolvedSettings): string {
  const nameOf = (verifier: ResolvedVerifier) => kindOf(verifier).nameOf?.(verifier) ?? verifier.kind;
  return verifiers.map(nameOf).join(" and ");
}

function verifierValues({ verifiers }: ResolvedSettings): Values {
  const values: Values = new Map();
  for (const [i, verifier] of verifiers.entries()) {
    // how long an answer is waited for changes no score
    const about = { ...verifier, kind: undefined, timeout: undefined, restarts: undefined };
    add(values, about, "", verifiers.length === 1 ? undefined : i + 1);
  }
  return values;
}

function otherValues({ verifiers: _, keep, export: form, ...others }: ResolvedSettings): Values {
  const values: Values = new Map();
  const share = keep !== null && "share" in keep ? `${Number((100 * keep.share).toPrecision(12))}%` : keep?.rows;
  add(values, { keep: share, ...others, export: form?.form });
  add(values, { ...form, form: undefined }, "export.");
  return values;
}

/** What is not set is left out. */
function add(values: Values, from: object, prefix = "", verifier?: number): void {
  for (const [name, value] of Object.entries(from)) {
    if (value === null || value === false || value === undefined) continue;
    const setting = prefix + name;
    const text = value === true ? "set" : typeof value === "object" ? JSON.stringify(value) : String(value);
    values.set(`${setting} ${verifier}`, { setting, ...(verifier === undefined ? {} : { verifier }), text });
  }
}
