import type { Core } from "./core.js";
import { CoreError, coreReason, outOfRange } from "./errors.js";
import { rule } from "./rules.js";

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

/** The numbers by which the core knows the words of a setting. */
const CODES = {
  "data.kind": { mixture: 0, isotropic: 1 },
  "generator.kind": { noise: 0, linear: 1, learned: 2 },
  "verifier.kind": { none: 0, random: 1, oracle: 2, bernoulli: 3, linear: 4, learned: 5, top: 6 },
  "learner.kind": { ridge: 0, mean: 1, sgd: 2, logistic: 3 },
  "learner.loss": { logistic: 0, squared: 1 },
  "learner.solver": { auto: 0, cholesky: 0, "conjugate-gradients": 1, "newton-cg": 0 },
  policy: { replace: 0, mix: 1, accumulate: 2 },
  precision: { f32: 4, f64: 8 },
} as const satisfies {
  "data.kind": Record<DataSetting["kind"], number>;
  "generator.kind": Record<GeneratorSetting["kind"], number>;
  "verifier.kind": Record<VerifierSetting["kind"], number>;
  "learner.kind": Record<LearnerSetting["kind"], number>;
  "learner.loss": Record<LearnerSetting["loss"], number>;
  "learner.solver": Record<LearnerSetting["solver"], number>;
  policy: Record<ExperimentSetting["policy"], number>;
  precision: Record<ExperimentSetting["precision"], number>;
};

/**
 * The number of a word.
 *
 * @throws ArgumentError if the core knows no such word, which types cannot rule out for a caller without them.
 */
export function codeOf<Field extends keyof typeof CODES>(field: Field, word: keyof (typeof CODES)[Field]): number {
  const codes: Record<string, number> = CODES[field];
  const name = String(word);
  if (Object.hasOwn(codes, name)) return codes[name];
  throw outOfRange(field, rule("one-of", { values: Object.keys(codes) }), word);
}

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
  core.exports.setPrecision(codeOf("precision", precision));
  core.exports.setData(codeOf("data.kind", data.kind), data.dim, data.meanNorm);
  return setCovariance(core, data.covariance);
}

/** Hands a whole experiment to the core; returns what {@link setData} returns. */
export function setExperiment(core: Core, setting: ExperimentSetting): Float64Array | undefined {
  const { generator, verifier } = setting;
  const axes = setData(core, setting.data, setting.precision);
  core.exports.setGenerator(
    codeOf("generator.kind", generator.kind),
    generator.errorRate,
    generator.angle,
    generator.samples,
    generator.lambda,
  );
  core.exports.setVerifier(
    codeOf("verifier.kind", verifier.kind),
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
  core.exports.setGenerations(setting.generations, codeOf("policy", setting.policy), verifier.relearn ? 1 : 0);
  return axes;
}

export function setLearner(core: Core, learner: LearnerSetting): void {
  core.exports.setLearner(
    codeOf("learner.kind", learner.kind),
    learner.lambda,
    codeOf("learner.loss", learner.loss),
    learner.learningRate,
    codeOf("learner.solver", learner.solver),
  );
}

function setCovariance(core: Core, covariance: CovarianceSetting): Float64Array | undefined {
  if (covariance === "identity") core.exports.setCovariance(IDENTITY, 0, 0, 0);
  else if (covariance.kind === "power-law") core.exports.setCovariance(POWER_LAW, covariance.exponent, 0, 0);
  else if (covariance.kind === "diagonal") {
    core.exports.setCovariance(DIAGONAL, 0, core.place(Float64Array.from(covariance.values)), 0);
  } else if (covariance.kind === "matrix") {
    const { values, axes } = eigenbasis(core, covariance.rows);
    core.exports.setCovariance(DIAGONAL, 0, core.place(values), core.place(evenIn(axes)));
    return axes;
  } else {
    const { kind } = covariance satisfies never as { kind: unknown };
    throw outOfRange("data.covariance.kind", rule("one-of", { values: ["power-law", "diagonal", "matrix"] }), kind);
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
      throw new CoreError(coreReason("eigenvalues-not-converged"));
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
