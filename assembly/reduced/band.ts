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
 * section III). BᵀB + cI is eliminated from its last column to its first while the rows of B are drawn, from the last to
 * the first: row i touches the columns i … i + b only, and no row above it touches column i + b. What is left is the
 * Schur complement S of the first b columns, and along with it its derivative in c:
 *
 *     corner of the inverse = S⁻¹,   corner of its square = −∂S⁻¹/∂c = S⁻¹ S′ S⁻¹,   S′ = ∂S/∂c.
 *
 * Eliminating column l with the factors f_i = M_il / M_ll turns M into M_ij − f_i M_lj and M′ into the congruence
 * M′_ij − f_i M′_lj − f_j M′_il + f_i f_j M′_ll, which stays positive definite. Neither the band nor a factor is kept;
 * several c share one draw by being carried along together.
 *
 * Layout of a state: two lower triangles, M then M′, f64[5][5] each, 400 bytes; between steps indices 1 … b are in use.
 * Price: the normal equations square the condition number, harmless where c is a penalty; c = 0 wants m ≥ p.
 */
import { chi } from "../random/variates/gamma";
import { normal } from "../random/variates/normal64";

export const STATE_BYTES: usize = 400;
const DERIVATIVE: usize = 200;
const ROW: usize = memory.data(40, 16);
const FACTORS: usize = memory.data(40, 16);

// @ts-ignore: decorator
@inline
function cell(state: usize, i: i32, j: i32): usize {
  return state + ((<usize>(5 * i + j)) << 3);
}

/** Columns past the last one: decoupled, with nothing to say. */
function begin(state: usize, b: i32): void {
  memory.fill(state, 0, STATE_BYTES);
  for (let i = 1; i <= b; i++) store<f64>(cell(state, i, i), 1);
}

/** Takes in the row of B at ROW, eliminates the window's last column and moves the window up by one. */
function step(state: usize, b: i32, c: f64): void {
  const derivative = state + DERIVATIVE;
  store<f64>(cell(state, 0, 0), c);
  for (let i = 0; i <= b; i++) {
    const x = load<f64>(ROW + ((<usize>i) << 3));
    for (let j = 0; j <= i; j++) {
      const at = cell(state, i, j);
      store<f64>(at, (j == 0 && i > 0 ? 0 : load<f64>(at)) + x * load<f64>(ROW + ((<usize>j) << 3)));
    }
  }
  const inverse = 1 / load<f64>(cell(state, b, b));
  for (let j = 0; j < b; j++) store<f64>(FACTORS + ((<usize>j) << 3), load<f64>(cell(state, b, j)) * inverse);
  const last = load<f64>(cell(derivative, b, b));
  store<f64>(cell(derivative, 0, 0), 1);
  for (let j = 1; j <= b; j++) store<f64>(cell(derivative, j, 0), 0);
  for (let i = b - 1; i >= 0; i--) {
    const f = load<f64>(FACTORS + ((<usize>i) << 3));
    const below = load<f64>(cell(derivative, b, i));
    for (let j = i; j >= 0; j--) {
      const g = load<f64>(FACTORS + ((<usize>j) << 3));
      store<f64>(cell(state, i + 1, j + 1), load<f64>(cell(state, i, j)) - f * load<f64>(cell(state, b, j)));
      store<f64>(
        cell(derivative, i + 1, j + 1),
        load<f64>(cell(derivative, i, j)) - f * load<f64>(cell(derivative, b, j)) - g * (below - f * last),
      );
    }
  }
}

/** Row i of B at ROW; zero from row m on. */
function drawRow(i: i32, m: f64, p: i32, b: i32): void {
  memory.fill(ROW, 0, 40);
  if (<f64>i >= m) return;
  store<f64>(ROW, chi(m - <f64>i));
  for (let j = 1; j < min(b, p - i); j++) store<f64>(ROW + ((<usize>j) << 3), normal());
  if (i + b < p) store<f64>(ROW + ((<usize>b) << 3), chi(<f64>(p - b - i)));
}

/** One draw of W carried through for `count` shifts: c at `shifts` (f64 each), states at `states`. */
export function bandCorner(m: f64, p: i32, b: i32, shifts: usize, count: i32, states: usize): void {
  for (let l = 0; l < count; l++) begin(states + <usize>l * STATE_BYTES, b);
  for (let i = p - 1; i >= 0; i--) {
    drawRow(i, m, p, b);
    for (let l = 0; l < count; l++) step(states + <usize>l * STATE_BYTES, b, load<f64>(shifts + ((<usize>l) << 3)));
  }
}
export function stepOnly(p: i32, b: i32, states: usize): void {
  begin(states, b); store<f64>(ROW, 1.3); store<f64>(ROW,.7,8); store<f64>(ROW,2,16);
  for (let i = p - 1; i >= 0; i--) step(states, b, 3);
}
export function step2(p: i32, states: usize): void {
  let s11: f64 = 1, s21: f64 = 0, s22: f64 = 1, g11: f64 = 0, g21: f64 = 0, g22: f64 = 0;
  const c: f64 = 3;
  for (let i = p - 1; i >= 0; i--) {
    const x0 = load<f64>(ROW), x1 = load<f64>(ROW, 8), x2 = load<f64>(ROW, 16);
    const m20 = x0 * x2, m21 = s21 + x1 * x2;
    const inv = 1 / (s22 + x2 * x2);
    const f0 = m20 * inv, f1 = m21 * inv;
    s22 = s11 + x1 * x1 - f1 * m21;
    s21 = x0 * x1 - f1 * m20;
    s11 = c + x0 * x0 - f0 * m20;
    const h = f1 * g22 - g21;
    g22 = g11 + f1 * (h - g21);
    g11 = 1 + f0 * f0 * g22;
    g21 = f0 * h;
  }
  store<f64>(states, s11 + g11+g21+g22+s21+s22);
}
