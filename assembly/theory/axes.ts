/**
 * The directions of generator and verifier in the coordinates u, b₁, b₂, as experiment/directions.ts places them. A learned
 * one stands at the angle that the theory gives a ridge rule on its clean rows, its part outside u independent of
 * everything: exact but for terms O(1/d), Σ = I only.
 */
import { verifierFirst, verifierSecond } from "../experiment/angles";
import {
  dataKind, generatorAngle, generatorKind, generatorLambda, generatorSamples, ISOTROPIC,
  KEEP_BERNOULLI, KEEP_LEARNED, LEARNED, LINEAR, meanNorm, NOISE, verifierAngle, verifierKind, verifierLambda,
  verifierSamples,
} from "../experiment/settings";
import { cosineOfRule, ridgeRule } from "./rules";
import { put, setTriple } from "./triples";

export const STAR: usize = memory.data<f64>([1, 0, 0]);
export const GENERATOR: usize = memory.data(24, 16);
export const VERIFIER: usize = memory.data(24, 16);

/** E|N(0, 1)| = √(2/π). */
const MEAN_ABSOLUTE: f64 = 0.7978845608028653559;

const CLEAN_FIRST: usize = memory.data(24, 16);
const CLEAN_EXCESS: usize = memory.data(72, 16);

/** Cosine with u of ridge on `rows` clean rows. */
function learnedCosine(rows: i32, lambda: f64): f64 {
  const signal = dataKind == ISOTROPIC ? MEAN_ABSOLUTE : meanNorm;
  setTriple(CLEAN_FIRST, signal, 0, 0);
  put(CLEAN_EXCESS, 0, dataKind == ISOTROPIC ? 0 : signal * signal);
  ridgeRule(<f64>rows, CLEAN_FIRST, CLEAN_EXCESS, lambda);
  return cosineOfRule();
}

/** Places both, where they exist. */
export function placeDirections(): void {
  if (generatorKind == LINEAR) setTriple(GENERATOR, Math.cos(generatorAngle), Math.sin(generatorAngle), 0);
  if (generatorKind == LEARNED) {
    const cosine = learnedCosine(generatorSamples, generatorLambda);
    setTriple(GENERATOR, cosine, sqrt(1 - cosine * cosine), 0);
  }
  if (verifierKind <= KEEP_BERNOULLI) return;
  if (verifierKind == KEEP_LEARNED) {
    const cosine = learnedCosine(verifierSamples, verifierLambda);
    const outside = sqrt(1 - cosine * cosine);
    setTriple(VERIFIER, cosine, generatorKind == NOISE ? outside : 0, generatorKind == NOISE ? 0 : outside);
    return;
  }
  const along = Math.cos(verifierAngle);
  if (generatorKind == NOISE) {
    setTriple(VERIFIER, along, Math.sin(verifierAngle), 0);
    return;
  }
  const first = generatorKind == LINEAR ? verifierFirst() : 0;
  setTriple(VERIFIER, along, first, verifierSecond(first));
}
