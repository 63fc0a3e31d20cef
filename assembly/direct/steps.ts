/**
 * The steps of an experiment one by one, on arrays of the caller: sample, label, verify, fit. They run on the workspace
 * that `directPrepare` laid out and draw from the streams that `seedStreams` set. Here rows are plain x, row-major and
 * unpadded (n × d, T), labels and classes are i8 ±1, verdicts are u8 0 or 1.
 */
import { DOUBLE, Experiment, ISOTROPIC, knowsPrecision } from "../experiment/experiment";
import { gradientNorm, iterations, knowsLearner } from "../learn/learners";
import { at } from "../linalg/lanes";
import { BLOCK_ROWS, PANEL_STRIDE } from "../linalg/panels";
import { happens, nextU32, threshold32 } from "../random/streams";
import { UNKNOWN } from "../status";
import { passesThreshold, setThreshold } from "../verify/verifiers";
import { beginRows, finishRows, placePanelStride, placePtr, rowsPlaced } from "./consume";
import { sampleCandidates, scoreStar } from "./draw";
import { candidatesPtr, rowScalePtr, signsPtr, starScoresPtr, sumsPtr } from "./workspace";

/** Draws `count` rows and their classes. */
export function sampleRows(e: Experiment, count: i32, xPtr: usize, classesPtr: usize): void {
  if (e.precision == DOUBLE) sample<f64>(e, count, xPtr, classesPtr);
  else sample<f32>(e, count, xPtr, classesPtr);
}

function sample<T>(e: Experiment, count: i32, xPtr: usize, classesPtr: usize): void {
  const width = 32 / <i32>sizeof<T>(), dim = e.dim;
  for (let done = 0; done < count; done += BLOCK_ROWS) {
    const rows = min(BLOCK_ROWS, count - done);
    for (let i = 0; i < rows; i++) store<T>(at<T>(signsPtr, i), nextU32() >> 31 ? <T>-1 : <T>1);
    sampleCandidates<T>(e, rows);
    if (e.dataKind == ISOTROPIC) scoreStar<T>(e, rows);
    for (let i = 0; i < rows; i++) {
      const side = load<T>(at<T>(e.dataKind == ISOTROPIC ? starScoresPtr : signsPtr, i));
      store<i8>(classesPtr + <usize>(done + i), side >= <T>0 ? 1 : -1);
      const row = xPtr + (<usize>(done + i)) * (<usize>dim) * sizeof<T>();
      for (let j = 0; j < dim; j++) {
        const panel = candidatesPtr + (<usize>(j / width)) * PANEL_STRIDE + ((<usize>i) << 5);
        store<T>(at<T>(row, j), <T>(load<T>(at<T>(panel, j % width)) * load<T>(at<T>(rowScalePtr, j))));
      }
    }
  }
}

/** Turns each of `count` labels over with probability `rate`. */
export function flipLabels(classesPtr: usize, count: i32, rate: f64, labelsPtr: usize): void {
  const threshold = threshold32(rate);
  for (let i: usize = 0; i < <usize>count; i++) {
    const label = load<i8>(classesPtr + i);
    store<i8>(labelsPtr + i, happens(threshold) ? <i8>-label : label);
  }
}

/** scores[i] (f64) = x_iᵀ w, w f64[dim]; `precision` (SINGLE or DOUBLE) is that of x. */
export function linearScores(xPtr: usize, precision: i32, count: i32, dim: i32, weightsPtr: usize, scoresPtr: usize): void {
  for (let i = 0; i < count; i++) {
    let sum: f64 = 0;
    for (let j = 0; j < dim; j++) {
      const index = (<usize>i) * (<usize>dim) + <usize>j;
      const x = precision == DOUBLE ? load<f64>(xPtr + (index << 3)) : <f64>load<f32>(xPtr + (index << 2));
      sum += x * load<f64>(at<f64>(weightsPtr, j));
    }
    store<f64>(at<f64>(scoresPtr, i), sum);
  }
}

