/**
 * Moments of signed rows: M and Σ s sᵀ with s = (t z, 1), the (k + 1) × (k + 1) matrix of small.ts from which ridge and
 * class mean are learned. Rows are added one at a time, or a whole group at once where t z ~ N(shift·e₁, I_k): the sum
 * of n such rows is n·shift·e₁ + √n N(0, I_k) and their scatter about the mean is an independent Wishart_k(n − 1)
 * (Anderson, An Introduction to Multivariate Statistical Analysis, 3rd ed., theorem 3.3.2), so n costs nothing.
 */
import { chiSquare } from "../random/variates/gamma";
import { normal } from "../random/variates/normal64";
import { OK } from "../status";
import { drawFrame } from "./frame";
import { ACROSS, MODEL_BYTES, reducedRidge, STATUS } from "./ridge";
import { columnProduct, get, MATRIX_BYTES, put } from "./small";

const FRAME: usize = memory.data(200, 16);
const SUM: usize = memory.data(32, 16);
const STATE: usize = memory.data(416, 16);
const LAMBDA: usize = memory.data(8, 16);

export function clearMoments(moments: usize): void {
  memory.fill(moments, 0, MATRIX_BYTES);
}

/** M, the rows so far. */
export function rowCount(moments: usize, k: i32): f64 {
  return get(moments, k, k);
}

// @ts-ignore: decorator
@inline
function add(moments: usize, i: i32, j: i32, value: f64): void {
  put(moments, i, j, get(moments, i, j) + value);
}

/** Adds the row t z = (x, y, z), its first k coordinates; upper triangle only. */
export function addRow(moments: usize, k: i32, x: f64, y: f64, z: f64): void {
  add(moments, 0, 0, x * x);
  add(moments, 0, k, x);
  if (k > 1) {
    add(moments, 0, 1, x * y);
    add(moments, 1, 1, y * y);
    add(moments, 1, k, y);
  }
  if (k > 2) {
    add(moments, 0, 2, x * z);
    add(moments, 1, 2, y * z);
    add(moments, 2, 2, z * z);
    add(moments, 2, k, z);
  }
  add(moments, k, k, 1);
}

/** Adds n rows with t z ~ N(shift·e₁, I_k), n a count of any size. */
export function addGroup(moments: usize, k: i32, n: f64, shift: f64): void {
  if (n == 0) return;
  const root = sqrt(n);
  for (let i = 0; i < k; i++) store<f64>(SUM + ((<usize>i) << 3), (i == 0 ? n * shift : 0) + root * normal());
  const rows = drawFrame(n - 1, k, FRAME);
  for (let i = 0; i < k; i++) {
    const sum = load<f64>(SUM + ((<usize>i) << 3));
    for (let j = i; j < k; j++) {
      add(moments, i, j, columnProduct(FRAME, i, FRAME, j, rows) + sum * (load<f64>(SUM + ((<usize>j) << 3)) / n));
    }
    add(moments, i, k, sum);
  }
  add(moments, k, k, n);
}

/**
 * The class mean w = (1/M) Σ t x: a = (1/M) Σ t z and, the g's being independent of t, β² = χ²_{d−k} / M. Of the `past`
 * rows of earlier generations the moments hold M w, all that it needs of them.
 */
export function finishMean(momentsPtr: usize, k: i32, rows: f64, past: f64, dim: i32, modelPtr: usize): i32 {
  memory.fill(modelPtr, 0, MODEL_BYTES);
  for (let i = 0; i < k; i++) store<f64>(modelPtr + ((<usize>i) << 3), get(momentsPtr, i, k) / rows);
  store<f64>(modelPtr, (chiSquare(<f64>(dim - k)) * (rows - past)) / (rows * rows), ACROSS);
  return OK;
}

/** Ridge (ridge.ts) with one penalty; its status. */
export function finishRidge(momentsPtr: usize, k: i32, rows: f64, dim: i32, lambda: f64, modelPtr: usize): i32 {
  store<f64>(LAMBDA, lambda);
  reducedRidge(momentsPtr, k, rows, dim, LAMBDA, 1, STATE, modelPtr);
  return <i32>load<f64>(modelPtr, STATUS);
}
