/**
 * Cholesky factorisation A = UᵀU of a symmetric positive definite matrix and the solution of A x = b, in place, f64.
 * Right-looking in blocks of eight rows (Golub & Van Loan, Matrix Computations, 4th ed., §4.2.6): a block row is
 * finished, then its outer product leaves the trailing matrix in 4×4 register tiles.
 * Shapes: A is row-major n×n, n a multiple of eight; only the upper triangle is read; what is below it is scratch.
 */
import { OK, SINGULAR } from "../status";

const BLOCK: i32 = 8;

// @ts-ignore: decorator
@inline
/** row ← row − factor · pivotRow from byte `from` (16-aligned) to byte `to`. */
function subtractRow(row: usize, pivotRow: usize, factor: f64, from: usize, to: usize): void {
  const f = f64x2.splat(factor);
  for (let c = from; c < to; c += 16) {
    v128.store(row + c, f64x2.sub(v128.load(row + c), f64x2.mul(f, v128.load(pivotRow + c))));
  }
}

/** Takes the eight finished rows at `top` from the trailing matrix, four rows by four columns at a time. */
function updateTrailing(matrixPtr: usize, n: i32, top: i32): void {
  const rowBytes = (<usize>n) << 3;
  const topPtr = matrixPtr + (<usize>top) * rowBytes;
  for (let i = top + BLOCK; i < n; i += 4) {
    for (let j = i; j < n; j += 4) {
      const g0 = matrixPtr + (<usize>i) * rowBytes + ((<usize>j) << 3);
      const g1 = g0 + rowBytes, g2 = g1 + rowBytes, g3 = g2 + rowBytes;
      let c00 = v128.load(g0), c01 = v128.load(g0, 16);
      let c10 = v128.load(g1), c11 = v128.load(g1, 16);
      let c20 = v128.load(g2), c21 = v128.load(g2, 16);
      let c30 = v128.load(g3), c31 = v128.load(g3, 16);
      let x = topPtr + ((<usize>i) << 3);
      let y = topPtr + ((<usize>j) << 3);
      for (let k = 0; k < BLOCK; k++) {
        const y0 = v128.load(y), y1 = v128.load(y, 16);
        const x0 = v128.load64_splat(x);
        c00 = f64x2.sub(c00, f64x2.mul(x0, y0));
        c01 = f64x2.sub(c01, f64x2.mul(x0, y1));
        const x1 = v128.load64_splat(x, 8);
        c10 = f64x2.sub(c10, f64x2.mul(x1, y0));
        c11 = f64x2.sub(c11, f64x2.mul(x1, y1));
        const x2 = v128.load64_splat(x, 16);
        c20 = f64x2.sub(c20, f64x2.mul(x2, y0));
        c21 = f64x2.sub(c21, f64x2.mul(x2, y1));
        const x3 = v128.load64_splat(x, 24);
        c30 = f64x2.sub(c30, f64x2.mul(x3, y0));
        c31 = f64x2.sub(c31, f64x2.mul(x3, y1));
        x += rowBytes;
        y += rowBytes;
      }
      v128.store(g0, c00);
      v128.store(g0, c01, 16);
      v128.store(g1, c10);
      v128.store(g1, c11, 16);
      v128.store(g2, c20);
      v128.store(g2, c21, 16);
      v128.store(g3, c30);
      v128.store(g3, c31, 16);
    }
  }
}

/** The diagonal entry of A that `pivot` is what is left of: the squared length of its column of U. */
function diagonalBehind(matrixPtr: usize, n: i32, k: i32, pivot: f64): f64 {
  let sum = pivot;
  for (let i = 0; i < k; i++) {
    const u = load<f64>(matrixPtr + (((<usize>i) * (<usize>n) + <usize>k) << 3));
    sum += u * u;
  }
  return sum;
}

/**
 * Factors in place. A pivot at or below `tolerance` times its own diagonal entry of A counts as zero: so little of its
 * column do the columns before it leave, and the scales of the columns do not matter.
 * @returns OK, or SINGULAR
 */
export function choleskyFactor(matrixPtr: usize, n: i32, tolerance: f64): i32 {
  const rowBytes = (<usize>n) << 3;
  for (let top = 0; top < n; top += BLOCK) {
    for (let k = top; k < top + BLOCK; k++) {
      const pivotRow = matrixPtr + (<usize>k) * rowBytes;
      const pivot = load<f64>(pivotRow + ((<usize>k) << 3));
      if (!(pivot > 0)) return SINGULAR;
      if (tolerance > 0 && pivot <= tolerance * diagonalBehind(matrixPtr, n, k, pivot)) return SINGULAR;
      const inverse = f64x2.splat(1.0 / sqrt(pivot));
      for (let c = (<usize>(k & ~1)) << 3; c < rowBytes; c += 16) {
        v128.store(pivotRow + c, f64x2.mul(v128.load(pivotRow + c), inverse));
      }
      for (let i = k + 1; i < top + BLOCK; i++) {
        const factor = load<f64>(pivotRow + ((<usize>i) << 3));
        subtractRow(matrixPtr + (<usize>i) * rowBytes, pivotRow, factor, (<usize>(i & ~1)) << 3, rowBytes);
      }
    }
    updateTrailing(matrixPtr, n, top);
  }
  return OK;
}

/** Solves UᵀU x = b in place at `vectorPtr`, U from `choleskyFactor`. */
export function choleskySolve(matrixPtr: usize, n: i32, vectorPtr: usize): void {
  const rowBytes = (<usize>n) << 3;
  for (let i = 0; i < n; i++) {
    const row = matrixPtr + (<usize>i) * rowBytes;
    const offset = (<usize>i) << 3;
    const y = load<f64>(vectorPtr + offset) / load<f64>(row + offset);
    store<f64>(vectorPtr + offset, y);
    let c = offset + 8;
    if (c & 15) {
      store<f64>(vectorPtr + c, load<f64>(vectorPtr + c) - y * load<f64>(row + c));
      c += 8;
    }
    subtractRow(vectorPtr, row, y, c, rowBytes);
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = matrixPtr + (<usize>i) * rowBytes;
    const offset = (<usize>i) << 3;
    let c = offset + 8;
    let rest = load<f64>(vectorPtr + offset);
    if (c & 15) {
      rest -= load<f64>(row + c) * load<f64>(vectorPtr + c);
      c += 8;
    }
    let sum = f64x2.splat(0);
    for (; c < rowBytes; c += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(vectorPtr + c), v128.load(row + c)));
    rest -= f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
    store<f64>(vectorPtr + offset, rest / load<f64>(row + offset));
  }
}
