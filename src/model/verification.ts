import { breakdownPoint, type VerifierRates } from "./breakdown.js";

/** What a learner of endless rows comes to, on the verified rows and on all rows; null where there is nothing to learn from. */
export interface Limits {
  selected: number | null;
  unselected: number | null;
}

/** Whether verified data are better than unverified ones. These are exact answers: none is inconclusive. */
export type Verification = "better" | "worse" | "equal";

/** Rates closer than this are one and the same: φ / (φ + ψ) carries a few roundings. */
const SAME_RATE = 1e-12;
/** Limits closer than this are: an angle near 0 is known to no better than the root of the rounding of its cosine. */
const SAME_LIMIT = 1e-8;

/** −1 where the error rate is below the breakdown point, 0 on it, 1 above it. */
export function sideOfBreakdown(errorRate: number, point: number): -1 | 0 | 1 {
  if (Math.abs(errorRate - point) <= SAME_RATE) return 0;
  return errorRate < point ? -1 : 1;
}

/**
 * How often a consistent learner of endless kept rows agrees with the Bayes rule, where labels are turned to another of K
 * classes at random and verified by their correctness alone: 1 below the breakdown point, 0 above it and 1/K on it.
 *
 * The kept labels have posterior b + (a − b)·η for a class of true posterior η, with a = (1 − p)φ and b = pψ/(K − 1), each
 * over the kept share: the likeliest class stays the likeliest while a > b, and becomes the unlikeliest where a < b.
 *
 * @returns null where nothing is kept.
 */
export function agreementLimit(rates: VerifierRates & { errorRate: number; classes?: number }): number | null {
  const { errorRate, phi, psi, classes = 2 } = rates;
  const point = breakdownPoint({ phi, psi, classes });
  if (point === null || (1 - errorRate) * phi + errorRate * psi === 0) return null;
  return [1, 1 / classes, 0][1 + sideOfBreakdown(errorRate, point)] as number;
}

/** Whether verification makes more of the labels right; null where nothing is kept. */
export function purity(correct: { kept: number | null; all: number }): Verification | null {
  if (correct.kept === null) return null;
  return sign(correct.kept - correct.all, SAME_RATE);
}

/**
 * Whether verification is better for a learner of endless rows: it is if it raises the limit or, at an equal limit, if as
 * many generated rows bring the learner nearer to it.
 *
 * @param pace What a generated row is worth, verified and unverified; null where that is not known.
 * @returns null if a limit is missing, as nothing is kept.
 */
export function verification(
  limit: Limits,
  pace: { verified: number; unverified: number } | null,
): Verification | null {
  const { selected, unselected } = limit;
  if (selected === null || unselected === null) return null;
  const rise = selected - unselected;
  if (Math.abs(rise) > SAME_LIMIT || pace === null) return sign(rise, SAME_LIMIT);
  return sign(pace.verified - pace.unverified, SAME_RATE);
}

/** Which side of chance a limit is on; null on it. */
export function sideOfChance(limit: number, chance: number): "better" | "worse" | null {
  if (Math.abs(limit - chance) <= SAME_LIMIT) return null;
  return limit > chance ? "better" : "worse";
}

function sign(gain: number, rounding: number): Verification {
  if (Math.abs(gain) <= rounding) return "equal";
  return gain > 0 ? "better" : "worse";
}
