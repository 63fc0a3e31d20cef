/** The losses ℓ(v) of a margin v that the convex theory knows, and the root that its proximal map asks for. */
export const LOGISTIC_LOSS: i32 = 0;
export const SQUARED_LOSS: i32 = 1;

const MAX_NEWTON: i32 = 100;

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

/** prox_{τℓ}(u), the root of v + τℓ′(v) = u: Newton's method, bisection where it would leave [u, u + τ]. */
export function prox(loss: i32, tau: f64, u: f64): f64 {
  if (loss == SQUARED_LOSS) return (u + tau) / (1 + tau);
  let low = u, high = u + tau;
  let v = low + tau * 0.5;
  const rounding = 4e-16 * (abs(u) + tau); // of the equation; its slope is at least 1
  for (let step = 0; step < MAX_NEWTON; step++) {
    const s = slope(loss, v);
    const gap = v + tau * s - u;
    if (gap > 0) high = v;
    else low = v;
    const move = gap / (1 + tau * curvature(loss, s));
    v -= move;
    if (abs(move) <= rounding) return v;
    if (!(v >= low && v <= high)) v = 0.5 * (low + high);
  }
  return v;
}
