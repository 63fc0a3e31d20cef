/**
 * The direct engine: one trial really draws its N × d data (block by block), trains the learner on the kept rows and
 * evaluates the rule it found. No shortcut of the theory is used.
 */
import {
  combineBasis, fillBasis, fillEigenvalues, generatorCoordinates, verifierCoordinates,
} from "../experiment/directions";
import {
  accuracyAtCosine, agreementAtCosine, calibrationAt, cosineWithStar, riskAt, whitenedNorm,
} from "../experiment/evaluate";
import {
  copyExperiment, DOUBLE, Experiment, EXPERIMENT_BYTES, knowsPrecision, knowsRows, LEARNED, LINEAR, MIX, takeOverByModel,
} from "../experiment/experiment";
import { gradientNorm, iterations, knowsLearner, lossOf } from "../learn/learners";
import { at } from "../linalg/lanes";
import { narrow, scaleVector } from "../linalg/vectors";
import { seedStreams } from "../random/streams";
import { DIVERGED, NOT_CONVERGED, OK, UNKNOWN } from "../status";
import { knowsVerifier, learnsDirection, looksAtRows } from "../verify/verifiers";
import { beginRows, continueRows, finishDirection, finishRows, keepRows } from "./consume";
import { drawReal, drawSynthetic, kept, keptWrong, wrong } from "./draw";
import {
  basisPtr, generatorPtr, generatorRowPtr, layOut, onesPtr, rowMeanPtr, rowScalePtr, scalePtr, starRowPtr, sumsPtr,
  verifierPtr, verifierRowPtr, whitenedMeanPtr,
} from "./workspace";

const COORDINATES: usize = memory.data(24, 16);
/** The experiment as a trial changes it: from the second generation on a model is its generator. */
const RUNNING: usize = memory.data(EXPERIMENT_BYTES, 16);

/** f64 fields of a trial's record, in this order. */
export const TRIAL_FIELDS: i32 = 13;
export const TRIAL_STATUS: i32 = 0;
export const TRIAL_ACCURACY: i32 = 1;
export const TRIAL_AGREEMENT: i32 = 2;
export const TRIAL_COSINE: i32 = 3;
export const TRIAL_KEPT: i32 = 4;
export const TRIAL_WRONG: i32 = 5;
export const TRIAL_KEPT_WRONG: i32 = 6;
export const TRIAL_GENERATED: i32 = 7;
export const TRIAL_ITERATIONS: i32 = 8;
export const TRIAL_GRADIENT_NORM: i32 = 9;
/** √(wᵀΣw), the mean loss of a fresh row, and the slope of its log-odds in the score (experiment/evaluate.ts). */
export const TRIAL_NORM: i32 = 10;
export const TRIAL_RISK: i32 = 11;
export const TRIAL_CALIBRATION: i32 = 12;

/** Bytes that `directPrepare` needs for an experiment; may exceed 4 GiB. */
export function directBytes(e: Experiment): f64 {
  return <f64>(e.precision == DOUBLE ? layOut<f64>(e, 0) : layOut<f32>(e, 0));
}

/** Lays out the block at `basePtr` (of `directBytes` bytes) and fills what does not change from trial to trial. */
export function directPrepare(e: Experiment, basePtr: usize): void {
  if (e.precision == DOUBLE) prepare<f64>(e, basePtr);
  else prepare<f32>(e, basePtr);
}

function prepare<T>(e: Experiment, basePtr: usize): void {
  layOut<T>(e, basePtr);
  const padded = e.padded;
  // √ of the eigenvalues of Σ, zero on the padding
  memory.fill(scalePtr, 0, (<usize>padded) << 3);
  fillEigenvalues(e, scalePtr);
  for (let j = 0; j < e.dim; j++) store<f64>(at<f64>(scalePtr, j), sqrt(load<f64>(at<f64>(scalePtr, j))));
  fillBasis(e, basisPtr);
  narrow<T>(rowScalePtr, scalePtr, padded);
  narrow<T>(starRowPtr, basisPtr, padded);
  for (let j = 0; j < padded; j++) {
    const mean = e.meanNorm * load<f64>(at<f64>(basisPtr, j));
    store<T>(at<T>(whitenedMeanPtr, j), <T>mean);
    store<T>(at<T>(rowMeanPtr, j), <T>(mean * load<f64>(at<f64>(scalePtr, j))));
    store<T>(at<T>(onesPtr, j), j < e.dim ? <T>1 : <T>0);
  }
  if (e.generatorKind == LINEAR) placeGenerator<T>(e);
  if (looksAtRows(e) && !learnsDirection(e)) {
    verifierCoordinates(e, COORDINATES);
    combineBasis(basisPtr, COORDINATES, padded, verifierPtr);
    narrow<T>(verifierRowPtr, verifierPtr, padded);
  }
}

function placeGenerator<T>(e: Experiment): void {
  generatorCoordinates(e, COORDINATES);
  combineBasis(basisPtr, COORDINATES, e.padded, generatorPtr);
  narrow<T>(generatorRowPtr, generatorPtr, e.padded);
}

/**
 * Computes trials `first` … `first + count − 1` of the cell and writes their records at `outPtr`: f64[TRIAL_FIELDS] for
 * each generation of each trial. What trial i gives depends on (seed, cell, i) and the experiment alone.
 */
