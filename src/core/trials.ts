import type { Core } from "./core.js";
import { CoreError, coreReason } from "./errors.js";
import { type KernelExperiment, placeExperiment } from "./experiment.js";
import type { SimulationExports } from "./exports.js";
import { seedWords } from "./streams.js";

/** How a trial ended, by the core's status code (assembly/status.ts). */
export const TRIAL_STATUS = ["ok", "empty", "singular", "diverged", "not-converged"] as const;
export type TrialStatus = (typeof TRIAL_STATUS)[number];

/**
 * The name of a status code.
 *
 * @throws CoreError if a kernel refused the experiment: one of its kinds is unknown to this engine.
 */
export function statusOf(code: number): TrialStatus {
  const status = TRIAL_STATUS[code];
  if (status !== undefined) return status;
  throw new CoreError(coreReason("core-unknown-kind"));
}

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
  /** √(wᵀΣw); the mean loss of a fresh row by the learner's own loss, NaN if it has none; the slope of the log-odds, NaN of no weights. */
  norm: number;
  risk: number;
  calibration: number;
  /** Every generation in order, the last being this one; left out if there is only one. */
  generations?: Trial[];
}

/** Names the random streams of a trial beside its own number. */
export interface StreamKey {
  /** An integer in [0, 2^53). */
  seed: number;
  /** Two 32-bit words, high word first. */
  cell: readonly [number, number];
}

/** Computes records of trials; `words` are seed (low, high) and cell (low, high). */
type Compute = (words: readonly number[], first: number, count: number, out: number) => void;

/**
 * Trials of one experiment on one instance of the core, which belongs to it until `close()`. Trial i depends on the key,
 * i and the settings alone.
 */
export class TrialRun {
  readonly #core: Core;
  readonly #mark: number;
  readonly #generations: number;
  readonly #layout: Layout;
  readonly #compute: Compute;

  private constructor(core: Core, mark: number, generations: number, compute: Compute) {
    this.#core = core;
    this.#mark = mark;
    this.#generations = generations;
    this.#layout = layoutOf(core.exports);
    this.#compute = compute;
  }

  /**
   * The direct engine: every row is really drawn.
   *
   * @throws MemoryLimitError if the experiment does not fit into the core's memory.
   */
  static direct(core: Core, experiment: KernelExperiment): TrialRun {
    const { exports } = core;
    const { samples, realSamples, dim } = experiment;
    return TrialRun.#open(core, experiment, (ptr) => {
      const what = coreReason("a-direct-run", { rows: samples + realSamples, dim });
      exports.directPrepare(ptr, core.reserve(exports.directBytes(ptr), what));
      return ([a, b, c, d], first, count, out) => exports.directTrials(ptr, a, b, c, d, first, count, out);
    });
  }

  /**
   * The reduced engine: the same law without the rows' coordinates that no label looks at. Σ = I, no batch logistic.
   *
   * @throws MemoryLimitError if the scores of a top-fraction verifier do not fit.
   */
  static reduced(core: Core, experiment: KernelExperiment): TrialRun {
    const { exports } = core;
    return TrialRun.#open(core, experiment, (ptr) => {
      const scratch = core.reserve(exports.reducedBytes(ptr), coreReason("scores-of", { rows: experiment.samples }));
      return ([a, b, c, d], first, count, out) => exports.reducedTrials(ptr, a, b, c, d, first, count, scratch, out);
    });
  }

  static #open(core: Core, experiment: KernelExperiment, prepare: (ptr: number) => Compute): TrialRun {
    const mark = core.mark();
    try {
      return new TrialRun(core, mark, experiment.generations, prepare(placeExperiment(core, experiment).ptr));
    } catch (error) {
      core.release(mark);
      throw error;
    }
  }

  /** Trials `first` … `first + count − 1`. */
  run(key: StreamKey, first: number, count: number): Trial[] {
    const core = this.#core;
    const { fields } = this.#layout;
    const perTrial = fields * this.#generations;
    return core.scoped(() => {
      const out = core.reserve(8 * perTrial * count);
      const [cellHigh, cellLow] = key.cell;
      const words = [...seedWords(key.seed), cellLow, cellHigh];
      this.#compute(words, first, count, out);
      const records = core.f64(out, perTrial * count);
      return Array.from({ length: count }, (_, i) => {
        const generations = Array.from({ length: this.#generations }, (_, g) => {
          const at = i * perTrial + g * fields;
          return readTrial(records, at, this.#layout);
        });
        const last = generations[generations.length - 1];
        return generations.length > 1 ? { ...last, generations } : last;
      });
    });
  }

  close(): void {
    this.#core.release(this.#mark);
  }
}

/** Where the fields of a record stand; read once, as reading an exported constant is slow. */
type Layout = ReturnType<typeof layoutOf>;

function layoutOf(exports: SimulationExports) {
  return {
    fields: exports.TRIAL_FIELDS.value,
    status: exports.TRIAL_STATUS.value,
    accuracy: exports.TRIAL_ACCURACY.value,
    agreement: exports.TRIAL_AGREEMENT.value,
    cosine: exports.TRIAL_COSINE.value,
    generated: exports.TRIAL_GENERATED.value,
    wrong: exports.TRIAL_WRONG.value,
    kept: exports.TRIAL_KEPT.value,
    keptWrong: exports.TRIAL_KEPT_WRONG.value,
    iterations: exports.TRIAL_ITERATIONS.value,
    gradientNorm: exports.TRIAL_GRADIENT_NORM.value,
    norm: exports.TRIAL_NORM.value,
    risk: exports.TRIAL_RISK.value,
    calibration: exports.TRIAL_CALIBRATION.value,
  };
}

function readTrial(records: Float64Array, at: number, layout: Layout): Trial {
  return {
    status: statusOf(records[at + layout.status]),
    accuracy: records[at + layout.accuracy],
    agreement: records[at + layout.agreement],
    cosine: records[at + layout.cosine],
    generated: records[at + layout.generated],
    wrong: records[at + layout.wrong],
    kept: records[at + layout.kept],
    keptWrong: records[at + layout.keptWrong],
    iterations: records[at + layout.iterations],
    gradientNorm: records[at + layout.gradientNorm],
    norm: records[at + layout.norm],
    risk: records[at + layout.risk],
    calibration: records[at + layout.calibration],
  };
}
