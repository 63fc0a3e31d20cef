/**
 * Ridge least squares on M × d data, exact in law, from (k + 1) × (k + 1) moments: (XᵀX + MλI) w = Xᵀt for rows
 * x = (z, g) with z ∈ R^k, g ~ N(0, I_{d−k}) independent of (z, t).
 *
 * Rotating the rows, S = [Z t] becomes its triangular root R (s = min(M, k + 1) rows) over zeros, and the g's stay
 * normal: an s × p block H beside R, p = d − k, and m = M − s rows below it with Gram matrix W ~ Wishart_p(m). With
 * K = H (W + cI)⁻¹ Hᵀ, c = Mλ, the solution has coordinates a and, outside the span of z, a part of uniform direction
 * and squared length β²:
 *
 *     a = (R_Zᵀ (I + K)⁻¹ R_Z + cI)⁻¹ R_Zᵀ (I + K)⁻¹ r_t,   e = (I + K)⁻¹ (r_t − R_Z a),   β² = ‖(W + cI)⁻¹ Hᵀ e‖².
 *
 * Hᵀ = P·T (frame.ts), P turned into the first coordinates: K = Tᵀ S⁻¹ T and β² = vᵀ S′ v, v = S⁻¹ T e, with S and S′
 * from band.ts. This holds for every M ≥ 1, fewer rows than k + 1 or than d included.
 *
 * Without a penalty (c = 0) M > d is the same formula. For M ≤ d the rows can be fitted exactly and the limit λ → 0 is
 * the shortest such w: then only the m-dimensional row space of the rows below drops out of H, what is left of it is
 * s × (p − m) normal with Gram matrix G ~ Wishart_s(p − m), and
 *
 *     y = (R_Z R_Zᵀ + G)⁻¹ r_t,   a = R_Zᵀ y,   β² = yᵀ G y,   in O(1), whatever d.
 *
 * The steps are rotations of a normal matrix, as in Bartlett (frame.ts), and block elimination. Moments: small.ts
 * matrix of Σ s sᵀ, s = (t z, 1) (the sign t changes no product). A model: f64[5] a₁, a₂, a₃ (zero from k on), β²,
 * status.
 */
import { OK, SINGULAR } from "../status";
import { beginState, eliminateBand, schurComplement, schurDerivative, STATE_BYTES } from "./band";
import { drawFrame } from "./frame";
import {
  columnProduct, get, lowerFactor, MATRIX_BYTES, put, solveLower, solveLowerTransposed, upperFactor,
} from "./small";

export const MODEL_BYTES: usize = 40;
/** Offsets in a model. */
export const ACROSS: usize = 24;
export const STATUS: usize = 32;

const ROOT: usize = memory.data(200, 16);
const FRAME: usize = memory.data(200, 16);
const PROJECTED: usize = memory.data(200, 16);
const WHITENED: usize = memory.data(200, 16);
const MIXED: usize = memory.data(200, 16);
const NORMAL: usize = memory.data(200, 16);
const SOLUTION: usize = memory.data(200, 16);

/**
 * Solves for `count` penalties (f64 at `lambdas`) on one draw of the g's; models go to `models`, one behind the other.
 * A model's status is SINGULAR if λ = 0 and M < d, as for the direct engine.
 * @param states count · STATE_BYTES of scratch
 */
export function reducedRidge(
  moments: usize, k: i32, rows: f64, d: i32, lambdas: usize, count: i32, states: usize, models: usize,
): void {
  const b = k + 1;
  const p = d - k;
  const s = <i32>min(rows, <f64>b);
  upperFactor(moments, b, s, ROOT);
  const q = drawFrame(<f64>p, s, FRAME);
  for (let l = 0; l < count; l++) {
    beginState(states + <usize>l * STATE_BYTES, s, rows * load<f64>(lambdas + ((<usize>l) << 3)));
  }
  eliminateBand(rows - <f64>s, p, s, states, count);
  for (let l = 0; l < count; l++) {
    const lambda = load<f64>(lambdas + ((<usize>l) << 3));
    const model = models + <usize>l * MODEL_BYTES;
    memory.fill(model, 0, MODEL_BYTES);
    let status = SINGULAR;
    if (lambda > 0 || rows > <f64>d) status = solve(states + <usize>l * STATE_BYTES, k, s, q, rows * lambda, model);
    else if (rows == <f64>d) status = shortest(k, s, rows, d, model);
    store<f64>(model + STATUS, <f64>status);
  }
}

