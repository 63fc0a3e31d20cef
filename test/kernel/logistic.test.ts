import { describe, expect, it } from "vitest";
import { logistic, logisticGradient } from "../oracle/learn.js";
import { dot, norm } from "../oracle/linalg.js";
import { eachBuild } from "./builds.js";
import { fitRows } from "./experiment.js";
import { PRECISIONS, type Precision } from "./layout.js";
import { LEARNER, USER_SHAPES, userRows } from "./rowsOfUser.js";

const LEARNED = { ...LEARNER, kind: "logistic" } as const;

/**
 * How far the gradient that the core computes may be from the true one: weights are rounded to T and a margin sums d
 * products, which moves σ by a quarter of that; then 64 terms σ x are summed in T.
 */
function roundingOf({ unit }: Precision, rows: number[][], w: number[]): number {
  const absolute = w.map(Math.abs);
  const d = w.length;
  const each = rows.map((row) => norm(row) * (((d + 2) * dot(row.map(Math.abs), absolute)) / 4 + 66));
  return (unit * each.reduce((sum, x) => sum + x, 0)) / rows.length;
}

eachBuild("logistic regression", (core) => {
  describe.each(PRECISIONS)("in $precision", (kind) => {
    const tolerance = kind.precision === "f32" ? 1e-5 : 1e-10;

    it.each(USER_SHAPES)("on $count rows in $dim dimensions has a gradient of (nearly) zero", ({ dim, count }) => {
      const rows = userRows(kind, dim, count, dim + 2);
      for (const lambda of [1e-3, 0.1, 2]) {
        const fit = fitRows(core, rows, { ...LEARNED, lambda });
        const atStart = norm(logisticGradient(rows.signed, lambda, new Array(dim).fill(0)));
        const atEnd = norm(logisticGradient(rows.signed, lambda, [...fit.weights]));
        const rounding = roundingOf(kind, rows.signed, [...fit.weights]);
        expect(fit.converged).toBe(true);
        expect(fit.gradientNorm).toBeLessThanOrEqual(tolerance);
        expect(Math.abs(atEnd - fit.gradientNorm * atStart)).toBeLessThan(rounding);
        // f is λ-strongly convex, so ‖w − w*‖ ≤ ‖∇f(w)‖/λ
        const want = logistic(rows.signed, lambda);
        const distance = norm(want.map((value, j) => fit.weights[j] - value));
        expect(distance).toBeLessThan((tolerance * atStart + rounding + 1e-12) / lambda);
        expect(fit.iterations).toBeGreaterThan(1);
      }
    });

    it("converges where the margins' rounding is all that is left of the loss", () => {
      // few rows, separable: Armijo's rule must not be asked for more than single precision has
      for (const [dim, count, seed] of [
        [5, 5, 2005],
        [17, 5, 1017],
        [17, 50, 17],
        [60, 50, 60],
      ]) {
        const rows = userRows(kind, dim, count, seed);
        for (const lambda of [1e-6, 1e-2, 1]) {
          const fit = fitRows(core, rows, { ...LEARNED, lambda });
          expect(fit, `${count} rows, λ = ${lambda}`).toMatchObject({ converged: true });
          expect(fit.iterations).toBeLessThan(200);
        }
      }
    });

    it("is zero where the rows cancel", () => {
      const one = kind.bytes === 4 ? new Float32Array([1, 2, 3, 1, 2, 3]) : new Float64Array([1, 2, 3, 1, 2, 3]);
      const rows = { x: one, labels: new Int8Array([1, -1]), keep: new Uint8Array([1, 1]), dim: 3 };
      expect(fitRows(core, rows, LEARNED)).toMatchObject({
        weights: new Float64Array(3),
        converged: true,
        gradientNorm: 0,
      });
    });

    it("owns up where numbers overflow", () => {
      const x = (kind.bytes === 4 ? new Float32Array(8) : new Float64Array(8)).fill(kind.bytes === 4 ? 3e38 : 1e308);
      x[3] = -x[3];
      const rows = { x, labels: new Int8Array(8).fill(1), keep: new Uint8Array(8).fill(1), dim: 1 };
      expect(fitRows(core, rows, LEARNED).converged).toBe(false);
    });
  });
});
