import { outOfRange } from "../core/errors.js";
import { rule } from "../core/reasons.js";
import { isBlind, labelRates } from "./experiment.js";
import type { CellScenario } from "./schema.js";

/** How often a verifier keeps a label: φ where it is correct, ψ where it is wrong. */
export interface VerifierRates {
  /** Probability φ of keeping a correct label, in [0, 1]. */
  phi: number;
  /** Probability ψ of keeping a wrong label, in [0, 1]. */
  psi: number;
}

/**
 * The breakdown point p⋆ = (K − 1)φ / ((K − 1)φ + ψ): the error rate of the generator at which as many wrong labels are
 * kept as right ones (of each wrong class). Where a verifier sees nothing but whether a label is right, a learner with
 * endless data is right below it and wrong above.
 *
 * @param rates φ and ψ in [0, 1], and the number of classes K ≥ 2; wrong labels are uniform over the other classes.
 * @returns p⋆ in [0, 1], or null if nothing is kept (φ = ψ = 0).
 * @throws ArgumentError if a rate or the number of classes is out of range.
 * @example breakdownPoint({ phi: 0.8, psi: 0.3 }) // 0.7272727272727273
 * @see Feng, Dohmatob, Yang, Charton, Kempe, Beyond Model Collapse, arXiv 2406.07515
 */
export function breakdownPoint({ phi, psi, classes = 2 }: VerifierRates & { classes?: number }): number | null {
  requireShares({ phi, psi });
  requireClasses(classes);
  const kept = (classes - 1) * phi + psi;
  return kept === 0 ? null : ((classes - 1) * phi) / kept;
}

/**
 * The share of all rows that is kept: (1 − p)φ + pψ.
 *
 * @throws ArgumentError if a share is out of [0, 1].
 */
export function keepRate({ errorRate, phi, psi }: VerifierRates & { errorRate: number }): number {
  requireShares({ errorRate, phi, psi });
  return (1 - errorRate) * phi + errorRate * psi;
}

/**
 * The share of correct labels among the kept rows: (1 − p)φ / ((1 − p)φ + pψ).
 *
 * @returns A share in [0, 1], or null if nothing is kept.
 * @throws ArgumentError if a share is out of [0, 1].
 * @example keptPrecision({ errorRate: 0.5, phi: 0.6, psi: 0.2 }) // 0.75
 */
export function keptPrecision({ errorRate, phi, psi }: VerifierRates & { errorRate: number }): number | null {
  const kept = keepRate({ errorRate, phi, psi });
  return kept === 0 ? null : ((1 - errorRate) * phi) / kept;
}

/** Which side of the breakdown point an error rate is on; on the point itself nothing can be learned, so it is above. */
export function verdict(errorRate: number | null, point: number | null): "below" | "above" | null {
  if (errorRate === null || point === null) return null;
  return errorRate < point ? "below" : "above";
}

/** The error rate that a generator was given; null if it follows from directions. */
export function expectedErrorRate(scenario: Pick<CellScenario, "generator" | "verifier">): number | null {
  return labelRates(scenario).errorRate;
}

/** The rates that a verifier was given, poison included; null if they follow from directions. */
export function expectedRates(scenario: Pick<CellScenario, "generator" | "verifier">): VerifierRates | null {
  const { verifier } = scenario;
  if (!isBlind(verifier)) return null;
  const { phi, psi } = labelRates(scenario);
  const poisoned = (rate: number) => (1 - verifier.poison) * rate + verifier.poison * (1 - rate);
  return { phi: poisoned(phi), psi: poisoned(psi) };
}

/** @throws ArgumentError if the number of classes is not an integer of at least 2. */
export function requireClasses(classes: number): void {
  if (!Number.isSafeInteger(classes) || classes < 2)
    throw outOfRange("classes", rule("an-integer", { low: 2 }), classes);
}

/** @throws ArgumentError if a share is out of [0, 1], by its name. */
export function requireShares(shares: Record<string, number>): void {
  // not by its entries: a grid asks a million times
  for (const name in shares) {
    const share = shares[name];
    if (!(share >= 0 && share <= 1)) throw outOfRange(name, rule("in-interval", { low: 0, high: 1 }), share);
  }
}

/** What a learner of endless rows comes to, on the verified rows and on all rows; null if there is nothing to learn from. */
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

/** −1 if the error rate is below the breakdown point, 0 on it, 1 above it. */
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
 * @returns null if nothing is kept.
 */
export function agreementLimit(rates: VerifierRates & { errorRate: number; classes?: number }): number | null {
  const { errorRate, phi, psi, classes = 2 } = rates;
  const point = breakdownPoint({ phi, psi, classes });
  if (point === null || (1 - errorRate) * phi + errorRate * psi === 0) return null;
  return [1, 1 / classes, 0][1 + sideOfBreakdown(errorRate, point)] as number;
}

/** Whether verification makes more of the labels right; null if nothing is kept. */
export function purity(correct: { kept: number | null; all: number }): Verification | null {
  if (correct.kept === null) return null;
  return sign(correct.kept - correct.all, SAME_RATE);
}

/**
 * Whether verification is better for a learner of endless rows: it is if it raises the limit or, at an equal limit, if as
 * many generated rows bring the learner nearer to it.
 *
 * @param pace What a generated row is worth, verified and unverified; null if that is not known.
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
