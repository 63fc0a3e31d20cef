import { integerIn, numberIn, oneOf, outOfRange, several } from "../../core/errors.js";

/** What may select summaries; each keeps those of its lowest scores. */
export const newsVerifiers = ["oracle", "strong", "ngram", "self", "random"] as const;
export type NewsVerifier = (typeof newsVerifiers)[number];

export const newsModels = ["copy", "extractive"] as const;
/** What the oracle goes by: ROUGE-1 F, or the mean of ROUGE-1, -2 and -L F. */
export const newsOracles = ["rouge1", "mean"] as const;

export interface NewsOptions {
  /** One repetition each: split, generator and orders depend on it. Integers in [0, 2^53); left out, 1 … 6. */
  seeds?: readonly number[];
  /** Shares of the summaries that are kept, each in (0, 1]; left out, 0.125, 0.25, 0.5 and 1. */
  fractions?: readonly number[];
  /** Left out, all. */
  verifiers?: readonly NewsVerifier[];
  /** Left out, `copy`. */
  model?: (typeof newsModels)[number];
  /** Left out, `rouge1`. */
  oracle?: (typeof newsOracles)[number];
  /** Summaries of each article among which the oracle picks one, beside the selection among articles; left out, 1: none. */
  bestOf?: number;
  /** Share of the human pairs that the generator learns from, in (0, 1]; left out, 0.125. */
  generatorShare?: number;
  /** Share of the human summaries that belong to another article, in [0, 1]: noisy references. Held-out ones do not. Left out, 0. */
  noise?: number;
  /** Of the generator; left out, 1. */
  temperature?: number;
  /** Passes of every training over its pairs; left out, 3. */
  epochs?: number;
  /** ROUGE-1 F from which a summary counts as correct, in [0, 1]; left out, the mean of the original model on held-out articles. */
  threshold?: number | null;
  /** Name of a model from outside that writes the summaries; left out, one of pstar's own learns to, from its share of the pairs. */
  generator?: string | null;
  /** Name of a model from outside that is the verifier `strong`; left out, one of pstar's own. */
  scorer?: string | null;
  /** What models from outside are told, with {text} for the article's; for the record. */
  prompt?: string | null;
}

/** All options, each in its range. */
export type NewsSettings = Required<NewsOptions>;

export type NewsPreset = "fast" | "paper" | "noisy";

/** What the presets of `pstar news` set. */
export const newsPresets: Record<NewsPreset, NewsOptions & { articles: number; description: string }> = {
  fast: {
    description: "a minute's work: 12.5 % and all, by every verifier",
    articles: 2000,
    fractions: [0.125, 1],
  },
  paper: {
    description: "the fractions of the paper, and the best of 8",
    articles: 4000,
    bestOf: 8,
  },
  noisy: {
    description: "30 % of the human summaries belong to another article: a verifier has something to find",
    articles: 4000,
    fractions: [0.125, 1],
    noise: 0.3,
  },
};

/**
 * Fills in what was left out.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function newsSettings(options: NewsOptions = {}): NewsSettings {
  const settings = {
    seeds: [...(options.seeds ?? [1, 2, 3, 4, 5, 6])],
    fractions: [...(options.fractions ?? [0.125, 0.25, 0.5, 1])].sort((a, b) => a - b),
    verifiers: newsVerifiers.filter((name) => (options.verifiers ?? newsVerifiers).includes(name)),
    model: options.model ?? "copy",
    oracle: options.oracle ?? "rouge1",
    bestOf: integerIn("bestOf", options.bestOf ?? 1, 1, 1000),
    generatorShare: share("generatorShare", options.generatorShare ?? 0.125),
    noise: numberIn("noise", options.noise ?? 0, 0, 1),
    temperature: numberIn("temperature", options.temperature ?? 1, 0, 1000),
    epochs: integerIn("epochs", options.epochs ?? 3, 1, 1000),
    threshold: options.threshold == null ? null : numberIn("threshold", options.threshold, 0, 1),
    generator: options.generator ?? null,
    scorer: options.scorer ?? null,
    prompt: options.prompt ?? null,
  };
  oneOf("model", settings.model, newsModels);
  oneOf("oracle", settings.oracle, newsOracles);
  for (const name of options.verifiers ?? []) oneOf("verifiers", name, newsVerifiers);
  several("seeds", settings.seeds).forEach((seed) => void integerIn("seeds", seed, 0, Number.MAX_SAFE_INTEGER));
  several("fractions", settings.fractions).forEach((fraction) => void share("fractions", fraction));
  return settings;
}

function share(field: string, value: number): number {
  if (value > 0 && value <= 1) return value;
  throw outOfRange(field, "a number in (0, 1]", value);
}

/** One training set of the experiment, and the model that learns from it. */
export interface NewsArm {
  name: string;
  /**
   * `original`: all human pairs; `generator`: the human pairs of the generator; `unselected`: all its summaries;
   * `selected`: those that a verifier keeps; `best`: each article's best of several, and of those what the oracle keeps.
   */
  kind: "original" | "generator" | "unselected" | "selected" | "best";
  verifier: NewsVerifier | null;
  /** Of the articles. */
  fraction: number;
  /** Summaries of each article that there was a choice of. */
  bestOf: number;
}

/** The arms of every repetition, in the order in which they are reported. */
export function newsArms({ fractions, verifiers, bestOf, generatorShare }: NewsSettings): NewsArm[] {
  const arms: NewsArm[] = [
    { name: "original", kind: "original", verifier: null, fraction: 1, bestOf: 1 },
    { name: "generator", kind: "generator", verifier: null, fraction: generatorShare, bestOf: 1 },
    { name: "unselected", kind: "unselected", verifier: null, fraction: 1, bestOf: 1 },
  ];
  // all of them are the same set, whoever selects
  const parts = fractions.filter((fraction) => fraction < 1);
  for (const verifier of verifiers) {
    for (const fraction of parts) {
      arms.push({ name: armName(verifier, fraction), kind: "selected", verifier, fraction, bestOf: 1 });
    }
  }
  if (bestOf === 1) return arms;
  for (const fraction of fractions) {
    const name = armName(`best-of-${bestOf}`, fraction);
    arms.push({ name, kind: "best", verifier: "oracle", fraction, bestOf });
  }
  return arms;
}

/** `oracle-12.5`: a verifier, and the percentage that it keeps. */
export function armName(verifier: string, fraction: number): string {
  return `${verifier}-${Number((100 * fraction).toPrecision(6))}`;
}
