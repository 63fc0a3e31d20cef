import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type CovarianceSetting,
  EXPERIMENT_BYTES,
  type KernelExperiment,
  placeExperiments,
} from "../../src/core/experiment.js";
import { TRIAL_STATUS } from "../../src/core/trials.js";
import { kernelExperiment } from "../../src/model/experiment.js";
import { dataKinds, generatorKinds, learnerKinds, verifierKinds } from "../../src/model/kinds.js";
import { dot, gram, times } from "../oracle/linalg.js";
import { eachBuild } from "./builds.js";
import { experiment, experimentFields, type Overrides, place } from "./experiment.js";

const ASSEMBLY = join(import.meta.dirname, "../../assembly");

/** The numbers that a file of the core gives to names: `export const NAME: i32 = 3`. */
function constantsOf(file: string): Record<string, number> {
  const text = readFileSync(join(ASSEMBLY, file), "utf8");
  return Object.fromEntries(
    [...text.matchAll(/^export const (\w+): i32 = (\d+);/gm)].map(([, name, x]) => [name, Number(x)]),
  );
}

describe("words and numbers", () => {
  const files = ["experiment/experiment.ts", "verify/verifiers.ts", "learn/learners.ts", "learn/sgd.ts"];
  const core = Object.assign({}, ...files.map(constantsOf)) as Record<string, number>;
  const told = (overrides: Overrides) => kernelExperiment(experiment(overrides));

  it("name every kind by the number that the kernels give it", () => {
    const codes = (table: Record<string, { code: number }>) =>
      Object.fromEntries(Object.entries(table).map(([name, { code }]) => [name, code]));
    expect(codes(dataKinds)).toEqual({ mixture: core.MIXTURE, isotropic: core.ISOTROPIC });
    const { NOISE, LINEAR, LEARNED, BLIND, SLAB, TOP, HARD } = core;
    expect(codes(generatorKinds)).toEqual({
      noise: NOISE,
      "noise-by-class": NOISE,
      linear: LINEAR,
      learned: LEARNED,
    });
    expect(codes(verifierKinds)).toMatchObject({
      none: BLIND,
      random: BLIND,
      oracle: BLIND,
      bernoulli: BLIND,
      classwise: BLIND,
      linear: SLAB,
      learned: SLAB,
      top: TOP,
      "keep-hard": HARD,
      "keep-easy": HARD,
      slab: SLAB,
    });
    const { RIDGE, MEAN, SGD, LOGISTIC, PERCEPTRON } = core;
    expect(codes(learnerKinds)).toEqual({
      ridge: RIDGE,
      mean: MEAN,
      sgd: SGD,
      logistic: LOGISTIC,
      perceptron: PERCEPTRON,
    });
  });

  it("fold the verifiers that look at the label alone into φ, ψ and whether a draw is taken", () => {
    const blind = (verifier: Overrides["verifier"]) => {
      const { phi, psi, laterPhi, laterPsi, verifierDraws } = told({ verifier });
      return [phi, psi, laterPhi, laterPsi, verifierDraws];
    };
    expect(blind({ kind: "none" })).toEqual([1, 1, 1, 1, 0]);
    expect(blind({ kind: "random", keep: 0.3 })).toEqual([0.3, 0.3, 0.3, 0.3, 1]);
    expect(blind({ kind: "oracle" })).toEqual([1, 0, 1, 0, 0]);
    expect(blind({ kind: "bernoulli", phi: 0.7, psi: 0.1 })).toEqual([0.7, 0.1, 0.7, 0.1, 1]);
    const classwise = { kind: "classwise", phi0: 0.9, phi1: 0.5, psi01: 0.25, psi10: 0 } as const;
    expect(blind(classwise)).toEqual([0.7, 0.125, 0.7, 0.125, 1]);
    expect(blind({ kind: "classwise", phi: 0.6, psi: 0.2, phi1: 0.8 })).toEqual([0.7, 0.2, 0.7, 0.2, 1]);
    expect(told({ verifier: { kind: "learned" } }).verifierLearns).toBe(1);
    expect(told({ verifier: { kind: "linear" } }).verifierLearns).toBe(0);
    expect(told({ verifier: { angleToGenerator: null } }).angleToGenerator).toBeNaN();
  });

  it("fold rates by class over the classes, the verifier's weighted by how many labels of each it meets", () => {
    const generator = { kind: "noise-by-class", errorRate0: 0.1, errorRate1: 0.5 } as const;
    const verifier = { kind: "classwise", phi0: 0.9, phi1: 0.4, psi01: 0.2, psi10: 0.6 } as const;
    const both = told({ generator, verifier });
    expect(both.errorRate).toBeCloseTo(0.3, 15);
    expect(both.phi).toBeCloseTo((0.9 * 0.9 + 0.5 * 0.4) / 1.4, 15);
    expect(both.psi).toBeCloseTo((0.1 * 0.2 + 0.5 * 0.6) / 0.6, 15);
    // a model's labels err as often in either class
    expect([both.laterPhi, both.laterPsi]).toEqual([0.65, 0.4]);
    // without a wrong label, or a right one, there is nothing to weigh by
    const [clean, wrong] = [0, 1].map((rate) =>
      told({ generator: { kind: "noise-by-class", errorRate: rate }, verifier }),
    );
    expect([clean?.errorRate, clean?.phi, clean?.psi]).toEqual([0, 0.65, 0.4]);
    expect([wrong?.errorRate, wrong?.phi, wrong?.psi]).toEqual([1, 0.65, 0.4]);
  });

  it("losses, solvers, policies and precisions", () => {
    expect(told({ learner: { loss: "logistic" } }).loss).toBe(core.LOGISTIC_LOSS);
    expect(told({ learner: { loss: "squared" } }).loss).toBe(core.SQUARED_LOSS);
    for (const solver of ["auto", "cholesky", "newton-cg"] as const) {
      expect(told({ learner: { solver } }).solver).toBe(core.CHOLESKY);
    }
    expect(told({ learner: { solver: "conjugate-gradients" } }).solver).toBe(core.CONJUGATE_GRADIENTS);
    expect([told({ precision: "f32" }).precision, told({ precision: "f64" }).precision]).toEqual([
      core.SINGLE,
      core.DOUBLE,
    ]);
    expect((["replace", "mix", "accumulate"] as const).map((policy) => told({ policy }).policy)).toEqual([
      core.REPLACE,
      core.MIX,
      core.ACCUMULATE,
    ]);
    expect(told({ verifier: { relearn: true } }).relearn).toBe(1);
  });

  it("status codes", () => {
    const codes = Object.entries(constantsOf("status.ts")).sort(([, a], [, b]) => a - b);
    expect(codes.map(([name]) => name.toLowerCase().replace("_", "-"))).toEqual([...TRIAL_STATUS, "unknown"]);
  });
});

