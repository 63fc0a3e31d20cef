/**
 * K Gaussian classes (docs/theory.md, section 14): a row of class c, drawn with probability π_c, is x ~ N(μ_c, I_d); it is
 * labelled j with probability P_cj and kept with probability κ_cj, whatever x is. The means lie in the first k coordinates.
 *
 * A problem is f64[HEAD] K, d, k, N, clean rows, λ, learner, intercept (0 or 1), precision (4 or 8), points of the quadrature,
 * then π (K), P (K × K), κ (K × K) and the means (K × k).
 */
import { at } from "../linalg/lanes";

export const PROBLEM_HEAD: i32 = 10;

/** Learners, by the codes of src/model/kinds.ts; SOFTMAX is logistic regression. */
export const RIDGE: i32 = 0;
export const MEAN: i32 = 1;
export const SOFTMAX: i32 = 3;

/** f64 fields of the record of a trial, before the K shares of right answers, by true class. */
export const CLASS_FIELDS: i32 = 8;
export const CLASS_STATUS: i32 = 0;
export const CLASS_ACCURACY: i32 = 1;
export const CLASS_GENERATED: i32 = 2;
export const CLASS_WRONG: i32 = 3;
export const CLASS_KEPT: i32 = 4;
export const CLASS_KEPT_WRONG: i32 = 5;
export const CLASS_ITERATIONS: i32 = 6;
export const CLASS_GRADIENT_NORM: i32 = 7;

/** The score of a class that no row is labelled with: it is never the answer. */
export const NEVER: f64 = -1e300;

export let classes: i32 = 0;
export let dim: i32 = 0;
export let span: i32 = 0;
export let samples: f64 = 0;
export let realSamples: f64 = 0;
export let lambda: f64 = 0;
export let learner: i32 = 0;
export let hasIntercept: bool = false;
export let precision: i32 = 0;
export let points: i32 = 0;
export let priorPtr: usize = 0;
export let confusionPtr: usize = 0;
export let retentionPtr: usize = 0;
export let meansPtr: usize = 0;

/** Reads the problem at `ptr`, which stays there. */
export function openProblem(ptr: usize): void {
  classes = <i32>load<f64>(ptr);
  dim = <i32>load<f64>(ptr, 8);
  span = <i32>load<f64>(ptr, 16);
  samples = load<f64>(ptr, 24);
  realSamples = load<f64>(ptr, 32);
  lambda = load<f64>(ptr, 40);
  learner = <i32>load<f64>(ptr, 48);
  hasIntercept = load<f64>(ptr, 56) != 0;
  precision = <i32>load<f64>(ptr, 64);
  points = <i32>load<f64>(ptr, 72);
  priorPtr = at<f64>(ptr, PROBLEM_HEAD);
  confusionPtr = at<f64>(priorPtr, classes);
  retentionPtr = at<f64>(confusionPtr, classes * classes);
  meansPtr = at<f64>(retentionPtr, classes * classes);
}

// @ts-ignore: decorator
@inline
/** Entry (i, j) of a row-major f64 matrix of `width` columns. */
export function entry(matrix: usize, width: i32, i: i32, j: i32): f64 {
  return load<f64>(at<f64>(matrix, i * width + j));
}

// @ts-ignore: decorator
@inline
export function put(matrix: usize, width: i32, i: i32, j: i32, value: f64): void {
  store<f64>(at<f64>(matrix, i * width + j), value);
}
