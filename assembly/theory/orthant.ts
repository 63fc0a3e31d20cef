/**
 * P(aᵀξ ≥ 0, bᵀξ ≥ 0, cᵀξ ≥ h) for a standard normal ξ ∈ R³ and unit vectors a, b, c. At h = 0 a spherical triangle,
 * 1/8 + (asin aᵀb + asin aᵀc + asin bᵀc) / 4π (Sheppard, Phil. Trans. R. Soc. A 192, 1899), and from there
 *
 *     − ∫₀^h φ(x) Φ₂(aᵀc x/s_a, bᵀc x/s_b; r) dx,     s_a² = 1 − (aᵀc)²,   r = (aᵀb − aᵀc bᵀc) / (s_a s_b),
 *
 * by sixteen-point Gauss–Legendre on panels that halve towards 0, where the integrand turns if a or b is near ±c.
 * Price: 96 evaluations of Φ₂ where h ≠ 0; 1e-14 for s_a, s_b > 0.05, and within min(s_a, s_b)/100 in any case.
 */
import { bivariateNormalCdf } from "../special/bivariate";
import { normalPdf } from "../special/normal";
import { RULE, RULE_BYTES } from "./quadrature";
import { dot3, get } from "./triples";

const PANELS: i32 = 6;
/** Past it the normal density has nothing to add. */
const FAR: f64 = 10;

/** √(1 − (aᵀb)²) for unit vectors, by ‖a − b‖ ‖a + b‖ / 2: exact to rounding when they are nearly parallel. */
function sine(a: usize, b: usize): f64 {
  let apart: f64 = 0, together: f64 = 0;
  for (let i = 0; i < 3; i++) {
    const x = get(a, i), y = get(b, i);
    apart += (x - y) * (x - y);
    together += (x + y) * (x + y);
  }
  return 0.5 * sqrt(apart * together);
}

// @ts-ignore: decorator
@inline
function asine(x: f64): f64 {
  return Math.asin(max(-1.0, min(1.0, x)));
}

export function orthant(a: usize, b: usize, c: usize, h: f64): f64 {
  const ab = dot3(a, b), ac = dot3(a, c), bc = dot3(b, c);
  const flat = max(0, 0.125 + (asine(ab) + asine(ac) + asine(bc)) / (4 * Math.PI));
  if (h == 0) return flat;
  const sa = sine(a, c), sb = sine(b, c);
  const r = sa * sb > 0 ? max(-1.0, min(1.0, (ab - ac * bc) / (sa * sb))) : 0;
  let sum: f64 = 0;
  let end = max(-FAR, min(FAR, h));
  for (let panel = 1; panel <= PANELS; panel++) {
    const start = panel == PANELS ? 0 : 0.5 * end;
    const half = 0.5 * (end - start);
    for (let rule = RULE; rule < RULE + RULE_BYTES; rule += 16) {
      const reach = half * load<f64>(rule);
      const middle = start + half;
      sum += half * load<f64>(rule, 8) *
        (slice(middle - reach, ac / sa, bc / sb, r) + slice(middle + reach, ac / sa, bc / sb, r));
    }
    end = start;
  }
  return max(0, flat - sum);
}

// @ts-ignore: decorator
@inline
function slice(x: f64, tangentA: f64, tangentB: f64, r: f64): f64 {
  return normalPdf(x) * bivariateNormalCdf(tangentA * x, tangentB * x, r);
}
