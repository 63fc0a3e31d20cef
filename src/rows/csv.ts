import { DataError } from "../core/errors.js";
import { distinctNames, type FileRow, type Row } from "./field.js";
import { rowLine, wellFormed } from "./jsonText.js";
import { rowReason } from "./reasons.js";

/** A record, and the line that it begins on. */
export interface CsvRecord {
  /** 1-based. */
  line: number;
  fields: string[];
}

export interface CsvOptions {
  /** @default "," */
  delimiter?: string;
  /** Characters that a record may have. */
  limit?: number;
}

/** A longer record would hardly be one: a quotation mark is missing, or a line end. */
const LONGEST = 1 << 26;
/** A field that a caller keeps holds the text it was cut from in memory: so that is short. */
const PIECE = 1 << 16;
const QUOTE = 34;
const NEWLINE = 10;
const RETURN = 13;

/** Where the reader is: at the beginning of a field, within one, within a quoted one, behind a quotation mark in that. */
const Place = { start: 0, plain: 1, quoted: 2, behindQuote: 3 } as const;
type Place = (typeof Place)[keyof typeof Place];

/**
 * The records of CSV as RFC 4180 has it, some at a time: a field in quotation marks may hold line ends, and two quotation
 * marks are one. A quotation mark within a field that does not begin with one is an ordinary character. Empty lines and a
 * byte order mark are left out.
 *
 * @throws DataError if it is not UTF-8, a quotation mark is never closed or closed amid a field, or a record is too long.
 */
export async function* csvRecords(
  chunks: AsyncIterable<Uint8Array>,
  { delimiter = ",", limit = LONGEST }: CsvOptions = {},
): AsyncGenerator<CsvRecord[]> {
  const reader = new CsvReader(delimiter.charCodeAt(0), limit);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (cause) {
      const line = reader.line + linesBeforeFault(chunk ?? new Uint8Array(0));
      throw new DataError(rowReason("csv-not-utf8", { line }), { line }, { cause });
    }
  };
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += PIECE)
      yield reader.take(decode(chunk.subarray(start, start + PIECE)));
  }
  yield reader.take(decode());
  yield reader.end();
}

/** Lines before the first that is not UTF-8 by itself. */
function linesBeforeFault(bytes: Uint8Array): number {
  for (let lines = 0, start = 0; ; lines++) {
    const end = bytes.indexOf(NEWLINE, start);
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(start, end < 0 ? bytes.length : end));
    } catch {
      return lines;
    }
    if (end < 0) return 0;
    start = end + 1;
  }
}

class CsvReader {
  /** The line at hand. */
  line = 1;
  readonly #delimiter: number;
  readonly #limit: number;
  #place: Place = Place.start;
  #fields: string[] = [];
  /** What of the present field came in earlier pieces. */
  #field = "";
  /** The lines on which the record and its last quoted field begin. */
  #recordLine = 1;
  #quoteLine = 1;
  /** Whether the field at hand, or the only one, was quoted: an empty line has none that is. */
  #quoted = false;
  #afterReturn = false;

  constructor(delimiter: number, limit: number) {
    this.#delimiter = delimiter;
    this.#limit = limit;
  }

