/**
 * Label noise and a verifier that does not look at x: what is kept, by counting alone. Of N rows Bin(N, p) carry a
 * wrong label; Bin(correct, φ) and Bin(wrong, ψ) of them are kept; kept rows have t z ~ N(±r, 1) in one dimension. With
 * the groups of moments.ts the cost of a trial does not depend on N.
 */
import { binomial } from "../random/variates/binomial";
import { takeGroup } from "./learner";
import { setTally } from "./tally";

/**
 * Hands the kept ones of `samples` generated rows to the learner (k = 1, one that keeps moments) and sets the tally.
 */
export function drawLabelNoise(samples: f64, meanNorm: f64, errorRate: f64, phi: f64, psi: f64): void {
  const wrong = binomial(samples, errorRate);
  const keptCorrect = binomial(samples - wrong, phi);
  const keptWrong = binomial(wrong, psi);
  setTally(wrong, keptCorrect + keptWrong, keptWrong);
  takeGroup(keptCorrect, meanNorm);
  takeGroup(keptWrong, -meanNorm);
}
