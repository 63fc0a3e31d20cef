import type { Core } from "../core/core.js";
import { resample } from "../core/streams.js";
import { theories } from "../engine/theory.js";
import { type CellScenario, parseScenario } from "../model/scenario.js";
import type { GaussianModel, Interval } from "./result.js";

/** What a threshold leaves, as far as a learner sees it. */
export interface KeptShare {
  /** Share of all rows that is kept, which is counted. */
  keepRate: number;
  /** Share of correct labels among them; null if no audited row tells. */
  precision: number | null;
}

const LAMBDA = 0.01;

export function gaussianModel(dim: number, meanNorm: number, samples: number): GaussianModel {
  return { dim, meanNorm, samples, learner: "ridge", lambda: LAMBDA };
}

/**
 * The accuracies that the theory gives a learner of what each threshold keeps; null if it has none. A learner sees the kept
 * rows alone, so that a generator of their precision, of which rows at random are kept, has the same law. Of K > 2 classes the
 * model is one class against another: rows of these two classes that are labelled as one of them.
 */
export function accuracies(
  core: Core,
  { dim, meanNorm, samples, lambda }: GaussianModel,
  classes: number,
  kept: readonly KeptShare[],
): (number | null)[] {
  const base: CellScenario = parseScenario({
    data: { kind: "mixture", dim, meanNorm },
    generator: { kind: "noise" },
    verifier: { kind: "bernoulli" },
    learner: { kind: "ridge", lambda },
    samples,
  });
  const asked: number[] = [];
  const scenarios: CellScenario[] = [];
  for (const [i, { keepRate, precision }] of kept.entries()) {
    if (precision === null || keepRate === 0) continue;
    const wrong = (1 - precision) / (classes - 1);
    const ofTwo = precision + wrong;
    asked.push(i);
    scenarios.push({
      ...base,
      samples: Math.max(1, Math.round((samples * 2 * ofTwo) / classes)),
      generator: { ...base.generator, errorRate: wrong / ofTwo },
      verifier: { ...base.verifier, phi: keepRate, psi: keepRate },
    });
  }
  const found = new Array<number | null>(kept.length).fill(null);
  for (const [j, { status, accuracy }] of theories(core, scenarios).entries()) {
    if (status === "ok") found[asked[j]] = accuracy;
  }
  return found;
}

/** An audited row as the curve needs it. */
export interface ScoredRow {
  correct: boolean;
  weight: number;
  cluster: string | null;
  second: boolean | null;
  /** How many of the thresholds it reaches. */
  reached: number;
  /** 1 if it was drawn from the kept rows of a stratified design, else 0. */
  stratum: number;
}

/** Replicates of the bootstrap. */
const REPLICATES = 200;
/** Accuracies this close are ties. */
const TIE = 1e-12;

/** What each threshold keeps, by its counted keep rates and by rows that count `times` times each. */
export function keptAt(
  rows: readonly ScoredRow[],
  keepRates: readonly number[],
  times: (row: number) => number = () => 1,
): KeptShare[] {
  const cuts = keepRates.length;
  const [right, all] = [new Float64Array(cuts + 1), new Float64Array(cuts + 1)];
  for (const [i, { correct, weight, reached }] of rows.entries()) {
    const mass = weight * times(i);
    all[reached] += mass;
    if (correct) right[reached] += mass;
  }
  for (let i = cuts - 1; i >= 0; i--) {
    right[i] += right[i + 1];
    all[i] += all[i + 1];
  }
  return keepRates.map((keepRate, i) => {
    const kept = all[i + 1];
    return { keepRate, precision: kept > 0 ? right[i + 1] / kept : null };
  });
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
  keepRates: readonly number[],
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
    const kept = keptAt(rows, keepRates, (i) => times[i]);
    const place = bestOf(accuracies(core, options.model, options.classes, kept));
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
