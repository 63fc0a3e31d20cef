import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Core } from "../../src/core/core.js";
import { placeExperiment } from "../../src/core/experiment.js";
import * as steps from "../../src/core/steps.js";
import * as theory from "../../src/core/theory.js";
import { type Trial, TrialRun } from "../../src/core/trials.js";
import { fittingOf } from "../../src/engine/steps.js";
import { type ExperimentSetting, kernelExperiment } from "../../src/model/experiment.js";
import type { TestCore } from "./builds.js";

export type { ExperimentSetting };

/** What a test says of an experiment: sections need only what differs. */
export type Overrides = {
  [Key in keyof ExperimentSetting]?: ExperimentSetting[Key] extends object
    ? Partial<ExperimentSetting[Key]>
    : ExperimentSetting[Key];
};

/** A small experiment: 60 rows in 8 dimensions. */
const SMALL: ExperimentSetting = {
  data: { kind: "mixture", dim: 8, meanNorm: 1.2, covariance: "identity" },
  generator: { kind: "noise", errorRate: 0.3, angle: 0.9, samples: 40, lambda: 0.05 },
  verifier: {
    kind: "none",
    phi: 0.8,
    psi: 0.3,
    angle: 0.7,
    angleToGenerator: null,
    keep: 0.4,
    poison: 0,
    samples: 30,
    lambda: 0.1,
    relearn: false,
  },
  learner: { kind: "ridge", lambda: 0.1, loss: "logistic", learningRate: 0.1, solver: "cholesky" },
  samples: 60,
  realSamples: 0,
  generations: 1,
  policy: "replace",
  precision: "f32",
};

export function experiment(overrides: Overrides = {}): ExperimentSetting {
  const { data, generator, verifier, learner, ...rest } = overrides;
  return {
    ...SMALL,
    ...rest,
    data: { ...SMALL.data, ...data },
    generator: { ...SMALL.generator, ...generator },
    verifier: { ...SMALL.verifier, ...verifier },
    learner: { ...SMALL.learner, ...learner },
  };
}

// The core's functions, for experiments in words.

/** Hands an experiment to the core; the address stays until the core's mark is given back. */
export function place(core: Core, setting: ExperimentSetting): number {
  return placeExperiment(core, kernelExperiment(setting)).ptr;
}

/** The fields of the core's struct by its own source, each where the core says that it is. */
export function experimentFields(core: TestCore): { name: string; type: string; offset: number }[] {
  const source = readFileSync(join(import.meta.dirname, "../../assembly/experiment/experiment.ts"), "utf8");
  const [, body = ""] = source.split("export class Experiment {");
  const declared = [...body.matchAll(/^ {2}(\w+): (f64|i32|usize);/gm)];
  const offsets = core.i32(core.exports.experimentOffsets(), declared.length);
  return declared.map(([, name, type], i) => ({ name, type, offset: offsets[i] }));
}

export function theoryAnswers(core: Core, settings: readonly ExperimentSetting[]): theory.TheoryAnswer[] {
  return theory.theoryAnswers(core, settings.length, (i) => kernelExperiment(settings[i] as ExperimentSetting));
}

export function theoryTrajectory(core: Core, setting: ExperimentSetting): theory.TheoryAnswer[] {
  return theory.theoryTrajectory(core, kernelExperiment(setting));
}

export function openTrials(engine: "direct" | "reduced", core: Core, setting: ExperimentSetting): TrialRun {
  return TrialRun[engine](core, kernelExperiment(setting));
}

export function fitRows(
  core: Core,
  rows: { x: steps.Rows; labels: Int8Array; keep: Uint8Array; dim: number },
  learner: ExperimentSetting["learner"],
): steps.Fit {
  return steps.fitRows(core, rows, fittingOf(rows, experiment({ learner })));
}

/** The first trials of an experiment, by the core. The same key means the same draws, whatever the learner. */
export function trialsOf(core: Core, setting: ExperimentSetting, trials: number, seed = 1): Trial[] {
  const direct = openTrials("direct", core, setting);
  try {
    return direct.run({ seed, cell: [0, 1] }, 0, trials);
  } finally {
    direct.close();
  }
}
