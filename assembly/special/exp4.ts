/**
 * eˣ on four lanes for x ≤ 0, cut at −80: eˣ = 2^k·2^f, 2^f on [−½, ½] by its Taylor polynomial of degree 6, as in
 * learn/sigmoid. Relative error below 3e-7 + 1e-7·|x|: the polynomial's, and what rounding x/ln 2 does.
 */

/** log₂ e, then the Taylor coefficients of 2^f from the sixth down, each four times. */
const CONSTANTS: usize = memory.data<f32>([
  1.4426950408889634, 1.4426950408889634, 1.4426950408889634, 1.4426950408889634,
  0.00015403530393381609, 0.00015403530393381609, 0.00015403530393381609, 0.00015403530393381609,
  0.0013333558146428443, 0.0013333558146428443, 0.0013333558146428443, 0.0013333558146428443,
  0.009618129107628477, 0.009618129107628477, 0.009618129107628477, 0.009618129107628477,
  0.05550410866482158, 0.05550410866482158, 0.05550410866482158, 0.05550410866482158,
  0.24022650695910072, 0.24022650695910072, 0.24022650695910072, 0.24022650695910072,
  0.6931471805599453, 0.6931471805599453, 0.6931471805599453, 0.6931471805599453,
  1, 1, 1, 1,
  -80, -80, -80, -80,
], 16);

// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  let f = f32x4.mul(f32x4.max(x, v128.load(CONSTANTS, 128)), v128.load(CONSTANTS));
  const k = f32x4.nearest(f);
  f = f32x4.sub(f, k);
  let power = f32x4.add(f32x4.mul(v128.load(CONSTANTS, 16), f), v128.load(CONSTANTS, 32));
  power = f32x4.add(f32x4.mul(power, f), v128.load(CONSTANTS, 48));
  power = f32x4.add(f32x4.mul(power, f), v128.load(CONSTANTS, 64));
  power = f32x4.add(f32x4.mul(power, f), v128.load(CONSTANTS, 80));
  power = f32x4.add(f32x4.mul(power, f), v128.load(CONSTANTS, 96));
  power = f32x4.add(f32x4.mul(power, f), v128.load(CONSTANTS, 112));
  // 2^k goes straight into the exponent: the polynomial lies in [0.7, 1.5], and k ≥ −116 keeps the product normal
  return i32x4.add(power, i32x4.shl(i32x4.trunc_sat_f32x4_s(k), 23));
}
