/**
 * The limit of many dimensions of one-vs-rest least squares and of the class mean (docs/theory.md, section 14). Of the M rows that are
 * expected to be kept let q_cj be the share of class c with label j, π′_j = Σ_c q_cj, m = E x, C = E xxᵀ and c_j = E[x 1(label j)], less
 * m mᵀ and π′_j m if there are intercepts. They differ from I and 0 in the span of the means only. With the ρ of
 * theory/spectrum.ts, ρ(1 − (d/M)/(1 + ρ)) = λ, and t = d/(M(1 + ρ)²),
 *
 *     w̄_j = (C + ρI)⁻¹ c_j,   b_j = π′_j − w̄_jᵀm,
 *     E w_iᵀw_j = w̄_iᵀw̄_j + t/(1 − t) · (E t_i t_j − c_iᵀw̄_j − c_jᵀw̄_i + w̄_iᵀC w̄_j),   t_i = 1(label i), less π′_i:
 *
 * section 3 for sums of outputs, and so by polarisation for each pair. The class mean has w̄_j = c_j (nearest mean: c_j/π′_j, not centred)
 * and noise of covariance π′_j d/M (d/(Mπ′_j)), alone for each class. The K scores of a row of class c are then N(w̄_jᵀμ_c + b_j, E wᵀw).
 */
import { at } from "../linalg/lanes";
import { EMPTY, OK, SINGULAR, UNKNOWN } from "../status";
import { lowerFactor, solveLower, solveLowerTransposed } from "./dense";
import { orthantBytes, rightAnswers } from "./orthant";
import {
  CLASS_ACCURACY, CLASS_FIELDS, CLASS_GENERATED, CLASS_KEPT, CLASS_KEPT_WRONG, CLASS_STATUS, CLASS_WRONG, classes,
  confusionPtr, dim, entry, hasIntercept, lambda, learner, MEAN, meansPtr, NEVER, openProblem, priorPtr, put,
  realSamples, retentionPtr, RIDGE, samples, span,
} from "./problem";

/** Bytes of scratch of `classTheory`. */
export function classTheoryBytes(problemPtr: usize): f64 {
  openProblem(problemPtr);
  const k = <f64>classes, n = <f64>span;
  return 8 * (2 * k * k + 2 * n * n + 2 * k * n + 4 * k + n) + orthantBytes(classes) + 256;
}

/** The record of the theory: as that of a trial, of which the counts are means. */
export function classTheory(problemPtr: usize, scratchPtr: usize, outPtr: usize): void {
  openProblem(problemPtr);
  const k = classes, n = span;
  const shares = scratchPtr;
  const gram = at<f64>(shares, k * k);
  const second = at<f64>(gram, k * k);
  const factor = at<f64>(second, n * n);
  const moments = at<f64>(factor, n * n);
  const weights = at<f64>(moments, k * n);
  const labels = at<f64>(weights, k * n);
  const bias = at<f64>(labels, k);
  const shift = at<f64>(bias, k);
  const mean = at<f64>(shift, k);
  const orthant = at<f64>(mean, n);
  for (let i = 0; i < CLASS_FIELDS + k; i++) store<f64>(at<f64>(outPtr, i), NaN);

  let rows: f64 = 0, wrong: f64 = 0, kept: f64 = 0, keptWrong: f64 = 0;
  for (let c = 0; c < k; c++) {
    const prior = load<f64>(at<f64>(priorPtr, c));
    for (let j = 0; j < k; j++) {
      const labelled = samples * prior * entry(confusionPtr, k, c, j);
      const left = labelled * entry(retentionPtr, k, c, j);
      if (j != c) wrong += labelled;
      if (j != c) keptWrong += left;
      kept += left;
      const all = left + (j == c ? realSamples * prior : 0);
      put(shares, k, c, j, all);
      rows += all;
    }
  }
  store<f64>(at<f64>(outPtr, CLASS_GENERATED), samples);
  store<f64>(at<f64>(outPtr, CLASS_WRONG), wrong);
  store<f64>(at<f64>(outPtr, CLASS_KEPT), kept);
  store<f64>(at<f64>(outPtr, CLASS_KEPT_WRONG), keptWrong);
  let status = OK;
  if (rows < 1) status = EMPTY;
  else if (learner != RIDGE && learner != MEAN) status = UNKNOWN;
  else if (learner == RIDGE && lambda == 0 && rows <= <f64>dim) status = SINGULAR;
  store<f64>(at<f64>(outPtr, CLASS_STATUS), <f64>status);
  if (status != OK) return;

  // moments of the kept rows
  memory.fill(second, 0, (<usize>(n * n)) << 3);
  memory.fill(moments, 0, (<usize>(k * n)) << 3);
  memory.fill(labels, 0, (<usize>k) << 3);
  memory.fill(mean, 0, (<usize>n) << 3);
  for (let c = 0; c < k; c++) {
    let own: f64 = 0;
    for (let j = 0; j < k; j++) {
      const share = entry(shares, k, c, j) / rows;
      own += share;
      store<f64>(at<f64>(labels, j), load<f64>(at<f64>(labels, j)) + share);
      for (let i = 0; i < n; i++) put(moments, n, j, i, entry(moments, n, j, i) + share * entry(meansPtr, n, c, i));
    }
    for (let i = 0; i < n; i++) {
      const x = own * entry(meansPtr, n, c, i);
      store<f64>(at<f64>(mean, i), load<f64>(at<f64>(mean, i)) + x);
      for (let l = 0; l < n; l++) put(second, n, i, l, entry(second, n, i, l) + x * entry(meansPtr, n, c, l));
    }
  }
  for (let i = 0; i < n; i++) put(second, n, i, i, entry(second, n, i, i) + 1);
  if (learner == MEAN) classMean(rows, moments, labels, weights, gram, bias);
  else ridge(rows, moments, labels, mean, second, factor, weights, gram, bias);
  for (let j = 0; j < k; j++) {
    if (load<f64>(at<f64>(labels, j)) == 0) store<f64>(at<f64>(bias, j), NEVER);
    store<f64>(at<f64>(shift, j), 0);
  }
  const accuracy = rightAnswers(weights, n, bias, gram, shift, orthant, at<f64>(outPtr, CLASS_FIELDS));
  store<f64>(at<f64>(outPtr, CLASS_ACCURACY), accuracy);
}

