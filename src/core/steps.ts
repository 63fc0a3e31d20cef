import type { Core } from "./core.js";
import { coreReason, DivergedError, EmptyKeptSetError, outOfRange, SingularSystemError } from "./errors.js";
import { type KernelExperiment, type PlacedExperiment, placeExperiment } from "./experiment.js";
import type { Reason } from "./reasons.js";
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

/** The precision of f64 rows (assembly/experiment/experiment.ts). */
const DOUBLE = 8;

/** Hands an experiment over and lays out the core for it; returns what {@link placeExperiment} returns. */
function prepare(core: Core, experiment: KernelExperiment, what?: Reason): PlacedExperiment {
  const placed = placeExperiment(core, experiment);
  core.exports.directPrepare(placed.ptr, core.reserve(core.exports.directBytes(placed.ptr), what));
  return placed;
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
export function sampleRows(core: Core, experiment: KernelExperiment, count: number): { x: Rows; y: Int8Array } {
  return core.scoped(() => {
    const { precision, dim } = experiment;
    const { ptr, axes } = prepare(core, experiment);
    const length = count * dim;
    const rows = core.reserve(length * precision, coreReason("drawn-rows", { rows: count, dim }));
    const classes = core.reserve(count);
    core.exports.sampleRows(ptr, count, rows, classes);
    const x = precision === DOUBLE ? core.f64(rows, length).slice() : core.f32(rows, length).slice();
    return { x: turn<Rows>(x, axes), y: core.i8(classes, count).slice() };
  });
}

/**
 * The directions of truth, generator and verifier at their angles, as weights on x: Σ^−½ v, scaled so that the whitened
 * direction v has length one. Both must have a fixed angle.
 */
export function directionsOf(
  core: Core,
  experiment: KernelExperiment,
): { star: Float64Array; generator: Float64Array; verifier: Float64Array } {
  return core.scoped(() => {
    const { exports } = core;
    const { dim } = experiment;
    const { axes } = prepare(core, experiment);
    const scale = core.f64(exports.scalePtr.value, dim);
    const unwhitened = (start: number) =>
      turn(
        core.f64(start, dim).map((value, j) => value / scale[j]),
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
    const scores = core.reserve(8 * count);
    core.exports.linearScores(core.place(x), x.BYTES_PER_ELEMENT, count, dim, core.place(weights), scores);
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
 * Trains the learner of an experiment of `samples` rows on those that are kept.
 *
 * @throws EmptyKeptSetError, SingularSystemError, DivergedError if there are no weights to give
 */
export function fitRows(
  core: Core,
  rows: { x: Rows; labels: Int8Array; keep: Uint8Array },
  experiment: KernelExperiment,
): Fit {
  const { x, labels, keep } = rows;
  const { dim, learnerLambda, learningRate } = experiment;
  const count = labels.length;
  const { exports } = core;
  return core.scoped(() => {
    const { ptr } = prepare(core, experiment, coreReason("fitting-rows", { rows: count, dim }));
    const status = statusOf(exports.fitRows(ptr, core.place(x), count, core.place(labels), core.place(keep)));
    const used = keep.reduce((sum, verdict) => sum + verdict, 0);
    if (status === "empty") throw new EmptyKeptSetError(coreReason("nothing-kept"), { field: "keep" });
    if (status === "singular") {
      const reason = coreReason("singular-system", { rows: used, dim, lambda: learnerLambda });
      throw new SingularSystemError(reason, { field: "lambda", expected: "above 0", got: learnerLambda });
    }
    if (status === "diverged") {
      const reason = coreReason("weights-not-finite", { learningRate });
      throw new DivergedError(reason, { field: "learningRate", got: learningRate });
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
  experiment: KernelExperiment,
  weights: Float64Array,
): { accuracy: number; agreement: number; cosine: number } {
  const { exports } = core;
  const { dim, dataKind, meanNorm } = experiment;
  return core.scoped(() => {
    const { axes } = prepare(core, experiment);
    const placed = core.place(turn(weights.slice(), axes, true));
    const cosine = exports.cosineWithStar(placed, exports.scalePtr.value, exports.basisPtr.value, dim);
    if (Number.isNaN(cosine)) throw outOfRange("weights", "finite numbers", "NaN");
    return {
      accuracy: exports.accuracyAtCosine(dataKind, meanNorm, cosine),
      agreement: exports.agreementAtCosine(dataKind, meanNorm, cosine),
      cosine,
    };
  });
}
