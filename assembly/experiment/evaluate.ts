/**
 * How good a linear rule w is. With ω = Σ^½ w and u the whitened signal, c = cos(ω, u):
 * mixture: accuracy Φ(r c); isotropic: 1 − acos(c)/π. Agreement with the Bayes rule sign(w*ᵀx): for the mixture
 * Φ₂(rc, r; c) + Φ₂(−rc, −r; c), for isotropic inputs the accuracy itself. All signed: c < 0 gives less than one half.
 *
 * With s = √(wᵀΣw) the margin m = y wᵀx of a fresh row is N(s r c, s²) in the mixture; for isotropic inputs it has the density
 * 2φ(m/s)Φ(hm)/s with h = c/(s√(1 − c²)) (Azzalini, "A class of distributions which includes the normal ones", Scand. J.
 * Statist. 12, 1985). So the mean loss and the log-odds of the label given wᵀx follow from c and s.
 */
import { at } from "../linalg/lanes";
import { ISOTROPIC } from "./experiment";
import { bivariateNormalCdf } from "../special/bivariate";
import { normalCdf, normalPdf } from "../special/normal";
import { RULE, RULE_BYTES } from "../theory/quadrature";

/** E|N(0, 1)| = √(2/π). */
const MEAN_ABSOLUTE: f64 = 0.7978845608028653559;

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

/** √(wᵀΣw); all f64[n]. */
export function whitenedNorm(weightsPtr: usize, scalePtr: usize, n: i32): f64 {
  let square: f64 = 0;
  for (let j = 0; j < n; j++) {
    const w = load<f64>(at<f64>(weightsPtr, j)) * load<f64>(at<f64>(scalePtr, j));
    square += w * w;
  }
  return sqrt(square);
}

/** The losses whose mean is known: log(1 + e^−m), and (1 − m)². */
export const LOG_LOSS: i32 = 0;
export const SQUARED_ERROR: i32 = 1;

const REACH: f64 = 9;
const PANELS: i32 = 6;

/** The mean loss of a fresh row with its true label, for a rule of length s = `norm`; NaN for another loss. */
export function riskAt(dataKind: i32, meanNorm: f64, cosine: f64, norm: f64, loss: i32): f64 {
  const isotropic = dataKind == ISOTROPIC;
  const centre = isotropic ? 0 : norm * meanNorm * cosine;
  if (loss == SQUARED_ERROR) {
    const mean = isotropic ? norm * cosine * MEAN_ABSOLUTE : centre;
    const square = isotropic ? norm * norm : norm * norm + mean * mean;
    return 1 - 2 * mean + square;
  }
  if (loss != LOG_LOSS) return NaN;
  const lean = isotropic ? cosine / sqrt((1 - cosine) * (1 + cosine)) : 0;
  // over the score in units of s, on either side of the boundary, where the loss of a long rule turns
  const turn = norm > 0 ? max(-REACH, min(REACH, -centre / norm)) : 0;
  return lossBetween(-REACH, turn, centre, norm, isotropic, lean) + lossBetween(turn, REACH, centre, norm, isotropic, lean);
}

/** The integral of the log loss over scores from `start` to `end`, in units of s. */
function lossBetween(start: f64, end: f64, centre: f64, norm: f64, isotropic: bool, lean: f64): f64 {
  const pieces = PANELS * <i32>max(1.0, min(40.0, Math.ceil(norm)));
  const half = 0.5 * (end - start) / <f64>pieces;
  let sum: f64 = 0;
  for (let piece = 0; piece < pieces; piece++) {
    const middle = start + <f64>(2 * piece + 1) * half;
    for (let rule = RULE; rule < RULE + RULE_BYTES; rule += 16) {
      const offset = half * load<f64>(rule), share = half * load<f64>(rule, 8);
      for (let sign: f64 = -1; sign <= 1; sign += 2) {
        const g = middle + sign * offset;
        const margin = centre + norm * g;
        const density = normalPdf(g) * (isotropic ? 2 * (g == 0 ? 0.5 : normalCdf(lean * g)) : 1);
        sum += share * density * (max(0.0, -margin) + Math.log1p(Math.exp(-abs(margin))));
      }
    }
  }
  return sum;
}

/**
 * How fast the log-odds of the true label rise with wᵀx at the boundary, in the mixture everywhere: 2rc/s, and 4h/√(2π). 1: a
 * score that is a log-odds is calibrated; below 1 it says too much. NaN for s = 0.
 */
export function calibrationAt(dataKind: i32, meanNorm: f64, cosine: f64, norm: f64): f64 {
  if (!(norm > 0)) return NaN;
  if (dataKind != ISOTROPIC) return 2 * meanNorm * cosine / norm;
  return 2 * MEAN_ABSOLUTE * cosine / (norm * sqrt((1 - cosine) * (1 + cosine)));
}
