import { ArgumentError, outOfRange } from "../core/errors.js";
import { HIGHEST_ORDER, NGRAM_BLOCK, NgramTables, NO_NGRAM } from "../core/ngram.js";
import { nextTask } from "../core/slices.js";
import type { TextCore } from "../core/textCore.js";
import { BEGIN, checkString, type Discounts, END, NgramModel, stringsOf, UNKNOWN, Vocabulary } from "./ngramModel.js";
import { textReason } from "./reasons.js";
import { splitterOf, type Tokenizer } from "./tokenizer.js";

/** How far a training is. */
export interface NgramProgress {
  /** Texts are read first; then the n-grams of each order are counted. */
  phase: "reading" | "counting";
  texts: number;
  tokens: number;
  /** Of the counting, in [0, 1]. */
  share: number;
}

export interface NgramOptions {
  /** Words that a probability depends on, the predicted one included: 1 … 6, 3 by default. */
  order?: number;
  /** Words seen less often than this become `<unk>`; 1 by default, which keeps all. */
  minCount?: number;
  /** `words` by default. */
  tokenizer?: Tokenizer;
  /** Ends the training. */
  signal?: AbortSignal;
  onProgress?: (progress: NgramProgress) => void;
}

/** Milliseconds of computing after which the event loop gets its turn. */
const SLICE = 40;

/**
 * Trains an n-gram language model, interpolated modified Kneser–Ney: to say which texts are likely.
 *
 * @param texts Each a unit with a start and an end, such as a summary; read once. At most some 10⁸ tokens.
 * @param options `order` 1 … 6 (3), `minCount` (1) below which a word becomes `<unk>`, `tokenizer` ("words").
 * @throws ArgumentError where an option is out of range or there is no text, MemoryLimitError where 4 GiB are too few.
 * @example
 * const model = await trainLanguageModel(core, ["the cat sat", "the dog sat"], { order: 2 });
 * model.perplexity(["the cat sat", "sat the cat"]); // Float64Array [1.937…, 7.667…]
 * @see Chen and Goodman, An Empirical Study of Smoothing Techniques for Language Modeling, TR-10-98, Harvard 1998
 */
export async function trainLanguageModel(
  core: TextCore,
  texts: Iterable<string> | AsyncIterable<string>,
  options: NgramOptions = {},
): Promise<NgramModel> {
  const order = integerIn("order", options.order ?? 3, 1, HIGHEST_ORDER);
  const minCount = integerIn("minCount", options.minCount ?? 1, 1, Number.MAX_SAFE_INTEGER);
  const tokenizer = options.tokenizer ?? "words";
  const pace = new Pace(options);
  const corpus = await readCorpus(texts, splitterOf(tokenizer), pace);
  const vocabulary = corpus.finish(minCount);
  const tables = new NgramTables(await core.another(), order);
  await tally(tables, corpus, vocabulary, pace);
  const discounts = [];
  for (let k = 1; k <= order; k++) {
    const found = discountsOf(k, tables.countsOfCounts(k));
    tables.estimate(k, found.values, vocabulary.begin);
    discounts.push(found);
  }
  tables.takeLogarithms();
  const { texts: read, tokens, unknown } = corpus;
  return new NgramModel(tables, vocabulary, tokenizer, { texts: read, tokens, unknown, minCount, discounts });
}

async function readCorpus(
  texts: Iterable<string> | AsyncIterable<string>,
  split: (text: string) => readonly string[],
  pace: Pace,
): Promise<NgramCorpus> {
  const corpus = new NgramCorpus();
  for await (const text of stringsOf("texts", texts)) {
    checkString("texts", text);
    const tokens = split(text);
    const mark = tokens.find((token) => token === BEGIN || token === END);
    if (mark !== undefined) {
      throw new ArgumentError(textReason("mark-in-text", { mark, text: corpus.texts + 1 }), {
        field: "texts",
        got: mark,
      });
    }
    corpus.add(tokens);
    if (pace.isDue()) await pace.rest({ phase: "reading", texts: corpus.texts, tokens: corpus.tokens, share: 0 });
  }
  await pace.rest({ phase: "reading", texts: corpus.texts, tokens: corpus.tokens, share: 0 });
  if (corpus.texts === 0) {
    throw new ArgumentError(textReason("no-texts"), { field: "texts", expected: "one text" });
  }
  return corpus;
}

