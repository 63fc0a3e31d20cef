import { circle, highest, type Limits, toward } from "./extremes.js";
import type { Interval } from "./result.js";

/** What the margin rests on: three independent shares. */
export interface Shares {
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

/** p⋆ from the precision of the kept rows and p; null where it is open. */
export function breakdownAt(a: number, errorRate: number, classes: number): number | null {
  const right = (classes - 1) * a * errorRate;
  const all = right + (1 - a) * (1 - errorRate);
  return all > 0 ? right / all : null;
}

function marginAt(a: number, errorRate: number, classes: number): number {
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
