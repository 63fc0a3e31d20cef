import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Core } from "../../src/core/core.js";
import { type CovarianceSetting, setExperiment } from "../../src/core/settings.js";
import { TRIAL_STATUS } from "../../src/core/trials.js";
import { dot, gram, times } from "../oracle/linalg.js";
import { eachBuild } from "./builds.js";
import { experiment, type Overrides } from "./experiment.js";

const ASSEMBLY = join(import.meta.dirname, "../../assembly");

/** The numbers that a file of the core gives to names: `export const NAME: i32 = 3`. */
function constantsOf(file: string): Record<string, number> {
  const text = readFileSync(join(ASSEMBLY, file), "utf8");
  return Object.fromEntries(
    [...text.matchAll(/^export const (\w+): i32 = (\d+);/gm)].map(([, name, x]) => [name, Number(x)]),
  );
}

/** What the host tells the core of an experiment: the arguments of each call, by its name. */
function told(overrides: Overrides): Record<string, number[]> {
  const calls: Record<string, number[]> = {};
  const record = (name: string, numbers: number[]) => {
    calls[name] = numbers;
  };
  const exports = new Proxy(
    {},
    {
      get:
        (_, name: string) =>
        (...numbers: number[]) =>
          record(name, numbers),
    },
  );
  setExperiment({ exports } as unknown as Core, experiment(overrides));
  return calls;
}

describe("words and numbers", () => {
  const core = { ...constantsOf("experiment/settings.ts"), ...constantsOf("learn/sgd.ts") };

  it.each([
    ["mixture", "MIXTURE"],
    ["isotropic", "ISOTROPIC"],
  ] as const)("data %s is %s", (kind, name) => {
    expect(told({ data: { kind, dim: 9, meanNorm: 0.7 } }).setData).toEqual([core[name], 9, 0.7]);
  });

  it.each([
    ["noise", "NOISE"],
    ["linear", "LINEAR"],
    ["learned", "LEARNED"],
  ] as const)("generator %s is %s", (kind, name) => {
    const generator = { kind, errorRate: 0.1, angle: 0.2, samples: 3, lambda: 0.4 };
    expect(told({ generator }).setGenerator).toEqual([core[name], 0.1, 0.2, 3, 0.4]);
  });

  it.each([
    ["none", "KEEP_ALL"],
    ["random", "KEEP_RANDOM"],
    ["oracle", "KEEP_ORACLE"],
    ["bernoulli", "KEEP_BERNOULLI"],
    ["linear", "KEEP_LINEAR"],
    ["learned", "KEEP_LEARNED"],
    ["top", "KEEP_TOP"],
  ] as const)("verifier %s is %s", (kind, name) => {
    const rest = { phi: 0.1, psi: 0.2, angle: 0.3, keep: 0.5, poison: 0.6, samples: 7, lambda: 0.8 };
    const { setVerifier } = told({ verifier: { kind, ...rest, angleToGenerator: 0.4 } });
    expect(setVerifier).toEqual([core[name], 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 7, 0.8]);
    expect(told({ verifier: { angleToGenerator: null } }).setVerifier[4]).toBeNaN();
  });

  it.each([
    ["ridge", "RIDGE"],
    ["mean", "MEAN"],
    ["sgd", "SGD"],
    ["logistic", "LOGISTIC"],
  ] as const)("learner %s is %s", (kind, name) => {
    const { setLearner } = told({ learner: { kind, lambda: 0.3, learningRate: 0.4 } });
    expect(setLearner).toEqual([core[name], 0.3, core.LOGISTIC_LOSS, 0.4, core.CHOLESKY]);
  });

  it("losses, solvers, precisions and numbers of rows", () => {
    expect(told({ learner: { loss: "squared" } }).setLearner[2]).toBe(core.SQUARED_LOSS);
    for (const solver of ["auto", "cholesky", "newton-cg"] as const) {
      expect(told({ learner: { solver } }).setLearner[4]).toBe(core.CHOLESKY);
    }
    expect(told({ learner: { solver: "conjugate-gradients" } }).setLearner[4]).toBe(core.CONJUGATE_GRADIENTS);
    expect(told({ precision: "f32" }).setPrecision).toEqual([core.SINGLE]);
    expect(told({ precision: "f64" }).setPrecision).toEqual([core.DOUBLE]);
    expect(told({ samples: 5, realSamples: 6 }).setSamples).toEqual([5, 6]);
    expect(told({}).setCovariance).toEqual([core.IDENTITY, 0, 0, 0]);
    const powerLaw = told({ data: { covariance: { kind: "power-law", exponent: 1.5 } } });
    expect(powerLaw.setCovariance).toEqual([core.POWER_LAW, 1.5, 0, 0]);
  });

  it.each([
    ["replace", "REPLACE"],
    ["mix", "MIX"],
    ["accumulate", "ACCUMULATE"],
  ] as const)("policy %s is %s", (policy, name) => {
    expect(told({ generations: 7, policy }).setGenerations).toEqual([7, core[name], 0]);
    expect(told({ policy, verifier: { relearn: true } }).setGenerations).toEqual([1, core[name], 1]);
  });

  it("status codes", () => {
    const codes = Object.entries(constantsOf("status.ts")).sort(([, a], [, b]) => a - b);
    expect(codes.map(([name]) => name.toLowerCase().replace("_", "-"))).toEqual([...TRIAL_STATUS, "unknown"]);
  });
});

eachBuild("the inputs", (core) => {
  const { exports } = core;
  /** √ of the spectrum and the three directions u, b₁, b₂, as `directPrepare` lays them out. */
  const prepared = (dim: number, covariance: CovarianceSetting) =>
    core.scoped(() => {
      setExperiment(
        core,
        experiment({ data: { dim, covariance }, generator: { kind: "linear" }, verifier: { kind: "linear" } }),
      );
      exports.directPrepare(core.reserve(exports.directBytes()));
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
