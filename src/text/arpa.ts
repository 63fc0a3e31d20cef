import { DataError, type ErrorDetails, isDecimal } from "../core/errors.js";
import { DECIMAL_SLOT, HIGHEST_ORDER, NGRAM_BLOCK, type NgramBlock, NgramTables } from "../core/ngram.js";
import { quote } from "../core/printable.js";
import type { Reason } from "../core/reasons.js";
import type { TextCore } from "../core/textCore.js";
import type { LargeNgramModel } from "./ngramLarge.js";
import { BEGIN, checkString, END, NgramModel, stringsOf, UNKNOWN, Vocabulary } from "./ngramModel.js";
import { textReason } from "./reasons.js";
import { type Tokenizer, type TokenizerName, tokenizers } from "./tokenizer.js";

/** log10 of the probability of an unknown word where a model has none: KenLM's choice. */
const NO_UNKNOWN = -100;

/** What SRILM and pstar write for the probability of `<s>`. */
const NEVER = -99;

/** Beyond this no logarithm means anything, and within it no sum of them overflows. */
const LARGEST = 1_000_000;

/** Takes an ARPA file line by line, and believes nothing before it has been checked. */
export class ArpaReader {
  readonly #core: TextCore;
  readonly #name: string;
  #line = 0;
  /** What the file says of itself: n-grams of each order. */
  readonly #announced: number[] = [];
  /** 0 before `\data\`, then −1 among the counts, then the order, and Infinity past `\end\`. */
  #section = 0;
  #tables: NgramTables | undefined;
  readonly #words: string[] = [];
  readonly #numbers = new Map<string, number>();
  #block = new PendingBlock(1);
  #read = 0;
  #tokenizer: TokenizerName | "own" | undefined;

  /** @param core An instance of the core that becomes the model's own. @param name The file, for errors. */
  constructor(core: TextCore, name = "ARPA file") {
    this.#core = core;
    this.#name = name;
  }

