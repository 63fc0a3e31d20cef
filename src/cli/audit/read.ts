import type { AuditRecord } from "../../audit/result.js";
import { type AuditFields, Unusable } from "../../audit/row.js";
import { DataError } from "../../core/errors.js";
import { readBlocks } from "../../rows/blocks.js";
import { Lines, Malformed } from "../../rows/lines.js";
import { SeenFields, withAdvice } from "../../rows/seenFields.js";
import { openSource } from "../../rows/source.js";
import { RecordReader } from "./record.js";

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
  const seen = new SeenFields(Object.values(fields));
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
  const seen = new SeenFields([]);
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
  const all = rows + unreadable.count;
  const share = all === 1 ? "its only row cannot be used" : `${unreadable.count} of its ${all} rows cannot be used`;
  throw new DataError(`${where}: ${share}; line ${line}: ${withAdvice(reason)}`, { line });
}
