import type { Core } from "../core/core.js";
import { worthOfRow } from "../model/worth.js";
import { type Cells, union } from "./cells.js";
import { correlationOf, countedShare, KEPT, type KeepRate, keepRateOf, type ShareOf } from "./clusters.js";
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
import type { AuditCounts, AuditEstimates, AuditVerdict, AuditVerification, AuditWorth, Interval } from "./result.js";
import { ANY_SHARE, shareInterval } from "./share.js";
import {
  areEnough,
  around,
  labelledTwice,
  type OfFile,
  ofBoth,
  ofFile,
  overKeepRate,
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

function haveUnequalWeights(cells: Cells): boolean {
  const all = union(cells.keptCorrect, cells.keptWrong, cells.rejectedCorrect, cells.rejectedWrong);
  return (all.weight / all.square) * all.weight < all.count * (1 - 1e-9);
}

/** p, φ and ψ of some rows. */
export function rates(core: Core, cells: Cells, options: EstimateOptions): AuditRates {
  const { confidence, interval } = options;
  if (isWholeSample(cells, options)) {
    const share = (of: ShareOf) => shareInterval(core, countedShare(core, cells, of, confidence), confidence, interval);
    return { errorRate: share(ERRORS), phi: share(PHI), psi: share(PSI) };
  }
  const rate = keepRateOf(core, cells, options);
  if (rate === null) return { errorRate: ANY_SHARE, phi: ANY_SHARE, psi: ANY_SHARE };
  const strata = strataOf(core, cells, options);
  return {
    errorRate: ofFile(errorsAt, strata, rate, { x: -1, y: -1 }),
    phi: ofFile(phiAt, strata, rate, { x: 1, y: -1 }),
    psi: ofFile(psiAt, strata, rate, { x: -1, y: 1 }),
  };
}

const errorsAt = (a: number, b: number, k: number) => 1 - k * a - (1 - k) * b;
const phiAt = (a: number, b: number, k: number) => part(k * a, (1 - k) * b);
const psiAt = (a: number, b: number, k: number) => part(k * (1 - a), (1 - k) * (1 - b));

/** Everything that an audit says of some rows. */
export function estimates(core: Core, cells: Cells, options: EstimateOptions): AuditEstimates {
  const { classes, confidence, interval } = options;
  const found = rates(core, cells, options);
  const rate = keepRateOf(core, cells, options);
  const k = rate?.estimate ?? null;
  const strata = strataOf(core, cells, options);
  const whole = isWholeSample(cells, options);
  const sampled = countedShare(core, cells, SAMPLED, confidence);
  const sampledRate = shareInterval(core, sampled, confidence, interval);
  const counted = k === null ? ANY_SHARE : { estimate: k, low: k, high: k };
  const breakdown = breakdownOf(found, strata, cells, rate, whole, classes);
  const { estimate: p } = found.errorRate;
  const margin = breakdown.estimate === null || p === null ? null : breakdown.estimate - p;
  const keepRate = whole ? sampledRate : counted;
  const verdict = verdictOf(strata.kept, classes);
  const verification = verificationOf(strata);
  const side = { below: 1, inconclusive: 0, above: -1 }[verdict];
  const sign = { better: 1, inconclusive: 0, worse: -1 }[verification];
  return {
    ...found,
    breakdown,
    keptPrecision: strata.kept,
    // unequal weights say that the file is drawn from a larger one, whose keep rate is not that of its rows
    keepRate: whole && haveUnequalWeights(cells) ? sampledRate : counted,
    margin: onSide(
      around(
        margin,
        whole || rate === null
          ? marginOf(found, strata, cells, keepRate, classes)
          : marginOfFile(strata, cells, rate, classes),
      ),
      side,
    ),
    youden: onSide(youdenOf(core, found, strata, cells, rate, whole, options), sign),
    gain: onSide(whole || rate === null ? gainOf(strata, keepRate) : gainOfFile(strata, rate), sign),
    worth: worthOf(strata.kept, found.errorRate, cells.counts(), classes),
    verdict,
    verification,
    counts: cells.counts(),
  };
}

/**
 * The limits of a quantity whose sign is decided, if no keep rate changes it: an uncertain keep rate makes them wider, but not beyond 0.
 * Only a truth of the other sign is then missed, and that if the verdict is wrong.
 */
function onSide(interval: Interval, sign: number): Interval {
  const { estimate, low, high } = interval;
  if (sign === 0 || (estimate !== null && estimate * sign < 0)) return interval;
  return sign > 0 ? { estimate, low: Math.max(0, low), high } : { estimate, low, high: Math.min(0, high) };
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

function breakdownOf(
  { phi, psi }: AuditRates,
  strata: Strata,
  cells: Cells,
  rate: KeepRate | null,
  whole: boolean,
  classes: number,
): Interval {
  const wrongs = classes - 1;
  const of = (right: number, wrong: number) => part(wrongs * right, wrong);
  const estimate = phi.estimate === null || psi.estimate === null ? null : of(phi.estimate, psi.estimate);
  if (whole) return around(estimate, ofRates(of, phi, psi, cells));
  if (rate === null || rate.estimate === 0) return ANY_SHARE;
  // φ = ψ = 1
  if (rate.estimate === 1) return { estimate, low: wrongs / classes, high: wrongs / classes };
  const at = (a: number, b: number, k: number) => breakdownAt(a, errorsAt(a, b, k), classes);
  return ofFile(at, strata, rate, { x: 1, y: -1 });
}

/** The limits of a quantity of φ and ψ that grows with φ and falls with ψ, in a whole sample. */
function ofRates(f: (phi: number, psi: number) => number | null, phi: Interval, psi: Interval, cells: Cells): Limits {
  const correlation = correlationOf(cells, PHI, PSI);
  if (correlation === 0 || phi.estimate === null || psi.estimate === null) {
    return limitsOf(f, phi, psi, { x: 1, y: -1 });
  }
  return correlatedLimits(f, phi, psi, correlation);
}

/** The limits of p⋆ − p in a sample that is all there is. */
function marginOf(
  { errorRate }: AuditRates,
  { kept, rejected }: Strata,
  cells: Cells,
  keepRate: Interval,
  classes: number,
): Limits {
  const open = kept.estimate === null || rejected.estimate === null;
  if (cells.clusters.size === 0 || open) return marginLimits({ kept, rejected, keepRate }, classes);
  // a margin is in [−1, 1], and what limitsOf takes for an open quantity is a share
  const at = (a: number, p: number) => marginAt(a, p, classes);
  return correlatedLimits(at, kept, errorRate, correlationOf(cells, KEPT, ERRORS));
}

function marginOfFile(strata: Strata, cells: Cells, rate: KeepRate, classes: number): Limits {
  const { kept, rejected, apart, correlation } = strata;
  const open = apart.kept.estimate === null || apart.rejected.estimate === null;
  const at = (a: number, b: number, k: number) => marginAt(a, errorsAt(a, b, k), classes);
  const limits = (k: number) =>
    cells.clusters.size === 0 || open
      ? marginLimits({ ...apart, keepRate: { estimate: k, low: k, high: k } }, classes)
      : correlatedLimits((a, b) => at(a, b, k), kept, rejected, correlation);
  return overKeepRate(at, limits, strata, rate, true);
}

/** Youden's J = φ − ψ. */
function youdenOf(
  core: Core,
  { phi, psi }: AuditRates,
  strata: Strata,
  cells: Cells,
  rate: KeepRate | null,
  whole: boolean,
  options: EstimateOptions,
): Interval {
  const estimate = phi.estimate === null || psi.estimate === null ? null : phi.estimate - psi.estimate;
  if (rate === null) return { estimate: null, low: -1, high: 1 };
  // a verifier that does the same with every row
  if (!whole && (rate.estimate === 0 || rate.estimate === 1)) return { estimate: 0, low: 0, high: 0 };
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
  const at = (a: number, b: number, k: number) => {
    const [right, wrong] = [phiAt(a, b, k), psiAt(a, b, k)];
    return right === null || wrong === null ? null : right - wrong;
  };
  return signedOfFile(at, strata, rate);
}

/** The precision of the kept rows less that of all rows: (1 − k)(a − b). */
function gainOfFile(strata: Strata, rate: KeepRate): Interval {
  if (rate.estimate === 0) return { estimate: null, low: -1, high: 1 };
  return signedOfFile((a, b, k) => (1 - k) * (a - b), strata, rate);
}

/** A quantity in [−1, 1] that has the sign of a − b. */
function signedOfFile(f: OfFile, strata: Strata, rate: KeepRate): Interval {
  const limits = (k: number) => {
    const half = (a: number, b: number) => {
      const value = f(a, b, k);
      return value === null ? null : halfOf(value);
    };
    return wholeOf(ofBoth(half, strata, { x: 1, y: -1 }));
  };
  return overKeepRate(f, limits, strata, rate, true);
}

/** The same of a sample that is all there is, so that k is not counted over a larger file. */
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
export function worthOf(
  precision: Interval,
  errorRate: Interval,
  { kept, rows }: Pick<AuditCounts, "kept" | "rows">,
  classes: number,
): AuditWorth {
  const of = (rows: number, precision: Interval): Interval => {
    const worth = (share: number) => rows * worthOfRow(Math.min(1, Math.max(0, share)), { classes });
    const { estimate, low, high } = precision;
    return { estimate: estimate === null ? null : worth(estimate), low: worth(low), high: worth(high) };
  };
  const { estimate: p, low, high } = errorRate;
  return {
    kept: of(kept, precision),
    unselected: of(rows, { estimate: p === null ? null : 1 - p, low: 1 - high, high: 1 - low }),
  };
}

/** x / (x + y); null if both are 0. */
function part(x: number, y: number): number | null {
  return x + y > 0 ? x / (x + y) : null;
}
