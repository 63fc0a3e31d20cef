import type { ExperimentSetting } from "../model/experiment.js";

/** Up to this size a pass over the kept rows runs from cache, more or less. */
const CACHED_BYTES = 64 * 2 ** 20;
/** log(2/ε) for the tolerance ε = 1e-6 of the conjugate gradients in f32. */
const LOG_TOLERANCE = 14.5;

/**
 * How the ridge system is solved where the scenario leaves it to us. Cholesky costs M·d² operations; each conjugate-gradient
 * step costs 4·M·d, and ½√κ·log(2/ε) steps are enough, κ being the condition number that the Marchenko–Pastur law gives
 * for the kept rows. Half of what that promises is kept as a margin. In f64, and where nothing bounds κ, Cholesky.
 */
export function ridgeSolver(setting: ExperimentSetting): "cholesky" | "conjugate-gradients" {
  const { data, learner, precision } = setting;
  if (learner.solver === "cholesky" || learner.solver === "conjugate-gradients") return learner.solver;
  const rows = setting.samples + setting.realSamples;
  const bytes = 4 * rows * data.dim;
  if (precision === "f64" || learner.lambda === 0 || data.covariance !== "identity" || bytes > CACHED_BYTES) {
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
