/**
 * The theory engine: a cell's answer by closed forms and deterministic quadrature, no sampling (math.md, sections 2, 3,
 * 5). To leading order in 1/d for every generator, verifier and covariance with the ridge and class-mean learners; for
 * Σ = I also with learned generators and verifiers, and with batch logistic regression. One-pass SGD has no theory
 * here.
 */
import { accuracyAtCosine, agreementAtCosine } from "../experiment/evaluate";
import { at } from "../linalg/lanes";
import { knowsRows } from "../experiment/known";
import {
  angleToGenerator, covarianceKind, dataKind, generatorKind, IDENTITY, KEEP_ALL, KEEP_LEARNED, keepFraction, LEARNED,
  learnerKind, learnerLambda, LOGISTIC, MEAN as CLASS_MEAN, meanNorm, phi, poison, psi, RIDGE, setData, setGenerator,
  setLearner, setVerifier, verifierAngle, verifierKind, verifierLambda, verifierSamples,
} from "../experiment/settings";
import { EMPTY, OK, UNKNOWN } from "../status";
import { convexRule, convexState } from "./convex";
import { LOGISTIC_LOSS, SQUARED_LOSS } from "./losses";
import {
  EXCESS, keepRate, MEAN, measurePopulation, realisedError, realisedPhi, realisedPsi, rowsKept,
} from "./population";
import { cosineOfRule, limitCosine, meanRule, ridgeRule } from "./rules";
import { prepareSpectrum, spectrumBytes } from "./spectrum";

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

/**
 * f64 fields of a point of `theoryBatch`: the arguments of setData, setGenerator, setVerifier and setLearner, then N,
 * real.
 */
export const POINT_FIELDS: i32 = 21;

/** The answer to the present settings, for `samples` generated and `real` clean rows (counts up to 2^53), at `out`. */
export function theoryAnswer(samples: f64, real: f64, out: usize): void {
  for (let i = 0; i < THEORY_FIELDS; i++) store<f64>(at<f64>(out, i), NaN);
  if (!answers()) {
    store<f64>(at<f64>(out, THEORY_STATUS), <f64>UNKNOWN);
    return;
  }
  // first, since what is measured last and the rule found on it stand for who asks further (generations.ts)
  store<f64>(at<f64>(out, THEORY_LIMIT_UNSELECTED), unselectedLimit(samples, real));
  const measured = measurePopulation(samples, real);
  // where less than one row is expected there is mostly nothing to learn from
  let status = measured == OK && rowsKept < 1 ? EMPTY : measured;
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
  }
  store<f64>(at<f64>(out, THEORY_STATUS), <f64>status);
  if (measured == OK) store<f64>(at<f64>(out, THEORY_LIMIT_SELECTED), limitAccuracy());
}

function applyLearner(): i32 {
  if (learnerKind == LOGISTIC) return convexRule(LOGISTIC_LOSS, rowsKept, MEAN, EXCESS, learnerLambda);
  if (learnerKind == CLASS_MEAN) meanRule(rowsKept, MEAN, EXCESS);
  else if (learnerKind == RIDGE) ridgeRule(rowsKept, MEAN, EXCESS, learnerLambda);
  else return UNKNOWN;
  return OK;
}

/** Whether the theory has an answer to these kinds. */
function answers(): bool {
  const limited = learnerKind == LOGISTIC || generatorKind == LEARNED || verifierKind == KEEP_LEARNED;
  return knowsRows() && (learnerKind == RIDGE || learnerKind == CLASS_MEAN || learnerKind == LOGISTIC) &&
    (covarianceKind == IDENTITY || !limited);
}

function limitAccuracy(): f64 {
  return accuracyAtCosine(dataKind, meanNorm, limitCosine(MEAN, EXCESS));
}

/** The limit of the same rows without a verifier. */
function unselectedLimit(samples: f64, real: f64): f64 {
  const kind = verifierKind, share = poison, correct = phi, wrong = psi;
  const angle = verifierAngle, between = angleToGenerator, keep = keepFraction;
  const count = verifierSamples, lambda = verifierLambda;
  setVerifier(KEEP_ALL, 1, 1, 0, NaN, 1, 0, 0, 0);
  const limit = measurePopulation(samples, real) == OK ? limitAccuracy() : NaN;
  setVerifier(kind, correct, wrong, angle, between, keep, share, count, lambda);
  return limit;
}

/**
 * Answers `count` points at once: f64[POINT_FIELDS] each at `points`, f64[THEORY_FIELDS] each at `out`. Points share
 * the covariance, which `theoryPrepare` has read; where that is not Σ = I also the dimension.
 */
export function theoryBatch(points: usize, count: i32, out: usize): void {
  for (let i = 0; i < count; i++) {
    const point = points + <usize>(i * POINT_FIELDS * 8);
    setData(<i32>field(point, 0), <i32>field(point, 1), field(point, 2));
    setGenerator(<i32>field(point, 3), field(point, 4), field(point, 5), <i32>field(point, 6), field(point, 7));
    setVerifier(
      <i32>field(point, 8), field(point, 9), field(point, 10), field(point, 11), field(point, 12), field(point, 13),
      field(point, 14), <i32>field(point, 15), field(point, 16),
    );
    setLearner(<i32>field(point, 17), field(point, 18), 0, 0, 0);
    theoryAnswer(field(point, 19), field(point, 20), out + <usize>(i * THEORY_FIELDS * 8));
  }
}

// @ts-ignore: decorator
@inline
function field(point: usize, index: i32): f64 {
  return load<f64>(at<f64>(point, index));
}

/** Bytes that `theoryPrepare` needs under the present data and covariance. */
export function theoryBytes(): f64 {
  return spectrumBytes();
}

/** Reads the covariance of the settings into the block at `base`, which must stay while points with it are asked. */
export function theoryPrepare(base: usize): void {
  prepareSpectrum(base);
}

/** For tests and embedders: M, c (3) and D (9) of the present settings' population, f64[13] at `out`. OK, or EMPTY. */
export function theoryPopulation(samples: f64, real: f64, out: usize): i32 {
  if (!knowsRows()) return UNKNOWN;
  const status = measurePopulation(samples, real);
  store<f64>(out, rowsKept);
  memory.copy(out + 8, MEAN, 24);
  memory.copy(out + 32, EXCESS, 72);
  return status;
}

/**
 * For tests and embedders: a (3), β and τ of the learner that minimises a convex loss (0 logistic, 1 squared) with the
 * settings' penalty, f64[5] at `out`. OK, EMPTY or NOT_CONVERGED.
 */
export function theoryConvex(samples: f64, real: f64, loss: i32, out: usize): i32 {
  if (!knowsRows() || (loss != LOGISTIC_LOSS && loss != SQUARED_LOSS)) return UNKNOWN;
  if (measurePopulation(samples, real) == EMPTY) return EMPTY;
  const status = convexRule(loss, rowsKept, MEAN, EXCESS, learnerLambda);
  convexState(out);
  return status;
}
