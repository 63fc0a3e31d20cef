/**
 * The reduced engine: a trial of the direct engine in law, without its N × d matrix. For Σ = I, every generator and
 * verifier, and ridge, class-mean and SGD learners; records are the direct engine's. Batch logistic regression has no
 * such reduction, nor has ridge on the accumulated rows of several generations (learner.ts): the host sends both to the
 * direct engine.
 *
 * Cost of a trial: O(d) for label noise with a verifier that does not look at x (ridge and class mean, mixture),
 * whatever N; otherwise O(N k) for the rows, plus O(d) for ridge. Memory: none but the scores of a top-fraction
 * verifier.
 */
import {
  TRIAL_ACCURACY, TRIAL_AGREEMENT, TRIAL_COSINE, TRIAL_FIELDS, TRIAL_GENERATED, TRIAL_KEPT, TRIAL_KEPT_WRONG,
  TRIAL_STATUS, TRIAL_WRONG, refuse,
} from "../direct/trial";
import { accuracyAtCosine, agreementAtCosine } from "../experiment/evaluate";
import { at } from "../linalg/lanes";
import {
  ACCUMULATE, covarianceKind, dataKind, errorRate, generations, generatorKind, generatorLambda, generatorSamples, IDENTITY,
  KEEP_BERNOULLI,
  KEEP_LEARNED, KEEP_TOP, LEARNED, meanNorm, MIX, MIXTURE, NOISE, policy, relearn, setGeneratorKind, verifierKind,
  verifierLambda, verifierSamples,
} from "../experiment/settings";
import { knowsRows } from "../experiment/known";
import { seedStreams } from "../random/streams";
import { DIVERGED, OK } from "../status";
import { axes, becomeGenerator, beginDirections, placeGenerator, placeVerifier } from "./directions";
import { drawLabelNoise } from "./labelNoise";
import {
  answersLearner, beginDirection, beginLearner, continueLearner, finishDirection, finishLearner, rowsTaken, takeGroup, takesSteps,
} from "./learner";
import { ACROSS } from "./ridge";
import { drawClean, drawRows, drawTop, keepProbability, topBytes } from "./rows";
import { kept, keptWrong, setTally, wrong } from "./tally";

const MODEL: usize = memory.data(40, 16);
/** The ridge model of a learned direction. */
const DIRECTION: usize = memory.data(40, 16);

/** Rows that the present learner has seen. */
let rows: f64 = 0;

/** Bytes of scratch that `reducedTrials` needs for `samples` generated rows under the present settings. */
export function reducedBytes(samples: f64): f64 {
  return verifierKind == KEEP_TOP ? topBytes(samples) : 0;
}

/**
 * Computes trials `first` … `first + count − 1` of the cell, as `directTrials` does, for `samples` generated and `real`
 * clean rows (counts up to 2^53; they take the place of `setSamples`). Scratch of `reducedBytes` at `scratch`.
 */
export function reducedTrials(
  seedLow: u32, seedHigh: u32, cellLow: u32, cellHigh: u32, first: i32, count: i32, samples: f64, real: f64,
  scratch: usize, outPtr: usize,
): void {
  const bytes = (<usize>generations) * <usize>(TRIAL_FIELDS * 8);
  const known = knowsRows() && covarianceKind == IDENTITY && answersLearner();
  for (let i = 0; i < count; i++) {
    seedStreams(seedLow, seedHigh, cellLow, cellHigh, first + i);
    const records = outPtr + (<usize>i) * bytes;
    memory.fill(records, 0, bytes);
    if (known) trial(samples, real, scratch, records);
    else refuse(records);
  }
}

/** All generations of a trial: the model of each labels the rows of the next, and only its angles are carried over. */
function trial(samples: f64, real: f64, scratch: usize, records: usize): void {
  const firstGenerator = generatorKind;
  let status = OK;
  beginDirections();
  if (generatorKind == LEARNED) {
    status = learn(<f64>generatorSamples, generatorLambda);
    if (status == OK) placeGenerator(DIRECTION);
  }
  for (let g = 0; g < generations; g++) {
    const record = records + <usize>(g * TRIAL_FIELDS * 8);
    if (status == OK && verifierKind == KEEP_LEARNED && (g == 0 || relearn)) {
      status = learn(<f64>verifierSamples, verifierLambda);
      if (status == OK) placeVerifier(DIRECTION);
    }
    if (status == OK) status = generation(g, samples, real, scratch, record);
    store<f64>(at<f64>(record, TRIAL_STATUS), <f64>status);
    // a generation without a model has no successor: those after it end as it did
    if (status == OK && g + 1 < generations && !becomeGenerator(MODEL)) status = DIVERGED;
  }
  setGeneratorKind(firstGenerator);
}

/** Draws the rows of generation `g` (from 0), trains on what the policy says, and evaluates. */
function generation(g: i32, samples: f64, real: f64, scratch: usize, record: usize): i32 {
  if (g > 0 && policy == ACCUMULATE) continueLearner(axes, MODEL, rows);
  else beginLearner(axes);
  drawSynthetic(samples, scratch);
  store<f64>(at<f64>(record, TRIAL_GENERATED), samples);
  store<f64>(at<f64>(record, TRIAL_WRONG), wrong);
  store<f64>(at<f64>(record, TRIAL_KEPT), kept);
  store<f64>(at<f64>(record, TRIAL_KEPT_WRONG), keptWrong);
  if (g == 0 || policy == MIX) takeClean(real);
  const status = finishLearner(MODEL);
  rows = rowsTaken();
  if (status == OK) evaluate(MODEL, record);
  return status;
}

/** Ridge on clean rows; the model is left at DIRECTION. */
function learn(samples: f64, lambda: f64): i32 {
  beginDirection();
  takeClean(samples);
  return finishDirection(lambda, DIRECTION);
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
