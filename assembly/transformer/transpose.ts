/**
 * B = Aᵀ for A[rows][columns], f32, row-major, both multiples of four: what a product with a transposed matrix (nt) reads.
 * A weight matrix is transposed once a step, which costs a hundredth of the products with it.
 */
export function transpose(rows: i32, columns: i32, aPtr: usize, bPtr: usize): void {
  const aStride = (<usize>columns) << 2, bStride = (<usize>rows) << 2;
  for (let i: usize = 0; i < <usize>rows; i += 4) {
    let a = aPtr + i * aStride, b = bPtr + (i << 2);
    for (const end = a + aStride; a < end; a += 16) {
      const r0 = v128.load(a), r1 = v128.load(a + aStride), r2 = v128.load(a + 2 * aStride);
      const r3 = v128.load(a + 3 * aStride);
      const low01 = i32x4.shuffle(r0, r1, 0, 4, 1, 5), high01 = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
      const low23 = i32x4.shuffle(r2, r3, 0, 4, 1, 5), high23 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
      v128.store(b, i32x4.shuffle(low01, low23, 0, 1, 4, 5));
      v128.store(b + bStride, i32x4.shuffle(low01, low23, 2, 3, 6, 7));
      v128.store(b + 2 * bStride, i32x4.shuffle(high01, high23, 0, 1, 4, 5));
      v128.store(b + 3 * bStride, i32x4.shuffle(high01, high23, 2, 3, 6, 7));
      b += bStride << 2;
    }
  }
}
