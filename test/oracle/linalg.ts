/** Linear algebra by its definitions: rows of numbers, plain loops, double precision. */

export type Matrix = number[][];

/** The rows of row-major data. */
export function rowsOf({ x, dim }: { x: ArrayLike<number>; dim: number }): Matrix {
  return Array.from({ length: x.length / dim }, (_, i) => Array.from({ length: dim }, (_, j) => x[i * dim + j]));
}

export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

export function norm(x: ArrayLike<number>): number {
  return Math.sqrt(dot(x, x));
}

export function column(matrix: Matrix, j: number): number[] {
  return matrix.map((row) => row[j]);
}

export function transposed(matrix: Matrix): Matrix {
  return matrix[0].map((_, j) => column(matrix, j));
}

export function times(matrix: Matrix, x: ArrayLike<number>): number[] {
  return matrix.map((row) => dot(row, x));
}

/** The product A·B. */
export function product(a: Matrix, b: Matrix): Matrix {
  const columns = transposed(b);
  return a.map((row) => columns.map((other) => dot(row, other)));
}

/** Σ factor_k x_k over the rows of a matrix with `width` columns, which may have no row. */
export function combination(rows: Matrix, factors: ArrayLike<number>, width: number): number[] {
  const sum = new Array<number>(width).fill(0);
  for (const [k, row] of rows.entries()) for (let j = 0; j < width; j++) sum[j] += factors[k] * row[j];
  return sum;
}

/** XᵀX of rows with `width` columns, which may be none. */
export function gram(rows: Matrix, width: number): Matrix {
  const sums = Array.from({ length: width }, () => new Array<number>(width).fill(0));
  for (const row of rows) for (let i = 0; i < width; i++) for (let j = 0; j < width; j++) sums[i][j] += row[i] * row[j];
  return sums;
}

/** The solution of A x = b by Gaussian elimination with partial pivoting. */
export function solve(matrix: Matrix, b: ArrayLike<number>): number[] {
  const n = b.length;
  const a = matrix.map((row, i) => [...row, b[i]]);
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i][k]) > Math.abs(a[best][k])) best = i;
    [a[k], a[best]] = [a[best], a[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = a[i][k] / a[k][k];
      for (let j = k; j <= n; j++) a[i][j] -= factor * a[k][j];
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let rest = a[i][n];
    for (let j = i + 1; j < n; j++) rest -= a[i][j] * x[j];
    x[i] = rest / a[i][i];
  }
  return x;
}

/** The symmetric square root of a positive definite matrix, by the iteration of Denman & Beavers (1976). */
export function squareRoot(matrix: Matrix): Matrix {
  const identity: Matrix = matrix.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
  const average = (a: Matrix, b: Matrix) => a.map((row, i) => row.map((x, j) => (x + b[i][j]) / 2));
  const inverse = (a: Matrix) => transposed(identity.map((unit) => solve(a, unit)));
  let [root, other] = [matrix, identity];
  for (let i = 0; i < 30; i++) [root, other] = [average(root, inverse(other)), average(other, inverse(root))];
  return root;
}
