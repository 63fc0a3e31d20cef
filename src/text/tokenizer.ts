import { DataError, outOfRange } from "../core/errors.js";
import { textReason } from "./reasons.js";

/**
 * How text becomes tokens.
 *
 * - `words`: lower case; words, numbers, and every punctuation mark or symbol by itself. Letters of scripts that are
 *   written without spaces (Han, kana, Thai, Lao, Khmer, Burmese) stand alone.
 * - `characters`: lower case; every character with its accents, white space as `▁`.
 * - `spaces`: what stands between spaces, as it is: for text that has been tokenised before, as that of KenLM and SRILM.
 */
export const tokenizers = ["words", "characters", "spaces"] as const;
export type TokenizerName = (typeof tokenizers)[number];

/** A known tokenizer, or one's own: its tokens hold no white space and are not empty. */
export type Tokenizer = TokenizerName | ((text: string) => Iterable<string>);

const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
/** Joiners hold letters of Indic and Arabic words together. */
const LETTER = String.raw`[[\p{L}\p{M}\p{N}_\u200c\u200d]--[${UNSPACED}]]`;
const PATTERNS = {
  words: new RegExp(
    [
      String.raw`\p{N}+(?:[.,:]\p{N}+)+(?!${LETTER})`, // 1,250.75 and 12:30
      `${LETTER}+(?:'${LETTER}+)*`, // don't
      String.raw`[${UNSPACED}]\p{M}*`,
      String.raw`[^\s\p{Cc}\p{Cf}\p{Cs}]`,
    ].join("|"),
    "gv",
  ),
  characters: /\s+|[^\s\p{Cc}\p{Cf}\p{Cs}]\p{M}*/gu,
  // Control characters, tabs and line ends among them, and halves of surrogate pairs could not be written to a file.
  spaces: /[^ \p{Cc}\p{Cs}]+/gu,
};

/** What may be in a token without being seen: variation selectors, joiners, fillers, accents without a letter. */
const UNSEEN = /[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
const ALL_UNSEEN = /^[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]+$/u;

/** The tokens with a character that can be seen. */
function seen(tokens: readonly string[], text: string): readonly string[] {
  return UNSEEN.test(text) ? tokens.filter((token) => !ALL_UNSEEN.test(token)) : tokens;
}

/**
 * Matches a text by expressions. An engine takes some bytes of memory for each character of a run, and gives up on the largest.
 *
 * @throws DataError in place of the engine's own error.
 */
export function matching<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError || (error as Error).name === "InternalError")
      throw new DataError(textReason("run-too-long"), {}, { cause: error });
    throw error;
  }
}

const SPLITTERS: Record<TokenizerName, (text: string) => readonly string[]> = {
  words: (text) => text.normalize("NFC").toLowerCase().replaceAll("’", "'").match(PATTERNS.words) ?? [],
  characters: (text) => {
    const found: string[] = text.trim().normalize("NFC").toLowerCase().match(PATTERNS.characters) ?? [];
    return found.map((token) => (token.trim() === "" ? "▁" : token));
  },
  spaces: (text) => text.match(PATTERNS.spaces) ?? [],
};

/** The function behind a tokenizer. */
export function splitterOf(tokenizer: Tokenizer): (text: string) => readonly string[] {
  if (typeof tokenizer === "function") return (text) => Array.from(tokenizer(text), checked);
  if (Object.hasOwn(SPLITTERS, tokenizer)) return (text) => matching(() => seen(SPLITTERS[tokenizer](text), text));
  const expected = `one of ${tokenizers.join(", ")}, or a function`;
  throw outOfRange("tokenizer", expected, tokenizer);
}

/** What an ASCII character is to the tokenizer `words`. */
const [SKIPPED, DIGIT, LETTER_OR_MARK, SYMBOL] = [0, 1, 2, 3];
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[0-9]/.test(character)) return DIGIT;
  if (/[A-Za-z_]/.test(character)) return LETTER_OR_MARK;
  return code > 32 && code < 127 ? SYMBOL : SKIPPED;
});
const LOWER = Uint8Array.from({ length: 128 }, (_, code) => String.fromCharCode(code).toLowerCase().charCodeAt(0));
const [APOSTROPHE, COMMA, POINT, COLON] = [39, 44, 46, 58];
/** ASCII words that are known by their characters, at most: the first to come, which are the most frequent. */
const MOST_KNOWN = 1 << 18;
/** Of the hash table: numbers of a word, and the bits of a place. */
const FIELDS = 4;
const MASK = 2 * MOST_KNOWN - 1;
/** Characters of a word that is known so, at most. */
const LONGEST_KNOWN = 32;

/**
 * Reads texts as the tokenizer `words` does, as numbers of their tokens. What stands between white space and is ASCII is taken
 * character by character, and its words are found by these, without a string for each token; the rest goes through the expression.
 */
export class WordNumbers {
  /** Of the text that was read last; the first `count` are its tokens. */
  numbers: Uint32Array = new Uint32Array(1024);
  count = 0;
  readonly #numberOf: (token: string) => number;
  /** A hash table of words, with linear probing, half full at most: hash, number plus one, first character, and length of each. */
  readonly #table = new Uint32Array(FIELDS * 2 * MOST_KNOWN);
  #characters = new Uint8Array(1 << 16);
  #known = 0;
  #end = 0;

  /** @param numberOf Gives the number of a token, always the same. */
  constructor(numberOf: (token: string) => number) {
    this.#numberOf = numberOf;
  }

