/**
 * The learner's side of a reduced run: rows t z arrive one at a time or as whole groups, a model (ridge.ts) leaves.
 * Ridge and class mean keep moments only; SGD takes its step at once. The class mean w = (1/M) Σ t x has a = (1/M) Σ t
 * z and, the g's being independent of t, β² = χ²_{d−k} / M.
 *
 * Where generations accumulate rows, SGD goes on from its weights and the class mean from M w, which is all they need
 * of the past. Ridge would need how the old rows stand to the direction that they themselves have fixed: that has no
 * such reduction, and the host sends it to the direct engine.
 */
import { LOGISTIC_LOSS, SQUARED_LOSS } from "../learn/sgd";
import {
  ACCUMULATE, dimension, generations, learnerKind, learnerLambda, learningRate, loss, MEAN, policy, RIDGE, SGD,
} from "../experiment/settings";
import { chiSquare } from "../random/variates/gamma";
import { DIVERGED, EMPTY, OK, SINGULAR, UNKNOWN } from "../status";
import { addGroup, addRow, clearMoments, rowCount } from "./moments";
import { ACROSS, MODEL_BYTES, reducedRidge, STATUS } from "./ridge";
import { beginSgd, finishSgd, sgdStep } from "./sgd";
import { get, put } from "./small";

/** Of ridge and class mean. */
export const MOMENTS: usize = memory.data(200, 16);
const STATE: usize = memory.data(416, 16);
const LAMBDA: usize = memory.data(8, 16);

/** k: the coordinates that rows bring. */
export let coordinates: i32 = 1;
let kind: i32 = RIDGE;
let steps: f64 = 0;
/** Rows of earlier generations. */
let past: f64 = 0;

/** Whether the learner of the settings is one that this engine answers, under its policy. */
export function answersLearner(): bool {
  if (learnerKind == RIDGE) return policy != ACCUMULATE || generations == 1;
  return learnerKind == MEAN || (learnerKind == SGD && (loss == LOGISTIC_LOSS || loss == SQUARED_LOSS));
}

/** Starts the learner of the settings on rows of k coordinates. */
export function beginLearner(k: i32): void {
  begin(learnerKind, k);
}

/** Starts a ridge fit on rows of one coordinate, for a learned direction, whatever the learner of the settings. */
export function beginDirection(): void {
  begin(RIDGE, 1);
}

function begin(learner: i32, k: i32): void {
  kind = learner;
  coordinates = k;
  steps = 0;
  past = 0;
  clearMoments(MOMENTS);
  beginSgd(0, 0, 0);
}

/** Goes on (class mean, SGD) from the model of `rows` rows, which lies in the k coordinates of the rows to come. */
export function continueLearner(k: i32, model: usize, rows: f64): void {
  begin(learnerKind, k);
  past = rows;
  steps = rows;
  beginSgd(load<f64>(model), load<f64>(model, 8), load<f64>(model, 16));
  for (let i = 0; i < k; i++) put(MOMENTS, i, k, past * load<f64>(model + ((<usize>i) << 3)));
  put(MOMENTS, k, k, past);
}

/** Rows of this learner, earlier generations' included. */
export function rowsTaken(): f64 {
  return kind == SGD ? steps : rowCount(MOMENTS, coordinates);
}

/** Whether rows must come one by one. */
export function takesSteps(): bool {
  return kind == SGD;
}

/** Takes the row t z = (x, y, z), 0 from the k-th coordinate on. */
export function takeRow(x: f64, y: f64, z: f64): void {
  if (kind == SGD) {
    steps += 1;
    sgdStep(x, y, z, dimension - coordinates, loss, learningRate, learnerLambda);
  } else {
    addRow(MOMENTS, coordinates, x, y, z);
  }
}

/** Takes n rows with t z ~ N(shift·e₁, I_k), where the learner keeps moments. */
export function takeGroup(n: f64, shift: f64): void {
  addGroup(MOMENTS, coordinates, n, shift);
}

/** What the rows taught, at `model`; its status is returned. */
export function finishLearner(model: usize): i32 {
  const rows = rowsTaken();
  if (rows == 0) return EMPTY;
  if (kind == SGD) {
    finishSgd(model);
  } else if (kind == MEAN) {
    finishMean(rows, model);
  } else if (kind == RIDGE) {
    return finishRidge(rows, learnerLambda, model);
  } else {
    return UNKNOWN;
  }
  return checked(model, OK);
}

/** The ridge model of a learned direction. */
export function finishDirection(lambda: f64, model: usize): i32 {
  const rows = rowsTaken();
  if (lambda == 0 && rows < <f64>dimension) return SINGULAR;
  return rows == 0 ? EMPTY : finishRidge(rows, lambda, model);
}

function finishMean(rows: f64, model: usize): void {
  memory.fill(model, 0, MODEL_BYTES);
  for (let i = 0; i < coordinates; i++) store<f64>(model + ((<usize>i) << 3), get(MOMENTS, i, coordinates) / rows);
  store<f64>(model, (chiSquare(<f64>(dimension - coordinates)) * (rows - past)) / (rows * rows), ACROSS);
}

function finishRidge(rows: f64, lambda: f64, model: usize): i32 {
  store<f64>(LAMBDA, lambda);
  reducedRidge(MOMENTS, coordinates, rows, dimension, LAMBDA, 1, STATE, model);
  return checked(model, <i32>load<f64>(model, STATUS));
}

function checked(model: usize, status: i32): i32 {
  const size = load<f64>(model) + load<f64>(model, 8) + load<f64>(model, 16) + load<f64>(model, ACROSS);
  return status == OK && !isFinite(size) ? DIVERGED : status;
}
