import type { Core } from "../core/core.js";
import { type Trial, TrialRun } from "../core/trials.js";
import { type Cell, idWords } from "../model/cells.js";
import { type ExperimentSetting, kernelExperiment } from "../model/experiment.js";
import { chooseEngine } from "./choose.js";

/** The trials of one cell, by the direct or the reduced engine. Holds the core until `close()`. */
export class CellTrials {
  readonly #trials: TrialRun;
  readonly #key: { seed: number; cell: [number, number] };

  /** @throws MemoryLimitError where the cell does not fit into the core's memory. */
  constructor(core: Core, { id, scenario }: Pick<Cell, "id" | "scenario">) {
    const { engine } = chooseEngine(scenario);
    this.#key = { seed: scenario.seed, cell: idWords(id) };
    this.#trials =
      engine === "reduced"
        ? TrialRun.reduced(core, kernelExperiment(scenario))
        : TrialRun.direct(core, kernelExperiment(withSolver(scenario)));
  }

  /** Trials `first` … `first + count − 1`; each depends on the cell, the seed and its own number alone. */
  run(first: number, count: number): Trial[] {
    return this.#trials.run(this.#key, first, count);
  }

  close(): void {
    this.#trials.close();
  }
}

/** The rows that conjugate gradients keep: up to a gigabyte, a quarter of what a core can have; Cholesky keeps d² alone. */
const KEPT_BYTES = 2 ** 30;
/** log(2/ε) for the tolerance ε = 1e-6 of the conjugate gradients in f32. */
const LOG_TOLERANCE = 14.5;

/**
 * How the ridge system is solved if the scenario leaves it to us. Cholesky costs M·d² operations; each conjugate-gradient
 * step costs 4·M·d, and ½√κ·log(2/ε) steps are enough, κ being the condition number that the Marchenko–Pastur law gives
 * for the kept rows. Half of what that promises is kept as a margin (bench/MAP.md
 * measures both over the sizes). In f64, and where nothing bounds κ, Cholesky.
 */
export function ridgeSolver(setting: ExperimentSetting): "cholesky" | "conjugate-gradients" {
  const { data, learner, precision } = setting;
  if (learner.solver === "cholesky" || learner.solver === "conjugate-gradients") return learner.solver;
  const rows = setting.samples + setting.realSamples;
  const bytes = 4 * rows * data.dim;
  if (precision === "f64" || learner.lambda === 0 || data.covariance !== "identity" || bytes > KEPT_BYTES) {
    return "cholesky";
  }
  const ratio = Math.sqrt(data.dim / rows);
  const signal = data.kind === "mixture" ? data.meanNorm * data.meanNorm : 0;
  const largest = (1 + ratio) * (1 + ratio) + signal + learner.lambda;
  const smallest = (ratio < 1 ? (1 - ratio) * (1 - ratio) : 0) + learner.lambda;
  const steps = 0.5 * Math.sqrt(largest / smallest) * LOG_TOLERANCE;
  return 2 * 4 * steps < data.dim ? "conjugate-gradients" : "cholesky";
}

/** The setting with its solver decided. */
export function withSolver<S extends ExperimentSetting>(setting: S): S {
  if (setting.learner.kind !== "ridge") return setting;
  return { ...setting, learner: { ...setting.learner, solver: ridgeSolver(setting) } };
}
