import type { WorkOptions } from "../core/slices.js";
import type { Article, Pair } from "./article.js";

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

/** What learns a model from pairs. */
export interface Learner<Model> {
  train(pairs: readonly Pair[], options?: WorkOptions): Promise<Model>;
}

/** −log p a token: the logarithm of the perplexity. NaN of no token. */
export function meanNegativeLog({ logprobs }: TokenScores): number {
  return -logprobs.reduce((sum, log) => sum + log, 0) / logprobs.length;
}
