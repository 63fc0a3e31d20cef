import type { Constant, TextExports } from "./exports.js";
import type { Slices } from "./slices.js";
import { seedStreams, seedWords } from "./streams.js";
import type { TextCore } from "./textCore.js";
import type { StreamKey } from "./trials.js";

/** An article in numbers. Its candidates are its types, the common words it lacks, and the end of the summary. */
interface ArticleNumbers {
  /** Names the article's random streams: two 32-bit words, high word first. */
  key: StreamKey["cell"];
  /** The type of every token, 0 … types − 1 by first appearance, and the sentence it stands in, ascending from 0. */
  tokens: ArrayLike<number>;
  sentences: ArrayLike<number>;
  types: number;
  /** The candidates. */
  words: readonly WordNumbers[];
}

/** A word: its 32-bit hash, and its class, 1 for a function word, + 2 · idf bucket. */
interface WordNumbers {
  hash: number;
  wordClass: number;
}

/** A word of a summary: its candidate in the article, or −1 if it is not a candidate. */
interface SummaryWord extends WordNumbers {
  candidate: number;
}

/** An article as the core reads it (assembly/news/article.ts). */
export function packArticle({ key, tokens, sentences, types, words }: ArticleNumbers): Int32Array {
  const lanes = 4 * Math.ceil(words.length / 4);
  const block = new Int32Array(5 + 2 * tokens.length + 2 * lanes);
  block.set([tokens.length, types, words.length, key[1], key[0]]);
  block.set(tokens, 5);
  block.set(sentences, 5 + tokens.length);
  const hashes = 5 + 2 * tokens.length;
  for (let i = 0; i < words.length; i++) {
    block[hashes + i] = words[i].hash;
    block[hashes + lanes + i] = words[i].wordClass;
  }
  return block;
}

/** A summary as the core reads it (assembly/news/copyModel.ts). */
export function packSummary(words: readonly SummaryWord[]): Int32Array {
  const block = new Int32Array(1 + 3 * words.length);
  block[0] = words.length;
  for (const [t, { candidate, hash, wordClass }] of words.entries()) block.set([candidate, hash, wordClass], 1 + 3 * t);
  return block;
}

/** A packed article, and a packed summary of it. */
export interface PackedPair {
  article: Int32Array;
  summary: Int32Array;
}

/** Copies pairs into the core, each block once, and returns where the table of their addresses stands. */
function placePairs(core: TextCore, pairs: readonly PackedPair[]): number {
  return placeTable(
    core,
    pairs.flatMap(({ article, summary }) => [article, summary]),
  );
}

/** Copies blocks into the core, each once, and returns where the table of their addresses stands. */
function placeTable(core: TextCore, blocks: readonly Int32Array[]): number {
  const known = new Map<Int32Array, number>();
  const addresses = blocks.map((block) => {
    const address = known.get(block) ?? core.place(block);
    known.set(block, address);
    return address;
  });
  return core.place(Uint32Array.from(addresses));
}

/** How many words a packed summary has. */
export function wordsOf(summary: Int32Array): number {
  return summary[0];
}

/** The kernels that two models have in common, and how many numbers a score has beside one for each word. */
interface Kernels {
  count: Constant;
  train: TextExports["copyTrain"];
  gradient: TextExports["copyGradient"];
  score: TextExports["copyScore"];
  ends: 0 | 1;
}

/**
 * The weights of a news model and the kernels over them, on an instance of the core of its own. Every call is one
 * crossing and leaves nothing behind; callers cut their work into batches.
 */
abstract class NewsWeights {
  protected readonly core: TextCore;
  protected readonly address: number;
  readonly #kernels: Kernels;

  protected constructor(core: TextCore, kernels: Kernels, weights?: Float32Array) {
    this.core = core;
    this.#kernels = kernels;
    core.exports.newsPrepare(core.reserve(core.exports.newsBytes()));
    this.address = weights === undefined ? core.zeros(4 * kernels.count.value) : core.place(weights);
  }

  /** How many weights there are. */
  get count(): number {
    return this.#kernels.count.value;
  }

  /** A copy of the weights. */
  get values(): Float32Array {
    return this.core.f32(this.address, this.count).slice();
  }

  /** Takes pairs in, to be learned from. They stay as long as the instance does. */
  training(pairs: readonly PackedPair[]): Training {
    return new Training(this.core, this.#kernels, this.address, pairs);
  }

  /** The sum of −log p over pairs, and its gradient with respect to every weight. */
  gradient(pairs: readonly PackedPair[]): { loss: number; gradient: Float32Array } {
    return this.core.scoped(() => {
      const out = this.core.zeros(4 * this.count);
      const loss = this.#kernels.gradient(this.address, out, placePairs(this.core, pairs), pairs.length);
      return { loss, gradient: this.core.f32(out, this.count).slice() };
    });
  }

  /** log p of every word of each summary, and of the end where the model has one. */
  score(pairs: readonly PackedPair[]): Float64Array[] {
    const lengths = pairs.map(({ summary }) => wordsOf(summary) + this.#kernels.ends);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    return this.core.scoped(() => {
      const out = this.core.reserve(8 * total);
      this.#kernels.score(this.address, placePairs(this.core, pairs), pairs.length, out);
      const logs = this.core.f64(out, total);
      let end = 0;
      return lengths.map((length) => {
        end += length;
        return logs.slice(end - length, end);
      });
    });
  }
}

