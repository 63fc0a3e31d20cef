import { DataError } from "../core/errors.js";
import type { Reason } from "../core/reasons.js";
import { type Block, type BlockOptions, readBlocks } from "./blocks.js";
import { type FileRow, type Row, SeenFields, withAdvice } from "./field.js";
import { fileReason } from "./fileError.js";
import type { RowForm } from "./form.js";
import { isWideInteger } from "./jsonText.js";
import type { ParquetFile } from "./parquet.js";
import { filesOf } from "./paths.js";
import { rowReason } from "./reasons.js";
import { openRowFile, type RowFile } from "./rowFile.js";
import { type FieldGuess, guessOf, type ShapeName, shapeNames } from "./shapes.js";
import { isPipe, openRaw, unpackedBytes } from "./source.js";
import type { RawFile } from "./unpack.js";

/** How files of rows are read. */
export interface RowFilesOptions {
  /** The form of all of them, or the shape that a tool gives them; left out, told by the content of each. */
  as?: RowForm | ShapeName;
  /** Whether the paths are files as they stand, and no folders or patterns. */
  exact?: boolean;
  /** Told once of each file how it is read, if that is not plain: in which encoding, what is left out. */
  onNote?: (file: string, note: Reason) => void;
}

export interface RowsReadOptions {
  signal?: AbortSignal;
  /** Whether rows have all their fields, even if some are asked for. */
  whole?: boolean;
  /** Told which share of the files was read; null if their size is not known. */
  onProgress?: (share: number | null) => void;
}

/** A block of one of several files: its number from 0, and where it begins in the text of all. */
export interface FileBlock extends Block {
  file: number;
  fileBegin: number;
}

/** Bytes of rows that are read before a signal is looked at: some thousand rows. */
const ROWS_AT_ONCE = 1 << 20;
/** So many of the first rows tell which field is which. */
const LOOKED_AT = 1000;

/** Where to read on. */
export interface BlocksFrom {
  file: number;
  fileBegin: number;
  end: number;
}

/** Files of rows in any form, read one after another as if they were one. */
export class RowFiles {
  /** What results call them. */
  readonly source: string;
  /** What messages call them. */
  readonly name: string;
  readonly paths: readonly string[];
  readonly #options: RowFilesOptions;
  readonly #noted = new Set<string>();
  #checked = false;
  #files: string[] | undefined;

  /** @param paths Files, folders, patterns such as `data/*.jsonl`, addresses, and `-` for standard input. */
  constructor(paths: string | readonly string[], options: RowFilesOptions = {}) {
    this.paths = typeof paths === "string" ? [paths] : paths;
    this.#options = options;
    this.source = this.paths.join(" ");
    this.name = this.paths.map(nameOf).join(", ");
  }

  /** The files that the paths mean. @throws FileError if there are none. */
  async files(): Promise<readonly string[]> {
    this.#files ??= this.#options.exact ? [...this.paths] : await filesOf(this.paths);
    return this.#files;
  }

  /** Whether they can be read only once. */
  get isStream(): boolean {
    return this.paths.some(isPipe);
  }

  /**
   * Reads the rows from the beginning, some at a time; those of a piece are good until the next is asked for. Rows of several
   * files tell theirs. If the signal aborts, the reading ends.
   *
   * @param fields The fields that are asked for: a row that has one of them twice is at fault. All of them if left out.
   * @throws FileError if a file cannot be read, DataError if it is broken.
   */
  async *read(
    fields?: readonly string[],
    { signal, whole, onProgress }: RowsReadOptions = {},
  ): AsyncGenerator<Iterable<FileRow>> {
    const files = await this.files();
    await this.#checkShape();
    for (const [i, path] of files.entries()) {
      if (signal?.aborted) return;
      const raw = await openRaw(path);
      // a pipe may be silent for ever: an abort does not wait for its next row
      const stop = () => void raw.close().catch(() => {});
      signal?.addEventListener("abort", stop, { once: true });
      try {
        const file = await this.#open(raw);
        for await (const rows of file.rows(fields, whole)) {
          const share = raw.size === null ? null : Math.min(1, raw.position / Math.max(1, raw.size));
          onProgress?.(share === null ? null : (i + share) / files.length);
          yield files.length === 1 ? rows : ofFile(rows, nameOf(path));
        }
      } catch (error) {
        if (!signal?.aborted) throw ofPath(error, raw.name);
      } finally {
        signal?.removeEventListener("abort", stop);
        await raw.close();
      }
    }
  }