function product(a: usize, i: i32, b: usize, j: i32): f64 {
  let sum: f64 = 0;
  for (let l = 0; l < span; l++) sum += entry(a, span, i, l) * entry(b, span, j, l);
  return sum;
}

function classMean(rows: f64, moments: usize, labels: usize, weights: usize, gram: usize, bias: usize): void {
  const k = classes, d = <f64>dim;
  for (let j = 0; j < k; j++) {
    const share = load<f64>(at<f64>(labels, j));
    const scale = hasIntercept ? (share > 0 ? 1 / share : 0) : 1;
    for (let i = 0; i < span; i++) put(weights, span, j, i, scale * entry(moments, span, j, i));
  }
  for (let i = 0; i < k; i++) {
    const share = load<f64>(at<f64>(labels, i));
    const noise = hasIntercept ? (share > 0 ? d / (rows * share) : 0) : (share * d) / rows;
    for (let j = 0; j < k; j++) put(gram, k, i, j, product(weights, i, weights, j) + (i == j ? noise : 0));
    store<f64>(at<f64>(bias, i), hasIntercept ? -0.5 * entry(gram, k, i, i) : 0);
  }
}

function ridge(
  rows: f64, moments: usize, labels: usize, mean: usize, second: usize, factor: usize, weights: usize, gram: usize,
  bias: usize,
): void {
  const k = classes, n = span, d = <f64>dim;
  if (hasIntercept) {
    for (let i = 0; i < n; i++) {
      const m = load<f64>(at<f64>(mean, i));
      for (let l = 0; l < n; l++) put(second, n, i, l, entry(second, n, i, l) - m * load<f64>(at<f64>(mean, l)));
      for (let j = 0; j < k; j++) put(moments, n, j, i, entry(moments, n, j, i) - load<f64>(at<f64>(labels, j)) * m);
    }
  }
  // ρ² + bρ − λ = 0, the root written so that nothing cancels
  const b = 1 - d / rows - lambda;
  const root = Math.sqrt(b * b + 4 * lambda);
  const rho = b > 0 ? (2 * lambda) / (b + root) : 0.5 * (root - b);
  const t = d / (rows * (1 + rho) * (1 + rho));
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < n; l++) put(factor, n, i, l, entry(second, n, i, l) + (i == l ? rho : 0));
  }
  lowerFactor(factor, n, n);
  for (let j = 0; j < k; j++) {
    const row = at<f64>(weights, j * n);
    memory.copy(row, at<f64>(moments, j * n), (<usize>n) << 3);
    solveLower(factor, n, n, row, 1, 1);
    solveLowerTransposed(factor, n, n, row, 1, 1);
  }
  for (let i = 0; i < k; i++) {
    const own = load<f64>(at<f64>(labels, i));
    for (let j = 0; j < k; j++) {
      let quadratic: f64 = 0;
      for (let l = 0; l < n; l++) {
        for (let h = 0; h < n; h++) quadratic += entry(weights, n, i, l) * entry(second, n, l, h) * entry(weights, n, j, h);
      }
      const outputs = (i == j ? own : 0) - (hasIntercept ? own * load<f64>(at<f64>(labels, j)) : 0);
      const residual = outputs - product(moments, i, weights, j) - product(moments, j, weights, i) + quadratic;
      put(gram, k, i, j, product(weights, i, weights, j) + (t / (1 - t)) * residual);
    }
    let shifted: f64 = 0;
    for (let l = 0; l < n; l++) shifted += entry(weights, n, i, l) * load<f64>(at<f64>(mean, l));
    store<f64>(at<f64>(bias, i), hasIntercept ? own - shifted : 0);
  }
}
