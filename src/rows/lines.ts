import { type Block, LINE_LIMIT } from "./blocks.js";
import type { Row } from "./field.js";
import { parseExactJson, parsePythonJson } from "./json.js";
import { rowReason } from "./reasons.js";

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const TAB = 9;
/** Characters of a malformed row that are shown. */
const EXCERPT = 200;

/** A line that is not a row, and why. */
export interface MalformedRow {
  /** 1-based. */
  line: number;
  reason: string;
  /** Its beginning; what is not UTF-8 is replaced. */
  text: string;
}

/** Why a line is not a row. */
export class Malformed {
  readonly code: string;
  readonly reason: string;

  constructor({ code, message }: { code: string; message: string }) {
    this.code = code;
    this.reason = message;
  }
}

const NOT_UTF8 = new Malformed(rowReason("not-utf8"));
const NOT_JSON = new Malformed(rowReason("not-json"));
const NOT_AN_OBJECT = new Malformed(rowReason("not-an-object"));

// Bytes at the beginning of a block that look like a BOM are cut off below, and only at the beginning of a file.
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
  /** All of the block, decoded when its first row is read: line by line takes longer. Null if it is not UTF-8. */
  #whole: string | null | undefined;
  #ascii = false;
  /** Where the present line, and the next one, begin in that text; in ASCII these are `start` and `after`. */
  #textStart = 0;
  #textAfter = 0;

  constructor(block: Block, limit = LINE_LIMIT) {
    this.bytes = block.bytes;
    this.#block = block;
    this.#limit = limit;
    if (block.offset === 0 && block.bytes[0] === 0xef && block.bytes[1] === 0xbb && block.bytes[2] === 0xbf)
      this.after = 3;
  }

  /** Moves on; false if the block has no further row. */
  next(): boolean {
    const { bytes } = this;
    while (this.after < bytes.length) {
      this.start = this.after;
      const newline = bytes.indexOf(NEWLINE, this.start);
      this.after = newline < 0 ? bytes.length : newline + 1;
      this.end = newline < 0 ? bytes.length : newline;
      if (this.end > this.start && bytes[this.end - 1] === RETURN) this.end--;
      this.line++;
      if (typeof this.#whole === "string" && !this.#ascii) this.#nextText(this.#whole);
      if (!this.#isBlank()) return true;
      this.blank++;
    }
    return false;
  }

  /** The row of the present line, or why it is not one. */
  row(): Row | Malformed {
    const length = this.#block.oversized ?? this.end - this.start;
    if (length > this.#limit) return new Malformed(rowReason("line-too-long", { limit: this.#limit, length }));
    const text = this.text();
    if (text === null) return NOT_UTF8;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      try {
        value = parsePythonJson(text);
        this.nonFinite++;
      } catch {
        return NOT_JSON;
      }
    }
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Row) : NOT_AN_OBJECT;
  }

  /** The present row, which `row` has read, with integers beyond 2^53 as `bigint`; without, if it is nested too deeply. */
  exactRow(): Row {
    const text = this.text() ?? "";
    try {
      return parseExactJson(text) as Row;
    } catch {
      return JSON.parse(text) as Row;
    }
  }

  /** The text of the present line; null if it is not UTF-8. */
  text(): string | null {
    const { bytes, start, end } = this;
    if (this.#whole === undefined) this.#decode();
    if (this.#whole === null) return decoded(bytes.subarray(start, end));
    if (this.#ascii) return (this.#whole as string).slice(start, end);
    const text = (this.#whole as string).slice(this.#textStart, this.#textAfter);
    return this.after === end ? text : text.slice(0, end - this.after);
  }

  /** The beginning of the present line, to be shown. */
  excerpt(): string {
    const { bytes, start, end } = this;
    // a character has at most four bytes
    const text = lenient.decode(bytes.subarray(start, Math.min(end, start + 4 * EXCERPT)));
    const shown = [...text].slice(0, EXCERPT).join("");
    return shown.length < text.length || end - start > 4 * EXCERPT || this.#block.oversized ? `${shown}…` : shown;
  }

  #decode(): void {
    const { bytes } = this;
    this.#whole = decoded(bytes);
    if (this.#whole === null) return;
    // Only in ASCII there are as many characters as bytes.
    this.#ascii = this.#whole.length === bytes.length;
    if (this.#ascii) return;
    this.#textAfter = this.#block.offset === 0 && this.#whole.startsWith("\ufeff") ? 1 : 0;
    for (let line = 0; line < this.line; line++) this.#nextText(this.#whole);
  }

  #nextText(whole: string): void {
    this.#textStart = this.#textAfter;
    this.#textAfter = whole.indexOf("\n", this.#textStart) + 1 || whole.length;
  }

  #isBlank(): boolean {
    for (let i = this.start; i < this.end; i++) {
      const byte = this.bytes[i];
      if (byte !== SPACE && byte !== TAB && byte !== RETURN) return false;
    }
    return this.#block.oversized === undefined;
  }
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}