  read(text: string): void {
    this.count = 0;
    for (let at = 0; at < text.length; ) {
      if (text.charCodeAt(at) <= 32) {
        at++;
        continue;
      }
      let end = at;
      let bits = 0;
      for (let code = text.charCodeAt(end); code > 32; code = text.charCodeAt(end)) {
        bits |= code;
        end++;
      }
      if (bits < 128) this.#readAscii(text, at, end);
      else {
        const piece = text.slice(at, end);
        for (const token of seen(SPLITTERS.words(piece), piece)) this.#push(this.#numberOf(token));
      }
      at = end;
    }
  }

  /** Characters without white space among them. */
  #readAscii(text: string, start: number, end: number): void {
    const kindAt = (place: number) => (place < end ? KINDS[text.charCodeAt(place)] : SKIPPED);
    for (let at = start; at < end; ) {
      const kind = kindAt(at);
      if (kind === SKIPPED) {
        at++;
        continue;
      }
      let next = kind === DIGIT ? numberEnd(text, at, end) : at;
      if (next === at) {
        next++;
        if (kind !== SYMBOL) {
          while (isOfWord(kindAt(next))) next++;
          while (text.charCodeAt(next) === APOSTROPHE && isOfWord(kindAt(next + 1))) {
            next += 2;
            while (isOfWord(kindAt(next))) next++;
          }
        }
      }
      this.#push(this.#find(text, at, next));
      at = next;
    }
  }

  #push(number: number): void {
    if (this.count === this.numbers.length) {
      const more = new Uint32Array(2 * this.count);
      more.set(this.numbers);
      this.numbers = more;
    }
    this.numbers[this.count++] = number;
  }

  /** The number of an ASCII word. */
  #find(text: string, start: number, end: number): number {
    const [table, length] = [this.#table, end - start];
    let hash = 0x811c9dc5;
    for (let place = start; place < end; place++) hash = Math.imul(hash ^ LOWER[text.charCodeAt(place)], 0x01000193);
    hash = (hash ^ (hash >>> 15)) >>> 0;
    let slot = FIELDS * (hash & MASK);
    for (; table[slot + 1] > 0; slot = (slot + FIELDS) & (FIELDS * MASK)) {
      if (table[slot] === hash && table[slot + 3] === length && this.#isAt(table[slot + 2], text, start, length))
        return table[slot + 1] - 1;
    }
    const number = this.#numberOf(text.slice(start, end).toLowerCase());
    if (this.#known < MOST_KNOWN && length <= LONGEST_KNOWN) {
      table[slot] = hash;
      table[slot + 1] = number + 1;
      table[slot + 2] = this.#kept(text, start, length);
      table[slot + 3] = length;
    }
    return number;
  }

  #isAt(from: number, text: string, start: number, length: number): boolean {
    const characters = this.#characters;
    for (let i = 0; i < length; i++) if (characters[from + i] !== LOWER[text.charCodeAt(start + i)]) return false;
    return true;
  }

  /** Keeps the characters of a word; where they begin. */
  #kept(text: string, start: number, length: number): number {
    const from = this.#end;
    if (from + length > this.#characters.length) {
      const more = new Uint8Array(2 * this.#characters.length);
      more.set(this.#characters);
      this.#characters = more;
    }
    for (let i = 0; i < length; i++) this.#characters[from + i] = LOWER[text.charCodeAt(start + i)];
    this.#known++;
    this.#end += length;
    return from;
  }
}

function isOfWord(kind: number): boolean {
  return kind === DIGIT || kind === LETTER_OR_MARK;
}

/** Where a number such as 1,250.75 ends that begins with a digit; where it begins if it is a word or a number without such parts. */
function numberEnd(text: string, start: number, end: number): number {
  const isDigit = (place: number) => place < end && KINDS[text.charCodeAt(place)] === DIGIT;
  let last = start;
  let at = start + 1;
  while (isDigit(at)) at++;
  const whole = at;
  for (;;) {
    const code = at < end ? text.charCodeAt(at) : 0;
    if ((code !== COMMA && code !== POINT && code !== COLON) || !isDigit(at + 1)) break;
    last = at;
    at += 2;
    while (isDigit(at)) at++;
  }
  // a part that a letter follows is not one: 1.25a is 1, a point and 25a
  if (at < end && isOfWord(KINDS[text.charCodeAt(at)])) at = last;
  return at > whole ? at : start;
}

function checked(token: unknown): string {
  if (typeof token === "string" && /^[^\s\p{Cc}\p{Cs}]+$/u.test(token)) return token;
  const expected = "a function whose tokens are strings without white space";
  throw outOfRange("tokenizer", expected, token);
}

const BEYOND_ASCII = /[^\p{ASCII}]/u;
const LETTERS = /[\p{L}\p{N}]/gu;
/** Those that a letter or digit of the tokenizer `ascii` comes from; İ gives i, and the Kelvin sign k. */
const READ = /[A-Za-z0-9\u0130\u212a]/g;

/**
 * The share of a text's letters and digits that the tokenizer `ascii` does not read, in [0, 1]; 0 if there are none.
 *
 * @example nonAsciiShare("Café") // 0.25
 */
export function nonAsciiShare(text: string): number {
  if (!BEYOND_ASCII.test(text)) return 0;
  const letters = text.match(LETTERS)?.length ?? 0;
  return letters === 0 ? 0 : (letters - (text.match(READ)?.length ?? 0)) / letters;
}

/** Whether the tokenizer `ascii` drops more than half of a text's letters and digits: its ROUGE says little then. */
export function isMostlyUnread(text: string): boolean {
  return nonAsciiShare(text) > 0.5;
}
