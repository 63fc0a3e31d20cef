/** max(x, 0) in place; `count` is a multiple of four. */
export function relu(count: i32, xPtr: usize): void {
  const zero = f32x4.splat(0);
  for (let p = xPtr, end = xPtr + ((<usize>count) << 2); p < end; p += 16) v128.store(p, f32x4.pmax(zero, v128.load(p)));
}

/** dx = dy where max(x, 0) is above 0, and 0 elsewhere; in place of dy. */
export function reluGradient(count: i32, xPtr: usize, dyPtr: usize): void {
  const zero = f32x4.splat(0);
  for (let i: usize = 0, end = (<usize>count) << 2; i < end; i += 16) {
    v128.store(dyPtr + i, v128.and(v128.load(dyPtr + i), f32x4.gt(v128.load(xPtr + i), zero)));
  }
}
