/**
 * The task: the eigenvalues of symmetric n × n matrices, as tokens.
 *
 * Entries are uniform in [−10, 10] and rounded to tenths; the input is the upper triangle, row by row. The answer is the
 * eigenvalues of the rounded matrix, the largest first, rounded to tenths. How both are written is encodings.ts.
 */
import { jacobiEigen } from "../linalg/eigen";
import { uniform53 } from "../random/streams";
import { OK, UNKNOWN } from "../status";
import { entryTokens, knowsEncoding, readValue, valueTokens, writeEntry, writeValue } from "./encodings";

/** Room for a matrix and its eigenvectors of up to 8 × 8. */
const MATRIX: usize = memory.data(64 * 8, 16);
const VECTORS: usize = memory.data(64 * 8, 16);

/**
 * Draws matrices from the streams as they stand.
 *
 * @param encoding of encodings.ts
 * @param n 1 … 8
 * @param inputsPtr receives u8[entryTokens · n(n + 1)/2] a matrix
 * @param answersPtr receives u8[valueTokens · n] a matrix: the exact eigenvalues as tokens
 * @param valuesPtr receives f64[n] a matrix: the eigenvalues, the largest first
 * @returns OK, NOT_CONVERGED or UNKNOWN
 */
export function drawMatrices(
  encoding: i32, n: i32, count: i32, inputsPtr: usize, answersPtr: usize, valuesPtr: usize,
): i32 {
  if (!knowsEncoding(encoding)) return UNKNOWN;
  const inputStep = entryTokens(encoding), answerStep = valueTokens(encoding);
  for (let e = 0; e < count; e++) {
    for (let i = 0; i < n; i++) {
      for (let j = i; j < n; j++, inputsPtr += inputStep) {
        const tenths = <i32>nearest<f64>(200 * uniform53() - 100);
        writeEntry(encoding, tenths, inputsPtr);
        const entry = <f64>tenths / 10;
        store<f64>(MATRIX + ((<usize>(i * n + j)) << 3), entry);
        store<f64>(MATRIX + ((<usize>(j * n + i)) << 3), entry);
      }
    }
    const status = jacobiEigen(MATRIX, n, VECTORS);
    if (status != OK) return status;
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
    for (let i = 0; i < n; i++, valuesPtr += 8, answersPtr += answerStep) {
      writeValue(encoding, n, <i32>nearest<f64>(10 * load<f64>(valuesPtr)), answersPtr);
    }
  }
  return OK;
}

/**
 * The relative error of answers, Σ|λ̂ − λ| / Σ|λ|; of the zero matrix 0 if the answer is right, else infinite.
 *
 * @param answersPtr u8[each][valueTokens · n] a matrix
 * @param outPtr receives f64[each] a matrix
 * @returns OK or UNKNOWN
 */
export function answerErrors(
  encoding: i32, n: i32, count: i32, each: i32, answersPtr: usize, valuesPtr: usize, outPtr: usize,
): i32 {
  if (!knowsEncoding(encoding)) return UNKNOWN;
  const step = valueTokens(encoding);
  const row = (<usize>n) << 3;
  for (let e = 0; e < count; e++, valuesPtr += row) {
    for (let k = 0; k < each; k++, outPtr += 8) {
      let off: f64 = 0, size: f64 = 0;
      for (let i: usize = 0; i < row; i += 8, answersPtr += step) {
        const value = load<f64>(valuesPtr + i);
        off += abs<f64>(<f64>readValue(encoding, n, answersPtr) / 10 - value);
        size += abs<f64>(value);
      }
      store<f64>(outPtr, size > 0 ? off / size : off > 0 ? Infinity : 0);
    }
  }
  return OK;
}
