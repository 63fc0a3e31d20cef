import { integerIn, numberIn } from "../core/errors.js";
import type { WorkOptions } from "../core/slices.js";

export interface GenerateOptions extends WorkOptions {
  /** Summaries of each article; left out, 1. */
  n?: number;
  /** What the scores are divided by before the softmax; 0 always says the likeliest. Left out, 1. */
  temperature?: number;
  /** An integer in [0, 2^53); left out, 0. Sample i of an article depends on this, on its id and on i alone. */
  seed?: number;
}

/** What writes summaries. */
export interface Generator {
  /** `n` summaries of each article, in order. */
  generate(articles: readonly Article[], options?: GenerateOptions): Promise<string[][]>;
}

/** The tokens of a text and the natural logarithm of each one's probability, given those before and the prompt. */
export interface TokenScores {
  tokens: string[];
  logprobs: number[];
}

/** What says how likely a given text is. */
export interface Scorer {
  score(prompt: Article, continuation: string): Promise<TokenScores>;
  /** The same of many pairs, in order. */
  scoreAll(pairs: readonly Pair[], options?: WorkOptions): Promise<TokenScores[]>;
}

/** Tells how a training goes on; whether anybody watches changes none of its bits. */
export interface TrainOptions extends WorkOptions {
  /** Told of some pairs the sum of −log p of their summaries, each before it was learned. */
  onLoss?: (told: { loss: number; pairs: number }) => void;
  /** Given the model as it is after a pass over the pairs, the first being 1. */
  onEpoch?: (model: Generator, epoch: number) => Promise<void>;
}

/** What learns a model from pairs. */
export interface Learner<Model> {
  train(pairs: readonly Pair[], options?: TrainOptions): Promise<Model>;
}

/** −log p a token: the logarithm of the perplexity. NaN of no token. */
export function meanNegativeLog({ logprobs }: TokenScores): number {
  return -logprobs.reduce((sum, log) => sum + log, 0) / logprobs.length;
}

/** An article and the summary that somebody wrote of it, as in a row of XL-Sum. */
export interface Article {
  /** Names the article, and keys its random streams. */
  id: string;
  url?: string;
  title?: string;
  text: string;
  summary: string;
}

/** An article and a summary of it, whoever wrote that. */
export interface Pair {
  article: Article;
  summary: string;
}

/** The pairs of articles and their own summaries. */
export function humanPairs(articles: readonly Article[]): Pair[] {
  return articles.map((article) => ({ article, summary: article.summary }));
}

/** Temperatures below this count as 0: scores divided by less leave the range of f32. */
const COLDEST = 1e-6;

/** What the options of a generation ask for, each in its range. */
export function drawsOf({ n = 1, temperature = 1, seed = 0 }: GenerateOptions) {
  numberIn("temperature", temperature, 0, 1000);
  return {
    samples: integerIn("n", n, 1, 10_000),
    temperature: temperature < COLDEST ? 0 : temperature,
    seed: integerIn("seed", seed, 0, Number.MAX_SAFE_INTEGER),
  };
}
