/**
 * What an experiment is, as the kernels see it: a struct in memory, written by the host before a run and read by every
 * engine. Angles are radians between directions in whitened coordinates, where x = Σ^½ ξ and ξ | y ~ N(y r u, I) with
 * ‖u‖ = 1. No order of the numbers of kinds means anything; verify/verifiers.ts has those of verifiers, learn/learners.ts
 * those of learners.
 */
export const SINGLE: i32 = 4;
export const DOUBLE: i32 = 8;

export const MIXTURE: i32 = 0;
export const ISOTROPIC: i32 = 1;

export const IDENTITY: i32 = 0;
export const POWER_LAW: i32 = 1;
export const DIAGONAL: i32 = 2;

/** NOISE: labels are turned at random. LINEAR: by a direction at `generatorAngle`. LEARNED: by a trained model. */
export const NOISE: i32 = 0;
export const LINEAR: i32 = 1;
export const LEARNED: i32 = 2;

/** What a generation after the first is trained on: its own synthetic rows; those and clean rows; all rows so far. */
export const REPLACE: i32 = 0;
export const MIX: i32 = 1;
export const ACCUMULATE: i32 = 2;

/**
 * The host writes the fields in this order: 64-bit numbers first, so that none needs padding. `EXPERIMENT_BYTES` and
 * `experimentOffset` tell it the layout, and test/kernel/settings.test.ts compares names, order and types.
 */
@unmanaged
export class Experiment {
  /** r = √(μᵀΣ⁻¹μ), read by the mixture only. */
  meanNorm: f64;
  /** POWER_LAW: eigenvalues i^−exponent, scaled to mean 1. */
  covarianceExponent: f64;
  /** Of the labels, where they are turned at random. */
  errorRate: f64;
  generatorAngle: f64;
  generatorLambda: f64;
  /** Probability that a blind verifier keeps a correct label and a wrong one. */
  phi: f64;
  psi: f64;
  /** The same from the second generation on, whose labels a model gives. */
  laterPhi: f64;
  laterPsi: f64;
  verifierAngle: f64;
  /** The angle between verifier and generator, or NaN for independent directions. */
  angleToGenerator: f64;
  /** Share that TOP and HARD keep. */
  keep: f64;
  /** SLAB keeps a margin above the first and up to the second, which may be infinite. */
  slabLow: f64;
  slabHigh: f64;
  /** Share of the rows on which the verdict (for TOP, the margin) is turned over. */
  poison: f64;
  verifierLambda: f64;
  learnerLambda: f64;
  learningRate: f64;
  /** Synthetic rows generated before verification, and clean rows mixed in; counts up to 2^53. */
  samples: f64;
  realSamples: f64;

  /** SINGLE or DOUBLE: the bytes of a number of the data. */
  precision: i32;
  dataKind: i32;
  dim: i32;
  covarianceKind: i32;
  /** DIAGONAL: f64[dim]. */
  covarianceValuesPtr: usize;
  /** The unit vector u in the eigenbasis, f64[dim], or 0 for e₁ (IDENTITY) or (1, …, 1)/√d (otherwise). */
  covarianceStarPtr: usize;
  generatorKind: i32;
  generatorSamples: i32;
  verifierShape: i32;
  /** Whether the verdict of a blind verifier takes a draw on rows whose labels look at x; not where it is certain. */
  verifierDraws: i32;
  /** Whether the verifier's direction is trained on `verifierSamples` clean rows, not placed at `verifierAngle`. */
  verifierLearns: i32;
  verifierSamples: i32;
  /** Whether a learned verifier is trained anew in every generation. */
  relearn: i32;
  learnerKind: i32;
  loss: i32;
  solver: i32;
  generations: i32;
  policy: i32;

  /** The dimension rounded up to a multiple of eight, which every vector and row is padded to. */
  @inline
  get padded(): i32 {
    return (this.dim + 7) & ~7;
  }

  /** Whether Σ = I. */
  @inline
  get isWhite(): bool {
    return this.covarianceKind == IDENTITY;
  }

  /** Whether rows of earlier generations stay. */
  @inline
  get accumulates(): bool {
    return this.policy == ACCUMULATE && this.generations > 1;
  }
}

export const EXPERIMENT_BYTES: i32 = offsetof<Experiment>();

const OFFSETS: usize = memory.data<i32>([
  offsetof<Experiment>("meanNorm"), offsetof<Experiment>("covarianceExponent"), offsetof<Experiment>("errorRate"),
  offsetof<Experiment>("generatorAngle"), offsetof<Experiment>("generatorLambda"), offsetof<Experiment>("phi"),
  offsetof<Experiment>("psi"), offsetof<Experiment>("laterPhi"), offsetof<Experiment>("laterPsi"),
  offsetof<Experiment>("verifierAngle"), offsetof<Experiment>("angleToGenerator"), offsetof<Experiment>("keep"),
  offsetof<Experiment>("slabLow"), offsetof<Experiment>("slabHigh"),
  offsetof<Experiment>("poison"), offsetof<Experiment>("verifierLambda"), offsetof<Experiment>("learnerLambda"),
  offsetof<Experiment>("learningRate"), offsetof<Experiment>("samples"), offsetof<Experiment>("realSamples"),
  offsetof<Experiment>("precision"), offsetof<Experiment>("dataKind"), offsetof<Experiment>("dim"),
  offsetof<Experiment>("covarianceKind"), offsetof<Experiment>("covarianceValuesPtr"),
  offsetof<Experiment>("covarianceStarPtr"), offsetof<Experiment>("generatorKind"),
  offsetof<Experiment>("generatorSamples"), offsetof<Experiment>("verifierShape"),
  offsetof<Experiment>("verifierDraws"), offsetof<Experiment>("verifierLearns"),
  offsetof<Experiment>("verifierSamples"), offsetof<Experiment>("relearn"), offsetof<Experiment>("learnerKind"),
  offsetof<Experiment>("loss"), offsetof<Experiment>("solver"), offsetof<Experiment>("generations"),
  offsetof<Experiment>("policy"),
]);

/** Where the fields stand in an Experiment, in the order of their declaration: i32 at the address returned. */
export function experimentOffsets(): usize {
  return OFFSETS;
}

/** Copies an experiment: engines that change one as its generations go by work on a copy of their own. */
export function copyExperiment(from: Experiment, to: Experiment): Experiment {
  memory.copy(changetype<usize>(to), changetype<usize>(from), EXPERIMENT_BYTES);
  return to;
}

/**
 * From the second generation on a trained model gives the labels. What the verifier keeps of them may differ, as their
 * errors look at x and no longer at the class.
 */
export function takeOverByModel(e: Experiment): void {
  e.generatorKind = LEARNED;
  e.phi = e.laterPhi;
  e.psi = e.laterPsi;
}

/** Whether every kind that draws rows is one that the kernels know; verifiers and learners are asked for their own. */
export function knowsRows(e: Experiment): bool {
  return (e.dataKind == MIXTURE || e.dataKind == ISOTROPIC) &&
    (e.covarianceKind == IDENTITY || e.covarianceKind == POWER_LAW || e.covarianceKind == DIAGONAL) &&
    (e.generatorKind == NOISE || e.generatorKind == LINEAR || e.generatorKind == LEARNED) &&
    (e.policy == REPLACE || e.policy == MIX || e.policy == ACCUMULATE);
}

export function knowsPrecision(e: Experiment): bool {
  return e.precision == SINGLE || e.precision == DOUBLE;
}
