import { join } from "node:path";
import { DataError } from "../core/errors.js";
import { type Reason, reasonsOf } from "../core/reasons.js";
import { exists, readText } from "./files.js";
import { writeWhole } from "./write.js";

/** Why an experiment cannot go on in a folder. */
const manifestSentences = {
  "other-experiment": ({ folder, difference }: { folder: string; difference: Reason }) =>
    `${folder} holds another experiment: ${difference.message}; choose another folder`,
  "manifest-not-json": ({ file, what }: { file: string; what: string }) =>
    `${file} must be JSON, the manifest of ${what}`,
  "manifest-of-another-kind": ({ what }: { what: string }) => `its manifest is not that of ${what}`,
  "setting-differs": ({ name, was, now }: Record<"name" | "was" | "now", string>) => `${name} was ${was}, now ${now}`,
  "articles-differ": () => "its articles are others",
  "other-version": () => "it is of another version of pstar",
};

const manifestReason = reasonsOf(manifestSentences);

/** The file of a folder that says which experiment grows in it. */
export const MANIFEST = "manifest.json";

/** What an experiment's results depend on. */
export interface Identity {
  settings: object;
  /** Of the rows that it reads. */
  articles?: string;
  core: string;
}

/** What a manifest says beside the identity. */
export interface ManifestOf {
  schema: string;
  /** What errors call such an experiment: `a news experiment`. */
  what: string;
}

/**
 * Begins the folder of an experiment with its manifest, or goes on with the one that it holds.
 *
 * @param more What a new manifest says beside the identity.
 * @throws DataError if the folder holds another experiment; FileError if it cannot be read or written.
 */
export async function openManifest(
  folder: string,
  of: ManifestOf,
  identity: Identity,
  more: object = {},
): Promise<void> {
  const file = join(folder, MANIFEST);
  if (!(await exists(file))) return writeWhole(file, jsonText({ schema: of.schema, ...more, identity }));
  const manifest = await readManifest(folder, of);
  const difference = differenceOf(manifest?.schema === of.schema ? manifest.identity : null, identity, of);
  if (difference !== undefined) throw new DataError(manifestReason("other-experiment", { folder, difference }));
}

/** The manifest of a folder, as it is; null without one. @throws DataError if it is not JSON. */
export async function readManifest(
  folder: string,
  { what }: ManifestOf,
): Promise<(Record<string, unknown> & { identity?: Partial<Identity> | null }) | null> {
  const file = join(folder, MANIFEST);
  if (!(await exists(file))) return null;
  const text = await readText(file);
  try {
    return JSON.parse(text);
  } catch {
    throw new DataError(manifestReason("manifest-not-json", { file, what }));
  }
}

/** JSON as files of a folder have it. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** How another experiment differs; undefined if it is this one. */
function differenceOf(
  was: Partial<Identity> | null | undefined,
  now: Identity,
  { what }: ManifestOf,
): Reason | undefined {
  if (was?.settings == null) return manifestReason("manifest-of-another-kind", { what });
  const settings = was.settings as Record<string, unknown>;
  for (const [name, value] of Object.entries(now.settings)) {
    const [before, after] = [JSON.stringify(settings[name]), JSON.stringify(value)];
    if (before !== after) return manifestReason("setting-differs", { name, was: String(before), now: String(after) });
  }
  if (was.articles !== now.articles) return manifestReason("articles-differ");
  return was.core === now.core ? undefined : manifestReason("other-version");
}
