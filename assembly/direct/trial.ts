/**
 * The direct engine: one trial really draws its N × d data (block by block), trains the learner on the kept rows and
 * evaluates the rule it found. No shortcut of the theory is used.
 */
import { at } from "../linalg/lanes";
import { narrow, scaleVector } from "../linalg/vectors";
import { fillBasis, generatorDirection, verifierDirection } from "../experiment/directions";
import {
  DIAGONAL, DOUBLE, KEEP_BERNOULLI, KEEP_LEARNED, LEARNED, LINEAR, MIX, POWER_LAW, covarianceExponent, covarianceKind,
  covarianceValuesPtr, dataKind, dimension, generatorKind, generatorLambda, generatorSamples, meanNorm, padded,
  generations, policy, precision, realSamples, relearn, samples, setGeneratorKind, verifierKind, verifierLambda, verifierSamples,
} from "../experiment/settings";
import { knowsLearner, knowsPrecision, knowsRows } from "../experiment/known";
import { seedStreams } from "../random/streams";
import { DIVERGED, NOT_CONVERGED, OK, UNKNOWN } from "../status";
import {
  beginRows, continueRows, finishDirection, finishRows, gradientNorm, iterations, keepRows,
} from "./consume";
import { drawReal, drawSynthetic, kept, keptWrong, wrong } from "./draw";
import { accuracyAtCosine, agreementAtCosine, cosineWithStar } from "../experiment/evaluate";
import {
  accumulates, basisPtr, generatorPtr, generatorRowPtr, layOut, onesPtr, rowMeanPtr, rowScalePtr, scalePtr, starRowPtr, sumsPtr,
  verifierPtr, verifierRowPtr, whitenedMeanPtr,
} from "./workspace";

/** f64 fields of a trial's record, in this order. */
export const TRIAL_FIELDS: i32 = 10;
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

/** Bytes that `directPrepare` needs for the present settings; may exceed 4 GiB. */
export function directBytes(): f64 {
  return <f64>(precision == DOUBLE ? layOut<f64>(0) : layOut<f32>(0));
}

/** Lays out the block at `basePtr` (of `directBytes()` bytes) and fills what does not change from trial to trial. */
export function directPrepare(basePtr: usize): void {
  if (precision == DOUBLE) prepare<f64>(basePtr);
  else prepare<f32>(basePtr);
}

function prepare<T>(basePtr: usize): void {
  layOut<T>(basePtr);
  fillScale();
  fillBasis(basisPtr);
  narrow<T>(rowScalePtr, scalePtr, padded);
  narrow<T>(starRowPtr, basisPtr, padded);
  for (let j = 0; j < padded; j++) {
    const mean = meanNorm * load<f64>(at<f64>(basisPtr, j));
    store<T>(at<T>(whitenedMeanPtr, j), <T>mean);
    store<T>(at<T>(rowMeanPtr, j), <T>(mean * load<f64>(at<f64>(scalePtr, j))));
    store<T>(at<T>(onesPtr, j), j < dimension ? <T>1 : <T>0);
  }
  if (generatorKind == LINEAR) placeGenerator<T>();
  if (verifierKind > KEEP_BERNOULLI && verifierKind != KEEP_LEARNED) {
    verifierDirection(basisPtr, verifierPtr);
    narrow<T>(verifierRowPtr, verifierPtr, padded);
  }
}

function placeGenerator<T>(): void {
  generatorDirection(basisPtr, generatorPtr);
  narrow<T>(generatorRowPtr, generatorPtr, padded);
}

/** √ of the eigenvalues of Σ, zero on the padding. */
function fillScale(): void {
  memory.fill(scalePtr, 0, (<usize>padded) << 3);
  let sum: f64 = 0;
  for (let j = 0; j < dimension; j++) {
    let value: f64 = 1;
    if (covarianceKind == POWER_LAW) value = Math.pow(<f64>(j + 1), -covarianceExponent);
    if (covarianceKind == DIAGONAL) value = load<f64>(at<f64>(covarianceValuesPtr, j));
    sum += value;
    store<f64>(at<f64>(scalePtr, j), value);
  }
  const mean = covarianceKind == POWER_LAW ? sum / <f64>dimension : 1.0;
  for (let j = 0; j < dimension; j++) store<f64>(at<f64>(scalePtr, j), sqrt(load<f64>(at<f64>(scalePtr, j)) / mean));
}

/**
 * Computes trials `first` … `first + count − 1` of the cell and writes their records at `outPtr`: f64[TRIAL_FIELDS] for
 * each generation of each trial. What trial i gives depends on (seed, cell, i) and the settings alone.
 */
