import { outOfRange } from "../core/errors.js";
import { rule } from "../core/reasons.js";
import { keepRate, keptPrecision, requireClasses, requireShares, type VerifierRates } from "./breakdown.js";

// What rows with wrong labels are worth, in clean rows (docs/theory.md, section 8). Holds if errors and verdicts depend on
// nothing but whether a label is right.

/** Who learns from the rows. */
export interface WorthOptions {
  /** Number of classes K ≥ 2 (2); wrong labels are uniform over the others. */
  classes?: number;
  /**
   * Share A of the variance of clean labels that the learner explains, in [0, 1]: 0 (the default) is the class mean, and
   * {@link explainedShare} has that of least squares. 0 with more than two classes.
   */
  explained?: number;
}

/**
 * ω(a): how many clean rows one row is worth whose label is right with probability a. With q = (Ka − 1)/(K − 1), which is
 * 2a − 1 for two classes, it is q² for the class mean, and for least squares that explains the share A of clean labels
 *
 *     ω = q²(1 − A)/(1 − q²A),
 *
 * as a row says q times as much and its label is noisier. Signed like q: n rows of negative worth −m teach the opposite of
 * what m clean rows teach, so a larger signed worth always means a better learner.
 *
 * @param precision a, the share of right labels, in [0, 1].
 * @returns ω in [−1, 1]: 1 if a = 1, 0 if labels are right by chance only (a = 1/K).
 * @throws ArgumentError if a number is out of its range.
 * @example worthOfRow(0.9) // 0.64
 */
export function worthOfRow(precision: number, { classes = 2, explained = 0 }: WorthOptions = {}): number {
  requireShares({ precision });
  requireClasses(classes);
  const most = classes > 2 ? 0 : 1;
  if (!(explained >= 0 && explained <= most))
    throw outOfRange("explained", rule("in-interval", { low: 0, high: most }), explained);
  const signal = (classes * precision - 1) / (classes - 1);
  const square = signal * signal;
  if (square === 1) return signal;
  return (Math.sign(signal) * square * (1 - explained)) / (1 - square * explained) + 0;
}

/**
 * The share A of the variance of clean labels that least squares explains with many rows and Σ = I. Along the truth the
 * weight is m/(v + λ) with m = E[y z] and v = E[z²], so that
 *
 *     A = m²(v + 2λ)/(v + λ)²,   m² = r², v = 1 + r² (two Gaussian classes)   or   m² = 2/π, v = 1 (isotropic inputs).
 *
 * @param meanNorm r of two Gaussian classes, at least 0; null for isotropic inputs.
 * @param lambda The L2 penalty per row, at least 0.
 * @returns A in [0, 1): r²/(1 + r²) or 2/π without a penalty, and less with one.
 */
export function explainedShare(meanNorm: number | null, lambda = 0): number {
  const [square, v] = meanNorm === null ? [2 / Math.PI, 1] : [meanNorm * meanNorm, 1 + meanNorm * meanNorm];
  return (square * (v + 2 * lambda)) / ((v + lambda) * (v + lambda));
}

/**
 * Youden's J = φ − ψ of a verifier, in [−1, 1]: above 0 it keeps right labels more often than wrong ones, and p⋆ > ½. Used
 * as a reward, a verdict teaches if J > 0 and unteaches if J < 0 (docs/theory.md, section 10).
 *
 * @throws ArgumentError if a rate is out of [0, 1].
 */
export function youden({ phi, psi }: VerifierRates): number {
  requireShares({ phi, psi });
  return phi - psi;
}

/**
 * The verifier's gain: the precision of the kept rows less that of all rows, in [−1, 1].
 *
 * @returns null if nothing is kept.
 * @throws ArgumentError if a rate is out of [0, 1].
 */
export function verifierGain(rates: VerifierRates & { errorRate: number }): number | null {
  const precision = keptPrecision(rates);
  return precision === null ? null : precision - (1 - rates.errorRate);
}

/**
 * How fast the share p of wrong answers changes if the verdicts are rewards, in units of the learning rate: each group of samples is
 * normalised to mean 0 and variance 1, and every answer gains in log-odds as its advantage,
 *
 *     dp/dt = −J p(1 − p)/√(q(1 − q)),   q = (1 − p)φ + pψ   (q: the chance of a reward).
 *
 * In the limit of large groups; plain gradient ascent of a softmax multiplies it by p(1 − p), which changes no sign.
 *
 * @returns Negative if the policy learns (J > 0), positive if it unlearns; 0 if no reward varies, as it then says nothing.
 * @throws ArgumentError if a rate is out of [0, 1].
 * @see docs/theory.md, section 10
 */
export function rewardFlow({ errorRate, phi, psi }: VerifierRates & { errorRate: number }): number {
  const rewarded = keepRate({ errorRate, phi, psi });
  const variance = rewarded * (1 - rewarded);
  return variance > 0 ? (-youden({ phi, psi }) * errorRate * (1 - errorRate)) / Math.sqrt(variance) + 0 : 0;
}

/**
 * The best weight of a row of precision a beside a clean row of weight 1: q = 2a − 1, or (Ka − 1)/(K − 1) of K classes, and
 * 0 if that is negative. n clean rows and M such rows are then worth n + M·q² clean rows. For the class mean; least
 * squares is best near it.
 *
 * @throws ArgumentError if a number is out of its range.
 */
export function bestWeight(precision: number, classes = 2): number {
  requireShares({ precision });
  requireClasses(classes);
  return Math.max(0, (classes * precision - 1) / (classes - 1));
}

const Z95 = 1.959963984540054;

/**
 * Between what 95 % of files of so many generated rows are worth, in clean rows, as chance says how many rows are kept and how many of
 * those are right. The signed root of the worth, √M·√ω, is about normal: of M ~ Bin(N, keep rate) kept rows with a share of right labels whose variance is
 * a(1 − a)/M, its variance is a(1 − a)(d√ω/da)² + ω(1 − keep rate)/4. It holds for some tens of kept rows on.
 *
 * @param verified `precision`: a, the share of right labels among kept rows, in [0, 1]; `keepRate` in [0, 1].
 * @throws ArgumentError if a number is out of its range.
 */
export function worthLimits(
  samples: number,
  { precision, keepRate }: { precision: number; keepRate: number },
  options: WorthOptions = {},
): { low: number; high: number } {
  const { classes = 2, explained = 0 } = options;
  requireShares({ keepRate });
  const worth = worthOfRow(precision, options);
  const signal = (classes * precision - 1) / (classes - 1);
  const slope = (classes / (classes - 1)) * Math.sqrt((1 - explained) / (1 - signal * signal * explained) ** 3);
  const spread = precision < 1 && precision > 0 ? precision * (1 - precision) * slope * slope : 0;
  const variance = spread + (Math.abs(worth) * (1 - keepRate)) / 4;
  const middle = Math.sign(worth) * Math.sqrt(Math.abs(worth) * samples * keepRate);
  const [low, high] = [-Z95, Z95].map((z) => {
    const root = middle + z * Math.sqrt(variance);
    return Math.max(-samples, Math.min(samples, root * Math.abs(root)));
  }) as [number, number];
  return { low, high };
}
