import { CopyWeights, type Draws, type PackedPair, type SummaryLimits } from "../core/newsWeights.js";
import { Slices, type WorkOptions } from "../core/slices.js";
import type { TextCore } from "../core/textCore.js";
import { END, type EncodedArticle, Encoder, type TextLimits } from "./encoder.js";
import {
  type Article,
  drawsOf,
  type GenerateOptions,
  type Generator,
  type Pair,
  type Scorer,
  type TokenScores,
} from "./interfaces.js";
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

  /** A model from what {@link state} gave, perhaps on another thread. */
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
   * @throws ArgumentError where an option is out of range.
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
