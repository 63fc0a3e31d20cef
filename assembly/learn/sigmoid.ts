/**
 * σ(−m) = 1/(1 + eᵐ), the weight of a row under the logistic loss. In f64 by the exponential of the core's library; in
 * f32 by eᵐ = 2^k·2^f, 2^f on [−½, ½] by its Taylor polynomial of degree 6, with m cut at ±80. Relative error below
 * 3e-7 + 1e-7·|m|: the polynomial's, and what rounding m/ln 2 does.
 */
export function sigmoidOfMinus<T>(margin: T): T {
  if (sizeof<T>() == 8) return <T>(1.0 / (1.0 + Math.exp(<f64>margin)));
  let x = max<f32>(min<f32>(<f32>margin, 80), -80) * <f32>1.4426950408889634;
  const k = nearest<f32>(x);
  x -= k;
  let power: f32 = 0.00015403530393381609;
  power = power * x + <f32>0.0013333558146428443;
  power = power * x + <f32>0.009618129107628477;
  power = power * x + <f32>0.05550410866482158;
  power = power * x + <f32>0.24022650695910072;
  power = power * x + <f32>0.6931471805599453;
  power = power * x + <f32>1;
  return <T>(<f32>1 / (<f32>1 + power * reinterpret<f32>((<i32>k + 127) << 23)));
}
