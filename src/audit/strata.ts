import type { Core } from "../core/core.js";
import { CELLS, type CellName, type Cells, effective, type LabelledTwice, type Predictions, union } from "./cells.js";
import { correlatedLimits, limitsOf } from "./intervals.js";
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

/** A share of audited rows: cells that count as successes, and cells that do not. */
export interface ShareOf {
  ones: readonly CellName[];
  zeros: readonly CellName[];
}

export const KEPT: ShareOf = { ones: ["keptCorrect"], zeros: ["keptWrong"] };
export const REJECTED: ShareOf = { ones: ["rejectedCorrect"], zeros: ["rejectedWrong"] };

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
 * A share as so many successes of an effective number of rows. Rows of one cluster are alike, and tell less than as many of
 * different ones: the number is Korn and Graubard's, which makes the variance of the share that between clusters and shrinks by
 * quantiles of Student's t, as few clusters know little of it. As theirs covers too little if clusters are unequal, the
 * variance is that of Bell and McCaffrey, which allows for the pull of a large cluster on the share itself, with their
 * degrees of freedom for rows that are wholly alike; for clusters of equal size both are Korn and Graubard's.
 *
 * What no cluster shows may still be: the variance is never taken as less than that of independent rows and of {@link UNSEEN}
 * cluster of correct rows, and as much of wrong ones, unless this is more than if each cluster were one row. If all rows say the same,
 * each cluster is one row.
 *
 * @see Korn, Graubard, Confidence intervals for proportions with small expected number of positive counts estimated from
 * survey data, Survey Methodology 24 (1998)
 * @see Bell, McCaffrey, Bias reduction in standard errors for linear regression with multi-stage samples, Survey Methodology 28
 * (2002)
 */
export function countedShare(core: Core, cells: Cells, share: ShareOf, confidence: number): Counted {
  const [ones, zeros] = [share.ones, share.zeros].map((names) => union(...names.map((name) => cells[name])));
  if (ones === undefined || zeros === undefined) return { successes: 0, n: 0 };
  const all = effective(ones, zeros);
  if (cells.clusters.size === 0 || all.n === 0) return all;
  const rate = all.successes / all.n;
  const clusters = [...clustersOf(cells, share).values()];
  const count = clusters.length;
  if (count < 2 || all.n < 2) return oneRow(all);
  const largest = clusters.reduce((sum, { part }) => sum + part * part, 0); // 1 over the clusters, if each is one row
  const spread = rate * (1 - rate);
  const unseen = spread / all.n + (UNSEEN * (rate * rate + (1 - rate) * (1 - rate))) / count / count;
  const between = clusters.reduce((sum, { off }) => sum + off * off, 0);
  const alike = spread === 0 ? 1 / largest : spread / Math.max(between, Math.min(unseen, spread * largest));
  const freedom = studentT(core, confidence, all.n - 1) / studentT(core, confidence, freedomOf(clusters, largest));
  const n = Math.min(all.n, alike * freedom * freedom);
  return { successes: rate * n, n };
}

function oneRow({ successes, n }: Counted): Counted {
  return { successes: (successes / n) * Math.min(1, n), n: Math.min(1, n) };
}

/** Korn and Graubard's own effective number, as other programs have it, of rows in clusters. */
export function kornGraubard(core: Core, cells: Cells, share: ShareOf, confidence: number): Counted {
  const all = effective(
    union(...share.ones.map((name) => cells[name])),
    union(...share.zeros.map((name) => cells[name])),
  );
  const clusters = [...clustersOf(cells, share).values()];
  const count = clusters.length;
  if (all.n === 0) return all;
  if (count < 2 || all.n < 2) return oneRow(all);
  const rate = all.successes / all.n;
  const between = (count / (count - 1)) * clusters.reduce((sum, { part, off }) => sum + off * off * (1 - part), 0);
  const alike = rate === 0 || rate === 1 ? count : (rate * (1 - rate)) / between;
  const freedom = studentT(core, confidence, all.n - 1) / studentT(core, confidence, count - 1);
  const n = Math.min(all.n, alike * freedom * freedom);
  return { successes: rate * n, n };
}

/** Clusters of either kind that may have been missed. Half of one is the least at which the grid of docs/statistics.md is covered. */
const UNSEEN = 0.5;

/** One of several clusters, as a share sees it. */
interface ClusterOf {
  /** Its part of the weight, in (0, 1]. */
  part: number;
  /** What it moves the share by, over the root of 1 − part; the sum of squares is the variance of the share (CR2). */
  off: number;
}

/**
 * Bell and McCaffrey's degrees of freedom of that variance: 2/(its relative variance), if each cluster is one draw. It is a quadratic form
 * with the matrix Σ dᵢrᵢrᵢᵀ, dᵢ = hᵢ²/(1 − hᵢ) and rᵢ = eᵢ − h, of which this is tr²/tr(·²).
 */
function freedomOf(clusters: readonly ClusterOf[], largest: number): number {
  let [trace, own, sum, first, second] = [0, 0, 0, 0, 0];
  for (const { part } of clusters) {
    const d = (part * part) / (1 - part);
    const [square, cross] = [1 - 2 * part + largest, largest - 2 * part];
    trace += d * square;
    own += d * d * (square * square - cross * cross);
    sum += d;
    first += d * part;
    second += d * part * part;
  }
  const product = largest * largest * sum * sum + 2 * second * sum - 4 * largest * first * sum + 2 * first * first;
  return (trace * trace) / (own + product);
}

/** The clusters with audited rows of a share. */
function clustersOf(cells: Cells, { ones, zeros }: ShareOf): Map<string, ClusterOf> {
  const places = (names: readonly CellName[]) => names.map((name) => CELLS.indexOf(name));
  const [one, zero] = [places(ones), places(zeros)];
  const sum = (weights: readonly number[], at: readonly number[]) => at.reduce((all, i) => all + (weights[i] ?? 0), 0);
  const found: [string, number, number][] = [];
  let [successes, all] = [0, 0];
  for (const [cluster, weights] of cells.clusters) {
    const [right, wrong] = [sum(weights, one), sum(weights, zero)];
    if (right + wrong === 0) continue;
    found.push([cluster, right, wrong]);
    successes += right;
    all += right + wrong;
  }
  const rate = successes / all;
  return new Map(
    found.map(([cluster, right, wrong]) => {
      const part = (right + wrong) / all;
      const off = part < 1 ? (right * (1 - rate) - wrong * rate) / all / Math.sqrt(1 - part) : 0;
      return [cluster, { part, off }];
    }),
  );
}

/** Between two shares over clusters; 0 without any. */
export function correlationOf(cells: Cells, x: ShareOf, y: ShareOf): number {
  if (cells.clusters.size === 0) return 0;
  const [ofX, ofY] = [clustersOf(cells, x), clustersOf(cells, y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (const { off } of ofX.values()) xx += off * off;
  for (const [cluster, { off }] of ofY) {
    yy += off * off;
    xy += off * (ofX.get(cluster)?.off ?? 0);
  }
  return xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : 0;
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
