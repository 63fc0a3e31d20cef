import type { Core } from "./core.js";
import { CoreError } from "./errors.js";

/** The covariance of the inputs: its eigenvalues, or a matrix that the core brings to its eigenbasis. */
export type CovarianceSetting =
  | "identity"
  | { kind: "power-law"; exponent: number }
  | { kind: "diagonal"; values: readonly number[] }
  | { kind: "matrix"; rows: readonly (readonly number[])[] };

export interface DataSetting {
  kind: "mixture" | "isotropic";
  dim: number;
  meanNorm: number;
  covariance: CovarianceSetting;
}

export interface GeneratorSetting {
  kind: "noise" | "linear" | "learned";
  errorRate: number;
  angle: number;
  samples: number;
  lambda: number;
}

export interface VerifierSetting {
  kind: "none" | "random" | "oracle" | "bernoulli" | "linear" | "learned" | "top";
  phi: number;
  psi: number;
  angle: number;
  angleToGenerator: number | null;
  keep: number;
  poison: number;
  samples: number;
  lambda: number;
  /** Whether a learned verifier is trained anew in every generation. */
  relearn: boolean;
}

export interface LearnerSetting {
  kind: "ridge" | "mean" | "sgd" | "logistic";
  lambda: number;
  loss: "logistic" | "squared";
  learningRate: number;
  solver: "auto" | "cholesky" | "conjugate-gradients" | "newton-cg";
}

/** Everything the core needs to know of an experiment; angles in radians. Checked by the model before it comes here. */
export interface ExperimentSetting {
  data: DataSetting;
  generator: GeneratorSetting;
  verifier: VerifierSetting;
  learner: LearnerSetting;
  samples: number;
  realSamples: number;
  /** Rounds in which the model just trained labels the next rows; 1 is a single training. */
  generations: number;
  policy: "replace" | "mix" | "accumulate";
  precision: "f32" | "f64";
}

export const DATA = ["mixture", "isotropic"];
export const GENERATOR = ["noise", "linear", "learned"];
export const VERIFIER = ["none", "random", "oracle", "bernoulli", "linear", "learned", "top"];
export const LEARNER = ["ridge", "mean", "sgd", "logistic"];
const POLICY = ["replace", "mix", "accumulate"];
const LOSS = ["logistic", "squared"];
const IDENTITY = 0;
const POWER_LAW = 1;
const DIAGONAL = 2;

/**
 * Hands the inputs of an experiment to the core. What it reserves for the covariance is read by `directPrepare` only.
 *
 * @returns The axes that the core works in, where they are not those of the inputs: the eigenvectors of a covariance
 *   matrix, in columns (d × d, row-major).
 */
export function setData(core: Core, data: DataSetting, precision: "f32" | "f64"): Float64Array | undefined {
  core.exports.setPrecision(precision === "f64" ? 8 : 4);
  core.exports.setData(DATA.indexOf(data.kind), data.dim, data.meanNorm);
  return setCovariance(core, data.covariance);
}

/** Hands a whole experiment to the core; returns what {@link setData} returns. */
export function setExperiment(core: Core, setting: ExperimentSetting): Float64Array | undefined {
  const { generator, verifier } = setting;
  const axes = setData(core, setting.data, setting.precision);
  core.exports.setGenerator(
    GENERATOR.indexOf(generator.kind),
    generator.errorRate,
    generator.angle,
    generator.samples,
    generator.lambda,
  );
  core.exports.setVerifier(
    VERIFIER.indexOf(verifier.kind),
    verifier.phi,
    verifier.psi,
    verifier.angle,
    verifier.angleToGenerator ?? Number.NaN,
    verifier.keep,
    verifier.poison,
    verifier.samples,
    verifier.lambda,
  );
  setLearner(core, setting.learner);
  core.exports.setSamples(setting.samples, setting.realSamples);
  core.exports.setGenerations(setting.generations, POLICY.indexOf(setting.policy), verifier.relearn ? 1 : 0);
  return axes;
}

export function setLearner(core: Core, learner: LearnerSetting): void {
  core.exports.setLearner(
    LEARNER.indexOf(learner.kind),
    learner.lambda,
    LOSS.indexOf(learner.loss),
    learner.learningRate,
    learner.solver === "conjugate-gradients" ? 1 : 0,
  );
}

function setCovariance(core: Core, covariance: CovarianceSetting): Float64Array | undefined {
  if (covariance === "identity") core.exports.setCovariance(IDENTITY, 0, 0, 0);
  else if (covariance.kind === "power-law") core.exports.setCovariance(POWER_LAW, covariance.exponent, 0, 0);
  else if (covariance.kind === "diagonal") {
    core.exports.setCovariance(DIAGONAL, 0, core.place(Float64Array.from(covariance.values)), 0);
  } else {
    const { values, axes } = eigenbasis(core, covariance.rows);
    core.exports.setCovariance(DIAGONAL, 0, core.place(values), core.place(evenIn(axes)));
    return axes;
  }
  return undefined;
}

interface Eigenbasis {
  values: Float64Array;
  /** Eigenvectors in columns, d × d, row-major. */
  axes: Float64Array;
}

/** A sweep's cells share one covariance: its eigenvalues, which take O(d³), are computed once. */
const known = new WeakMap<object, Eigenbasis>();

function eigenbasis(core: Core, rows: readonly (readonly number[])[]): Eigenbasis {
  const before = known.get(rows);
  if (before) return before;
  const n = rows.length;
  const mark = core.mark();
  try {
    const matrix = core.place(Float64Array.from(rows.flat()));
    const vectors = core.reserve(8 * n * n);
    if (core.exports.jacobiEigen(matrix, n, vectors) !== 0) {
      throw new CoreError("the eigenvalues of data.covariance did not converge");
    }
    const turned = core.f64(matrix, n * n);
    const values = Float64Array.from({ length: n }, (_, i) => turned[i * (n + 1)]);
    const basis = { values, axes: core.f64(vectors, n * n).slice() };
    known.set(rows, basis);
    return basis;
  } finally {
    core.release(mark);
  }
}

/** The unit vector (1, …, 1)/√d along the given axes. */
function evenIn(axes: Float64Array): Float64Array {
  const n = Math.sqrt(axes.length);
  const along = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) along[j] += axes[i * n + j] / Math.sqrt(n);
  return along;
}
