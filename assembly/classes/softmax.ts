/**
 * Softmax (multinomial logistic) regression with an L2 penalty on row-major rows x̃ with labels t,
 *
 *     f(W) = (1/M) Σ_i [log Σ_j exp(w_jᵀx̃_i) − w_{t_i}ᵀx̃_i] + λ Σ_j ‖w_j‖²,
 *
 * over the classes that some row is labelled with. Of two classes, whose optimum has w₀ = −w₁, that is logistic regression with the penalty
 * (λ/2)‖w₁ − w₀‖². The last coordinate in use, the intercept, is not penalised. Newton's method with
 * conjugate gradients for the step and Armijo backtracking, as learn/logistic.ts: with p_ij the softmax of row i, a product with the
 * Hessian is
 *
 *     (HV)_j = (1/M) Σ_i p_ij (u_ij − Σ_l p_il u_il) x̃_i + 2λ v_j,   u = X̃Vᵀ,
 *
 * two passes over X̃ for each class. Converged when ‖∇f(W)‖ ≤ tolerance · ‖∇f(0)‖; 1e-5 with f32 rows, 1e-10 with f64.
 */
import { at } from "../linalg/lanes";
import { combineRows, projectRows } from "../linalg/rows";
import { addScaled, dot, narrow } from "../linalg/vectors";
import { NOT_CONVERGED, OK } from "../status";

const MAX_NEWTON: i32 = 60;
const MAX_CG: i32 = 500;
const MAX_HALVINGS: i32 = 40;

let iterations: i32 = 0;
let finalGradientNorm: f64 = 0;

/** Newton steps plus conjugate-gradient iterations of the last fit. */
export function softmaxIterations(): i32 {
  return iterations;
}

/** ‖∇f‖ at the returned weights, relative to ‖∇f(0)‖. */
export function softmaxGradientNorm(): f64 {
  return finalGradientNorm;
}

let x: usize = 0;
let rowBytes: usize = 0;
let rows: i32 = 0;
let count: i32 = 0;
let k: i32 = 0;
let width: i32 = 0;
let weightsEnd: i32 = 0;
let penalty: f64 = 0;
let countsPtr: usize = 0;
let labels: usize = 0;
/** Scores, softmax and products, class by class: T[K × rows] each. */
let scores: usize = 0;
let shares: usize = 0;
let products: usize = 0;
let narrowed: usize = 0;
let partial: usize = 0;

/** Bytes of scratch for `rows` rows. */
export function softmaxBytes(most: f64, classes: i32, padded: i32, size: i32): f64 {
  const n = <f64>classes * <f64>padded;
  return 3 * (most + 4) * <f64>classes * <f64>size + 8 * (6 * n + 2 * <f64>padded) + 1024;
}

/** Whether any row is labelled with class `j`. */
function isPresent(j: i32): bool {
  return load<f64>(at<f64>(countsPtr, j)) > 0;
}

/** X̃Vᵀ at `out`. */
function project<T>(v: usize, out: usize): void {
  for (let j = 0; j < k; j++) {
    if (!isPresent(j)) continue;
    narrow<T>(narrowed, at<f64>(v, j * width), width);
    projectRows<T>(x, rowBytes, rows, narrowed, at<T>(out, j * rows));
  }
}

/** (1/M) Σ_i f_ij x̃_i + 2λ v_j at `out`, the factors f at `factors`. */
function combine<T>(factors: usize, v: usize, out: usize): void {
  for (let j = 0; j < k; j++) {
    const target = at<f64>(out, j * width);
    if (!isPresent(j)) {
      memory.fill(target, 0, (<usize>width) << 3);
      continue;
    }
    combineRows<T>(x, rowBytes, rows, at<T>(factors, j * rows), partial, target);
    for (let i = 0; i < width; i++) {
      const own = i < weightsEnd ? penalty * load<f64>(at<f64>(v, j * width + i)) : 0;
      store<f64>(at<f64>(target, i), load<f64>(at<f64>(target, i)) / <f64>count + own);
    }
  }
}

/** f(W) from the scores; leaves the softmax of each row at `shares`. */
function lossOf<T>(w: usize): f64 {
  let loss: f64 = 0;
  for (let i = 0; i < count; i++) {
    let most: f64 = -Infinity;
    for (let j = 0; j < k; j++) if (isPresent(j)) most = max(most, <f64>load<T>(at<T>(scores, j * rows + i)));
    let sum: f64 = 0;
    for (let j = 0; j < k; j++) {
      if (!isPresent(j)) continue;
      const power = Math.exp(<f64>load<T>(at<T>(scores, j * rows + i)) - most);
      sum += power;
      store<T>(at<T>(shares, j * rows + i), <T>power);
    }
    for (let j = 0; j < k; j++) {
      if (!isPresent(j)) continue;
      const cell = at<T>(shares, j * rows + i);
      store<T>(cell, <T>(<f64>load<T>(cell) / sum));
    }
    const label = load<i32>(at<i32>(labels, i));
    loss += most + Math.log(sum) - <f64>load<T>(at<T>(scores, label * rows + i));
  }
  loss /= <f64>count;
  for (let j = 0; j < k; j++) {
    for (let i = 0; i < weightsEnd; i++) {
      const value = load<f64>(at<f64>(w, j * width + i));
      loss += 0.5 * penalty * value * value;
    }
  }
  return loss;
}

