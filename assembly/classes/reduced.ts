/**
 * The reduced engine of K classes: ridge and class mean exact in law, whatever N is. Labels and verdicts look at no input, so counts
 * n_cj are multinomial; of the n rows of a group the sum in the span of the means is nμ_c + √n N(0, I_k), and the scatter of all groups
 * about their means one Wishart_k(M − groups). Everything else of the rows is independent of that.
 *
 * Ridge is section 4 of docs/theory.md with S = [Z T], T the one-hot labels, whose sum is the 1 of the intercepts: b = k + K, and with
 * R the root of SᵀS, K = H(W + MλI)⁻¹Hᵀ, A = (I + K)⁻¹ and X = [Z 1],
 *
 *     (a; b) = (R_XᵀA R_X + Mλ diag(1, …, 1, 0))⁻¹ R_XᵀA R_T,   e = A(R_T − R_X (a; b)),   outside: eᵀ H(W + MλI)⁻²Hᵀ e,
 *
 * K × K now. The band matrix that is eliminated has the width b (reduced/band.ts says how).
 */
import { at } from "../linalg/lanes";
import { seedStreams, uniform53 } from "../random/streams";
import { binomial } from "../random/variates/binomial";
import { chi } from "../random/variates/gamma";
import { normal } from "../random/variates/normal64";
import { EMPTY, OK, SINGULAR, UNKNOWN } from "../status";
import { columnProduct, drawTriangle, lowerFactor, solveLower, solveLowerTransposed } from "./dense";
import { orthantBytes, rightAnswers } from "./orthant";
import {
  CLASS_ACCURACY, CLASS_FIELDS, CLASS_GENERATED, CLASS_GRADIENT_NORM, CLASS_ITERATIONS, CLASS_KEPT, CLASS_KEPT_WRONG,
  CLASS_STATUS, CLASS_WRONG, classes, confusionPtr, dim, entry, hasIntercept, lambda, learner, MEAN, meansPtr, NEVER,
  openProblem, priorPtr, put, realSamples, retentionPtr, RIDGE, samples, span,
} from "./problem";

/** Matrices of the width b + 1, b = k + K. */
const MATRICES: i32 = 9;

/** b, and the width of the matrices. */
let b: i32 = 0;
let wide: i32 = 0;
let moments: usize = 0;
let root: usize = 0;
let frame: usize = 0;
let projected: usize = 0;
let whitened: usize = 0;
let mixed: usize = 0;
let normalMatrix: usize = 0;
let state: usize = 0;
let derivative: usize = 0;
let counts: usize = 0;
let labels: usize = 0;
let weights: usize = 0;
let gram: usize = 0;
let bias: usize = 0;
let shift: usize = 0;
let vector: usize = 0;
let pivots: usize = 0;
let slopes: usize = 0;
let orthant: usize = 0;

/** Bytes of scratch of `classReducedTrials`. */
export function classReducedBytes(problemPtr: usize): f64 {
  openProblem(problemPtr);
  const width = <f64>(span + classes + 1), k = <f64>classes;
  return 8 * (<f64>MATRICES * width * width + 2 * k * k + k * <f64>span + 3 * k + 3 * width) + orthantBytes(classes) + 256;
}

function place(scratchPtr: usize): void {
  const k = classes;
  b = span + k;
  wide = b + 1;
  const size = wide * wide;
  moments = scratchPtr;
  root = at<f64>(moments, size);
  frame = at<f64>(root, size);
  projected = at<f64>(frame, size);
  whitened = at<f64>(projected, size);
  mixed = at<f64>(whitened, size);
  normalMatrix = at<f64>(mixed, size);
  state = at<f64>(normalMatrix, size);
  derivative = at<f64>(state, size);
  counts = at<f64>(derivative, size);
  gram = at<f64>(counts, k * k);
  weights = at<f64>(gram, k * k);
  labels = at<f64>(weights, k * span);
  bias = at<f64>(labels, k);
  shift = at<f64>(bias, k);
  vector = at<f64>(shift, k);
  pivots = at<f64>(vector, wide);
  slopes = at<f64>(pivots, wide);
  orthant = at<f64>(slopes, wide);
}

function add(matrix: usize, i: i32, j: i32, value: f64): void {
  put(matrix, wide, i, j, entry(matrix, wide, i, j) + value);
}

/** How many of `left` go to a part of the probability `share` of what has `rest`. */
function part(left: f64, share: f64, rest: f64): f64 {
  if (left == 0 || share <= 0) return 0;
  return share >= rest ? left : binomial(left, share / rest);
}

