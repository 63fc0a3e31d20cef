/**
 * Binomial variates for any n that f64 counts (up to 2^53), exact methods:
 *
 *   n·min(p, q) < 10    inversion by sequential search: BINV of Kachitvichyanukul & Schmeiser, "Binomial random variate
 *                       generation", Comm. ACM 31 (1988)
 *   otherwise           transformed rejection with squeeze: BTRS of Hörmann, "The generation of binomial random
 *                       variates", J. Statist. Comput. Simul. 46 (1993); constant time
 *
 * The mass function in BTRS is Loader's saddle-point form ("Fast and accurate computation of binomial probabilities",
 * 2000): log f(k) = c(n) − c(k) − c(n−k) − D(k, np) − D(n−k, nq) + ½ log(n / (2πk(n−k))), with c the Stirling
 * correction and D(x, μ) = x log(x/μ) + μ − x. Its error at n = 1e12 is 1e-9; differences of log n! would leave none of
 * the digits.
 */
import { stirlingCorrection } from "../../special/gamma";
import { uniform53 } from "../streams";

/** D(x, mean): twice this is the Poisson deviance. */
// @ts-ignore: decorator
@inline
function deviance(x: f64, mean: f64): f64 {
  const excess = x - mean;
  return x * Math.log1p(excess / mean) - excess;
}

/** log of P(X = k) up to a constant of (n, p). */
function logMass(n: f64, p: f64, k: f64): f64 {
  const rest = n - k;
  if (k == 0 || rest == 0) {
    // the formula's limit: its constant is c(n) + ½ log(n / 2π), and log f(0) = n log q, log f(n) = n log p
    const exact = rest == 0 ? n * Math.log(p) : n * Math.log1p(-p);
    return exact - stirlingCorrection(n) - 0.5 * Math.log(n / 6.283185307179586477);
  }
  return -stirlingCorrection(k) - stirlingCorrection(rest) - deviance(k, n * p) - deviance(rest, n * (1 - p)) -
    0.5 * (Math.log(k) + Math.log(rest));
}

/** BINV, n·p < 10 and p ≤ ½. */
function bySearch(n: f64, p: f64): f64 {
  const odds = p / (1 - p);
  const start = Math.exp(n * Math.log1p(-p));
  while (true) {
    let u = uniform53();
    let mass = start;
    // P(X > 110) < 1e-70: only rounding leads there
    for (let k: f64 = 0; k <= 110; k++) {
      if (u < mass) return k;
      u -= mass;
      mass *= odds * (n - k) / (k + 1);
    }
  }
}

/** BTRS, n·p ≥ 10 and p ≤ ½. */
function byRejection(n: f64, p: f64): f64 {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const squeeze = 0.92 - 4.2 / b;
  while (true) {
    const u = uniform53() - 0.5;
    const v = uniform53();
    const us = 0.5 - abs(u);
    const k = floor((2 * a / us + b) * u + centre);
    if (us >= 0.07 && v <= squeeze) return k;
    if (!(k >= 0 && k <= n)) continue;
    const height = Math.log(v * alpha / (a / (us * us) + b));
    if (height <= logMass(n, p, k) - logMass(n, p, floor((n + 1) * p))) return k;
  }
}

/** The number of successes in n independent trials of probability p; NaN unless n is a count and p in [0, 1]. */
export function binomial(n: f64, p: f64): f64 {
  if (!(n >= 0 && n <= 9007199254740992) || floor(n) != n || !(p >= 0 && p <= 1)) return NaN;
  if (p == 0 || n == 0) return 0;
  if (p == 1) return n;
  const small = min(p, 1 - p);
  const count = n * small < 10 ? bySearch(n, small) : byRejection(n, small);
  return p > 0.5 ? n - count : count;
}
