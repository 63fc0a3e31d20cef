import type { Interval } from "./result.js";

export type Limits = Pick<Interval, "low" | "high">;

/**
 * The limits of a quantity f(x, y) of two independent shares by MOVER: its extremes where x and y are both off their
 * estimates, together as far as either may be alone (cos² + sin² = 1). Distances are taken along the square roots of a share and its
 * complement, where the spread of a count is even: on the plain scale, of which the closed forms of MOVER are, two rare
 * counts would make limits that cover 92.7 % (`npm run bench:coverage` has such settings).
 *
 * @param f Grows with x (`growsWith.x` 1) or falls (−1), likewise with y; null where it is open, when it has all of [0, 1].
 * @see Zou, Donner, Construction of confidence limits about effect measures: a general approach, Statist. Med. 27 (2008)
 * @see Newcombe, Propagating imprecision: combining confidence intervals from independent sources, Comm. Statist. Theory
 * Methods 40 (2011)
 */
export function limitsOf(
  f: (x: number, y: number) => number | null,
  x: Interval,
  y: Interval,
  growsWith: { x: -1 | 1; y: -1 | 1 },
): Limits {
  const extreme = (side: -1 | 1) => {
    const [sideX, sideY] = [growsWith.x * side > 0 ? 1 : -1, growsWith.y * side > 0 ? 1 : -1] as const;
    const apart = x.estimate === null || y.estimate === null;
    const at = (t: number) => {
      const [part, rest] = apart ? [1, 1] : circle(t);
      return side * (f(toward(x, sideX, part), toward(y, sideY, rest)) ?? (side < 0 ? 0 : 1));
    };
    return side * highest(at);
  };
  return { low: extreme(-1), high: extreme(1) };
}

/** From the estimate a part of the way to the lower or the upper limit; without an estimate all of it. */
export function toward({ estimate, low, high }: Interval, side: -1 | 1, part: number): number {
  const limit = side < 0 ? low : high;
  if (estimate === null || part === 1) return limit;
  const root = (1 - part) * Math.sqrt(estimate) + part * Math.sqrt(limit);
  const other = (1 - part) * Math.sqrt(1 - estimate) + part * Math.sqrt(1 - limit);
  return (root * root) / (root * root + other * other);
}

/** A quarter of the unit circle for t in [0, 1]. */
export function circle(t: number): [number, number] {
  const norm = 1 + t * t;
  return [(1 - t * t) / norm, (2 * t) / norm];
}

const STEPS = 12;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const REFINEMENTS = 24;

/** The largest value of f over [0, 1]: a grid, and a golden section search about its best point. */
export function highest(f: (t: number) => number): number {
  let best = 0;
  let value = f(0);
  for (let i = 1; i <= STEPS; i++) {
    const at = f(i / STEPS);
    if (at > value) [best, value] = [i, at];
  }
  let low = Math.max(0, best - 1) / STEPS;
  let high = Math.min(STEPS, best + 1) / STEPS;
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [f(left), f(right)];
  for (let i = 0; i < REFINEMENTS; i++) {
    if (atLeft > atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = f(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = f(right);
    }
  }
  return Math.max(value, atLeft, atRight);
}