/** Draws the numbers of kept rows by class and label, clean ones included; the record's counts. */
function drawCounts(outPtr: usize): f64 {
  const k = classes;
  let rows: f64 = 0, wrong: f64 = 0, kept: f64 = 0, keptWrong: f64 = 0;
  let left = samples, rest: f64 = 1;
  for (let c = 0; c < k; c++) {
    const prior = load<f64>(at<f64>(priorPtr, c));
    let own = c == k - 1 ? left : part(left, prior, rest);
    left -= own;
    rest -= prior;
    let restOfRow: f64 = 1;
    for (let j = 0; j < k; j++) {
      const share = entry(confusionPtr, k, c, j);
      const labelled = part(own, share, restOfRow);
      own -= labelled;
      restOfRow -= share;
      const kappa = entry(retentionPtr, k, c, j);
      const taken = kappa >= 1 ? labelled : part(labelled, kappa, 1);
      if (j != c) wrong += labelled;
      if (j != c) keptWrong += taken;
      kept += taken;
      put(counts, k, c, j, taken);
    }
    // what the rounding of a row's sum left over has its last label of any probability
    if (own > 0) {
      for (let j = k - 1; j >= 0; j--) {
        if (entry(confusionPtr, k, c, j) <= 0) continue;
        if (j != c) wrong += own;
        const kappa = entry(retentionPtr, k, c, j);
        const taken = kappa >= 1 ? own : part(own, kappa, 1);
        if (j != c) keptWrong += taken;
        kept += taken;
        put(counts, k, c, j, entry(counts, k, c, j) + taken);
        break;
      }
    }
  }
  left = realSamples;
  rest = 1;
  for (let c = 0; c < k; c++) {
    const prior = load<f64>(at<f64>(priorPtr, c));
    const own = c == k - 1 ? left : part(left, prior, rest);
    left -= own;
    rest -= prior;
    put(counts, k, c, c, entry(counts, k, c, c) + own);
  }
  for (let i = 0; i < k * k; i++) rows += load<f64>(at<f64>(counts, i));
  store<f64>(at<f64>(outPtr, CLASS_WRONG), wrong);
  store<f64>(at<f64>(outPtr, CLASS_KEPT), kept);
  store<f64>(at<f64>(outPtr, CLASS_KEPT_WRONG), keptWrong);
  return rows;
}

/** Draws SᵀS of the kept rows, S = [Z T]; lower and upper triangle. */
function drawMoments(rows: f64): void {
  const k = classes, n = span;
  memory.fill(moments, 0, (<usize>(wide * wide)) << 3);
  memory.fill(labels, 0, (<usize>k) << 3);
  let groups: f64 = 0;
  for (let c = 0; c < k; c++) {
    for (let j = 0; j < k; j++) {
      const count = entry(counts, k, c, j);
      if (count == 0) continue;
      groups += 1;
      store<f64>(at<f64>(labels, j), load<f64>(at<f64>(labels, j)) + count);
      const spread = Math.sqrt(count);
      for (let i = 0; i < n; i++) store<f64>(at<f64>(vector, i), count * entry(meansPtr, n, c, i) + spread * normal());
      for (let i = 0; i < n; i++) {
        const x = load<f64>(at<f64>(vector, i));
        add(moments, i, n + j, x);
        for (let l = 0; l < n; l++) add(moments, i, l, x * (load<f64>(at<f64>(vector, l)) / count));
      }
    }
  }
  const height = drawTriangle(rows - groups, n, frame, wide);
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < n; l++) add(moments, i, l, columnProduct(frame, i, frame, l, wide, height));
  }
  for (let j = 0; j < k; j++) {
    put(moments, wide, n + j, n + j, load<f64>(at<f64>(labels, j)));
    for (let i = 0; i < n; i++) put(moments, wide, n + j, i, entry(moments, wide, i, n + j));
  }
}

/** Of the class mean: weights in the span, inner products and intercepts. */
function learnMean(rows: f64): i32 {
  const k = classes, n = span;
  const height = drawTriangle(<f64>(dim - n), k, frame, wide);
  for (let j = 0; j < k; j++) {
    const count = load<f64>(at<f64>(labels, j));
    const scale = hasIntercept ? (count > 0 ? 1 / count : 0) : 1 / rows;
    store<f64>(at<f64>(vector, j), scale * Math.sqrt(count));
    for (let i = 0; i < n; i++) put(weights, n, j, i, scale * entry(moments, wide, i, n + j));
  }
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let sum = columnProduct(frame, i, frame, j, wide, height) * load<f64>(at<f64>(vector, i)) * load<f64>(at<f64>(vector, j));
      for (let l = 0; l < n; l++) sum += entry(weights, n, i, l) * entry(weights, n, j, l);
      put(gram, k, i, j, sum);
    }
    store<f64>(at<f64>(bias, i), hasIntercept ? -0.5 * entry(gram, k, i, i) : 0);
  }
  return OK;
}

