import type { Core } from "./core.js";
import { coreReason, DivergedError, EmptyKeptSetError, outOfRange, SingularSystemError } from "./errors.js";
import {
  codeOf,
  type DataSetting,
  type GeneratorSetting,
  type LearnerSetting,
  setExperiment,
  setLearner,
  type VerifierSetting,
} from "./settings.js";
import { statusOf } from "./trials.js";

/** Rows of numbers, row-major: row i begins at `i · dim`. */
export type Rows = Float32Array | Float64Array;

/** A weight vector fitted by a learner, and how it was found. */
export interface Fit {
  /** w, one number a dimension. */
  weights: Float64Array;
  /** Rows it was trained on. */
  rows: number;
  /** Of an iterative learner: iterations, relative gradient norm at the end, and whether that reached the tolerance. */
  iterations: number;
  gradientNorm: number;
  converged: boolean;
}

const NEUTRAL = {
  generator: { kind: "noise", errorRate: 0, angle: 0, samples: 0, lambda: 0 },
  verifier: {
    kind: "none",
    phi: 1,
    psi: 1,
    angle: 0,
    angleToGenerator: null,
    keep: 1,
    poison: 0,
    samples: 0,
    lambda: 0,
    relearn: false,
  },
  generations: 1,
  policy: "replace",
  learner: { kind: "mean", lambda: 0, loss: "logistic", learningRate: 0, solver: "auto" },
} as const;

/** Lays out the core for the inputs, and returns the axes it works in (see `setData`). */
function prepare(core: Core, data: DataSetting, precision: "f32" | "f64"): Float64Array | undefined {
  const axes = setExperiment(core, { data, precision, ...NEUTRAL, samples: 1, realSamples: 0 });
  core.exports.directPrepare(core.reserve(core.exports.directBytes()));
  return axes;
}

/** Turns rows, in place, from the core's axes V (in columns) to those of the inputs: x = V x̂; or `back`: x̂ = Vᵀx. */
function turn<R extends Rows>(rows: R, axes: Float64Array | undefined, back = false): R {
  if (axes === undefined) return rows;
  const dim = Math.sqrt(axes.length);
  const [across, down] = back ? [dim, 1] : [1, dim];
  for (let start = 0; start < rows.length; start += dim) {
    const row = rows.slice(start, start + dim);
    for (let i = 0; i < dim; i++) {
      let sum = 0;
      for (let j = 0; j < dim; j++) sum += axes[i * down + j * across] * row[j];
      rows[start + i] = sum;
    }
  }
  return rows;
}

/** Draws rows and their classes; the streams must have been seeded. */
export function sampleRows(
  core: Core,
  data: DataSetting,
  precision: "f32" | "f64",
  count: number,
): { x: Rows; y: Int8Array } {
  return core.scoped(() => {
    const axes = prepare(core, data, precision);
    const length = count * data.dim;
    const rows = core.reserve(
      length * (precision === "f64" ? 8 : 4),
      coreReason("drawn-rows", { rows: count, dim: data.dim }),
    );
    const classes = core.reserve(count);
    core.exports.sampleRows(count, rows, classes);
    const x = precision === "f64" ? core.f64(rows, length).slice() : core.f32(rows, length).slice();
    return { x: turn<Rows>(x, axes), y: core.i8(classes, count).slice() };
  });
}

/**
 * The directions of truth, generator and verifier at their angles, as weights on x: Σ^−½ v, scaled so that the whitened
 * direction v has length one. Generator and verifier are placed as linear ones, whatever their kinds.
 */
export function directionsOf(
  core: Core,
  data: DataSetting,
  generator: GeneratorSetting,
  verifier: VerifierSetting,
): { star: Float64Array; generator: Float64Array; verifier: Float64Array } {
  return core.scoped(() => {
    const { exports } = core;
    const placed = { generator: { ...generator, kind: "linear" }, verifier: { ...verifier, kind: "linear" } } as const;
    const axes = setExperiment(core, { ...NEUTRAL, ...placed, data, precision: "f64", samples: 1, realSamples: 0 });
    exports.directPrepare(core.reserve(exports.directBytes()));
    const scale = core.f64(exports.scalePtr.value, data.dim);
    const unwhitened = (start: number) =>
      turn(
        core.f64(start, data.dim).map((value, j) => value / scale[j]),
        axes,
      );
    return {
      star: unwhitened(exports.basisPtr.value),
      generator: unwhitened(exports.generatorPtr.value),
      verifier: unwhitened(exports.verifierPtr.value),
    };
  });
}

/** Turns labels over with probability `rate`; the streams must have been seeded. */
export function flipLabels(core: Core, classes: Int8Array, rate: number): Int8Array {
  return core.scoped(() => {
    const from = core.place(classes);
    const to = core.reserve(classes.length);
    core.exports.flipLabels(from, classes.length, rate, to);
    return core.i8(to, classes.length).slice();
  });
}

