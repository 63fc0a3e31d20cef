/**
 * Conjugate gradients (Hestenes & Stiefel, J. Res. NBS 49, 1952) for (XᵀDX/M + λI) s = b on row-major signed rows, never
 * forming the matrix: one pass over X an iteration. Vectors are f64, the pass runs in T.
 * Stops when the residual's norm is at most `tolerance` times that of b, or after `maxIterations`.
 */
import { applyNormal } from "./rows";
import { addScaled, dot, narrow, scaleVector } from "./vectors";

let lastIterations: i32 = 0;

/** Iterations that the last solve took. */
export function conjugateGradientIterations(): i32 {
  return lastIterations;
}

/** Bytes of scratch that `conjugateGradients` needs for a padded dimension. */
export function conjugateGradientScratch(padded: i32): usize {
  return ((<usize>padded) << 3) * 5 + 64;
}

/**
 * @param weightsPtr one T a row (the diagonal D), or 0 for the identity
 * @param divisor M, the number of rows that count
 * @returns the final residual norm relative to ‖b‖
 */
export function conjugateGradients<T>(
  xPtr: usize,
  rowBytes: usize,
  rows: i32,
  weightsPtr: usize,
  divisor: f64,
  lambda: f64,
  bPtr: usize,
  solutionPtr: usize,
  padded: i32,
  tolerance: f64,
  maxIterations: i32,
  scratchPtr: usize,
): f64 {
  const vectorBytes = (<usize>padded) << 3;
  const residual = scratchPtr;
  const direction = residual + vectorBytes;
  const product = direction + vectorBytes;
  const narrowed = product + vectorBytes;
  const partial = narrowed + vectorBytes;
  const dots = partial + vectorBytes;
  memory.fill(solutionPtr, 0, vectorBytes);
  memory.copy(residual, bPtr, vectorBytes);
  memory.copy(direction, bPtr, vectorBytes);
  const start = dot(bPtr, bPtr, padded);
  let square = start;
  lastIterations = 0;
  while (square > tolerance * tolerance * start && lastIterations < maxIterations) {
    narrow<T>(narrowed, direction, padded);
    applyNormal<T>(xPtr, rowBytes, rows, narrowed, weightsPtr, dots, partial, product);
    // product ← product / M + λ direction
    scaleVector(product, 1.0 / divisor, padded);
    addScaled(product, product, lambda, direction, padded);
    const curvature = dot(direction, product, padded);
    if (!(curvature > 0)) break;
    const step = square / curvature;
    addScaled(solutionPtr, solutionPtr, step, direction, padded);
    addScaled(residual, residual, -step, product, padded);
    const next = dot(residual, residual, padded);
    addScaled(direction, residual, next / square, direction, padded);
    square = next;
    lastIterations++;
  }
  return start > 0 ? sqrt(square / start) : 0;
}
