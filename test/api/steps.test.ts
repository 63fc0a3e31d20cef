import { beforeAll, describe, expect, it } from "vitest";
import { type Core, directions, evaluate, label, load, type ScenarioInput, sample } from "../../src/index.js";
import { dot, type Matrix, rowsOf, times } from "../oracle/linalg.js";
import { bivariateNormalCdfSlow, normalCdfSlow } from "../oracle/special.js";
import { deviationsOff } from "../oracle/statistics.js";

const MATRIX = [
  [2, 1, 0, 0],
  [1, 2, 0.5, 0],
  [0, 0.5, 1, -0.3],
  [0, 0, -0.3, 0.5],
];
const COVARIANCES = {
  identity: {
    covariance: "identity",
    sigma: [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
  },
  diagonal: {
    covariance: { kind: "diagonal", values: [3, 2, 1, 0.5] },
    sigma: [
      [3, 0, 0, 0],
      [0, 2, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 0.5],
    ],
  },
  matrix: { covariance: { kind: "matrix", rows: MATRIX }, sigma: MATRIX },
} as const;

let core: Core;

beforeAll(async () => {
  core = await load();
});

describe("sample", () => {
  const samples = 40_000;

  describe.each(Object.entries(COVARIANCES))("with a covariance of kind %s", (_, { covariance, sigma }) => {
    it.each(["f32", "f64"] as const)("draws the two classes, in %s", (precision) => {
      const data = { dim: 4, meanNorm: 1.5, covariance } as ScenarioInput["data"];
      const rows = sample(core, { data, samples, seed: 3, precision });
      expect(rows.x).toBeInstanceOf(precision === "f32" ? Float32Array : Float64Array);
      expect([rows.x.length, rows.y.length, rows.dim]).toEqual([4 * samples, samples, 4]);
      expect(deviationsOff(rows.y.filter((y) => y > 0).length, samples, 0.5)).toBeLessThan(4.5);
      // y·x ~ N(μ, Σ) with μ = r Σ w, w the Bayes weights of whitened length 1. 14 numbers a case, 6 cases, 4.5
      // standard errors: 1 chance in 2000 that one is beyond
      const weights = directions(core, { data }).star;
      const mu = times(sigma as unknown as Matrix, weights).map((value) => 1.5 * value);
      const centred = rowsOf(rows).map((row, i) => row.map((value, j) => rows.y[i] * value - mu[j]));
      for (let i = 0; i < 4; i++) {
        const average = centred.reduce((sum, row) => sum + row[i], 0) / samples;
        expect(Math.abs(average)).toBeLessThan(4.5 * Math.sqrt(sigma[i][i] / samples));
        for (let j = 0; j <= i; j++) {
          const product = centred.reduce((sum, row) => sum + row[i] * row[j], 0) / samples;
          const variance = sigma[i][i] * sigma[j][j] + sigma[i][j] ** 2;
          expect(Math.abs(product - sigma[i][j]), `${i}, ${j}`).toBeLessThan(4.5 * Math.sqrt(variance / samples));
        }
      }
    });

    it("labels isotropic inputs by the side of the truth", () => {
      const data = { kind: "isotropic", dim: 4, covariance } as ScenarioInput["data"];
      const rows = sample(core, { data, samples: 2000, seed: 3, precision: "f64" });
      const { star } = directions(core, { data });
      for (const [i, row] of rowsOf(rows).entries()) expect(Math.sign(dot(row, star))).toBe(rows.y[i]);
    });
  });

  it("repeats itself for a seed, and only for it", () => {
    const draw = (seed?: number) => sample(core, { data: { dim: 9 }, samples: 300, seed });
    expect(draw(5)).toEqual(draw(5));
    expect(draw()).toEqual(draw(1));
    expect(draw(5).x).not.toEqual(draw(6).x);
    expect(draw(2 ** 40 + 5).x).not.toEqual(draw(5).x);
  });

  it("gives arrays that are the caller's own", () => {
    const { x, y } = sample(core, { samples: 3, data: { dim: 5 } });
    expect([x.buffer.byteLength, y.buffer.byteLength]).toEqual([60, 3]);
    const before = x.slice();
    sample(core, { samples: 1000, data: { dim: 100 }, seed: 2 });
    expect(x).toEqual(before);
  });
});

describe("directions", () => {
  it.each(Object.entries(COVARIANCES))("stand at their angles after whitening: %s", (_, { covariance, sigma }) => {
    const data = { dim: 4, covariance } as ScenarioInput["data"];
    const generator = { angle: 0.8 };
    const independent = directions(core, { data, generator, verifier: { angle: 0.5 } });
    const given = directions(core, {
      data,
      generator: { kind: "linear", ...generator },
      verifier: { kind: "linear", angle: 0.5, angleToGenerator: 0.9 },
    });
    // Σ^½a · Σ^½b = aᵀΣb
    const inner = (a: Float64Array, b: Float64Array) => dot(a, times(sigma as unknown as Matrix, b));
    for (const { star, generator: g, verifier: v } of [independent, given]) {
      for (const direction of [star, g, v]) expect(inner(direction, direction)).toBeCloseTo(1, 12);
      expect(inner(star, g)).toBeCloseTo(Math.cos(0.8), 12);
      expect(inner(star, v)).toBeCloseTo(Math.cos(0.5), 12);
    }
    expect(inner(independent.generator, independent.verifier)).toBeCloseTo(Math.cos(0.8) * Math.cos(0.5), 12);
    expect(inner(given.generator, given.verifier)).toBeCloseTo(Math.cos(0.9), 12);
  });
});

describe("label", () => {
  it("turns labels over at the given rate", () => {
    const rows = sample(core, { samples: 50_000, data: { dim: 2 } });
    for (const errorRate of [0, 0.3, 1]) {
      const labels = label(core, rows, { kind: "noise", errorRate, seed: 4 });
      const wrong = labels.filter((label, i) => label !== rows.y[i]).length;
      if (errorRate === 0.3) expect(deviationsOff(wrong, 50_000, 0.3)).toBeLessThan(4.5);
      else expect(wrong).toBe(50_000 * errorRate);
    }
    const one = label(core, rows, { kind: "noise", errorRate: 0.3 });
    expect(one).not.toEqual(label(core, rows, { kind: "noise", errorRate: 0.3, seed: 2 }));
    expect(one).toEqual(label(core, rows, { kind: "noise", errorRate: 0.3, seed: 1 }));
  });

  it("takes the side of a direction", () => {
    for (const precision of ["f32", "f64"] as const) {
      const rows = sample(core, { samples: 500, data: { dim: 3 }, precision });
      const weights = new Float64Array([1, -2, 0.5]);
      const want = rowsOf(rows).map((row) => (dot(row, weights) >= 0 ? 1 : -1));
      expect([...label(core, rows, { kind: "linear", weights })]).toEqual(want);
    }
  });
});

describe("evaluate", () => {
  it.each(Object.entries(COVARIANCES))(
    "knows the cosine in the metric of the covariance: %s",
    (_, { covariance, sigma }) => {
      const data = { dim: 4, meanNorm: 1.3, covariance } as ScenarioInput["data"];
      const { star } = directions(core, { data });
      const inner = (a: ArrayLike<number>, b: ArrayLike<number>) => dot(a, times(sigma as unknown as Matrix, b));
      for (const w of [
        [1, 0.1, 0, 0],
        [1, 2, 3, 4],
        [-1, 0.5, 0, 2],
      ]) {
        const cosine = inner(w, star) / Math.sqrt(inner(w, w) * inner(star, star));
        const a = 1.3 * cosine;
        const got = evaluate(core, Float64Array.from(w), { data });
        expect(got.cosine).toBeCloseTo(cosine, 13);
        expect(got.accuracy).toBeCloseTo(normalCdfSlow(a), 13);
        expect(got.agreement).toBeCloseTo(
          bivariateNormalCdfSlow(a, 1.3, cosine) + bivariateNormalCdfSlow(-a, -1.3, cosine),
          12,
        );
        const isotropic = evaluate(core, Float64Array.from(w), { data: { ...data, kind: "isotropic" } });
        expect(isotropic.accuracy).toBeCloseTo(1 - Math.acos(cosine) / Math.PI, 13);
        expect(isotropic.agreement).toBe(isotropic.accuracy);
      }
      expect(evaluate(core, star, { data }).agreement).toBeCloseTo(1, 7);
    },
  );

  it("does not mind the length of the weights, only their sign", () => {
    const w = [3, -1, 2];
    const want = evaluate(core, Float64Array.from(w));
    for (const factor of [1e-300, 1e-170, 1e-9, 1e9, 1e170, 1e300]) {
      const got = evaluate(
        core,
        Float64Array.from(w, (value) => value * factor),
      );
      expect(got.cosine).toBeCloseTo(want.cosine, 14);
    }
    const opposite = evaluate(
      core,
      Float64Array.from(w, (value) => -value),
    );
    expect(opposite.cosine).toBe(-want.cosine);
    expect(opposite.accuracy + want.accuracy).toBeCloseTo(1, 14);
    expect(evaluate(core, new Float64Array(3))).toEqual({ accuracy: 0.5, agreement: 0.5, cosine: 0 });
  });
});
