import type { Interval } from "./result.js";

/**
 * What the quantities of a whole file rest on: three independent shares. MOVER takes them to be within the ellipsoid whose
 * half axes are the distances of each one's limits from its estimate (for sums and ratios this is the closed form); the
 * limits here are the extremes over it.
 */
export interface Shares {
  /** Share of correct labels among the kept and among the rejected rows. */
  kept: Interval;
  rejected: Interval;
  /** Share of rows that is kept; without width where it is counted. */
  keepRate: Interval;
}

type Limits = Pick<Interval, "low" | "high">;

/**
 * p⋆ − p = g(a, p) with p⋆/(1 − p⋆) = (K − 1) · a/(1 − a) · p/(1 − p) and a the precision of the kept rows. Its limits
 * exclude 0 just where those of a exclude 1/K.
 */
export function marginLimits({ kept, rejected, keepRate }: Shares, classes: number): Limits {
  const extreme = (side: -1 | 1) => {
    // all else equal the margin grows with a, so its extreme is on that side, and on the surface
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

/** The limits of p⋆ where the keep rate k is counted: it grows with a, and falls with the share among the rejected. */
export function breakdownLimits(shares: Omit<Shares, "keepRate">, keepRate: number, classes: number): Limits {
  const extreme = (side: -1 | 1) => {
    const at = (t: number) => {
      const [part, rest] = shares.kept.estimate === null || shares.rejected.estimate === null ? [1, 1] : circle(t);
      const a = toward(shares.kept, side, part);
      const b = toward(shares.rejected, side < 0 ? 1 : -1, rest);
      const point = breakdownOf(a, 1 - keepRate * a - (1 - keepRate) * b, classes);
      return point === null ? (side < 0 ? 0 : 1) : side * point;
    };
    return side * highest(at);
  };
  return { low: extreme(-1), high: extreme(1) };
}

/** p⋆ from the precision of the kept rows and p; null where it is open. */
function breakdownOf(a: number, errorRate: number, classes: number): number | null {
  const right = (classes - 1) * a * errorRate;
  const all = right + (1 - a) * (1 - errorRate);
  return all > 0 ? right / all : null;
}

function marginOf(a: number, errorRate: number, classes: number): number {
  const p = Math.min(1, Math.max(0, errorRate));
  // with no wrong row, or no correct one, p⋆ is open; what it tends to is the limit
  return (breakdownOf(a, p, classes) ?? (a > 0.5 ? 1 : 0)) - p;
}

/** The range of g(a, p) over p: its ends and, between them, where p⋆ = 1 − p. */
function marginWithin(a: number, { low, high }: Limits, classes: number): Limits {
  const values = [marginOf(a, low, classes), marginOf(a, high, classes)];
  const odds = Math.sqrt((1 - a) / ((classes - 1) * a));
  const turn = odds / (1 + odds);
  if (turn > low && turn < high) values.push(marginOf(a, turn, classes));
  return { low: Math.min(...values), high: Math.max(...values) };
}

/** The range of p = 1 − b − k(a − b) for one a, over b and k within a share `radius` of their ellipse. */
function errorRates(a: number, rejected: Interval, keepRate: Interval, radius: number): Limits {
  const at = (b: number, k: number) => 1 - b - k * (a - b);
  const extreme = (sideB: -1 | 1, sideP: -1 | 1) => {
    const along = (sideK: -1 | 1) =>
      highest((t) => {
        const [part, rest] = rejected.estimate === null || keepRate.estimate === null ? [1, 1] : circle(t);
        return sideP * at(toward(rejected, sideB, radius * part), toward(keepRate, sideK, radius * rest));
      });
    return sideP * (keepRate.low === keepRate.high ? along(1) : Math.max(along(-1), along(1)));
  };
  // p falls with b, as k ≤ 1
  return { low: extreme(1, -1), high: extreme(-1, 1) };
}

/** From the estimate a part of the way to the lower or the upper limit; without an estimate all of it. */
function toward({ estimate, low, high }: Interval, side: -1 | 1, part: number): number {
  const limit = side < 0 ? low : high;
  return estimate === null ? limit : estimate + part * (limit - estimate);
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
