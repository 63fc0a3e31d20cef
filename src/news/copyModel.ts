import { ArgumentError, integerIn, numberIn } from "../core/errors.js";
import { CopyWeights, type Draws, type PackedPair, type SummaryLimits, wordsOf } from "../core/newsWeights.js";
import { Slices, type WorkOptions } from "../core/slices.js";
import type { TextCore } from "../core/textCore.js";
import { END, type EncodedArticle, Encoder, packPairs, type TextLimits } from "./encoder.js";
import {
  type Article,
  drawsOf,
  type GenerateOptions,
  type Generator,
  type Learner,
  type Pair,
  type Scorer,
  type TokenScores,
  type TrainOptions,
} from "./interfaces.js";
import { newsReason } from "./reasons.js";
import { scoredPairs, writeSummary } from "./surface.js";
import { Vocabulary, type VocabularyData } from "./vocabulary.js";

/** All that makes a copy model: plain values, which can be posted to workers or stored. */
export interface CopyModelState {
  weights: Float32Array;
  vocabulary: VocabularyData;
  text: TextLimits;
  summary: SummaryLimits;
}

/**
 * A log-linear copy language model: each word of a summary by a softmax over the article's words, the common words and
 * the end. {@link CopyLearner} trains one.
 */
export class CopyModel implements Generator, Scorer {
  readonly encoder: Encoder;
  readonly limits: SummaryLimits;
  readonly #weights: CopyWeights;

  /** @internal */
  constructor(weights: CopyWeights, encoder: Encoder, limits: SummaryLimits) {
    this.#weights = weights;
    this.encoder = encoder;
    this.limits = limits;
  }

  /** A model from what `state` gave, perhaps on another thread. */
  static async fromState(
    core: TextCore,
    state: CopyModelState,
    encoder = new Encoder(new Vocabulary(state.vocabulary), state.text),
  ): Promise<CopyModel> {
    return new CopyModel(new CopyWeights(await core.another(), state.weights), encoder, state.summary);
  }

