/**
 * What makes one kernel serve both precisions: T is f32 or f64, a vector holds 16 / sizeof<T>() numbers, and every
 * choice by T is made while compiling.
 */

// @ts-ignore: decorator
@inline
/** The number at `ptr` in every lane. */
export function splatAt<T>(ptr: usize): v128 {
  if (sizeof<T>() == 4) return v128.load32_splat(ptr);
  return v128.load64_splat(ptr);
}

// @ts-ignore: decorator
@inline
/** The number `index` (1 to 3) places behind `ptr` in every lane: the place is folded into the load. */
export function splatBehind<T>(ptr: usize, index: i32): v128 {
  if (sizeof<T>() == 4) {
    if (index == 1) return v128.load32_splat(ptr, 4);
    if (index == 2) return v128.load32_splat(ptr, 8);
    return v128.load32_splat(ptr, 12);
  }
  if (index == 1) return v128.load64_splat(ptr, 8);
  if (index == 2) return v128.load64_splat(ptr, 16);
  return v128.load64_splat(ptr, 24);
}

// @ts-ignore: decorator
@inline
/** The sum of the lanes, always in the same order: (0 + 1) + (2 + 3). */
export function sumLanes<T>(v: v128): T {
  if (sizeof<T>() == 4) {
    return <T>(
      ((f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1)) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3)))
    );
  }
  return <T>(f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1));
}

// @ts-ignore: decorator
@inline
/** Adds the lanes of `v` to consecutive f64 accumulators at `ptr`: two lanes of f64, or four of f32 widened. */
export function accumulate<T>(ptr: usize, v: v128): void {
  if (sizeof<T>() == 4) {
    v128.store(ptr, f64x2.add(v128.load(ptr), f64x2.promote_low_f32x4(v)));
    v128.store(ptr, f64x2.add(v128.load(ptr, 16), f64x2.promote_low_f32x4(i32x4.shuffle(v, v, 2, 3, 2, 3))), 16);
  } else {
    v128.store(ptr, f64x2.add(v128.load(ptr), v));
  }
}

// @ts-ignore: decorator
@inline
/** Address of element `index` of an array of T. */
export function at<T>(ptr: usize, index: i32): usize {
  return ptr + (<usize>index) * sizeof<T>();
}