  /** Takes the next line, without its end. */
  push(text: string): void {
    this.#line++;
    const line = trimmed(text, this.#line === 1);
    if (this.#section === 0) {
      if (line === "\\data\\") this.#section = -1;
      else if (line.startsWith(TOKENIZER_COMMENT)) this.#tokenizer = this.#readTokenizer(line);
      // Anything may stand before \data\.
      return;
    }
    if (line === "") return;
    if (this.#section === Number.POSITIVE_INFINITY) throw this.#error("nothing but blank lines after \\end\\", line);
    if (this.#section < 0 && /^ngram[ \t]/.test(line)) this.#announce(line);
    else if (line === "\\end\\") this.#end();
    else if (line.startsWith("\\")) this.#begin(line);
    else if (this.#section < 0) throw this.#error("a count such as ngram 1=1000, or \\1-grams:", line);
    else this.#take(line);
  }

  /** @param tokenizer Left out, the one that the file names, or else `spaces`. */
  finish(tokenizer?: Tokenizer): NgramModel {
    if (this.#section === 0) throw this.#fault(textReason("arpa-without-data"));
    if (this.#section !== Number.POSITIVE_INFINITY || this.#tables === undefined) {
      throw this.#fault(textReason("arpa-cut-short"));
    }
    if (tokenizer === undefined && this.#tokenizer === "own") {
      throw this.#fault(textReason("arpa-own-tokenizer"));
    }
    const named = this.#tokenizer === "own" ? undefined : this.#tokenizer;
    return new NgramModel(this.#tables, new Vocabulary(this.#words), tokenizer ?? named ?? "spaces", null);
  }

  #readTokenizer(line: string): TokenizerName | "own" {
    const name = line.slice(TOKENIZER_COMMENT.length).trim();
    const known = [...tokenizers, "own" as const].find((one) => one === name);
    if (known === undefined) throw this.#error(`one of ${tokenizers.join(", ")}`, name);
    return known;
  }

  #announce(line: string): void {
    const [, order = "", count = ""] = /^ngram[ \t]+(\d{1,9})[ \t]*=[ \t]*(\d{1,15})$/.exec(line) ?? [];
    const expected = this.#announced.length + 1;
    if (order === "") throw this.#error("a count such as ngram 1=1000", line);
    if (Number(order) !== expected) throw this.#error(`the count of ${expected}-grams`, line);
    if (expected > HIGHEST_ORDER) throw this.#fault(textReason("arpa-order", { most: HIGHEST_ORDER }));
    this.#announced.push(Number(count));
  }

  #begin(line: string): void {
    this.#finishOrder();
    const next = this.#section < 0 ? 1 : this.#section + 1;
    const expected = next <= this.#announced.length ? `\\${next}-grams:` : "\\end\\";
    if (line !== expected || expected === "\\end\\") throw this.#error(expected, line);
    this.#tables ??= new NgramTables(this.#core, this.#announced.length);
    this.#tables.begin(next);
    this.#section = next;
    this.#read = 0;
    this.#block = new PendingBlock(next);
  }

  #end(): void {
    this.#finishOrder();
    const orders = this.#announced.length;
    if (orders === 0) throw this.#fault(textReason("arpa-announces-none"));
    if (this.#section !== orders) throw this.#error(`\\${Math.max(this.#section, 0) + 1}-grams:`, "\\end\\");
    this.#section = Number.POSITIVE_INFINITY;
  }

  /** One n-gram: log10 p, its words, and perhaps its backoff weight. */
  #take(line: string): void {
    const order = this.#section;
    const fields = line.split(/[ \t]+/);
    const highest = order === this.#announced.length;
    // IRSTLM and others write the weight of no history, which is 0, on the highest order as well
    const bare =
      highest && fields.length === order + 2 && isDecimal(fields[order + 1]) && Number(fields[order + 1]) === 0;
    const most = highest && !bare ? order + 1 : order + 2;
    if (fields.length < order + 1 || fields.length > most) {
      const rest = highest ? "" : ", and perhaps a backoff weight";
      throw this.#error(`a log-probability, ${order} ${order === 1 ? "word" : "words"}${rest}`, line);
    }
    const log = this.#logarithm(fields[0], order === 1 && fields[1] === BEGIN);
    if (log > 0) throw this.#error("a log-probability of at most 0", fields[0]);
    const backoff = fields.length > order + 1 ? this.#number(fields[order + 1], "a backoff weight") : 0;
    const announced = this.#announced[order - 1];
    if (++this.#read > announced) throw this.#fault(textReason("arpa-more-than-announced", { order, announced }));
    this.#block.add(log, backoff, this.#line);
    for (let i = 1; i <= order; i++)
      this.#block.words.push(order === 1 ? this.#newWord(fields[i]) : this.#known(fields[i]));
    if (this.#block.logs.length === NGRAM_BLOCK) this.#flush();
  }

  #newWord(field: string): number {
    const word = field === "<UNK>" ? UNKNOWN : field;
    if (this.#numbers.has(word)) throw this.#fault(textReason("arpa-word-twice", { word: quote(word) }));
    // Spelt out anew, so that it does not keep the file's text in memory.
    const own = word.split("").join("");
    this.#numbers.set(own, this.#words.length);
    return this.#words.push(own) - 1;
  }

  #known(field: string): number {
    const number = this.#numbers.get(field === "<UNK>" ? UNKNOWN : field);
    if (number === undefined) throw this.#fault(textReason("arpa-unknown-word", { word: quote(field) }));
    return number;
  }

  /** The start of a text is never predicted: its probability may be 0, and is not asked for. */
  #logarithm(text: string, isBegin: boolean): number {
    if (!/^-inf(inity)?$/i.test(text)) return this.#number(text, "a log-probability");
    if (isBegin) return NEVER;
    throw this.#fault(textReason("arpa-infinite", { begin: BEGIN, got: text }));
  }

  #number(text: string, what: string): number {
    const value = isDecimal(text) ? Number(text) : Number.NaN;
    if (!(Math.abs(value) <= LARGEST)) throw this.#error(`${what}, a number in [-${LARGEST}, ${LARGEST}]`, text);
    return value;
  }

  #finishOrder(): void {
    const order = this.#section;
    if (order < 1) return;
    const announced = this.#announced[order - 1];
    if (this.#read !== announced) {
      throw this.#fault(textReason("arpa-fewer-than-announced", { order, read: this.#read, announced }));
    }
    if (order === 1) this.#completeWords();
    this.#flush();
    this.#tables?.finish();
  }