export function directTrials(
  e: Experiment,
  seedLow: u32,
  seedHigh: u32,
  cellLow: u32,
  cellHigh: u32,
  first: i32,
  count: i32,
  outPtr: usize,
): void {
  const bytes = (<usize>e.generations) * <usize>(TRIAL_FIELDS * 8);
  const known = knowsRows(e) && knowsVerifier(e) && knowsLearner(e) && knowsPrecision(e);
  for (let i = 0; i < count; i++) {
    const recordsPtr = outPtr + (<usize>i) * bytes;
    memory.fill(recordsPtr, 0, bytes);
    if (!known) {
      refuseTrial(e, recordsPtr);
      continue;
    }
    seedStreams(seedLow, seedHigh, cellLow, cellHigh, first + i);
    const running = copyExperiment(e, changetype<Experiment>(RUNNING));
    if (e.precision == DOUBLE) trial<f64>(running, recordsPtr);
    else trial<f32>(running, recordsPtr);
  }
}

/** Every generation of a trial that an engine cannot answer. */
export function refuseTrial(e: Experiment, recordsPtr: usize): void {
  for (let g = 0; g < e.generations; g++) {
    store<f64>(recordsPtr + <usize>(g * TRIAL_FIELDS * 8) + <usize>(TRIAL_STATUS * 8), <f64>UNKNOWN);
  }
}

/** All generations of a trial: the model of each labels the rows of the next. */
function trial<T>(e: Experiment, recordsPtr: usize): void {
  let status = OK;
  // the models of the last trial have taken its place
  if (e.generatorKind == LINEAR && e.generations > 1) placeGenerator<T>(e);
  if (e.generatorKind == LEARNED) {
    status = learnDirection<T>(e, e.generatorSamples, e.generatorLambda, generatorPtr, generatorRowPtr);
  }
  for (let g = 0; g < e.generations; g++) {
    const recordPtr = recordsPtr + <usize>(g * TRIAL_FIELDS * 8);
    if (status == OK && learnsDirection(e) && (g == 0 || e.relearn)) {
      status = learnDirection<T>(e, e.verifierSamples, e.verifierLambda, verifierPtr, verifierRowPtr);
    }
    if (status == OK) status = generation<T>(e, g, recordPtr);
    store<f64>(at<f64>(recordPtr, TRIAL_STATUS), <f64>status);
    // a generation without a model has no successor: those after it end as it did
    if (status == NOT_CONVERGED) status = OK;
    if (status == OK && g + 1 < e.generations) {
      takeOverByModel(e);
      status = takeDirection<T>(e, generatorPtr, generatorRowPtr);
    }
  }
}

/** Draws the rows of generation `g` (from 0), trains on what the policy says, and evaluates. */
function generation<T>(e: Experiment, g: i32, recordPtr: usize): i32 {
  if (g > 0 && e.accumulates) continueRows(e);
  else beginRows<T>(e, false);
  drawSynthetic<T>(e);
  store<f64>(at<f64>(recordPtr, TRIAL_GENERATED), e.samples);
  store<f64>(at<f64>(recordPtr, TRIAL_WRONG), wrong);
  store<f64>(at<f64>(recordPtr, TRIAL_KEPT), kept);
  store<f64>(at<f64>(recordPtr, TRIAL_KEPT_WRONG), keptWrong);
  if (g == 0 || e.policy == MIX) drawReal<T>(e, <i32>e.realSamples);
  if (e.accumulates) keepRows<T>(e);
  const status = finishRows<T>(e);
  store<f64>(at<f64>(recordPtr, TRIAL_ITERATIONS), <f64>iterations);
  store<f64>(at<f64>(recordPtr, TRIAL_GRADIENT_NORM), gradientNorm);
  if (status != OK && status != NOT_CONVERGED) return status;
  const cosine = cosineWithStar(sumsPtr, scalePtr, basisPtr, e.dim);
  judgeTrial(e, cosine, whitenedNorm(sumsPtr, scalePtr, e.dim), recordPtr);
  return status;
}

/** What a rule of this cosine and length comes to, in the record of its trial. */
export function judgeTrial(e: Experiment, cosine: f64, norm: f64, recordPtr: usize): void {
  store<f64>(at<f64>(recordPtr, TRIAL_COSINE), cosine);
  store<f64>(at<f64>(recordPtr, TRIAL_ACCURACY), accuracyAtCosine(e.dataKind, e.meanNorm, cosine));
  store<f64>(at<f64>(recordPtr, TRIAL_AGREEMENT), agreementAtCosine(e.dataKind, e.meanNorm, cosine));
  store<f64>(at<f64>(recordPtr, TRIAL_NORM), norm);
  store<f64>(at<f64>(recordPtr, TRIAL_RISK), riskAt(e.dataKind, e.meanNorm, cosine, norm, lossOf(e)));
  store<f64>(at<f64>(recordPtr, TRIAL_CALIBRATION), calibrationAt(e.dataKind, e.meanNorm, cosine, norm));
}

/** Ridge on `count` clean rows; its direction at `directionPtr` and in T at `rowPtr`. */
function learnDirection<T>(e: Experiment, count: i32, lambda: f64, directionPtr: usize, rowPtr: usize): i32 {
  beginRows<T>(e, true);
  drawReal<T>(e, count);
  const status = finishDirection<T>(e, lambda);
  return status == OK ? takeDirection<T>(e, directionPtr, rowPtr) : status;
}

/** The whitened direction Σ^½ w of the weights at `sumsPtr`, of length one, at `directionPtr` and in T at `rowPtr`. */
function takeDirection<T>(e: Experiment, directionPtr: usize, rowPtr: usize): i32 {
  let square: f64 = 0;
  for (let j = 0; j < e.padded; j++) {
    const value = load<f64>(at<f64>(sumsPtr, j)) * load<f64>(at<f64>(scalePtr, j));
    store<f64>(at<f64>(directionPtr, j), value);
    square += value * value;
  }
  if (!(square > 0) || !isFinite(square)) return DIVERGED;
  scaleVector(directionPtr, 1.0 / sqrt(square), e.padded);
  narrow<T>(rowPtr, directionPtr, e.padded);
  return OK;
}
