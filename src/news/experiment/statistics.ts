import type { MeanWithError } from "../../model/statistics.js";

/** Standard errors beyond which a difference counts. */
const ENOUGH = 2;

/**
 * The chance that a difference of nothing lies beyond two standard errors: Student's t with one degree of freedom fewer than
 * repetitions. To be read, not to be reckoned with.
 *
 * @param repetitions At least 2.
 * @see Abramowitz and Stegun, 26.7.3 and 26.7.4
 */
export function chanceBeyond(repetitions: number): number {
  const freedom = repetitions - 1;
  const angle = Math.atan(ENOUGH / Math.sqrt(freedom));
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? Math.cos(angle) : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= (Math.cos(angle) ** 2 * (k - 1)) / k;
    sum += term;
  }
  const within = isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return 1 - within;
}

export type NewsVerdict = "better" | "worse" | "inconclusive";

/**
 * What a mean of paired differences says: it counts beyond two of its standard errors. Null for fewer than two
 * repetitions, which give no standard error.
 *
 * @param lessIsBetter As of −log p.
 */
export function verdictOf({ mean, se }: MeanWithError, lessIsBetter = false): NewsVerdict | null {
  if (mean === null || se === null) return null;
  const gain = lessIsBetter ? -mean : mean;
  if (gain > ENOUGH * se) return "better";
  return gain < -ENOUGH * se ? "worse" : "inconclusive";
}
