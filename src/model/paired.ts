import type { MeanWithError } from "./statistics.js";

/** Standard errors beyond which a difference counts. */
const ENOUGH = 2;

/** The chance of an error of the first kind at which Student's t decides. */
const LEVEL = 0.05;

/**
 * The chance that a difference of nothing lies beyond so many standard errors: Student's t with one degree of freedom fewer
 * than repetitions. Its last bits may differ between engines.
 *
 * @param repetitions At least 2.
 * @param errors At least 0.
 * @see Abramowitz and Stegun, 26.7.3 and 26.7.4
 */
export function chanceBeyond(repetitions: number, errors = ENOUGH): number {
  const freedom = repetitions - 1;
  const angle = Math.atan(errors / Math.sqrt(freedom));
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

export type PairedVerdict = "better" | "worse" | "inconclusive";

/**
 * What a mean of paired differences says: it counts beyond two of its standard errors. Null for fewer than two
 * repetitions, which give no standard error.
 *
 * @param lessIsBetter As of −log p.
 */
export function verdictOf({ mean, se }: MeanWithError, lessIsBetter = false): PairedVerdict | null {
  if (mean === null || se === null) return null;
  const gain = lessIsBetter ? -mean : mean;
  if (gain > ENOUGH * se) return "better";
  return gain < -ENOUGH * se ? "worse" : "inconclusive";
}

/**
 * What a mean of paired differences says by Student's t: it counts if chance alone goes as far in less than 5 % of cases. Null
 * for fewer than two repetitions.
 */
export function studentVerdict({ mean, se }: MeanWithError, repetitions: number): PairedVerdict | null {
  if (mean === null || se === null) return null;
  const isBeyond = mean !== 0 && (se === 0 || chanceBeyond(repetitions, Math.abs(mean) / se) < LEVEL);
  if (!isBeyond) return "inconclusive";
  return mean > 0 ? "better" : "worse";
}
