import { expect, it } from "vitest";
import { dot, type Matrix, norm, product, solve, times, transposed } from "../oracle/linalg.js";
import { normals, uniforms } from "../oracle/random.js";
import { eachBuild } from "./builds.js";

const OK = 0;
const SINGULAR = 2;

/** BᵀB / n + shift·I for a normal n × n matrix B. */
function positive(n: number, shift: number): Matrix {
  const draw = normals(uniforms(n));
  const b = Array.from({ length: n }, () => Array.from({ length: n }, draw));
  return product(transposed(b), b).map((row, i) => row.map((x, j) => x / n + (i === j ? shift : 0)));
}

function diagonal(values: number[]): Matrix {
  return values.map((value, i) => values.map((_, j) => (i === j ? value : 0)));
}

eachBuild("Cholesky", (core) => {
  const { choleskyFactor, choleskySolve } = core.exports;
  /** The upper triangle as the core gets it: what is below must not matter. */
  const placeUpper = (a: Matrix) =>
    core.place(Float64Array.from(a.flatMap((row, i) => row.map((x, j) => (j < i ? Number.NaN : x)))));
  const status = (a: Matrix, tolerance: number) =>
    core.scoped(() => choleskyFactor(placeUpper(a), a.length, tolerance));

  it.each([8, 16, 24, 40])("factors and solves %d equations", (n) => {
    const a = positive(n, 0.1);
    const b = Array.from({ length: n }, normals(uniforms(n + 1)));
    core.scoped(() => {
      const factor = placeUpper(a);
      expect(choleskyFactor(factor, n, 0)).toBe(OK);
      const flat = core.f64(factor, n * n);
      const upper = a.map((row, i) => row.map((_, j) => (j < i ? 0 : flat[i * n + j])));
      // Higham, Accuracy and Stability, thm 10.3: |A − UᵀU| ≤ (n + 1)·2^−53·|Uᵀ||U|, and (|Uᵀ||U|)_ij ≤ √(a_ii a_jj);
      // the reciprocal of the pivot and the oracle's product take as much again
      for (const [i, row] of product(transposed(upper), upper).entries()) {
        for (let j = i; j < n; j++) {
          expect(Math.abs(row[j] - a[i][j])).toBeLessThan((3 * n + 5) * 2 ** -53 * Math.sqrt(a[i][i] * a[j][j]));
        }
      }
      const vector = core.place(Float64Array.from(b));
      choleskySolve(factor, n, vector);
      const want = solve(a, b);
      const got = core.f64(vector, n).map((x, i) => x - want[i]);
      // the condition number is below 45, so both lose at most 45·n·n·2^−53 < 1e-11
      expect(norm(got) / norm(want)).toBeLessThan(1e-11);
    });
  });

  it("solves a nearly singular system to a small residual", () => {
    // Hilbert's matrix of order 8: condition number 1.5e10
    const a = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_, j) => 1 / (i + j + 1)));
    const b = times(a, [1, -1, 1, -1, 1, -1, 1, -1]);
    core.scoped(() => {
      const factor = placeUpper(a);
      const vector = core.place(Float64Array.from(b));
      expect(choleskyFactor(factor, 8, 0)).toBe(OK);
      choleskySolve(factor, 8, vector);
      const x = [...core.f64(vector, 8)];
      // backward stability, Higham thm 10.4: |b − A x| ≤ 4(3n + 1)·2^−53·‖A‖·‖x‖, ‖A‖ < 1.7
      expect(norm(times(a, x).map((value, i) => value - b[i]))).toBeLessThan(100 * 2 ** -53 * 1.7 * norm(x));
      expect(norm(x.map((value, i) => value - (i % 2 ? -1 : 1)))).toBeLessThan(1e-4);
    });
  });

  it("calls a matrix singular that is not positive definite", () => {
    for (const at of [0, 3, 7, 8, 23]) {
      const values = new Array(24).fill(1);
      expect(status(diagonal(values), 0)).toBe(OK);
      for (const pivot of [0, -1e-300, -2, Number.NaN]) {
        expect(status(diagonal(values.with(at, pivot)), 0), `${pivot} at ${at}`).toBe(SINGULAR);
      }
    }
    expect(status(diagonal(new Array(8).fill(0)), 0)).toBe(SINGULAR);
    // every pivot positive but the last: [[2, 3], [3, 2]] in the corners
    const indefinite = diagonal(new Array(16).fill(2));
    indefinite[0][15] = 3;
    indefinite[15][0] = 3;
    expect(status(indefinite, 0)).toBe(SINGULAR);
  });

  it("counts a pivot as zero where the columns before it leave too little of its own", () => {
    // [[1, c], [c, 1]] leaves 1 − c² of the second column, whatever the scales of the two
    for (const scale of [1e-8, 1, 1e8]) {
      for (const [left, want] of [
        [1.01e-6, OK],
        [0.99e-6, SINGULAR],
      ]) {
        const a = diagonal(new Array(8).fill(1).with(5, scale * scale));
        a[2][5] = a[5][2] = scale * Math.sqrt(1 - left);
        expect(status(a, 1e-6), `${left} of ${scale}`).toBe(want);
        expect(status(a, 0)).toBe(OK);
      }
    }
    // two equal columns leave a pivot of rounding size
    const a = positive(16, 0);
    for (const row of a) row[9] = row[4];
    a[9] = a[9].map((_, j) => a[4][j]);
    expect(dot(a[9], a[9])).toBe(dot(a[4], a[4]));
    expect(status(a, 1e-12)).toBe(SINGULAR);
  });
});
