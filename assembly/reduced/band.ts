/**
 * The corner of (W + cI)⁻¹ and of (W + cI)⁻², W ~ Wishart_p(m), in O(p·b²) operations and O(b²) memory.
 *
 * Only the top-left b × b blocks are wanted, so W may be turned by any rotation that fixes the first b coordinates.
 * Householder steps, b columns and b rows at a time, bring its m × p normal root to an upper band matrix B, W = BᵀB,
 * whose entries stay independent:
 *
 *     B_ii ~ χ_{m−i},   B_{i,i+j} ~ N(0, 1) for 0 < j < b,   B_{i,i+b} ~ χ_{p−b−i},   i = 0 … min(m, p) − 1
 *
 * (b = 1 is the bidiagonal model of Dumitriu & Edelman, "Matrix models for beta ensembles", J. Math. Phys. 43, 2002,
 * section III). BᵀB + cI is eliminated from its last column to its first while the rows of B are drawn, from the last
 * to the first: row i touches the columns i … i + b only, and no row above it touches column i + b. What is left is the
 * Schur complement S of the first b columns, and along with it its derivative in c:
 *
 *     corner of the inverse = S⁻¹,   corner of its square = −∂S⁻¹/∂c = S⁻¹ S′ S⁻¹,   S′ = ∂S/∂c.
 *
 * Eliminating column l with the factors f_i = M_il / M_ll turns M into M_ij − f_i M_lj and M′ into the congruence
 * M′_ij − f_i M′_lj − f_j M′_il + f_i f_j M′_ll, which stays positive definite. Neither the band nor a factor is kept;
 * several c share one draw by being carried along together.
 *
 * Layout of a state: M, M′ (small.ts; lower triangles of 5 × 5, between steps in the indices 1 … b) and c.
 * Price: the normal equations square the condition number, harmless where c is a penalty; c = 0 wants m ≥ p.
 */
import { chi } from "../random/variates/gamma";
import { normal } from "../random/variates/normal64";
import { MATRIX_BYTES, entry, get, put } from "./small";

export const STATE_BYTES: usize = 2 * MATRIX_BYTES + 16;
const SHIFT: usize = 2 * MATRIX_BYTES;

/** Row i of B; and of the present elimination the last rows of M and M′. */
const ROW: usize = memory.data(40, 16);
const PIVOT: usize = memory.data(40, 16);
const SLOPE: usize = memory.data(40, 16);

// @ts-ignore: decorator
@inline
function element(vector: usize, i: i32): f64 {
  return load<f64>(vector + ((<usize>i) << 3));
}

/** S of a finished state: lower triangle, indices from 0. */
export function schurComplement(state: usize): usize {
  return entry(state, 1, 1);
}

/** S′ of a finished state: lower triangle, indices from 0. */
export function schurDerivative(state: usize): usize {
  return entry(state + MATRIX_BYTES, 1, 1);
}

/** A state that knows c and the columns past the last one: ones on the diagonal, coupled to nothing. */
export function beginState(state: usize, b: i32, c: f64): void {
  memory.fill(state, 0, STATE_BYTES);
  for (let i = 1; i <= b; i++) put(state, i, i, 1);
  store<f64>(state + SHIFT, c);
}

/** Row i of B at ROW; zero from row m on. */
function drawRow(i: i32, m: f64, p: i32, b: i32): void {
  memory.fill(ROW, 0, 40);
  if (<f64>i >= m) return;
  store<f64>(ROW, chi(m - <f64>i));
  for (let j = 1; j < min(b, p - i); j++) store<f64>(ROW + ((<usize>j) << 3), normal());
  if (i + b < p) store<f64>(ROW + ((<usize>b) << 3), chi(<f64>(p - b - i)));
}

/** Puts a column before the window, takes in the row at ROW, eliminates the last column and moves up by one. */
function step(state: usize, b: i32): void {
  const derivative = state + MATRIX_BYTES;
  put(state, 0, 0, load<f64>(state + SHIFT));
  put(derivative, 0, 0, 1);
  for (let i = 1; i <= b; i++) {
    put(state, i, 0, 0);
    put(derivative, i, 0, 0);
  }
  for (let i = 0; i <= b; i++) {
    const x = element(ROW, i);
    for (let j = 0; j <= i; j++) put(state, i, j, get(state, i, j) + x * element(ROW, j));
  }
  const inverse = 1 / get(state, b, b);
  const last = get(derivative, b, b);
  // the last rows are copied out and the rest goes from the bottom right: nothing is read after it was written
  memory.copy(PIVOT, entry(state, b, 0), 40);
  memory.copy(SLOPE, entry(derivative, b, 0), 40);
  for (let i = b - 1; i >= 0; i--) {
    const f = element(PIVOT, i) * inverse;
    const rest = element(SLOPE, i) - f * last;
    for (let j = i; j >= 0; j--) {
      const pivot = element(PIVOT, j);
      put(state, i + 1, j + 1, get(state, i, j) - f * pivot);
      put(derivative, i + 1, j + 1, get(derivative, i, j) - f * element(SLOPE, j) - pivot * inverse * rest);
    }
  }
}

/**
 * `drawRow` and `step` for b = 2 and one state, in registers: label noise lives here, and it is three times as fast.
 */
function eliminatePairs(m: f64, p: i32, state: usize): void {
  const c = load<f64>(state + SHIFT);
  let s11: f64 = 1, s21: f64 = 0, s22: f64 = 1;
  let d11: f64 = 0, d21: f64 = 0, d22: f64 = 0;
  for (let i = p - 1; i >= 0; i--) {
    let x0: f64 = 0, x1: f64 = 0, x2: f64 = 0;
    if (<f64>i < m) {
      x0 = chi(m - <f64>i);
      if (i + 1 < p) x1 = normal();
      if (i + 2 < p) x2 = chi(<f64>(p - 2 - i));
    }
    const pivot0 = x0 * x2;
    const pivot1 = s21 + x1 * x2;
    const inverse = 1 / (s22 + x2 * x2);
    const f0 = pivot0 * inverse, f1 = pivot1 * inverse;
    s22 = s11 + x1 * x1 - f1 * pivot1;
    s21 = x0 * x1 - f1 * pivot0;
    s11 = c + x0 * x0 - f0 * pivot0;
    const rest = d21 - f1 * d22;
    const last = d22;
    d22 = d11 - f1 * d21 - f1 * rest;
    d21 = -f0 * rest;
    d11 = 1 + f0 * f0 * last;
  }
  put(state, 1, 1, s11);
  put(state, 2, 1, s21);
  put(state, 2, 2, s22);
  put(state + MATRIX_BYTES, 1, 1, d11);
  put(state + MATRIX_BYTES, 2, 1, d21);
  put(state + MATRIX_BYTES, 2, 2, d22);
}

/** Draws W once, m a count of any size and b ≤ 4, and carries `count` states through it. */
export function eliminateBand(m: f64, p: i32, b: i32, states: usize, count: i32): void {
  if (b == 2 && count == 1) {
    eliminatePairs(m, p, states);
    return;
  }
  const end = states + <usize>count * STATE_BYTES;
  for (let i = p - 1; i >= 0; i--) {
    drawRow(i, m, p, b);
    for (let state = states; state < end; state += STATE_BYTES) step(state, b);
  }
}
