import type { Core } from "../core/core.js";
import type { Cells, LabelledTwice, Predictions } from "./cells.js";
import { correlationOf, countedShare, KEPT, type KeepRate, REJECTED } from "./clusters.js";
import { correlatedLimits, type Limits, limitsOf } from "./intervals.js";
import type { ResolvedOptions } from "./options.js";
import type { Interval, IntervalMethod } from "./result.js";
import { type Counted, shareInterval, studentT } from "./share.js";

export type StratumOptions = Pick<ResolvedOptions, "confidence"> &
  Partial<Pick<ResolvedOptions, "interval" | "finitePopulation">>;

/** The shares of correct labels among the kept and among the rejected rows. */
export interface Strata {
  kept: Interval;
  rejected: Interval;
  /** The same; or limits that hold both at once (Bonferroni) and have no estimate, if MOVER would cover less than it says. */
  apart: { kept: Interval; rejected: Interval };
  /** Between the two, as rows of one cluster are alike; 0 without clusters. */
  correlation: number;
}

/** Rows in each stratum, and in both, from which on MOVER's limits cover 95 % (test/theory/auditCoverage.test.ts). */
const ENOUGH = { each: 2, both: 6 };

export function areEnough(rows: readonly number[]): boolean {
  return Math.min(...rows) >= ENOUGH.each && rows.reduce((sum, n) => sum + n, 0) >= ENOUGH.both;
}

/** The shares of correct labels among the kept and the rejected rows. */
export function strataOf(core: Core, cells: Cells, options: StratumOptions): Strata {
  const { confidence } = options;
  const [kept, rejected] = [stratumOf(core, cells, "kept", options), stratumOf(core, cells, "rejected", options)];
  const strata = { kept: kept.share(confidence), rejected: rejected.share(confidence) };
  const correlation = correlationOf(cells, KEPT, REJECTED);
  const [n, m] = [kept.counted.n, rejected.counted.n];
  if (!labelledTwice(cells) && (areEnough([n, m]) || n === 0 || m === 0))
    return { ...strata, apart: strata, correlation };
  const both = { ...kept.share((1 + confidence) / 2), estimate: null };
  const other = { ...rejected.share((1 + confidence) / 2), estimate: null };
  return { ...strata, apart: { kept: both, rejected: other }, correlation };
}

/** The share of correct labels among the kept rows at any confidence; `options.confidence` is that of the audit. */
export function keptPrecisionAt(core: Core, cells: Cells, options: StratumOptions): (confidence: number) => Interval {
  return stratumOf(core, cells, "kept", options).share;
}

/** As many kept rows, effectively, as their labels tell. */
export function keptCounted(core: Core, cells: Cells, options: StratumOptions): Counted {
  return stratumOf(core, cells, "kept", options).counted;
}

/** Whether any row has the label of a second person. */
export function labelledTwice({ strata }: Cells): boolean {
  return [strata.kept, strata.rejected].some(({ twice }) => rowsTwice(twice) > 0);
}

export function rowsTwice({ correct, wrong }: LabelledTwice): number {
  return correct.same + correct.other + wrong.same + wrong.other;
}

function stratumOf(
  core: Core,
  cells: Cells,
  side: "kept" | "rejected",
  { confidence, interval = "clopper-pearson", finitePopulation = false }: StratumOptions,
) {
  const { twice, predictions } = cells.strata[side];
  // the quantiles of Student's t in it are those of the level
  const countedAt = (level: number) =>
    predictionPowered(core, predictions, level) ?? countedShare(core, cells, side === "kept" ? KEPT : REJECTED, level);
  const rows = side === "kept" ? cells.keptRows : cells.rows - cells.keptRows;
  const population = finitePopulation ? rows : null;
  const share = (level: number) => {
    const read = shareInterval(core, countedAt(level), level, interval, population);
    return labelledTwice(cells) ? withSecond(core, read, twice, level, interval) : read;
  };
  return { counted: countedAt(confidence), share };
}

/**
 * What is correct, from what two people say of it who may both err. A share q of first labels says correct; B₁ is the share of
 * them among the rows that the second one calls correct, and B₀ that of first labels that say wrong among those that he calls wrong.
 * If the two err independently of each other, each at rates of his own (ε₊ of wrong rows, ε₋ of correct ones) and more often right
 * than by chance, then the share of rows that are correct is between 1 − (1 − q)/B₀ and q/B₁, and no labels of two people say more.
 * The estimate is that of equal rates for both and for both kinds of rows, ε(1 − ε)·2 being the share on which they differ.
 *
 * @see Hui, Walter, Estimating the error rates of diagnostic tests, Biometrics 36 (1980), of whose model this is the range
 * that one population leaves open
 */
