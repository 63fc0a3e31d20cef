/**
 * The directions of generator and verifier in the coordinates u, b₁, b₂, as experiment/directions.ts places them. A learned
 * one stands at the angle that the theory gives a ridge rule on its clean rows, its part outside u independent of
 * everything: exact but for terms O(1/d), Σ = I only.
 */
import { generatorCoordinates, independentVerifier, setTriple, verifierCoordinates } from "../experiment/directions";
import { Experiment, ISOTROPIC, LEARNED, LINEAR, NOISE } from "../experiment/experiment";
import { learnsDirection, looksAtRows } from "../verify/verifiers";
import { cosineOfRule, ridgeRule } from "./rules";
import { put } from "./triples";

export const STAR: usize = memory.data<f64>([1, 0, 0]);
export const GENERATOR: usize = memory.data(24, 16);
export const VERIFIER: usize = memory.data(24, 16);

/** E|N(0, 1)| = √(2/π). */
const MEAN_ABSOLUTE: f64 = 0.7978845608028653559;

const CLEAN_FIRST: usize = memory.data(24, 16);
const CLEAN_EXCESS: usize = memory.data(72, 16);

/** Cosine with u of ridge on `rows` clean rows. */
function learnedCosine(e: Experiment, rows: i32, lambda: f64): f64 {
  const signal = e.dataKind == ISOTROPIC ? MEAN_ABSOLUTE : e.meanNorm;
  setTriple(CLEAN_FIRST, signal, 0, 0);
  put(CLEAN_EXCESS, 0, e.dataKind == ISOTROPIC ? 0 : signal * signal);
  ridgeRule(e, <f64>rows, CLEAN_FIRST, CLEAN_EXCESS, lambda);
  return cosineOfRule();
}

/** Places both, if they exist. */
export function placeDirections(e: Experiment): void {
  if (e.generatorKind == LINEAR) generatorCoordinates(e, GENERATOR);
  if (e.generatorKind == LEARNED) {
    const cosine = learnedCosine(e, e.generatorSamples, e.generatorLambda);
    setTriple(GENERATOR, cosine, sqrt(1 - cosine * cosine), 0);
  }
  if (!looksAtRows(e)) return;
  if (learnsDirection(e)) {
    const cosine = learnedCosine(e, e.verifierSamples, e.verifierLambda);
    const outside = sqrt(1 - cosine * cosine);
    setTriple(VERIFIER, cosine, e.generatorKind == NOISE ? outside : 0, e.generatorKind == NOISE ? 0 : outside);
  } else if (e.generatorKind == LEARNED) {
    independentVerifier(e, VERIFIER);
  } else {
    verifierCoordinates(e, VERIFIER);
  }
}
