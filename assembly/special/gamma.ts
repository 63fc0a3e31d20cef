/**
 * log Γ(x) for x > 0, to 2e-15 relative (its zeros at 1 and 2 included).
 *
 *   x < 2.5    log Γ(2 + z) = (1 − γ) z + Σ_{k≥2} (−1)^k (ζ(k) − 1) z^k / k         (DLMF 5.7.3), |z| ≤ ½,
 *              which keeps relative accuracy at the zeros; log Γ(x) = log Γ(1 + x) − log x leads there
 *   x < 10     the recurrence Γ(x) = (x − 1) Γ(x − 1), down to [1.5, 2.5)
 *   x ≥ 10     Stirling's series (DLMF 5.11.1), seven terms: the eighth is below 3e-17
 *
 * Price: up to nine multiplications and one logarithm below 10, where one rational fit would do; no fitted constants.
 * Source: NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov/5.7 and https://dlmf.nist.gov/5.11.
 */

/** ½ log 2π */
export const HALF_LOG_TWO_PI: f64 = 0.9189385332046727418;

/** 1 − γ, then (−1)^k (ζ(k) − 1) / k for k = 2 … 27. */
const SERIES_TERMS = 27;
const SERIES: usize = memory.data<f64>([
  0.42278433509846713939, 0.32246703342411321824, -0.067352301053198095133, 0.020580808427784547879,
  -0.0073855510286739852663, 0.0028905103307415232858, -0.0011927539117032609771, 0.00050966952474304242234,
  -0.00022315475845357937976, 9.9457512781808533715e-5, -4.49262367381331417e-5, 2.0507212775670691553e-5,
  -9.439488275268395904e-6, 4.3748667899074878042e-6, -2.0392157538013662368e-6, 9.5514121304074198329e-7,
  -4.4924691987645660433e-7, 2.1207184805554665869e-7, -1.0043224823968099609e-7, 4.7698101693639805658e-8,
  -2.271109460894316491e-8, 1.0838659214896954091e-8, -5.1834750419700466551e-9, 2.4836745438024783172e-9,
  -1.1921401405860912074e-9, 5.7313672416788620133e-10, -2.7595228851242331452e-10,
]);

/** log Γ(2 + z) for |z| ≤ ½. */
function logGammaNearTwo(z: f64): f64 {
  let sum: f64 = 0;
  for (let i = SERIES_TERMS - 1; i >= 0; i--) sum = sum * z + load<f64>(SERIES + ((<usize>i) << 3));
  return sum * z;
}

/** log Γ(x) − [(x − ½) log x − x + ½ log 2π] for x ≥ 10. */
function stirlingSeries(x: f64): f64 {
  const w = 1 / x;
  const w2 = w * w;
  return w * (1.0 / 12.0 - w2 * (1.0 / 360.0 - w2 * (1.0 / 1260.0 - w2 * (1.0 / 1680.0 - w2 *
    (1.0 / 1188.0 - w2 * (691.0 / 360360.0 - w2 * (1.0 / 156.0)))))));
}

/** log Γ(x); NaN unless x > 0. */
export function logGamma(x: f64): f64 {
  if (!(x > 0)) return NaN;
  if (x >= 10) return (x - 0.5) * (Math.log(x) - 1) + (HALF_LOG_TWO_PI - 0.5) + stirlingSeries(x);
  if (x < 0.5) return logGammaNearTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return logGammaNearTwo(x - 1) - Math.log1p(x - 1);
  let product: f64 = 1;
  while (x >= 2.5) {
    x -= 1;
    product *= x;
  }
  return Math.log(product) + logGammaNearTwo(x - 2);
}

/**
 * What Stirling's formula leaves over, log Γ(x) − [(x − ½) log x − x + ½ log 2π] for x > 0: a small number where log Γ
 * is a large one, so that differences of log-gammas need no cancellation. Relative error 1e-14 from 10, absolute below.
 */
export function stirlingCorrection(x: f64): f64 {
  return x >= 10 ? stirlingSeries(x) : logGamma(x) - ((x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI);
}
