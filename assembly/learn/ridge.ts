/**
 * Ridge least squares on signed rows: (XᵀX/M + λI) w = Xᵀt/M, the normal equations of
 * argmin (1/M) Σ (wᵀx_i − t_i)² + λ‖w‖² (math of arXiv 2406.07515, §3), by Cholesky.
 */
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { scaleVector } from "../linalg/vectors";

/**
 * Solves in place: `sumsPtr` (f64, padded) holds Xᵀt and receives w; `gramPtr` holds the upper triangle of XᵀX and is
 * overwritten. With λ = 0 a pivot that rounding could have made (1e-6 of its diagonal entry in single, 1e-12 in double
 * precision) counts as singular.
 * @returns OK or SINGULAR
 */
export function solveRidge<T>(
  gramPtr: usize,
  sumsPtr: usize,
  dimension: i32,
  padded: i32,
  rows: f64,
  lambda: f64,
): i32 {
  const rowBytes = (<usize>padded) << 3;
  const inverse = 1.0 / rows;
  for (let i = 0; i < padded; i++) {
    const row = gramPtr + (<usize>i) * rowBytes;
    const start = i & ~1; // vectors are aligned: one entry below the diagonal may be scaled, it is scratch
    scaleVector(row + ((<usize>start) << 3), inverse, padded - start);
    const diagonal = row + ((<usize>i) << 3);
    store<f64>(diagonal, i < dimension ? load<f64>(diagonal) + lambda : 1);
  }
  scaleVector(sumsPtr, inverse, padded);
  const roundingPivot = sizeof<T>() == 4 ? 1e-6 : 1e-12;
  const status = choleskyFactor(gramPtr, padded, lambda > 0 ? 0 : roundingPivot);
  if (status == 0) choleskySolve(gramPtr, padded, sumsPtr);
  return status;
}
