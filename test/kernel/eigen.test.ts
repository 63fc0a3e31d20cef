import { expect, it } from "vitest";
import { type Matrix, product, transposed } from "../oracle/linalg.js";
import { normals, uniforms } from "../oracle/random.js";
import { eachBuild } from "./builds.js";

function filled(n: number, entry: (i: number, j: number) => number): Matrix {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => entry(i, j)));
}

function random(n: number): Matrix {
  const draw = normals(uniforms(n));
  const a = filled(n, draw);
  return filled(n, (i, j) => a[i][j] + a[j][i]);
}

eachBuild("Jacobi's eigenvalues", (core) => {
  const decompose = (a: Matrix) =>
    core.scoped(() => {
      const n = a.length;
      const matrix = core.place(Float64Array.from(a.flat()));
      const vectors = core.reserve(8 * n * n);
      const status = core.exports.jacobiEigen(matrix, n, vectors);
      const [turned, columns] = [core.f64(matrix, n * n), core.f64(vectors, n * n)];
      return { status, values: a.map((_, i) => turned[i * (n + 1)]), vectors: filled(n, (i, j) => columns[i * n + j]) };
    });
  const sortedValues = (a: Matrix) => decompose(a).values.sort((x, y) => x - y);
  const expectClose = (got: number[], want: number[], scale: number) => {
    for (const [i, value] of want.entries()) expect(Math.abs(got[i] - value)).toBeLessThan(1e-14 * scale);
  };

  it.each([1, 2, 3, 7, 24, 65])("rebuild a random matrix of order %d", (n) => {
    const a = random(n);
    const { status, values, vectors } = decompose(a);
    expect(status).toBe(0);
    // orthogonal and similar: errors of n²·sweeps rotations grow as their root, below 1e-14·n relative to ‖A‖ ≤ 6√n
    const gram = product(transposed(vectors), vectors);
    const rebuilt = product(
      vectors.map((row) => row.map((x, j) => x * values[j])),
      transposed(vectors),
    );
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        expect(Math.abs(gram[i][j] - (i === j ? 1 : 0))).toBeLessThan(1e-14 * n);
        expect(Math.abs(rebuilt[i][j] - a[i][j])).toBeLessThan(1e-14 * n * 6 * Math.sqrt(n));
      }
    }
  });

  it("are those that are known in closed form", () => {
    const n = 31;
    const second = filled(n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0));
    expectClose(
      sortedValues(second),
      Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1))),
      n,
    );
    const alike = filled(n, (i, j) => (i === j ? 1 : 0.9));
    expectClose(sortedValues(alike), [...new Array(n - 1).fill(0.1), 1 + 0.9 * (n - 1)], n);
    const diagonal = filled(n, (i, j) => (i === j ? 10 ** -i : 0));
    expect(decompose(diagonal).values).toEqual(diagonal.map((row, i) => row[i]));
    expect(decompose(filled(4, () => 0))).toMatchObject({ status: 0, values: [0, 0, 0, 0] });
  });

  it("come out where one towers over the others", () => {
    const v = Array.from({ length: 40 }, normals(uniforms(1)));
    const square = v.reduce((sum, x) => sum + x * x, 0);
    const { status, values } = decompose(filled(40, (i, j) => v[i] * v[j] + (i === j ? 1e-6 : 0)));
    expect(status).toBe(0);
    const sorted = values.sort((x, y) => y - x);
    expect(Math.abs(sorted[0] / (square + 1e-6) - 1)).toBeLessThan(1e-13);
    for (const value of sorted.slice(1)) expect(Math.abs(value - 1e-6)).toBeLessThan(1e-13 * square);
  });

  it("are refused where the matrix is not finite", () => {
    expect(decompose(filled(3, () => Number.NaN)).status).toBe(4);
  });
});
