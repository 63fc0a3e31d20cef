import type { Core } from "../core/core.js";
import { worthOfRow } from "../model/worth.js";
import type { Cells } from "./cells.js";
import {
  breakdownAt,
  correlatedLimits,
  difference,
  type Limits,
  limitsOf,
  marginAt,
  marginLimits,
} from "./intervals.js";
import type { ResolvedOptions } from "./options.js";
import type { AuditEstimates, AuditVerdict, AuditVerification, AuditWorth, Interval } from "./result.js";
import { ANY_SHARE, shareInterval } from "./share.js";
import {
  areEnough,
  correlationOf,
  countedShare,
  KEPT,
  labelledTwice,
  ofBoth,
  type ShareOf,
  type Strata,
  strataOf,
} from "./strata.js";

export type AuditRates = Pick<AuditEstimates, "errorRate" | "phi" | "psi">;
export type EstimateOptions = Pick<ResolvedOptions, "design" | "classes" | "confidence"> &
  Partial<Pick<ResolvedOptions, "interval" | "finitePopulation">>;

const ERRORS: ShareOf = { ones: ["keptWrong", "rejectedWrong"], zeros: ["keptCorrect", "rejectedCorrect"] };
const PHI: ShareOf = { ones: ["keptCorrect"], zeros: ["rejectedCorrect"] };
const PSI: ShareOf = { ones: ["keptWrong"], zeros: ["rejectedWrong"] };
const SAMPLED: ShareOf = { ones: ["keptCorrect", "keptWrong"], zeros: ["rejectedCorrect", "rejectedWrong"] };

/**
 * Whether a file is itself the random sample: every row of it is audited, so that there is no larger file whose keep rate could
 * be counted. All else is stratified afterwards by the counted keep rate: given how many of them are kept, audited rows that were
 * drawn at random from all are drawn at random within the kept and within the rejected ones.
 *
 * @see Holt, Smith, Post stratification, J. R. Statist. Soc. A 142 (1979)
 */
export function isWholeSample(cells: Cells, { design, finitePopulation = false }: EstimateOptions): boolean {
  return design === "simple" && cells.rows === cells.audited && !finitePopulation && !labelledTwice(cells);
}

/** p, φ and ψ of some rows. */
export function rates(core: Core, cells: Cells, options: EstimateOptions): AuditRates {
  const { confidence, interval } = options;
  if (isWholeSample(cells, options)) {
    const share = (of: ShareOf) => shareInterval(core, countedShare(core, cells, of, confidence), confidence, interval);
    return { errorRate: share(ERRORS), phi: share(PHI), psi: share(PSI) };
  }
  const k = keptShare(cells);
  if (k === null) return { errorRate: ANY_SHARE, phi: ANY_SHARE, psi: ANY_SHARE };
  const strata = strataOf(core, cells, options);
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
  const { classes, confidence, interval } = options;
  const found = rates(core, cells, options);
  const k = keptShare(cells);
  const strata = strataOf(core, cells, options);
  const whole = isWholeSample(cells, options);
  const sampled = countedShare(core, cells, SAMPLED, confidence);
  const sampledRate = shareInterval(core, sampled, confidence, interval);
  const counted = k === null ? ANY_SHARE : { estimate: k, low: k, high: k };
  const breakdown = breakdownOf(found, strata, cells, k, whole, classes);
  const { estimate: p } = found.errorRate;
  const margin = breakdown.estimate === null || p === null ? null : breakdown.estimate - p;
  const keepRate = whole ? sampledRate : counted;
  return {
    ...found,
    breakdown,
    keptPrecision: strata.kept,
    // unequal weights say that the file is drawn from a larger one, whose keep rate is not that of its rows
    keepRate: whole && sampled.n < cells.audited && cells.clusters.size === 0 ? sampledRate : counted,
    margin: around(margin, marginOf(found, strata, cells, keepRate, whole, classes)),
    youden: youdenOf(core, found, strata, cells, k, whole, options),
    gain: gainOf(strata, keepRate),
    worth: worthOf(strata.kept, found.errorRate, cells, classes),
    verdict: verdictOf(strata.kept, classes),
    verification: verificationOf(strata),
    counts: cells.counts(),
  };
}

