import fc from "fast-check";
import { expect, it } from "vitest";
import type { Matrix } from "../oracle/linalg.js";
import { normals, uniforms } from "../oracle/random.js";
import { explicitInterpolation, explicitRidge, type Model } from "../oracle/reduced.js";
import { eachBuild, type TestCore } from "./builds.js";

/** Matrices of the reduced kernels are 5 × 5, states two of them and two numbers, models five numbers. */
const STATE_BYTES = 416;
const MODEL_FIELDS = 5;

/** M signed rows (t z, 1) with some signal in the first coordinate. */
function signedRows(count: number, k: number, seed: number): Matrix {
  const normal = normals(uniforms(seed));
  return Array.from({ length: count }, () => [...Array.from({ length: k }, (_, j) => normal() + (j === 0 ? 1 : 0)), 1]);
}

function placeMoments(core: TestCore, rows: Matrix): number {
  const moments = new Float64Array(25);
  for (const row of rows) {
    for (const [i, x] of row.entries()) for (const [j, y] of row.entries()) moments[5 * i + j] += x * y;
  }
  return core.place(moments);
}

type Outcome = Model & { status: number };

function read(core: TestCore, model: number, k: number): Outcome {
  const [x, y, z, across, status] = core.f64(model, MODEL_FIELDS);
  return { along: [x, y, z].slice(0, k), across, status };
}

/** Models of one draw for all `lambdas`. */
function reducedRidge(core: TestCore, rows: Matrix, d: number, lambdas: number[]): Outcome[] {
  return core.scoped(() => {
    const k = rows[0].length - 1;
    const moments = placeMoments(core, rows);
    const penalties = core.place(Float64Array.from(lambdas));
    const states = core.reserve(STATE_BYTES * lambdas.length);
    const models = core.reserve(8 * MODEL_FIELDS * lambdas.length);
    core.exports.reducedRidge(moments, k, rows.length, d, penalties, lambdas.length, states, models);
    return lambdas.map((_, i) => read(core, models + 8 * MODEL_FIELDS * i, k));
  });
}

function reducedInterpolation(core: TestCore, rows: Matrix, d: number): Outcome {
  return core.scoped(() => {
    const k = rows[0].length - 1;
    const model = core.reserve(8 * MODEL_FIELDS);
    core.exports.reducedInterpolation(placeMoments(core, rows), k, rows.length, d, model);
    return read(core, model, k);
  });
}

function expectSame(got: Outcome, want: Model, tolerance: number): void {
  expect(got.status).toBe(0);
  const size = Math.hypot(...want.along, Math.sqrt(want.across));
  for (const [i, x] of want.along.entries()) expect(Math.abs(got.along[i] - x)).toBeLessThan(tolerance * size);
  expect(Math.abs(got.across - want.across)).toBeLessThan(tolerance * size * size);
}

eachBuild("reduced ridge", (core) => {
  const seed = (trial: number) => core.exports.seedStreams(24, 6, 0, 75, trial);
  const shapes = fc.record({
    k: fc.integer({ min: 1, max: 3 }),
    outside: fc.integer({ min: 0, max: 12 }),
    count: fc.integer({ min: 1, max: 25 }),
    trial: fc.integer({ min: 0, max: 2 ** 30 }),
  });

  it("solves the explicit problem, for more and for fewer rows than dimensions", () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(1e-3, 0.1, 1, 100), ({ k, outside, count, trial }, lambda) => {
        const rows = signedRows(count, k, trial);
        seed(trial);
        const want = explicitRidge(rows, k + outside, lambda, core.exports);
        seed(trial);
        const [got] = reducedRidge(core, rows, k + outside, [lambda]);
        // condition number at most ‖X‖²/(Mλ) ≈ 200/λ, and the oracle solves its normal equations with it too
        expectSame(got, want, 1e-9);
      }),
      { seed: 7515, numRuns: 400 },
    );
  });

  it("carries several penalties through one draw", () => {
    for (const [k, d] of [
      [1, 9],
      [2, 9],
      [3, 3],
    ]) {
      const rows = signedRows(14, k, 5);
      const lambdas = [0.01, 0.5, 20];
      seed(1);
      const together = reducedRidge(core, rows, d, lambdas);
      for (const [i, lambda] of lambdas.entries()) {
        seed(1);
        const [alone] = reducedRidge(core, rows, d, [lambda]);
        expectSame(together[i], alone, 1e-12);
      }
    }
  });

  it("without a penalty is least squares from M = d on, and singular below", () => {
    for (const k of [1, 2, 3]) {
      for (const d of [k, k + 1, 7]) {
        for (const count of [d + 1, d + 9]) {
          seed(2);
          const want = explicitRidge(signedRows(count, k, 8), d, 0, core.exports);
          seed(2);
          expectSame(reducedRidge(core, signedRows(count, k, 8), d, [0])[0], want, 1e-7);
        }
        expect(reducedRidge(core, signedRows(d, k, 8), d, [0])[0].status).toBe(0);
        if (d > 1) expect(reducedRidge(core, signedRows(d - 1, k, 8), d, [0])[0].status).toBe(2);
      }
    }
  });

  it("interpolates M ≤ d rows by the shortest weights", () => {
    fc.assert(
      fc.property(shapes, ({ k, outside, count, trial }) => {
        const d = k + outside;
        const rows = signedRows(Math.min(count, d), k, trial);
        seed(trial);
        const want = explicitInterpolation(rows, d, core.exports);
        seed(trial);
        // as many rows as dimensions may by chance be nearly dependent
        expectSame(reducedInterpolation(core, rows, d), want, 1e-6);
      }),
      { seed: 7515, numRuns: 300 },
    );
  });

  it("tends to the interpolation as the penalty vanishes", () => {
    // same moments, other draws: the laws meet, so the means of 4000 models do (their sd is below 0.3)
    const rows = signedRows(10, 2, 3);
    const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
    const trials = Array.from({ length: 4000 }, (_, trial) => {
      seed(trial);
      const [ridge] = reducedRidge(core, rows, 30, [1e-7]);
      const limit = reducedInterpolation(core, rows, 30);
      return { ridge, limit };
    });
    for (const number of [(m: Outcome) => m.along[0], (m: Outcome) => m.along[1], (m: Outcome) => m.across]) {
      const apart = mean(trials.map(({ ridge }) => number(ridge))) - mean(trials.map(({ limit }) => number(limit)));
      expect(Math.abs(apart)).toBeLessThan((4.5 * 0.3 * Math.SQRT2) / Math.sqrt(4000));
    }
  });
});
