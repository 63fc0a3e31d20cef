import type { Core } from "./core.js";
import { type ExperimentSetting, setExperiment } from "./settings.js";

/** How a trial ended, by the core's status code (assembly/status.ts). */
export const TRIAL_STATUS = ["ok", "empty", "singular", "diverged", "not-converged"] as const;
export type TrialStatus = (typeof TRIAL_STATUS)[number];

/** What one trial gave: exact counts, and the learner's rule judged against the truth. */
export interface Trial {
  status: TrialStatus;
  accuracy: number;
  agreement: number;
  cosine: number;
  /** Synthetic rows: generated, with a wrong label, kept, kept with a wrong label. */
  generated: number;
  wrong: number;
  kept: number;
  keptWrong: number;
  /** Of an iterative learner: its iterations, and the gradient norm it reached relative to the one at the start. */
  iterations: number;
  gradientNorm: number;
}

/** Names the random streams of a trial beside its own number. */
export interface StreamKey {
  /** An integer in [0, 2^53). */
  seed: number;
  /** Two 32-bit words, high word first. */
  cell: readonly [number, number];
}

/**
 * Prepares the core for one experiment and computes trials of it. Trial i depends on the key, i and the settings alone.
 * The instance belongs to the experiment until `close()`.
 */
export class DirectTrials {
  readonly #core: Core;
  readonly #mark: number;

  /** @throws MemoryLimitError where the experiment does not fit into the core's memory. */
  constructor(core: Core, setting: ExperimentSetting) {
    this.#core = core;
    this.#mark = core.mark();
    try {
      setExperiment(core, setting);
      const what = `a direct run of ${setting.samples + setting.realSamples} rows in ${setting.data.dim} dimensions`;
      core.exports.directPrepare(core.reserve(core.exports.directBytes(), what));
    } catch (error) {
      core.release(this.#mark);
      throw error;
    }
  }

  /** Trials `first` … `first + count − 1`. */
  run(key: StreamKey, first: number, count: number): Trial[] {
    const core = this.#core;
    const { exports } = core;
    const fields = exports.TRIAL_FIELDS.value;
    const mark = core.mark();
    try {
      const out = core.reserve(8 * fields * count);
      const [cellHigh, cellLow] = key.cell;
      exports.directTrials(key.seed % 2 ** 32, Math.floor(key.seed / 2 ** 32), cellLow, cellHigh, first, count, out);
      const records = core.f64(out, fields * count);
      return Array.from({ length: count }, (_, i) => this.#read(records.subarray(i * fields, (i + 1) * fields)));
    } finally {
      core.release(mark);
    }
  }

  close(): void {
    this.#core.release(this.#mark);
  }

  #read(record: Float64Array): Trial {
    const { exports } = this.#core;
    return {
      status: TRIAL_STATUS[record[exports.TRIAL_STATUS.value]],
      accuracy: record[exports.TRIAL_ACCURACY.value],
      agreement: record[exports.TRIAL_AGREEMENT.value],
      cosine: record[exports.TRIAL_COSINE.value],
      generated: record[exports.TRIAL_GENERATED.value],
      wrong: record[exports.TRIAL_WRONG.value],
      kept: record[exports.TRIAL_KEPT.value],
      keptWrong: record[exports.TRIAL_KEPT_WRONG.value],
      iterations: record[exports.TRIAL_ITERATIONS.value],
      gradientNorm: record[exports.TRIAL_GRADIENT_NORM.value],
    };
  }
}
