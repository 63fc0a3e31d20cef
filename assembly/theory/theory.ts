/**
 * The theory engine: a cell's answer by closed forms and deterministic quadrature, no sampling (docs/theory.md,
 * sections 2, 3, 5). To leading order in 1/d for every generator, verifier and covariance with ridge, the class mean and batch
 * logistic regression; for Σ = I also with learned generators and verifiers, and with one pass of SGD in small steps.
 */
import { accuracyAtCosine, agreementAtCosine, calibrationAt, riskAt } from "../experiment/evaluate";
import { copyExperiment, Experiment, EXPERIMENT_BYTES, knowsRows, LEARNED } from "../experiment/experiment";
import { applyTheory, hasTheory, lossOf } from "../learn/learners";
import { at } from "../linalg/lanes";
import { EMPTY, NOT_CONVERGED, OK, UNKNOWN } from "../status";
import { BLIND, knowsVerifier, learnsDirection } from "../verify/verifiers";
import { convexRule, convexState } from "./convex";
import { LOGISTIC_LOSS, SQUARED_LOSS } from "./losses";
import {
  EXCESS, keepRate, MEAN, measurePopulation, realisedError, realisedPhi, realisedPsi, rowsKept,
} from "./population";
import { cosineOfRule, limitCosine, square } from "./rules";
import { hasSpectrum, prepareSpectrum, spectrumBytes } from "./spectrum";

/** The same experiment with a verifier that keeps everything. */
const UNSELECTED: usize = memory.data(EXPERIMENT_BYTES, 16);

/** f64 fields of an answer, in this order; NaN if there is no value. */
export const THEORY_FIELDS: i32 = 14;
export const THEORY_STATUS: i32 = 0;
export const THEORY_ACCURACY: i32 = 1;
export const THEORY_AGREEMENT: i32 = 2;
export const THEORY_COSINE: i32 = 3;
/** M, clean rows included, and the kept share of the generated rows. */
export const THEORY_ROWS: i32 = 4;
export const THEORY_KEEP_RATE: i32 = 5;
export const THEORY_ERROR_RATE: i32 = 6;
export const THEORY_PHI: i32 = 7;
export const THEORY_PSI: i32 = 8;
/** Accuracy of least squares on endless rows, with the verifier and without it. */
export const THEORY_LIMIT_SELECTED: i32 = 9;
export const THEORY_LIMIT_UNSELECTED: i32 = 10;
/** √E(wᵀΣw), and the mean loss and the calibration of a rule of that length. */
export const THEORY_NORM: i32 = 11;
export const THEORY_RISK: i32 = 12;
export const THEORY_CALIBRATION: i32 = 13;

/** Whether the theory has an answer to these kinds. */
function answers(e: Experiment): bool {
  if (!knowsRows(e) || !knowsVerifier(e) || !hasTheory(e) || !hasSpectrum(e)) return false;
  return e.isWhite || (e.generatorKind != LEARNED && !learnsDirection(e));
}

/** An answer without a value. */
export function refuseAnswer(outPtr: usize): void {
  for (let i = 0; i < THEORY_FIELDS; i++) store<f64>(at<f64>(outPtr, i), NaN);
  store<f64>(at<f64>(outPtr, THEORY_STATUS), <f64>UNKNOWN);
}

