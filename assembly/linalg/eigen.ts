/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Jacobi 1846; Golub & Van Loan, Matrix
 * Computations, 4th ed., §8.5): slow beside tridiagonal methods, O(n³) a sweep, but accurate to rounding and a page
 * long. It runs once, to bring a given covariance to its eigenbasis.
 */
import { NOT_CONVERGED, OK } from "../status";

const MAX_SWEEPS: i32 = 40;

// @ts-ignore: decorator
@inline
function entry(matrixPtr: usize, n: i32, i: i32, j: i32): usize {
  return matrixPtr + (((<usize>i) * (<usize>n) + <usize>j) << 3);
}

// @ts-ignore: decorator
@inline
/** Turns the pair of numbers at two addresses by the angle of (c, s). */
function rotate(first: usize, second: usize, c: f64, s: f64): void {
  const a = load<f64>(first), b = load<f64>(second);
  store<f64>(first, c * a - s * b);
  store<f64>(second, s * a + c * b);
}

/**
 * @param matrixPtr f64[n·n], symmetric, row-major; its diagonal receives the eigenvalues
 * @param vectorsPtr f64[n·n]: receives the eigenvectors in its columns
 * @returns OK, or NOT_CONVERGED
 */
export function jacobiEigen(matrixPtr: usize, n: i32, vectorsPtr: usize): i32 {
  memory.fill(vectorsPtr, 0, ((<usize>n) * (<usize>n)) << 3);
  for (let i = 0; i < n; i++) store<f64>(entry(vectorsPtr, n, i, i), 1);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let off: f64 = 0;
    let diagonal: f64 = 0;
    for (let i = 0; i < n; i++) {
      const d = load<f64>(entry(matrixPtr, n, i, i));
      diagonal += d * d;
      for (let j = i + 1; j < n; j++) {
        const x = load<f64>(entry(matrixPtr, n, i, j));
        off += x * x;
      }
    }
    if (off <= 1e-30 * diagonal) return OK;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = load<f64>(entry(matrixPtr, n, p, q));
        if (apq == 0) continue;
        const app = load<f64>(entry(matrixPtr, n, p, p)), aqq = load<f64>(entry(matrixPtr, n, q, q));
        const tau = (aqq - app) / (2 * apq);
        const t = (tau >= 0 ? 1.0 : -1.0) / (Math.abs(tau) + sqrt(1 + tau * tau));
        const c = 1 / sqrt(1 + t * t);
        const s = t * c;
        for (let k = 0; k < n; k++) rotate(entry(matrixPtr, n, k, p), entry(matrixPtr, n, k, q), c, s);
        for (let k = 0; k < n; k++) rotate(entry(matrixPtr, n, p, k), entry(matrixPtr, n, q, k), c, s);
        for (let k = 0; k < n; k++) rotate(entry(vectorsPtr, n, k, p), entry(vectorsPtr, n, k, q), c, s);
      }
    }
  }
  return NOT_CONVERGED;
}
