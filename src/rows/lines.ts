import { isAscii, isUtf8 } from "node:buffer";
import { type Block, LINE_LIMIT } from "./blocks.js";
import type { Row } from "./field.js";
import { parseExactJson, parsePythonJson } from "./json.js";

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const TAB = 9;
/** Characters of a malformed row that are shown. */
const EXCERPT = 200;

/** A line that is no row, and why. */
export interface MalformedRow {
  /** 1-based. */
  line: number;
  reason: string;
  /** Its beginning; what is not UTF-8 is replaced. */
  text: string;
}

/** Why a line is no row. */
export class Malformed {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

const NOT_UTF8 = new Malformed("not UTF-8");
const NOT_JSON = new Malformed("not JSON");
const NOT_AN_OBJECT = new Malformed("not a JSON object");

/**
 * Walks through the lines of a block. `next` moves to the next line that is not blank, `row` reads it:
 *
 *     for (const lines = new Lines(block); lines.next(); ) use(lines.row());
 */
export class Lines {
  readonly bytes: Buffer;
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
  readonly #ascii: boolean;
  readonly #utf8: boolean;

  constructor(block: Block, limit = LINE_LIMIT) {
    this.bytes = block.bytes;
    this.#block = block;
    this.#limit = limit;
    this.#ascii = isAscii(block.bytes);
    this.#utf8 = this.#ascii || isUtf8(block.bytes);
    if (block.offset === 0 && block.bytes[0] === 0xef && block.bytes[1] === 0xbb && block.bytes[2] === 0xbf)
      this.after = 3;
  }

  /** Moves on; false where the block has no further row. */
  next(): boolean {
    const { bytes } = this;
    while (this.after < bytes.length) {
      this.start = this.after;
      const newline = bytes.indexOf(NEWLINE, this.start);
      this.after = newline < 0 ? bytes.length : newline + 1;
      this.end = newline < 0 ? bytes.length : newline;
      if (this.end > this.start && bytes[this.end - 1] === RETURN) this.end--;
      this.line++;
      if (!this.#isBlank()) return true;
      this.blank++;
    }
    return false;
  }

  /** The row of the present line, or why it is none. */
  row(): Row | Malformed {
    const { bytes, start, end } = this;
    const length = this.#block.oversized ?? end - start;
    if (length > this.#limit) return new Malformed(`longer than ${this.#limit} bytes: ${length}`);
    if (!this.#utf8 && !isUtf8(bytes.subarray(start, end))) return NOT_UTF8;
    const text = this.#text();
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
    const text = this.#text();
    try {
      return parseExactJson(text) as Row;
    } catch {
      return JSON.parse(text) as Row;
    }
  }

  #text(): string {
    const { bytes, start, end } = this;
    return this.#ascii ? bytes.toString("latin1", start, end) : bytes.toString("utf8", start, end);
  }

  /** The beginning of the present line, to be shown. */
  excerpt(): string {
    const { bytes, start, end } = this;
    // a character has at most four bytes
    const text = bytes.toString("utf8", start, Math.min(end, start + 4 * EXCERPT));
    const shown = [...text].slice(0, EXCERPT).join("");
    return shown.length < text.length || end - start > 4 * EXCERPT || this.#block.oversized ? `${shown}…` : shown;
  }

  #isBlank(): boolean {
    for (let i = this.start; i < this.end; i++) {
      const byte = this.bytes[i];
      if (byte !== SPACE && byte !== TAB && byte !== RETURN) return false;
    }
    return this.#block.oversized === undefined;
  }
}