/** xᵢᵀw for every row. */
export function scoreRows(core: Core, x: Rows, dim: number, weights: Float64Array): Float64Array {
  const count = x.length / dim;
  return core.scoped(() => {
    core.exports.setPrecision(x instanceof Float64Array ? 8 : 4);
    core.exports.setData(0, dim, 0);
    const scores = core.reserve(8 * count);
    core.exports.linearScores(core.place(x), count, core.place(weights), scores);
    return core.f64(scores, count).slice();
  });
}

/** Keeps a correct label with probability φ, a wrong one with ψ; the streams must have been seeded. */
export function keepBernoulli(core: Core, y: Int8Array, labels: Int8Array, phi: number, psi: number): Uint8Array {
  return core.scoped(() => {
    const keep = core.reserve(y.length);
    core.exports.keepBernoulli(core.place(y), core.place(labels), y.length, phi, psi, keep);
    return core.u8(keep, y.length).slice();
  });
}

/** Keeps the rows whose score is on the side of their label, or the `target` rows of largest label · score. */
export function keepByScore(core: Core, labels: Int8Array, scores: Float64Array, target?: number): Uint8Array {
  const count = labels.length;
  return core.scoped(() => {
    const keep = core.reserve(count);
    const given = core.place(labels);
    const scored = core.place(scores);
    if (target === undefined) core.exports.keepAgreeing(given, scored, count, keep);
    else core.exports.keepTop(given, scored, count, target, core.reserve(8 * count), keep);
    return core.u8(keep, count).slice();
  });
}

/** Turns verdicts over with probability `rate`; the streams must have been seeded. */
export function poisonVerdicts(core: Core, keep: Uint8Array, rate: number): Uint8Array {
  return core.scoped(() => {
    const verdicts = core.place(keep);
    core.exports.poisonVerdicts(verdicts, keep.length, rate);
    return core.u8(verdicts, keep.length).slice();
  });
}

/**
 * Trains a learner on the kept rows.
 *
 * @throws EmptyKeptSetError, SingularSystemError, DivergedError where there are no weights to give
 */
export function fitRows(
  core: Core,
  rows: { x: Rows; labels: Int8Array; keep: Uint8Array; dim: number },
  learner: LearnerSetting,
): Fit {
  const { x, labels, keep, dim } = rows;
  const count = labels.length;
  const { exports } = core;
  return core.scoped(() => {
    const precision = x instanceof Float64Array ? "f64" : "f32";
    const data: DataSetting = { kind: "mixture", dim, meanNorm: 0, covariance: "identity" };
    setExperiment(core, { data, precision, ...NEUTRAL, samples: count, realSamples: 0 });
    setLearner(core, learner);
    exports.directPrepare(core.reserve(exports.directBytes(), coreReason("fitting-rows", { rows: count, dim })));
    const status = statusOf(exports.fitRows(core.place(x), count, core.place(labels), core.place(keep)));
    const used = keep.reduce((sum, verdict) => sum + verdict, 0);
    if (status === "empty") throw new EmptyKeptSetError(coreReason("nothing-kept"), { field: "keep" });
    if (status === "singular") {
      const reason = coreReason("singular-system", { rows: used, dim, lambda: learner.lambda });
      throw new SingularSystemError(reason, { field: "lambda", expected: "above 0", got: learner.lambda });
    }
    if (status === "diverged") {
      const reason = coreReason("weights-not-finite", { learningRate: learner.learningRate });
      throw new DivergedError(reason, { field: "learningRate", got: learner.learningRate });
    }
    return {
      weights: core.f64(exports.fitWeights(), dim).slice(),
      rows: used,
      iterations: exports.fitIterations(),
      gradientNorm: exports.fitGradientNorm(),
      converged: status === "ok",
    };
  });
}

/** Cosine of Σ^½ w with the Bayes direction, and what it means for accuracy and agreement. */
export function judge(
  core: Core,
  data: DataSetting,
  weights: Float64Array,
): { accuracy: number; agreement: number; cosine: number } {
  const { exports } = core;
  return core.scoped(() => {
    const axes = prepare(core, data, "f64");
    const placed = core.place(turn(weights.slice(), axes, true));
    const cosine = exports.cosineWithStar(placed, exports.scalePtr.value, exports.basisPtr.value, data.dim);
    if (Number.isNaN(cosine)) throw outOfRange("weights", "finite numbers", "NaN");
    const kind = codeOf("data.kind", data.kind);
    return {
      accuracy: exports.accuracyAtCosine(kind, data.meanNorm, cosine),
      agreement: exports.agreementAtCosine(kind, data.meanNorm, cosine),
      cosine,
    };
  });
}
