import type { Core } from "./core.js";
import { coreReason } from "./errors.js";
import { type KernelExperiment, placeExperiment, placeExperiments } from "./experiment.js";
import type { SimulationExports } from "./exports.js";
import { statusOf, type TrialStatus } from "./trials.js";

/** What the core's theory says of one experiment; NaN if there is no value. */
export interface TheoryAnswer {
  status: TrialStatus;
  accuracy: number;
  agreement: number;
  cosine: number;
  /** Expected rows to learn from, clean ones included. */
  rows: number;
  keepRate: number;
  errorRate: number;
  phi: number;
  psi: number;
  limitSelected: number;
  limitUnselected: number;
  norm: number;
  risk: number;
  calibration: number;
}

/** Points handed over in one crossing. */
const BATCH = 4096;

/**
 * The theory's answers to `count` experiments, in order. Those in a row that share the covariance cross the boundary
 * together, and it is read once for them: 3 to 7 µs each for Σ = I and ridge, more for a top fraction (40 to 140) and
 * logistic (milliseconds).
 *
 * @throws MemoryLimitError if a covariance does not fit.
 */
export function theoryAnswers(
  core: Core,
  count: number,
  experimentAt: (i: number) => KernelExperiment,
): TheoryAnswer[] {
  const answers: TheoryAnswer[] = [];
  while (answers.length < count) {
    const done = answers.length;
    core.scoped(() => {
      const batch = placeExperiments(core, Math.min(BATCH, count - done), (i) => experimentAt(done + i));
      prepare(core, batch.ptr, experimentAt(done).dim);
      readAnswers(core, batch.count, answers, (out) => core.exports.theoryBatch(batch.ptr, batch.count, out));
    });
  }
  return answers;
}

/** The theory's answers to the generations of one experiment with Σ = I, in order. */
export function theoryTrajectory(core: Core, experiment: KernelExperiment): TheoryAnswer[] {
  return core.scoped(() => {
    const { ptr } = placeExperiment(core, experiment);
    prepare(core, ptr, experiment.dim);
    return readAnswers(core, experiment.generations, [], (out) => core.exports.theoryGenerations(ptr, out));
  });
}

function prepare(core: Core, ptr: number, dim: number): void {
  const { exports } = core;
  exports.theoryPrepare(ptr, core.reserve(exports.theoryBytes(ptr), coreReason("a-covariance-in", { dim })));
}

/** Adds the answers that the core writes to those before. */
function readAnswers(core: Core, count: number, answers: TheoryAnswer[], ask: (out: number) => void): TheoryAnswer[] {
  const layout = layoutOf(core.exports);
  const { fields } = layout;
  const out = core.reserve(8 * fields * count);
  ask(out);
  const records = core.f64(out, fields * count);
  for (let i = 0; i < count; i++) answers.push(readAnswer(records, i * fields, layout));
  return answers;
}

/** Where the fields of an answer stand; read once a batch, as reading an exported constant is slow. */
type Layout = ReturnType<typeof layoutOf>;

function layoutOf(exports: SimulationExports) {
  return {
    fields: exports.THEORY_FIELDS.value,
    status: exports.THEORY_STATUS.value,
    accuracy: exports.THEORY_ACCURACY.value,
    agreement: exports.THEORY_AGREEMENT.value,
    cosine: exports.THEORY_COSINE.value,
    rows: exports.THEORY_ROWS.value,
    keepRate: exports.THEORY_KEEP_RATE.value,
    errorRate: exports.THEORY_ERROR_RATE.value,
    phi: exports.THEORY_PHI.value,
    psi: exports.THEORY_PSI.value,
    limitSelected: exports.THEORY_LIMIT_SELECTED.value,
    limitUnselected: exports.THEORY_LIMIT_UNSELECTED.value,
    norm: exports.THEORY_NORM.value,
    risk: exports.THEORY_RISK.value,
    calibration: exports.THEORY_CALIBRATION.value,
  };
}

function readAnswer(records: Float64Array, at: number, layout: Layout): TheoryAnswer {
  return {
    status: statusOf(records[at + layout.status]),
    accuracy: records[at + layout.accuracy],
    agreement: records[at + layout.agreement],
    cosine: records[at + layout.cosine],
    rows: records[at + layout.rows],
    keepRate: records[at + layout.keepRate],
    errorRate: records[at + layout.errorRate],
    phi: records[at + layout.phi],
    psi: records[at + layout.psi],
    limitSelected: records[at + layout.limitSelected],
    limitUnselected: records[at + layout.limitUnselected],
    norm: records[at + layout.norm],
    risk: records[at + layout.risk],
    calibration: records[at + layout.calibration],
  };
}
