import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "../../core/errors.js";
import { fileError } from "../../rows/fileError.js";
import { checkOutputs, checkPlaces, exists, makeFolder } from "../../rows/files.js";
import { Lock, type LockOptions } from "../../rows/lock.js";
import { draftOf } from "../../rows/write.js";
import { changesBetween, type Fingerprint } from "../fingerprint.js";
import { exportForms } from "../options.js";
import { selectReason } from "../reasons.js";
import { type SelectResult, selectSchema } from "../result.js";

export const SUMMARY = "summary.json";
const JOURNAL = "select.journal";
const ANSWERS = "judge.answers";
/** The file of the rows that are nearly alike. */
export const NEAR = "near-duplicates";
/** How LLaMA-Factory is told of an export. */
export const INFO = "dataset_info.json";
const SPOOL = "standard-input.spool";

/** The folder of a selection. */
export class OutFolder {
  readonly folder: string;
  readonly journal: string;
  readonly spool: string;
  /** The answers of a judge, which a further selection takes up. */
  readonly answers: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.journal = join(folder, JOURNAL);
    this.spool = join(folder, SPOOL);
    this.answers = join(folder, ANSWERS);
  }

  /** @throws FileError if nothing can be written there. */
  static async open(folder: string): Promise<OutFolder> {
    await makeFolder(folder);
    return new OutFolder(folder);
  }

  /** @throws FileError if a file could not be written, or one that is read would be written over, whatever it is called. */
  check(inputs: readonly string[]): void {
    const names = [SUMMARY, JOURNAL, SPOOL, ANSWERS, ...outputNames()];
    checkPlaces(this.folder, names);
    checkOutputs(names.map(this.path, this), inputs);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** The right to write into the folder. @throws FileError if another process has it. */
  lock(options: LockOptions): Promise<Lock> {
    return Lock.take(this.folder, options);
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
    for (const name of [...outputNames(), "kept.rows", "random.rows", "kept.pairs"])
      await rm(draftOf(this.path(name)), { force: true });
    await rm(this.spool, { force: true });
  }

  /**
   * The result of a selection that has ended here, if one has.
   *
   * @throws FileError if it is another one than is wanted now, or another file is in the place of a result.
   */
  async finished(now: Fingerprint): Promise<SelectResult | undefined> {
    const text = await readFile(this.path(SUMMARY), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw fileError("read", this.path(SUMMARY), error);
    });
    if (text === undefined) return this.#checkNothingElse();
    const result = parsed(text);
    if (result === undefined) {
      throw new FileError(selectReason("not-a-selection", { file: this.path(SUMMARY) }));
    }
    const { input: _, ...settings } = result.config;
    this.#checkSame({ settings, input: result.input, sources: result.sources, version: result.version }, now);
    if (now.input === null) {
      throw new FileError(selectReason("selection-of-a-stream", { folder: this.folder }));
    }
    return result;
  }

  /** @throws FileError if a journal is of another selection than is wanted now. */
  checkJournal(about: unknown, now: Fingerprint): void {
    this.#checkSame(about as Fingerprint, now);
  }

  #checkSame(there: Omit<Fingerprint, "schema">, now: Fingerprint): void {
    const changes = changesBetween(there, now);
    if (changes.length === 0) return;
    throw new FileError(selectReason("other-selection", { folder: this.folder, changes }), { got: this.folder });
  }

  /** Without a summary or a journal, a file with the name of a result is not from here. */
  async #checkNothingElse(): Promise<undefined> {
    if (await exists(this.journal)) return undefined;
    for (const name of outputNames()) {
      if (!(await exists(this.path(name)))) continue;
      throw new FileError(selectReason("file-is-there", { file: this.path(name) }));
    }
    return undefined;
  }
}

/** The names of all files that a selection may write, but for the summary. */
function outputNames(): string[] {
  const names = ["kept", "rejected", "malformed", "random", NEAR, ...exportForms.map((form) => `kept.${form}`)];
  const packings = ["", ".gz", ".zst"];
  return [
    INFO,
    ...names.flatMap((name) => packings.map((packing) => `${name}.jsonl${packing}`)),
    ...["kept", "random"].flatMap((name) => [...packings.map((packing) => `${name}.csv${packing}`), `${name}.parquet`]),
  ];
}

function parsed(text: string): SelectResult | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return selectSchema.safeParse(value).success ? (value as SelectResult) : undefined;
  } catch {
    return undefined;
  }
}
