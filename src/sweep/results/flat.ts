import { isMapping } from "../../model/problems.js";

// Parsing a million cells and writing their numbers anew takes longer than their theory. The lines of a run differ in little
// but their numbers, so these are found in the bytes, and a table gets the digits that are there.

/** Lines of different forms, at most: every cell with the same settings has the same. */
const MOST_FORMS = 16;

const NEWLINE = 10;
const QUOTE = 34;
const APOSTROPHE = 39;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const EQUALS = 61;
const AT = 64;
const LETTER_E = 101;
const LETTER_N = 110;
const LETTER_T = 116;
/** The bit in which a small letter differs from a capital. */
const SMALL = 32;

/** ASCII that is written alike in JSON, in a field of CSV without quotes, and as text. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[ !#-+\--[\]-~]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

const WORDS = ["null", "true", "false"].map((word) => Buffer.from(word));

/** A line as it may look: bytes, among them those of missing values, with a value between each two of them. */
interface Form {
  readonly pieces: readonly Uint8Array[];
  /** The column that shows a value, by its place in the line; −1 if none does. */
  readonly columns: Int32Array;
}

/**
 * Reads lines of JSON whose objects hold numbers, plain words, yes, no and null, and no lists, as rows of a table. The form of
 * a line is learned from its object; a line of no known form, or with other values, is the caller's to parse.
 */
export class FlatRows {
  /** For each column the place of its value in an object: the keys that lead there. */
  readonly #places: ReadonlyMap<string, number>;
  readonly #forms: Form[] = [];
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  /** The text last read from each column: most rows repeat it. */
  readonly #words: string[];
  #line: Buffer = Buffer.alloc(0);
  #text: string | undefined;
  #room = Buffer.alloc(0);

  constructor(places: readonly (readonly string[])[]) {
    this.#places = new Map(places.map((place, i) => [JSON.stringify(place), i]));
    this.#from = new Int32Array(places.length);
    this.#to = new Int32Array(places.length);
    this.#words = places.map(() => "");
  }

