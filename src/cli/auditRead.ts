import type { AuditRecord } from "../audit/result.js";
import { DataError } from "../core/errors.js";
import { nearest } from "../model/suggest.js";
import { readLines } from "./auditLines.js";
import { type AuditFields, auditRecord, fieldOf, type Row, UnusableRow } from "./auditRecord.js";

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

/** So many unreadable rows are named; the others are counted. */
export const NAMED = 100;
/** Names of fields are gathered from so many rows, and so many are kept: a file may have a new one in every row. */
const LOOKED_AT = 1000;
const FIELDS_KEPT = 200;

/**
 * Reads a JSONL file (plain, gzip or zstd) or standard input (`-`), row by row, and gives each record away.
 *
 * @throws DataError where a row cannot be used and `strict` is set, where the file has no rows, or where no row has a
 * field; FileError where the file cannot be read.
 */
export async function readRecords(
  source: string,
  fields: AuditFields,
  take: (record: AuditRecord) => void,
  { strict = false, signal }: { strict?: boolean; signal?: AbortSignal } = {},
): Promise<Reading> {
  const reading: Reading = { rows: 0, audited: 0, unreadable: { count: 0, first: [] } };
  const seen = new SeenFields(fields);
  for await (const batch of readLines(source)) {
    if (signal?.aborted) break;
    for (const { line, text, reason } of batch) {
      try {
        if (text === null) throw new UnusableRow(reason);
        const row = rowOf(text, fields);
        seen.look(row);
        const record = auditRecord(row, fields);
        reading.rows++;
        if (record.correct !== null) reading.audited++;
        take(record);
      } catch (error) {
        if (!(error instanceof UnusableRow)) throw error;
        if (strict) throw new DataError(`${nameOf(source)}, line ${line}: ${error.message}`, { line });
        reading.unreadable.count++;
        if (reading.unreadable.first.length < NAMED) reading.unreadable.first.push({ line, reason: error.message });
      }
    }
  }
  if (!signal?.aborted) checkUsable(source, reading, seen);
  return reading;
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
  if (rows > 0) return;
  const [{ line, reason }] = unreadable.first;
  throw new DataError(`${where}: none of its ${unreadable.count} rows can be used; line ${line}: ${reason}`, { line });
}

/** The row that a line holds. */
function rowOf(text: string, fields: AuditFields): Row {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    throw new UnusableRow("it is not JSON");
  }
  if (typeof row !== "object" || row === null || Array.isArray(row)) throw new UnusableRow("it is not a JSON object");
  for (const name of Object.values(fields)) {
    if (isTwice(text, name)) throw new UnusableRow(`${name} is there twice`);
  }
  return row as Row;
}

/** Whether the outermost object has a key twice: JSON.parse would quietly take the last. */
function isTwice(text: string, name: string): boolean {
  const key = JSON.stringify(name);
  const first = text.indexOf(key);
  if (first < 0 || text.indexOf(key, first + 1) < 0) return false;
  let depth = 0;
  let found = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === "{" || sign === "[") depth++;
    else if (sign === "}" || sign === "]") depth--;
    else if (sign === '"') {
      const end = endOfString(text, i);
      if (depth === 1 && text.slice(i, end) === key && /^\s*:/.test(text.slice(end, end + 40))) found++;
      i = end - 1;
    }
  }
  return found > 1;
}

function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
  return i + 1;
}

/** Which of the asked fields any row has, and what else there is to ask for. */
class SeenFields {
  readonly #missing: Set<string>;
  readonly #names = new Set<string>();
  #looked = 0;

  constructor(fields: AuditFields) {
    this.#missing = new Set(Object.values(fields));
  }

  get any(): boolean {
    return this.#looked > 0;
  }

  look(row: Row): void {
    for (const name of this.#missing) if (fieldOf(row, name) !== undefined) this.#missing.delete(name);
    if (this.#looked++ >= LOOKED_AT) return;
    for (const name of Object.keys(row)) if (this.#names.size < FIELDS_KEPT) this.#names.add(name);
  }

  problem(): string | undefined {
    const [name] = this.#missing;
    if (name === undefined) return undefined;
    const names = [...this.#names];
    const meant = nearest(name, names);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    const shown = names.slice(0, 20).join(", ") + (names.length > 20 ? ", …" : "");
    return `no row has a field ${JSON.stringify(name)}${hint} The fields are: ${shown || "none"}`.replace(
      /(["\w]) The/,
      "$1. The",
    );
  }
}
