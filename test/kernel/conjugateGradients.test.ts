import { describe, expect, it } from "vitest";
import { gram, type Matrix, norm, solve } from "../oracle/linalg.js";
import { normals, uniforms } from "../oracle/random.js";
import { eachBuild } from "./builds.js";
import { PRECISIONS, place, table } from "./layout.js";

const DIVISOR = 28;
const LAMBDA = 0.1;

eachBuild("conjugate gradients", (core) => {
  describe.each(PRECISIONS)("in $precision", (kind) => {
    const { exports } = core;
    const conjugateGradients = kind.precision === "f32" ? exports.conjugateGradients32 : exports.conjugateGradients64;
    const run = (x: Matrix, b: number[], tolerance: number, maxIterations: number) =>
      core.scoped(() => {
        const d = b.length;
        const solution = core.reserve(8 * d);
        const rows = place(core, kind, x.flat());
        const right = core.place(Float64Array.from(b));
        const scratch = core.reserve(8 * d * 5 + 64);
        const residual = conjugateGradients(
          rows,
          d * kind.bytes,
          x.length,
          DIVISOR,
          LAMBDA,
          right,
          solution,
          d,
          tolerance,
          maxIterations,
          scratch,
        );
        return { residual, iterations: exports.conjugateGradientIterations(), w: [...core.f64(solution, d)] };
      });
    const system = (d: number, seed: number) => {
      const draw = normals(uniforms(seed));
      const x = table(kind, DIVISOR, d, draw);
      const a = gram(x, d).map((row, i) => row.map((value, j) => value / DIVISOR + (i === j ? LAMBDA : 0)));
      return { x, a, b: Array.from({ length: d }, draw) };
    };

    it.each([8, 16, 40])("solve %d equations", (d) => {
      const { x, a, b } = system(d, d);
      const tolerance = kind.precision === "f32" ? 1e-5 : 1e-12;
      const { w, residual, iterations } = run(x, b, tolerance, 500);
      const want = solve(a, b);
      // ‖A w − b‖ ≤ tolerance·‖b‖, doubled for the rounding of the passes in T; ‖A⁻¹‖ ≤ 1/λ
      expect(norm(w.map((value, j) => value - want[j]))).toBeLessThan((2 * tolerance * norm(b)) / LAMBDA);
      expect(residual).toBeLessThanOrEqual(tolerance);
      expect(iterations).toBeGreaterThan(1);
      expect(iterations).toBeLessThanOrEqual(2 * Math.min(d, DIVISOR));
    });

    it("come closer with each iteration, and stop where told", () => {
      const { x, a, b } = system(16, 3);
      const want = solve(a, b);
      // their error falls in the norm of A, Hestenes & Stiefel thm 6:3
      const energy = (w: number[]) => {
        const error = w.map((value, j) => value - want[j]);
        return error.reduce(
          (sum, value, i) => sum + value * error.reduce((inner, other, j) => inner + a[i][j] * other, 0),
          0,
        );
      };
      const energies = [0, 1, 2, 4, 8].map((limit) => {
        const { w, iterations } = run(x, b, 0, limit);
        expect(iterations).toBe(limit);
        return energy(w);
      });
      for (let i = 1; i < energies.length; i++) expect(energies[i]).toBeLessThan(energies[i - 1]);
    });

    it("have nothing to do for a right-hand side of zero", () => {
      const { x } = system(8, 3);
      expect(run(x, new Array(8).fill(0), 1e-6, 100)).toEqual({ residual: 0, iterations: 0, w: new Array(8).fill(0) });
    });
  });
});
