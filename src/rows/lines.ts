import type { Reason } from "../core/reasons.js";
import { type Block, type BlockOptions, LINE_LIMIT, readBlocks } from "./blocks.js";
import type { FileRow, Row } from "./field.js";
import { faultIn, parseExactJson, parsePythonJson } from "./jsonText.js";
import { rowReason } from "./reasons.js";

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const TAB = 9;
/** Characters of a malformed row that are shown. */
const EXCERPT = 200;

/** A file that was joined to others may begin with a byte order mark in any line. */
function withoutMark(text: string | null): string | null {
  return text !== null && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** A line that is not a row, and why. */
export interface MalformedRow {
  /** The file, if there are several. */
  file?: string;
  /** 1-based. */
  line: number;
  /** Names the reason, which is in words. */
  code: string;
  reason: string;
  /** Its beginning; what is not UTF-8 is replaced. */
  text: string;
}

/** Why a line is not a row. */
export class Malformed {
  readonly reason: Reason;

  constructor(reason: Reason) {
    this.reason = reason;
  }
}

const NOT_UTF8 = new Malformed(rowReason("not-utf8"));
const NOT_JSON = new Malformed(rowReason("not-json"));
/** Values as Python, R and JavaScript print them, which JSON does not have. */
const BARE_WORD =
  /[:,[][ \t]{0,8}(True|TRUE|T|False|FALSE|F|None|none|NONE|Null|NULL|nil|nan|NAN|Nan|[-+]?(?:inf|Inf|INF|infinity)|undefined|NA|<NA>|NaT)[ \t]{0,8}[,}\]]/;
const NOT_AN_OBJECT = new Malformed(rowReason("not-an-object"));

/** Lines are decoded so many bytes at a time: one by one takes longer, and the text of a whole block more memory. */
const PIECE = 1 << 16;

// A byte order mark stays in the text: withoutMark removes it.
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Walks through the lines of a block. `next` moves to the next line that is not blank, `row` reads it:
 *
 *     for (const lines = new Lines(block); lines.next(); ) use(lines.row());
 */
export class Lines {
  readonly bytes: Uint8Array;
  /** Lines passed, the blank ones and the present one among them. */
  line = 0;
  /** Blank lines passed. */
  blank = 0;
  /** The present line without its line end: bytes [start, end). */
  start = 0;
  end = 0;
  /** Where the next line begins. */
  after = 0;
  /** Rows read with a NaN or Infinity in them, which JSON does not have and Python writes. */
  nonFinite = 0;
  readonly #block: Block;
  readonly #limit: number;
  /** The lines from `#from` to `#to`, decoded when their first text is asked for; null if they are not UTF-8. */
  #piece: string | null = null;
  #from = 0;
  #to = 0;
  #ascii = false;
  /** Where the present line, and the next one, begin in that text if it is not ASCII. */
  #textStart = 0;
  #textAfter = 0;

  constructor(block: Block, limit = LINE_LIMIT) {
    this.bytes = quick(block.bytes);
    this.#block = block;
    this.#limit = limit;
    if (block.offset === 0 && block.bytes[0] === 0xef && block.bytes[1] === 0xbb && block.bytes[2] === 0xbf)
      this.after = 3;
  }

