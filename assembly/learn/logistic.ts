/**
 * Batch logistic regression with an L2 penalty on row-major signed rows,
 *
 *     f(w) = (1/M) Σ log(1 + e^−m_i) + (λ/2)‖w‖²,   m_i = wᵀx̃_i,
 *
 * by Newton's method with conjugate gradients for the step (truncated Newton: Nocedal & Wright, Numerical Optimization,
 * 2nd ed., §7.1) and Armijo backtracking. Neither the Hessian nor XᵀX is formed; each CG iteration is one pass over X.
 * Converged when ‖∇f(w)‖ ≤ tolerance · ‖∇f(0)‖; tolerance 1e-5 with f32 rows (their rounding is the floor), 1e-10 with f64.
 */
import { conjugateGradients, conjugateGradientIterations, conjugateGradientScratch } from "../linalg/conjugateGradients";
import { at } from "../linalg/lanes";
import { combineRows, projectRows } from "../linalg/rows";
import { addScaled, dot, narrow, scaleVector } from "../linalg/vectors";
import { NOT_CONVERGED, OK } from "../status";

const MAX_NEWTON: i32 = 60;
const MAX_CG: i32 = 500;
const MAX_HALVINGS: i32 = 40;

let passes: i32 = 0;
let finalGradientNorm: f64 = 0;

/** Newton steps plus conjugate-gradient iterations of the last fit. */
export function logisticIterations(): i32 {
  return passes;
}

/** ‖∇f‖ at the returned weights, relative to ‖∇f(0)‖. */
export function logisticGradientNorm(): f64 {
  return finalGradientNorm;
}

/** Bytes of scratch: margins, weights of the Hessian and row factors, and vectors. */
export function logisticScratch<T>(rows: f64, padded: i32): f64 {
  return rows * 2.0 * <f64>sizeof<T>() + <f64>padded * 8.0 * 7.0 + <f64>conjugateGradientScratch(padded) + 256.0;
}

/** log(1 + e^−m) without overflow. */
function softLoss(margin: f64): f64 {
  const tail = Math.log1p(Math.exp(-Math.abs(margin)));
  return margin > 0 ? tail : tail - margin;
}

/**
 * @param xPtr rows × rowBytes, zero rows up to a multiple of four
 * @param count M, the rows that count; `rows` is M rounded up to a multiple of four
 * @param weightsPtr f64, padded: receives w
 */
export function fitLogistic<T>(
  xPtr: usize,
  rowBytes: usize,
  count: i32,
  lambda: f64,
  weightsPtr: usize,
  padded: i32,
  scratchPtr: usize,
): i32 {
  const rows = (count + 3) & ~3;
  const tolerance = sizeof<T>() == 4 ? 1e-5 : 1e-10;
  const slack = sizeof<T>() == 4 ? 1e-6 : 1e-9;
  const vectorBytes = (<usize>padded) << 3;
  const gradient = scratchPtr;
  const step = gradient + vectorBytes;
  const trial = step + vectorBytes;
  const narrowed = trial + vectorBytes;
  const partial = narrowed + vectorBytes;
  const cgScratch = partial + vectorBytes;
  const margins = cgScratch + conjugateGradientScratch(padded);
  const factors = margins + (<usize>rows) * sizeof<T>();
  const divisor = <f64>count;

  memory.fill(weightsPtr, 0, vectorBytes);
  memory.fill(margins, 0, (<usize>rows) * sizeof<T>());
  passes = 0;
  let loss = Math.log(2);
  let startNorm: f64 = 0;
  for (let iteration = 0; iteration <= MAX_NEWTON; iteration++) {
    // the margins are those of w: zero at first, then left by the line search. ∇f = −(1/M) Σ σ(−m_i) x̃_i + λ w
    for (let i = 0; i < rows; i++) store<T>(at<T>(factors, i), <T>(-sigma(load<T>(at<T>(margins, i)))));
    combineRows<T>(xPtr, rowBytes, rows, factors, partial, gradient);
    scaleVector(gradient, 1.0 / divisor, padded);
    addScaled(gradient, gradient, lambda, weightsPtr, padded);
    const norm = sqrt(dot(gradient, gradient, padded));
    if (iteration == 0) startNorm = norm;
    finalGradientNorm = startNorm == 0 ? 0 : norm / startNorm;
    if (finalGradientNorm <= tolerance) return OK;
    if (!isFinite(norm)) return NOT_CONVERGED;

    // Hessian weights σ(m)σ(−m); the step solves H s = ∇f to min(½, √‖∇f‖) of its norm, Nocedal & Wright (7.3)
    for (let i = 0; i < rows; i++) {
      const s = sigma(load<T>(at<T>(margins, i)));
      store<T>(at<T>(factors, i), <T>(i < count ? s * (1 - s) : 0));
    }
    const forcing = min(0.5, sqrt(finalGradientNorm));
    conjugateGradients<T>(
      xPtr, rowBytes, rows, factors, divisor, lambda, gradient, step, padded, forcing, MAX_CG, cgScratch,
    );
    passes += conjugateGradientIterations() + 1;

    const slope = dot(gradient, step, padded);
    let size: f64 = 1;
    let next: f64 = 0;
    for (let halving = 0; ; halving++) {
      addScaled(trial, weightsPtr, -size, step, padded);
      narrow<T>(narrowed, trial, padded);
      projectRows<T>(xPtr, rowBytes, rows, narrowed, margins);
      next = 0.5 * lambda * dot(trial, trial, padded);
      let sum: f64 = 0;
      for (let i = 0; i < count; i++) sum += softLoss(<f64>load<T>(at<T>(margins, i)));
      next += sum / divisor;
      // the slack lets a step through once f has converged to its own rounding, which is that of the margins
      if (next <= loss - 1e-4 * size * slope + slack * loss) break;
      if (halving == MAX_HALVINGS) return NOT_CONVERGED;
      size *= 0.5;
    }
    memory.copy(weightsPtr, trial, vectorBytes);
    loss = next;
  }
  return NOT_CONVERGED;
}

// @ts-ignore: decorator
@inline
/** σ(−m) in f64. */
function sigma<T>(margin: T): f64 {
  return 1.0 / (1.0 + Math.exp(<f64>margin));
}
