/**
 * C += Aᵀ·Y, the gradient of a matrix: A[rows][inner], Y[rows][columns], C[inner][columns], f32, row-major. A tile of four
 * rows and eight columns of C stays in registers while the rows run; they run in blocks of 64, so that a block of A and Y
 * stays in the cache, and each block's sum is added to C. This order is part of what "same bits" means.
 *
 * `inner` is a multiple of four and `columns` of eight; any number of rows. Strides are in bytes.
 */
const BLOCK: i32 = 64;

export function multiplyTransposed(
  rows: i32, columns: i32, inner: i32, aPtr: usize, aStride: usize, yPtr: usize, yStride: usize, cPtr: usize,
): void {
  const cStride = (<usize>columns) << 2;
  const aBytes = (<usize>inner) << 2;
  for (let first = 0; first < rows; first += BLOCK) {
    const count = min(BLOCK, rows - first);
    const a = aPtr + aStride * <usize>first, y = yPtr + yStride * <usize>first;
    const yEnd = yStride * <usize>count;
    let c = cPtr;
    for (let k: usize = 0; k < aBytes; k += 16) {
      for (let j: usize = 0; j < cStride; j += 32) {
        let c00 = f32x4.splat(0);
        let c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
        let p = a + k;
        for (let q = y + j, end = y + j + yEnd; q < end; q += yStride, p += aStride) {
          const y0 = v128.load(q), y1 = v128.load(q, 16);
          let s = v128.load32_splat(p);
          c00 = f32x4.add(c00, f32x4.mul(s, y0));
          c01 = f32x4.add(c01, f32x4.mul(s, y1));
          s = v128.load32_splat(p, 4);
          c10 = f32x4.add(c10, f32x4.mul(s, y0));
          c11 = f32x4.add(c11, f32x4.mul(s, y1));
          s = v128.load32_splat(p, 8);
          c20 = f32x4.add(c20, f32x4.mul(s, y0));
          c21 = f32x4.add(c21, f32x4.mul(s, y1));
          s = v128.load32_splat(p, 12);
          c30 = f32x4.add(c30, f32x4.mul(s, y0));
          c31 = f32x4.add(c31, f32x4.mul(s, y1));
        }
        let out = c + j;
        add(out, c00, c01);
        out += cStride;
        add(out, c10, c11);
        out += cStride;
        add(out, c20, c21);
        out += cStride;
        add(out, c30, c31);
      }
      c += cStride << 2;
    }
  }
}

// @ts-ignore: decorator
@inline
function add(c: usize, c0: v128, c1: v128): void {
  v128.store(c, f32x4.add(v128.load(c), c0));
  v128.store(c, f32x4.add(v128.load(c, 16), c1), 16);
}

/** out[j] += Σ_i Y[i][j], the gradient of a bias, row after row; `columns` is a multiple of four. */
export function addColumns(rows: i32, columns: i32, yPtr: usize, yStride: usize, outPtr: usize): void {
  const bytes = (<usize>columns) << 2;
  for (let j: usize = 0; j < bytes; j += 16) {
    let sum = v128.load(outPtr + j);
    for (let i = 0, y = yPtr + j; i < rows; i++, y += yStride) sum = f32x4.add(sum, v128.load(y));
    v128.store(outPtr + j, sum);
  }
}
