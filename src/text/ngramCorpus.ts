import { ArgumentError } from "../core/errors.js";
import { NGRAM_BLOCK } from "../core/ngram.js";
import { Turns } from "../core/slices.js";
import { BEGIN, END, UNKNOWN, Vocabulary } from "./ngramModel.js";
import { textReason } from "./reasons.js";
import { WordNumbers } from "./tokenizer.js";

/** Where numbers go that do not fit in memory. */
export interface Scratch {
  /** A new file, which disappears when it is closed, or with the process. */
  open(): ScratchFile;
}

/** A file of 32-bit numbers. Every method throws a FileError if it fails. */
export interface ScratchFile {
  /** How many numbers it has. */
  readonly length: number;
  append(numbers: Uint32Array): void;
  /** Reads numbers from the `first` on, as many as are there and fit; returns how many. */
  read(first: number, into: Uint32Array): number;
  close(): void;
}

/** How far a training is. */
export interface NgramProgress {
  /** Texts are read first; then the n-grams of each order are counted. */
  phase: "reading" | "counting";
  texts: number;
  tokens: number;
  /** Of the counting, in [0, 1]. */
  share: number;
}

/** Bytes that a training takes for each token, at most, while its n-grams are in memory: one entry and its slots in each order. */
const PER_TOKEN = 16;
const PER_NGRAM = 40;
/** Bytes that a word takes in the vocabulary, its string and its place in a Map among them; and in the passes of each order. */
const PER_WORD = 120;
const PER_WORD_AND_ORDER = 20;
/** So many words a Map holds. */
const MOST_WORDS = 2 ** 24 - 16;
/** Places in a text are numbers of 32 bits. */
const MOST_PLACES = 2 ** 32 - 2;

/** V8 copies parts of a text that are shorter. */
const SLICED = 13;

const SPECIAL = [UNKNOWN, BEGIN, END];
const [UNKNOWN_NUMBER, BEGIN_NUMBER, END_NUMBER] = [0, 1, 2];

/**
 * A training text as numbers, four bytes a token, in blocks: which words are common is known only at its end. What may not fit
 * in memory with its n-grams goes to a file.
 */
export class NgramCorpus {
  /** The blocks, each full but the last; none once the text is in a file. */
  readonly blocks: Uint32Array[] = [];
  texts = 0;
  /** Tokens that are predicted: those of the texts, and one end for each. */
  tokens = 0;
  /** Tokens that became `<unk>`. */
  unknown = 0;
  minCount = 1;
  readonly #bounds: { order: number; limit: number; scratch: Scratch } | undefined;
  #file: ScratchFile | undefined;
  #characters = 0;
  /** The block that is being filled, how far it is, and the tokens of those before it. */
  #block = new Uint32Array(0);
  #filled = NGRAM_BLOCK;
  #full = -NGRAM_BLOCK;
  readonly #words: string[] = [...SPECIAL];
  readonly #counts: number[] = SPECIAL.map(() => 0);
  readonly #numbers = new Map<string, number>(SPECIAL.map((word) => [word, UNKNOWN_NUMBER]));
  readonly #numberOf = (token: string) => this.#numbers.get(token) ?? this.#addWord(token);
  #reader: WordNumbers | undefined;
  /** Of the words as they were read. */
  #renumbered: Uint32Array | undefined;

  constructor(bounds?: { order: number; limit: number; scratch: Scratch }) {
    this.#bounds = bounds;
  }

  /** Whether the text is in a file. */
  get isLarge(): boolean {
    return this.#file !== undefined;
  }

  /** Tokens, <s> and </s> of each text among them. */
  get length(): number {
    return this.#full + this.#filled;
  }

