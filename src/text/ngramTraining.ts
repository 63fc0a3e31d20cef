import { ArgumentError, outOfRange } from "../core/errors.js";
import { HIGHEST_ORDER, NGRAM_BLOCK, NgramTables, NO_NGRAM } from "../core/ngram.js";
import type { TextCore } from "../core/textCore.js";
import { NgramCorpus, type NgramProgress, Pace } from "./ngramCorpus.js";
import { BEGIN, checkString, type Discounts, END, NgramModel, stringsOf } from "./ngramModel.js";
import { textReason } from "./reasons.js";
import { splitterOf, type Tokenizer } from "./tokenizer.js";

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

/**
 * Trains an n-gram language model, interpolated modified Kneser–Ney: to say which texts are likely.
 *
 * @param texts Each a unit with a start and an end, such as a summary; read once. At most some 10⁸ tokens.
 * @param options `order` 1 … 6 (3), `minCount` (1) below which a word becomes `<unk>`, `tokenizer` ("words").
 * @throws ArgumentError if an option is out of range or there is no text, MemoryLimitError if 4 GiB are too few.
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
  const settings = settingsOf(options);
  const pace = new Pace(options);
  const corpus = new NgramCorpus();
  await readCorpus(corpus, texts, settings, pace);
  return inMemory(core, corpus, settings, pace);
}

/** The settings of a training, checked. */
export function settingsOf(options: NgramOptions) {
  const order = integerIn("order", options.order ?? 3, 1, HIGHEST_ORDER);
  const minCount = integerIn("minCount", options.minCount ?? 1, 1, Number.MAX_SAFE_INTEGER);
  const tokenizer = options.tokenizer ?? "words";
  return { order, minCount, tokenizer, split: splitterOf(tokenizer) };
}

/** The model of a text whose n-grams fit in memory. */
export async function inMemory(
  core: TextCore,
  corpus: NgramCorpus,
  { order, minCount, tokenizer }: { order: number; minCount: number; tokenizer: Tokenizer },
  pace: Pace,
): Promise<NgramModel> {
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

/** Reads the texts. */
export async function readCorpus(
  corpus: NgramCorpus,
  texts: Iterable<string> | AsyncIterable<string>,
  { tokenizer, split }: { tokenizer: Tokenizer; split: (text: string) => readonly string[] },
  pace: Pace,
): Promise<void> {
  const add = (text: string) => {
    if (tokenizer === "words") {
      corpus.addWords(text); // none of them is a mark
      return;
    }
    const tokens = split(text);
    const mark = tokens.find((token) => token === BEGIN || token === END);
    if (mark !== undefined) {
      throw new ArgumentError(textReason("mark-in-text", { mark, text: corpus.texts + 1 }), {
        field: "texts",
        got: mark,
      });
    }
    corpus.add(tokens);
  };
  for await (const text of stringsOf("texts", texts)) {
    checkString("texts", text);
    add(text);
    if (pace.isDue()) await pace.rest({ phase: "reading", texts: corpus.texts, tokens: corpus.tokens, share: 0 });
  }
  await pace.rest({ phase: "reading", texts: corpus.texts, tokens: corpus.tokens, share: 0 });
  if (corpus.texts === 0) {
    throw new ArgumentError(textReason("no-texts"), { field: "texts", expected: "one text" });
  }
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

export function integerIn(field: string, value: number, least: number, most: number): number {
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