/** The side of p⋆: (1 − p)φ > pψ/(K − 1) if and only if more than 1/K of the kept labels are correct. */
export function verdictOf({ low, high }: Limits, classes: number): AuditVerdict {
  if (low > 1 / classes) return "below";
  return high < 1 / classes ? "above" : "inconclusive";
}

/** φ > ψ just where more of the kept rows are correct than of the rejected ones. */
export function verificationOf({
  kept,
  rejected,
  correlation = 0,
}: Pick<Strata, "kept" | "rejected"> & { correlation?: number }): AuditVerification {
  const { low, high } = difference(kept, rejected, correlation);
  if (low > 0) return "better";
  return high < 0 ? "worse" : "inconclusive";
}

/** Keep rate of all rows, which are counted; null of no rows. */
function keptShare({ rows, keptRows }: Cells): number | null {
  return rows === 0 ? null : keptRows / rows;
}

/** A quantity of the two strata of a file of keep rate k; a stratum that has no rows has no say. */
function ofStrata(
  f: (a: number, b: number) => number | null,
  strata: Strata,
  k: number,
  growsWith: { x: -1 | 1; y: -1 | 1 },
): Interval {
  const [a, b] = [k === 0 ? 0 : strata.kept.estimate, k === 1 ? 0 : strata.rejected.estimate];
  return around(a === null || b === null ? null : f(a, b), ofBoth(f, strata, growsWith));
}

function breakdownOf(
  { phi, psi }: AuditRates,
  strata: Strata,
  cells: Cells,
  k: number | null,
  whole: boolean,
  classes: number,
): Interval {
  const wrongs = classes - 1;
  const of = (right: number, wrong: number) => part(wrongs * right, wrong);
  const estimate = phi.estimate === null || psi.estimate === null ? null : of(phi.estimate, psi.estimate);
  if (whole) return around(estimate, ofRates(of, phi, psi, cells));
  if (k === null || k === 0) return ANY_SHARE;
  // φ = ψ = 1
  if (k === 1) return { estimate, low: wrongs / classes, high: wrongs / classes };
  const at = (a: number, b: number) => breakdownAt(a, 1 - k * a - (1 - k) * b, classes);
  return around(estimate, ofBoth(at, strata, { x: 1, y: -1 }));
}

/** The limits of a quantity of φ and ψ that grows with φ and falls with ψ, in a whole sample. */
function ofRates(f: (phi: number, psi: number) => number | null, phi: Interval, psi: Interval, cells: Cells): Limits {
  const correlation = correlationOf(cells, PHI, PSI);
  if (correlation === 0 || phi.estimate === null || psi.estimate === null) {
    return limitsOf(f, phi, psi, { x: 1, y: -1 });
  }
  return correlatedLimits(f, phi, psi, correlation);
}

function marginOf(
  { errorRate }: AuditRates,
  { kept, rejected, apart, correlation }: Strata,
  cells: Cells,
  keepRate: Interval,
  whole: boolean,
  classes: number,
): Limits {
  const bounds = whole ? { kept, rejected } : apart;
  const open = bounds.kept.estimate === null || bounds.rejected.estimate === null;
  if (cells.clusters.size === 0 || open) return marginLimits({ ...bounds, keepRate }, classes);
  const k = keepRate.estimate ?? 0;
  const at = (a: number, b: number) => marginAt(a, 1 - k * a - (1 - k) * b, classes);
  const [x, y, r, f] = whole
    ? [kept, errorRate, correlationOf(cells, KEPT, ERRORS), (a: number, p: number) => marginAt(a, p, classes)]
    : [kept, rejected, correlation, at];
  // a margin is in [−1, 1], and what limitsOf takes for an open quantity is a share
  return correlatedLimits(f, x, y, r);
}