  get state(): CopyModelState {
    const { vocabulary, limits } = this.encoder;
    return { weights: this.#weights.values, vocabulary: vocabulary.data, text: limits, summary: this.limits };
  }

  /**
   * `n` summaries of each article: no trigram twice, and between 6 and 45 words, unless the learner was told otherwise.
   *
   * @throws ArgumentError if an option is out of range.
   */
  async generate(articles: readonly Article[], options: GenerateOptions = {}): Promise<string[][]> {
    const { vocabulary } = this.encoder;
    const texts: string[][] = [];
    await this.say(articles, drawsOf(options), options, (article, said) => {
      texts.push(said.map((words) => writeSummary(article, vocabulary, words)));
    });
    return texts;
  }

  async score(prompt: Article, continuation: string): Promise<TokenScores> {
    const [scores] = await this.scoreAll([{ article: prompt, summary: continuation }]);
    return scores;
  }

  /**
   * The probabilities of the words of given summaries, in lower case, and of the end, `</s>`. They are those of the
   * trained model: what is added to the end's score to make summaries as long as people's is left out. A word that stands
   * neither in the article nor among the common ones cannot be said, and counts as 10⁻⁵.
   */
  async scoreAll(pairs: readonly Pair[], options: WorkOptions = {}): Promise<TokenScores[]> {
    const logs = (packed: PackedPair[]) => this.#weights.score(packed);
    return scoredPairs(this.encoder, pairs, options, logs, (words) => [...words, END]);
  }

  /** The candidates that make the summaries, article by article. @internal */
  async say(
    articles: readonly Article[],
    draws: Draws,
    options: WorkOptions,
    take: (article: EncodedArticle, said: Int32Array[]) => void,
  ): Promise<void> {
    await new Slices(articles.length, options).run(articles.length, (first, count) => {
      const encoded = articles.slice(first, first + count).map((article) => this.encoder.article(article));
      const packed = encoded.map((article) => article.packed);
      const said = this.#weights.generate(packed, draws, this.limits);
      for (const [i, article] of encoded.entries()) take(article, said[i]);
    });
  }

  /** The same model with another liking for the end. @internal */
  withEndBias(endBias: number): CopyModel {
    return new CopyModel(this.#weights, this.encoder, { ...this.limits, endBias });
  }
}

export interface CopyLearnerOptions {
  /** Reads the texts; share one between learners on the same articles. Left out, made from the articles of the pairs. */
  encoder?: Encoder;
  /** Passes over the pairs; left out, 3. */
  epochs?: number;
  /** Of AdaGrad; left out, 0.1. */
  learningRate?: number;
  /** Orders the pairs of each epoch; an integer in [0, 2^53). Left out, 0. */
  seed?: number;
  /** Mean words that likeliest summaries should have; left out, those of the pairs. */
  meanWords?: number;
  /** Fewest and most words of a summary; left out, 6 and 45. */
  minWords?: number;
  maxWords?: number;
}

/** Articles of which summaries are written to find the end's bias, at most, and how often. */
const LENGTH_ARTICLES = 100;
const LENGTH_ROUNDS = 8;
/** How far the end's score is moved at most. */
const MOST_BIAS = 6;

/** Trains {@link CopyModel}s. */
export class CopyLearner implements Learner<CopyModel> {
  readonly #core: TextCore;
  readonly #options: CopyLearnerOptions;

  /** @throws ArgumentError if an option is out of range. */
  constructor(core: TextCore, options: CopyLearnerOptions = {}) {
    const { epochs = 3, learningRate = 0.1, seed = 0, meanWords = 1, minWords = 6, maxWords = 45 } = options;
    integerIn("epochs", epochs, 1, 1000);
    numberIn("learningRate", learningRate, 1e-6, 100);
    integerIn("seed", seed, 0, Number.MAX_SAFE_INTEGER);
    integerIn("maxWords", maxWords, 1, 256);
    integerIn("minWords", minWords, 0, maxWords);
    numberIn("meanWords", meanWords, 0, 256);
    this.#core = core;
    this.#options = options;
  }

  /**
   * Learns from pairs. Words that the model cannot say (neither in the article nor common) are read, but not learned.
   * The bits of the model depend on the pairs, their order and the options alone.
   *
   * @throws ArgumentError if there is no pair, the signal's reason when aborted.
   */
  async train(pairs: readonly Pair[], options: TrainOptions = {}): Promise<CopyModel> {
    if (pairs.length === 0) throw new ArgumentError(newsReason("no-pairs"), { field: "pairs", got: 0 });
    const { epochs = 3, learningRate = 0.1, seed = 0, minWords = 6, maxWords = 45 } = this.#options;
    const articles = [...new Set(pairs.map(({ article }) => article))];
    const encoder = this.#options.encoder ?? Encoder.of(articles);
    const examples = evenly(articles, LENGTH_ARTICLES);
    const slices = new Slices((1 + epochs) * pairs.length, options);

    const packed = await packPairs(encoder, pairs, slices);
    const learning = new CopyWeights(await this.#core.another());
    const training = learning.training(packed);
    const meanWords = this.#options.meanWords ?? mean(packed.map(({ summary }) => wordsOf(summary)));
    const learned = async () => {
      // the pairs' memory goes with the instance that learned
      const weights = new CopyWeights(await this.#core.another(), learning.values);
      const model = new CopyModel(weights, encoder, { endBias: 0, minWords, maxWords });
      return model.withEndBias(await endBiasFor(model, examples, meanWords, options.signal));
    };
    for (let epoch = 0; epoch < epochs; epoch++) {
      await training.epoch(slices, { seed, epoch, learningRate, onLoss: options.onLoss });
      if (options.onEpoch) await options.onEpoch(await learned(), epoch + 1);
    }
    return learned();
  }
}

/** What the end's score must be moved by so that likeliest summaries have so many words in the mean, by bisection. */
async function endBiasFor(
  model: CopyModel,
  articles: readonly Article[],
  meanWords: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const likeliest = { samples: 1, temperature: 0, seed: 0 };
  let low = -MOST_BIAS;
  let high = MOST_BIAS;
  for (let round = 0; round < LENGTH_ROUNDS; round++) {
    const middle = (low + high) / 2;
    const lengths: number[] = [];
    await model.withEndBias(middle).say(articles, likeliest, { signal }, (_, [words]) => {
      lengths.push(words.length);
    });
    if (mean(lengths) < meanWords) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

function evenly<T>(items: readonly T[], most: number): T[] {
  const count = Math.min(items.length, most);
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * What trains copy models, which write and score summaries: each word by a softmax over the article's and common words.
 *
 * @throws ArgumentError if an option is out of range.
 * @example
 * const model = await copyLearner(core).train(humanPairs(newswire(core)));
 * const [[summary]] = await model.generate([article], { temperature: 0 });
 */
export function copyLearner(core: TextCore, options: CopyLearnerOptions = {}): CopyLearner {
  return new CopyLearner(core, options);
}