/** Counts order by order, since an n-gram is found from its history. */
async function tally(
  tables: NgramTables,
  corpus: NgramCorpus,
  vocabulary: { words: readonly string[]; begin: number },
  pace: Pace,
): Promise<void> {
  const { blocks, texts, tokens } = corpus;
  const ids = blocks.map((block) => block.slice());
  for (let k = 1; k <= tables.order; k++) {
    tables.begin(k);
    if (k === 1)
      for (let n = vocabulary.words.length; n > 0; n -= NGRAM_BLOCK) tables.addWords(Math.min(n, NGRAM_BLOCK));
    let carry = NO_NGRAM;
    for (const [i, block] of blocks.entries()) {
      carry = tables.tally(block, ids[i], vocabulary.begin, carry);
      const share = (k - 1 + (i + 1) / blocks.length) / tables.order;
      if (pace.isDue() || i === blocks.length - 1) await pace.rest({ phase: "counting", texts, tokens, share });
    }
    tables.finish();
  }
}

/** Gives the event loop its turn, tells how far it is, and stops where that is wanted. */
class Pace {
  readonly #options: NgramOptions;
  #since = performance.now();

  constructor(options: NgramOptions) {
    this.#options = options;
    options.signal?.throwIfAborted();
  }

  isDue(): boolean {
    return performance.now() - this.#since > SLICE;
  }

  async rest(progress: NgramProgress): Promise<void> {
    this.#options.onProgress?.(progress);
    await nextTask();
    this.#options.signal?.throwIfAborted();
    this.#since = performance.now();
  }
}

function integerIn(field: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const expected =
    most === Number.MAX_SAFE_INTEGER ? `an integer of at least ${least}` : `an integer in [${least}, ${most}]`;
  throw outOfRange(field, expected, value);
}

const FALLBACK = [0.5, 1, 1.5] as const;

/**
 * D_j = j − (j + 1) Y t_{j+1} / t_j with Y = t₁ / (t₁ + 2 t₂).
 *
 * They must lie in (0, j], so that every count stays at or above zero and something is left for what was not seen. Where
 * one does not, all three of the order are the fallback's.
 *
 * @see Chen and Goodman, TR-10-98, equation 26
 */
export function discountsOf(order: number, countsOfCounts: readonly [number, number, number, number]): Discounts {
  const [t1, t2, t3, t4] = countsOfCounts;
  const y = t1 / (t1 + 2 * t2);
  const values = [1 - (2 * y * t2) / t1, 2 - (3 * y * t3) / t2, 3 - (4 * y * t4) / t3] as const;
  const fallback = !values.every((value, i) => value > 0 && value <= i + 1);
  return { order, countsOfCounts, values: fallback ? FALLBACK : values, fallback };
}

const SPECIAL = [UNKNOWN, BEGIN, END];
const [UNKNOWN_NUMBER, BEGIN_NUMBER, END_NUMBER] = [0, 1, 2];

/** A training text as numbers, four bytes a token, in blocks: which words are common is known only at its end. */
class NgramCorpus {
  /** The blocks, each full but the last. */
  readonly blocks: Uint32Array[] = [];
  texts = 0;
  /** Tokens that are predicted: those of the texts, and one end for each. */
  tokens = 0;
  /** Tokens that became `<unk>`. */
  unknown = 0;
  #filled = NGRAM_BLOCK;
  readonly #words: string[] = [...SPECIAL];
  readonly #counts: number[] = SPECIAL.map(() => 0);
  readonly #numbers = new Map<string, number>(SPECIAL.map((word) => [word, UNKNOWN_NUMBER]));

  add(tokens: readonly string[]): void {
    this.texts++;
    this.tokens += tokens.length + 1;
    this.#push(BEGIN_NUMBER);
    for (const token of tokens) {
      let number = this.#numbers.get(token);
      if (number === undefined) {
        number = this.#words.length;
        // A token is a slice that would keep its whole text in memory; spelt out anew it does not.
        const word = token.split("").join("");
        this.#words.push(word);
        this.#numbers.set(word, number);
        this.#counts.push(0);
      }
      this.#counts[number]++;
      this.#push(number);
    }
    this.#push(END_NUMBER);
  }

  /** Ends the reading: words seen less than `minCount` times become `<unk>`, the others are numbered as they came. */
  finish(minCount: number): Vocabulary {
    const last = this.blocks.pop();
    if (last !== undefined) this.blocks.push(last.slice(0, this.#filled));
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
    for (const block of this.blocks) for (let i = 0; i < block.length; i++) block[i] = renumbered[block[i]];
    this.#numbers.clear();
    return new Vocabulary(kept);
  }

  #push(number: number): void {
    if (this.#filled === NGRAM_BLOCK) {
      this.blocks.push(new Uint32Array(NGRAM_BLOCK));
      this.#filled = 0;
    }
    this.blocks[this.blocks.length - 1][this.#filled++] = number;
  }
}
