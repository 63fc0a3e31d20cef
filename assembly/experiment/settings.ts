/**
 * What an experiment is, as the core sees it: set by the host before a run, read by the engines. Angles are radians
 * between directions in whitened coordinates, where x = Σ^½ ξ and ξ | y ~ N(y r u, I) with ‖u‖ = 1.
 */
export const SINGLE: i32 = 4;
export const DOUBLE: i32 = 8;

export const MIXTURE: i32 = 0;
export const ISOTROPIC: i32 = 1;

export const NOISE: i32 = 0;
export const LINEAR: i32 = 1;
export const LEARNED: i32 = 2;

export const KEEP_ALL: i32 = 0;
export const KEEP_RANDOM: i32 = 1;
export const KEEP_ORACLE: i32 = 2;
export const KEEP_BERNOULLI: i32 = 3;
export const KEEP_LINEAR: i32 = 4;
export const KEEP_LEARNED: i32 = 5;
export const KEEP_TOP: i32 = 6;

export const RIDGE: i32 = 0;
export const MEAN: i32 = 1;
export const SGD: i32 = 2;
export const LOGISTIC: i32 = 3;

export const CHOLESKY: i32 = 0;
export const CONJUGATE_GRADIENTS: i32 = 1;

export const IDENTITY: i32 = 0;
export const POWER_LAW: i32 = 1;
export const DIAGONAL: i32 = 2;

/** What a generation after the first is trained on: its own synthetic rows; those and clean rows; all rows so far. */
export const REPLACE: i32 = 0;
export const MIX: i32 = 1;
export const ACCUMULATE: i32 = 2;

export let precision: i32 = SINGLE;
export let dataKind: i32 = MIXTURE;
export let dimension: i32 = 0;
export let padded: i32 = 0;
export let meanNorm: f64 = 0;
export let covarianceKind: i32 = IDENTITY;
export let covarianceExponent: f64 = 0;
export let covarianceValuesPtr: usize = 0;
export let covarianceStarPtr: usize = 0;

export let generatorKind: i32 = NOISE;
export let errorRate: f64 = 0;
export let generatorAngle: f64 = 0;
export let generatorSamples: i32 = 0;
export let generatorLambda: f64 = 0;

export let verifierKind: i32 = KEEP_ALL;
export let phi: f64 = 1;
export let psi: f64 = 1;
export let verifierAngle: f64 = 0;
export let angleToGenerator: f64 = NaN;
export let keepFraction: f64 = 1;
export let poison: f64 = 0;
export let verifierSamples: i32 = 0;
export let verifierLambda: f64 = 0;

export let learnerKind: i32 = RIDGE;
export let learnerLambda: f64 = 0;
export let loss: i32 = 0;
export let learningRate: f64 = 0;
export let solver: i32 = CHOLESKY;

export let samples: i32 = 0;
export let realSamples: i32 = 0;

export let generations: i32 = 1;
export let policy: i32 = REPLACE;
export let relearn: bool = false;

/** `bytes`: SINGLE or DOUBLE, the bytes of a number of the data. */
export function setPrecision(bytes: i32): void {
  precision = bytes;
}

/** `norm`: r = √(μᵀΣ⁻¹μ), read by the mixture only. */
export function setData(kind: i32, dim: i32, norm: f64): void {
  dataKind = kind;
  dimension = dim;
  padded = (dim + 7) & ~7;
  meanNorm = norm;
}

/**
 * The spectrum of Σ. POWER_LAW: eigenvalues i^−exponent scaled to mean 1. DIAGONAL: f64[dimension] at `valuesPtr`.
 * `starPtr`: the unit vector u in the eigenbasis, f64[dimension], or 0 for e₁ (IDENTITY) or (1, …, 1)/√d (else).
 * Both pointers must stay valid until `directPrepare` has returned.
 */
export function setCovariance(kind: i32, exponent: f64, valuesPtr: usize, starPtr: usize): void {
  covarianceKind = kind;
  covarianceExponent = exponent;
  covarianceValuesPtr = valuesPtr;
  covarianceStarPtr = starPtr;
}

export function setGenerator(kind: i32, rate: f64, angle: f64, count: i32, lambda: f64): void {
  generatorKind = kind;
  errorRate = rate;
  generatorAngle = angle;
  generatorSamples = count;
  generatorLambda = lambda;
}

/** `toGenerator`: the angle between verifier and generator, or NaN for independent directions. */
export function setVerifier(
  kind: i32,
  keepCorrect: f64,
  keepWrong: f64,
  angle: f64,
  toGenerator: f64,
  keep: f64,
  poisoned: f64,
  count: i32,
  lambda: f64,
): void {
  verifierKind = kind;
  phi = keepCorrect;
  psi = keepWrong;
  verifierAngle = angle;
  angleToGenerator = toGenerator;
  keepFraction = keep;
  poison = poisoned;
  verifierSamples = count;
  verifierLambda = lambda;
}

export function setLearner(kind: i32, lambda: f64, lossKind: i32, rate: f64, solverKind: i32): void {
  learnerKind = kind;
  learnerLambda = lambda;
  loss = lossKind;
  learningRate = rate;
  solver = solverKind;
}

/** Synthetic rows generated before verification, and clean rows mixed in. */
export function setSamples(synthetic: i32, real: i32): void {
  samples = synthetic;
  realSamples = real;
}

/** `relearns`: whether a learned verifier is trained anew in every generation. */
export function setGenerations(count: i32, policyKind: i32, relearns: i32): void {
  generations = count;
  policy = policyKind;
  relearn = relearns != 0;
}

/** The generator of the generations after the first: the model just trained, a direction like a learned one's. */
export function setGeneratorKind(kind: i32): void {
  generatorKind = kind;
}