/** ∇f(W) at `out` from the softmax. */
function gradientOf<T>(w: usize, out: usize): void {
  memory.copy(products, shares, (<usize>(k * rows)) * sizeof<T>());
  for (let i = 0; i < count; i++) {
    const cell = at<T>(products, load<i32>(at<i32>(labels, i)) * rows + i);
    store<T>(cell, <T>(<f64>load<T>(cell) - 1));
  }
  combine<T>(products, w, out);
}

/** HV at `out`. */
function applyHessian<T>(v: usize, out: usize): void {
  project<T>(v, products);
  for (let i = 0; i < count; i++) {
    let mean: f64 = 0;
    for (let j = 0; j < k; j++) {
      if (isPresent(j)) mean += <f64>load<T>(at<T>(shares, j * rows + i)) * <f64>load<T>(at<T>(products, j * rows + i));
    }
    for (let j = 0; j < k; j++) {
      if (!isPresent(j)) continue;
      const cell = at<T>(products, j * rows + i);
      store<T>(cell, <T>(<f64>load<T>(at<T>(shares, j * rows + i)) * (<f64>load<T>(cell) - mean)));
    }
  }
  combine<T>(products, v, out);
}

/**
 * @param xPtr rows of `padded` numbers, zero rows up to a multiple of four
 * @param labelsPtr i32 a row
 * @param countPtr f64[K]: rows by label
 * @param end coordinates before this one are penalised
 * @param weightsPtr f64[K × padded]: receives W, zero for a class without a row
 */
export function fitSoftmax<T>(
  xPtr: usize, labelsPtr: usize, countPtr: usize, taken: i32, classes: i32, padded: i32, end: i32, lambda: f64,
  weightsPtr: usize, scratchPtr: usize,
): i32 {
  const tolerance = sizeof<T>() == 4 ? 1e-5 : 1e-10;
  const slack = sizeof<T>() == 4 ? 1e-6 : 1e-9;
  x = xPtr;
  labels = labelsPtr;
  countsPtr = countPtr;
  rowBytes = (<usize>padded) * sizeof<T>();
  count = taken;
  rows = (taken + 3) & ~3;
  k = classes;
  width = padded;
  weightsEnd = end;
  penalty = 2 * lambda;
  const n = k * padded;
  const bytes = (<usize>n) << 3;
  const gradient = scratchPtr;
  const step = gradient + bytes;
  const trial = step + bytes;
  const residual = trial + bytes;
  const direction = residual + bytes;
  const image = direction + bytes;
  narrowed = image + bytes;
  partial = narrowed + ((<usize>padded) << 3);
  scores = (partial + ((<usize>padded) << 3) + 63) & ~63;
  shares = at<T>(scores, k * rows);
  products = at<T>(shares, k * rows);

  memory.fill(weightsPtr, 0, bytes);
  memory.fill(scores, 0, 3 * (<usize>(k * rows)) * sizeof<T>());
  iterations = 0;
  let loss = lossOf<T>(weightsPtr);
  let startNorm: f64 = 0;
  for (let iteration = 0; iteration <= MAX_NEWTON; iteration++) {
    gradientOf<T>(weightsPtr, gradient);
    const norm = sqrt(dot(gradient, gradient, n));
    if (iteration == 0) startNorm = norm;
    finalGradientNorm = startNorm == 0 ? 0 : norm / startNorm;
    if (finalGradientNorm <= tolerance) return OK;
    if (!isFinite(norm)) return NOT_CONVERGED;

    // H s = ∇f to min(½, √‖∇f‖) of its norm
    const forcing = min(0.5, sqrt(finalGradientNorm)) * norm;
    memory.fill(step, 0, bytes);
    memory.copy(residual, gradient, bytes);
    memory.copy(direction, gradient, bytes);
    let square = norm * norm;
    for (let inner = 0; inner < MAX_CG && sqrt(square) > forcing; inner++) {
      applyHessian<T>(direction, image);
      const curvature = dot(direction, image, n);
      if (!(curvature > 0)) break;
      const size = square / curvature;
      addScaled(step, step, size, direction, n);
      addScaled(residual, residual, -size, image, n);
      const next = dot(residual, residual, n);
      addScaled(direction, residual, next / square, direction, n);
      square = next;
      iterations++;
    }
    iterations++;

    const slope = dot(gradient, step, n);
    let size: f64 = 1;
    for (let halving = 0; ; halving++) {
      addScaled(trial, weightsPtr, -size, step, n);
      project<T>(trial, scores);
      const next = lossOf<T>(trial);
      if (next <= loss - 1e-4 * size * slope + slack * loss) {
        loss = next;
        break;
      }
      if (halving == MAX_HALVINGS) return NOT_CONVERGED;
      size *= 0.5;
    }
    memory.copy(weightsPtr, trial, bytes);
  }
  return NOT_CONVERGED;
}
