/**
 * The standard normal law: density φ, distribution function Φ and its inverse.
 *
 * Φ: the rational minimax approximations of Cody, "Rational Chebyshev approximations for the error function", Math.
 * Comp. 23 (1969), as arranged by him for Φ itself in Algorithm 715 (ANORM), ACM TOMS 19 (1993). Both tails keep
 * their relative accuracy, 1e-15, down to the smallest normal number (x = −37.5); below it what is left of it.
 *
 * Φ⁻¹: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988),
 * PPND16, relative accuracy 1e-15 for min(p, 1 − p) > 1e-300.
 *
 * Price: exp(−x²/2) is two exponentials, of a sixteenth-rounded x (whose square is exact) and of the rest;
 * a single one would lose a factor x² in relative accuracy.
 */
const INV_SQRT_TWO_PI: f64 = 0.39894228040143267794;

// @ts-ignore: decorator
@inline
/** exp(−x²/2) without the rounding error of x². */
function gaussian(x: f64): f64 {
  const coarse = trunc(x * 16) * 0.0625;
  return Math.exp(-0.5 * coarse * coarse) * Math.exp(-0.5 * (x - coarse) * (x + coarse));
}

/** (1 − Φ(y)) / exp(−y²/2) for y > 0.66291. */
function scaledTail(y: f64): f64 {
  if (y <= 5.656854249492381) {
    const p = (((((((1.0765576773720192317e-8 * y + 0.39894151208813466764) * y + 8.8831497943883759412) * y +
      93.506656132177855979) * y + 597.27027639480026226) * y + 2494.5375852903726711) * y +
      6848.1904505362823326) * y + 11602.651437647350124) * y + 9842.7148383839780218;
    const q = (((((((y + 22.266688044328115691) * y + 235.38790178262499861) * y + 1519.377599407554805) * y +
      6485.558298266760755) * y + 18615.571640885098091) * y + 34900.952721145977266) * y +
      38912.003286093271411) * y + 19685.429676859990727;
    return p / q;
  }
  const s = 1 / (y * y);
  const p = ((((0.02307344176494017303 * s + 0.21589853405795699) * s + 0.1274011611602473639) * s +
    0.022235277870649807) * s + 0.001421619193227893466) * s + 2.9112874951168792e-5;
  const q = ((((s + 1.28426009614491121) * s + 0.468238212480865118) * s + 0.0659881378689285515) * s +
    0.00378239633202758244) * s + 7.29751555083966205e-5;
  return (INV_SQRT_TWO_PI - s * p / q) / y;
}

/** The density φ(x) = exp(−x²/2) / √(2π). */
export function normalPdf(x: f64): f64 {
  return abs(x) > 40 ? 0 : INV_SQRT_TWO_PI * gaussian(x);
}

/** Φ(x) = P(X ≤ x); NaN for NaN. */
export function normalCdf(x: f64): f64 {
  const y = abs(x);
  if (y <= 0.66291) {
    const s = x * x;
    const p = (((0.065682337918207449113 * s + 2.2352520354606839287) * s + 161.02823106855587881) * s +
      1067.6894854603709582) * s + 18154.981253343561249;
    const q = (((s + 47.20258190468824187) * s + 976.09855173777669322) * s + 10260.932208618978205) * s +
      45507.789335026729956;
    return 0.5 + x * p / q;
  }
  if (y > 40) return x > 0 ? 1 : 0;
  const tail = gaussian(y) * scaledTail(y);
  return x > 0 ? 1 - tail : tail;
}

/** Φ⁻¹(p): −∞ at 0, ∞ at 1, NaN outside [0, 1]. */
export function normalQuantile(p: f64): f64 {
  if (!(p >= 0 && p <= 1)) return NaN;
  const q = p - 0.5;
  if (abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    const top = ((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r +
      45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r +
      133.14166789178437745) * r + 3.387132872796366608;
    const bottom = ((((((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r +
      21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r +
      42.313330701600911252) * r + 1;
    return q * top / bottom;
  }
  const tail = min(p, 1 - p);
  if (tail == 0) return q < 0 ? -Infinity : Infinity;
  let r = Math.sqrt(-Math.log(tail));
  let top: f64;
  let bottom: f64;
  if (r <= 5) {
    r -= 1.6;
    top = ((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r +
      1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r +
      4.6303378461565452959) * r + 1.42343711074968357734;
    bottom = ((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r +
      0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r +
      2.05319162663775882187) * r + 1;
  } else {
    r -= 5;
    top = ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r +
      0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r +
      5.4637849111641143699) * r + 6.6579046435011037772;
    bottom = ((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r +
      1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r +
      0.13692988092273580531) * r + 0.59983220655588793769) * r + 1;
  }
  return q < 0 ? -top / bottom : top / bottom;
}