  take(text: string): CsvRecord[] {
    const records: CsvRecord[] = [];
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const sign = text.charCodeAt(i);
      // a file may consist of empty lines: each costs little
      if ((sign === NEWLINE || sign === RETURN) && this.#place === Place.start && this.#fields.length === 0) {
        if (sign === RETURN || !this.#afterReturn) this.#recordLine = ++this.line;
        this.#afterReturn = sign === RETURN;
        from = i + 1;
        continue;
      }
      if (this.#afterReturn) {
        this.#afterReturn = false;
        if (sign === NEWLINE) {
          from = i + 1;
          continue;
        }
      }
      if (this.#place === Place.quoted) {
        if (sign === NEWLINE) this.line++;
        else if (sign === QUOTE) {
          this.#field += text.slice(from, i);
          this.#place = Place.behindQuote;
        }
        continue;
      }
      if (sign === QUOTE && this.#place !== Place.plain) {
        if (this.#place === Place.start) this.#quoteLine = this.line;
        from = this.#place === Place.start ? i + 1 : i; // of two quotation marks the second is the field's
        this.#place = Place.quoted;
        this.#quoted = true;
        continue;
      }
      const ends = sign === NEWLINE || sign === RETURN;
      if (ends || sign === this.#delimiter) {
        if (this.#place === Place.plain) this.#field += text.slice(from, i);
        this.#fields.push(this.#field);
        this.#field = "";
        this.#place = Place.start;
        if (ends) {
          this.#endRecord(records);
          this.#afterReturn = sign === RETURN;
        }
        from = i + 1;
      } else if (this.#place === Place.start) {
        this.#place = Place.plain;
        from = i;
      } else if (this.#place === Place.behindQuote) throw this.#closedEarly();
    }
    if (this.#place === Place.plain || this.#place === Place.quoted) this.#field += text.slice(from);
    this.#checkLength();
    return records;
  }

  /** The last record, if it has no line end. */
  end(): CsvRecord[] {
    if (this.#place === Place.quoted) throw this.#neverClosed();
    const records: CsvRecord[] = [];
    if (this.#place === Place.start && this.#fields.length === 0) return records;
    this.#fields.push(this.#field);
    this.#endRecord(records);
    return records;
  }

  #endRecord(records: CsvRecord[]): void {
    this.#checkLength();
    const isEmpty = this.#fields.length === 1 && this.#fields[0] === "" && !this.#quoted;
    if (!isEmpty) records.push({ line: this.#recordLine, fields: this.#fields });
    this.#fields = [];
    this.#field = "";
    this.#quoted = false;
    this.#recordLine = ++this.line;
  }

  #checkLength(): void {
    let length = this.#field.length;
    for (const field of this.#fields) length += field.length;
    if (length <= this.#limit) return;
    if (this.#place === Place.quoted) throw this.#neverClosed();
    const line = this.#recordLine;
    throw new DataError(rowReason("csv-too-long", { line, limit: this.#limit }), { line });
  }

  #neverClosed(): DataError {
    const line = this.#quoteLine;
    return new DataError(rowReason("csv-quote-open", { line }), { line });
  }

  #closedEarly(): DataError {
    const line = this.#quoteLine;
    return new DataError(rowReason("csv-quote-closed", { opened: line, closed: this.line }), { line });
  }
}

/** How a CSV file is written. */
export interface CsvDialect {
  delimiter: string;
  /** Lines before the headings: `sep=;`, which Excel reads and leaves out. */
  skip: number;
}

const DELIMITERS = [",", ";", "\t", "|"];
/** So many records are looked at. */
const LOOKED_AT = 200;

/**
 * The dialect of a text that may be CSV: that delimiter which parts the most records into as many cells as there are headings.
 *
 * @param text The beginning of the text. @param whole Whether it is all of it. @param lenient Whether headings alone suffice.
 * @returns Undefined if no delimiter does so for most records.
 */
export function csvDialect(text: string, whole: boolean, lenient = false): CsvDialect | undefined {
  const [, named] = /^sep=(.)\r?\n/.exec(text) ?? [];
  if (named !== undefined) return { delimiter: named, skip: 1 };
  let best: { delimiter: string; share: number; cells: number } | undefined;
  for (const delimiter of DELIMITERS) {
    const counts = cellCounts(text, delimiter, whole);
    const [cells = 0, ...others] = counts;
    if (cells < 2 || (others.length === 0 && !lenient)) continue;
    const share = others.length === 0 ? 1 : others.filter((count) => count === cells).length / others.length;
    if (share <= 0.5 && !lenient) continue;
    if (best === undefined || share > best.share || (share === best.share && cells > best.cells))
      best = { delimiter, share, cells };
  }
  return best && { delimiter: best.delimiter, skip: 0 };
}

/** How many cells each of the first records has. */
function cellCounts(text: string, delimiter: string, whole: boolean): number[] {
  const counts: number[] = [];
  let [cells, quoted, atStart, isEmpty] = [1, false, true, true];
  for (let i = 0; i < text.length && counts.length < LOOKED_AT; i++) {
    const sign = text[i];
    if (quoted) {
      if (sign === '"') quoted = false;
      continue;
    }
    if (sign === '"' && (atStart || text[i - 1] === '"')) quoted = true;
    else if (sign === delimiter) cells++;
    else if (sign === "\n" || sign === "\r") {
      if (!isEmpty) counts.push(cells);
      cells = 1;
      isEmpty = true;
      atStart = true;
      continue;
    }
    atStart = sign === delimiter;
    isEmpty = false;
  }
  if (whole && !isEmpty && !quoted) counts.push(cells);
  return counts;
}

interface CsvRowsOptions {
  dialect?: CsvDialect;
  limit?: number;
  /** Fields that are asked for: a table with such a heading twice leaves open which of the two is meant. */
  asked?: readonly string[];
  onNames?: (names: string[]) => void;
}

/** A heading that a table has twice, by the beginning of its text; undefined if there is none. */
export async function headingTwice(head: Uint8Array, dialect: CsvDialect): Promise<string | undefined> {
  async function* once() {
    yield head;
  }
  try {
    for await (const records of csvRecords(once(), { delimiter: dialect.delimiter })) {
      const headings = records[dialect.skip]?.fields.map((name) => name.trim()) ?? [];
      const known = new Set<string>();
      return headings.find((name) => name !== "" && (known.has(name) || !known.add(name)));
    }
  } catch {
    // whoever reads the table says what is wrong with it
  }
  return undefined;
}

/**
 * The rows of CSV, whose first record has the names of the fields. A row with fewer or more cells than names is at fault: it
 * leaves open which cell is which.
 *
 * @param options.onNames Told the names, before any row. Of two equal names the second is called `name.1`, as pandas does.
 */
export async function* csvRows(
  chunks: AsyncIterable<Uint8Array>,
  { dialect, limit, asked = [], onNames }: CsvRowsOptions = {},
): AsyncGenerator<FileRow[]> {
  const { delimiter = ",", skip = 0 } = dialect ?? {};
  let names: string[] | undefined;
  let skipped = 0;
  for await (const records of csvRecords(chunks, { delimiter, limit })) {
    const rows: FileRow[] = [];
    for (const { line, fields } of records) {
      if (skipped < skip) skipped++;
      else if (names === undefined) {
        const headings = fields.map((name) => name.trim());
        const twice = asked.find((name) => headings.indexOf(name) < headings.lastIndexOf(name));
        if (twice !== undefined) throw new DataError(rowReason("heading-twice", { name: twice }));
        names = distinctNames(headings);
        onNames?.(names);
      } else if (fields.length === names.length) {
        const entries = names.map((name, i) => [name, fields[i]]);
        rows.push({ line, row: Object.fromEntries(entries) });
      } else {
        const fault = rowReason("csv-fields", { fields: fields.length, names: names.length });
        rows.push({ line, fault, excerpt: () => fields.join(delimiter) });
      }
    }
    yield rows;
  }
}

/** Bytes that are written at a time, about. */
const WRITTEN = 1 << 18;

/** Writes rows as CSV with headings; lists and objects as JSON, and what a row does not have as an empty cell. */
export async function writeCsv(
  rows: AsyncIterable<Row>,
  names: readonly string[],
  delimiter: string,
  put: (bytes: Uint8Array) => Promise<void> | void,
): Promise<void> {
  const cell = (text: string) =>
    text.includes('"') || text.includes(delimiter) || /[\r\n]|^\s|\s$/.test(text)
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  const record = (cells: string[]) => {
    // an empty line would be no record
    const text = cells.length === 1 && cells[0] === "" ? '""' : cells.join(delimiter);
    return `${text}\n`;
  };
  const encoder = new TextEncoder();
  let text = record(names.map(cell));
  for await (const row of rows) {
    text += record(names.map((name) => cell(cellText(row[name]))));
    if (text.length < WRITTEN) continue;
    await put(encoder.encode(text));
    text = "";
  }
  await put(encoder.encode(text));
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return wellFormed(value);
  return typeof value === "object" ? rowLine(value as Row) : String(value);
}
