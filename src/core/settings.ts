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
  precision: "f32" | "f64";
}

const DATA = ["mixture", "isotropic"];
const GENERATOR = ["noise", "linear", "learned"];
const VERIFIER = ["none", "random", "oracle", "bernoulli", "linear", "learned", "top"];
const LEARNER = ["ridge", "mean", "sgd", "logistic"];
const LOSS = ["logistic", "squared"];
const IDENTITY = 0;
const POWER_LAW = 1;
const DIAGONAL = 2;

/** Hands the inputs of an experiment to the core. What it reserves for the covariance is read by `directPrepare` only. */
export function setData(core: Core, data: DataSetting, precision: "f32" | "f64"): void {
  core.exports.setPrecision(precision === "f64" ? 8 : 4);
  core.exports.setData(DATA.indexOf(data.kind), data.dim, data.meanNorm);
  setCovariance(core, data.covariance);
}

/** Hands a whole experiment to the core. */
export function setExperiment(core: Core, setting: ExperimentSetting): void {
  const { generator, verifier } = setting;
  setData(core, setting.data, setting.precision);
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

function setCovariance(core: Core, covariance: CovarianceSetting): void {
  if (covariance === "identity") core.exports.setCovariance(IDENTITY, 0, 0, 0);
  else if (covariance.kind === "power-law") core.exports.setCovariance(POWER_LAW, covariance.exponent, 0, 0);
  else if (covariance.kind === "diagonal") {
    core.exports.setCovariance(DIAGONAL, 0, core.place(Float64Array.from(covariance.values)), 0);
  } else {
    const { values, star } = eigenbasis(core, covariance.rows);
    core.exports.setCovariance(DIAGONAL, 0, core.place(values), core.place(star));
  }
}

/** The eigenvalues of Σ, and the unit vector (1, …, 1)/√d in its eigenbasis. */
function eigenbasis(core: Core, rows: readonly (readonly number[])[]): { values: Float64Array; star: Float64Array } {
  const n = rows.length;
  const mark = core.mark();
  try {
    const matrix = core.place(Float64Array.from(rows.flat()));
    const vectors = core.reserve(8 * n * n);
    if (core.exports.jacobiEigen(matrix, n, vectors) !== 0) {
      throw new CoreError("the eigenvalues of data.covariance did not converge");
    }
    const turned = core.f64(matrix, n * n);
    const columns = core.f64(vectors, n * n);
    const star = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) star[j] += columns[i * n + j] / Math.sqrt(n);
    return { values: Float64Array.from({ length: n }, (_, i) => turned[i * (n + 1)]), star };
  } finally {
    core.release(mark);
  }
}
