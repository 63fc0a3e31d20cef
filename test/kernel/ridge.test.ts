import { describe, expect, it } from "vitest";
import { SingularSystemError } from "../../src/core/errors.js";
import { mean, ridge } from "../oracle/learn.js";
import { gram, norm, times } from "../oracle/linalg.js";
import { eachBuild } from "./builds.js";
import { fitRows } from "./experiment.js";
import { PRECISIONS, type Precision } from "./layout.js";
import { LEARNER, USER_SHAPES, type UserRows, userRows } from "./rowsOfUser.js";

/**
 * How far rounding moves the solution of A w = b, A = XᵀX/M + λI. Roundings are as good as independent, so a sum of
 * `terms` products in T is off by √terms units of the largest diagonal entry, a row of A times w by √d times that times
 * ‖w‖, and ‖A⁻¹‖ ≤ 1/λ. (With every rounding against us it could be √(terms · d) times more.)
 */
function slackOf({ unit }: Precision, { signed, dim }: UserRows, w: number[], lambda: number, terms: number): number {
  const diagonal = gram(signed, dim).map((row, i) => row[i] / signed.length);
  return (Math.sqrt(terms * dim) * unit * Math.max(...diagonal) * norm(w)) / lambda;
}

function distance(a: ArrayLike<number>, b: number[]): number {
  return norm(b.map((value, j) => a[j] - value));
}

eachBuild("least squares", (core) => {
  describe.each(PRECISIONS)("in $precision", (kind) => {
    it.each(USER_SHAPES)("by Cholesky on $count rows in $dim dimensions", ({ dim, count }) => {
      const rows = userRows(kind, dim, count, dim);
      for (const lambda of [0.1, 3]) {
        const fit = fitRows(core, rows, { ...LEARNER, lambda });
        const want = ridge(rows.signed, lambda);
        // 256 rows are summed in T; the oracle sums all of them in f64
        const slack = slackOf(kind, rows, want, lambda, kind.precision === "f32" ? 256 : 256 + count);
        expect(distance(fit.weights, want)).toBeLessThan(slack);
        expect(fit).toMatchObject({ rows: rows.signed.length, iterations: 0, gradientNorm: 0, converged: true });
      }
    });

    it.each(USER_SHAPES)("by conjugate gradients on $count rows in $dim dimensions", ({ dim, count }) => {
      const rows = userRows(kind, dim, count, dim);
      const lambda = 0.1;
      const fit = fitRows(core, rows, { ...LEARNER, lambda, solver: "conjugate-gradients" });
      const want = ridge(rows.signed, lambda);
      // an iteration sums d products, then 64 rows, in T; each adds to what is between the true and the carried residual
      const drift = slackOf(kind, rows, want, lambda, (fit.iterations + 1) * (dim + 64));
      const tolerance = kind.precision === "f32" ? 1e-6 : 1e-12;
      expect(distance(fit.weights, want)).toBeLessThan((tolerance * norm(mean(rows.signed))) / lambda + drift);
      expect(fit.gradientNorm).toBeLessThanOrEqual(tolerance);
      expect(fit.converged).toBe(true);
      expect(fit.iterations).toBeGreaterThan(0);
      // at most d steps in exact arithmetic, and the condition number, below 60, makes rounding harmless
      expect(fit.iterations).toBeLessThanOrEqual(dim + 2);
    });

    it.each(USER_SHAPES)("by the class mean of $count rows in $dim dimensions", ({ dim, count }) => {
      const rows = userRows(kind, dim, count, dim);
      const want = mean(rows.signed);
      const fit = fitRows(core, rows, { ...LEARNER, kind: "mean" });
      // t·x is exact, and the sums run in f64: M roundings of numbers below 6
      expect(distance(fit.weights, want)).toBeLessThan(count * 2 ** -52 * 6 * Math.sqrt(dim));
    });

    it("has a solution without a penalty from as many rows as dimensions", () => {
      const rows = userRows(kind, 9, 40, 4);
      const chosen = { ...rows, keep: new Uint8Array(40).fill(1, 0, 9) };
      const fit = fitRows(core, chosen, { ...LEARNER, lambda: 0 });
      // nine rows in nine dimensions are met exactly: Xw = t, up to what the condition number of XᵀX (934) makes of rounding
      const table = Array.from({ length: 9 }, (_, i) => [...rows.x.subarray(9 * i, 9 * i + 9)]);
      const missed = times(table, fit.weights).map((value, i) => value - rows.labels[i]);
      expect(norm(missed)).toBeLessThan(1e3 * 9 * kind.unit);
    });

    it("has a solution without a penalty, whatever the scales of the columns", () => {
      const rows = userRows(kind, 3, 60, 4);
      const scales = [1e-5, 1, 1e5];
      const scaled = { ...rows, x: rows.x.map((value, i) => value * scales[i % 3]) };
      const [want, got] = [rows, scaled].map((given) => fitRows(core, given, { ...LEARNER, lambda: 0 }).weights);
      for (const [j, value] of want.entries())
        expect(Math.abs(got[j] * scales[j] - value)).toBeLessThan(1e3 * kind.unit);
    });

    it("is singular without a penalty where only rounding tells a column from those before it", () => {
      for (let seed = 1; seed <= 20; seed++) {
        const rows = userRows(kind, 3, 60, seed);
        for (let i = 0; i < 60; i++) rows.x[3 * i + 2] = rows.x[3 * i] - 2 * rows.x[3 * i + 1];
        expect(() => fitRows(core, rows, { ...LEARNER, lambda: 0 })).toThrow(SingularSystemError);
      }
    });

    it("is singular without a penalty where rows are too few, or alike", () => {
      const rows = userRows(kind, 9, 40, 4);
      const learner = { ...LEARNER, lambda: 0 };
      const few = { ...rows, keep: new Uint8Array(40).fill(1, 0, 8) };
      expect(() => fitRows(core, few, learner)).toThrow(SingularSystemError);
      const alike = { ...rows, x: rows.x.map((_, i) => rows.x[i % 9]) };
      expect(() => fitRows(core, alike, learner)).toThrow(SingularSystemError);
      expect(fitRows(core, alike, { ...learner, lambda: 0.1 }).converged).toBe(true);
    });
  });
});
