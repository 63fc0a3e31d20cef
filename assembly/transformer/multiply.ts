/**
 * C = A·B + bias, or C += A·B + bias: A[rows][inner], B[inner][columns], C[rows][columns], f32, row-major. A tile of four
 * rows and eight columns stays in eight registers while k runs over `inner`; every number of C is ((bias + a₀b₀) + a₁b₁) + …
 * in this order, and what was in C is added last. No fused operations: the bits are the same on every machine.
 *
 * `columns` is a multiple of eight; any number of rows. Strides are in bytes; B has rows of `columns`
 * numbers. At widths of 32 to 128 all of B stays in the first-level cache, so nothing is packed. The loop over k is not
 * unrolled: four steps at once keep more values alive than there are registers, and take 1.45 times as long in V8.
 */
export function multiply(
  rows: i32, columns: i32, inner: i32, aPtr: usize, aStride: usize, bPtr: usize, biasPtr: usize, cPtr: usize,
  cStride: usize, add: bool,
): void {
  const bStride = (<usize>columns) << 2;
  const aBytes = (<usize>inner) << 2;
  const tiled = rows & ~3;
  for (let j: usize = 0; j < bStride; j += 32) {
    let bias0 = f32x4.splat(0), bias1 = bias0;
    if (biasPtr != 0) {
      bias0 = v128.load(biasPtr + j);
      bias1 = v128.load(biasPtr + j, 16);
    }
    let a = aPtr, c = cPtr + j;
    for (let i = 0; i < tiled; i += 4) {
      let c00 = bias0, c01 = bias1, c10 = bias0, c11 = bias1, c20 = bias0, c21 = bias1, c30 = bias0, c31 = bias1;
      let a0 = a, a1 = a + aStride, a2 = a1 + aStride, a3 = a2 + aStride;
      let b = bPtr + j;
      for (const end = a + aBytes; a0 < end; a0 += 4, a1 += 4, a2 += 4, a3 += 4) {
        const b0 = v128.load(b), b1 = v128.load(b, 16);
        let s = v128.load32_splat(a0);
        c00 = f32x4.add(c00, f32x4.mul(s, b0));
        c01 = f32x4.add(c01, f32x4.mul(s, b1));
        s = v128.load32_splat(a1);
        c10 = f32x4.add(c10, f32x4.mul(s, b0));
        c11 = f32x4.add(c11, f32x4.mul(s, b1));
        s = v128.load32_splat(a2);
        c20 = f32x4.add(c20, f32x4.mul(s, b0));
        c21 = f32x4.add(c21, f32x4.mul(s, b1));
        s = v128.load32_splat(a3);
        c30 = f32x4.add(c30, f32x4.mul(s, b0));
        c31 = f32x4.add(c31, f32x4.mul(s, b1));
        b += bStride;
      }
      put(c, c00, c01, add);
      c += cStride;
      put(c, c10, c11, add);
      c += cStride;
      put(c, c20, c21, add);
      c += cStride;
      put(c, c30, c31, add);
      c += cStride;
      a += aStride << 2;
    }
    for (let i = tiled; i < rows; i++, a += aStride, c += cStride) {
      let c0 = bias0, c1 = bias1;
      let b = bPtr + j;
      for (let p = a, end = a + aBytes; p < end; p += 4, b += bStride) {
        const s = v128.load32_splat(p);
        c0 = f32x4.add(c0, f32x4.mul(s, v128.load(b)));
        c1 = f32x4.add(c1, f32x4.mul(s, v128.load(b, 16)));
      }
      put(c, c0, c1, add);
    }
  }
}

// @ts-ignore: decorator
@inline
function put(c: usize, c0: v128, c1: v128, add: bool): void {
  if (add) {
    c0 = f32x4.add(v128.load(c), c0);
    c1 = f32x4.add(v128.load(c, 16), c1);
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
}
