/**
 * The task: the eigenvalues of symmetric n × n matrices, as tokens.
 *
 * Entries are uniform in [−10, 10] and rounded to tenths; the input is the upper triangle, row by row, each entry as three
 * tokens: its sign (0: not negative, 1: negative), the whole part of its size (2 … 12) and the tenths (13 … 22). The answer is
 * the eigenvalues of the rounded matrix, the largest first, rounded to tenths: z = 10λ + 100n + 10, which is in [10, 200n + 10]
 * as no eigenvalue is beyond 10n (Gershgorin), in base 20 as two tokens, z div 20 (0 … 10n) and 10n + 1 + z mod 20.
 *
 * The ten put zero in the middle of a digit. Without it eigenvalues near zero, which are frequent, stand at the edge of two:
 * the same training of 6,000 steps on 2,500 matrices then had .24 of new ones right to 2 %, instead of .35 (means of 6 seeds).
 */
import { jacobiEigen } from "../linalg/eigen";
import { uniform53 } from "../random/streams";

const BASE: i32 = 20;

// @ts-ignore: decorator
@inline
/** What zero is written as. */
function zero(n: i32): i32 {
  return 100 * n + 10;
}

/** Room for a matrix and its eigenvectors of up to 8 × 8. */
const MATRIX: usize = memory.data(64 * 8, 16);
const VECTORS: usize = memory.data(64 * 8, 16);

/**
 * Draws matrices from the streams as they stand.
 *
 * @param n 1 … 8
 * @param inputsPtr receives u8[3 · n(n + 1)/2] a matrix
 * @param answersPtr receives u8[2 · n] a matrix: the exact eigenvalues as tokens
 * @param valuesPtr receives f64[n] a matrix: the eigenvalues, the largest first
 * @returns OK, or NOT_CONVERGED
 */
export function drawMatrices(n: i32, count: i32, inputsPtr: usize, answersPtr: usize, valuesPtr: usize): i32 {
  for (let e = 0; e < count; e++) {
    for (let i = 0; i < n; i++) {
      for (let j = i; j < n; j++, inputsPtr += 3) {
        const tenths = <i32>nearest<f64>(200 * uniform53() - 100);
        const size = abs(tenths);
        store<u8>(inputsPtr, tenths < 0 ? 1 : 0);
        store<u8>(inputsPtr, 2 + size / 10, 1);
        store<u8>(inputsPtr, 13 + (size % 10), 2);
        const entry = <f64>tenths / 10;
        store<f64>(MATRIX + ((<usize>(i * n + j)) << 3), entry);
        store<f64>(MATRIX + ((<usize>(j * n + i)) << 3), entry);
      }
    }
    const status = jacobiEigen(MATRIX, n, VECTORS);
    if (status != 0) return status;
    for (let i = 0; i < n; i++) {
      const value = load<f64>(MATRIX + ((<usize>(i * n + i)) << 3));
      let place = i;
      for (; place > 0; place--) {
        const before = load<f64>(valuesPtr + ((<usize>(place - 1)) << 3));
        if (before >= value) break;
        store<f64>(valuesPtr + ((<usize>place) << 3), before);
      }
      store<f64>(valuesPtr + ((<usize>place) << 3), value);
    }
    for (let i = 0; i < n; i++, valuesPtr += 8, answersPtr += 2) {
      const z = <i32>nearest<f64>(10 * load<f64>(valuesPtr)) + zero(n);
      store<u8>(answersPtr, z / BASE);
      store<u8>(answersPtr, 10 * n + 1 + (z % BASE), 1);
    }
  }
  return 0;
}

/**
 * The relative error of answers, Σ|λ̂ − λ| / Σ|λ|; of the zero matrix 0 if the answer is right, else infinite.
 *
 * @param answersPtr u8[each][2 · n] a matrix
 * @param outPtr receives f64[each] a matrix
 */
export function answerErrors(n: i32, count: i32, each: i32, answersPtr: usize, valuesPtr: usize, outPtr: usize): void {
  const row = (<usize>n) << 3;
  for (let e = 0; e < count; e++, valuesPtr += row) {
    for (let k = 0; k < each; k++, outPtr += 8) {
      let off: f64 = 0, size: f64 = 0;
      for (let i: usize = 0; i < row; i += 8, answersPtr += 2) {
        const value = load<f64>(valuesPtr + i);
        const z = load<u8>(answersPtr) * BASE + load<u8>(answersPtr, 1) - 10 * n - 1;
        off += abs<f64>(<f64>(z - zero(n)) / 10 - value);
        size += abs<f64>(value);
      }
      store<f64>(outPtr, size > 0 ? off / size : off > 0 ? Infinity : 0);
    }
  }
}
