import { integerIn, numberIn } from "../core/arguments.js";
import { ArgumentError } from "../core/errors.js";
import { CopyWeights, wordsOf } from "../core/newsWeights.js";
import { Slices, type WorkOptions } from "../core/slices.js";
import type { TextCore } from "../core/textCore.js";
import { CopyModel } from "./copyModel.js";
import { Encoder, packPairs } from "./encoder.js";
import type { Article, Learner, Pair } from "./interfaces.js";
import { newsReason } from "./reasons.js";

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

  /** @throws ArgumentError where an option is out of range. */
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
   * @throws ArgumentError where there is no pair, the signal's reason when aborted.
   */
  async train(pairs: readonly Pair[], options: WorkOptions = {}): Promise<CopyModel> {
    if (pairs.length === 0) throw new ArgumentError(newsReason("no-pairs"), { field: "pairs", got: 0 });
    const { epochs = 3, learningRate = 0.1, seed = 0, minWords = 6, maxWords = 45 } = this.#options;
    const articles = [...new Set(pairs.map(({ article }) => article))];
    const encoder = this.#options.encoder ?? Encoder.of(articles);
    const examples = evenly(articles, LENGTH_ARTICLES);
    const slices = new Slices((1 + epochs) * pairs.length, options);

    const packed = await packPairs(encoder, pairs, slices);
    const learning = new CopyWeights(await this.#core.another());
    const training = learning.training(packed);
    for (let epoch = 0; epoch < epochs; epoch++) {
      training.shuffle(seed, epoch);
      await slices.run(pairs.length, (first, count) => training.run(first, count, learningRate));
    }
    // the pairs' memory goes with the instance that learned
    const weights = new CopyWeights(await this.#core.another(), learning.values);
    const model = new CopyModel(weights, encoder, { endBias: 0, minWords, maxWords });
    const meanWords = this.#options.meanWords ?? mean(packed.map(({ summary }) => wordsOf(summary)));
    return model.withEndBias(await endBiasFor(model, examples, meanWords, options.signal));
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
 * @throws ArgumentError where an option is out of range.
 * @example
 * const model = await copyLearner(core).train(humanPairs(newswire(core)));
 * const [[summary]] = await model.generate([article], { temperature: 0 });
 */
export function copyLearner(core: TextCore, options: CopyLearnerOptions = {}): CopyLearner {
  return new CopyLearner(core, options);
}