/** The upper root of the moments: s rows; a pivot that rounding has made negative, or a label without a row, counts as zero. */
function factorMoments(s: i32): void {
  memory.fill(root, 0, (<usize>(wide * wide)) << 3);
  for (let i = 0; i < s; i++) {
    const whole = entry(moments, wide, i, i);
    let pivot = whole;
    for (let l = 0; l < i; l++) pivot -= entry(root, wide, l, i) * entry(root, wide, l, i);
    if (!(pivot > 1e-14 * whole)) continue;
    const length = Math.sqrt(pivot);
    put(root, wide, i, i, length);
    for (let j = i + 1; j < b; j++) {
      let sum = entry(moments, wide, i, j);
      for (let l = 0; l < i; l++) sum -= entry(root, wide, l, i) * entry(root, wide, l, j);
      put(root, wide, i, j, sum / length);
    }
  }
}

/** The Schur complement of the first s columns of W + cI and its derivative in c, in the indices 1 … s of both (reduced/band.ts). */
function eliminate(m: f64, p: i32, s: i32, c: f64): void {
  memory.fill(state, 0, (<usize>(wide * wide)) << 3);
  memory.fill(derivative, 0, (<usize>(wide * wide)) << 3);
  for (let i = 1; i <= s; i++) put(state, wide, i, i, 1);
  for (let i = p - 1; i >= 0; i--) {
    memory.fill(vector, 0, (<usize>wide) << 3);
    if (<f64>i < m) {
      store<f64>(vector, chi(m - <f64>i));
      for (let j = 1; j < min(s, p - i); j++) store<f64>(at<f64>(vector, j), normal());
      if (i + s < p) store<f64>(at<f64>(vector, s), chi(<f64>(p - s - i)));
    }
    put(state, wide, 0, 0, c);
    put(derivative, wide, 0, 0, 1);
    for (let r = 1; r <= s; r++) {
      put(state, wide, r, 0, 0);
      put(derivative, wide, r, 0, 0);
    }
    for (let r = 0; r <= s; r++) {
      const x = load<f64>(at<f64>(vector, r));
      if (x == 0) continue;
      for (let j = 0; j <= r; j++) add(state, r, j, x * load<f64>(at<f64>(vector, j)));
    }
    const inverse = 1 / entry(state, wide, s, s);
    const last = entry(derivative, wide, s, s);
    // the last rows are copied out and the rest goes from the bottom right: nothing is read after it was written
    memory.copy(pivots, at<f64>(state, s * wide), (<usize>wide) << 3);
    memory.copy(slopes, at<f64>(derivative, s * wide), (<usize>wide) << 3);
    for (let r = s - 1; r >= 0; r--) {
      const f = load<f64>(at<f64>(pivots, r)) * inverse;
      const rest = load<f64>(at<f64>(slopes, r)) - f * last;
      for (let j = r; j >= 0; j--) {
        const pivot = load<f64>(at<f64>(pivots, j));
        put(state, wide, r + 1, j + 1, entry(state, wide, r, j) - f * pivot);
        const moved = entry(derivative, wide, r, j) - f * load<f64>(at<f64>(slopes, j)) - pivot * inverse * rest;
        put(derivative, wide, r + 1, j + 1, moved);
      }
    }
  }
}

