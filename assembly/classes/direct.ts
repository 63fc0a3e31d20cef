/**
 * The direct engine of K classes: true class, label and verdict of every row are drawn, and all d coordinates of every row that is

* kept; those of a rejected row have no effect. One-vs-rest least squares solves, for the one-hot labels T (M × K) and x̃ = (x, 1),
 *
 *     (X̃ᵀX̃/M + λ diag(1, …, 1, 0)) w = X̃ᵀT/M,
 *
 * without the 1 if there is no intercept. The class mean is w_j = Σ_{label j} x/M, and with intercepts the rule of the nearest mean,
 * w_j = Σ_{label j} x/n_j with b_j = −‖w_j‖²/2. A class that no kept row is labelled with is never answered.
 */
import { addGram } from "../linalg/gram";
import { at } from "../linalg/lanes";
import { BLOCK_ROWS, paddedDimension, panelCount, PANEL_STRIDE } from "../linalg/panels";
import { choleskyFactor, choleskySolve } from "../linalg/cholesky";
import { allFinite, dot } from "../linalg/vectors";
import { fillNormalGroups } from "../random/normal";
import { seedStreams, uniform53 } from "../random/streams";
import { DIVERGED, EMPTY, OK, NOT_CONVERGED, SINGULAR, UNKNOWN } from "../status";
import { orthantBytes, rightAnswers } from "./orthant";
import {
  CLASS_ACCURACY, CLASS_FIELDS, CLASS_GENERATED, CLASS_GRADIENT_NORM, CLASS_ITERATIONS, CLASS_KEPT, CLASS_KEPT_WRONG,
  CLASS_STATUS, CLASS_WRONG, classes, confusionPtr, dim, entry, hasIntercept, lambda, learner, MEAN, meansPtr, NEVER,
  openProblem, precision, priorPtr, put, realSamples, retentionPtr, RIDGE, samples, SOFTMAX, span,
} from "./problem";
import { fitSoftmax, softmaxBytes, softmaxGradientNorm, softmaxIterations } from "./softmax";

/** Width of a row: d, and one for the intercept, padded. */
let padded: i32 = 0;
let blockPtr: usize = 0;
let blockClassesPtr: usize = 0;
let blockLabelsPtr: usize = 0;
let gramPtr: usize = 0;
let weightsPtr: usize = 0;
let countsPtr: usize = 0;
let biasPtr: usize = 0;
let productsPtr: usize = 0;
let shiftPtr: usize = 0;
let orthantPtr: usize = 0;
let labelsPtr: usize = 0;
let rowsPtr: usize = 0;
let fitPtr: usize = 0;
let waiting: i32 = 0;
let taken: i32 = 0;

function width(): i32 {
  return paddedDimension(dim + (hasIntercept ? 1 : 0));
}

function storesRows(): bool {
  return learner == SOFTMAX;
}

/** Rows of the stored matrix: all that may be kept, and up to three of zeros behind them. */
function mostRows(): f64 {
  return samples + realSamples + 4;
}

/** Bytes of scratch of `classTrials`. */
export function classBytes(problemPtr: usize): f64 {
  openProblem(problemPtr);
  const k = <f64>classes, w = <f64>width();
  const block = <f64>(PANEL_STRIDE * panelCount<f64>(width())) + 8 * <f64>BLOCK_ROWS;
  const gram = learner == RIDGE ? 8 * w * w : 0;
  const stored = storesRows() ? mostRows() * (w * <f64>precision + 4) + softmaxBytes(mostRows(), classes, width(), precision) : 0;
  return block + gram + 8 * k * (w + k + 3) + orthantBytes(classes) + stored + 1024;
}

// @ts-ignore: decorator
@inline
function aligned(ptr: usize): usize {
  return (ptr + 63) & ~63;
}

function place(scratchPtr: usize): void {
  padded = width();
  const k = classes;
  blockPtr = aligned(scratchPtr);
  blockClassesPtr = blockPtr + <usize>(PANEL_STRIDE * panelCount<f64>(padded));
  blockLabelsPtr = at<i32>(blockClassesPtr, BLOCK_ROWS);
  gramPtr = aligned(at<i32>(blockLabelsPtr, BLOCK_ROWS));
  weightsPtr = learner == RIDGE ? gramPtr + (((<usize>padded) * (<usize>padded)) << 3) : gramPtr;
  countsPtr = at<f64>(weightsPtr, k * padded);
  biasPtr = at<f64>(countsPtr, k);
  productsPtr = at<f64>(biasPtr, k);
  shiftPtr = at<f64>(productsPtr, k * k);
  orthantPtr = at<f64>(shiftPtr, k);
  rowsPtr = aligned(orthantPtr + <usize>orthantBytes(k));
  labelsPtr = rowsPtr + <usize>(storesRows() ? mostRows() * <f64>padded * <f64>precision : 0);
  fitPtr = aligned(labelsPtr + <usize>(storesRows() ? 4 * mostRows() : 0));
}

