import { betaQuantile } from "../core/beta.js";
import type { Core } from "../core/core.js";
import type { Interval } from "./result.js";

/** Successes among n trials; real numbers where an audit is weighted (n is then its effective size). */
export interface Counted {
  successes: number;
  n: number;
}

/** What a share may be where nothing is known of it. */
export const ANY_SHARE: Interval = { estimate: null, low: 0, high: 1 };

/**
 * The Clopper–Pearson interval of a share: no share outside of it would give counts as far off with more than half of
 * 1 − confidence, so it covers at least as often as it says, at 0 and n of n too. Real counts as Korn & Graubard have them.
 *
 * @returns The whole of [0, 1], and no estimate, where n is 0.
 * @example clopperPearson(core, { successes: 15, n: 148 }, 0.95) // 0.1014, 0.0578 to 0.1617
 * @see Clopper, Pearson, The use of confidence or fiducial limits, Biometrika 26 (1934)
 * @see Korn, Graubard, Confidence intervals for proportions with small expected number of positive counts estimated from
 * survey data, Survey Methodology 24 (1998)
 */
export function clopperPearson(core: Core, { successes, n }: Counted, confidence: number): Interval {
  if (n === 0) return ANY_SHARE;
  const tail = (1 - confidence) / 2;
  const failures = n - successes;
  return {
    estimate: successes / n,
    low: successes <= 0 ? 0 : betaQuantile(core, tail, successes, failures + 1),
    high: failures <= 0 ? 1 : 1 - betaQuantile(core, tail, failures, successes + 1),
  };
}

/** The share of the opposite. */
export function complement({ estimate, low, high }: Interval): Interval {
  return { estimate: estimate === null ? null : 1 - estimate, low: 1 - high, high: 1 - low };
}

/**
 * The MOVER interval of a weighted sum of independent quantities: how far each one's own limits are from its estimate,
 * times its weight, adds in squares. Without an estimate a quantity may be anywhere within its limits.
 *
 * @see Zou, Donner, Construction of confidence limits about effect measures: a general approach, Statist. Med. 27 (2008)
 * @see Newcombe, Interval estimation for the difference between independent proportions, Statist. Med. 17 (1998),
 * whose method 10 this is, there with Wilson's limits
 */
export function weightedSum(terms: readonly { weight: number; of: Interval }[]): Interval {
  let estimate: number | null = 0;
  let [low, high, below, above] = [0, 0, 0, 0];
  for (const { weight, of } of terms) {
    if (weight === 0) continue;
    const [worst, best] = weight > 0 ? [weight * of.low, weight * of.high] : [weight * of.high, weight * of.low];
    if (of.estimate === null) {
      estimate = null;
      low += worst;
      high += best;
      continue;
    }
    const middle = weight * of.estimate;
    if (estimate !== null) estimate += middle;
    low += middle;
    high += middle;
    below += (middle - worst) ** 2;
    above += (best - middle) ** 2;
  }
  return { estimate, low: low - Math.sqrt(below), high: high + Math.sqrt(above) };
}

/** The MOVER interval of a − b, for independent a and b. */
export function difference(a: Interval, b: Interval): Interval {
  return weightedSum([
    { weight: 1, of: a },
    { weight: -1, of: b },
  ]);
}

/**
 * The MOVER interval of a / b, for independent a, b ≥ 0: the ratios r for which the interval of a − rb holds 0.
 *
 * @returns No estimate where b is 0 or unknown, and no upper limit (Infinity) where b might be 0.
 * @see Donner, Zou, Closed-form confidence intervals for functions of the normal mean and standard deviation, Statist.
 * Methods Med. Res. 21 (2012), section 2.3
 */
export function ratio(a: Interval, b: Interval): Interval {
  if (a.estimate === null || b.estimate === null) {
    return { estimate: null, low: quotient(a.low, b.high), high: quotient(a.high, b.low) };
  }
  const product = a.estimate * b.estimate;
  const [lowA, highA] = [a.low * (2 * a.estimate - a.low), a.high * (2 * a.estimate - a.high)];
  const [lowB, highB] = [b.low * (2 * b.estimate - b.low), b.high * (2 * b.estimate - b.high)];
  const root = (x: number) => Math.sqrt(Math.max(0, product * product - x));
  return {
    estimate: b.estimate === 0 ? null : a.estimate / b.estimate,
    low: a.low === 0 ? 0 : lowA / (product + root(lowA * highB)),
    high: b.low === 0 ? Infinity : (product + root(highA * lowB)) / lowB,
  };
}

/** a / b, where nothing of nothing may be anything; the limits of it ask only for the extremes. */
function quotient(a: number, b: number): number {
  if (b === 0) return a === 0 ? 0 : Infinity;
  return a / b;
}