export function directTrials(
  seedLow: u32,
  seedHigh: u32,
  cellLow: u32,
  cellHigh: u32,
  first: i32,
  count: i32,
  outPtr: usize,
): void {
  const bytes = (<usize>generations) * <usize>(TRIAL_FIELDS * 8);
  const known = knowsRows() && knowsLearner() && knowsPrecision();
  for (let i = 0; i < count; i++) {
    seedStreams(seedLow, seedHigh, cellLow, cellHigh, first + i);
    const records = outPtr + (<usize>i) * bytes;
    memory.fill(records, 0, bytes);
    if (!known) refuse(records);
    else if (precision == DOUBLE) trial<f64>(records);
    else trial<f32>(records);
  }
}

/** Every generation of a trial that no engine can answer. */
export function refuse(records: usize): void {
  for (let g = 0; g < generations; g++) store<f64>(records + <usize>(g * TRIAL_FIELDS * 8), <f64>UNKNOWN);
}

/** All generations of a trial: the model of each labels the rows of the next. */
function trial<T>(records: usize): void {
  const firstGenerator = generatorKind;
  let status = OK;
  // the models of the last trial have taken its place
  if (generatorKind == LINEAR && generations > 1) placeGenerator<T>();
  if (generatorKind == LEARNED) {
    status = learnDirection<T>(generatorSamples, generatorLambda, generatorPtr, generatorRowPtr);
  }
  for (let g = 0; g < generations; g++) {
    const record = records + <usize>(g * TRIAL_FIELDS * 8);
    if (status == OK && verifierKind == KEEP_LEARNED && (g == 0 || relearn)) {
      status = learnDirection<T>(verifierSamples, verifierLambda, verifierPtr, verifierRowPtr);
    }
    if (status == OK) status = generation<T>(g, record);
    store<f64>(record, <f64>status);
    // a generation without a model has no successor: those after it end as it did
    if (status == NOT_CONVERGED) status = OK;
    if (status == OK && g + 1 < generations) status = becomeGenerator<T>();
  }
  setGeneratorKind(firstGenerator);
}

/** Draws the rows of generation `g` (from 0), trains on what the policy says, and evaluates. */
function generation<T>(g: i32, record: usize): i32 {
  if (g > 0 && accumulates()) continueRows();
  else beginRows<T>(false);
  drawSynthetic<T>();
  store<f64>(at<f64>(record, TRIAL_GENERATED), <f64>samples);
  store<f64>(at<f64>(record, TRIAL_WRONG), wrong);
  store<f64>(at<f64>(record, TRIAL_KEPT), kept);
  store<f64>(at<f64>(record, TRIAL_KEPT_WRONG), keptWrong);
  if (realSamples > 0 && (g == 0 || policy == MIX)) drawReal<T>(realSamples);
  if (accumulates()) keepRows<T>();
  const status = finishRows<T>();
  store<f64>(at<f64>(record, TRIAL_ITERATIONS), <f64>iterations);
  store<f64>(at<f64>(record, TRIAL_GRADIENT_NORM), gradientNorm);
  if (status != OK && status != NOT_CONVERGED) return status;
  const cosine = cosineWithStar(sumsPtr, scalePtr, basisPtr, dimension);
  store<f64>(at<f64>(record, TRIAL_COSINE), cosine);
  store<f64>(at<f64>(record, TRIAL_ACCURACY), accuracyAtCosine(dataKind, meanNorm, cosine));
  store<f64>(at<f64>(record, TRIAL_AGREEMENT), agreementAtCosine(dataKind, meanNorm, cosine));
  return status;
}

/** Ridge on `count` clean rows; its direction at `directionPtr` and in T at `rowPtr`. */
function learnDirection<T>(count: i32, lambda: f64, directionPtr: usize, rowPtr: usize): i32 {
  beginRows<T>(true);
  drawReal<T>(count);
  const status = finishDirection<T>(lambda);
  return status == OK ? takeDirection<T>(directionPtr, rowPtr) : status;
}

/** The model just trained labels the next generation, as a learned direction would. */
function becomeGenerator<T>(): i32 {
  setGeneratorKind(LEARNED);
  return takeDirection<T>(generatorPtr, generatorRowPtr);
}

/** The whitened direction Σ^½ w of the weights at `sumsPtr`, of length one, at `directionPtr` and in T at `rowPtr`. */
function takeDirection<T>(directionPtr: usize, rowPtr: usize): i32 {
  let square: f64 = 0;
  for (let j = 0; j < padded; j++) {
    const value = load<f64>(at<f64>(sumsPtr, j)) * load<f64>(at<f64>(scalePtr, j));
    store<f64>(at<f64>(directionPtr, j), value);
    square += value * value;
  }
  if (!(square > 0) || !isFinite(square)) return DIVERGED;
  scaleVector(directionPtr, 1.0 / sqrt(square), padded);
  narrow<T>(rowPtr, directionPtr, padded);
  return OK;
}
