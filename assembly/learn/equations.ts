/**
 * The normal equations of rows that come one at a time, f64: XᵀX (upper triangle) and Xᵀy, which stay when they are
 * solved, so that more rows can follow. For a few hundred dimensions; the direct engine has blocks of rows (linalg/gram.ts).
 */
import { at } from "../linalg/lanes";
import { scaleVector } from "../linalg/vectors";
import { normal } from "../random/variates/normal64";
import { solveRidge } from "./ridge";

let gramPtr: usize = 0;
let spareGramPtr: usize = 0;
let sumsPtr: usize = 0;
let dimension: i32 = 0;
let padded: i32 = 0;
/** The row in hand, f64[padded], zero from the dimension on. */
export let rowPtr: usize = 0;
/** The weights of the last solution, f64[padded]. */
export let weightsPtr: usize = 0;
/** Rows so far. */
export let rows: f64 = 0;

// @ts-ignore: decorator
@inline
function paddedOf(dim: i32): i32 {
  return (dim + 7) & ~7;
}

/** Bytes of scratch: two Gram matrices, two sums, a row and the weights. */
export function equationsBytes(dim: i32): f64 {
  const width = <f64>paddedOf(dim);
  return 8 * (2 * width * width + 4 * width);
}

/** Lays everything out at `scratchPtr`, of `equationsBytes`, which is a multiple of 16. */
export function layOutEquations(dim: i32, scratchPtr: usize): void {
  dimension = dim;
  padded = paddedOf(dim);
  const bytes = (<usize>padded) << 3;
  gramPtr = scratchPtr;
  spareGramPtr = gramPtr + (<usize>padded) * bytes;
  sumsPtr = spareGramPtr + (<usize>padded) * bytes;
  rowPtr = sumsPtr + bytes;
  weightsPtr = rowPtr + bytes;
  memory.fill(rowPtr, 0, bytes);
}

/** Draws the row in hand from N(0, I). */
export function drawRow(): void {
  for (let j = 0; j < dimension; j++) store<f64>(at<f64>(rowPtr, j), normal());
}

/** Adds the row in hand with its label to the upper triangle of XᵀX and to Xᵀy. */
export function takeRow(label: f64): void {
  rows += 1;
  const endPtr = at<f64>(rowPtr, padded);
  for (let i = 0; i < dimension; i++) {
    const value = load<f64>(at<f64>(rowPtr, i));
    const factor = f64x2.splat(value);
    // vectors are aligned: an entry below the diagonal is scratch
    let placePtr = at<f64>(gramPtr, i * padded + (i & ~1));
    for (let ptr = at<f64>(rowPtr, i & ~1); ptr < endPtr; ptr += 16) {
      v128.store(placePtr, f64x2.add(v128.load(placePtr), f64x2.mul(factor, v128.load(ptr))));
      placePtr += 16;
    }
    store<f64>(at<f64>(sumsPtr, i), load<f64>(at<f64>(sumsPtr, i)) + value * label);
  }
}

/** Begins anew, without rows. */
export function forget(): void {
  rows = 0;
  memory.fill(gramPtr, 0, ((<usize>padded) * (<usize>padded)) << 3);
  memory.fill(sumsPtr, 0, (<usize>padded) << 3);
}

/** XᵀX times `factor` at `toPtr`, f64[padded²]; its upper triangle. */
export function copyGram(toPtr: usize, factor: f64): void {
  memory.copy(toPtr, gramPtr, ((<usize>padded) * (<usize>padded)) << 3);
  scaleVector(toPtr, factor, padded * padded);
}

/** Ridge on the rows so far, (XᵀX/M + λI) w = Xᵀy/M; the status of learn/ridge.ts. */
export function solveRows(lambda: f64): i32 {
  memory.copy(spareGramPtr, gramPtr, ((<usize>padded) * (<usize>padded)) << 3);
  memory.copy(weightsPtr, sumsPtr, (<usize>padded) << 3);
  return solveRidge<f64>(spareGramPtr, weightsPtr, dimension, padded, rows, lambda);
}
