import type { Core } from "../core/core.js";
import { type Cell, type Cells, effective, union } from "./cells.js";
import {
  ANY_SHARE,
  breakdownAt,
  type Counted,
  clopperPearson,
  difference,
  type Limits,
  limitsOf,
  marginLimits,
} from "./intervals.js";
import type { ResolvedOptions } from "./options.js";
import type { AuditEstimates, AuditVerdict, AuditVerification, Interval } from "./result.js";

export type AuditRates = Pick<AuditEstimates, "errorRate" | "phi" | "psi">;
export type EstimateOptions = Pick<ResolvedOptions, "design" | "classes" | "confidence">;

/**
 * Whether a file is itself the random sample: every row of it is audited, so that there is no larger file whose keep rate could
 * be counted. All else is stratified afterwards by the counted keep rate: given how many of them are kept, audited rows that were
 * drawn at random from all are drawn at random within the kept and within the rejected ones.
 *
 * @see Holt, Smith, Post stratification, J. R. Statist. Soc. A 142 (1979)
 */
export function isWholeSample(cells: Cells, design: EstimateOptions["design"]): boolean {
  return design === "simple" && cells.rows === cells.audited;
}

/** p, φ and ψ of some rows. */
export function rates(core: Core, cells: Cells, { design, confidence }: EstimateOptions): AuditRates {
  const { keptCorrect, keptWrong, rejectedCorrect, rejectedWrong } = cells;
  if (isWholeSample(cells, design)) {
    const share = (ones: Cell, zeros: Cell) => clopperPearson(core, effective(ones, zeros), confidence);
    return {
      errorRate: share(union(keptWrong, rejectedWrong), union(keptCorrect, rejectedCorrect)),
      phi: share(keptCorrect, rejectedCorrect),
      psi: share(keptWrong, rejectedWrong),
    };
  }
  const k = keptShare(cells);
  if (k === null) return { errorRate: ANY_SHARE, phi: ANY_SHARE, psi: ANY_SHARE };
  const strata = precisions(core, cells, confidence);
  const errors = (a: number, b: number) => 1 - k * a - (1 - k) * b;
  const ofCorrect = (a: number, b: number) => part(k * a, (1 - k) * b);
  const ofWrong = (a: number, b: number) => part(k * (1 - a), (1 - k) * (1 - b));
  return {
    errorRate: ofStrata(errors, strata, k, { x: -1, y: -1 }),
    phi: ofStrata(ofCorrect, strata, k, { x: 1, y: -1 }),
    psi: ofStrata(ofWrong, strata, k, { x: -1, y: 1 }),
  };
}

/** Everything that an audit says of some rows. */
export function estimates(core: Core, cells: Cells, options: EstimateOptions): AuditEstimates {
  const { design, classes, confidence } = options;
  const { keptCorrect, keptWrong, rejectedCorrect, rejectedWrong } = cells;
  const found = rates(core, cells, options);
  const k = keptShare(cells);
  const keepRate = k === null ? ANY_SHARE : { estimate: k, low: k, high: k };
  const strata = precisions(core, cells, confidence);
  const sampled = effective(union(keptCorrect, keptWrong), union(rejectedCorrect, rejectedWrong));
  const whole = isWholeSample(cells, design);
  const sampledRate = clopperPearson(core, sampled, confidence);
  const bounds = whole ? strata : strata.apart;
  const breakdown = breakdownOf(found, strata, k, whole, classes);
  const { estimate: p } = found.errorRate;
  const margin = breakdown.estimate === null || p === null ? null : breakdown.estimate - p;
  return {
    ...found,
    breakdown,
    keptPrecision: strata.kept,
    // unequal weights say that the file is drawn from a larger one, whose keep rate is not that of its rows
    keepRate: whole && sampled.n < cells.audited ? sampledRate : keepRate,
    margin: around(margin, marginLimits({ ...bounds, keepRate: whole ? sampledRate : keepRate }, classes)),
    verdict: verdictOf(strata.kept, classes),
    verification: verificationOf(strata.kept, strata.rejected),
    counts: cells.counts(),
  };
}

