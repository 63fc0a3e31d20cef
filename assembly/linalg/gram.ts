/**
 * G += XᵀX (upper triangle, f64) for a block X in contiguous panels. Tiles of 4 rows × one panel of G live in
 * registers: eight accumulators, four broadcasts and two loads a step, which fits V8's sixteen vector registers; a
 * larger tile spills, and unrolling the row loop costs 35 % in Node 20. In single precision a tile sums at most 256
 * rows before it is widened to f64, so the relative error of an entry stays near 256·2^−24 = 1.5e-5 at worst and
 * √256·2^−24 = 1e-6 typically, whatever the number of rows.
 */
import { accumulate, splatAt, splatBehind } from "./lanes";

/**
 * @param blockPtr panels of `rows` ≤ 256 rows, `panelStride` bytes apart
 * @param gramPtr row-major f64 matrix of `leading` columns (the padded dimension)
 */
export function addGram<T>(
  blockPtr: usize,
  panels: i32,
  rows: i32,
  panelStride: usize,
  gramPtr: usize,
  leading: i32,
): void {
  const width: i32 = 32 / sizeof<T>();
  const rowBytes = (<usize>leading) << 3;
  const half: usize = sizeof<T>() == 4 ? 32 : 16;
  const bytes = (<usize>rows) << 5;
  for (let a = 0; a < panels; a++) {
    for (let b = a; b < panels; b++) {
      for (let first = 0; first < width; first += 4) {
        let x = blockPtr + (<usize>a) * panelStride + (<usize>first) * sizeof<T>();
        let y = blockPtr + (<usize>b) * panelStride;
        const end = y + bytes;
        let c00 = v128.splat<T>(0), c01 = v128.splat<T>(0);
        let c10 = v128.splat<T>(0), c11 = v128.splat<T>(0);
        let c20 = v128.splat<T>(0), c21 = v128.splat<T>(0);
        let c30 = v128.splat<T>(0), c31 = v128.splat<T>(0);
        for (; y < end; x += 32, y += 32) {
          const y0 = v128.load(y), y1 = v128.load(y, 16);
          const x0 = splatAt<T>(x);
          c00 = v128.add<T>(c00, v128.mul<T>(x0, y0));
          c01 = v128.add<T>(c01, v128.mul<T>(x0, y1));
          const x1 = splatBehind<T>(x, 1);
          c10 = v128.add<T>(c10, v128.mul<T>(x1, y0));
          c11 = v128.add<T>(c11, v128.mul<T>(x1, y1));
          const x2 = splatBehind<T>(x, 2);
          c20 = v128.add<T>(c20, v128.mul<T>(x2, y0));
          c21 = v128.add<T>(c21, v128.mul<T>(x2, y1));
          const x3 = splatBehind<T>(x, 3);
          c30 = v128.add<T>(c30, v128.mul<T>(x3, y0));
          c31 = v128.add<T>(c31, v128.mul<T>(x3, y1));
        }
        let g = gramPtr + (<usize>(a * width + first)) * rowBytes + ((<usize>(b * width)) << 3);
        accumulate<T>(g, c00);
        accumulate<T>(g + half, c01);
        g += rowBytes;
        accumulate<T>(g, c10);
        accumulate<T>(g + half, c11);
        g += rowBytes;
        accumulate<T>(g, c20);
        accumulate<T>(g + half, c21);
        g += rowBytes;
        accumulate<T>(g, c30);
        accumulate<T>(g + half, c31);
      }
    }
  }
}