/** A number 0 … K − 1 by the probabilities at `sharesPtr`. */
function pick(sharesPtr: usize): i32 {
  let rest = uniform53();
  let last = 0;
  for (let j = 0; j < classes; j++) {
    const share = load<f64>(at<f64>(sharesPtr, j));
    if (share <= 0) continue;
    if (rest < share) return j;
    rest -= share;
    last = j; // what rounding leaves behind the last one
  }
  return last;
}

function take<T>(c: i32, label: i32): void {
  store<i32>(at<i32>(blockClassesPtr, waiting), c);
  store<i32>(at<i32>(blockLabelsPtr, waiting), label);
  store<f64>(at<f64>(countsPtr, label), load<f64>(at<f64>(countsPtr, label)) + 1);
  if (++waiting == BLOCK_ROWS) flush<T>();
}

/** Draws the inputs of the rows that wait, and hands them to the learner. */
function flush<T>(): void {
  const rows = waiting;
  waiting = 0;
  if (rows == 0) return;
  const lanes: i32 = 32 / sizeof<T>();
  const panels = panelCount<T>(padded);
  for (let a = 0; a < panels; a++) {
    const panel = blockPtr + <usize>(a * PANEL_STRIDE);
    const first = a * lanes;
    if (first < dim) fillNormalGroups<T>(panel, rows);
    else memory.fill(panel, 0, (<usize>rows) << 5);
    // behind the last coordinate: the 1 of the intercept, and zeros
    for (let i = max(0, dim - first); i < lanes; i++) {
      const value: T = hasIntercept && first + i == dim ? <T>1 : <T>0;
      for (let r = 0; r < rows; r++) store<T>(at<T>(panel + ((<usize>r) << 5), i), value);
    }
    for (let i = 0; i < min(lanes, span - first); i++) {
      for (let r = 0; r < rows; r++) {
        const cell = at<T>(panel + ((<usize>r) << 5), i);
        const mean = entry(meansPtr, span, load<i32>(at<i32>(blockClassesPtr, r)), first + i);
        store<T>(cell, load<T>(cell) + <T>mean);
      }
    }
    for (let r = 0; r < rows; r++) {
      const sums = at<f64>(weightsPtr, load<i32>(at<i32>(blockLabelsPtr, r)) * padded + first);
      const row = panel + ((<usize>r) << 5);
      for (let i = 0; i < lanes; i++) store<f64>(at<f64>(sums, i), load<f64>(at<f64>(sums, i)) + <f64>load<T>(at<T>(row, i)));
    }
    if (storesRows()) {
      for (let r = 0; r < rows; r++) {
        memory.copy(at<T>(rowsPtr, (taken + r) * padded + first), panel + ((<usize>r) << 5), 32);
      }
    }
  }
  if (learner == RIDGE) addGram<T>(blockPtr, panels, rows, PANEL_STRIDE, gramPtr, padded);
  if (storesRows()) memory.copy(at<i32>(labelsPtr, taken), blockLabelsPtr, (<usize>rows) << 2);
  taken += rows;
}

/** Weights in place of the sums of the rows by label, the intercept at `dim`. */
function learn<T>(): i32 {
  const k = classes, rows = <f64>taken;
  if (taken == 0) return EMPTY;
  if (learner == RIDGE) {
    const inverse = 1 / rows;
    for (let i = 0; i < padded; i++) {
      for (let j = i; j < padded; j++) put(gramPtr, padded, i, j, entry(gramPtr, padded, i, j) * inverse);
      if (i < dim) put(gramPtr, padded, i, i, entry(gramPtr, padded, i, i) + lambda);
      else if (i > dim || !hasIntercept) put(gramPtr, padded, i, i, 1);
    }
    const roundingPivot = sizeof<T>() == 4 ? 1e-6 : 1e-12;
    const status = choleskyFactor(gramPtr, padded, lambda > 0 ? 0 : roundingPivot);
    if (status != OK) return SINGULAR;
    for (let j = 0; j < k; j++) {
      const w = at<f64>(weightsPtr, j * padded);
      for (let i = 0; i < padded; i++) store<f64>(at<f64>(w, i), load<f64>(at<f64>(w, i)) * inverse);
      choleskySolve(gramPtr, padded, w);
    }
    return OK;
  }
  if (learner == MEAN) {
    for (let j = 0; j < k; j++) {
      const w = at<f64>(weightsPtr, j * padded);
      const count = load<f64>(at<f64>(countsPtr, j));
      const inverse = hasIntercept ? (count > 0 ? 1 / count : 0) : 1 / rows;
      let square: f64 = 0;
      for (let i = 0; i < dim; i++) {
        const value = load<f64>(at<f64>(w, i)) * inverse;
        store<f64>(at<f64>(w, i), value);
        square += value * value;
      }
      if (hasIntercept) store<f64>(at<f64>(w, dim), -0.5 * square);
    }
    return OK;
  }
  if (learner == SOFTMAX) {
    memory.fill(at<T>(rowsPtr, taken * padded), 0, (<usize>(3 * padded)) * sizeof<T>());
    return fitSoftmax<T>(rowsPtr, labelsPtr, countsPtr, taken, classes, padded, dim, lambda, weightsPtr, fitPtr);
  }
  return UNKNOWN;
}

