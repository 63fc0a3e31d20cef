import { PURPOSES, seedWords } from "./streams.js";
import type { TransformerCore } from "./transformerCore.js";

/** Settings of a regression as the core takes them (assembly/regression/regression.ts). */
export interface KernelRegression {
  dim: number;
  realRows: number;
  samples: number;
  realSamples: number;
  noise: number;
  /** Infinity without a verifier. */
  ball: number;
  centre: number;
  rounds: number;
  policy: number;
}

/** What one round gave; NaN if it has no weights. */
export interface RegressionRecord {
  /** ‖θ − θ⋆‖². */
  error: number;
  /** ‖θ − θ_c‖². */
  fromCentre: number;
  kept: number;
}

/** Rounds 0 … `rounds` of each of `count` trials; what a trial gives depends on the seed, its number and the settings alone. */
export function regressionTrials(
  core: TransformerCore,
  e: KernelRegression,
  seed: number,
  count: number,
): RegressionRecord[][] {
  const { exports } = core;
  const records = (e.rounds + 1) * exports.REGRESSION_FIELDS.value;
  return core.scoped(() => {
    const scratch = core.reserve(exports.regressionBytes(e.dim));
    const out = core.reserve(8 * records);
    return Array.from({ length: count }, (_, trial) => {
      const settings = [e.dim, e.realRows, e.samples, e.realSamples, e.noise, e.ball, e.centre, e.rounds, e.policy];
      exports.regressionTrials(...settings, ...seedWords(seed), PURPOSES.regression, trial, 1, scratch, out);
      return readRounds(core, out, e.rounds);
    });
  });
}

/** The theory of those rounds. */
export function regressionTheory(core: TransformerCore, e: KernelRegression): RegressionRecord[] {
  return core.scoped(() => {
    const out = core.reserve(8 * (e.rounds + 1) * core.exports.REGRESSION_FIELDS.value);
    core.exports.regressionTheory(e.dim, e.realRows, e.samples, e.noise, e.ball, e.centre, e.rounds, e.policy, out);
    return readRounds(core, out, e.rounds);
  });
}

function readRounds(core: TransformerCore, out: number, rounds: number): RegressionRecord[] {
  const fields = core.exports.REGRESSION_FIELDS.value;
  const values = core.f64(out, (rounds + 1) * fields);
  return Array.from({ length: rounds + 1 }, (_, round) => {
    const [, error, fromCentre, kept] = values.subarray(round * fields);
    return { error, fromCentre, kept };
  });
}
