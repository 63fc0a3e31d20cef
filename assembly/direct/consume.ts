/**
 * The learner's side of a direct run: signed rows arrive block by block, weights leave at the end. Rows are placed where
 * the learner reads them (contiguous panels for the Gram matrix, row-major for a learner in sequence, one large matrix
 * for the learners that pass many times), so nothing is copied twice.
 */
import { Experiment } from "../experiment/experiment";
import {
  beginLearning, formsGram, learnsInSequence, solveGram, solveMoments, solveStored, storesRows, takeSteps,
} from "../learn/learners";
import { addGram } from "../linalg/gram";
import { at } from "../linalg/lanes";
import { BLOCK_ROWS, PANEL_STRIDE, panelCount } from "../linalg/panels";
import { allFinite } from "../linalg/vectors";
import { DIVERGED, EMPTY, NOT_CONVERGED, OK } from "../status";
import {
  gramPtr, gramSoFarPtr, keptPtr, rowBytesOf, scratchPtr, solutionPtr, storedPtr, sumsPtr, sumsSoFarPtr, weightsPtr,
} from "./workspace";

/** Rows taken so far, and rows waiting in the block at `keptPtr`. */
let taken: i32 = 0;
let waiting: i32 = 0;
/** Where rows go, fixed by `beginRows`: to the Gram matrix, to the large matrix, or to a learner in sequence. */
let toGram: bool = false;
let toMatrix: bool = false;
let inSequence: bool = false;

/** @param forDirection Whether a direction is being learned: then every row goes to the Gram matrix. */
export function beginRows<T>(e: Experiment, forDirection: bool): void {
  taken = 0;
  waiting = 0;
  beginLearning();
  placeFor(e, forDirection);
  memory.fill(sumsPtr, 0, (<usize>e.padded) << 3);
  if (toGram) memory.fill(gramPtr, 0, gramBytes(e));
  if (inSequence) memory.fill(weightsPtr, 0, rowBytesOf<T>(e));
}

function placeFor(e: Experiment, forDirection: bool): void {
  toGram = forDirection || formsGram(e);
  toMatrix = !forDirection && storesRows(e);
  inSequence = !forDirection && learnsInSequence(e);
}

// @ts-ignore: decorator
@inline
function gramBytes(e: Experiment): usize {
  return ((<usize>e.padded) * (<usize>e.padded)) << 3;
}

/** Rows of all generations so far, if they accumulate. */
let takenSoFar: i32 = 0;

/** Remembers the rows so far, before `finishRows` uses them up. */
export function keepRows<T>(e: Experiment): void {
  flush<T>(e);
  takenSoFar = taken;
  memory.copy(sumsSoFarPtr, sumsPtr, (<usize>e.padded) << 3);
  if (toGram) memory.copy(gramSoFarPtr, gramPtr, gramBytes(e));
}

/** Goes on from the rows of `keepRows`; in sequence, from the weights: one pass over all rows comes to the same. */
export function continueRows(e: Experiment): void {
  taken = takenSoFar;
  placeFor(e, false);
  memory.copy(sumsPtr, sumsSoFarPtr, (<usize>e.padded) << 3);
  if (toGram) memory.copy(gramPtr, gramSoFarPtr, gramBytes(e));
}

/** Rows that the present block still takes. */
export function roomForRows(): i32 {
  return BLOCK_ROWS - waiting;
}

/** Bytes from one row to the next, and from one panel to the next, where rows are to be placed. */
export function placeRowStride<T>(e: Experiment): usize {
  return toMatrix || inSequence ? rowBytesOf<T>(e) : 32;
}
export function placePanelStride(): usize {
  return toMatrix || inSequence ? 32 : PANEL_STRIDE;
}

/** Where the next row is to be placed. */
export function placePtr<T>(e: Experiment): usize {
  if (toMatrix) return storedPtr + (<usize>taken) * rowBytesOf<T>(e);
  return keptPtr + (<usize>waiting) * placeRowStride<T>(e);
}

/** Says that `rows` rows (at most `roomForRows()`) were placed; a full block goes to the learner. */
export function rowsPlaced<T>(e: Experiment, rows: i32): void {
  taken += rows;
  waiting += rows;
  if (waiting == BLOCK_ROWS) flush<T>(e);
}

function flush<T>(e: Experiment): void {
  const rows = waiting;
  waiting = 0;
  if (rows == 0) return;
  if (toGram) addGram<T>(keptPtr, panelCount<T>(e.padded), rows, PANEL_STRIDE, gramPtr, e.padded);
  if (inSequence) takeSteps<T>(e, keptPtr, rowBytesOf<T>(e), rows, weightsPtr);
}

/** The ridge weights of the rows so far, left at `sumsPtr`. */
export function finishDirection<T>(e: Experiment, lambda: f64): i32 {
  flush<T>(e);
  return solveGram<T>(e, lambda, taken, sumsPtr, gramPtr);
}

/** Finishes learning; the weights (f64, padded) are left at `sumsPtr`. */
export function finishRows<T>(e: Experiment): i32 {
  flush<T>(e);
  if (taken == 0) return EMPTY;
  let status = OK;
  if (inSequence) {
    for (let j = 0; j < e.padded; j++) store<f64>(at<f64>(sumsPtr, j), <f64>load<T>(at<T>(weightsPtr, j)));
  } else if (toMatrix) {
    const rowBytes = rowBytesOf<T>(e);
    memory.fill(storedPtr + (<usize>taken) * rowBytes, 0, 3 * rowBytes);
    status = solveStored<T>(e, taken, storedPtr, rowBytes, sumsPtr, solutionPtr, scratchPtr);
    memory.copy(sumsPtr, solutionPtr, (<usize>e.padded) << 3);
  } else {
    status = solveMoments<T>(e, taken, sumsPtr, gramPtr);
  }
  if ((status == OK || status == NOT_CONVERGED) && !allFinite(sumsPtr, e.padded)) return DIVERGED;
  return status;
}
