/**
 * Slow twins of the special functions: sums, continued fractions and quadrature written from the definitions, sharing
 * nothing with the core. Good to about 1e-13.
 */

/** log Γ by pushing x above 60 through the recurrence, then three terms of Stirling's series. */
export function logGammaSlow(x: number): number {
  let shift = 0;
  while (x < 60) shift += Math.log(x++);
  const tail = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + tail - shift;
}

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * Φ: near the centre ½ + φ(x) Σ x^(2k+1) / (2k+1)!!, in the tails Laplace's continued fraction φ(x)/(x + 1/(x + 2/(x +
 * …))).
 */
export function normalCdfSlow(x: number): number {
  if (x > 2) return 1 - normalCdfSlow(-x);
  if (x < -2) {
    let fraction = -x;
    for (let k = 400; k > 0; k--) fraction = -x + k / fraction;
    return density(x) / fraction;
  }
  let term = x;
  let sum = 0;
  for (let k = 1; Math.abs(term) > 1e-18; k++) {
    sum += term;
    term *= (x * x) / (2 * k + 1);
  }
  return 0.5 + density(x) * sum;
}

/** Φ⁻¹ by bisection. */
export function normalQuantileSlow(p: number): number {
  let low = -40;
  let high = 40;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (normalCdfSlow(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** ∫ f over [a, b] by the tanh–sinh rule with step 1/32, which does not mind what happens at the ends. */
function tanhSinh(f: (x: number) => number, a: number, b: number): number {
  if (!(b > a)) return 0;
  const half = (b - a) / 2;
  let sum = 0;
  for (let i = -128; i <= 128; i++) {
    const t = i / 32;
    const s = (Math.PI / 2) * Math.sinh(t);
    const weight = ((Math.PI / 2) * Math.cosh(t)) / Math.cosh(s) ** 2;
    if (weight > 0) sum += weight * f((a + b) / 2 + half * Math.tanh(s));
  }
  return (sum * half) / 32;
}

/** Φ₂ by its conditional form ∫_{−∞}^a φ(x) Φ((b − ρx)/√(1 − ρ²)) dx, cut where the second factor turns. */
export function bivariateNormalCdfSlow(a: number, b: number, rho: number): number {
  const spread = Math.sqrt((1 - rho) * (1 + rho));
  const f = (x: number) => density(x) * normalCdfSlow((b - rho * x) / spread);
  const knee = rho === 0 ? 0 : b / rho;
  const cuts = [-14, -6, -3, 0, 3, 6];
  for (const width of [-12, -4, 0, 4, 12]) cuts.push(knee + (width * spread) / Math.max(Math.abs(rho), 0.1));
  const points = cuts.filter((x) => x >= -14 && x < a).sort((x, y) => x - y);
  points.push(a);
  let sum = 0;
  for (let i = 1; i < points.length; i++) sum += tanhSinh(f, points[i - 1] as number, points[i] as number);
  return sum;
}

/**
 * I_x(a, b) by quadrature: with t = x s^(1/a) it is x^a / (a B(a, b)) ∫₀¹ (1 − x s^(1/a))^(b − 1) ds, from the side of the
 * mean on which the integrand has no pole.
 */
export function betaCdfSlow(x: number, a: number, b: number): number {
  if (x > a / (a + b)) return 1 - betaCdfSlow(1 - x, b, a);
  const log = a * Math.log(x) - Math.log(a) - logGammaSlow(a) - logGammaSlow(b) + logGammaSlow(a + b);
  const f = (s: number) => Math.exp((b - 1) * Math.log1p(-x * s ** (1 / a)));
  let sum = 0;
  for (let i = 0; i < 8; i++) sum += tanhSinh(f, i / 8, (i + 1) / 8);
  return Math.exp(log) * sum;
}
