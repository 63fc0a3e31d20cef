import type { Core } from "../../core/core.js";
import type { KernelExperiment } from "../../core/experiment.js";
import type { Trial } from "../../core/trials.js";
import { ridgeSolver } from "../../engine/cell.js";
import { chooseEngine } from "../../engine/choose.js";
import type { Cell } from "../../model/cells.js";
import { kernelExperiment } from "../../model/experiment.js";
import { kindOf } from "../../model/kinds.js";

// A worker behind a queue may be anybody who can write to Redis. What the settings of a cell determine of its trials is
// checked before they are stored; what they leave open, only computing them again can tell.

/** Iterations, at most, and the relative gradient norm of a fit that converged, in f32 and f64 (assembly/learn). */
const LIMITS = {
  logistic: { iterations: 61 * 501, f32: 1e-5, f64: 1e-10 },
  "conjugate-gradients": { iterations: 2000, f32: 1e-6, f64: 1e-12 },
};
/** The shapes of verifiers and the kind of generator that the kernels know (src/model/kinds.ts). */
const BLIND = kindOf("verifier", "none").code;
const TOP = kindOf("verifier", "top").code;
const NOISE = kindOf("generator", "noise").code;
const RIDGE = kindOf("learner", "ridge").code;
const SGD = kindOf("learner", "sgd").code;
const LOGISTIC = kindOf("learner", "logistic").code;

/**
 * Whether these can be trials of a cell: counts that the settings fix, sums over generations, the accuracy and agreement that
 * belong to a cosine bit by bit, and ranges. A count that is drawn may be as far from its mean as chance allows once in 10³⁰.
 */
export function arePossible(core: Core, { scenario }: Pick<Cell, "scenario">, trials: readonly Trial[]): boolean {
  const settings = kernelExperiment(scenario);
  const { learner, generator, verifier, precision } = scenario;
  const solver =
    learner.kind === "logistic"
      ? "logistic"
      : learner.kind === "ridge" && chooseEngine(scenario).engine === "direct" && ridgeSolver(scenario) !== "cholesky"
        ? "conjugate-gradients"
        : undefined;
  const limits = solver && { iterations: LIMITS[solver].iterations, gradientNorm: LIMITS[solver][precision] };
  const mayBeSingular =
    learner.kind === "ridge" || generator.kind === "learned" || kindOf("verifier", verifier.kind).learns === true;
  const check: Check = { core, settings, limits, mayBeSingular };
  return trials.every((trial) => isPossibleTrial(check, trial.generations ?? [trial]));
}

interface Check {
  core: Core;
  settings: KernelExperiment;
  /** Of an iterative learner. */
  limits: { iterations: number; gradientNorm: number } | undefined;
  mayBeSingular: boolean;
}

/** The generations of a trial: after one without a model there is nothing but its status. */
function isPossibleTrial(check: Check, generations: readonly Trial[]): boolean {
  const { policy, realSamples } = check.settings;
  let rows = 0;
  let before: Trial | undefined;
  for (const [g, record] of generations.entries()) {
    if (before !== undefined && !hasModel(before)) {
      if (record.status !== before.status || !isBlank(record)) return false;
      continue;
    }
    const clean = g === 0 || policy === MIX ? realSamples : 0;
    rows = (policy === ACCUMULATE ? rows : 0) + record.kept + clean;
    // a direction that could not be learned ends a generation before its rows are drawn
    const isBeforeRows = (record.status === "singular" || record.status === "diverged") && isBlank(record);
    if (!isBeforeRows && !isPossibleRecord(check, g, record, rows)) return false;
    if (record.status === "singular" && !check.mayBeSingular) return false;
    before = record;
  }
  return true;
}

const MIX = 1;
const ACCUMULATE = 2;

function hasModel({ status }: Trial): boolean {
  return status === "ok" || status === "not-converged";
}

/** Whether nothing was counted or measured. */
function isBlank({ status, generations, ...numbers }: Trial): boolean {
  return Object.values(numbers).every((value) => value === 0);
}

function isPossibleRecord(check: Check, g: number, record: Trial, rows: number): boolean {
  const { settings } = check;
  if (record.generated !== settings.samples || (rows === 0) !== (record.status === "empty")) return false;
  return isMeasured(check, record) && isFitted(check, record) && areCounted(settings, g, record);
}

/** Accuracy and agreement follow from the cosine, and with the length of the weights risk and calibration, by the same functions of the same core. */
function isMeasured({ core, settings }: Check, record: Trial): boolean {
  const { accuracy, agreement, cosine, norm, risk, calibration } = record;
  if (!hasModel(record)) return [accuracy, agreement, cosine, norm, risk, calibration].every((value) => value === 0);
  const { dataKind, meanNorm } = settings;
  return (
    Math.abs(cosine) <= 1 &&
    accuracy === core.exports.accuracyAtCosine(dataKind, meanNorm, cosine) &&
    agreement === core.exports.agreementAtCosine(dataKind, meanNorm, cosine) &&
    (norm > 0 || cosine === 0) &&
    Object.is(risk, core.exports.riskAt(dataKind, meanNorm, cosine, norm, lossOf(settings))) &&
    Object.is(calibration, core.exports.calibrationAt(dataKind, meanNorm, cosine, norm))
  );
}

/** The loss of the learner's own kind, as the core numbers it; −1 of one that has none. */
function lossOf({ learnerKind, loss }: KernelExperiment): number {
  if (learnerKind === SGD) return loss;
  if (learnerKind === LOGISTIC) return 0;
  return learnerKind === RIDGE ? 1 : -1;
}

function isFitted({ limits }: Check, record: Trial): boolean {
  const { status, iterations, gradientNorm } = record;
  if (limits === undefined || status === "empty")
    return iterations === 0 && gradientNorm === 0 && status !== "not-converged";
  if (iterations > limits.iterations) return false;
  if (status === "ok") return gradientNorm <= limits.gradientNorm;
  return status !== "not-converged" || Number.isFinite(gradientNorm);
}

/** The rows that a verifier keeps, and those that a generator labels at random. */
function areCounted(settings: KernelExperiment, g: number, { generated, wrong, kept, keptWrong }: Trial): boolean {
  const { verifierShape, keep, samples, poison, generatorKind, errorRate } = settings;
  if (generatorKind === NOISE && g === 0 && !isLikely(wrong, generated, errorRate)) return false;
  if (verifierShape === TOP) return kept === Math.round(keep * samples);
  if (verifierShape !== BLIND) return true;
  const [phi, psi] = g === 0 ? [settings.phi, settings.psi] : [settings.laterPhi, settings.laterPsi];
  const poisoned = (rate: number) => (1 - poison) * rate + poison * (1 - rate);
  return isLikely(kept - keptWrong, generated - wrong, poisoned(phi)) && isLikely(keptWrong, wrong, poisoned(psi));
}

/** Hoeffding: P(|k − np| ≥ t) ≤ 2 exp(−2t²/n), which is 8·10⁻³¹ at t = √(35 n). */
function isLikely(k: number, n: number, p: number): boolean {
  if (p <= 0) return k === 0;
  if (p >= 1) return k === n;
  return Math.abs(k - n * p) <= Math.sqrt(35 * n);
}
