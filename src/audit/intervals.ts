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
 * The MOVER interval of a − b, for independent a and b: how far each one's own limits are from its estimate adds in
 * squares. One without an estimate may be anywhere within its limits.
 *
 * @see Zou, Donner, Construction of confidence limits about effect measures: a general approach, Statist. Med. 27 (2008)
 * @see Newcombe, Interval estimation for the difference between independent proportions, Statist. Med. 17 (1998),
 * whose method 10 this is with Wilson's limits for Clopper and Pearson's
 */
export function difference(a: Interval, b: Interval): Interval {
  if (a.estimate === null || b.estimate === null) {
    return { estimate: null, low: a.low - b.high, high: a.high - b.low };
  }
  const estimate = a.estimate - b.estimate;
  const below = Math.sqrt((a.estimate - a.low) ** 2 + (b.high - b.estimate) ** 2);
  const above = Math.sqrt((a.high - a.estimate) ** 2 + (b.estimate - b.low) ** 2);
  return { estimate, low: estimate - below, high: estimate + above };
}
