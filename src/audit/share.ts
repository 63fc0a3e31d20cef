import { betaCdf, betaQuantile } from "../core/beta.js";
import type { Core } from "../core/core.js";
import type { Interval, IntervalMethod } from "./result.js";

/** Successes among n trials; real numbers where an audit is weighted or clustered (n is then its effective size). */
export interface Counted {
  successes: number;
  n: number;
}

/** What a share may be where nothing is known of it. */
export const ANY_SHARE: Interval = { estimate: null, low: 0, high: 1 };

/**
 * The interval of a share.
 *
 * @param population Rows that the n were drawn from without replacement, if these rows are all that is asked about: the
 * interval of `clopper-pearson` is then the exact one of the hypergeometric law, and the others take n·(N − 1)/(N − n) for n.
 * @returns The whole of [0, 1], and no estimate, if n is 0.
 */
export function shareInterval(
  core: Core,
  counted: Counted,
  confidence: number,
  method: IntervalMethod = "clopper-pearson",
  population: number | null = null,
): Interval {
  const { successes, n } = counted;
  if (n === 0) return ANY_SHARE;
  const estimate = successes / n;
  if (population !== null && n < population) {
    const whole = Number.isInteger(successes) && Number.isInteger(n);
    if (method === "clopper-pearson" && whole) return hypergeometric(counted, population, confidence);
    const larger = (n * (population - 1)) / (population - n);
    return { ...of(core, { successes: estimate * larger, n: larger }, confidence, method), estimate };
  }
  if (population !== null) return { estimate, low: estimate, high: estimate };
  return of(core, counted, confidence, method);
}

function of(core: Core, counted: Counted, confidence: number, method: IntervalMethod): Interval {
  switch (method) {
    case "clopper-pearson":
      return clopperPearson(core, counted, confidence);
    case "wilson":
      return wilson(core, counted, confidence);
    case "jeffreys":
      return jeffreys(core, counted, confidence);
    case "mid-p":
      return midP(core, counted, confidence);
    case "betting":
      return betting(core, counted, confidence);
    default:
      return method satisfies never;
  }
}

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

/**
 * Wilson's interval: the shares that the score test does not reject. Covers its confidence on average over shares, not at each.
 *
 * @see Wilson, Probable inference, the law of succession, and statistical inference, J. Am. Statist. Assoc. 22 (1927)
 */
function wilson(core: Core, { successes, n }: Counted, confidence: number): Interval {
  const z = core.exports.normalQuantile((1 + confidence) / 2);
  const estimate = successes / n;
  const square = (z * z) / n;
  const centre = (estimate + square / 2) / (1 + square);
  const half = Math.sqrt(square * estimate * (1 - estimate) + (square * square) / 4) / (1 + square);
  return {
    estimate,
    low: successes <= 0 ? 0 : Math.max(0, centre - half),
    high: successes >= n ? 1 : Math.min(1, centre + half),
  };
}

/**
 * Jeffreys' interval: the middle of the posterior Beta(x + ½, n − x + ½); 0 without successes and 1 without failures are in it.
 *
 * @see Brown, Cai, DasGupta, Interval estimation for a binomial proportion, Statist. Sci. 16 (2001), section 4.1.2
 */
function jeffreys(core: Core, { successes, n }: Counted, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  const failures = n - successes;
  return {
    estimate: successes / n,
    low: successes <= 0 ? 0 : betaQuantile(core, tail, successes + 0.5, failures + 0.5),
    high: failures <= 0 ? 1 : 1 - betaQuantile(core, tail, failures + 0.5, successes + 0.5),
  };
}

const HALVINGS = 60;

/**
 * The mid-p interval: Clopper and Pearson's with half of the chance of the very count. Covers its confidence about, not at least.
 *
 * @see Lancaster, Significance tests in discrete distributions, J. Am. Statist. Assoc. 56 (1961)
 * @see Berry, Armitage, Mid-P confidence intervals: a brief review, Statistician 44 (1995)
 */
function midP(core: Core, { successes, n }: Counted, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  const lower = (x: number) => {
    if (x <= 0) return 0;
    // P(X > x) + ½ P(X = x) grows with the share
    const chance = (share: number) => {
      const atLeast = betaCdf(core, share, x, n - x + 1);
      const more = n - x > 0 ? betaCdf(core, share, x + 1, n - x) : 0;
      return (atLeast + more) / 2;
    };
    let [low, high] = [0, 1];
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2;
      if (chance(middle) < tail) low = middle;
      else high = middle;
    }
    return low;
  };
  return { estimate: successes / n, low: lower(successes), high: 1 - lower(n - successes) };
}

/**
 * A confidence sequence by betting: the chance that it ever misses the share is at most 1 − confidence, however often, and for
 * whatever reason, it is looked at. It is as wide as that costs.
 *
 * @see Waudby-Smith, Ramdas, Estimating means of bounded random variables by betting, J. R. Statist. Soc. B 86 (2024)
 */
function betting(core: Core, { successes, n }: Counted, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  return {
    estimate: successes / n,
    low: core.exports.bettingLower(successes, n, tail),
    high: 1 - core.exports.bettingLower(n - successes, n, tail),
  };
}

/**
 * The exact interval of a share of N rows, of which n were drawn without replacement.
 *
 * @see Buonaccorsi, A note on confidence intervals for proportions in finite populations, Am. Statist. 41 (1987)
 */
function hypergeometric({ successes, n }: Counted, rows: number, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  // the fewest rows that would give so many of n with a chance above the tail
  const fewest = (x: number) => {
    let [low, high] = [x, rows - (n - x)];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (drawnAtLeast(x, n, middle, rows) > tail) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const low = fewest(successes) / rows;
  const high = 1 - fewest(n - successes) / rows;
  return { estimate: successes / n, low: Math.min(low, successes / n), high: Math.max(high, successes / n) };
}

/** P(X ≥ x) of the hypergeometric law: of n rows drawn from `rows`, of which `marked` are marked. By ratios from its mode. */
function drawnAtLeast(x: number, n: number, marked: number, rows: number): number {
  const from = Math.max(0, n - (rows - marked));
  const to = Math.min(n, marked);
  if (x <= from) return 1;
  if (x > to) return 0;
  const mode = Math.min(to, Math.max(from, Math.floor(((n + 1) * (marked + 1)) / (rows + 2))));
  const ratio = (k: number) => ((marked - k) * (n - k)) / ((k + 1) * (rows - marked - n + k + 1)); // p(k + 1)/p(k)
  let [all, tail] = [0, 0];
  const add = (k: number, mass: number) => {
    all += mass;
    if (k >= x) tail += mass;
  };
  for (let k = mode, mass = 1; k <= to && mass > 1e-18; mass *= ratio(k), k++) add(k, mass);
  for (let k = mode - 1, mass = 1; k >= from; k--) {
    mass /= ratio(k);
    if (mass < 1e-18) break;
    add(k, mass);
  }
  return tail / all;
}

/**
 * The quantile of Student's t with so many degrees of freedom, at (1 + confidence)/2; Infinity without any.
 *
 * @example studentT(core, 0.95, 9) // 2.262157
 */
export function studentT(core: Core, confidence: number, freedom: number): number {
  if (freedom <= 0) return Infinity;
  // t²/(ν + t²) is Beta(½, ν/2); its complement, as it is exact near 0
  const rest = betaQuantile(core, 1 - confidence, freedom / 2, 0.5);
  return Math.sqrt((freedom * (1 - rest)) / rest);
}
