/**
 * LayerNorm (Ba, Kiros & Hinton, arXiv 1607.06450): y = g·x̂ + b with x̂ = (x − m)/√(v + ε), m and v the mean and the
 * variance of the row, ε = 10⁻⁵. Its gradient: with t = g·dy,
 *
 *   dx += (t − mean(t) − x̂·mean(t·x̂)) / √(v + ε),   dg += dy·x̂,   db += dy.
 *
 * `width` is a multiple of eight; sums run over eight lanes, which are added at the end.
 */
import { sumLanes } from "../linalg/lanes";

const EPSILON: f32 = 1e-5;

// @ts-ignore: decorator
@inline
function meanOf(row: usize, bytes: usize, inverse: f32): f32 {
  let sum0 = v128.load(row), sum1 = v128.load(row, 16);
  for (let p = row + 32, end = row + bytes; p < end; p += 32) {
    sum0 = f32x4.add(sum0, v128.load(p));
    sum1 = f32x4.add(sum1, v128.load(p, 16));
  }
  return sumLanes<f32>(f32x4.add(sum0, sum1)) * inverse;
}

/**
 * @param statsPtr receives f32[2] a row: m and 1/√(v + ε), which the gradient reads; or 0
 * @param gainPtr the gain, and the bias behind it
 */
export function normalize(
  rows: i32, width: i32, xPtr: usize, gainPtr: usize, yPtr: usize, statsPtr: usize,
): void {
  const bytes = (<usize>width) << 2;
  const inverse: f32 = 1 / <f32>width;
  for (let i = 0; i < rows; i++, xPtr += bytes, yPtr += bytes) {
    const mean = meanOf(xPtr, bytes, inverse);
    const centre = f32x4.splat(mean);
    let square0 = f32x4.splat(0), square1 = square0;
    for (let p = xPtr, end = xPtr + bytes; p < end; p += 32) {
      const d0 = f32x4.sub(v128.load(p), centre), d1 = f32x4.sub(v128.load(p, 16), centre);
      square0 = f32x4.add(square0, f32x4.mul(d0, d0));
      square1 = f32x4.add(square1, f32x4.mul(d1, d1));
    }
    const scale: f32 = 1 / sqrt<f32>(sumLanes<f32>(f32x4.add(square0, square1)) * inverse + EPSILON);
    if (statsPtr != 0) {
      store<f32>(statsPtr, mean);
      store<f32>(statsPtr, scale, 4);
      statsPtr += 8;
    }
    const factor = f32x4.splat(scale);
    for (let j: usize = 0; j < bytes; j += 16) {
      const hat = f32x4.mul(f32x4.sub(v128.load(xPtr + j), centre), factor);
      const gain = v128.load(gainPtr + j), bias = v128.load(gainPtr + bytes + j);
      v128.store(yPtr + j, f32x4.add(f32x4.mul(hat, gain), bias));
    }
  }
}

/** Adds the gradient to dx, and to that of gain and bias. */
export function normalizeGradient(
  rows: i32, width: i32, xPtr: usize, gainPtr: usize, statsPtr: usize, dyPtr: usize, dxPtr: usize, dGainPtr: usize,
): void {
  const bytes = (<usize>width) << 2;
  const inverse: f32 = 1 / <f32>width;
  for (let i = 0; i < rows; i++, xPtr += bytes, dyPtr += bytes, dxPtr += bytes, statsPtr += 8) {
    const centre = v128.load32_splat(statsPtr), factor = v128.load32_splat(statsPtr, 4);
    let sum = f32x4.splat(0), product = sum;
    for (let j: usize = 0; j < bytes; j += 16) {
      const hat = f32x4.mul(f32x4.sub(v128.load(xPtr + j), centre), factor);
      const dy = v128.load(dyPtr + j);
      const dHat = f32x4.mul(dy, hat);
      const t = f32x4.mul(dy, v128.load(gainPtr + j));
      sum = f32x4.add(sum, t);
      product = f32x4.add(product, f32x4.mul(t, hat));
      v128.store(dGainPtr + j, f32x4.add(v128.load(dGainPtr + j), dHat));
      v128.store(dGainPtr + bytes + j, f32x4.add(v128.load(dGainPtr + bytes + j), dy));
    }
    const mean = f32x4.splat(sumLanes<f32>(sum) * inverse), slope = f32x4.splat(sumLanes<f32>(product) * inverse);
    for (let j: usize = 0; j < bytes; j += 16) {
      const hat = f32x4.mul(f32x4.sub(v128.load(xPtr + j), centre), factor);
      const t = f32x4.mul(v128.load(dyPtr + j), v128.load(gainPtr + j));
      const inner = f32x4.sub(f32x4.sub(t, mean), f32x4.mul(hat, slope));
      v128.store(dxPtr + j, f32x4.add(v128.load(dxPtr + j), f32x4.mul(inner, factor)));
    }
  }
}
