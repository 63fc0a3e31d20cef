/**
 * The learner's side of a reduced run: rows t z arrive one at a time or as whole groups, a model (ridge.ts) leaves. What
 * a learner does with them is said in learn/learners.ts; here they go to the moments of moments.ts, or take a step at
 * once:
 *
 * One pass, exact in law, in O(k) a step instead of O(d). Outside the k coordinates only the length β of the weights
 * matters: a fresh row's g has a component ξ ~ N(0, 1) along them and a rest of squared length χ ~ χ²_{d−k−1} across, so
 * with the margin m = aᵀ(t z) + βξ, the step s(m) along the row and what it leaves of the weights, δ,
 *
 *     a ← δ a + s t z,   β² ← (δβ + sξ)² + s²χ.
 *
 * If generations accumulate rows, a pass goes on from its weights and the class mean from M w, which is all they need of
 * the past. Ridge would need how the old rows lie to the direction that they themselves have fixed: that has no such
 * reduction, and the host sends it to the direct engine.
 */
import { Experiment } from "../experiment/experiment";
import { decayOf, learnMoments, learnsInSequence, stepOf } from "../learn/learners";
import { chiSquare } from "../random/variates/gamma";
import { normal } from "../random/variates/normal64";
import { DIVERGED, EMPTY, OK, SINGULAR } from "../status";
import { addGroup, addRow, clearMoments, finishRidge, rowCount } from "./moments";
import { ACROSS, MODEL_BYTES } from "./ridge";
import { put } from "./small";

const MOMENTS: usize = memory.data(200, 16);

/** k: the coordinates that rows bring. */
export let coordinates: i32 = 1;
let inSequence: bool = false;
let steps: f64 = 0;
/** Rows of earlier generations. */
let past: f64 = 0;
/** The weights of a learner in sequence: a, and β². */
let alongX: f64 = 0;
let alongY: f64 = 0;
let alongZ: f64 = 0;
let across: f64 = 0;

/** Starts the learner on rows of k coordinates. */
export function beginLearner(e: Experiment, k: i32): void {
  begin(learnsInSequence(e), k);
}

/** Starts a ridge fit on rows of one coordinate, for a learned direction, whatever the learner. */
export function beginDirection(): void {
  begin(false, 1);
}

function begin(takesSteps: bool, k: i32): void {
  inSequence = takesSteps;
  coordinates = k;
  steps = 0;
  past = 0;
  clearMoments(MOMENTS);
  alongX = 0;
  alongY = 0;
  alongZ = 0;
  across = 0;
}

/** Goes on from the model of `rows` rows, which lies in the k coordinates of the rows to come. */
export function continueLearner(e: Experiment, k: i32, modelPtr: usize, rows: f64): void {
  begin(learnsInSequence(e), k);
  past = rows;
  steps = rows;
  alongX = load<f64>(modelPtr);
  alongY = load<f64>(modelPtr, 8);
  alongZ = load<f64>(modelPtr, 16);
  for (let i = 0; i < k; i++) put(MOMENTS, i, k, past * load<f64>(modelPtr + ((<usize>i) << 3)));
  put(MOMENTS, k, k, past);
}

/** Rows of this learner, earlier generations' included. */
export function rowsTaken(): f64 {
  return inSequence ? steps : rowCount(MOMENTS, coordinates);
}

/** Whether rows must come one by one. */
export function takesSteps(): bool {
  return inSequence;
}

/** Takes the row t z = (x, y, z), 0 from the k-th coordinate on. */
export function takeRow(e: Experiment, x: f64, y: f64, z: f64): void {
  if (inSequence) takeStep(e, x, y, z);
  else addRow(MOMENTS, coordinates, x, y, z);
}

function takeStep(e: Experiment, x: f64, y: f64, z: f64): void {
  steps += 1;
  const outside = e.dim - coordinates;
  const beta = sqrt(across);
  const xi = outside > 0 ? normal() : 0;
  const step = stepOf(e, alongX * x + alongY * y + alongZ * z + beta * xi);
  const decay = decayOf(e);
  alongX = decay * alongX + step * x;
  alongY = decay * alongY + step * y;
  alongZ = decay * alongZ + step * z;
  const along = decay * beta + step * xi;
  across = along * along + (outside > 1 ? step * step * chiSquare(<f64>(outside - 1)) : 0);
}

/** Takes n rows with t z ~ N(shift·e₁, I_k), if the learner keeps moments. */
export function takeGroup(n: f64, shift: f64): void {
  addGroup(MOMENTS, coordinates, n, shift);
}

/** What the rows taught, at `modelPtr`; its status is returned. */
export function finishLearner(e: Experiment, modelPtr: usize): i32 {
  const rows = rowsTaken();
  if (rows == 0) return EMPTY;
  if (!inSequence) return finite(modelPtr, learnMoments(e, MOMENTS, coordinates, rows, past, modelPtr));
  memory.fill(modelPtr, 0, MODEL_BYTES);
  store<f64>(modelPtr, alongX);
  store<f64>(modelPtr, alongY, 8);
  store<f64>(modelPtr, alongZ, 16);
  store<f64>(modelPtr, across, ACROSS);
  return finite(modelPtr, OK);
}

/** The ridge model of a learned direction. */
export function finishDirection(e: Experiment, lambda: f64, modelPtr: usize): i32 {
  const rows = rowsTaken();
  if (lambda == 0 && rows < <f64>e.dim) return SINGULAR;
  if (rows == 0) return EMPTY;
  return finite(modelPtr, finishRidge(MOMENTS, coordinates, rows, e.dim, lambda, modelPtr));
}

function finite(modelPtr: usize, status: i32): i32 {
  const size = load<f64>(modelPtr) + load<f64>(modelPtr, 8) + load<f64>(modelPtr, 16) + load<f64>(modelPtr, ACROSS);
  return status == OK && !isFinite(size) ? DIVERGED : status;
}
