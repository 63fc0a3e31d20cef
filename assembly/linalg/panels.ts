/**
 * Blocks of rows, in panels. A panel is 32 bytes wide: eight f32 columns, or four f64 columns. Row k of panel a stands at
 *
 *     block + a · panelStride + k · rowStride.
 *
 * With rowStride = 32 a panel is contiguous, which the Gram kernel reads without packing; with panelStride = 32 the
 * same block is row-major, which SGD and the matrix-free learners read. Columns are padded with zeros to a whole
 * number of panels (even for f64, so that both precisions pad the dimension to a multiple of eight).
 *
 * Rows are signed: what is stored is t·x, the row times its label, since every learner here depends on the rows only
 * through t·x; then Xᵀt is a column sum.
 */
import { accumulate, at, splatAt, sumLanes } from "./lanes";

/** Rows of one block. */
export const BLOCK_ROWS: i32 = 256;
/** Bytes of one contiguous panel of a block. */
export const PANEL_STRIDE: i32 = BLOCK_ROWS * 32;

/** The dimension, padded to a multiple of eight. */
export function paddedDimension(dimension: i32): i32 {
  return (dimension + 7) & ~7;
}

/** Panels of a row: d/8 in single, d/4 in double precision, d padded. */
export function panelCount<T>(dimension: i32): i32 {
  return paddedDimension(dimension) >> (sizeof<T>() == 4 ? 3 : 2);
}

/**
 * One contiguous panel of normals g becomes x = g·scale + sign·mean at `destinationPtr` (which may be the panel itself),
 * with its own row stride; the column sums are added to the f64 accumulators at `sumsPtr`. `signsPtr`: one T a row.
 * In single precision a sum runs over the block (at most 256 rows) before it is widened.
 */
export function shapePanel<T>(
  panelPtr: usize,
  rows: i32,
  signsPtr: usize,
  scalePtr: usize,
  meanPtr: usize,
  destinationPtr: usize,
  rowStride: usize,
  sumsPtr: usize,
): void {
  const scale0 = v128.load(scalePtr), scale1 = v128.load(scalePtr, 16);
  const mean0 = v128.load(meanPtr), mean1 = v128.load(meanPtr, 16);
  let sum0 = v128.splat<T>(0), sum1 = v128.splat<T>(0);
  const end = panelPtr + ((<usize>rows) << 5);
  for (; panelPtr < end; panelPtr += 32) {
    const sign = splatAt<T>(signsPtr);
    const x0 = v128.add<T>(v128.mul<T>(v128.load(panelPtr), scale0), v128.mul<T>(sign, mean0));
    const x1 = v128.add<T>(v128.mul<T>(v128.load(panelPtr, 16), scale1), v128.mul<T>(sign, mean1));
    v128.store(destinationPtr, x0);
    v128.store(destinationPtr, x1, 16);
    sum0 = v128.add<T>(sum0, x0);
    sum1 = v128.add<T>(sum1, x1);
    signsPtr += sizeof<T>();
    destinationPtr += rowStride;
  }
  accumulate<T>(sumsPtr, sum0);
  accumulate<T>(sumsPtr + (sizeof<T>() == 4 ? 32 : 16), sum1);
}

/**
 * Scores of a contiguous block: out[k] = Σ_j x_kj v_j over the first `panels` panels. `directionPtr` is padded like a
 * row. Lane sums are carried from panel to panel in `lanesPtr` (rows × 16 bytes).
 */
export function projectPanels<T>(
  blockPtr: usize,
  panels: i32,
  rows: i32,
  directionPtr: usize,
  lanesPtr: usize,
  outPtr: usize,
): void {
  memory.fill(lanesPtr, 0, (<usize>rows) << 4);
  for (let a = 0; a < panels; a++) {
    const direction0 = v128.load(directionPtr), direction1 = v128.load(directionPtr, 16);
    let x = blockPtr;
    let lanes = lanesPtr;
    for (const end = x + ((<usize>rows) << 5); x < end; x += 32, lanes += 16) {
      const product = v128.add<T>(
        v128.mul<T>(v128.load(x), direction0),
        v128.mul<T>(v128.load(x, 16), direction1),
      );
      v128.store(lanes, v128.add<T>(v128.load(lanes), product));
    }
    blockPtr += PANEL_STRIDE;
    directionPtr += 32;
  }
  for (let k = 0; k < rows; k++) store<T>(at<T>(outPtr, k), sumLanes<T>(v128.load(lanesPtr + ((<usize>k) << 4))));
}

/**
 * Copies the chosen rows of a contiguous panel, each times its factor and the column scale, to `destinationPtr`, and
 * adds the column sums. `indexPtr`: u32 row numbers; `factorPtr`: one T a chosen row.
 */
export function gatherPanel<T>(
  panelPtr: usize,
  indexPtr: usize,
  factorPtr: usize,
  chosen: i32,
  scalePtr: usize,
  destinationPtr: usize,
  rowStride: usize,
  sumsPtr: usize,
): void {
  const scale0 = v128.load(scalePtr), scale1 = v128.load(scalePtr, 16);
  let sum0 = v128.splat<T>(0), sum1 = v128.splat<T>(0);
  for (let i = 0; i < chosen; i++) {
    const row = panelPtr + ((<usize>load<u32>(at<u32>(indexPtr, i))) << 5);
    const factor = splatAt<T>(at<T>(factorPtr, i));
    const x0 = v128.mul<T>(v128.mul<T>(v128.load(row), scale0), factor);
    const x1 = v128.mul<T>(v128.mul<T>(v128.load(row, 16), scale1), factor);
    v128.store(destinationPtr, x0);
    v128.store(destinationPtr, x1, 16);
    sum0 = v128.add<T>(sum0, x0);
    sum1 = v128.add<T>(sum1, x1);
    destinationPtr += rowStride;
  }
  accumulate<T>(sumsPtr, sum0);
  accumulate<T>(sumsPtr + (sizeof<T>() == 4 ? 32 : 16), sum1);
}
