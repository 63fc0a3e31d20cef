import type { Core } from "../core/core.js";
import { type Cell, type Cells, effective, union } from "./cells.js";
import { ANY_SHARE, clopperPearson, complement, difference, ratio, weightedSum } from "./intervals.js";
import { breakdownLimits, marginLimits } from "./margin.js";
import type { ResolvedOptions } from "./options.js";
import type { AuditEstimates, AuditVerdict, AuditVerification, Interval } from "./result.js";

export type AuditRates = Pick<AuditEstimates, "errorRate" | "phi" | "psi">;
export type EstimateOptions = Pick<ResolvedOptions, "design" | "classes" | "confidence">;

/** p, φ and ψ of some rows. */
export function rates(core: Core, cells: Cells, { design, confidence }: EstimateOptions): AuditRates {
  const share = (ones: Cell, zeros: Cell) => clopperPearson(core, effective(ones, zeros), confidence);
  const { keptCorrect, keptWrong, rejectedCorrect, rejectedWrong } = cells;
  if (design === "simple") {
    return {
      errorRate: share(union(keptWrong, rejectedWrong), union(keptCorrect, rejectedCorrect)),
      phi: share(keptCorrect, rejectedCorrect),
      psi: share(keptWrong, rejectedWrong),
    };
  }
  const k = keptShare(cells);
  if (k === null) return { errorRate: ANY_SHARE, phi: ANY_SHARE, psi: ANY_SHARE };
  const wrong = { kept: share(keptWrong, keptCorrect), rejected: share(rejectedWrong, rejectedCorrect) };
  const correct = { kept: complement(wrong.kept), rejected: complement(wrong.rejected) };
  return {
    errorRate: within(
      weightedSum([
        { weight: k, of: wrong.kept },
        { weight: 1 - k, of: wrong.rejected },
      ]),
    ),
    phi: shareKept(k, correct.kept, correct.rejected),
    psi: shareKept(k, wrong.kept, wrong.rejected),
  };
}

/** Everything that an audit says of some rows. */
export function estimates(core: Core, cells: Cells, options: EstimateOptions): AuditEstimates {
  const { design, classes, confidence } = options;
  const share = (ones: Cell, zeros: Cell) => clopperPearson(core, effective(ones, zeros), confidence);
  const { keptCorrect, keptWrong, rejectedCorrect, rejectedWrong } = cells;
  const found = rates(core, cells, options);
  const kept = share(keptCorrect, keptWrong);
  const rejected = share(rejectedCorrect, rejectedWrong);
  const k = keptShare(cells);
  const keepRate = k === null ? ANY_SHARE : { estimate: k, low: k, high: k };
  const sampled = share(union(keptCorrect, keptWrong), union(rejectedCorrect, rejectedWrong));
  const shares = { kept, rejected, keepRate: design === "simple" ? sampled : keepRate };
  const breakdown = breakdownOf(found, shares, k, options);
  const { estimate: p } = found.errorRate;
  const margin = breakdown.estimate === null || p === null ? null : breakdown.estimate - p;
  return {
    ...found,
    breakdown,
    keptPrecision: kept,
    keepRate,
    margin: { estimate: margin, ...around(margin, marginLimits(shares, classes)) },
    verdict: verdictOf(kept, classes),
    verification: verificationOf(kept, rejected),
    counts: cells.counts(),
  };
}

/** Keep rate of all rows, which are counted; null of no rows. */
function keptShare({ rows, keptRows }: Cells): number | null {
  return rows === 0 ? null : keptRows / rows;
}

/** kx / (kx + (1 − k)y), as φ of the correct shares x, y of kept and rejected rows: by the ratio y / x. */
function shareKept(k: number, x: Interval, y: Interval): Interval {
  const odds = ratio(y, x);
  const at = (r: number) => (k === 0 ? 0 : k === 1 ? 1 : r === Infinity ? 0 : k / (k + (1 - k) * r));
  const all = k * (x.estimate ?? 0) + (1 - k) * (y.estimate ?? 0);
  const known = all > 0 && (x.estimate !== null || k === 0) && (y.estimate !== null || k === 1);
  const estimate = known ? (k * (x.estimate ?? 0)) / all : null;
  return { estimate, ...around(estimate, { low: at(odds.high), high: at(odds.low) }) };
}

function breakdownOf(
  { phi, psi }: AuditRates,
  shares: { kept: Interval; rejected: Interval },
  k: number | null,
  { design, classes }: EstimateOptions,
): Interval {
  const wrongs = classes - 1;
  const open = phi.estimate === null || psi.estimate === null || phi.estimate + psi.estimate === 0;
  const estimate = open ? null : (wrongs * (phi.estimate ?? 0)) / (wrongs * (phi.estimate ?? 0) + (psi.estimate ?? 0));
  if (design === "simple") {
    const { low, high } = ratio(psi, phi);
    const at = (r: number) => (r === Infinity ? 0 : wrongs / (wrongs + r));
    return { estimate, ...around(estimate, { low: at(high), high: at(low) }) };
  }
  if (k === null || k === 0) return ANY_SHARE;
  if (k === 1) return { estimate, low: wrongs / classes, high: wrongs / classes };
  return { estimate, ...around(estimate, breakdownLimits(shares, k, classes)) };
}

/** Rounding never puts an estimate outside of its limits. */
function around(estimate: number | null, { low, high }: { low: number; high: number }): { low: number; high: number } {
  if (estimate === null) return { low, high };
  return { low: Math.min(low, estimate), high: Math.max(high, estimate) };
}

function within({ estimate, low, high }: Interval): Interval {
  return { estimate, low: Math.max(0, low), high: Math.min(1, high) };
}

/** Whether the kept rows teach the truth: (1 − p)φ > pψ/(K − 1) just where more than 1/K of them are correct. */
export function verdictOf({ low, high }: Interval, classes: number): AuditVerdict {
  if (low > 1 / classes) return "below";
  return high < 1 / classes ? "above" : "inconclusive";
}

/** φ > ψ just where more of the kept rows are correct than of the rejected ones. */
export function verificationOf(kept: Interval, rejected: Interval): AuditVerification {
  const { low, high } = difference(kept, rejected);
  if (low > 0) return "helps";
  return high < 0 ? "hurts" : "unclear";
}