  /** About how many bytes the words take, with what each order has of them. */
  get wordBytes(): number {
    const each = PER_WORD + PER_WORD_AND_ORDER * (this.#bounds?.order ?? 0);
    return this.#words.length * each + 2 * this.#characters;
  }

  add(tokens: readonly string[]): void {
    this.#addNumbers(Uint32Array.from(tokens, this.#numberOf), tokens.length);
  }

  /** Adds a text that the tokenizer `words` splits. */
  addWords(text: string): void {
    this.#reader ??= new WordNumbers(this.#numberOf);
    this.#reader.read(text);
    this.#addNumbers(this.#reader.numbers, this.#reader.count);
  }

  #addNumbers(numbers: Uint32Array, count: number): void {
    this.texts++;
    this.tokens += count + 1;
    const counts = this.#counts;
    this.#push(BEGIN_NUMBER);
    let [block, filled] = [this.#block, this.#filled];
    for (let i = 0; i < count; i++) {
      const number = numbers[i];
      counts[number]++;
      if (filled < NGRAM_BLOCK) block[filled++] = number;
      else {
        this.#filled = filled;
        this.#push(number);
        [block, filled] = [this.#block, this.#filled];
      }
    }
    this.#filled = filled;
    this.#push(END_NUMBER);
  }

  #addWord(token: string): number {
    const number = this.#words.length;
    // A long token is a slice that would keep its whole text in memory; spelt out anew it does not.
    const word = token.length < SLICED ? token : token.split("").join("");
    this.#words.push(word);
    this.#numbers.set(word, number);
    this.#counts.push(0);
    this.#characters += word.length;
    if (this.#bounds !== undefined) this.#checkWords(this.#bounds.limit);
    return number;
  }

  /** Ends the reading: words seen less than `minCount` times become `<unk>`, the others are numbered as they came. */
  finish(minCount: number): Vocabulary {
    this.minCount = minCount;
    const last = this.blocks.pop();
    if (last !== undefined) this.blocks.push(last.subarray(0, this.#filled));
    const kept: string[] = [];
    const renumbered = new Uint32Array(this.#words.length);
    for (const [number, word] of this.#words.entries()) {
      if (number < SPECIAL.length || this.#counts[number] >= minCount) {
        renumbered[number] = kept.length;
        kept.push(word);
      } else {
        renumbered[number] = UNKNOWN_NUMBER;
        this.unknown += this.#counts[number];
      }
    }
    this.unknown += this.#counts[UNKNOWN_NUMBER];
    this.#numbers.clear();
    this.#reader = undefined;
    if (this.#file === undefined) for (const block of this.blocks) renumber(block, renumbered);
    else {
      for (const block of this.blocks.splice(0)) this.#file.append(block);
      this.#renumbered = kept.length < this.#words.length ? renumbered : undefined;
    }
    this.#words.length = this.#counts.length = 0;
    return new Vocabulary(kept);
  }

  /** The text in a file from a place on, as far as it fits; how many tokens that is. */
  read(first: number, into: Uint32Array): number {
    const count = this.#file?.read(first, into) ?? 0;
    if (this.#renumbered !== undefined) renumber(into.subarray(0, count), this.#renumbered);
    return count;
  }

  close(): void {
    this.#file?.close();
  }

  #push(number: number): void {
    if (this.#filled === NGRAM_BLOCK) {
      if (this.#bounds !== undefined) this.#checkRoom(this.#bounds);
      this.#block = new Uint32Array(NGRAM_BLOCK);
      this.blocks.push(this.#block);
      this.#full += NGRAM_BLOCK;
      this.#filled = 0;
    }
    this.#block[this.#filled++] = number;
  }

  /** Moves the text to a file when its n-grams may not fit with it. */
  #checkRoom({ order, limit, scratch }: { order: number; limit: number; scratch: Scratch }): void {
    if (this.length > MOST_PLACES - NGRAM_BLOCK)
      throw new ArgumentError(textReason("too-long", { most: MOST_PLACES }), { field: "texts" });
    const bytes = this.length * (PER_TOKEN + PER_NGRAM * order) + this.wordBytes;
    if (bytes > limit) this.#file ??= scratch.open();
    if (this.#file !== undefined) for (const block of this.blocks.splice(0)) this.#file.append(block);
  }

  #checkWords(limit: number): void {
    const words = this.#words.length;
    if (words > MOST_WORDS || this.wordBytes > limit / 2) {
      const most = Math.min(MOST_WORDS, words - 1);
      throw new ArgumentError(textReason("too-many-words", { words: most }), { field: "memoryLimit", got: limit });
    }
  }
}

function renumber(numbers: Uint32Array, renumbered: Uint32Array): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = renumbered[numbers[i]];
}

/** Who is told of the progress, and may end it. */
interface PaceOptions {
  signal?: AbortSignal;
  onProgress?: (progress: NgramProgress) => void;
}

/** Gives the event loop its turn, tells how far it is, and stops where that is wanted. */
export class Pace {
  readonly #options: PaceOptions;
  readonly #turns = new Turns();
  #last: NgramProgress = { phase: "reading", texts: 0, tokens: 0, share: 0 };

  constructor(options: PaceOptions) {
    this.#options = options;
    options.signal?.throwIfAborted();
  }

  isDue(): boolean {
    return this.#turns.due;
  }

  /** Rests if that is due; what is left out of the progress is as before. */
  async breathe(progress: Partial<NgramProgress> = {}): Promise<void> {
    this.#last = { ...this.#last, ...progress };
    if (this.isDue()) await this.rest(this.#last);
  }

  async rest(progress: NgramProgress): Promise<void> {
    this.#last = progress;
    this.#options.onProgress?.(progress);
    await this.#turns.give(this.#options.signal);
  }
}
