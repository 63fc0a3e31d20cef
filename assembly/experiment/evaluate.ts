/**
 * How good a linear rule w is. With ω = Σ^½ w and u the whitened signal, c = cos(ω, u):
 * mixture: accuracy Φ(r c); isotropic: 1 − acos(c)/π. Agreement with the Bayes rule sign(w*ᵀx): for the mixture
 * Φ₂(rc, r; c) + Φ₂(−rc, −r; c), for isotropic inputs the accuracy itself. All signed: c < 0 gives less than one half.
 */
import { at } from "../linalg/lanes";
import { ISOTROPIC } from "./experiment";
import { bivariateNormalCdf } from "../special/bivariate";
import { normalCdf } from "../special/normal";

/** Cosine of Σ^½ w with u; all f64[n]. NaN when w is not finite, 0 when it is zero. */
export function cosineWithStar(weightsPtr: usize, scalePtr: usize, starPtr: usize, n: i32): f64 {
  let largest: f64 = 0;
  for (let j = 0; j < n; j++) {
    largest = max(largest, abs(load<f64>(at<f64>(weightsPtr, j)) * load<f64>(at<f64>(scalePtr, j))));
  }
  if (largest == 0) return 0;
  // only the direction counts, and squares of what is far from 1 would leave the range of f64
  const unit = largest > 1e-100 && largest < 1e100 ? 1 : largest;
  let along: f64 = 0;
  let square: f64 = 0;
  for (let j = 0; j < n; j++) {
    const w = load<f64>(at<f64>(weightsPtr, j)) * load<f64>(at<f64>(scalePtr, j)) / unit;
    along += w * load<f64>(at<f64>(starPtr, j));
    square += w * w;
  }
  return max(-1.0, min(1.0, along / sqrt(square)));
}

/** Test accuracy of a rule at cosine `cosine`. `meanNorm` is read for the mixture only. */
export function accuracyAtCosine(dataKind: i32, meanNorm: f64, cosine: f64): f64 {
  if (dataKind == ISOTROPIC) return 1.0 - Math.acos(cosine) / Math.PI;
  return normalCdf(meanNorm * cosine);
}

/** Probability that a rule at cosine `cosine` agrees with the Bayes rule. */
export function agreementAtCosine(dataKind: i32, meanNorm: f64, cosine: f64): f64 {
  if (dataKind == ISOTROPIC) return accuracyAtCosine(dataKind, meanNorm, cosine);
  const a = meanNorm * cosine;
  return bivariateNormalCdf(a, meanNorm, cosine) + bivariateNormalCdf(-a, -meanNorm, cosine);
}
