import type { Core } from "../../src/core/core.js";
import type { ExperimentSetting } from "../../src/core/settings.js";
import { type Trial, TrialRun } from "../../src/core/trials.js";

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

/** The first trials of an experiment, by the core. The same key means the same draws, whatever the learner. */
export function trialsOf(core: Core, setting: ExperimentSetting, trials: number, seed = 1): Trial[] {
  const direct = TrialRun.direct(core, setting);
  try {
    return direct.run({ seed, cell: [0, 1] }, 0, trials);
  } finally {
    direct.close();
  }
}
