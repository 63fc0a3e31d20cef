import type { AuditRecord } from "../audit/result.js";
import { type AuditFields, Unusable } from "../audit/row.js";
import { DataError } from "../core/errors.js";
import { nearest } from "../model/suggest.js";
import { readBlocks } from "../rows/blocks.js";
import { fieldOf, type Row } from "../rows/field.js";
import { Lines, Malformed } from "../rows/lines.js";
import { openSource } from "../rows/source.js";
import { RecordReader } from "./auditRecord.js";

/** A row that could not be used, by its line. */
export interface UnreadableRow {
  /** 1-based. */
  line: number;
  reason: string;
}

/** What reading a file came to, beside the records in it. */
export interface Reading {
  /** Records taken. */
  rows: number;
  /** Records with a human label. */
  audited: number;
  unreadable: { count: number; first: UnreadableRow[] };
}

/** How a file is read. */
export interface ReadingOptions {
  /** Stops at the first row that cannot be used. */
  strict?: boolean;
  signal?: AbortSignal;
  /** Told from time to time how many records were taken, and what share of the file was read (null: nobody knows). */
  onProgress?: (rows: number, share: number | null) => void;
}

/** So many unreadable rows are named; the others are counted. */
export const NAMED = 100;
/** Names of fields are gathered from so many rows, and so many are kept: a file may have a new one in every row. */
const LOOKED_AT = 1000;
const FIELDS_KEPT = 200;
/** So many of them stand in a message. */
const SHOWN = 20;

/**
 * Reads a JSONL file (plain, gzip or zstd) or standard input (`-`), row by row, and gives each record away. Memory holds
 * one block of the file. An aborted reading ends early.
 *
 * @throws DataError where a row cannot be used and `strict` is set, where the file has no rows, or where no row has a
 * field; FileError where the file cannot be read.
 */
export async function readRecords(
  source: string,
  fields: AuditFields,
  take: (record: AuditRecord) => void,
  { strict = false, signal, onProgress }: ReadingOptions = {},
): Promise<Reading> {
  const reading: Reading = { rows: 0, audited: 0, unreadable: { count: 0, first: [] } };
  const seen = new SeenFields(fields);
  const reader = new RecordReader(fields);
  const refuse = (line: number, reason: string) => {
    if (strict) throw new DataError(`${nameOf(source)}, line ${line}: ${reason}`, { line });
    reading.unreadable.count++;
    if (reading.unreadable.first.length < NAMED) reading.unreadable.first.push({ line, reason });
  };
  const bytes = await openSource(source);
  // A pipe may be silent for ever: an abort does not wait for its next row.
  const stop = () => void bytes.close().catch(() => {});
  signal?.addEventListener("abort", stop, { once: true });
  try {
    let before = 0;
    for await (const block of readBlocks(bytes)) {
      if (signal?.aborted) return reading;
      const lines = new Lines(block);
      while (lines.next()) {
        const line = before + lines.line;
        const row = lines.row();
        if (row instanceof Malformed) {
          refuse(line, row.reason);
          continue;
        }
        seen.look(row);
        const record = reader.twice(lines) ?? reader.record(row);
        if (record instanceof Unusable) {
          refuse(line, record.reason);
          continue;
        }
        reading.rows++;
        if (record.correct !== null) reading.audited++;
        take(record);
      }
      before += lines.line;
      onProgress?.(reading.rows, bytes.size === null ? null : bytes.position / bytes.size);
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    await bytes.close();
  }
  if (signal?.aborted) return reading;
  checkUsable(source, reading, seen);
  return reading;
}

/** The names of the fields in the first rows of a file; none where it cannot be read. */
export async function fieldNames(source: string): Promise<string[]> {
  const seen = new SeenFields({ correct: "" });
  const bytes = await openSource(source).catch(() => null);
  if (bytes === null) return [];
  try {
    for await (const block of readBlocks(bytes)) {
      for (const lines = new Lines(block); lines.next(); ) {
        const row = lines.row();
        if (!(row instanceof Malformed)) seen.look(row);
      }
      break;
    }
  } catch {
    return [];
  } finally {
    await bytes.close();
  }
  return seen.names();
}

/** How messages call a source. */
export function nameOf(source: string): string {
  return source === "-" ? "standard input" : source;
}

/** Says what is wrong with a file from which nothing was learned. */
function checkUsable(source: string, { rows, unreadable }: Reading, seen: SeenFields): void {
  const where = nameOf(source);
  if (!seen.any && unreadable.count === 0) throw new DataError(`${where} has no rows`);
  const problem = seen.any ? seen.problem() : undefined;
  if (problem !== undefined) throw new DataError(`${where}: ${problem}`);
  // Rates of a smaller part of a file say nothing of the file.
  if (rows >= unreadable.count) return;
  const [{ line, reason }] = unreadable.first;
  const share = `${unreadable.count} of its ${rows + unreadable.count} rows cannot be used`;
  throw new DataError(`${where}: ${share}; line ${line}: ${reason}`, { line });
}

/** Which of the asked fields any row has, and what else there is to ask for. */
class SeenFields {
  readonly #missing: Map<string, (row: Row) => unknown>;
  readonly #names = new Set<string>();
  #looked = 0;

  constructor(fields: AuditFields) {
    this.#missing = new Map(Object.values(fields).map((name) => [name, fieldOf(name)]));
  }

  get any(): boolean {
    return this.#looked > 0;
  }

  look(row: Row): void {
    for (const [name, of] of this.#missing) if (of(row) !== undefined) this.#missing.delete(name);
    if (this.#looked++ >= LOOKED_AT) return;
    for (const name of Object.keys(row)) if (this.#names.size < FIELDS_KEPT) this.#names.add(name);
  }

  /** Some of them, none long. */
  names(): string[] {
    const some = [...this.#names].slice(0, SHOWN).map((name) => (name.length > 40 ? `${name.slice(0, 39)}…` : name));
    return this.#names.size > SHOWN ? [...some, "…"] : some;
  }

  problem(): string | undefined {
    const [name] = this.#missing.keys();
    if (name === undefined) return undefined;
    const meant = nearest(name, this.#names);
    const fields = this.#names.size === 0 ? "the rows are empty" : `its fields are ${this.names().join(", ")}`;
    return `no row has a field ${JSON.stringify(name)}${meant === undefined ? "" : ` (did you mean ${meant}?)`}; ${fields}`;
  }
}