  /** Makes a line the row at hand, while its bytes stay as they are; false if its form is not known. */
  read(line: Buffer): boolean {
    for (const form of this.#forms) {
      if (!this.#fits(form, line)) continue;
      this.#line = line;
      this.#text = undefined;
      return true;
    }
    return false;
  }

  /** Learns the form of a line from the object that it is. */
  learn(line: Buffer, value: unknown): void {
    if (this.#forms.length === MOST_FORMS) return;
    const texts = [""];
    const columns: number[] = [];
    const walk = (at: unknown, place: readonly string[]): boolean => {
      const column = this.#places.get(JSON.stringify(place));
      if (Array.isArray(at) || (isMapping(at) && column !== undefined)) return false;
      // what is missing in one line is missing in most, and is then not looked for
      if (at === null) {
        texts[texts.length - 1] += "null";
        return true;
      }
      if (!isMapping(at)) {
        columns.push(column ?? -1);
        texts.push("");
        return true;
      }
      let sign = "{";
      for (const [key, member] of Object.entries(at)) {
        if (member === undefined) continue; // JSON leaves it out
        texts[texts.length - 1] += `${sign}${JSON.stringify(key)}:`;
        if (!walk(member, [...place, key])) return false;
        sign = ",";
      }
      texts[texts.length - 1] += sign === "{" ? "{}" : "}";
      return true;
    };
    if (!walk(value, [])) return;
    const form = { pieces: texts.map((text) => Buffer.from(text)), columns: Int32Array.from(columns) };
    if (this.#fits(form, line)) this.#forms.push(form);
  }

  /** The number in a column of the row at hand; null if there is none, and undefined if something else is there. */
  number(column: number): number | null | undefined {
    if (this.isEmpty(column)) return null;
    const first = this.#line[this.#from[column]];
    return first === MINUS || isDigit(first) ? Number(this.#digits(column)) : undefined;
  }

  /** The value in a column of the row at hand; null if there is none. */
  value(column: number): unknown {
    if (this.isEmpty(column)) return null;
    const first = this.#line[this.#from[column]];
    if (first === QUOTE) return this.#word(column);
    return this.number(column) ?? first === LETTER_T;
  }

  isEmpty(column: number): boolean {
    return this.#to[column] === 0 || this.#line[this.#from[column]] === LETTER_N;
  }

  /** The row at hand as a line of CSV, good until the next is asked for. */
  csv(): Buffer {
    const line = this.#line;
    if (this.#room.length <= line.length + this.#from.length)
      this.#room = Buffer.alloc(2 * line.length + 2 * this.#from.length);
    const room = this.#room;
    let end = 0;
    for (let column = 0; column < this.#from.length; column++) {
      if (column > 0) room[end++] = COMMA;
      if (this.isEmpty(column)) continue;
      const quotes = line[this.#from[column]] === QUOTE ? 1 : 0;
      const to = this.#to[column] - quotes;
      for (let at = this.#from[column] + quotes; at < to; at++) room[end++] = line[at];
    }
    room[end++] = NEWLINE;
    return room.subarray(0, end);
  }

  /** A text without its quotation marks. A piece of the line's text would keep all of it in memory. */
  #word(column: number): string {
    const [from, to] = [this.#from[column] + 1, this.#to[column] - 1];
    const last = this.#words[column];
    if (last.length === to - from && beginsWith(this.#line, from, last)) return last;
    this.#words[column] = this.#line.toString("latin1", from, to);
    return this.#words[column];
  }

  #digits(column: number): string {
    this.#text ??= this.#line.toString("latin1");
    return this.#text.slice(this.#from[column], this.#to[column]);
  }

  /** Whether a line has a form; the places of its values are then those of the columns. */
  #fits({ pieces, columns }: Form, line: Uint8Array): boolean {
    this.#to.fill(0);
    let at = 0;
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i];
      for (let k = 0; k < piece.length; k++) if (line[at++] !== piece[k]) return false;
      if (i === columns.length) break;
      const end = endOfValue(line, at);
      if (end === 0) return false;
      const column = columns[i];
      if (column >= 0) {
        this.#from[column] = at;
        this.#to[column] = end;
      }
      at = end;
    }
    return at === line.length;
  }
}

/** Whether an ASCII text stands at a place of a line. */
function beginsWith(line: Uint8Array, from: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (line[from + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Where a number, a plain text, yes, no or null ends that begins at a byte; 0 if none of these does. */
function endOfValue(line: Uint8Array, from: number): number {
  const first = line[from];
  if (first === QUOTE) {
    const start = line[from + 1];
    // a spreadsheet may take it for a formula
    if (start === EQUALS || start === PLUS || start === MINUS || start === AT || start === APOSTROPHE) return 0;
    let at = from + 1;
    while (PLAIN[line[at]] === 1) at++;
    return line[at] === QUOTE ? at + 1 : 0;
  }
  if (first === MINUS || isDigit(first)) return endOfNumber(line, from);
  const word = WORDS.find((one) => one[0] === first);
  return word?.every((byte, i) => line[from + i] === byte) ? from + word.length : 0;
}

/** @see RFC 8259, section 6 */
function endOfNumber(line: Uint8Array, from: number): number {
  let at = line[from] === MINUS ? from + 1 : from;
  at = line[at] === ZERO ? at + 1 : endOfDigits(line, at);
  if (line[at] === POINT && at > 0) at = endOfDigits(line, at + 1);
  if (at === 0 || (line[at] | SMALL) !== LETTER_E) return at;
  at++;
  if (line[at] === PLUS || line[at] === MINUS) at++;
  return endOfDigits(line, at);
}

function endOfDigits(line: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(line[at])) at++;
  return at === from ? 0 : at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