function withSecond(core: Core, q: Interval, twice: LabelledTwice, level: number, method: IntervalMethod): Interval {
  if (q.estimate === null) return q;
  const of = ({ same, other }: { same: number; other: number }) =>
    shareInterval(core, { successes: same, n: same + other }, level, method);
  const [agreeCorrect, agreeWrong] = [of(twice.correct), of(twice.wrong)];
  const least = (share: number, agree: number) => (agree > 0 ? Math.max(0, 1 - (1 - share) / agree) : 0);
  const most = (share: number, agree: number) => (agree > 0 ? Math.min(1, share / agree) : 1);
  const { low } = limitsOf(least, q, agreeWrong, { x: 1, y: 1 });
  const { high } = limitsOf(most, q, agreeCorrect, { x: 1, y: -1 });
  const rate = errorOf(twice);
  const middle = rate === null ? q.estimate : (q.estimate - rate) / (1 - 2 * rate);
  const [from, to] = [Math.min(low, high), Math.max(low, high)];
  return { estimate: Math.min(1, Math.max(0, middle)), low: Math.min(from, 1), high: to };
}

/** ε, if two people err alike and at one rate; null if they differ as often as if they guessed, or were never both asked. */
export function errorOf(twice: LabelledTwice): number | null {
  const rows = rowsTwice(twice);
  const differ = (twice.correct.other + twice.wrong.other) / rows;
  return rows > 0 && differ < 0.5 ? (1 - Math.sqrt(1 - 2 * differ)) / 2 : null;
}

/**
 * The two kinds of errors of people who err alike, and at the same rates among kept and among rejected rows: ε₊ of wrong rows are called correct,
 * ε₋ of correct ones wrong. Of two labels of a row let a share m say correct, and both of them in a share c of the rows. Of rows
 * of which any share is correct, (m, c) is on the chord of the parabola c = m² from m = ε₊ to m = 1 − ε₋; kept and rejected rows give two points of it.
 *
 * @returns Null if the two points are not two standard errors apart, or their line is no such chord.
 * @see Hui, Walter, Estimating the error rates of diagnostic tests, Biometrics 36 (1980): two tests and two populations tell
 */
export function errorsOf(kept: LabelledTwice, rejected: LabelledTwice): { plus: number; minus: number } | null {
  const [a, b] = [kept, rejected].map((twice) => {
    const rows = rowsTwice(twice);
    const both = twice.correct.same / rows;
    const said = both + (twice.correct.other + twice.wrong.other) / (2 * rows);
    return { said, both, variance: (said * (1 - said)) / rows };
  }) as [{ said: number; both: number; variance: number }, { said: number; both: number; variance: number }];
  if (!(Math.abs(a.said - b.said) > 2 * Math.sqrt(a.variance + b.variance))) return null;
  // the chord from v = ε₊ to u = 1 − ε₋ is c = (u + v)m − uv
  const sum = (a.both - b.both) / (a.said - b.said);
  const product = sum * a.said - a.both;
  const square = sum * sum - 4 * product;
  if (!(square > 0)) return null;
  const within = (value: number) => Math.min(1, Math.max(0, value));
  const [u, v] = [(sum + Math.sqrt(square)) / 2, (sum - Math.sqrt(square)) / 2];
  return { plus: within(v), minus: within(1 - u) };
}

/**
 * The share of correct labels with the help of a prediction of every row (PPI++ for a mean, its power tuned), as so many
 * successes of an effective number of rows; null without predictions of audited and of other rows.
 *
 * @see Angelopoulos, Duchi, Zrnic, PPI++: Efficient prediction-powered inference, arXiv 2311.01453 (2023)
 */
function predictionPowered(core: Core, predictions: Predictions, confidence: number): Counted | null {
  const found = predictionPoweredMean(predictions);
  if (found === null) return null;
  const n = predictions.audited.n;
  const rate = Math.min(1, Math.max(0, found.estimate));
  if (rate === 0 || rate === 1 || found.variance === 0) return null;
  const freedom = core.exports.normalQuantile((1 + confidence) / 2) / studentT(core, confidence, n - 1);
  const size = ((rate * (1 - rate)) / found.variance) * freedom * freedom;
  return { successes: rate * size, n: size };
}

/** The PPI++ estimate of a mean and its variance, and the weight λ of the predictions; null of fewer than two rows of a kind. */
export function predictionPoweredMean({ audited, others }: Predictions) {
  const { n, y, f, ff, yf } = audited;
  const N = others.n;
  if (n < 2 || N < 2) return null;
  const [meanY, meanF, meanO] = [y / n, f / n, others.f / N];
  const variance = (sumOfSquares: number, mean: number, count: number) =>
    Math.max(0, (sumOfSquares - count * mean * mean) / count);
  // the label is 1 or 0, so that the sum of its squares is its sum
  const [ofY, ofF, ofO] = [variance(y, meanY, n), variance(ff, meanF, n), variance(others.ff, meanO, N)];
  const covariance = yf / n - meanY * meanF;
  const all = n + N;
  const pooled = (variance(ff + others.ff, (f + others.f) / all, all) * all) / (all - 1);
  const lambda = pooled > 0 ? Math.min(1, Math.max(0, covariance / ((1 + n / N) * pooled))) : 0;
  const rectified = Math.max(0, ofY - 2 * lambda * covariance + lambda * lambda * ofF);
  return {
    estimate: meanY + lambda * (meanO - meanF),
    variance: rectified / n + (lambda * lambda * ofO) / N,
    lambda,
  };
}

