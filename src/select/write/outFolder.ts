import { access, readFile, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { FileError } from "../../core/errors.js";
import { fileError } from "../../rows/fileError.js";
import { makeFolder } from "../../rows/files.js";
import { draftOf } from "../../rows/write.js";
import { exportForms } from "../exportForms.js";
import type { FileIdentity } from "../fingerprint.js";
import type { SelectResult } from "../result.js";
import type { ResolvedSettings } from "../settings.js";
import { changesOf } from "./changes.js";

export const SUMMARY = "summary.json";
const JOURNAL = "select.journal";
const SPOOL = "standard-input.spool";

/** What must be the same for a selection to be gone on with. */
export interface Fingerprint {
  schema: "pstar/select-journal@1";
  version: string;
  settings: ResolvedSettings;
  input: FileIdentity | null;
  sources: Record<string, string>;
}

/** The folder of a selection. */
export class OutFolder {
  readonly folder: string;
  readonly journal: string;
  readonly spool: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.journal = join(folder, JOURNAL);
    this.spool = join(folder, SPOOL);
  }

  /** @throws FileError where nothing can be written there. */
  static async open(folder: string): Promise<OutFolder> {
    await makeFolder(folder);
    return new OutFolder(folder);
  }

  /** @throws FileError where a file is to be read that would be written over. */
  checkInput(input: string): void {
    const inside = dirname(resolve(input)) === resolve(this.folder);
    if (!inside || ![SUMMARY, JOURNAL, ...outputNames()].includes(basename(input))) return;
    throw new FileError(`${input} is a file that this selection would write over: another --out keeps it`, {
      got: input,
    });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Forgets whatever an earlier selection has left. */
  async clear(): Promise<void> {
    for (const name of [JOURNAL, SUMMARY, ...outputNames()]) await rm(this.path(name), { force: true });
    await rm(draftOf(this.path(SUMMARY)), { force: true });
    await this.#removeDrafts();
  }

  /** Removes the outputs of an earlier selection that this one has not got, and what was never finished. */
  async tidy(written: readonly string[]): Promise<void> {
    for (const name of outputNames()) if (!written.includes(name)) await rm(this.path(name), { force: true });
    await this.#removeDrafts();
  }

  async #removeDrafts(): Promise<void> {
    for (const name of outputNames()) await rm(draftOf(this.path(name)), { force: true });
    await rm(this.spool, { force: true });
  }

  /**
   * The result of a selection that has ended here, if one has.
   *
   * @throws FileError where it is another one than is wanted now, or a file of somebody else's stands where one would be written.
   */
  async finished(now: Fingerprint): Promise<SelectResult | undefined> {
    const text = await readFile(this.path(SUMMARY), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw fileError("read", this.path(SUMMARY), error);
    });
    if (text === undefined) return this.#checkNothingElse();
    const result = parsed(text);
    if (result?.schema !== "pstar/select@1") {
      throw new FileError(
        `${this.path(SUMMARY)} is not of pstar select; --restart replaces it, another --out keeps it`,
      );
    }
    const { input: _, ...settings } = result.config;
    this.#checkSame({ settings, input: result.input, sources: result.sources, version: result.version }, now);
    if (now.input === null) {
      throw new FileError(
        `${this.folder} holds a selection from standard input, which cannot be compared; --restart begins again, another --out keeps it`,
      );
    }
    return result;
  }

  /** @throws FileError where a journal is of another selection than is wanted now. */
  checkJournal(about: unknown, now: Fingerprint): void {
    this.#checkSame(about as Fingerprint, now);
  }

  #checkSame(there: Omit<Fingerprint, "schema">, now: Fingerprint): void {
    const found = changesOf(there.settings, now.settings);
    for (const [file, hash] of Object.entries(there.sources)) {
      if (now.sources[file] !== undefined && now.sources[file] !== hash) found.push(`${file} has changed`);
    }
    if (there.version !== now.version) found.push(`pstar was ${there.version}, now ${now.version}`);
    if (JSON.stringify(there.input) !== JSON.stringify(now.input)) {
      found.push("the input was another file, or has changed");
    }
    if (found.length === 0) return;
    throw new FileError(
      `${this.folder} holds another selection: ${found.join("; ")}. --restart begins again, another --out keeps both`,
      { got: this.folder },
    );
  }

  /** Without a summary or a journal, what has the name of a result is not from here. */
  async #checkNothingElse(): Promise<undefined> {
    const isThere = (file: string) =>
      access(file).then(
        () => true,
        () => false,
      );
    if (await isThere(this.journal)) return undefined;
    for (const name of outputNames()) {
      if (!(await isThere(this.path(name)))) continue;
      throw new FileError(`${this.path(name)} is there already; --restart replaces it, another --out keeps it`);
    }
    return undefined;
  }
}

/** The names of all files that a selection may write, but for the summary. */
function outputNames(): string[] {
  const names = ["kept", "rejected", "malformed", "random", ...exportForms.map((form) => `kept.${form}`)];
  return names.flatMap((name) => [".jsonl", ".jsonl.gz", ".jsonl.zst"].map((ending) => name + ending));
}

function parsed(text: string): SelectResult | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
