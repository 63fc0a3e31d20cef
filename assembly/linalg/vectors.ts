/** Operations on f64 vectors of a padded dimension (a multiple of eight): small beside the passes over the rows. */
import { at } from "./lanes";

/** xᵀy, two lanes, summed in one fixed order. */
export function dot(xPtr: usize, yPtr: usize, n: i32): f64 {
  let sum = f64x2.splat(0);
  const bytes = (<usize>n) << 3;
  for (let c: usize = 0; c < bytes; c += 16) {
    sum = f64x2.add(sum, f64x2.mul(v128.load(xPtr + c), v128.load(yPtr + c)));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** out = x + factor · y; `out` may be x or y. */
export function addScaled(outPtr: usize, xPtr: usize, factor: f64, yPtr: usize, n: i32): void {
  const f = f64x2.splat(factor);
  const bytes = (<usize>n) << 3;
  for (let c: usize = 0; c < bytes; c += 16) {
    v128.store(outPtr + c, f64x2.add(v128.load(xPtr + c), f64x2.mul(f, v128.load(yPtr + c))));
  }
}

/** x ← factor · x. */
export function scaleVector(xPtr: usize, factor: f64, n: i32): void {
  const f = f64x2.splat(factor);
  const bytes = (<usize>n) << 3;
  for (let c: usize = 0; c < bytes; c += 16) v128.store(xPtr + c, f64x2.mul(f, v128.load(xPtr + c)));
}

/** out (T) = x (f64), rounded. */
export function narrow<T>(outPtr: usize, xPtr: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<T>(at<T>(outPtr, i), <T>load<f64>(at<f64>(xPtr, i)));
}

/** Whether every entry is finite. */
export function allFinite(xPtr: usize, n: i32): bool {
  for (let i = 0; i < n; i++) if (!isFinite(load<f64>(at<f64>(xPtr, i)))) return false;
  return true;
}
