import type { Core } from "../core/core.js";
import { resample } from "../core/streams.js";
import { accuracies, type GaussianModel, type Verifier } from "./gaussian.js";
import type { Interval } from "./result.js";

/** An audited row as the curve needs it. */
export interface ScoredRow {
  correct: boolean;
  weight: number;
  /** How many of the thresholds it reaches. */
  reached: number;
  /** 1 where it was drawn from the kept rows of a stratified design, else 0. */
  stratum: number;
}

/** Replicates of the bootstrap. */
const REPLICATES = 200;
/** Accuracies this close are ties. */
const TIE = 1e-12;

/** p, and φ and ψ at each of `cuts` thresholds, from rows that count `times` times each. */
export function verifiersAt(
  rows: readonly ScoredRow[],
  cuts: number,
  times: (row: number) => number = () => 1,
): Verifier[] {
  const [right, wrong] = [new Float64Array(cuts + 1), new Float64Array(cuts + 1)];
  for (const [i, { correct, weight, reached }] of rows.entries()) {
    const mass = weight * times(i);
    if (correct) right[reached] += mass;
    else wrong[reached] += mass;
  }
  for (let i = cuts - 1; i >= 0; i--) {
    right[i] += right[i + 1];
    wrong[i] += wrong[i + 1];
  }
  const all = right[0] + wrong[0];
  const share = (kept: number, of: number) => (of > 0 ? kept / of : null);
  return Array.from({ length: cuts }, (_, i) => ({
    errorRate: share(wrong[0], all),
    phi: share(right[i + 1], right[0]),
    psi: share(wrong[i + 1], wrong[0]),
  }));
}

/** The place of the largest accuracy; of equal ones the lowest threshold, which keeps the most. */
export function bestOf(found: readonly (number | null)[]): number | null {
  let best: number | null = null;
  for (const [i, accuracy] of found.entries()) {
    if (accuracy !== null && (best === null || accuracy > (found[best] ?? 0) + TIE)) best = i;
  }
  return best;
}

/** The best thresholds of bootstrap replicates of the audited rows, by their places, in growing order. */
export function bootstrapBest(
  core: Core,
  rows: readonly ScoredRow[],
  cuts: number,
  options: { seed: number; classes: number; model: GaussianModel },
): number[] {
  const strata = [0, 1].map((stratum) => rows.flatMap((row, i) => (row.stratum === stratum ? [i] : [])));
  const times = new Uint32Array(rows.length);
  const best: number[] = [];
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    const sizes = strata.map(({ length }) => length);
    for (const [stratum, counts] of resample(core, options.seed, replicate, sizes).entries()) {
      for (const [i, count] of counts.entries()) times[strata[stratum][i]] = count;
    }
    const verifiers = verifiersAt(rows, cuts, (i) => times[i]);
    const place = bestOf(accuracies(core, options.model, options.classes, verifiers));
    if (place !== null) best.push(place);
  }
  return best.sort((a, b) => a - b);
}

/** The percentile interval of values in any order about an estimate. */
export function percentiles(values: readonly number[], estimate: number, confidence: number): Interval {
  const sorted = [...values, estimate].sort((a, b) => a - b);
  const tail = Math.floor(((1 - confidence) / 2) * sorted.length);
  return {
    estimate,
    low: Math.min(estimate, sorted[tail]),
    high: Math.max(estimate, sorted[sorted.length - 1 - tail]),
  };
}