/** The limits of f of the two strata, which grows with a share (1) or falls (−1). */
export function ofBoth(
  f: (kept: number, rejected: number) => number | null,
  { apart, correlation }: Strata,
  growsWith: { x: -1 | 1; y: -1 | 1 },
) {
  const { kept, rejected } = apart;
  if (correlation === 0 || kept.estimate === null || rejected.estimate === null) {
    return limitsOf(f, kept, rejected, growsWith);
  }
  return correlatedLimits(f, kept, rejected, correlation);
}

const STEP = 1e-6;

/** A quantity of a share a of correct labels among kept rows, b among rejected ones, and the keep rate k; null if it is open. */
export type OfFile = (a: number, b: number, k: number) => number | null;

/** The interval of such a share, which grows with a share (1) or falls (−1), as {@link overKeepRate} makes it. */
export function ofFile(f: OfFile, strata: Strata, rate: KeepRate, growsWith: { x: -1 | 1; y: -1 | 1 }): Interval {
  return overKeepRate(f, (k) => ofBoth((a, b) => f(a, b, k), strata, growsWith), strata, rate);
}

/**
 * The interval of f of the two strata and of the keep rate k of a file. The limits at the counted k, and how far f is off them if
 * k is as far off as it may be, add in squares (MOVER), with their correlation over clusters. Without an estimate, or if the sum would
 * leave what f may be, the limits are at most those for k at either of its limits.
 *
 * @param limitsAt The limits of f for a k that is known.
 * @param signed Whether f is in [−1, 1], and of one sign whatever k is: limits of one sign stay so. Otherwise in [0, 1].
 */
export function overKeepRate(
  f: OfFile,
  limitsAt: (k: number) => Limits,
  strata: Pick<Strata, "kept" | "rejected">,
  rate: KeepRate,
  signed = false,
): Interval {
  const k = rate.estimate ?? 0;
  const counted = limitsAt(k);
  // a stratum that has no rows has no say
  const [a, b] = [k === 0 ? 0 : strata.kept.estimate, k === 1 ? 0 : strata.rejected.estimate];
  const estimate = a === null || b === null ? null : f(a, b, k);
  if (rate.low === rate.high) return around(estimate, counted);
  const widest = (): Limits => {
    const ends = [counted, limitsAt(rate.low), limitsAt(rate.high)];
    return { low: Math.min(...ends.map(({ low }) => low)), high: Math.max(...ends.map(({ high }) => high)) };
  };
  if (a === null || b === null || estimate === null) return { estimate, ...widest() };
  const values = [rate.low, rate.high].map((at) => f(a, b, at) ?? estimate);
  const r = rate.covariances === null ? 0 : correlationWithRate(f, [a, b, k], rate.covariances);
  const together = (x: number, y: number) => Math.sqrt(Math.max(0, x * x + y * y + 2 * r * x * y));
  const low = estimate - together(estimate - counted.low, estimate - Math.min(estimate, ...values));
  const high = estimate + together(counted.high - estimate, Math.max(estimate, ...values) - estimate);
  const [least, most] = signed ? [counted.low > 0 ? 0 : -1, counted.high < 0 ? 0 : 1] : [0, 1];
  if (low > least && high < most) return around(estimate, { low, high });
  const ends = widest();
  return around(estimate, { low: Math.max(low, ends.low), high: Math.min(high, ends.high) });
}

/** Rounding never puts an estimate outside of its limits. */
export function around(estimate: number | null, { low, high }: Limits): Interval {
  return { estimate, low: Math.min(low, estimate ?? low), high: Math.max(high, estimate ?? high) };
}

/** The correlation over clusters of what f is off by its two shares, and by k. */
function correlationWithRate(
  f: OfFile,
  at: [a: number, b: number, k: number],
  { aa, ab, bb, ak, bk, kk }: NonNullable<KeepRate["covariances"]>,
): number {
  const [ofA, ofB, ofK] = at.map((value, i) => {
    const [from, to] = [Math.max(0, value - STEP), Math.min(1, value + STEP)];
    const of = (moved: number) => f(...(at.with(i, moved) as typeof at)) ?? 0;
    return (of(to) - of(from)) / (to - from);
  }) as [number, number, number];
  const variance = (ofA * ofA * aa + 2 * ofA * ofB * ab + ofB * ofB * bb) * ofK * ofK * kk;
  return variance > 0 ? Math.max(-1, Math.min(1, ((ofA * ak + ofB * bk) * ofK) / Math.sqrt(variance))) : 0;
}
