/**
 * The theory over repeated generations (Σ = I): what a generation's rule ω̄ + noise teaches the next is its angles to u
 * and to the verifier, since the noise is orthogonal to both up to O(1/√d). So the trajectory is the one-step theory
 * applied repeatedly to a linear generator at those angles.
 */
import {
  ACCUMULATE, copyExperiment, Experiment, EXPERIMENT_BYTES, LINEAR, MIX, takeOverByModel,
} from "../experiment/experiment";
import { theoryWeights } from "../learn/learners";
import { NOT_CONVERGED, OK } from "../status";
import { learnsDirection, looksAtRows } from "../verify/verifiers";
import { VERIFIER } from "./axes";
import { square } from "./rules";
import { refuseAnswer, THEORY_COSINE, THEORY_FIELDS, theoryAnswer } from "./theory";
import { dot3, get } from "./triples";

const WEIGHTS: usize = memory.data(40, 16);
/** The experiment as the generations change it. */
const RUNNING: usize = memory.data(EXPERIMENT_BYTES, 16);

/** The answers of all generations, f64[THEORY_FIELDS] each at `outPtr`; after one without a rule its own is repeated. */
export function theoryGenerations(experiment: Experiment, outPtr: usize): void {
  const e = copyExperiment(experiment, changetype<Experiment>(RUNNING));
  const known = e.isWhite && e.policy != ACCUMULATE;
  const bytes = <usize>(THEORY_FIELDS * 8);
  let status = OK;
  for (let g = 0; g < e.generations; g++) {
    const recordPtr = outPtr + <usize>g * bytes;
    if (!known) {
      refuseAnswer(recordPtr);
      continue;
    }
    if (status != OK && status != NOT_CONVERGED) {
      memory.copy(recordPtr, recordPtr - bytes, bytes);
      continue;
    }
    if (g == 1 && e.policy != MIX) e.realSamples = 0;
    theoryAnswer(e, recordPtr);
    status = <i32>load<f64>(recordPtr);
    if (status == OK || status == NOT_CONVERGED) becomeGenerator(e, load<f64>(recordPtr + <usize>(THEORY_COSINE * 8)));
  }
}

/** Makes the last rule, at this cosine with u, the generator of the next generation. */
function becomeGenerator(e: Experiment, cosine: f64): void {
  theoryWeights(e, WEIGHTS);
  const alongVerifier = looksAtRows(e) ? dot3(WEIGHTS, VERIFIER) / sqrt(square) : 0;
  takeOverByModel(e);
  e.generatorKind = LINEAR;
  e.generatorAngle = Math.acos(cosine);
  if (!looksAtRows(e) || (learnsDirection(e) && e.relearn)) return;
  // a verifier that learned once stays where it is
  e.verifierLearns = 0;
  e.verifierAngle = angleOf(get(VERIFIER, 0));
  e.angleToGenerator = angleOf(alongVerifier);
}

function angleOf(cosine: f64): f64 {
  return Math.acos(max(-1.0, min(1.0, cosine)));
}
