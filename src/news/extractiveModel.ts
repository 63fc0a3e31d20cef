import { ArgumentError, integerIn, numberIn } from "../core/errors.js";
import { ExtractWeights, type PackedPair } from "../core/newsWeights.js";
import { Slices, type WorkOptions } from "../core/slices.js";
import type { TextCore } from "../core/textCore.js";
import { Encoder, packPairs, type TextLimits } from "./encoder.js";
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

/** All that makes an extractive model: plain values, which can be posted to workers or stored. */
export interface ExtractiveModelState {
  weights: Float32Array;
  vocabulary: VocabularyData;
  text: TextLimits;
}

/** A softmax over the sentences of an article, log-linear in a few facts of each: the small, fast model. */
export class ExtractiveModel implements Generator, Scorer {
  readonly encoder: Encoder;
  readonly #weights: ExtractWeights;

  /** @internal */
  constructor(weights: ExtractWeights, encoder: Encoder) {
    this.#weights = weights;
    this.encoder = encoder;
  }

  /** A model from what `state` gave, perhaps on another thread. */
  static async fromState(
    core: TextCore,
    state: ExtractiveModelState,
    encoder = new Encoder(new Vocabulary(state.vocabulary), state.text),
  ): Promise<ExtractiveModel> {
    return new ExtractiveModel(new ExtractWeights(await core.another(), state.weights), encoder);
  }

  get state(): ExtractiveModelState {
    const { vocabulary, limits } = this.encoder;
    return { weights: this.#weights.values, vocabulary: vocabulary.data, text: limits };
  }

  /** `n` sentences of each article, cut at 45 words (`summaryWords` of the encoder); drawn afresh, so some may be the same. */
  async generate(articles: readonly Article[], options: GenerateOptions = {}): Promise<string[][]> {
    const draws = drawsOf(options);
    const { vocabulary, limits } = this.encoder;
    const texts: string[][] = [];
    await new Slices(articles.length, options).run(articles.length, (first, count) => {
      const encoded = articles.slice(first, first + count).map((article) => this.encoder.article(article));
      const packed = encoded.map((article) => article.packed);
      for (const [i, ranges] of this.#weights.extract(packed, draws).entries()) {
        const { types } = encoded[i];
        const cut = ranges.map(([begin, end]) => types.slice(begin, Math.min(end, begin + limits.summaryWords)));
        texts.push(cut.map((words) => writeSummary(encoded[i], vocabulary, words)));
      }
    });
    return texts;
  }

  async score(prompt: Article, continuation: string): Promise<TokenScores> {
    const [scores] = await this.scoreAll([{ article: prompt, summary: continuation }]);
    return scores;
  }

  /**
   * The probabilities of the words of given summaries, each as drawn from a sentence that the model draws, with a tenth
   * of the mass spread over all words that can be said; others count as 10⁻⁵. There is no end.
   */
  async scoreAll(pairs: readonly Pair[], options: WorkOptions = {}): Promise<TokenScores[]> {
    const logs = (packed: PackedPair[]) => this.#weights.score(packed);
    return scoredPairs(this.encoder, pairs, options, logs, (words) => words);
  }
}

export interface ExtractiveLearnerOptions {
  /** Reads the texts; share one between learners on the same articles. Left out, made from the articles of the pairs. */
  encoder?: Encoder;
  /** Passes over the pairs; left out, 3. */
  epochs?: number;
  /** Of AdaGrad; left out, 0.1. */
  learningRate?: number;
  /** Orders the pairs of each epoch; an integer in [0, 2^53). Left out, 0. */
  seed?: number;
}

/** Trains {@link ExtractiveModel}s: each pair teaches the sentence that is most like its summary. */
export class ExtractiveLearner implements Learner<ExtractiveModel> {
  readonly #core: TextCore;
  readonly #options: ExtractiveLearnerOptions;

  /** @throws ArgumentError if an option is out of range. */
  constructor(core: TextCore, options: ExtractiveLearnerOptions = {}) {
    const { epochs = 3, learningRate = 0.1, seed = 0 } = options;
    integerIn("epochs", epochs, 1, 1000);
    numberIn("learningRate", learningRate, 1e-6, 100);
    integerIn("seed", seed, 0, Number.MAX_SAFE_INTEGER);
    this.#core = core;
    this.#options = options;
  }

  /** @throws ArgumentError if there is no pair, the signal's reason when aborted. */
  async train(pairs: readonly Pair[], options: TrainOptions = {}): Promise<ExtractiveModel> {
    if (pairs.length === 0) throw new ArgumentError(newsReason("no-pairs"), { field: "pairs", got: 0 });
    const { epochs = 3, learningRate = 0.1, seed = 0 } = this.#options;
    const encoder = this.#options.encoder ?? Encoder.of([...new Set(pairs.map(({ article }) => article))]);
    const slices = new Slices((1 + epochs) * pairs.length, options);
    const packed = await packPairs(encoder, pairs, slices);
    const learning = new ExtractWeights(await this.#core.another());
    const training = learning.training(packed);
    const learned = async () =>
      new ExtractiveModel(new ExtractWeights(await this.#core.another(), learning.values), encoder);
    for (let epoch = 0; epoch < epochs; epoch++) {
      await training.epoch(slices, { seed, epoch, learningRate, onLoss: options.onLoss });
      if (options.onEpoch) await options.onEpoch(await learned(), epoch + 1);
    }
    return learned();
  }
}

/** What trains extractive models: a softmax over an article's sentences, small and fast. */
export function extractiveLearner(core: TextCore, options: ExtractiveLearnerOptions = {}): ExtractiveLearner {
  return new ExtractiveLearner(core, options);
}
