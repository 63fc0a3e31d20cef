/**
 * The learner's side of a direct run: signed rows arrive block by block, weights leave at the end. Rows are placed where
 * the learner reads them (contiguous panels for the Gram matrix, row-major for SGD, one large matrix for the learners
 * that pass many times), so nothing is copied twice.
 */
import { conjugateGradientIterations, conjugateGradients } from "../linalg/conjugateGradients";
import { at } from "../linalg/lanes";
import { addGram } from "../linalg/gram";
import { BLOCK_ROWS, PANEL_STRIDE, panelCount } from "../linalg/panels";
import { allFinite, scaleVector } from "../linalg/vectors";
import { fitLogistic, logisticGradientNorm, logisticIterations } from "../learn/logistic";
import { solveRidge } from "../learn/ridge";
import { sgdRows } from "../learn/sgd";
import {
  dimension, learnerKind, learnerLambda, learningRate, loss, LOGISTIC, MEAN, padded, SGD,
} from "../experiment/settings";
import { DIVERGED, EMPTY, NOT_CONVERGED, OK, SINGULAR, UNKNOWN } from "../status";
import {
  formsGram, gramPtr, gramSoFarPtr, keptPtr, rowBytesOf, rowMajorBlocks, scratchPtr, solutionPtr, storedPtr, storesRows,
  sumsPtr, sumsSoFarPtr, weightsPtr,
} from "./workspace";

const MAX_CG: i32 = 2000;

/** Rows taken so far, and rows waiting in the block at `keptPtr`. */
let taken: i32 = 0;
let waiting: i32 = 0;
/** Set while a direction is being learned: then every row goes to the Gram matrix, whatever the learner. */
let gramOnly: bool = false;

export let iterations: i32 = 0;
export let gradientNorm: f64 = 0;

export function beginRows<T>(forDirection: bool): void {
  taken = 0;
  waiting = 0;
  iterations = 0;
  gradientNorm = 0;
  gramOnly = forDirection;
  memory.fill(sumsPtr, 0, (<usize>padded) << 3);
  if (gramOnly || formsGram()) memory.fill(gramPtr, 0, ((<usize>padded) * (<usize>padded)) << 3);
  if (!gramOnly && learnerKind == SGD) memory.fill(weightsPtr, 0, rowBytesOf<T>());
}

/** Rows of all generations so far, where they accumulate. */
let takenSoFar: i32 = 0;

/** Remembers the rows so far, before `finishRows` uses them up. */
export function keepRows<T>(): void {
  flush<T>();
  takenSoFar = taken;
  memory.copy(sumsSoFarPtr, sumsPtr, (<usize>padded) << 3);
  if (formsGram()) memory.copy(gramSoFarPtr, gramPtr, ((<usize>padded) * (<usize>padded)) << 3);
}

/** Goes on from the rows of `keepRows`. SGD goes on from its weights: one pass over all rows comes to the same. */
export function continueRows(): void {
  taken = takenSoFar;
  gramOnly = false;
  memory.copy(sumsPtr, sumsSoFarPtr, (<usize>padded) << 3);
  if (formsGram()) memory.copy(gramPtr, gramSoFarPtr, ((<usize>padded) * (<usize>padded)) << 3);
}

/** Rows that the present block still takes. */
export function roomForRows(): i32 {
  return BLOCK_ROWS - waiting;
}

// @ts-ignore: decorator
@inline
function stored(): bool {
  return !gramOnly && storesRows();
}

/** Bytes from one row to the next, and from one panel to the next, where rows are to be placed. */
export function placeRowStride<T>(): usize {
  return stored() || (!gramOnly && rowMajorBlocks()) ? rowBytesOf<T>() : 32;
}
export function placePanelStride(): usize {
  return stored() || (!gramOnly && rowMajorBlocks()) ? 32 : PANEL_STRIDE;
}

/** Where the next row is to be placed. */
export function placePtr<T>(): usize {
  if (stored()) return storedPtr + (<usize>taken) * rowBytesOf<T>();
  return keptPtr + (<usize>waiting) * placeRowStride<T>();
}

/** Says that `rows` rows (at most `roomForRows()`) were placed; a full block goes to the learner. */
export function rowsPlaced<T>(rows: i32): void {
  taken += rows;
  waiting += rows;
  if (waiting == BLOCK_ROWS) flush<T>();
}

function flush<T>(): void {
  const rows = waiting;
  waiting = 0;
  if (rows == 0 || stored()) return;
  if (gramOnly || formsGram()) {
    addGram<T>(keptPtr, panelCount<T>(padded), rows, PANEL_STRIDE, gramPtr, padded);
  } else if (learnerKind == SGD) {
    sgdRows<T>(keptPtr, rowBytesOf<T>(), rows, weightsPtr, loss, learningRate, learnerLambda);
  }
}

/** The ridge weights of the rows so far, left at `sumsPtr`. */
export function finishDirection<T>(lambda: f64): i32 {
  flush<T>();
  if (lambda == 0 && taken < dimension) return SINGULAR;
  return solveRidge<T>(gramPtr, sumsPtr, dimension, padded, <f64>taken, lambda);
}

/** Finishes learning; the weights (f64, padded) are left at `sumsPtr`. */
export function finishRows<T>(): i32 {
  flush<T>();
  if (taken == 0) return EMPTY;
  let status = OK;
  if (learnerKind == MEAN) {
    scaleVector(sumsPtr, 1.0 / <f64>taken, padded);
  } else if (learnerKind == SGD) {
    for (let j = 0; j < padded; j++) store<f64>(at<f64>(sumsPtr, j), <f64>load<T>(at<T>(weightsPtr, j)));
  } else if (formsGram()) {
    status = finishDirection<T>(learnerLambda);
  } else if (storesRows()) {
    status = finishStored<T>();
  } else {
    return UNKNOWN;
  }
  if (status == OK || status == NOT_CONVERGED) {
    if (!allFinite(sumsPtr, padded)) return DIVERGED;
  }
  return status;
}

function finishStored<T>(): i32 {
  const rowBytes = rowBytesOf<T>();
  memory.fill(storedPtr + (<usize>taken) * rowBytes, 0, 3 * rowBytes);
  let status = OK;
  if (learnerKind == LOGISTIC) {
    status = fitLogistic<T>(storedPtr, rowBytes, taken, learnerLambda, solutionPtr, padded, scratchPtr);
    iterations = logisticIterations();
    gradientNorm = logisticGradientNorm();
  } else {
    scaleVector(sumsPtr, 1.0 / <f64>taken, padded);
    const tolerance = sizeof<T>() == 4 ? 1e-6 : 1e-12;
    gradientNorm = conjugateGradients<T>(
      storedPtr, rowBytes, (taken + 3) & ~3, 0, <f64>taken, learnerLambda, sumsPtr, solutionPtr, padded, tolerance,
      MAX_CG, scratchPtr,
    );
    iterations = conjugateGradientIterations();
    if (!(gradientNorm <= tolerance)) status = NOT_CONVERGED;
  }
  memory.copy(sumsPtr, solutionPtr, (<usize>padded) << 3);
  return status;
}
