import type { Core } from "./core.js";
import { CoreError, coreReason, outOfRange } from "./errors.js";
import { rule } from "./reasons.js";

/** The covariance of the inputs: its eigenvalues, or a matrix that the core brings to its eigenbasis. */
export type CovarianceSetting =
  | "identity"
  | { kind: "power-law"; exponent: number }
  | { kind: "diagonal"; values: readonly number[] }
  | { kind: "matrix"; rows: readonly (readonly number[])[] };

/**
 * An experiment as the core takes it: every kind a number, angles in radians; what each field means stands in
 * assembly/experiment/experiment.ts. Made from a scenario and checked by the model before it comes here.
 */
export interface KernelExperiment {
  meanNorm: number;
  errorRate: number;
  generatorAngle: number;
  generatorLambda: number;
  phi: number;
  psi: number;
  laterPhi: number;
  laterPsi: number;
  verifierAngle: number;
  angleToGenerator: number;
  keep: number;
  slabLow: number;
  slabHigh: number;
  poison: number;
  verifierLambda: number;
  learnerLambda: number;
  learningRate: number;
  samples: number;
  realSamples: number;
  precision: number;
  dataKind: number;
  dim: number;
  generatorKind: number;
  generatorSamples: number;
  verifierShape: number;
  verifierDraws: number;
  verifierLearns: number;
  verifierSamples: number;
  relearn: number;
  learnerKind: number;
  loss: number;
  solver: number;
  generations: number;
  policy: number;
  covariance: CovarianceSetting;
}

/** What the core works out of the covariance. */
interface Spectrum {
  covarianceKind: number;
  covarianceExponent: number;
  covarianceValuesPtr: number;
  covarianceStarPtr: number;
  axes: Float64Array | undefined;
}

const IDENTITY = 0;
const POWER_LAW = 1;
const DIAGONAL = 2;

/** An experiment in the core's memory. */
export interface PlacedExperiment {
  ptr: number;
  /**
   * The axes that the core works in, if they are not those of the inputs: the eigenvectors of a covariance matrix, in
   * columns (d × d, row-major).
   */
  axes: Float64Array | undefined;
}

/** Hands an experiment to the core; it stays until what has been reserved for it is given back. */
export function placeExperiment(core: Core, experiment: KernelExperiment): PlacedExperiment {
  const { ptr, axes } = placeExperiments(core, 1, () => experiment);
  return { ptr, axes };
}

/**
 * Hands over at most `count` experiments, one behind the other, up to the first that does not share the spectrum of the
 * first one. Each is asked for when the one before has been written, and may be that object with other numbers.
 */
export function placeExperiments(
  core: Core,
  count: number,
  experimentAt: (i: number) => KernelExperiment,
): PlacedExperiment & { count: number } {
  const first = experimentAt(0);
  const { covariance, dim } = first;
  const spectrum = placeSpectrum(core, covariance);
  const ptr = core.reserve(EXPERIMENT_BYTES * count);
  const reals = core.f64(ptr, (EXPERIMENT_BYTES / 8) * count);
  const integers = core.i32(ptr, (EXPERIMENT_BYTES / 4) * count);
  write(first, spectrum, reals, integers, 0);
  let placed = 1;
  for (; placed < count; placed++) {
    const next = experimentAt(placed);
    if (next.covariance !== covariance || (covariance !== "identity" && next.dim !== dim)) break;
    write(next, spectrum, reals, integers, placed);
  }
  return { ptr, axes: spectrum.axes, count: placed };
}

// 20 numbers of 64 bits, then 18 of 32. test/kernel/settings.test.ts holds the layout to what the core says of its own.
const REALS = 20;
export const EXPERIMENT_BYTES = 8 * REALS + 4 * 18;

/** Writes the i-th experiment; spelled out, as a grid writes a million and names looked up one by one take as long as its theory. */
function write(e: KernelExperiment, spectrum: Spectrum, reals: Float64Array, integers: Int32Array, i: number): void {
  const real = (EXPERIMENT_BYTES / 8) * i;
  reals[real + 0] = e.meanNorm;
  reals[real + 1] = spectrum.covarianceExponent;
  reals[real + 2] = e.errorRate;
  reals[real + 3] = e.generatorAngle;
  reals[real + 4] = e.generatorLambda;
  reals[real + 5] = e.phi;
  reals[real + 6] = e.psi;
  reals[real + 7] = e.laterPhi;
  reals[real + 8] = e.laterPsi;
  reals[real + 9] = e.verifierAngle;
  reals[real + 10] = e.angleToGenerator;
  reals[real + 11] = e.keep;
  reals[real + 12] = e.slabLow;
  reals[real + 13] = e.slabHigh;
  reals[real + 14] = e.poison;
  reals[real + 15] = e.verifierLambda;
  reals[real + 16] = e.learnerLambda;
  reals[real + 17] = e.learningRate;
  reals[real + 18] = e.samples;
  reals[real + 19] = e.realSamples;
  const integer = (EXPERIMENT_BYTES / 4) * i + 2 * REALS;
  integers[integer + 0] = e.precision;
  integers[integer + 1] = e.dataKind;
  integers[integer + 2] = e.dim;
  integers[integer + 3] = spectrum.covarianceKind;
  integers[integer + 4] = spectrum.covarianceValuesPtr;
  integers[integer + 5] = spectrum.covarianceStarPtr;
  integers[integer + 6] = e.generatorKind;
  integers[integer + 7] = e.generatorSamples;
  integers[integer + 8] = e.verifierShape;
  integers[integer + 9] = e.verifierDraws;
  integers[integer + 10] = e.verifierLearns;
  integers[integer + 11] = e.verifierSamples;
  integers[integer + 12] = e.relearn;
  integers[integer + 13] = e.learnerKind;
  integers[integer + 14] = e.loss;
  integers[integer + 15] = e.solver;
  integers[integer + 16] = e.generations;
  integers[integer + 17] = e.policy;
}

function placeSpectrum(core: Core, covariance: CovarianceSetting): Spectrum {
  const none = { covarianceExponent: 0, covarianceValuesPtr: 0, covarianceStarPtr: 0, axes: undefined };
  if (covariance === "identity") return { ...none, covarianceKind: IDENTITY };
  switch (covariance.kind) {
    case "power-law":
      return { ...none, covarianceKind: POWER_LAW, covarianceExponent: covariance.exponent };
    case "diagonal": {
      const covarianceValuesPtr = core.place(Float64Array.from(covariance.values));
      return { ...none, covarianceKind: DIAGONAL, covarianceValuesPtr };
    }
    case "matrix": {
      const { values, axes } = eigenbasis(core, covariance.rows);
      const covarianceValuesPtr = core.place(values);
      return {
        ...none,
        covarianceKind: DIAGONAL,
        covarianceValuesPtr,
        covarianceStarPtr: core.place(evenIn(axes)),
        axes,
      };
    }
    default: {
      const { kind } = covariance satisfies never as { kind: unknown };
      throw outOfRange("data.covariance.kind", rule("one-of", { values: ["power-law", "diagonal", "matrix"] }), kind);
    }
  }
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
  return core.scoped(() => {
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
  });
}

/** The unit vector (1, …, 1)/√d along the given axes. */
function evenIn(axes: Float64Array): Float64Array {
  const n = Math.sqrt(axes.length);
  const along = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) along[j] += axes[i * n + j] / Math.sqrt(n);
  return along;
}
