import { integerIn } from "../core/errors.js";
import { type PackedPair, packArticle, packSummary } from "../core/newsWeights.js";
import type { Slices } from "../core/slices.js";
import { sha256Of } from "../model/digest.js";
import type { Article, Pair } from "./interfaces.js";
import { hashWord, type Reading, readText, Vocabulary, wordTexts } from "./vocabulary.js";

/** How much of a text the models read. */
export interface TextLimits {
  /** Words of an article, at most 2048. */
  articleWords: number;
  /** Words of a summary, at most 256. */
  summaryWords: number;
}

const TEXT_LIMITS: TextLimits = { articleWords: 250, summaryWords: 45 };

/** The end of a summary, where it is scored like a word. */
export const END = "</s>";
const THE_END = { hash: hashWord(END), wordClass: 0 };

/** An article as the core reads it, and what its numbers stand for. */
export interface EncodedArticle {
  packed: Int32Array;
  reading: Reading;
  /** The type of every word of the reading: the number of its candidate. */
  types: readonly number[];
  /** The words that can be said: the article's types, then common words; the end comes after them. */
  candidates: readonly string[];
}

/** Turns texts into what the core reads. An article is encoded once, and kept as long as it lives. */
export class Encoder {
  readonly vocabulary: Vocabulary;
  readonly limits: TextLimits;
  readonly #known = new WeakMap<Article, EncodedArticle & { numbers: Map<string, number> }>();
  readonly #words = new Map<string, { hash: number; wordClass: number }>();

  /** @throws ArgumentError if the limits are more than the core can take. */
  constructor(vocabulary: Vocabulary, limits: TextLimits = TEXT_LIMITS) {
    integerIn("articleWords", limits.articleWords, 1, 2048);
    integerIn("summaryWords", limits.summaryWords, 1, 256);
    this.vocabulary = vocabulary;
    this.limits = limits;
  }

  /** Common words and idf of these articles. */
  static of(articles: readonly Article[], limits: TextLimits = TEXT_LIMITS): Encoder {
    return new Encoder(Vocabulary.of(articles, limits.articleWords), limits);
  }

  article(article: Article): EncodedArticle {
    return this.#article(article);
  }

  /** The words of a summary in lower case, and as the core reads them beside their article. */
  summary(article: Article, summary: string): { words: string[]; packed: Int32Array } {
    const { numbers } = this.#article(article);
    const words = wordTexts(summary, this.limits.summaryWords);
    const packed = packSummary(words.map((word) => ({ candidate: numbers.get(word) ?? -1, ...this.#word(word) })));
    return { words, packed };
  }

  /** What the core reads of a word. */
  #word(word: string): { hash: number; wordClass: number } {
    const known = this.#words.get(word);
    if (known) return known;
    const features = { hash: hashWord(word), wordClass: this.vocabulary.classOf(word) };
    this.#words.set(word, features);
    return features;
  }

  #article(article: Article): EncodedArticle & { numbers: Map<string, number> } {
    const known = this.#known.get(article);
    if (known) return known;
    const reading = readText(article.text, this.limits.articleWords);
    const numbers = new Map<string, number>();
    const types = reading.words.map(({ text }) => numberIn(numbers, text));
    const typeCount = numbers.size;
    for (const { word } of this.vocabulary.data.common) numberIn(numbers, word);
    const candidates = [...numbers.keys()];
    const packed = packArticle({
      key: streamKey(article.id),
      tokens: types,
      sentences: reading.sentences,
      types: typeCount,
      words: [...candidates.map((word) => this.#word(word)), THE_END],
    });
    const encoded = { packed, reading, types, candidates, numbers };
    this.#known.set(article, encoded);
    return encoded;
  }
}

/** Pairs as the core reads them; one piece of work each. */
export async function packPairs(encoder: Encoder, pairs: readonly Pair[], slices: Slices): Promise<PackedPair[]> {
  const packed: PackedPair[] = [];
  await slices.run(pairs.length, (first, count) => {
    for (const { article, summary } of pairs.slice(first, first + count)) {
      packed.push({ article: encoder.article(article).packed, summary: encoder.summary(article, summary).packed });
    }
  });
  return packed;
}

function numberIn(numbers: Map<string, number>, word: string): number {
  const known = numbers.get(word);
  if (known !== undefined) return known;
  numbers.set(word, numbers.size);
  return numbers.size - 1;
}

/** The random streams of an article are named by the first eight bytes of the SHA-256 of its id. */
function streamKey(id: string): [number, number] {
  const view = new DataView(sha256Of(id).buffer);
  return [view.getUint32(0), view.getUint32(4)];
}
