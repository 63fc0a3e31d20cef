import type { Core } from "./core.js";
import { outOfRange } from "./errors.js";

/**
 * The share of Beta(a, b) up to x: the regularised incomplete beta function.
 *
 * @param x In [0, 1]; a and b above 0.
 * @throws ArgumentError if a number is out of its range.
 */
export function betaCdf(core: Core, x: number, a: number, b: number): number {
  requireShapes(x, a, b);
  return core.exports.betaCdf(x, a, b);
}

/** The x that a share `p` of Beta(a, b) lies below. */
export function betaQuantile(core: Core, p: number, a: number, b: number): number {
  requireShapes(p, a, b);
  return core.exports.betaQuantile(p, a, b);
}

/** P(X ≥ k) for X binomial(n, p). */
export function binomialFrom(core: Core, k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  return k > n ? 0 : betaCdf(core, p, k, n - k + 1);
}

function requireShapes(share: number, a: number, b: number): void {
  const fault = !(share >= 0 && share <= 1) ? "a share" : !(a > 0) || !(b > 0) || a + b === Infinity ? "a shape" : null;
  if (fault === null) return;
  const got = fault === "a share" ? share : [a, b];
  throw outOfRange(`${fault} of the beta distribution`, fault === "a share" ? "in [0, 1]" : "above 0 and finite", got);
}