/** The answer to an experiment, at `outPtr`. */
export function theoryAnswer(e: Experiment, outPtr: usize): void {
  refuseAnswer(outPtr);
  if (!answers(e)) return;
  // first, since what is measured last and the rule on it are read by who asks further (generations.ts)
  store<f64>(at<f64>(outPtr, THEORY_LIMIT_UNSELECTED), unselectedLimit(e));
  const measured = measurePopulation(e);
  // if less than one row is expected there is mostly nothing to learn from
  let status = measured == OK && rowsKept < 1 ? EMPTY : measured;
  store<f64>(at<f64>(outPtr, THEORY_ROWS), rowsKept);
  store<f64>(at<f64>(outPtr, THEORY_KEEP_RATE), keepRate);
  store<f64>(at<f64>(outPtr, THEORY_ERROR_RATE), realisedError);
  store<f64>(at<f64>(outPtr, THEORY_PHI), realisedPhi);
  store<f64>(at<f64>(outPtr, THEORY_PSI), realisedPsi);
  if (status == OK) {
    status = applyTheory(e);
  }
  if (status == OK || status == NOT_CONVERGED) {
    const cosine = cosineOfRule();
    store<f64>(at<f64>(outPtr, THEORY_COSINE), cosine);
    store<f64>(at<f64>(outPtr, THEORY_ACCURACY), accuracyAtCosine(e.dataKind, e.meanNorm, cosine));
    store<f64>(at<f64>(outPtr, THEORY_AGREEMENT), agreementAtCosine(e.dataKind, e.meanNorm, cosine));
    const norm = sqrt(square);
    // least squares at M = d without a penalty has no mean length
    if (norm < Infinity) {
      store<f64>(at<f64>(outPtr, THEORY_NORM), norm);
      store<f64>(at<f64>(outPtr, THEORY_RISK), riskAt(e.dataKind, e.meanNorm, cosine, norm, lossOf(e)));
      store<f64>(at<f64>(outPtr, THEORY_CALIBRATION), calibrationAt(e.dataKind, e.meanNorm, cosine, norm));
    }
  }
  store<f64>(at<f64>(outPtr, THEORY_STATUS), <f64>status);
  if (measured == OK) store<f64>(at<f64>(outPtr, THEORY_LIMIT_SELECTED), limitAccuracy(e));
}

function limitAccuracy(e: Experiment): f64 {
  return accuracyAtCosine(e.dataKind, e.meanNorm, limitCosine(MEAN, EXCESS));
}

/** The limit of the same rows without a verifier. */
function unselectedLimit(e: Experiment): f64 {
  const all = copyExperiment(e, changetype<Experiment>(UNSELECTED));
  all.verifierShape = BLIND;
  all.phi = 1;
  all.psi = 1;
  all.poison = 0;
  return measurePopulation(all) == OK ? limitAccuracy(all) : NaN;
}

/**
 * Answers `count` experiments, one behind the other at `experimentsPtr`: f64[THEORY_FIELDS] each at `outPtr`. They share
 * the covariance, which `theoryPrepare` has read; unless that is Σ = I also the dimension.
 */
export function theoryBatch(experimentsPtr: usize, count: i32, outPtr: usize): void {
  for (let i = 0; i < count; i++) {
    const e = changetype<Experiment>(experimentsPtr + <usize>(i * EXPERIMENT_BYTES));
    theoryAnswer(e, outPtr + <usize>(i * THEORY_FIELDS * 8));
  }
}

/** Bytes that `theoryPrepare` needs for the covariance of an experiment. */
export function theoryBytes(e: Experiment): f64 {
  return spectrumBytes(e);
}

/** Reads the covariance into the block at `basePtr`, which must stay while experiments with it are asked. */
export function theoryPrepare(e: Experiment, basePtr: usize): void {
  prepareSpectrum(e, basePtr);
}

/** For tests and embedders: M, c (3) and D (9) of an experiment's population, f64[13] at `outPtr`. OK, or EMPTY. */
export function theoryPopulation(e: Experiment, outPtr: usize): i32 {
  if (!knowsRows(e) || !knowsVerifier(e)) return UNKNOWN;
  const status = measurePopulation(e);
  store<f64>(outPtr, rowsKept);
  memory.copy(outPtr + 8, MEAN, 24);
  memory.copy(outPtr + 32, EXCESS, 72);
  return status;
}

/**
 * For tests and embedders: a (3), β and τ of the learner that minimises a convex loss (0 logistic, 1 squared) with the
 * experiment's penalty, f64[5] at `outPtr`. OK, EMPTY or NOT_CONVERGED.
 */
export function theoryConvex(e: Experiment, loss: i32, outPtr: usize): i32 {
  if (!knowsRows(e) || !knowsVerifier(e) || (loss != LOGISTIC_LOSS && loss != SQUARED_LOSS)) return UNKNOWN;
  if (measurePopulation(e) == EMPTY) return EMPTY;
  const status = convexRule(e, loss, rowsKept, MEAN, EXCESS, e.learnerLambda);
  convexState(outPtr);
  return status;
}