/** Keeps a correct label with probability φ, a wrong one with ψ. */
export function keepBernoulli(
  classesPtr: usize,
  labelsPtr: usize,
  count: i32,
  phi: f64,
  psi: f64,
  keepPtr: usize,
): void {
  const correctKept = threshold32(phi), wrongKept = threshold32(psi);
  for (let i: usize = 0; i < <usize>count; i++) {
    const correct = load<i8>(classesPtr + i) == load<i8>(labelsPtr + i);
    store<u8>(keepPtr + i, <u8>happens(correct ? correctKept : wrongKept));
  }
}

/** Keeps what scores on the side of its label: label · score > 0. */
export function keepAgreeing(labelsPtr: usize, scoresPtr: usize, count: i32, keepPtr: usize): void {
  for (let i = 0; i < count; i++) {
    store<u8>(keepPtr + <usize>i, <u8>(marginAt(labelsPtr, scoresPtr, i) > 0));
  }
}

/** Keeps the `target` rows of largest label · score; ties in order. `copyPtr`: scratch, f64[count]. */
export function keepTop(
  labelsPtr: usize,
  scoresPtr: usize,
  count: i32,
  target: i32,
  copyPtr: usize,
  keepPtr: usize,
): void {
  for (let i = 0; i < count; i++) store<f64>(at<f64>(copyPtr, i), marginAt(labelsPtr, scoresPtr, i));
  setThreshold<f64>(copyPtr, count, target);
  for (let i = 0; i < count; i++) {
    store<u8>(keepPtr + <usize>i, <u8>passesThreshold(marginAt(labelsPtr, scoresPtr, i)));
  }
}

// @ts-ignore: decorator
@inline
function marginAt(labelsPtr: usize, scoresPtr: usize, i: i32): f64 {
  return <f64>load<i8>(labelsPtr + <usize>i) * load<f64>(at<f64>(scoresPtr, i));
}

/** Turns each verdict over with probability `rate`. */
export function poisonVerdicts(keepPtr: usize, count: i32, rate: f64): void {
  const threshold = threshold32(rate);
  for (let i: usize = 0; i < <usize>count; i++) if (happens(threshold)) store<u8>(keepPtr + i, load<u8>(keepPtr + i) ^ 1);
}

/** Trains the learner on the kept rows. The weights (f64[dim]) are at `fitWeights()` after it. */
export function fitRows(e: Experiment, xPtr: usize, count: i32, labelsPtr: usize, keepPtr: usize): i32 {
  if (!knowsLearner(e) || !knowsPrecision(e)) return UNKNOWN;
  return e.precision == DOUBLE
    ? fit<f64>(e, xPtr, count, labelsPtr, keepPtr)
    : fit<f32>(e, xPtr, count, labelsPtr, keepPtr);
}

export function fitWeights(): usize {
  return sumsPtr;
}

export function fitIterations(): i32 {
  return iterations;
}

export function fitGradientNorm(): f64 {
  return gradientNorm;
}

function fit<T>(e: Experiment, xPtr: usize, count: i32, labelsPtr: usize, keepPtr: usize): i32 {
  const width = 32 / <i32>sizeof<T>(), dim = e.dim;
  beginRows<T>(e, false);
  for (let i = 0; i < count; i++) {
    if (!load<u8>(keepPtr + <usize>i)) continue;
    const label = <T>load<i8>(labelsPtr + <usize>i);
    const rowPtr = xPtr + (<usize>i) * (<usize>dim) * sizeof<T>();
    const toPtr = placePtr<T>(e);
    const panelStride = placePanelStride();
    for (let j = 0; j < e.padded; j++) {
      const value = j < dim ? <T>(label * load<T>(at<T>(rowPtr, j))) : <T>0;
      store<T>(at<T>(toPtr + (<usize>(j / width)) * panelStride, j % width), value);
      const sumPtr = at<f64>(sumsPtr, j);
      store<f64>(sumPtr, load<f64>(sumPtr) + <f64>value);
    }
    rowsPlaced<T>(e, 1);
  }
  return finishRows<T>(e);
}
