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
  judgeTrial, refuseTrial, TRIAL_FIELDS, TRIAL_GENERATED, TRIAL_KEPT, TRIAL_KEPT_WRONG, TRIAL_STATUS, TRIAL_WRONG,
} from "../direct/trial";
import {
  copyExperiment, Experiment, EXPERIMENT_BYTES, knowsRows, LEARNED, MIX, MIXTURE, NOISE,
} from "../experiment/experiment";
import { isReducible } from "../learn/learners";
import { at } from "../linalg/lanes";
import { seedStreams } from "../random/streams";
import { DIVERGED, OK } from "../status";
import { BLIND, TOP, knowsVerifier, learnsDirection } from "../verify/verifiers";
import { axes, becomeGenerator, beginDirections, placeGenerator, placeVerifier } from "./directions";
import {
  beginDirection, beginLearner, continueLearner, finishDirection, finishLearner, rowsTaken, takeGroup, takesSteps,
} from "./learner";
import { ACROSS } from "./ridge";
import { beginTally, drawClean, drawCounts, drawRows, drawTop, kept, keptWrong, topBytes, wrong } from "./rows";

const MODEL: usize = memory.data(40, 16);
/** The ridge model of a learned direction. */
const DIRECTION: usize = memory.data(40, 16);
/** The experiment as a trial changes it: from the second generation on a model is its generator. */
const RUNNING: usize = memory.data(EXPERIMENT_BYTES, 16);

/** Rows that the present learner has seen. */
let rows: f64 = 0;

/** Bytes of scratch that `reducedTrials` needs for an experiment. */
export function reducedBytes(e: Experiment): f64 {
  return e.verifierShape == TOP ? topBytes(e) : 0;
}

/** Computes trials `first` … `first + count − 1` of the cell, as `directTrials` does; scratch of `reducedBytes`. */
export function reducedTrials(
  e: Experiment, seedLow: u32, seedHigh: u32, cellLow: u32, cellHigh: u32, first: i32, count: i32, scratchPtr: usize,
  outPtr: usize,
): void {
  const bytes = (<usize>e.generations) * <usize>(TRIAL_FIELDS * 8);
  const known = knowsRows(e) && e.isWhite && knowsVerifier(e) && isReducible(e);
  for (let i = 0; i < count; i++) {
    const recordsPtr = outPtr + (<usize>i) * bytes;
    memory.fill(recordsPtr, 0, bytes);
    if (!known) {
      refuseTrial(e, recordsPtr);
      continue;
    }
    seedStreams(seedLow, seedHigh, cellLow, cellHigh, first + i);
    trial(copyExperiment(e, changetype<Experiment>(RUNNING)), scratchPtr, recordsPtr);
  }
}

/** All generations of a trial: the model of each labels the rows of the next, and only its angles are carried over. */
function trial(e: Experiment, scratchPtr: usize, recordsPtr: usize): void {
  let status = OK;
  beginDirections(e);
  if (e.generatorKind == LEARNED) {
    status = learn(e, <f64>e.generatorSamples, e.generatorLambda);
    if (status == OK) placeGenerator(e, DIRECTION);
  }
  for (let g = 0; g < e.generations; g++) {
    const recordPtr = recordsPtr + <usize>(g * TRIAL_FIELDS * 8);
    if (status == OK && learnsDirection(e) && (g == 0 || e.relearn)) {
      status = learn(e, <f64>e.verifierSamples, e.verifierLambda);
      if (status == OK) placeVerifier(e, DIRECTION);
    }
    if (status == OK) status = generation(e, g, scratchPtr, recordPtr);
    store<f64>(at<f64>(recordPtr, TRIAL_STATUS), <f64>status);
    // a generation without a model has no successor: those after it end as it did
    if (status == OK && g + 1 < e.generations && !becomeGenerator(e, MODEL)) status = DIVERGED;
  }
}

/** Draws the rows of generation `g` (from 0), trains on what the policy says, and evaluates. */
function generation(e: Experiment, g: i32, scratchPtr: usize, recordPtr: usize): i32 {
  if (g > 0 && e.accumulates) continueLearner(e, axes, MODEL, rows);
  else beginLearner(e, axes);
  drawSynthetic(e, scratchPtr);
  store<f64>(at<f64>(recordPtr, TRIAL_GENERATED), e.samples);
  store<f64>(at<f64>(recordPtr, TRIAL_WRONG), wrong);
  store<f64>(at<f64>(recordPtr, TRIAL_KEPT), kept);
  store<f64>(at<f64>(recordPtr, TRIAL_KEPT_WRONG), keptWrong);
  if (g == 0 || e.policy == MIX) takeClean(e, e.realSamples);
  const status = finishLearner(e, MODEL);
  rows = rowsTaken();
  if (status == OK) evaluate(e, MODEL, recordPtr);
  return status;
}

/** Ridge on clean rows; the model is left at DIRECTION. */
function learn(e: Experiment, count: f64, lambda: f64): i32 {
  beginDirection();
  takeClean(e, count);
  return finishDirection(e, lambda, DIRECTION);
}

/** Clean rows: as one group if t z is normal and only moments are kept, otherwise one by one. */
function takeClean(e: Experiment, count: f64): void {
  if (e.dataKind == MIXTURE && !takesSteps()) takeGroup(count, e.meanNorm);
  else drawClean(e, count);
}

function drawSynthetic(e: Experiment, scratchPtr: usize): void {
  beginTally();
  if (e.samples == 0) return;
  const countable = e.generatorKind == NOISE && e.verifierShape == BLIND && e.dataKind == MIXTURE && !takesSteps();
  if (countable) drawCounts(e);
  else if (e.verifierShape == TOP) drawTop(e, scratchPtr);
  else drawRows(e);
}

function evaluate(e: Experiment, modelPtr: usize, recordPtr: usize): void {
  const x = load<f64>(modelPtr), y = load<f64>(modelPtr, 8), z = load<f64>(modelPtr, 16);
  const square = x * x + y * y + z * z + load<f64>(modelPtr, ACROSS);
  const cosine = square == 0 ? 0 : max(-1.0, min(1.0, x / sqrt(square)));
  judgeTrial(e, cosine, sqrt(square), recordPtr);
}
