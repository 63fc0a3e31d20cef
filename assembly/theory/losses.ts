/** The losses ℓ(v) of a margin v that the convex theory knows, and the root that its proximal map asks for. */
export const LOGISTIC_LOSS: i32 = 0;
export const SQUARED_LOSS: i32 = 1;

const MAX_STEPS: i32 = 200;

// @ts-ignore: decorator
@inline
/** ℓ′(v): −1/(1 + e^v) for log(1 + e^−v), v − 1 for (1 − v)²/2. */
export function slope(loss: i32, v: f64): f64 {
  return loss == LOGISTIC_LOSS ? -1 / (1 + Math.exp(v)) : v - 1;
}

// @ts-ignore: decorator
@inline
/** ℓ″ from ℓ′. */
export function curvature(loss: i32, slopeAt: f64): f64 {
  return loss == LOGISTIC_LOSS ? -slopeAt * (1 + slopeAt) : 1;
}

/**
 * prox_{τℓ}(u), the root of v + τℓ′(v) = u: Newton's method within [u, u + τ], and bisection where it would leave what
 * is left of that, or does not halve its steps (it can cycle between the two flat ends of the loss).
 */
export function prox(loss: i32, tau: f64, u: f64): f64 {
  if (loss == SQUARED_LOSS) return (u + tau) / (1 + tau);
  let low = u, high = u + tau;
  let v = low + tau * 0.5;
  let before: f64 = tau;
  for (let step = 0; step < MAX_STEPS; step++) {
    const s = slope(loss, v);
    const gap = v + tau * s - u;
    if (gap > 0) high = v;
    else low = v;
    let move = gap / (1 + tau * curvature(loss, s));
    // the step after one so small is below rounding, as |ℓ‴| ≤ ℓ″; asking for less would chase the rounding of `gap`
    if (abs(move) <= 1e-8 * max(1.0, abs(v))) return v - move;
    const next = v - move;
    if (!(next > low && next < high) || abs(move) > 0.5 * before) move = v - 0.5 * (low + high);
    before = abs(move);
    v -= move;
  }
  return v;
}