  /**
   * What the first rows tell: their fields, and which of them is which. Nothing if they can be read only once.
   *
   * @throws DataError if there are none, or they are not of the shape that they must have; FileError if they cannot be read.
   */
  async look(): Promise<{ names: string[]; guess: FieldGuess }> {
    const seen = new SeenFields([]);
    if (this.isStream) return { names: [], guess: this.#guess([], undefined, "") };
    let fault: DataError | undefined;
    for (const path of await this.files()) {
      const { rows, at, first } = await this.#firstRows(path);
      for (const row of rows) seen.look(row);
      if (rows.length > 0) return { names: seen.names(), guess: this.#guess(rows, at, path) };
      if (first === undefined) continue;
      const why = rowReason("row-unusable", { line: first.line, why: withAdvice(first.fault) });
      fault ??= ofPath(new DataError(why, { line: first.line }), nameOf(path)) as DataError;
    }
    throw fault ?? new DataError(rowReason("no-rows", { file: this.name }));
  }

  /** Some of the first rows of a file, and in whose tool's place they stand; if there are none, the first thing that is not a row. */
  async #firstRows(
    path: string,
  ): Promise<{ rows: Row[]; at?: ShapeName; first?: { line: number; fault: Reason } | undefined }> {
    const found: Row[] = [];
    let first: { line: number; fault: Reason } | undefined;
    const raw = await openRaw(path);
    try {
      const file = await openRows(raw, this.#options.as);
      for await (const rows of file.rows()) {
        for (const { line, row, fault } of rows) {
          if (row !== undefined) found.push(row);
          else if (fault !== undefined) first ??= { line, fault };
          if (found.length === LOOKED_AT) break;
        }
        if (found.length > 0) break;
      }
      return { rows: found, ...(file.shape !== undefined && { at: file.shape }), first };
    } catch (error) {
      throw ofPath(error, raw.name);
    } finally {
      await raw.close();
    }
  }

  #guess(rows: readonly Row[], at: ShapeName | undefined, path: string): FieldGuess {
    const as = this.#shape;
    const guess = guessOf(rows, { ...(as !== undefined && { as }), ...(at !== undefined && { at }) });
    if (as !== undefined && guess.fault !== null) throw ofPath(new DataError(guess.fault), nameOf(path));
    return guess;
  }

  /** @throws DataError if a file is not of the shape that all must have. */
  async #checkShape(): Promise<void> {
    if (this.#shape === undefined || this.#checked || this.isStream) return;
    this.#checked = true;
    for (const path of await this.files()) {
      const { rows, at } = await this.#firstRows(path);
      this.#guess(rows, at, path);
    }
  }

  /** What the files must be, if that was said. */
  get as(): RowForm | ShapeName | undefined {
    return this.#options.as;
  }

  get #shape(): ShapeName | undefined {
    return shapeNames.find((name) => name === this.#options.as);
  }

  /**
   * The rows as JSONL in blocks of whole lines, file by file, as if the files were one text. A block is of one file.
   *
   * @param from Where the last block that is not wanted again ended, in the whole text and in which file.
   * @throws as `read`.
   */
  async *blocks(
    from: BlocksFrom | undefined,
    { onProgress, ...options }: BlockOptions & { onProgress?: (bytes: number) => void },
  ): AsyncGenerator<FileBlock> {
    const files = await this.files();
    await this.#checkShape();
    let begin = from?.fileBegin ?? 0;
    let done = 0;
    for (const [i, path] of files.entries()) {
      if (i < (from?.file ?? 0)) continue;
      const start = from !== undefined && i === from.file ? from.end - from.fileBegin : 0;
      const raw = await openRaw(path);
      try {
        const file = await this.#open(raw);
        let end = begin + start;
        for await (const block of readBlocks(file.lines(start), { ...options, offset: end })) {
          onProgress?.(done + raw.position);
          end = block.end;
          yield { ...block, file: i, fileBegin: begin };
        }
        begin = end;
        done += raw.position;
      } catch (error) {
        throw ofPath(error, raw.name);
      } finally {
        await raw.close();
      }
    }
  }

  /** What the files are: their forms, and the delimiter of CSV. */
  async opened(): Promise<Pick<RowFile, "form" | "delimiter">[]> {
    const found: Pick<RowFile, "form" | "delimiter">[] = [];
    for (const path of await this.files()) {
      const raw = await openRaw(path);
      try {
        const { form, delimiter } = await this.#open(raw);
        found.push({ form, delimiter });
      } catch (error) {
        throw ofPath(error, raw.name);
      } finally {
        await raw.close();
      }
    }
    return found;
  }

  /** Gives the files, which are Parquet, to some work, and closes them after it. */
  async withParquet(work: (files: ParquetFile[]) => Promise<void>): Promise<void> {
    const open: RawFile[] = [];
    try {
      const files: ParquetFile[] = [];
      for (const path of await this.files()) {
        const raw = await openRaw(path);
        open.push(raw);
        const { parquet } = await this.#open(raw);
        if (parquet !== undefined) files.push(parquet);
      }
      await work(files);
    } finally {
      for (const raw of open) await raw.close();
    }
  }

  async #open(raw: RawFile): Promise<RowFile> {
    const file = await openRows(raw, this.#options.as);
    if (!this.#noted.has(raw.name)) for (const note of file.notes) this.#options.onNote?.(raw.name, note);
    this.#noted.add(raw.name);
    return file;
  }
}

/** Opens the rows of a file. */
export function openRows(raw: RawFile, as?: RowForm | ShapeName): Promise<RowFile> {
  const { name, size, slice } = raw;
  return openRowFile(
    {
      name,
      peek: (length) => raw.peek(length),
      seek: (position) => raw.seek(position),
      random: slice === null || size === null ? null : { size, slice },
      unpack: (chunks, compression) => unpackedBytes(name, chunks, compression),
    },
    { as, size: ROWS_AT_ONCE },
  );
}

function* ofFile(rows: Iterable<FileRow>, file: string): Generator<FileRow> {
  for (const row of rows) yield Object.assign(row, { file });
}

/** What is wrong with a file, whose name the message begins with. */
export function ofPath(error: unknown, name: string): unknown {
  if (!(error instanceof DataError) || error.code === "") return error;
  const { code, params, message, line } = error;
  return new DataError({ code, params, message: `${name}: ${message}` }, { line }, { cause: error });
}

/** How messages call a file. */
export function nameOf(path: string): string {
  return path === "-" ? "standard input" : path;
}

export interface RowsOfOptions {
  signal?: AbortSignal;
  /** The form of the files, or the shape that a tool gives them; left out, told by the content of each. */
  as?: RowForm | ShapeName;
  /** Takes what is not a row; left out, the first such place ends the reading with an error. */
  onMalformed?: (fault: { file: string; line: number; reason: string }) => void;
}

/**
 * The rows of files as objects, one by one: JSONL, JSON lists, CSV, Parquet and Arrow, by content, plain or
 * packed by gzip or zstd.
 * Integers beyond 2^53 are `bigint`, so that ids stay exact; cells of CSV are texts.
 *
 * @param paths Files, folders, patterns such as `data/*.jsonl`, and `-` for standard input.
 * @throws FileError if a file cannot be read; DataError if it is broken, or a line is not a row and no listener takes it; the
 * signal's reason if it aborts.
 * @example
 * for await (const row of rowsOf("answers.parquet")) console.log(row.question);
 */
export async function* rowsOf(
  paths: string | readonly string[],
  { signal, as, onMalformed }: RowsOfOptions = {},
): AsyncGenerator<Row> {
  signal?.throwIfAborted();
  const files = new RowFiles(paths, { as });
  const all = await files.files();
  for await (const rows of files.read(undefined, { signal })) {
    for (const { line, row, fault, exact, file = nameOf(all[0]) } of rows) {
      signal?.throwIfAborted();
      if (row === undefined || fault !== undefined) {
        const reason = fault?.message ?? "";
        if (onMalformed === undefined)
          throw new DataError(fileReason("line-not-a-row", { file, line, why: reason }), { line });
        onMalformed({ file, line, reason });
      } else yield hasWideInteger(row) ? (exact?.() ?? row) : row;
    }
  }
  signal?.throwIfAborted();
}

function hasWideInteger(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isWideInteger(value);
  return Object.values(value).some(hasWideInteger);
}