  #completeWords(): void {
    for (const word of [BEGIN, END])
      if (!this.#numbers.has(word)) throw this.#fault(textReason("arpa-lacks-word", { word }));
    if (this.#numbers.has(UNKNOWN)) return;
    this.#block.add(NO_UNKNOWN, 0, this.#line);
    this.#block.words.push(this.#newWord(UNKNOWN));
  }

  #flush(): void {
    const { lines, order } = this.#block;
    const refused = this.#tables?.add(this.#block.take(order === this.#announced.length));
    if (refused) {
      const line = lines[refused.at];
      const what = textReason(refused.reason === "twice" ? "arpa-ngram-twice" : "arpa-without-history", { order });
      throw new DataError(textReason("arpa-line", { what, file: this.#name, line }), { line });
    }
    this.#block = new PendingBlock(order);
  }

  #error(expected: string, got: string): DataError {
    return this.#fault(textReason("arpa-expected", { expected, got: quote(got) }), { expected, got });
  }

  #fault(what: Reason, details: ErrorDetails = {}): DataError {
    const line = this.#line;
    return new DataError(textReason("arpa-line", { what, file: this.#name, line }), { ...details, line });
  }
}

/** Without the blanks around it; the first line may begin with a byte order mark. */
function trimmed(text: string, isFirst: boolean): string {
  let [start, end] = [0, text.length];
  while (start < end && (isBlank(text[start]) || (isFirst && text[start] === "\ufeff"))) start++;
  while (end > start && (isBlank(text[end - 1]) || text[end - 1] === "\r")) end--;
  return text.slice(start, end);
}

function isBlank(sign: string | undefined): boolean {
  return sign === " " || sign === "\t";
}

/** N-grams that have been read but are not in the tables yet. */
class PendingBlock {
  readonly order: number;
  readonly words: number[] = [];
  readonly logs: number[] = [];
  readonly lines: number[] = [];
  readonly #backoffs: number[] = [];

  constructor(order: number) {
    this.order = order;
  }

  add(log: number, backoff: number, line: number): void {
    this.logs.push(log);
    this.#backoffs.push(backoff);
    this.lines.push(line);
  }

  take(highest: boolean): NgramBlock {
    return {
      words: Uint32Array.from(this.words),
      logs: Float64Array.from(this.logs),
      ...(!highest && { backoffs: Float64Array.from(this.#backoffs) }),
    };
  }
}

/**
 * Reads an n-gram language model from an ARPA file: of `pstar lm train`, KenLM or SRILM.
 *
 * @param arpa The text of the file, whole or in pieces of any length.
 * @param options `tokenizer`: left out, the one that the file names, or else `spaces`; `name`: of the file, for errors.
 * @throws DataError, with the line, if it is not an ARPA file through and through.
 */
export async function readLanguageModel(
  core: TextCore,
  arpa: string | Iterable<string> | AsyncIterable<string>,
  options: { tokenizer?: Tokenizer; name?: string } = {},
): Promise<NgramModel> {
  const reader = new ArpaReader(await core.another(), options.name);
  let rest = "";
  for await (const piece of typeof arpa === "string" ? [arpa] : stringsOf("arpa", arpa)) {
    checkString("arpa", piece);
    const lines = piece.split("\n");
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? "";
    for (const line of lines) reader.push(line);
  }
  if (rest !== "") reader.push(rest);
  return reader.finish(options.tokenizer);
}

/** Bytes of a piece, and what a line of numbers takes of it beside the words. */
const PIECE = 1 << 18;
const LINE = 64;
const [TAB, NEWLINE, SPACE] = [9, 10, 32];

/** A comment of an ARPA file that says how text becomes tokens; KenLM and SRILM read over it. */
const TOKENIZER_COMMENT = "# pstar tokenizer:";

/**
 * A model as an ARPA file, piece by piece: log10 of probabilities and backoff weights, in the shortest decimals that give
 * the same number back. N-grams stand in the order in which they came in the training text, or in the file read.
 */
export function* writeArpa(model: NgramModel | LargeNgramModel): Generator<string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (const piece of arpaBytes(model)) yield decoder.decode(piece);
}

/** The same as UTF-8, in whole lines. A piece is good until the next is asked for. */
export function* arpaBytes(model: NgramModel | LargeNgramModel): Generator<Uint8Array> {
  const { order, tokenizer } = model;
  const { words, unknown } = model.vocabulary;
  const encoder = new TextEncoder();
  const spelling = new Spelling(words, unknown);
  const counts = model.ngrams.map((count, i) => `ngram ${i + 1}=${count}\n`).join("");
  yield encoder.encode(
    `${TOKENIZER_COMMENT} ${typeof tokenizer === "string" ? tokenizer : "own"}\n\\data\\\n${counts}`,
  );
  const longest = LINE + order * (spelling.longest + 1);
  const piece = new Uint8Array(Math.max(PIECE, longest));
  for (let k = 1; k <= order; k++) {
    yield encoder.encode(`\n\\${k}-grams:\n`);
    let at = 0;
    for (const { words: numbers, logs, backoffs } of model.list(k)) {
      const first = model.decimals(logs);
      // one call may take the memory of another's numbers
      const texts = backoffs === undefined ? first : first.slice();
      const weights = backoffs === undefined ? undefined : model.decimals(backoffs);
      for (let i = 0; i < logs.length; i++) {
        if (at + longest > piece.length) {
          yield piece.subarray(0, at);
          at = 0;
        }
        at = putDecimal(texts, i, piece, at);
        piece[at++] = TAB;
        for (let j = 0; j < k; j++) {
          if (j > 0) piece[at++] = SPACE;
          at = spelling.put(numbers[k * i + j], piece, at);
        }
        // A weight of 1 goes without saying: nothing follows the n-gram.
        if (backoffs !== undefined && weights !== undefined && backoffs[i] !== 0) {
          piece[at++] = TAB;
          at = putDecimal(weights, i, piece, at);
        }
        piece[at++] = NEWLINE;
      }
    }
    yield piece.subarray(0, at);
  }
  yield encoder.encode("\n\\end\\\n");
}

function putDecimal(slots: Uint8Array, i: number, piece: Uint8Array, at: number): number {
  const from = i * DECIMAL_SLOT + 1;
  const end = from + slots[from - 1];
  for (let place = from; place < end; place++) piece[at++] = slots[place];
  return at;
}

/** The words of a vocabulary as bytes. */
class Spelling {
  readonly longest: number;
  readonly #bytes: Uint8Array;
  readonly #ends: Float64Array;

  constructor(words: readonly string[], unknown: number) {
    const encoder = new TextEncoder();
    let characters = 0;
    for (const word of words) characters += word.length;
    let bytes = new Uint8Array(characters + words.length + 64);
    const ends = new Float64Array(words.length + 1);
    let [at, longest] = [0, 0];
    for (const [number, word] of words.entries()) {
      const text = number === unknown ? UNKNOWN : word;
      if (at + 3 * text.length > bytes.length) {
        const more = new Uint8Array(2 * bytes.length + 3 * text.length);
        more.set(bytes.subarray(0, at));
        bytes = more;
      }
      const { written } = encoder.encodeInto(text, bytes.subarray(at));
      at += written;
      ends[number + 1] = at;
      if (written > longest) longest = written;
    }
    this.longest = longest;
    this.#bytes = bytes;
    this.#ends = ends;
  }

  /** Writes a word at a place; returns where it ends. */
  put(number: number, piece: Uint8Array, at: number): number {
    const bytes = this.#bytes;
    const end = this.#ends[number + 1];
    for (let place = this.#ends[number]; place < end; place++) piece[at++] = bytes[place];
    return at;
  }
}