/** Youden's J = φ − ψ. */
function youdenOf(
  core: Core,
  { phi, psi }: AuditRates,
  strata: Strata,
  cells: Cells,
  k: number | null,
  whole: boolean,
  options: EstimateOptions,
): Interval {
  const estimate = phi.estimate === null || psi.estimate === null ? null : phi.estimate - psi.estimate;
  if (k === null || (!whole && (k === 0 || k === 1))) {
    // a verifier that does the same with every row
    return k === null ? { estimate: null, low: -1, high: 1 } : { estimate: 0, low: 0, high: 0 };
  }
  if (whole) {
    const { confidence, interval } = options;
    const counts = [PHI, PSI].map((of) => countedShare(core, cells, of, confidence));
    const sure = (of: ShareOf) => {
      const level = (1 + confidence) / 2;
      return { ...shareInterval(core, countedShare(core, cells, of, level), level, interval), estimate: null };
    };
    const [x, y] = areEnough(counts.map(({ n }) => n)) ? [phi, psi] : [sure(PHI), sure(PSI)];
    return around(estimate, wholeOf(ofRates((right, wrong) => halfOf(right - wrong), x, y, cells)));
  }
  const half = (a: number, b: number) => {
    const [right, wrong] = [part(k * a, (1 - k) * b), part(k * (1 - a), (1 - k) * (1 - b))];
    return right === null || wrong === null ? null : halfOf(right - wrong);
  };
  return around(estimate, wholeOf(ofBoth(half, strata, { x: 1, y: -1 })));
}

/** The precision of the kept rows less that of all rows: (1 − k)(a − b). A sample that is all there is does not count k. */
function gainOf(strata: Strata, keepRate: Interval): Interval {
  const { kept, rejected } = strata;
  const { estimate: k, low, high } = keepRate;
  const isCounted = low === high;
  if (k === null || (k === 0 && isCounted)) return { estimate: null, low: -1, high: 1 };
  if (k === 1 && isCounted) return { estimate: 0, low: 0, high: 0 };
  const estimate = kept.estimate === null || rejected.estimate === null ? null : kept.estimate - rejected.estimate;
  const difference = ofBoth((a, b) => halfOf(a - b), strata, { x: 1, y: -1 });
  const scaled = (half: number, rate: number) => halfOf((1 - rate) * (2 * half - 1));
  const { low: least, high: most } = difference;
  const limits =
    isCounted || estimate === null
      ? {
          low: Math.min(scaled(least, low), scaled(least, high)),
          high: Math.max(scaled(most, low), scaled(most, high)),
        }
      : correlatedLimits(scaled, { estimate: halfOf(estimate), ...difference }, keepRate, 0);
  return around(estimate === null ? null : (1 - k) * estimate, wholeOf(limits));
}

/** A number in [−1, 1] as a share, and limits of a share as those of such a number. */
function halfOf(value: number): number {
  return (1 + value) / 2;
}

function wholeOf({ low, high }: Limits): Limits {
  return { low: 2 * low - 1, high: 2 * high - 1 };
}

/** What the kept rows, and all rows, are worth in clean ones to the class mean: ω grows with the share of correct labels. */
function worthOf(kept: Interval, errorRate: Interval, cells: Cells, classes: number): AuditWorth {
  const of = (rows: number, precision: Interval): Interval => {
    const worth = (share: number) => rows * worthOfRow(Math.min(1, Math.max(0, share)), { classes });
    const { estimate, low, high } = precision;
    return { estimate: estimate === null ? null : worth(estimate), low: worth(low), high: worth(high) };
  };
  const { estimate: p, low, high } = errorRate;
  return {
    kept: of(cells.keptRows, kept),
    unselected: of(cells.rows, { estimate: p === null ? null : 1 - p, low: 1 - high, high: 1 - low }),
  };
}

/** x / (x + y); null where both are 0. */
function part(x: number, y: number): number | null {
  return x + y > 0 ? x / (x + y) : null;
}

/** Rounding never puts an estimate outside of its limits. */
function around(estimate: number | null, { low, high }: Limits): Interval {
  return { estimate, low: Math.min(low, estimate ?? low), high: Math.max(high, estimate ?? high) };
}
