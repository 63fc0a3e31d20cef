/**
 * The reduced engine: a trial of the direct engine in law, without its N × d matrix (math.md, section 4). For Σ = I, every
 * generator and verifier, and ridge, class-mean and SGD learners; records are the direct engine's. Batch logistic
 * regression has no such reduction.
 *
 * Cost of a trial: O(d) for label noise with a verifier that does not look at x (ridge and class mean, mixture), whatever
 * N; otherwise O(N k) for the rows, plus O(d) for ridge. Memory: none but the scores of a top-fraction verifier.
 */
import {
  TRIAL_ACCURACY, TRIAL_AGREEMENT, TRIAL_COSINE, TRIAL_FIELDS, TRIAL_GENERATED, TRIAL_KEPT, TRIAL_KEPT_WRONG, TRIAL_STATUS,
  TRIAL_WRONG,
} from "../engine/direct";
import { accuracyAtCosine, agreementAtCosine } from "../engine/evaluate";
import { at } from "../linalg/lanes";
import {
  dataKind, errorRate, generatorKind, generatorLambda, generatorSamples, KEEP_BERNOULLI, KEEP_LEARNED, KEEP_TOP, LEARNED,
  meanNorm, MIXTURE, NOISE, verifierKind, verifierLambda, verifierSamples,
} from "../model/settings";
import { seedStreams } from "../random/streams";
import { OK } from "../status";
import { axes, placeLearnedDirections, prepareDirections } from "./directions";
import { drawLabelNoise } from "./labelNoise";
import { beginDirection, beginLearner, finishDirection, finishLearner, takeGroup, takesSteps } from "./learner";
import { ACROSS } from "./ridge";
import { drawClean, drawRows, drawTop, keepProbability, topBytes } from "./rows";
import { kept, keptWrong, setTally, wrong } from "./tally";

const MODEL: usize = memory.data(40, 16);
const GENERATOR_MODEL: usize = memory.data(40, 16);
const VERIFIER_MODEL: usize = memory.data(40, 16);

/** Bytes of scratch that `reducedTrials` needs for `samples` generated rows under the present settings. */
export function reducedBytes(samples: f64): f64 {
  return verifierKind == KEEP_TOP ? topBytes(samples) : 0;
}

/**
 * Computes trials `first` … `first + count − 1` of the cell, as `directTrials` does, for `samples` generated and `real`
 * clean rows (counts up to 2^53; they take the place of `setSamples`). Scratch of `reducedBytes` at `scratch`.
 */
export function reducedTrials(
  seedLow: u32, seedHigh: u32, cellLow: u32, cellHigh: u32, first: i32, count: i32, samples: f64, real: f64, scratch: usize,
  outPtr: usize,
): void {
  prepareDirections();
  for (let i = 0; i < count; i++) {
    seedStreams(seedLow, seedHigh, cellLow, cellHigh, first + i);
    trial(samples, real, scratch, outPtr + <usize>(i * TRIAL_FIELDS * 8));
  }
}

function trial(samples: f64, real: f64, scratch: usize, record: usize): void {
  memory.fill(record, 0, (<usize>TRIAL_FIELDS) << 3);
  store<f64>(at<f64>(record, TRIAL_GENERATED), samples);
  let status = OK;
  if (generatorKind == LEARNED) status = learn(<f64>generatorSamples, generatorLambda, GENERATOR_MODEL);
  if (status == OK && verifierKind == KEEP_LEARNED) {
    status = learn(<f64>verifierSamples, verifierLambda, VERIFIER_MODEL);
  }
  if (status == OK) {
    placeLearnedDirections(GENERATOR_MODEL, VERIFIER_MODEL);
    beginLearner(axes);
    drawSynthetic(samples, scratch);
    store<f64>(at<f64>(record, TRIAL_WRONG), wrong);
    store<f64>(at<f64>(record, TRIAL_KEPT), kept);
    store<f64>(at<f64>(record, TRIAL_KEPT_WRONG), keptWrong);
    takeClean(real);
    status = finishLearner(MODEL);
  }
  if (status == OK) evaluate(MODEL, record);
  store<f64>(at<f64>(record, TRIAL_STATUS), <f64>status);
}

function learn(samples: f64, lambda: f64, model: usize): i32 {
  beginDirection();
  takeClean(samples);
  return finishDirection(lambda, model);
}

/** Clean rows: one group where t z is normal and only moments are kept, else one by one. */
function takeClean(count: f64): void {
  if (dataKind == MIXTURE && !takesSteps()) takeGroup(count, meanNorm);
  else drawClean(count);
}

function drawSynthetic(samples: f64, scratch: usize): void {
  const blind = generatorKind == NOISE && verifierKind <= KEEP_BERNOULLI;
  if (samples == 0) setTally(0, 0, 0);
  else if (blind && dataKind == MIXTURE && !takesSteps()) {
    drawLabelNoise(samples, meanNorm, errorRate, keepProbability(true), keepProbability(false));
  } else if (verifierKind == KEEP_TOP) drawTop(<i32>samples, scratch);
  else drawRows(samples);
}

function evaluate(model: usize, record: usize): void {
  const x = load<f64>(model), y = load<f64>(model, 8), z = load<f64>(model, 16);
  const square = x * x + y * y + z * z + load<f64>(model, ACROSS);
  const cosine = square == 0 ? 0 : max(-1.0, min(1.0, x / sqrt(square)));
  store<f64>(at<f64>(record, TRIAL_COSINE), cosine);
  store<f64>(at<f64>(record, TRIAL_ACCURACY), accuracyAtCosine(dataKind, meanNorm, cosine));
  store<f64>(at<f64>(record, TRIAL_AGREEMENT), agreementAtCosine(dataKind, meanNorm, cosine));
}