  /** Moves on; false if the block has no further row. */
  next(): boolean {
    const { bytes } = this;
    while (this.after < bytes.length) {
      if (bytes[this.after] === NEWLINE && (this.#piece === null || this.#ascii || this.after >= this.#to)) {
        this.#skipEmpty();
        continue;
      }
      this.start = this.after;
      const newline = bytes.indexOf(NEWLINE, this.start);
      this.after = newline < 0 ? bytes.length : newline + 1;
      this.end = newline < 0 ? bytes.length : newline;
      if (this.end > this.start && bytes[this.end - 1] === RETURN) this.end--;
      this.line++;
      if (this.#piece !== null && !this.#ascii && this.start < this.#to) this.#nextText(this.#piece);
      if (!this.#isBlank()) return true;
      this.blank++;
    }
    return false;
  }

  /** The row of the present line, or why it is not one. */
  row(): Row | Malformed {
    const length = this.#block.oversized ?? this.end - this.start;
    if (length > this.#limit) return new Malformed(rowReason("line-too-long", { limit: this.#limit, length }));
    const text = withoutMark(this.text());
    if (text === null) return NOT_UTF8;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      try {
        value = parsePythonJson(text);
        this.nonFinite++;
      } catch {
        const told = faultIn(text);
        if (told !== undefined) return new Malformed(told.fault);
        const [, word] = BARE_WORD.exec(text) ?? [];
        return word === undefined ? NOT_JSON : new Malformed(rowReason("bare-word", { word }));
      }
    }
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Row) : NOT_AN_OBJECT;
  }

  /** The present row, which `row` has read, with integers beyond 2^53 as `bigint`; without, if it is nested too deeply. */
  exactRow(): Row {
    const text = withoutMark(this.text()) ?? "";
    try {
      return parseExactJson(text) as Row;
    } catch {
      try {
        return JSON.parse(text) as Row;
      } catch {
        return parsePythonJson(text) as Row;
      }
    }
  }

  /** The text of the present line; null if it is not UTF-8. */
  text(): string | null {
    const { bytes, start, end, after } = this;
    if (start >= this.#to) this.#decode();
    if (this.#piece === null) return decoded(bytes.subarray(start, end));
    if (this.#ascii) return this.#piece.slice(start - this.#from, end - this.#from);
    // what ends a line is ASCII
    return this.#piece.slice(this.#textStart, this.#textAfter - (after - end));
  }

  /** The beginning of the present line, to be shown. */
  excerpt(): string {
    const { bytes, start, end } = this;
    if (bytes[start] === 0) {
      const told = faultIn(this.text() ?? "");
      if (told !== undefined) return shortened(told.excerpt, false);
    }
    // a character has at most four bytes
    const text = lenient.decode(bytes.subarray(start, Math.min(end, start + 4 * EXCERPT)));
    return shortened(text, end - start > 4 * EXCERPT || this.#block.oversized !== undefined);
  }

  /** A file may consist of empty lines: each byte of them costs little. */
  #skipEmpty(): void {
    const { bytes } = this;
    let end = this.after;
    while (end < bytes.length && bytes[end] === NEWLINE) end++;
    this.line += end - this.after;
    this.blank += end - this.after;
    this.after = end;
  }

  #decode(): void {
    const { bytes, start, after } = this;
    this.#from = start;
    this.#to = Math.max(after, bytes.lastIndexOf(NEWLINE, start + PIECE) + 1);
    this.#piece = decoded(bytes.subarray(start, this.#to));
    if (this.#piece === null) return;
    // only in ASCII there are as many characters as bytes
    this.#ascii = this.#piece.length === this.#to - start;
    this.#textAfter = 0;
    if (!this.#ascii) this.#nextText(this.#piece);
  }

  #nextText(piece: string): void {
    this.#textStart = this.#textAfter;
    this.#textAfter = piece.indexOf("\n", this.#textStart) + 1 || piece.length;
  }

  #isBlank(): boolean {
    for (let i = this.start; i < this.end; i++) {
      const byte = this.bytes[i];
      if (byte !== SPACE && byte !== TAB && byte !== RETURN) return false;
    }
    return this.#block.oversized === undefined;
  }
}

/** Node's Buffer finds a byte in a fifth of the time that a Uint8Array takes: lines are short. */
function quick({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  const { Buffer } = globalThis as { Buffer?: typeof import("node:buffer").Buffer };
  if (Buffer === undefined) return new Uint8Array(buffer, byteOffset, byteLength);
  return Buffer.from(buffer, byteOffset, byteLength);
}

function shortened(text: string, isCut: boolean): string {
  const shown = [...text].slice(0, EXCERPT).join("");
  return shown.length < text.length || isCut ? `${shown}…` : shown;
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

/** A malformed row as results show it. @param line 1-based. */
export function malformedRow(line: number, { reason: { code, message } }: Malformed, text: string): MalformedRow {
  return { line, code, reason: message, text };
}

/**
 * The rows of JSONL, block by block; those of a block are good until the next is asked for.
 *
 * @param fields The fields that are asked for: a row that has one of them twice is at fault.
 */
export async function* jsonlRows(
  chunks: AsyncIterable<Uint8Array>,
  fields: readonly string[] = [],
  options: BlockOptions = {},
): AsyncGenerator<Iterable<FileRow>> {
  const keys = fields.map((name) => JSON.stringify(name));
  let before = 0;
  for await (const block of readBlocks(chunks, options)) {
    const lines = new Lines(block, options.limit ?? LINE_LIMIT);
    yield rowsOf(lines, before, keys);
    before += lines.line;
  }
}

function* rowsOf(lines: Lines, before: number, keys: readonly string[]): Generator<FileRow> {
  while (lines.next()) {
    const line = before + lines.line;
    const strange = lines.nonFinite;
    const row = lines.row();
    if (row instanceof Malformed) yield { line, fault: row.reason, excerpt: () => lines.excerpt() };
    else {
      const exact = () => lines.exactRow();
      yield { line, row, fault: twice(lines, keys), exact, nonFinite: lines.nonFinite > strange };
    }
  }
}

/** Whether the present line has one of the fields twice: JSON.parse quietly takes the last. */
function twice(lines: Lines, keys: readonly string[]): Reason | undefined {
  const text = lines.text() ?? "";
  for (const key of keys) {
    const first = text.indexOf(key);
    if (first < 0 || text.indexOf(key, first + key.length) < 0) continue;
    if (outerKeys(text, key) > 1) return rowReason("field-twice", { field: key });
  }
  return undefined;
}

/** How often the outermost object has a key, both as they are written. */
function outerKeys(text: string, key: string): number {
  let depth = 0;
  let found = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === "{" || sign === "[") depth++;
    else if (sign === "}" || sign === "]") depth--;
    else if (sign === '"') {
      const start = i++;
      while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
      if (depth === 1 && i + 1 - start === key.length && text.startsWith(key, start) && isKey(text, i + 1)) found++;
    }
  }
  return found;
}

function isKey(text: string, after: number): boolean {
  let i = after;
  while (text[i] === " " || text[i] === "\t") i++;
  return text[i] === ":";
}
