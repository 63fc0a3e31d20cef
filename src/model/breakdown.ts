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
 * @returns p⋆ in [0, 1], or null where nothing is kept (φ = ψ = 0).
 * @throws ArgumentError where a rate or the number of classes is out of range.
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
 * @throws ArgumentError where a share is out of [0, 1].
 */
export function keepRate({ errorRate, phi, psi }: VerifierRates & { errorRate: number }): number {
  requireShares({ errorRate, phi, psi });
  return (1 - errorRate) * phi + errorRate * psi;
}

/**
 * The share of correct labels among the kept rows: (1 − p)φ / ((1 − p)φ + pψ).
 *
 * @returns A share in [0, 1], or null where nothing is kept.
 * @throws ArgumentError where a share is out of [0, 1].
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

/** The error rate that a generator was given; null where it follows from directions. */
export function expectedErrorRate(scenario: Pick<CellScenario, "generator" | "verifier">): number | null {
  return labelRates(scenario).errorRate;
}

/** The rates that a verifier was given, poison included; null where they follow from directions. */
export function expectedRates(scenario: Pick<CellScenario, "generator" | "verifier">): VerifierRates | null {
  const { verifier } = scenario;
  if (!isBlind(verifier)) return null;
  const { phi, psi } = labelRates(scenario);
  const poisoned = (rate: number) => (1 - verifier.poison) * rate + verifier.poison * (1 - rate);
  return { phi: poisoned(phi), psi: poisoned(psi) };
}

/** @throws ArgumentError where the number of classes is no integer of at least 2. */
export function requireClasses(classes: number): void {
  if (!Number.isSafeInteger(classes) || classes < 2)
    throw outOfRange("classes", rule("an-integer", { low: 2 }), classes);
}

/** @throws ArgumentError where a share is out of [0, 1], by its name. */
export function requireShares(shares: Record<string, number>): void {
  for (const [name, share] of Object.entries(shares)) {
    if (!(share >= 0 && share <= 1)) throw outOfRange(name, rule("in-interval", { low: 0, high: 1 }), share);
  }
}
