/**
 * What each learner does with its rows, in all three engines: the one place where the kernels tell learners apart. A
 * learner takes its rows in one of three ways,
 *
 *     in sequence   a step for each row, in the order in which they were drawn (SGD, perceptron)
 *     by moments    their sum and, for ridge by Cholesky, their Gram matrix
 *     as a matrix   which it passes over many times (ridge by conjugate gradients, batch logistic regression)
 *
 * and what no branch names ends in UNKNOWN.
 */
import { LOG_LOSS, SQUARED_ERROR } from "../experiment/evaluate";
import { Experiment } from "../experiment/experiment";
import {
  conjugateGradientIterations, conjugateGradients, conjugateGradientScratch,
} from "../linalg/conjugateGradients";
import { scaleVector } from "../linalg/vectors";
import { finishMean, finishRidge } from "../reduced/moments";
import { NOT_CONVERGED, OK, SINGULAR, UNKNOWN } from "../status";
import { convexRule, convexState } from "../theory/convex";
import { LOGISTIC_LOSS as CONVEX_LOGISTIC } from "../theory/losses";
import { onePassRule, onePassWeights } from "../theory/onePass";
import { EXCESS, MEAN as MEAN_ROW, rowsKept } from "../theory/population";
import { meanRule, meanWeights, ridgeRule } from "../theory/rules";
import { fitLogistic, logisticGradientNorm, logisticIterations, logisticScratch } from "./logistic";
import { perceptronRows, perceptronStep } from "./perceptron";
import { solveRidge } from "./ridge";
import { knowsLoss, sgdRows, stepLength } from "./sgd";

export const RIDGE: i32 = 0;
export const MEAN: i32 = 1;
export const SGD: i32 = 2;
export const LOGISTIC: i32 = 3;
export const PERCEPTRON: i32 = 4;

export const CHOLESKY: i32 = 0;
export const CONJUGATE_GRADIENTS: i32 = 1;

const MAX_CG: i32 = 2000;

/** Iterations of the last fit by an iterative learner, and the gradient norm at its end relative to that at the start. */
export let iterations: i32 = 0;
export let gradientNorm: f64 = 0;

// @ts-ignore: decorator
@inline
/** Whether the learner takes a step for each row, in order. */
export function learnsInSequence(e: Experiment): bool {
  return e.learnerKind == SGD || e.learnerKind == PERCEPTRON;
}

/** Whether the learner forms XᵀX. */
export function formsGram(e: Experiment): bool {
  return e.learnerKind == RIDGE && e.solver == CHOLESKY;
}

/** Whether the learner keeps all rows and passes over them many times. */
export function storesRows(e: Experiment): bool {
  return e.learnerKind == LOGISTIC || (e.learnerKind == RIDGE && e.solver == CONJUGATE_GRADIENTS);
}

/** The loss of the learner's own kind, as `riskAt` takes it; −1 of one that has none. */
export function lossOf(e: Experiment): i32 {
  if (e.learnerKind == SGD) return e.loss;
  if (e.learnerKind == LOGISTIC) return LOG_LOSS;
  return e.learnerKind == RIDGE ? SQUARED_ERROR : -1;
}

/** Whether the direct engine answers the learner. */
export function knowsLearner(e: Experiment): bool {
  if (e.learnerKind == SGD) return knowsLoss(e.loss);
  return e.learnerKind == MEAN || e.learnerKind == PERCEPTRON || formsGram(e) || storesRows(e);
}

/** Bytes of scratch for a learner that stores its rows. */
export function storedScratch<T>(e: Experiment, rows: f64): u64 {
  return e.learnerKind == LOGISTIC
    ? <u64>logisticScratch<T>(rows, e.padded)
    : <u64>conjugateGradientScratch(e.padded);
}

/** Direct, in sequence: a step for each of `rows` signed rows (T, row-major); the weights (T) are at `weightsPtr`. */
export function takeSteps<T>(e: Experiment, xPtr: usize, rowBytes: usize, rows: i32, weightsPtr: usize): void {
  if (e.learnerKind == SGD) sgdRows<T>(xPtr, rowBytes, rows, weightsPtr, e.loss, e.learningRate, e.learnerLambda);
  else if (e.learnerKind == PERCEPTRON) perceptronRows<T>(xPtr, rowBytes, rows, weightsPtr);
}

/** Direct, by moments: weights (f64) in place of the sums of `rows` signed rows at `sumsPtr`. */
export function solveMoments<T>(e: Experiment, rows: i32, sumsPtr: usize, gramPtr: usize): i32 {
  if (e.learnerKind == MEAN) {
    scaleVector(sumsPtr, 1.0 / <f64>rows, e.padded);
    return OK;
  }
  if (formsGram(e)) return solveGram<T>(e, e.learnerLambda, rows, sumsPtr, gramPtr);
  return UNKNOWN;
}

