/**
 * What training and decoding have in common: a layer behind its attention,
 *
 *   x₁ = x + attended·M + b_m,   y = x₁ + max(LayerNorm(x₁)·E + b_e, 0)·C + b_c,
 *
 * and the logits of rows of the last stream.
 */
import { normalize } from "./layerNorm";
import { multiply } from "./multiply";
import { relu } from "./relu";
import { biasOf, contractAt, expandAt, mixAt, norm2At, Transformer } from "./shape";

/** Y = X·W + b of a square-rooted layout: W[inner][columns] with its bias behind it. */
// @ts-ignore: decorator
@inline
export function affine(
  rows: i32, columns: i32, inner: i32, xPtr: usize, matrixPtr: usize, yPtr: usize, yStride: usize, add: bool,
): void {
  multiply(
    rows, columns, inner, xPtr, (<usize>inner) << 2, matrixPtr, biasOf(matrixPtr, inner, columns), yPtr, yStride, add,
  );
}

/**
 * @param streamPtr x; `middlePtr` receives x₁ and `outPtr` y, and all three may be one
 * @param statsPtr receives what the gradient of the LayerNorm reads; or 0
 */
export function finishLayer(
  t: Transformer, layer: i32, rows: i32, attendedPtr: usize, streamPtr: usize, middlePtr: usize, normPtr: usize,
  statsPtr: usize, hiddenPtr: usize, outPtr: usize,
): void {
  const width = t.width, row = t.row;
  const weights = t.weightsPtr + t.layerAt(layer);
  const bytes = row * <usize>rows;
  if (middlePtr != streamPtr) memory.copy(middlePtr, streamPtr, bytes);
  affine(rows, width, width, attendedPtr, weights + mixAt(width), middlePtr, row, true);
  normalize(rows, width, middlePtr, weights + norm2At(width), normPtr, statsPtr);
  affine(rows, t.hidden, width, normPtr, weights + expandAt(width), hiddenPtr, row << 2, false);
  relu(rows * t.hidden, hiddenPtr);
  if (outPtr != middlePtr) memory.copy(outPtr, middlePtr, bytes);
  affine(rows, width, t.hidden, hiddenPtr, weights + contractAt(width), outPtr, row, true);
}

/** The logits of rows of the last stream, `columns` a row; those behind the last token mean nothing. */
export function logits(
  t: Transformer, rows: i32, streamPtr: usize, normPtr: usize, statsPtr: usize, logitsPtr: usize,
): void {
  const columns = t.columns;
  normalize(rows, t.width, streamPtr, t.weightsPtr + t.atLast, normPtr, statsPtr);
  const strideOut = (<usize>columns) << 2;
  affine(rows, columns, t.width, normPtr, t.weightsPtr + t.atOutput, logitsPtr, strideOut, false);
}
