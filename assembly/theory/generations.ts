/**
 * The theory over repeated generations (Σ = I): what a generation's rule ω̄ + noise teaches the next is its angles to u and
 * to the verifier, since the noise is orthogonal to both up to O(1/√d). So the trajectory is the one-step theory applied
 * again and again to a linear generator at those angles.
 */
import { at } from "../linalg/lanes";
import {
  ACCUMULATE, covarianceKind, IDENTITY,
  generations, generatorAngle, generatorKind, generatorLambda, generatorSamples, angleToGenerator, errorRate, keepFraction,
  KEEP_BERNOULLI, KEEP_LEARNED, KEEP_LINEAR, learnerKind, LINEAR, LOGISTIC, MEAN as CLASS_MEAN, MIX, phi, poison, policy, psi,
  relearn, RIDGE, setGenerator, setVerifier, verifierAngle, verifierKind, verifierLambda, verifierSamples,
} from "../experiment/settings";
import { NOT_CONVERGED, OK, UNKNOWN } from "../status";
import { VERIFIER } from "./axes";
import { convexState } from "./convex";
import { MEAN } from "./population";
import { meanWeights, square } from "./rules";
import { THEORY_COSINE, THEORY_FIELDS, THEORY_STATUS, theoryAnswer } from "./theory";
import { dot3, get } from "./triples";

const STATE: usize = memory.data(40, 16);

/** The answers of all generations, f64[THEORY_FIELDS] each at `out`; after one without a rule the status is repeated. */
export function theoryGenerations(samples: f64, real: f64, out: usize): void {
  const generator = generatorKind, rate = errorRate, angle = generatorAngle;
  const count = generatorSamples, lambda = generatorLambda;
  const verifier = verifierKind, correct = phi, wrong = psi, turned = verifierAngle, between = angleToGenerator;
  const keep = keepFraction, share = poison, rows = verifierSamples, penalty = verifierLambda;
  let status = OK;
  for (let g = 0; g < generations; g++) {
    const record = out + <usize>(g * THEORY_FIELDS * 8);
    if (status != OK && status != NOT_CONVERGED) {
      memory.copy(record, record - <usize>(THEORY_FIELDS * 8), <usize>(THEORY_FIELDS * 8));
      continue;
    }
    if (covarianceKind != IDENTITY || policy == ACCUMULATE) {
      for (let i = 0; i < THEORY_FIELDS; i++) store<f64>(at<f64>(record, i), i == THEORY_STATUS ? <f64>UNKNOWN : NaN);
      continue;
    }
    theoryAnswer(samples, g == 0 || policy == MIX ? real : 0, record);
    status = <i32>load<f64>(record);
    if (status != OK && status != NOT_CONVERGED) continue;
    const cosine = load<f64>(record + <usize>(THEORY_COSINE * 8));
    ruleWeights();
    const alongVerifier = verifierKind > KEEP_BERNOULLI ? dot3(STATE, VERIFIER) / sqrt(square) : 0;
    setGenerator(LINEAR, 0, Math.acos(cosine), 0, 0);
    if (verifierKind <= KEEP_BERNOULLI || (verifierKind == KEEP_LEARNED && relearn)) continue;
    // a verifier that learned once stays where it stands
    const kind = verifierKind == KEEP_LEARNED ? KEEP_LINEAR : verifierKind;
    const stands = Math.acos(max(-1.0, min(1.0, get(VERIFIER, 0))));
    setVerifier(
      kind, correct, wrong, stands, Math.acos(max(-1.0, min(1.0, alongVerifier))), keep, share, rows, penalty,
    );
  }
  setGenerator(generator, rate, angle, count, lambda);
  setVerifier(verifier, correct, wrong, turned, between, keep, share, rows, penalty);
}

/** The last rule's mean in the coordinates u, b₁, b₂, at STATE. */
function ruleWeights(): void {
  if (learnerKind == LOGISTIC) convexState(STATE);
  else if (learnerKind == CLASS_MEAN) memory.copy(STATE, MEAN, 24);
  else if (learnerKind == RIDGE) meanWeights(STATE);
  else unreachable();
}