/** How the pairs are learned from once. */
interface Epoch {
  seed: number;
  /** From 0. */
  epoch: number;
  learningRate: number;
  /** Told of −log p, summed over so many pairs. */
  onLoss?: (told: { loss: number; pairs: number }) => void;
}

/** Pairs in the core's memory, and AdaGrad over them. */
export class Training {
  readonly pairs: number;
  readonly #core: TextCore;
  readonly #kernels: Kernels;
  readonly #weights: number;
  readonly #squares: number;
  readonly #table: number;
  readonly #order: number;

  /** @internal */
  constructor(core: TextCore, kernels: Kernels, weights: number, pairs: readonly PackedPair[]) {
    this.pairs = pairs.length;
    this.#core = core;
    this.#kernels = kernels;
    this.#weights = weights;
    this.#squares = core.zeros(4 * kernels.count.value);
    this.#table = placePairs(core, pairs);
    this.#order = core.reserve(4 * pairs.length);
  }

  /** Puts the pairs in the order of an epoch, which the seed and the epoch's number alone decide. */
  shuffle(seed: number, epoch: number): void {
    const order = this.#core.i32(this.#order, this.pairs);
    for (let i = 0; i < this.pairs; i++) order[i] = i;
    seedStreams(this.#core, "trainingOrder", seed, epoch);
    this.#core.exports.shuffle(this.#order, this.pairs);
  }

  /** Learns from all pairs once, in the order of an epoch. */
  async epoch(slices: Slices, { seed, epoch, learningRate, onLoss }: Epoch): Promise<void> {
    this.shuffle(seed, epoch);
    await slices.run(this.pairs, (first, count) => {
      const loss = this.run(first, count, learningRate);
      onLoss?.({ loss, pairs: count });
    });
  }

  /** The numbers of the pairs in the order of the epoch. */
  get order(): Int32Array {
    return this.#core.i32(this.#order, this.pairs).slice();
  }

  /** Learns from pairs first … first + count − 1 of the order, and returns the sum of −log p before each step. */
  run(first: number, count: number, learningRate: number): number {
    return this.#kernels.train(this.#weights, this.#squares, this.#table, this.#order, first, count, learningRate);
  }
}

/** How many summaries of each article, how freely, and where their streams begin. */
export interface Draws {
  samples: number;
  /** 0 for always the likeliest. */
  temperature: number;
  /** An integer in [0, 2^53). */
  seed: number;
}

export interface SummaryLimits {
  /** Added to the score of the end. */
  endBias: number;
  minWords: number;
  maxWords: number;
}

/** The weights of a copy model. */
export class CopyWeights extends NewsWeights {
  /**
   * @param core An instance that nothing else uses.
   * @param weights Left out, all zero.
   */
  constructor(core: TextCore, weights?: Float32Array) {
    const { COPY_WEIGHTS, copyTrain, copyGradient, copyScore } = core.exports;
    super(core, { count: COPY_WEIGHTS, train: copyTrain, gradient: copyGradient, score: copyScore, ends: 1 }, weights);
  }

  /** The candidates said: for each article, `samples` lists. */
  generate(
    articles: readonly Int32Array[],
    draws: Draws,
    { endBias, minWords, maxWords }: SummaryLimits,
  ): Int32Array[][] {
    const { core } = this;
    const { samples, temperature, seed } = draws;
    const width = 1 + maxWords;
    const total = width * samples * articles.length;
    return this.core.scoped(() => {
      const out = core.reserve(4 * total);
      const table = placeTable(core, articles);
      const limits = [temperature, endBias, minWords, maxWords];
      core.exports.copyGenerate(this.address, table, articles.length, samples, ...seedWords(seed), ...limits, out);
      const said = core.i32(out, total);
      return articles.map((_, a) =>
        Array.from({ length: samples }, (_, s) => {
          const at = width * (a * samples + s);
          return said.slice(at + 1, at + 1 + said[at]);
        }),
      );
    });
  }
}

/** The weights of an extractive model. */
export class ExtractWeights extends NewsWeights {
  /**
   * @param core An instance that nothing else uses.
   * @param weights Left out, all zero.
   */
  constructor(core: TextCore, weights?: Float32Array) {
    const { EXTRACT_WEIGHTS, extractTrain, extractGradient, extractScore } = core.exports;
    super(
      core,
      { count: EXTRACT_WEIGHTS, train: extractTrain, gradient: extractGradient, score: extractScore, ends: 0 },
      weights,
    );
  }

  /** The sentences chosen: for each article, `samples` ranges of its tokens. */
  extract(articles: readonly Int32Array[], { samples, temperature, seed }: Draws): [begin: number, end: number][][] {
    const { core } = this;
    const total = 2 * samples * articles.length;
    return this.core.scoped(() => {
      const out = core.reserve(4 * total);
      const table = placeTable(core, articles);
      const words = seedWords(seed);
      core.exports.extractGenerate(this.address, table, articles.length, samples, ...words, temperature, out);
      const ranges = core.i32(out, total);
      return articles.map((_, a) =>
        Array.from({ length: samples }, (_, s) => {
          const at = 2 * (a * samples + s);
          return [ranges[at], ranges[at + 1]];
        }),
      );
    });
  }
}
