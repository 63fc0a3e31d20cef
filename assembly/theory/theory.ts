/**
 * The theory engine: a cell's answer by closed forms and deterministic quadrature, no sampling (math.md, sections 2, 3, 5).
 * To leading order in 1/d for every generator, verifier and covariance with the ridge and class-mean learners; for Σ = I
 * also with learned generators and verifiers, and with batch logistic regression. One-pass SGD has no theory here.
 */
import { accuracyAtCosine, agreementAtCosine } from "../engine/evaluate";
import { at } from "../linalg/lanes";
import {
  dataKind, KEEP_ALL, learnerKind, learnerLambda, LOGISTIC, MEAN as CLASS_MEAN, meanNorm, setData, setGenerator, setLearner,
  setSamples, setVerifier, verifierKind,
} from "../model/settings";
import { EMPTY, OK } from "../status";
import { logisticRule } from "./convex";
import {
  EXCESS, keepRate, MEAN, measurePopulation, realisedError, realisedPhi, realisedPsi, rowsKept,
} from "./population";
import { cosineOfRule, limitCosine, meanRule, ridgeRule } from "./rules";

/** f64 fields of an answer, in this order; NaN where there is no value. */
export const THEORY_FIELDS: i32 = 11;
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

/** f64 fields of a point of `theoryBatch`: the arguments of setData, setGenerator, setVerifier and setLearner, then N, real. */
export const POINT_FIELDS: i32 = 21;

/** The answer to the present settings, for `samples` generated and `real` clean rows (counts up to 2^53), at `out`. */
export function theoryAnswer(samples: f64, real: f64, out: usize): void {
  for (let i = 0; i < THEORY_FIELDS; i++) store<f64>(at<f64>(out, i), NaN);
  let status = measurePopulation(samples, real);
  store<f64>(at<f64>(out, THEORY_ROWS), rowsKept);
  store<f64>(at<f64>(out, THEORY_KEEP_RATE), keepRate);
  store<f64>(at<f64>(out, THEORY_ERROR_RATE), realisedError);
  store<f64>(at<f64>(out, THEORY_PHI), realisedPhi);
  store<f64>(at<f64>(out, THEORY_PSI), realisedPsi);
  if (status == OK) {
    status = applyLearner();
    const cosine = cosineOfRule();
    store<f64>(at<f64>(out, THEORY_COSINE), cosine);
    store<f64>(at<f64>(out, THEORY_ACCURACY), accuracyAtCosine(dataKind, meanNorm, cosine));
    store<f64>(at<f64>(out, THEORY_AGREEMENT), agreementAtCosine(dataKind, meanNorm, cosine));
    store<f64>(at<f64>(out, THEORY_LIMIT_SELECTED), limitAccuracy());
  }
  store<f64>(at<f64>(out, THEORY_STATUS), <f64>status);
  store<f64>(at<f64>(out, THEORY_LIMIT_UNSELECTED), unselectedLimit(samples, real));
}

function applyLearner(): i32 {
  if (learnerKind == LOGISTIC) return logisticRule(rowsKept, MEAN, EXCESS, learnerLambda);
  if (learnerKind == CLASS_MEAN) meanRule(rowsKept, MEAN, EXCESS);
  else ridgeRule(rowsKept, MEAN, EXCESS, learnerLambda);
  return OK;
}

function limitAccuracy(): f64 {
  return accuracyAtCosine(dataKind, meanNorm, limitCosine(MEAN, EXCESS));
}
