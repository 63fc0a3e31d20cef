/**
 * Matrices of at most 5 × 5: f64, row-major, always 5 numbers a row, of which the leading ones are in use. Everything
 * the reduced engine knows about N × d data has this size.
 */
export const MATRIX_BYTES: usize = 200;

// @ts-ignore: decorator
@inline
export function entry(matrix: usize, i: i32, j: i32): usize {
  return matrix + ((<usize>(5 * i + j)) << 3);
}

// @ts-ignore: decorator
@inline
export function get(matrix: usize, i: i32, j: i32): f64 {
  return load<f64>(entry(matrix, i, j));
}

// @ts-ignore: decorator
@inline
export function put(matrix: usize, i: i32, j: i32, value: f64): void {
  store<f64>(entry(matrix, i, j), value);
}

/**
 * The first `rows` rows of the upper Cholesky factor of the n × n matrix at `a`: RᵀR = A where A has rank ≤ `rows`.
 * A pivot that rounding has made negative counts as zero, and its row with it.
 */
export function upperFactor(a: usize, n: i32, rows: i32, r: usize): void {
  memory.fill(r, 0, MATRIX_BYTES);
  for (let i = 0; i < rows; i++) {
    let pivot = get(a, i, i);
    for (let l = 0; l < i; l++) pivot -= get(r, l, i) * get(r, l, i);
    if (!(pivot > 0)) continue;
    const root = sqrt(pivot);
    put(r, i, i, root);
    for (let j = i + 1; j < n; j++) {
      let sum = get(a, i, j);
      for (let l = 0; l < i; l++) sum -= get(r, l, i) * get(r, l, j);
      put(r, i, j, sum / root);
    }
  }
}

/** Overwrites the lower triangle of the n × n matrix at `a` by L, A = LLᵀ; false if a pivot is not positive. */
export function lowerFactor(a: usize, n: i32): bool {
  for (let j = 0; j < n; j++) {
    let pivot = get(a, j, j);
    for (let l = 0; l < j; l++) pivot -= get(a, j, l) * get(a, j, l);
    if (!(pivot > 0)) return false;
    const root = sqrt(pivot);
    put(a, j, j, root);
    for (let i = j + 1; i < n; i++) {
      let sum = get(a, i, j);
      for (let l = 0; l < j; l++) sum -= get(a, i, l) * get(a, j, l);
      put(a, i, j, sum / root);
    }
  }
  return true;
}

/** X ← L⁻¹X for the leading n rows and `columns` columns at `x`. */
export function solveLower(l: usize, n: i32, x: usize, columns: i32): void {
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < n; i++) {
      let sum = get(x, i, c);
      for (let j = 0; j < i; j++) sum -= get(l, i, j) * get(x, j, c);
      put(x, i, c, sum / get(l, i, i));
    }
  }
}

/** X ← L⁻ᵀX. */
export function solveLowerTransposed(l: usize, n: i32, x: usize, columns: i32): void {
  for (let c = 0; c < columns; c++) {
    for (let i = n - 1; i >= 0; i--) {
      let sum = get(x, i, c);
      for (let j = i + 1; j < n; j++) sum -= get(l, j, i) * get(x, j, c);
      put(x, i, c, sum / get(l, i, i));
    }
  }
}

/** Σ_{l < n} A_li B_lj, an entry of AᵀB. */
export function columnProduct(a: usize, i: i32, b: usize, j: i32, n: i32): f64 {
  let sum: f64 = 0;
  for (let l = 0; l < n; l++) sum += get(a, l, i) * get(b, l, j);
  return sum;
}
