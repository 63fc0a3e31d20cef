/** Small f64 matrices, row-major, of any width: what is left of K classes once the rows are counted. */
import { chi } from "../random/variates/gamma";
import { normal } from "../random/variates/normal64";
import { entry, put } from "./problem";

/** Overwrites the lower triangle of the n × n matrix at `a` by L, A = LLᵀ; false if a pivot is not positive. */
export function lowerFactor(a: usize, width: i32, n: i32): bool {
  for (let j = 0; j < n; j++) {
    let pivot = entry(a, width, j, j);
    for (let l = 0; l < j; l++) pivot -= entry(a, width, j, l) * entry(a, width, j, l);
    if (!(pivot > 0)) return false;
    const root = Math.sqrt(pivot);
    put(a, width, j, j, root);
    for (let i = j + 1; i < n; i++) {
      let sum = entry(a, width, i, j);
      for (let l = 0; l < j; l++) sum -= entry(a, width, i, l) * entry(a, width, j, l);
      put(a, width, i, j, sum / root);
    }
  }
  return true;
}

/** X ← L⁻¹X for the leading n rows and `columns` columns at `x`. */
export function solveLower(l: usize, width: i32, n: i32, x: usize, wide: i32, columns: i32): void {
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < n; i++) {
      let sum = entry(x, wide, i, c);
      for (let j = 0; j < i; j++) sum -= entry(l, width, i, j) * entry(x, wide, j, c);
      put(x, wide, i, c, sum / entry(l, width, i, i));
    }
  }
}

/** X ← L⁻ᵀX. */
export function solveLowerTransposed(l: usize, width: i32, n: i32, x: usize, wide: i32, columns: i32): void {
  for (let c = 0; c < columns; c++) {
    for (let i = n - 1; i >= 0; i--) {
      let sum = entry(x, wide, i, c);
      for (let j = i + 1; j < n; j++) sum -= entry(l, width, j, i) * entry(x, wide, j, c);
      put(x, wide, i, c, sum / entry(l, width, i, i));
    }
  }
}

/** Σ_{l < n} A_li B_lj, an entry of AᵀB of two matrices of one width. */
export function columnProduct(a: usize, i: i32, b: usize, j: i32, width: i32, n: i32): f64 {
  let sum: f64 = 0;
  for (let l = 0; l < n; l++) sum += entry(a, width, l, i) * entry(b, width, l, j);
  return sum;
}

/**
 * T with TᵀT ~ Wishart of `rows` standard normal rows of n coordinates (Bartlett): T_ii ~ χ_{rows−i}, N(0, 1) to the right of it, in
 * min(rows, n) rows, whose number is returned; what is below the diagonal is zero.
 */
export function drawTriangle(rows: f64, n: i32, t: usize, width: i32): i32 {
  const count = <i32>min(rows, <f64>n);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < n; j++) put(t, width, i, j, j < i ? 0 : j == i ? chi(rows - <f64>i) : normal());
  }
  return count;
}
