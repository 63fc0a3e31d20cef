import { DataError } from "../core/errors.js";
import { rowReason } from "./reasons.js";

/**
 * How rows lie in a JSON text that is not one row a line: the elements of a list, those of the list under a key of an object, or of an
 * object in it, or values one after another, over any lines.
 */
export type JsonLayout = { kind: "list" } | { kind: "key"; path: readonly string[] } | { kind: "values" };

const ROOM = 1 << 18;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;
/** A control character, which no string of JSON may have: a line end in a string must not become a space unseen. */
const FORBIDDEN = 1;

/** Where the reader is: before the list, between its elements, within one, in the object around it, or behind it all. */
const Place = { before: 0, between: 1, element: 2, around: 3, after: 4 } as const;
type Place = (typeof Place)[keyof typeof Place];

/**
 * The rows of a JSON text, each on a line of its own with its bytes as they are, but for line ends, which become spaces. The
 * values are not parsed, so that what is malformed in a row is found by whoever reads its line; here only the structure around
 * them is checked. Memory holds one piece.
 *
 * @throws DataError if the text is truncated, or something is between or behind the rows.
 */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>, layout: JsonLayout): AsyncGenerator<Uint8Array> {
  const splitter = new JsonSplitter(layout);
  for await (const chunk of chunks) {
    splitter.take(chunk);
    for (const piece of splitter.pieces()) yield piece;
  }
  splitter.end();
  for (const piece of splitter.pieces(true)) yield piece;
}

class JsonSplitter {
  /** Of an object around the list: the keys on the way to it. */
  readonly #path: readonly string[] | undefined;
  readonly #isList: boolean;
  #place: Place;
  /** Open brackets, within an element or around it. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Whether the element at hand is a number or a word, which ends with what follows it. */
  #isBare = false;
  /** Of a list: whether a comma, or nothing yet, came last. */
  #mayBegin = true;
  #afterComma = false;
  #rows = 0;
  /** Of an object around a list: how many of the keys on the way to it are behind, at the depth of the last of these. */
  #reached = 0;
  /** The key at hand, and what of it and its colon was read. */
  #keyBytes: number[] = [];
  #expectKey = true;
  #colon = false;
  #found = false;
  #room = new Uint8Array(ROOM);
  #filled = 0;
  #ready: Uint8Array[] = [];

  constructor(layout: JsonLayout) {
    this.#path = layout.kind === "key" ? layout.path : undefined;
    this.#isList = layout.kind !== "values";
    this.#place = layout.kind === "values" ? Place.between : Place.before;
  }

