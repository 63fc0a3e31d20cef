/**
 * Matrix-free passes over a row-major block of signed rows X (M × d, padded; M padded with zero rows to a multiple of
 * four). One pass reads X once and does both halves of XᵀD X v: four rows are projected, weighted, and added back while
 * they are in the first-level cache. Sums run in T over 64 rows and are widened to f64 after that.
 */
import { accumulate, at, splatAt } from "./lanes";

/** Rows after which a running column sum is widened. */
const WIDEN_ROWS: i32 = 64;

/** out[k] = x_kᵀ v for `rows` rows (a multiple of four). */
export function projectRows<T>(xPtr: usize, rowBytes: usize, rows: i32, vPtr: usize, outPtr: usize): void {
  for (let k = 0; k < rows; k += 4) {
    const x1 = xPtr + rowBytes, x2 = x1 + rowBytes, x3 = x2 + rowBytes;
    let s0 = v128.splat<T>(0), s1 = v128.splat<T>(0), s2 = v128.splat<T>(0), s3 = v128.splat<T>(0);
    for (let c: usize = 0; c < rowBytes; c += 16) {
      const v = v128.load(vPtr + c);
      s0 = v128.add<T>(s0, v128.mul<T>(v, v128.load(xPtr + c)));
      s1 = v128.add<T>(s1, v128.mul<T>(v, v128.load(x1 + c)));
      s2 = v128.add<T>(s2, v128.mul<T>(v, v128.load(x2 + c)));
      s3 = v128.add<T>(s3, v128.mul<T>(v, v128.load(x3 + c)));
    }
    storeSums<T>(outPtr, s0, s1, s2, s3);
    outPtr += 4 * sizeof<T>();
    xPtr = x3 + rowBytes;
  }
}

// @ts-ignore: decorator
@inline
/** The lane sums of four vectors, side by side. */
function storeSums<T>(outPtr: usize, a: v128, b: v128, c: v128, d: v128): void {
  if (sizeof<T>() == 4) {
    const ab = f32x4.add(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(a, b, 2, 6, 3, 7));
    const cd = f32x4.add(i32x4.shuffle(c, d, 0, 4, 1, 5), i32x4.shuffle(c, d, 2, 6, 3, 7));
    v128.store(outPtr, f32x4.add(i32x4.shuffle(ab, cd, 0, 1, 4, 5), i32x4.shuffle(ab, cd, 2, 3, 6, 7)));
  } else {
    v128.store(outPtr, f64x2.add(i64x2.shuffle(a, b, 0, 2), i64x2.shuffle(a, b, 1, 3)));
    v128.store(outPtr, f64x2.add(i64x2.shuffle(c, d, 0, 2), i64x2.shuffle(c, d, 1, 3)), 16);
  }
}

/** partial ← partial + Σ over four rows of factor_k x_k, in T. */
// @ts-ignore: decorator
@inline
function addFourRows<T>(xPtr: usize, rowBytes: usize, factorsPtr: usize, partialPtr: usize): void {
  const x1 = xPtr + rowBytes, x2 = x1 + rowBytes, x3 = x2 + rowBytes;
  const f0 = splatAt<T>(factorsPtr), f1 = splatAt<T>(factorsPtr + sizeof<T>());
  const f2 = splatAt<T>(factorsPtr + 2 * sizeof<T>()), f3 = splatAt<T>(factorsPtr + 3 * sizeof<T>());
  for (let c: usize = 0; c < rowBytes; c += 16) {
    const left = v128.add<T>(v128.mul<T>(f0, v128.load(xPtr + c)), v128.mul<T>(f1, v128.load(x1 + c)));
    const right = v128.add<T>(v128.mul<T>(f2, v128.load(x2 + c)), v128.mul<T>(f3, v128.load(x3 + c)));
    v128.store(partialPtr + c, v128.add<T>(v128.load(partialPtr + c), v128.add<T>(left, right)));
  }
}

/** out (f64, padded dimension) = Σ_k factor_k x_k, for given factors (T, one a row, zero on padding rows). */
export function combineRows<T>(
  xPtr: usize,
  rowBytes: usize,
  rows: i32,
  factorsPtr: usize,
  partialPtr: usize,
  outPtr: usize,
): void {
  memory.fill(outPtr, 0, rowBytes * (8 / sizeof<T>()));
  for (let first = 0; first < rows; first += WIDEN_ROWS) {
    const count = min(WIDEN_ROWS, rows - first);
    memory.fill(partialPtr, 0, rowBytes);
    for (let k = 0; k < count; k += 4) {
      addFourRows<T>(xPtr, rowBytes, at<T>(factorsPtr, first + k), partialPtr);
      xPtr += rowBytes << 2;
    }
    widenInto<T>(partialPtr, rowBytes, outPtr);
  }
}

/**
 * out (f64) = Xᵀ D X v in one pass: dots of four rows with v, times the weights D (T, one a row; weightsPtr = 0 for
 * D = I), added back. `dotsPtr`: scratch for four T.
 */
export function applyNormal<T>(
  xPtr: usize,
  rowBytes: usize,
  rows: i32,
  vPtr: usize,
  weightsPtr: usize,
  dotsPtr: usize,
  partialPtr: usize,
  outPtr: usize,
): void {
  memory.fill(outPtr, 0, rowBytes * (8 / sizeof<T>()));
  for (let first = 0; first < rows; first += WIDEN_ROWS) {
    const count = min(WIDEN_ROWS, rows - first);
    memory.fill(partialPtr, 0, rowBytes);
    for (let k = 0; k < count; k += 4) {
      projectRows<T>(xPtr, rowBytes, 4, vPtr, dotsPtr);
      if (weightsPtr) {
        for (let i = 0; i < 4; i++) {
          const weight = load<T>(at<T>(weightsPtr, first + k + i));
          store<T>(at<T>(dotsPtr, i), <T>(weight * load<T>(at<T>(dotsPtr, i))));
        }
      }
      addFourRows<T>(xPtr, rowBytes, dotsPtr, partialPtr);
      xPtr += rowBytes << 2;
    }
    widenInto<T>(partialPtr, rowBytes, outPtr);
  }
}

function widenInto<T>(partialPtr: usize, rowBytes: usize, outPtr: usize): void {
  for (let c: usize = 0; c < rowBytes; c += 16) {
    accumulate<T>(outPtr + c * (8 / sizeof<T>()), v128.load(partialPtr + c));
  }
}
