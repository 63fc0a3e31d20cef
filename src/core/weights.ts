import { PURPOSES, seedWords } from "./streams.js";
import type { TransformerCore } from "./transformerCore.js";

/** Settings of weighted rows, in the order in which the core takes them (assembly/weights/weights.ts). */
export interface KernelWeighting {
  dim: number;
  meanNorm: number;
  samples: number;
  /** 0 labels are turned at random, 1 they are given by a direction. */
  generator: number;
  errorRate: number;
  /** Radians. */
  generatorAngle: number;
  /** 0 soft, 1 soft-hard, 2 soft-easy, 3 by-label. */
  rule: number;
  width: number;
  /** Radians. */
  verifierAngle: number;
  phi: number;
  psi: number;
  lambda: number;
  /** 0 a row weighs q, 1 it is kept with the probability q. */
  isDrawn: number;
}

const FIELDS = [
  ...(["dim", "meanNorm", "samples", "generator", "errorRate", "generatorAngle", "rule", "width"] as const),
  ...(["verifierAngle", "phi", "psi", "lambda", "isDrawn"] as const),
] satisfies (keyof KernelWeighting)[];

/** What one trial gave; the accuracy is NaN if it has no model. */
export interface WeightsRecord {
  accuracy: number;
  /** The sum of the weights, of verdicts the kept rows. */
  weight: number;
}

/** Trials; what one gives depends on the seed, its number and the settings alone. */
export function weightsTrials(
  core: TransformerCore,
  e: KernelWeighting,
  seed: number,
  trials: number,
): WeightsRecord[] {
  const { exports } = core;
  const fields = exports.WEIGHTS_FIELDS.value;
  return core.scoped(() => {
    const weighting = placeWeighting(core, e);
    const out = core.reserve(8 * fields);
    const scratch = core.reserve(exports.weightsBytes(e.dim));
    return Array.from({ length: trials }, (_, trial) => {
      exports.weightsDirect(weighting, ...seedWords(seed), PURPOSES.weights, 0, trial, 1, scratch, out);
      const [, accuracy, weight] = core.f64(out, fields);
      return { accuracy, weight };
    });
  });
}

/** The same by the theory: NaN if it has no answer. */
export function weightsTheory(core: TransformerCore, e: KernelWeighting): WeightsRecord {
  return core.scoped(() => {
    const out = core.reserve(16);
    core.exports.weightsTheory(placeWeighting(core, e), out);
    const [accuracy, weight] = core.f64(out, 2);
    return { accuracy, weight };
  });
}

function placeWeighting(core: TransformerCore, e: KernelWeighting): number {
  return core.place(Float64Array.from(FIELDS, (field) => e[field]));
}