/** The side of p⋆: (1 − p)φ > pψ/(K − 1) if and only if more than 1/K of the kept labels are correct. */
export function verdictOf({ low, high }: Limits, classes: number): AuditVerdict {
  if (low > 1 / classes) return "below";
  return high < 1 / classes ? "above" : "inconclusive";
}

/** φ > ψ just where more of the kept rows are correct than of the rejected ones. */
export function verificationOf(kept: Interval, rejected: Interval): AuditVerification {
  const { low, high } = difference(kept, rejected);
  if (low > 0) return "better";
  return high < 0 ? "worse" : "inconclusive";
}

/** Keep rate of all rows, which are counted; null of no rows. */
function keptShare({ rows, keptRows }: Cells): number | null {
  return rows === 0 ? null : keptRows / rows;
}

interface Strata {
  kept: Interval;
  rejected: Interval;
  /** The same; or of very few rows limits that hold both at once (Bonferroni), where MOVER would cover less than it says. */
  apart: { kept: Interval; rejected: Interval };
}

/** Rows in each stratum, and in both, from which on MOVER's limits cover 95 % (test/theory/auditCoverage.test.ts). */
const ENOUGH = { each: 2, both: 6 };

/** The shares of correct labels among the kept and the rejected rows. */
function precisions(core: Core, cells: Cells, confidence: number): Strata {
  const kept = effective(cells.keptCorrect, cells.keptWrong);
  const rejected = effective(cells.rejectedCorrect, cells.rejectedWrong);
  const share = (counted: Counted) => clopperPearson(core, counted, confidence);
  const strata = { kept: share(kept), rejected: share(rejected) };
  const enough = Math.min(kept.n, rejected.n) >= ENOUGH.each && kept.n + rejected.n >= ENOUGH.both;
  if (enough || kept.n === 0 || rejected.n === 0) return { ...strata, apart: strata };
  const both = (counted: Counted) => ({ ...clopperPearson(core, counted, (1 + confidence) / 2), estimate: null });
  return { ...strata, apart: { kept: both(kept), rejected: both(rejected) } };
}

/** A quantity of the two strata of a file of keep rate k; a stratum that has no rows has no say. */
function ofStrata(
  f: (a: number, b: number) => number | null,
  { kept, rejected, apart }: Strata,
  k: number,
  growsWith: { x: -1 | 1; y: -1 | 1 },
): Interval {
  const [a, b] = [k === 0 ? 0 : kept.estimate, k === 1 ? 0 : rejected.estimate];
  return around(a === null || b === null ? null : f(a, b), limitsOf(f, apart.kept, apart.rejected, growsWith));
}

function breakdownOf(
  { phi, psi }: AuditRates,
  { apart }: Strata,
  k: number | null,
  whole: boolean,
  classes: number,
): Interval {
  const wrongs = classes - 1;
  const of = (right: number, wrong: number) => part(wrongs * right, wrong);
  const estimate = phi.estimate === null || psi.estimate === null ? null : of(phi.estimate, psi.estimate);
  if (whole) return around(estimate, limitsOf(of, phi, psi, { x: 1, y: -1 }));
  if (k === null || k === 0) return ANY_SHARE;
  // φ = ψ = 1
  if (k === 1) return { estimate, low: wrongs / classes, high: wrongs / classes };
  const at = (a: number, b: number) => breakdownAt(a, 1 - k * a - (1 - k) * b, classes);
  return around(estimate, limitsOf(at, apart.kept, apart.rejected, { x: 1, y: -1 }));
}

/** x / (x + y); null where both are 0. */
function part(x: number, y: number): number | null {
  return x + y > 0 ? x / (x + y) : null;
}

/** Rounding never puts an estimate outside of its limits. */
function around(estimate: number | null, { low, high }: Limits): Interval {
  return { estimate, low: Math.min(low, estimate ?? low), high: Math.max(high, estimate ?? high) };
}