/** The limit λ → 0 for M ≤ d: of all w that fit the kept rows exactly, the shortest. */
export function reducedInterpolation(moments: usize, k: i32, rows: f64, d: i32, model: usize): void {
  const s = <i32>min(rows, <f64>(k + 1));
  upperFactor(moments, k + 1, s, ROOT);
  store<f64>(model + STATUS, <f64>shortest(k, s, rows, d, model));
}

/** Column `j` of the `rows` leading rows of `from` as column 0 of `to`. */
function copyColumn(from: usize, j: i32, rows: i32, to: usize): void {
  for (let i = 0; i < rows; i++) put(to, i, 0, get(from, i, j));
}

function storeCoordinates(from: usize, k: i32, model: usize): void {
  for (let i = 0; i < 3; i++) store<f64>(model + ((<usize>i) << 3), i < k ? get(from, i, 0) : 0);
}

/** From S and S′ (q × q) of the state, T (q × s) and R (s × (k + 1)). */
function solve(state: usize, k: i32, s: i32, q: i32, c: f64, model: usize): i32 {
  const complement = schurComplement(state);
  if (!lowerFactor(complement, q)) return SINGULAR;
  memory.copy(PROJECTED, FRAME, MATRIX_BYTES);
  solveLower(complement, q, PROJECTED, s);
  // I + K = LLᵀ; everything about a is least squares in L⁻¹R
  for (let i = 0; i < s; i++) {
    for (let j = 0; j <= i; j++) put(MIXED, i, j, (i == j ? 1 : 0) + columnProduct(PROJECTED, i, PROJECTED, j, q));
  }
  if (!lowerFactor(MIXED, s)) return SINGULAR;
  memory.copy(WHITENED, ROOT, MATRIX_BYTES);
  solveLower(MIXED, s, WHITENED, k + 1);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) put(NORMAL, i, j, (i == j ? c : 0) + columnProduct(WHITENED, i, WHITENED, j, s));
    put(SOLUTION, i, 0, columnProduct(WHITENED, i, WHITENED, k, s));
  }
  if (!lowerFactor(NORMAL, k)) return SINGULAR;
  solveLower(NORMAL, k, SOLUTION, 1);
  solveLowerTransposed(NORMAL, k, SOLUTION, 1);
  storeCoordinates(SOLUTION, k, model);
  // the residual e, and v = S⁻¹ T e
  for (let i = 0; i < s; i++) {
    let residual = get(WHITENED, i, k);
    for (let j = 0; j < k; j++) residual -= get(WHITENED, i, j) * get(SOLUTION, j, 0);
    put(NORMAL, i, 0, residual);
  }
  solveLowerTransposed(MIXED, s, NORMAL, 1);
  for (let i = 0; i < q; i++) {
    let sum: f64 = 0;
    for (let j = 0; j < s; j++) sum += get(PROJECTED, i, j) * get(NORMAL, j, 0);
    put(SOLUTION, i, 0, sum);
  }
  solveLowerTransposed(complement, q, SOLUTION, 1);
  const derivative = schurDerivative(state);
  let square: f64 = 0;
  for (let i = 0; i < q; i++) {
    const v = get(SOLUTION, i, 0);
    square += get(derivative, i, i) * v * v;
    for (let j = 0; j < i; j++) square += 2 * get(derivative, i, j) * v * get(SOLUTION, j, 0);
  }
  store<f64>(model + ACROSS, max(0, square));
  return OK;
}

/** The shortest exact fit, M ≤ d, from R (s × (k + 1)). */
function shortest(k: i32, s: i32, rows: f64, d: i32, model: usize): i32 {
  const free = <f64>(d - k) - (rows - <f64>s);
  const q = drawFrame(free, s, FRAME);
  for (let i = 0; i < s; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = columnProduct(FRAME, i, FRAME, j, q);
      for (let l = 0; l < k; l++) sum += get(ROOT, i, l) * get(ROOT, j, l);
      put(MIXED, i, j, sum);
    }
  }
  if (!lowerFactor(MIXED, s)) return SINGULAR;
  copyColumn(ROOT, k, s, SOLUTION);
  solveLower(MIXED, s, SOLUTION, 1);
  solveLowerTransposed(MIXED, s, SOLUTION, 1);
  for (let i = 0; i < k; i++) put(NORMAL, i, 0, columnProduct(ROOT, i, SOLUTION, 0, s));
  storeCoordinates(NORMAL, k, model);
  let square: f64 = 0;
  for (let i = 0; i < q; i++) {
    let sum: f64 = 0;
    for (let j = 0; j < s; j++) sum += get(FRAME, i, j) * get(SOLUTION, j, 0);
    square += sum * sum;
  }
  store<f64>(model + ACROSS, square);
  return OK;
}
