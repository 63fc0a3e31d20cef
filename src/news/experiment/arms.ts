import type { NewsSettings, NewsVerifier } from "./options.js";
import { keptOf } from "./split.js";

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

/** The numbers of the lowest scores, in ascending order; of equal scores the first. */
export function lowest(scores: readonly number[], fraction: number): number[] {
  return scores
    .map((_, i) => i)
    .sort((a, b) => scores[a] - scores[b] || a - b)
    .slice(0, keptOf(scores.length, fraction))
    .sort((a, b) => a - b);
}
