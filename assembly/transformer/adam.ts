/**
 * Adam (Kingma & Ba, arXiv 1412.6980), β₁ = .9, β₂ = .98, ε = 10⁻⁸, the gradient's norm clipped at 1; with warm-up and cosine:
 *
 *   rate(t) = r·t/w for t ≤ w, then r·(f + (1 − f)·½(1 + cos π(t − w)/(T − w + 1))),   f = .05,   t = 1 … T.
 *
 * What does not depend on the weight (powers of β, the norm, the cosine) is f64 and computed here: the host's cosine differs
 * in the last bit between engines.
 */
const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.98;
const EPSILON: f32 = 1e-8;
const CLIP: f64 = 1;
const FLOOR: f64 = 0.05;

/** x^n by squaring. */
function power(x: f64, n: i32): f64 {
  let result: f64 = 1;
  for (; n > 0; n >>= 1, x *= x) if ((n & 1) == 1) result *= x;
  return result;
}

/** cos πx for x in [0, 1], by the Taylor polynomial of sin πu, u = ½ − x, to degree 15: the error is below 10⁻¹¹. */
function cosine(x: f64): f64 {
  const u = (0.5 - x) * Math.PI, s = u * u;
  let sum: f64 = 1;
  for (let k = 15; k > 1; k -= 2) sum = 1 - (s / <f64>(k * (k - 1))) * sum;
  return u * sum;
}

/** The learning rate of step t. */
export function learningRate(step: i32, steps: i32, warmUp: i32, rate: f64): f64 {
  if (step <= warmUp) return (rate * <f64>step) / <f64>warmUp;
  const done = <f64>(step - warmUp) / <f64>(steps - warmUp + 1);
  return rate * (FLOOR + (1 - FLOOR) * 0.5 * (1 + cosine(done)));
}

/** The gradient's norm, in f64, four lanes apart. */
function norm(gradientPtr: usize, bytes: usize): f64 {
  let low = f64x2.splat(0), high = low;
  for (let p = gradientPtr, end = gradientPtr + bytes; p < end; p += 16) {
    const g = v128.load(p);
    const a = f64x2.promote_low_f32x4(g), b = f64x2.promote_low_f32x4(i32x4.shuffle(g, g, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  return sqrt<f64>(f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
}

/** One step: weights, then both moments behind them, from a gradient of as many bytes. */
export function adam(weightsPtr: usize, gradientPtr: usize, bytes: usize, step: i32, rate: f64): void {
  const size = norm(gradientPtr, bytes);
  const clip = f32x4.splat(<f32>(size > CLIP ? CLIP / size : 1));
  const keep1 = f32x4.splat(<f32>BETA_1), new1 = f32x4.splat(<f32>(1 - BETA_1));
  const keep2 = f32x4.splat(<f32>BETA_2), new2 = f32x4.splat(<f32>(1 - BETA_2));
  const scale1 = f32x4.splat(<f32>(rate / (1 - power(BETA_1, step))));
  const scale2 = f32x4.splat(<f32>(1 / (1 - power(BETA_2, step))));
  const epsilon = f32x4.splat(EPSILON);
  const first = weightsPtr + bytes, second = first + bytes;
  for (let i: usize = 0; i < bytes; i += 16) {
    const g = f32x4.mul(v128.load(gradientPtr + i), clip);
    const m = f32x4.add(f32x4.mul(keep1, v128.load(first + i)), f32x4.mul(new1, g));
    const v = f32x4.add(f32x4.mul(keep2, v128.load(second + i)), f32x4.mul(f32x4.mul(new2, g), g));
    v128.store(first + i, m);
    v128.store(second + i, v);
    const down = f32x4.add(f32x4.sqrt(f32x4.mul(v, scale2)), epsilon);
    v128.store(weightsPtr + i, f32x4.sub(v128.load(weightsPtr + i), f32x4.div(f32x4.mul(m, scale1), down)));
  }
}
