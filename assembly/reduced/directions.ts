/**
 * The axes of the reduced coordinates and the directions in them. The first axis is u (whitened signal); if there is
 * a generator or verifier direction its part outside u gives the second, and a third holds what is left when there are
 * two. Fixed angles as in experiment/directions.ts. A learned direction is known by (a, β): along u, and length outside,
 * where its direction is uniform; the cosine between two independent outside parts is then ξ / √(ξ² + χ²_{d−2}), ξ ~
 * N(0, 1).
 *
 * A model that labels the next generation spans new axes with what stays: u, the part of the verifier outside u, and
 * the rest of the model. Rows drawn afterwards know the past through these three alone.
 */
import { generatorCoordinates, setTriple, verifierCoordinates } from "../experiment/directions";
import { Experiment, LINEAR, NOISE, takeOverByModel } from "../experiment/experiment";
import { chiSquare } from "../random/variates/gamma";
import { normal } from "../random/variates/normal64";
import { learnsDirection, looksAtRows } from "../verify/verifiers";
import { ACROSS } from "./ridge";

/** k, the coordinates in use, at most 3 and at most d. */
export let axes: i32 = 1;
/** f64[3] each: coordinates of the generator's and of the verifier's direction. */
export const GENERATOR: usize = memory.data(24, 16);
export const VERIFIER: usize = memory.data(24, 16);

function countAxes(e: Experiment): void {
  axes = min(e.dim, 1 + <i32>(e.generatorKind != NOISE) + <i32>looksAtRows(e));
}

function setDirection(directionPtr: usize, x: f64, y: f64, z: f64): void {
  setTriple(directionPtr, x, axes > 1 ? y : 0, axes > 2 ? z : 0);
}

/** In as few dimensions as there are. */
function cutDirection(directionPtr: usize): void {
  setDirection(directionPtr, load<f64>(directionPtr), load<f64>(directionPtr, 8), load<f64>(directionPtr, 16));
}

/** What the experiment alone says: k, and the directions at fixed angles. */
export function beginDirections(e: Experiment): void {
  countAxes(e);
  if (e.generatorKind == LINEAR) {
    generatorCoordinates(e, GENERATOR);
    cutDirection(GENERATOR);
  }
  if (!looksAtRows(e) || learnsDirection(e)) return;
  verifierCoordinates(e, VERIFIER);
  cutDirection(VERIFIER);
}

/**
 * A learned model's direction, its outside part along the second axis or, where that is taken, at a random angle to it.
 */
function placeLearned(e: Experiment, modelPtr: usize, directionPtr: usize, secondTaken: bool): void {
  const along = load<f64>(modelPtr);
  const square = load<f64>(modelPtr, ACROSS);
  const scale = 1 / sqrt(along * along + square);
  const outside = sqrt(square) * scale;
  let cosine: f64 = 1;
  let sine: f64 = 0;
  if (secondTaken && e.dim > 1) {
    const xi = normal();
    const rest = chiSquare(<f64>(e.dim - 2));
    const length = sqrt(xi * xi + rest);
    cosine = xi / length;
    sine = sqrt(rest) / length;
  }
  setDirection(directionPtr, along * scale, outside * cosine, outside * sine);
}

/** The direction of a generator learned on rows of one coordinate. */
export function placeGenerator(e: Experiment, modelPtr: usize): void {
  placeLearned(e, modelPtr, GENERATOR, looksAtRows(e) && !learnsDirection(e));
}

/** The direction of a verifier learned on rows of one coordinate, after the generator has its place. */
export function placeVerifier(e: Experiment, modelPtr: usize): void {
  placeLearned(e, modelPtr, VERIFIER, e.generatorKind != NOISE);
}

/**
 * Makes a model, in the coordinates of the rows it was trained on, the generator of the next generation: the axes are
 * chosen anew, and the model is written over by its coordinates in them (nothing of it is outside).
 * @returns false if the model has no direction
 */
export function becomeGenerator(e: Experiment, modelPtr: usize): bool {
  const x = load<f64>(modelPtr), y = load<f64>(modelPtr, 8), z = load<f64>(modelPtr, 16);
  let rest = y * y + z * z + load<f64>(modelPtr, ACROSS);
  const length = sqrt(x * x + rest);
  if (!(length > 0) || !isFinite(length)) return false;
  let second: f64 = 0;
  const stays = looksAtRows(e) && !(learnsDirection(e) && e.relearn);
  const verifierY = load<f64>(VERIFIER, 8), verifierZ = load<f64>(VERIFIER, 16);
  const outside = stays ? sqrt(verifierY * verifierY + verifierZ * verifierZ) : 0;
  if (outside > 0) {
    second = (y * verifierY + z * verifierZ) / outside;
    rest = max(0, rest - second * second);
  }
  takeOverByModel(e);
  countAxes(e);
  if (stays) setDirection(VERIFIER, load<f64>(VERIFIER), outside, 0);
  const third = outside > 0 ? sqrt(rest) : 0;
  if (outside == 0) second = sqrt(rest);
  setDirection(GENERATOR, x / length, second / length, third / length);
  setDirection(modelPtr, x, second, third);
  store<f64>(modelPtr, 0, ACROSS);
  return true;
}