  take(chunk: Uint8Array): void {
    for (let i = 0; i < chunk.length; ) {
      if (this.#place === Place.element) i = this.#element(chunk, i);
      else this.#structure(chunk[i++]);
    }
  }

  /** What is ready to be given away. */
  pieces(all = false): Uint8Array[] {
    if (all && this.#filled > 0) this.#flush();
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  end(): void {
    if (this.#place === Place.element && this.#isBare && !this.#isList) this.#endElement();
    const complete = this.#isList ? this.#place === Place.after : this.#place === Place.between;
    if (!complete) throw this.#broken("json-truncated");
    if (this.#path !== undefined && !this.#found) throw this.#broken("json-structure");
  }

  /** Copies the element at hand up to its end or the end of the chunk, and says where that is. */
  #element(chunk: Uint8Array, start: number): number {
    let from = start;
    for (let i = start; i < chunk.length; i++) {
      const byte = chunk[i];
      if (byte === NEWLINE || byte === RETURN) {
        if (this.#isBare && !this.#inString) return this.#endAt(chunk, from, i);
        this.#copy(chunk, from, i);
        this.#put(this.#inString ? FORBIDDEN : SPACE);
        from = i + 1;
      } else if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) {
          this.#inString = false;
          if (this.#depth === 0) return this.#endAt(chunk, from, i + 1);
        }
      } else if (this.#isBare) {
        if (byte === COMMA || byte === CLOSE_LIST || isSpace(byte)) return this.#endAt(chunk, from, i);
      } else if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN || byte === OPEN_LIST) this.#depth++;
      else if ((byte === CLOSE || byte === CLOSE_LIST) && --this.#depth === 0) return this.#endAt(chunk, from, i + 1);
    }
    this.#copy(chunk, from, chunk.length);
    return chunk.length;
  }

  #endAt(chunk: Uint8Array, from: number, to: number): number {
    this.#copy(chunk, from, to);
    this.#endElement();
    return to;
  }

  #endElement(): void {
    this.#put(NEWLINE);
    this.#place = Place.between;
    this.#mayBegin = !this.#isList;
    this.#depth = 0;
    this.#rows++;
  }

  #structure(byte: number): void {
    if (isSpace(byte) && !this.#inString) return;
    switch (this.#place) {
      case Place.before:
        if (this.#path === undefined && byte === OPEN_LIST) this.#place = Place.between;
        else if (this.#path !== undefined && byte === OPEN) {
          this.#place = Place.around;
          this.#depth = 1;
        } else throw this.#broken("json-structure");
        return;
      case Place.between:
        if (this.#isList && byte === CLOSE_LIST && !this.#afterComma) {
          this.#place = this.#path === undefined ? Place.after : Place.around;
          this.#depth = this.#path === undefined ? 0 : this.#path.length;
        } else if (this.#isList && byte === COMMA && !this.#mayBegin) {
          this.#mayBegin = true;
          this.#afterComma = true;
        } else if (this.#mayBegin && byte !== COMMA && byte !== CLOSE_LIST && byte !== CLOSE) this.#begin(byte);
        else throw this.#broken("json-structure");
        return;
      case Place.around:
        this.#around(byte);
        return;
      case Place.after:
        throw this.#broken("json-trailing");
      case Place.element:
        return;
      default:
        this.#place satisfies never;
        throw new Error("unknown place in JSON");
    }
  }

  #begin(byte: number): void {
    this.#place = Place.element;
    this.#afterComma = false;
    this.#put(byte);
    this.#depth = byte === OPEN || byte === OPEN_LIST ? 1 : 0;
    this.#inString = byte === QUOTE;
    this.#escaped = false;
    this.#isBare = this.#depth === 0 && !this.#inString;
  }

  /** The object around the list, and the one in it that has the list: their other values are left out. */
  #around(byte: number): void {
    // a key counts in the innermost object on the way
    const isKeyed = this.#depth === this.#reached + 1;
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) {
        this.#inString = false;
        return;
      }
      if (isKeyed && this.#expectKey && this.#keyBytes.length < 256) this.#keyBytes.push(byte);
      return;
    }
    if (byte === QUOTE) {
      this.#inString = true;
      if (isKeyed && this.#expectKey) this.#keyBytes = [];
    } else if (byte === COLON && isKeyed) {
      this.#expectKey = false;
      this.#colon = true;
      return;
    } else if (byte === COMMA && isKeyed) this.#expectKey = true;
    else if ((byte === OPEN_LIST || byte === OPEN) && isKeyed && this.#colon && this.#isWanted()) this.#enter(byte);
    else if (byte === OPEN || byte === OPEN_LIST) this.#depth++;
    else if (byte === CLOSE || byte === CLOSE_LIST) {
      this.#depth--;
      if (this.#depth === 0) this.#place = Place.after;
      else if (this.#depth === this.#reached) {
        this.#reached--;
        this.#expectKey = false;
      }
    }
    this.#colon = false;
  }

  /** Goes into the value of a key on the way: an object that has the next key, or the list. */
  #enter(byte: number): void {
    const isLast = this.#reached === (this.#path?.length ?? 0) - 1;
    if (isLast !== (byte === OPEN_LIST) || this.#found) throw this.#broken("json-structure");
    if (isLast) {
      this.#found = true;
      this.#place = Place.between;
      this.#mayBegin = true;
      this.#depth = 0;
    } else {
      this.#depth++;
      this.#reached++;
      this.#expectKey = true;
    }
  }

  #isWanted(): boolean {
    return new TextDecoder().decode(new Uint8Array(this.#keyBytes)) === this.#path?.[this.#reached];
  }

  #copy(chunk: Uint8Array, from: number, to: number): void {
    for (let start = from; start < to; ) {
      if (this.#filled === this.#room.length) this.#flush();
      const part = chunk.subarray(start, Math.min(to, start + this.#room.length - this.#filled));
      this.#room.set(part, this.#filled);
      this.#filled += part.length;
      start += part.length;
    }
  }

  #put(byte: number): void {
    if (this.#filled === this.#room.length) this.#flush();
    this.#room[this.#filled++] = byte;
  }

  #flush(): void {
    this.#ready.push(this.#room.subarray(0, this.#filled));
    this.#room = new Uint8Array(ROOM);
    this.#filled = 0;
  }

  #broken(code: "json-truncated" | "json-structure" | "json-trailing"): DataError {
    return new DataError(rowReason(code, { rows: this.#rows }));
  }
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === NEWLINE || byte === RETURN || byte === 9;
}