/** The same for ridge with a penalty of its own: of the learner, or of a direction that is learned. */
export function solveGram<T>(e: Experiment, lambda: f64, rows: i32, sumsPtr: usize, gramPtr: usize): i32 {
  if (lambda == 0 && rows < e.dim) return SINGULAR;
  return solveRidge<T>(gramPtr, sumsPtr, e.dim, e.padded, <f64>rows, lambda);
}

/** Direct, as a matrix: weights (f64) at `solutionPtr` from the `rows` signed rows at `xPtr` and their sums. */
export function solveStored<T>(
  e: Experiment, rows: i32, xPtr: usize, rowBytes: usize, sumsPtr: usize, solutionPtr: usize, scratchPtr: usize,
): i32 {
  let status = OK;
  if (e.learnerKind == LOGISTIC) {
    status = fitLogistic<T>(xPtr, rowBytes, rows, e.learnerLambda, solutionPtr, e.padded, scratchPtr);
    iterations = logisticIterations();
    gradientNorm = logisticGradientNorm();
  } else if (storesRows(e)) {
    scaleVector(sumsPtr, 1.0 / <f64>rows, e.padded);
    const tolerance = sizeof<T>() == 4 ? 1e-6 : 1e-12;
    gradientNorm = conjugateGradients<T>(
      xPtr, rowBytes, (rows + 3) & ~3, 0, <f64>rows, e.learnerLambda, sumsPtr, solutionPtr, e.padded, tolerance, MAX_CG,
      scratchPtr,
    );
    iterations = conjugateGradientIterations();
    if (!(gradientNorm <= tolerance)) status = NOT_CONVERGED;
  } else {
    return UNKNOWN;
  }
  return status;
}

/** Forgets the iterations of the fit before. */
export function beginLearning(): void {
  iterations = 0;
  gradientNorm = 0;
}

/** Whether the reduced engine answers the learner under the experiment's policy (reduced/learner.ts). */
export function isReducible(e: Experiment): bool {
  if (e.learnerKind == RIDGE) return !e.accumulates;
  return e.learnerKind == MEAN || e.learnerKind == PERCEPTRON || (e.learnerKind == SGD && knowsLoss(e.loss));
}

// @ts-ignore: decorator
@inline
/** Reduced, in sequence: how far the step on a row of this margin goes along the row. */
export function stepOf(e: Experiment, margin: f64): f64 {
  return e.learnerKind == PERCEPTRON ? perceptronStep<f64>(margin) : stepLength<f64>(e.loss, e.learningRate, margin);
}

// @ts-ignore: decorator
@inline
/** Reduced, in sequence: what a step leaves of the weights before it. */
export function decayOf(e: Experiment): f64 {
  return e.learnerKind == PERCEPTRON ? 1 : 1 - e.learningRate * e.learnerLambda;
}

/** Reduced, by moments: the model of `rows` rows, `past` of them of earlier generations; its status. */
export function learnMoments(e: Experiment, momentsPtr: usize, k: i32, rows: f64, past: f64, modelPtr: usize): i32 {
  if (e.learnerKind == MEAN) return finishMean(momentsPtr, k, rows, past, e.dim, modelPtr);
  if (e.learnerKind == RIDGE) return finishRidge(momentsPtr, k, rows, e.dim, e.learnerLambda, modelPtr);
  return UNKNOWN;
}

/** Whether the theory answers the learner under the experiment's covariance. */
export function hasTheory(e: Experiment): bool {
  if (e.learnerKind == SGD) return e.isWhite && knowsLoss(e.loss);
  return e.learnerKind == RIDGE || e.learnerKind == MEAN || e.learnerKind == LOGISTIC;
}

/** Theory: leaves the rule on the measured population to theory/rules.ts. */
export function applyTheory(e: Experiment): i32 {
  if (e.learnerKind == LOGISTIC) return convexRule(e, CONVEX_LOGISTIC, rowsKept, MEAN_ROW, EXCESS, e.learnerLambda);
  if (e.learnerKind == SGD) return onePassRule(e, rowsKept);
  if (e.learnerKind == MEAN) meanRule(e, rowsKept, MEAN_ROW, EXCESS);
  else if (e.learnerKind == RIDGE) ridgeRule(e, rowsKept, MEAN_ROW, EXCESS, e.learnerLambda);
  else return UNKNOWN;
  return OK;
}

/** Theory: the mean of that rule's weights in the coordinates u, b₁, b₂, f64[3]; nothing for a learner without one. */
export function theoryWeights(e: Experiment, outPtr: usize): void {
  if (e.learnerKind == LOGISTIC) convexState(outPtr);
  else if (e.learnerKind == SGD) onePassWeights(outPtr);
  else if (e.learnerKind == MEAN) memory.copy(outPtr, MEAN_ROW, 24);
  else if (e.learnerKind == RIDGE) meanWeights(outPtr);
}