/** The record of a trial from its weights. */
function judge(outPtr: usize): void {
  const k = classes;
  for (let j = 0; j < k; j++) {
    const w = at<f64>(weightsPtr, j * padded);
    let bias = hasIntercept ? load<f64>(at<f64>(w, dim)) : 0;
    if (load<f64>(at<f64>(countsPtr, j)) == 0) bias = NEVER;
    store<f64>(at<f64>(biasPtr, j), bias);
    if (hasIntercept) store<f64>(at<f64>(w, dim), 0);
  }
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(at<f64>(weightsPtr, i * padded), at<f64>(weightsPtr, j * padded), padded);
      put(productsPtr, k, i, j, product);
      put(productsPtr, k, j, i, product);
    }
  }
  for (let j = 0; j < k; j++) store<f64>(at<f64>(shiftPtr, j), uniform53());
  const accuracy = rightAnswers(weightsPtr, padded, biasPtr, productsPtr, shiftPtr, orthantPtr, at<f64>(outPtr, CLASS_FIELDS));
  store<f64>(at<f64>(outPtr, CLASS_ACCURACY), accuracy);
}

function trial<T>(outPtr: usize): void {
  const k = classes;
  taken = 0;
  waiting = 0;
  if (learner == RIDGE) memory.fill(gramPtr, 0, ((<usize>padded) * (<usize>padded)) << 3);
  memory.fill(weightsPtr, 0, (<usize>(k * padded + k)) << 3);
  let wrong: f64 = 0, kept: f64 = 0, keptWrong: f64 = 0;
  const count = <i32>samples;
  for (let i = 0; i < count; i++) {
    const c = pick(priorPtr);
    const label = pick(at<f64>(confusionPtr, c * k));
    if (label != c) wrong += 1;
    if (!(uniform53() < entry(retentionPtr, k, c, label))) continue;
    kept += 1;
    if (label != c) keptWrong += 1;
    take<T>(c, label);
  }
  for (let i = <i32>realSamples; i > 0; i--) {
    const c = pick(priorPtr);
    take<T>(c, c);
  }
  flush<T>();
  let status = learn<T>();
  if ((status == OK || status == NOT_CONVERGED) && !allFinite(weightsPtr, k * padded)) status = DIVERGED;
  for (let i = 0; i < CLASS_FIELDS + k; i++) store<f64>(at<f64>(outPtr, i), NaN);
  store<f64>(at<f64>(outPtr, CLASS_STATUS), <f64>status);
  store<f64>(at<f64>(outPtr, CLASS_GENERATED), samples);
  store<f64>(at<f64>(outPtr, CLASS_WRONG), wrong);
  store<f64>(at<f64>(outPtr, CLASS_KEPT), kept);
  store<f64>(at<f64>(outPtr, CLASS_KEPT_WRONG), keptWrong);
  store<f64>(at<f64>(outPtr, CLASS_ITERATIONS), learner == SOFTMAX ? <f64>softmaxIterations() : 0);
  store<f64>(at<f64>(outPtr, CLASS_GRADIENT_NORM), learner == SOFTMAX ? softmaxGradientNorm() : 0);
  if (status == OK || status == NOT_CONVERGED) judge(outPtr);
}

/**
 * Trials `first` … `first + count − 1`: f64[CLASS_FIELDS + K] each at `outPtr`.
 *
 * @param scratchPtr `classBytes(problemPtr)` bytes
 */
export function classTrials(
  problemPtr: usize, seedLow: u32, seedHigh: u32, cellLow: u32, cellHigh: u32, first: i32, count: i32, scratchPtr: usize,
  outPtr: usize,
): void {
  openProblem(problemPtr);
  place(scratchPtr);
  for (let i = 0; i < count; i++) {
    seedStreams(seedLow, seedHigh, cellLow, cellHigh, first + i);
    const record = at<f64>(outPtr, i * (CLASS_FIELDS + classes));
    if (precision == 4) trial<f32>(record);
    else trial<f64>(record);
  }
}
