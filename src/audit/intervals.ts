import type { Interval } from "./result.js";

/**
 * The MOVER interval of a − b, for independent a and b: how far each one's own limits are from its estimate adds in
 * squares. One without an estimate may be anywhere within its limits.
 *
 * @param correlation Of the two estimates.
 * @see Zou, Donner, Construction of confidence limits about effect measures: a general approach, Statist. Med. 27 (2008)
 * @see Newcombe, Interval estimation for the difference between independent proportions, Statist. Med. 17 (1998),
 * whose method 10 this is with Wilson's limits for Clopper and Pearson's
 */
export function difference(a: Interval, b: Interval, correlation = 0): Interval {
  if (a.estimate === null || b.estimate === null) {
    return { estimate: null, low: a.low - b.high, high: a.high - b.low };
  }
  const estimate = a.estimate - b.estimate;
  const distance = (x: number, y: number) => Math.sqrt(Math.max(0, x ** 2 + y ** 2 - 2 * correlation * x * y));
  const below = distance(a.estimate - a.low, b.high - b.estimate);
  const above = distance(a.high - a.estimate, b.estimate - b.low);
  return { estimate, low: estimate - below, high: estimate + above };
}

export type Limits = Pick<Interval, "low" | "high">;

/**
 * The limits of a quantity f(x, y) of two independent shares by MOVER: its extremes where x and y are both off their
 * estimates, together as far as either may be alone (cos² + sin² = 1). Distances are taken along the square roots of a share and its
 * complement, where the spread of a count is even: on the plain scale, of which the closed forms of MOVER are, two rare
 * counts would make limits that cover 92.7 % (`npm run bench:coverage` has such settings).
 *
 * @param f Grows with x (`growsWith.x` 1) or falls (−1), likewise with y; null if it is open, when it has all of [0, 1].
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

/**
 * As `limitsOf`, of two shares whose correlation is r ≠ 0: what is off x is, in its own limits, r of what is off y, and the rest
 * is independent. f may turn within the limits.
 *
 * @see Zou, Donner, ibid., for the closed form of a difference: (a − l)² + (u − b)² − 2r(a − l)(u − b)
 */
export function correlatedLimits(
  f: (x: number, y: number) => number | null,
  x: Interval,
  y: Interval,
  correlation: number,
): Limits {
  const apart = Math.sqrt(Math.max(0, 1 - correlation * correlation));
  const extreme = (side: -1 | 1) => {
    const within = [-1, 1].flatMap((first) =>
      [-1, 1].map((second) => {
        const at = (t: number) => {
          const [part, rest] = circle(t);
          const offX = first * part;
          const offY = correlation * offX + second * apart * rest;
          const value = f(
            toward(x, offX < 0 ? -1 : 1, Math.abs(offX)),
            toward(y, offY < 0 ? -1 : 1, Math.min(1, Math.abs(offY))),
          );
          return side * (value ?? (side < 0 ? 0 : 1));
        };
        return highest(at);
      }),
    );
    return side * Math.max(...within);
  };
  return { low: extreme(-1), high: extreme(1) };
}

/** From the estimate a part of the way to the lower or the upper limit; without an estimate all of it. */
function toward({ estimate, low, high }: Interval, side: -1 | 1, part: number): number {
  const limit = side < 0 ? low : high;
  if (estimate === null || part === 1) return limit;
  const root = (1 - part) * Math.sqrt(estimate) + part * Math.sqrt(limit);
  const other = (1 - part) * Math.sqrt(1 - estimate) + part * Math.sqrt(1 - limit);
  return (root * root) / (root * root + other * other);
}

/** A quarter of the unit circle for t in [0, 1]. */
function circle(t: number): [number, number] {
  const norm = 1 + t * t;
  return [(1 - t * t) / norm, (2 * t) / norm];
}

const STEPS = 12;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const REFINEMENTS = 24;

/** The largest value of f over [0, 1]: a grid, and a golden section search about its best point. */
function highest(f: (t: number) => number): number {
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

/** What the margin rests on: three independent shares. */
interface Shares {
  /** Share of correct labels among the kept and among the rejected rows. */
  kept: Interval;
  rejected: Interval;
  /** Share of rows that is kept; without width where it is counted. */
  keepRate: Interval;
}

/**
 * The limits of p⋆ − p = g(a, p), as `limitsOf` makes them, here of three shares; a is the precision of the kept rows and
 * p⋆/(1 − p⋆) = (K − 1) · a/(1 − a) · p/(1 − p). They exclude 0 just where those of a exclude 1/K.
 */
export function marginLimits({ kept, rejected, keepRate }: Shares, classes: number): Limits {
  const extreme = (side: -1 | 1) => {
    // for each b and k the margin grows with a, so its extreme is on that side, and all of the circle is spent
    const at = (t: number) => {
      const [part, rest] = kept.estimate === null ? [1, 1] : circle(t);
      const a = toward(kept, side, part);
      const errors = errorRates(a, rejected, keepRate, rest);
      return side * marginWithin(a, errors, classes)[side < 0 ? "low" : "high"];
    };
    return side * highest(at);
  };
  return { low: extreme(-1), high: extreme(1) };
}

/** p⋆ from the precision of the kept rows and p; null if it is open. */
export function breakdownAt(a: number, errorRate: number, classes: number): number | null {
  const right = (classes - 1) * a * errorRate;
  const all = right + (1 - a) * (1 - errorRate);
  return all > 0 ? right / all : null;
}

export function marginAt(a: number, errorRate: number, classes: number): number {
  const p = Math.min(1, Math.max(0, errorRate));
  // with no wrong row, or no correct one, p⋆ is open; what it tends to is the limit
  return (breakdownAt(a, p, classes) ?? (a > 0.5 ? 1 : 0)) - p;
}

/** The range of g(a, p) over p: its ends and, between them, where p⋆ = 1 − p. */
function marginWithin(a: number, { low, high }: Limits, classes: number): Limits {
  const values = [marginAt(a, low, classes), marginAt(a, high, classes)];
  const odds = Math.sqrt((1 - a) / ((classes - 1) * a));
  const turn = odds / (1 + odds);
  if (turn > low && turn < high) values.push(marginAt(a, turn, classes));
  return { low: Math.min(...values), high: Math.max(...values) };
}

/** The range of p = 1 − b − k(a − b) for one a, where b and k are off by a share `radius` of what they may be. */
function errorRates(a: number, rejected: Interval, keepRate: Interval, radius: number): Limits {
  const counted = keepRate.low === keepRate.high;
  const apart = counted || rejected.estimate === null || keepRate.estimate === null;
  const extreme = (sideB: -1 | 1, sideP: -1 | 1) => {
    const along = (sideK: -1 | 1) => {
      const at = (t: number) => {
        const [part, rest] = apart ? [1, 1] : circle(t);
        const b = toward(rejected, sideB, radius * part);
        return sideP * (1 - b - toward(keepRate, sideK, radius * rest) * (a - b));
      };
      return apart ? at(0) : highest(at);
    };
    return sideP * (counted ? along(1) : Math.max(along(-1), along(1)));
  };
  // p falls with b, as k ≤ 1
  return { low: extreme(1, -1), high: extreme(-1, 1) };
}
