import type { Core } from "./core.js";
import { coreReason } from "./errors.js";
import type { SimulationExports } from "./exports.js";
import { codeOf, type DataSetting, type ExperimentSetting, setData, setExperiment } from "./settings.js";
import { statusOf, type TrialStatus } from "./trials.js";

/** What the core's theory says of one experiment; NaN where there is no value. */
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
}

/** Points handed over in one crossing. */
const BATCH = 4096;

/**
 * The theory's answers, in order. Experiments in a row that share the covariance cross the boundary together, and it is
 * read once for them: 3 to 7 µs a point for Σ = I and ridge, more for a top fraction (40 to 140) and logistic
 * (milliseconds).
 *
 * @throws MemoryLimitError where a covariance does not fit.
 */
export function theoryAnswers(core: Core, settings: readonly ExperimentSetting[]): TheoryAnswer[] {
  const answers: TheoryAnswer[] = [];
  for (let first = 0; first < settings.length; ) {
    const { data } = settings[first];
    let end = first + 1;
    while (end < settings.length && end - first < BATCH && sameSpectrum(data, settings[end].data)) end++;
    answerBatch(core, settings.slice(first, end), answers);
    first = end;
  }
  return answers;
}

/** The theory's answers to the generations of one experiment with Σ = I, in order. */
export function theoryTrajectory(core: Core, setting: ExperimentSetting): TheoryAnswer[] {
  const { exports } = core;
  const mark = core.mark();
  try {
    const layout = layoutOf(exports);
    const { fields } = layout;
    setExperiment(core, { ...setting, samples: 0, realSamples: 0 });
    exports.theoryPrepare(core.reserve(exports.theoryBytes()));
    const out = core.reserve(8 * fields * setting.generations);
    exports.theoryGenerations(setting.samples, setting.realSamples, out);
    const records = core.f64(out, fields * setting.generations);
    return Array.from({ length: setting.generations }, (_, g) => readAnswer(records, g * fields, layout));
  } finally {
    core.release(mark);
  }
}

function sameSpectrum(a: DataSetting, b: DataSetting): boolean {
  return a.covariance === b.covariance && (a.covariance === "identity" || a.dim === b.dim);
}

function answerBatch(core: Core, settings: readonly ExperimentSetting[], answers: TheoryAnswer[]): void {
  const { exports } = core;
  const mark = core.mark();
  try {
    const layout = layoutOf(exports);
    const { fields } = layout;
    const width = exports.POINT_FIELDS.value;
    setData(core, settings[0].data, "f64");
    const { dim } = settings[0].data;
    exports.theoryPrepare(core.reserve(exports.theoryBytes(), coreReason("a-covariance-in", { dim })));
    const points = core.reserve(8 * width * settings.length);
    const out = core.reserve(8 * fields * settings.length);
    const numbers = core.f64(points, width * settings.length);
    for (const [i, setting] of settings.entries()) writePoint(numbers, i * width, setting);
    exports.theoryBatch(points, settings.length, out);
    const records = core.f64(out, fields * settings.length);
    for (let i = 0; i < settings.length; i++) answers.push(readAnswer(records, i * fields, layout));
  } finally {
    core.release(mark);
  }
}

/** Numbers in the order of `theoryBatch`. */
function writePoint(out: Float64Array, at: number, setting: ExperimentSetting): void {
  const { data, generator, verifier, learner } = setting;
  out[at] = codeOf("data.kind", data.kind);
  out[at + 1] = data.dim;
  out[at + 2] = data.meanNorm;
  out[at + 3] = codeOf("generator.kind", generator.kind);
  out[at + 4] = generator.errorRate;
  out[at + 5] = generator.angle;
  out[at + 6] = generator.samples;
  out[at + 7] = generator.lambda;
  out[at + 8] = codeOf("verifier.kind", verifier.kind);
  out[at + 9] = verifier.phi;
  out[at + 10] = verifier.psi;
  out[at + 11] = verifier.angle;
  out[at + 12] = verifier.angleToGenerator ?? Number.NaN;
  out[at + 13] = verifier.keep;
  out[at + 14] = verifier.poison;
  out[at + 15] = verifier.samples;
  out[at + 16] = verifier.lambda;
  out[at + 17] = codeOf("learner.kind", learner.kind);
  out[at + 18] = learner.lambda;
  out[at + 19] = setting.samples;
  out[at + 20] = setting.realSamples;
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
  };
}