function learnRidge(rows: f64): i32 {
  const k = classes, n = span, p = dim - n;
  const c = rows * lambda;
  const s = <i32>min(rows, <f64>b);
  factorMoments(s);
  const q = drawTriangle(<f64>p, s, frame, wide);
  eliminate(rows - <f64>s, p, s, c);
  // the complement stands behind the first row and column
  const complement = at<f64>(state, wide + 1);
  const slope = at<f64>(derivative, wide + 1);
  if (!lowerFactor(complement, wide, q)) return SINGULAR;
  memory.copy(projected, frame, (<usize>(wide * wide)) << 3);
  solveLower(complement, wide, q, projected, wide, s);
  for (let i = 0; i < s; i++) {
    for (let j = 0; j <= i; j++) {
      put(mixed, wide, i, j, (i == j ? 1 : 0) + columnProduct(projected, i, projected, j, wide, q));
    }
  }
  if (!lowerFactor(mixed, wide, s)) return SINGULAR;
  // the columns Z, 1 and T of L⁻¹R, A = (LLᵀ)⁻¹: 1 is the sum of T and takes the place behind the last
  memory.copy(whitened, root, (<usize>(wide * wide)) << 3);
  solveLower(mixed, wide, s, whitened, wide, b);
  for (let i = 0; i < s; i++) {
    let sum: f64 = 0;
    for (let j = 0; j < k; j++) sum += entry(whitened, wide, i, n + j);
    put(whitened, wide, i, b, sum);
  }
  const size = n + (hasIntercept ? 1 : 0);
  for (let i = 0; i < size; i++) {
    const left = i < n ? i : b;
    for (let j = 0; j <= i; j++) {
      const right = j < n ? j : b;
      const own = columnProduct(whitened, left, whitened, right, wide, s);
      put(normalMatrix, wide, i, j, own + (i == j && i < n ? c : 0));
    }
  }
  if (!lowerFactor(normalMatrix, wide, size)) return SINGULAR;
  // the coefficients at `frame`, which is free again
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < k; j++) put(frame, wide, i, j, columnProduct(whitened, i < n ? i : b, whitened, n + j, wide, s));
  }
  solveLower(normalMatrix, wide, size, frame, wide, k);
  solveLowerTransposed(normalMatrix, wide, size, frame, wide, k);
  for (let j = 0; j < k; j++) {
    for (let i = 0; i < n; i++) put(weights, n, j, i, entry(frame, wide, i, j));
    store<f64>(at<f64>(bias, j), hasIntercept ? entry(frame, wide, n, j) : 0);
  }
  // e at `root`, then v = S⁻¹ T e at `frame`
  for (let i = 0; i < s; i++) {
    for (let j = 0; j < k; j++) {
      let rest = entry(whitened, wide, i, n + j);
      for (let l = 0; l < size; l++) rest -= entry(whitened, wide, i, l < n ? l : b) * entry(frame, wide, l, j);
      put(root, wide, i, j, rest);
    }
  }
  solveLowerTransposed(mixed, wide, s, root, wide, k);
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < k; j++) {
      let sum: f64 = 0;
      for (let l = 0; l < s; l++) sum += entry(projected, wide, i, l) * entry(root, wide, l, j);
      put(frame, wide, i, j, sum);
    }
  }
  solveLowerTransposed(complement, wide, q, frame, wide, k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      let sum: f64 = 0;
      for (let l = 0; l < n; l++) sum += entry(weights, n, i, l) * entry(weights, n, j, l);
      for (let l = 0; l < q; l++) {
        for (let h = 0; h < q; h++) {
          const between = l >= h ? entry(slope, wide, l, h) : entry(slope, wide, h, l);
          sum += entry(frame, wide, l, i) * between * entry(frame, wide, h, j);
        }
      }
      put(gram, k, i, j, sum);
      put(gram, k, j, i, sum);
    }
  }
  return OK;
}

function trial(outPtr: usize): void {
  const k = classes;
  for (let i = 0; i < CLASS_FIELDS + k; i++) store<f64>(at<f64>(outPtr, i), NaN);
  store<f64>(at<f64>(outPtr, CLASS_GENERATED), samples);
  store<f64>(at<f64>(outPtr, CLASS_ITERATIONS), 0);
  store<f64>(at<f64>(outPtr, CLASS_GRADIENT_NORM), 0);
  const rows = drawCounts(outPtr);
  let status = EMPTY;
  if (rows > 0) {
    drawMoments(rows);
    status = learner == RIDGE ? learnRidge(rows) : learner == MEAN ? learnMean(rows) : UNKNOWN;
  }
  store<f64>(at<f64>(outPtr, CLASS_STATUS), <f64>status);
  if (status != OK) return;
  for (let j = 0; j < k; j++) {
    if (load<f64>(at<f64>(labels, j)) == 0) store<f64>(at<f64>(bias, j), NEVER);
    store<f64>(at<f64>(shift, j), uniform53());
  }
  const accuracy = rightAnswers(weights, span, bias, gram, shift, orthant, at<f64>(outPtr, CLASS_FIELDS));
  store<f64>(at<f64>(outPtr, CLASS_ACCURACY), accuracy);
}

/** Trials as `classTrials`, without a penalty SINGULAR at d + K rows or fewer. @param scratchPtr `classReducedBytes(problemPtr)` bytes */
export function classReducedTrials(
  problemPtr: usize, seedLow: u32, seedHigh: u32, cellLow: u32, cellHigh: u32, first: i32, count: i32, scratchPtr: usize,
  outPtr: usize,
): void {
  openProblem(problemPtr);
  place(scratchPtr);
  for (let i = 0; i < count; i++) {
    seedStreams(seedLow, seedHigh, cellLow, cellHigh, first + i);
    trial(at<f64>(outPtr, i * (CLASS_FIELDS + classes)));
  }
}
