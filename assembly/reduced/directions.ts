/**
 * The axes of the reduced coordinates and the directions in them. The first axis is u (whitened signal); where there is
 * a generator or verifier direction its part outside u gives the second, and a third holds what is left when there are
 * two. Fixed angles as in experiment/directions.ts. A learned direction is known by (a, β): along u, and length outside,
 * where its direction is uniform; the cosine between two independent outside parts is then ξ / √(ξ² + χ²_{d−2}), ξ ~
 * N(0, 1).
 *
 * A model that labels the next generation spans new axes with what stays: u, the part of the verifier outside u, and
 * the rest of the model. Rows drawn afterwards know the past through these three alone.
 */
import { verifierFirst, verifierSecond } from "../experiment/angles";
import {
  dimension, generatorAngle, generatorKind, KEEP_BERNOULLI, KEEP_LEARNED, LEARNED, LINEAR, NOISE,
  relearn, setGeneratorKind, verifierAngle, verifierKind,
} from "../experiment/settings";
import { chiSquare } from "../random/variates/gamma";
import { normal } from "../random/variates/normal64";
import { ACROSS } from "./ridge";

/** k, the coordinates in use, at most 3 and at most d. */
export let axes: i32 = 1;
/** f64[3] each: coordinates of the generator's and of the verifier's direction. */
export const GENERATOR: usize = memory.data(24, 16);
export const VERIFIER: usize = memory.data(24, 16);

// @ts-ignore: decorator
@inline
function isDirectional(): bool {
  return verifierKind > KEEP_BERNOULLI;
}

function countAxes(): void {
  axes = min(dimension, 1 + <i32>(generatorKind != NOISE) + <i32>isDirectional());
}

function setDirection(direction: usize, x: f64, y: f64, z: f64): void {
  store<f64>(direction, x);
  store<f64>(direction, axes > 1 ? y : 0, 8);
  store<f64>(direction, axes > 2 ? z : 0, 16);
}

/** What the settings alone say: k, and the directions at fixed angles. */
export function beginDirections(): void {
  countAxes();
  if (generatorKind == LINEAR) setDirection(GENERATOR, Math.cos(generatorAngle), Math.sin(generatorAngle), 0);
  if (!isDirectional() || verifierKind == KEEP_LEARNED) return;
  const along = Math.cos(verifierAngle);
  if (generatorKind != LINEAR) {
    setDirection(VERIFIER, along, Math.sin(verifierAngle), 0);
    return;
  }
  const first = verifierFirst();
  setDirection(VERIFIER, along, first, verifierSecond(first));
}

/**
 * A learned model's direction, its outside part along the second axis or, where that is taken, at a random angle to it.
 */
function placeLearned(model: usize, direction: usize, secondTaken: bool): void {
  const along = load<f64>(model);
  const square = load<f64>(model, ACROSS);
  const scale = 1 / sqrt(along * along + square);
  const outside = sqrt(square) * scale;
  let cosine: f64 = 1;
  let sine: f64 = 0;
  if (secondTaken && dimension > 1) {
    const xi = normal();
    const rest = chiSquare(<f64>(dimension - 2));
    const length = sqrt(xi * xi + rest);
    cosine = xi / length;
    sine = sqrt(rest) / length;
  }
  setDirection(direction, along * scale, outside * cosine, outside * sine);
}

/** The direction of a generator learned on rows of one coordinate. */
export function placeGenerator(model: usize): void {
  placeLearned(model, GENERATOR, isDirectional() && verifierKind != KEEP_LEARNED);
}

/** The direction of a verifier learned on rows of one coordinate, after the generator has its place. */
export function placeVerifier(model: usize): void {
  placeLearned(model, VERIFIER, generatorKind != NOISE);
}

/**
 * Makes a model, in the coordinates of the rows it was trained on, the generator of the next generation: the axes are
 * chosen anew, and the model is written over by its coordinates in them (nothing of it is outside).
 * @returns false where the model has no direction
 */
export function becomeGenerator(model: usize): bool {
  const x = load<f64>(model), y = load<f64>(model, 8), z = load<f64>(model, 16);
  let rest = y * y + z * z + load<f64>(model, ACROSS);
  const length = sqrt(x * x + rest);
  if (!(length > 0) || !isFinite(length)) return false;
  let second: f64 = 0;
  const stays = isDirectional() && !(verifierKind == KEEP_LEARNED && relearn);
  const verifierY = load<f64>(VERIFIER, 8), verifierZ = load<f64>(VERIFIER, 16);
  const outside = stays ? sqrt(verifierY * verifierY + verifierZ * verifierZ) : 0;
  if (outside > 0) {
    second = (y * verifierY + z * verifierZ) / outside;
    rest = max(0, rest - second * second);
  }
  setGeneratorKind(LEARNED);
  countAxes();
  if (stays) setDirection(VERIFIER, load<f64>(VERIFIER), outside, 0);
  const third = outside > 0 ? sqrt(rest) : 0;
  if (outside == 0) second = sqrt(rest);
  setDirection(GENERATOR, x / length, second / length, third / length);
  setDirection(model, x, second, third);
  store<f64>(model, 0, ACROSS);
  return true;
}
