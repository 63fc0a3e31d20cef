import type { Core } from "../core/core.js";
import { CELLS, type CellName, type Cells, effective, MAX_CLUSTERS, union } from "./cells.js";
import type { Interval } from "./result.js";
import { type Counted, clopperPearson, studentT } from "./share.js";

/** A share of audited rows: cells that count as successes, and cells that do not. */
export interface ShareOf {
  ones: readonly CellName[];
  zeros: readonly CellName[];
}

export const KEPT: ShareOf = { ones: ["keptCorrect"], zeros: ["keptWrong"] };
export const REJECTED: ShareOf = { ones: ["rejectedCorrect"], zeros: ["rejectedWrong"] };

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
  return countedClusters(core, all, [...clustersOf(cells, share).values()], confidence);
}

function countedClusters(core: Core, all: Counted, clusters: readonly ClusterOf[], confidence: number): Counted {
  const rate = all.successes / all.n;
  const count = clusters.reduce((sum, { times }) => sum + times, 0);
  if (count < 2 || all.n < 2) return oneRow(all);
  // 1 over the clusters, if each is one row
  const largest = clusters.reduce((sum, { part, times }) => sum + times * part * part, 0);
  const spread = rate * (1 - rate);
  const unseen = spread / all.n + (UNSEEN * (rate * rate + (1 - rate) * (1 - rate))) / count / count;
  const between = clusters.reduce((sum, { off, times }) => sum + times * off * off, 0);
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
  /** How many such clusters there are. */
  times: number;
}

/**
 * Bell and McCaffrey's degrees of freedom of that variance: 2/(its relative variance), if each cluster is one draw. It is a quadratic form
 * with the matrix Σ dᵢrᵢrᵢᵀ, dᵢ = hᵢ²/(1 − hᵢ) and rᵢ = eᵢ − h, of which this is tr²/tr(·²).
 */
function freedomOf(clusters: readonly ClusterOf[], largest: number): number {
  let [trace, own, sum, first, second] = [0, 0, 0, 0, 0];
  for (const { part, times } of clusters) {
    const one = (part * part) / (1 - part);
    const d = times * one;
    const [square, cross] = [1 - 2 * part + largest, largest - 2 * part];
    trace += d * square;
    own += d * one * (square * square - cross * cross);
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
  return new Map(found.map(([cluster, right, wrong]) => [cluster, clusterOf(right, wrong, successes / all, all)]));
}

function clusterOf(right: number, wrong: number, rate: number, all: number, times = 1): ClusterOf {
  const part = (right + wrong) / all;
  const off = part < 1 ? (right * (1 - rate) - wrong * rate) / all / Math.sqrt(1 - part) : 0;
  return { part, off, times };
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

/** The keep rate of the rows that a file is a sample of. */
export interface KeepRate extends Interval {
  /** Its covariances over clusters with the shares of correct labels among kept (a) and rejected (b) rows; null without clusters. */
  covariances: Record<"aa" | "ab" | "bb" | "ak" | "bk" | "kk", number> | null;
}

/**
 * The keep rate of a file is counted, and that of the rows of which the file is a sample is about that. Without width if the rows of
 * the file are all that is asked about, and of a verifier that does the same with every row of it. Null of no rows.
 *
 * Rows of one cluster are alike here too. Beyond MAX_CLUSTERS the rows are taken to be of clusters like those before.
 */
export function keepRateOf(
  core: Core,
  cells: Cells,
  { confidence, finitePopulation = false }: { confidence: number; finitePopulation?: boolean },
): KeepRate | null {
  const { rows, keptRows, everyCluster } = cells;
  if (rows === 0) return null;
  const estimate = keptRows / rows;
  if (finitePopulation || estimate === 0 || estimate === 1) {
    return { estimate, low: estimate, high: estimate, covariances: null };
  }
  const all = { successes: keptRows, n: rows };
  if (cells.clusters.size === 0) return { ...clopperPearson(core, all, confidence), covariances: null };
  const [a, b] = [clustersOf(cells, KEPT), clustersOf(cells, REJECTED)];
  const covariances = { aa: 0, ab: 0, bb: 0, ak: 0, bk: 0, kk: 0 };
  let [kept, rejected] = [0, 0];
  for (const [right, wrong] of everyCluster.values()) [kept, rejected] = [kept + right, rejected + wrong];
  const many = everyCluster.size === MAX_CLUSTERS;
  const known = many ? kept + rejected : rows;
  const rate = many ? kept / known : estimate;
  const clusters: ClusterOf[] = [];
  for (const [name, [right, wrong]] of everyCluster) {
    const one = clusterOf(right, wrong, rate, known);
    clusters.push(one);
    covariances.ak += one.off * (a.get(name)?.off ?? 0);
    covariances.bk += one.off * (b.get(name)?.off ?? 0);
  }
  if (!many) {
    // rows without a cluster are clusters of one row
    if (keptRows > kept) clusters.push(clusterOf(1, 0, rate, known, keptRows - kept));
    if (rows - keptRows > rejected) clusters.push(clusterOf(0, 1, rate, known, rows - keptRows - rejected));
  }
  for (const { off, times } of clusters) covariances.kk += times * off * off;
  for (const { off } of a.values()) covariances.aa += off * off;
  for (const [name, { off }] of b) {
    covariances.bb += off * off;
    covariances.ab += off * (a.get(name)?.off ?? 0);
  }
  const { n } = countedClusters(core, { successes: rate * known, n: known }, clusters, confidence);
  const size = n * (rows / known);
  return { ...clopperPearson(core, { successes: estimate * size, n: size }, confidence), covariances };
}