eachBuild("an experiment in memory", (core) => {
  it("holds what was handed over where the core says that each field is, experiments one behind the other", () => {
    const fields = experimentFields(core);
    const covariance = { kind: "power-law", exponent: 1.5 } as const;
    const spectrum = { covarianceKind: 1, covarianceExponent: 1.5, covarianceValuesPtr: 0, covarianceStarPtr: 0 };
    const handed = [10, 1000].map((start) => ({
      ...(Object.fromEntries(fields.map(({ name }, i) => [name, start + i])) as unknown as KernelExperiment),
      dim: 7,
      covariance,
    }));
    expect(core.exports.EXPERIMENT_BYTES.value).toBe(EXPERIMENT_BYTES);
    expect(fields.length).toBeGreaterThan(30);
    core.scoped(() => {
      const { ptr, count } = placeExperiments(core, 2, (i) => handed[i] as KernelExperiment);
      expect(count).toBe(2);
      for (const [i, one] of handed.entries()) {
        const want: Record<string, unknown> = { ...one, ...spectrum };
        for (const { name, type, offset } of fields) {
          const at = ptr + i * EXPERIMENT_BYTES + offset;
          expect(type === "f64" ? core.f64(at, 1)[0] : core.i32(at, 1)[0], name).toBe(want[name]);
        }
      }
    });
  });

  it("is written whole: every field that the host names is one of the core's", () => {
    const named = Object.keys(kernelExperiment(experiment())).filter((name) => name !== "covariance");
    const declared = experimentFields(core).map(({ name }) => name);
    expect(declared.filter((name) => !name.startsWith("covariance")).sort()).toEqual(named.sort());
  });
});

eachBuild("the inputs", (core) => {
  const { exports } = core;
  /** √ of the spectrum and the three directions u, b₁, b₂, as `directPrepare` lays them out. */
  const prepared = (dim: number, covariance: CovarianceSetting) =>
    core.scoped(() => {
      const ptr = place(
        core,
        experiment({ data: { dim, covariance }, generator: { kind: "linear" }, verifier: { kind: "linear" } }),
      );
      exports.directPrepare(ptr, core.reserve(exports.directBytes(ptr)));
      const padded = Math.ceil(dim / 8) * 8;
      const vector = (start: number, k = 0) => [...core.f64(start + 8 * padded * k, padded)];
      return {
        scale: vector(exports.scalePtr.value),
        basis: [0, 1, 2].map((k) => vector(exports.basisPtr.value, k)),
        generator: vector(exports.generatorPtr.value),
        verifier: vector(exports.verifierPtr.value),
      };
    });
  const diagonal = (values: number[]) => ({ kind: "diagonal", values }) as const;
  const matrix = (n: number) =>
    ({
      kind: "matrix",
      rows: Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => 0.6 ** Math.abs(i - j))),
    }) as const;

  it("have the spectrum of their covariance, and zeros on the padding", () => {
    for (const dim of [1, 3, 8, 33]) {
      const padding = new Array((8 - (dim % 8)) % 8).fill(0);
      const indices = Array.from({ length: dim }, (_, j) => j);
      expect(prepared(dim, "identity").scale).toEqual([...indices.map(() => 1), ...padding]);
      const values = indices.map((j) => 0.5 + j);
      expect(prepared(dim, diagonal(values)).scale).toEqual([...values.map(Math.sqrt), ...padding]);
      const { scale } = prepared(dim, { kind: "power-law", exponent: 1.3 });
      expect(dot(scale, scale) / dim).toBeCloseTo(1, 14);
      for (const j of indices) expect(scale[j] / scale[0]).toBeCloseTo((j + 1) ** -0.65, 14);
    }
    const eigen = prepared(3, {
      kind: "matrix",
      rows: [
        [2, 1, 0],
        [1, 2, 0],
        [0, 0, 5],
      ],
    }).scale.map((x) => x * x);
    for (const [j, value] of [0, 0, 0, 0, 0, 1, 3, 5].entries())
      expect(eigen.sort((a, b) => a - b)[j]).toBeCloseTo(value, 14);
  });

  it("have orthonormal directions, at the angles asked for", () => {
    const covariances: [number, CovarianceSetting][] = [3, 4, 5, 8, 9, 33].flatMap((dim) => [
      [dim, "identity"],
      [dim, { kind: "power-law", exponent: 1 }],
      [dim, diagonal(Array.from({ length: dim }, (_, j) => 1 + j))],
      [dim, matrix(dim)],
    ]);
    for (const [dim, covariance] of covariances) {
      const { basis, generator, verifier } = prepared(dim, covariance);
      for (const [i, row] of gram(
        basis[0].map((_, j) => basis.map((v) => v[j])),
        3,
      ).entries()) {
        for (const [j, value] of row.entries()) expect(Math.abs(value - (i === j ? 1 : 0))).toBeLessThan(1e-13);
      }
      // 0.9 and 0.7 from the truth, and no angle between them given: independent
      const [toGenerator] = times([generator], basis[0]);
      const [toVerifier, between] = times([basis[0], generator], verifier);
      expect(Math.abs(toGenerator - Math.cos(0.9))).toBeLessThan(1e-13);
      expect(Math.abs(toVerifier - Math.cos(0.7))).toBeLessThan(1e-13);
      expect(Math.abs(between - Math.cos(0.9) * Math.cos(0.7))).toBeLessThan(1e-13);
      expect(Math.abs(dot(verifier, verifier) - 1)).toBeLessThan(1e-13);
    }
  });
});
