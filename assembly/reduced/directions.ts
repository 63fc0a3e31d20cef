/**
 * The axes of the reduced coordinates and the directions in them. The first axis is u (whitened signal); where there is a
 * generator or verifier direction its part outside u gives the second, and a third holds what is left when there are two.
 * Fixed angles as in model/directions.ts. A learned direction is known by (a, β): along u, and length outside, where its
 * direction is uniform; the cosine between two independent outside parts is then ξ / √(ξ² + χ²_{d−2}), ξ ~ N(0, 1).
 */
import {
  angleToGenerator, dimension, generatorAngle, generatorKind, KEEP_BERNOULLI, KEEP_LEARNED, LEARNED, LINEAR, NOISE,
  verifierAngle, verifierKind,
} from "../model/settings";
import { chiSquare } from "../random/variates/gamma";
import { normal } from "../random/variates/normal64";
import { ACROSS } from "./ridge";

/** k, the coordinates in use, at most 3 and at most d. */
export let axes: i32 = 1;
/** f64[3] each: coordinates of the generator's and of the verifier's direction. */
export const GENERATOR: usize = memory.data(24, 16);
export const VERIFIER: usize = memory.data(24, 16);

function setDirection(direction: usize, x: f64, y: f64, z: f64): void {
  store<f64>(direction, x);
  store<f64>(direction, axes > 1 ? y : 0, 8);
  store<f64>(direction, axes > 2 ? z : 0, 16);
}

/** What the settings alone say: k, and the directions at fixed angles. */
export function prepareDirections(): void {
  const directional = verifierKind > KEEP_BERNOULLI;
  axes = min(dimension, 1 + <i32>(generatorKind != NOISE) + <i32>directional);
  if (generatorKind == LINEAR) setDirection(GENERATOR, Math.cos(generatorAngle), Math.sin(generatorAngle), 0);
  if (!directional || verifierKind == KEEP_LEARNED) return;
  const along = Math.cos(verifierAngle);
  const acrossAll = Math.sin(verifierAngle);
  if (generatorKind != LINEAR) {
    setDirection(VERIFIER, along, acrossAll, 0);
    return;
  }
  let first: f64 = 0;
  const spread = Math.sin(generatorAngle);
  if (!isNaN(angleToGenerator) && spread > 1e-12) {
    first = (Math.cos(angleToGenerator) - Math.cos(generatorAngle) * along) / spread;
  }
  const square = acrossAll * acrossAll - first * first;
  setDirection(VERIFIER, along, first, square > 1e-18 ? sqrt(square) : 0);
}

/** A learned model's direction, its outside part along the second axis or, where that is taken, at a random angle to it. */
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

/** Directions of the models that generator and verifier have learned in this trial (read where the kind is learned). */
export function placeLearnedDirections(generatorModel: usize, verifierModel: usize): void {
  const fixedVerifier = verifierKind > KEEP_BERNOULLI && verifierKind != KEEP_LEARNED;
  if (generatorKind == LEARNED) placeLearned(generatorModel, GENERATOR, fixedVerifier);
  if (verifierKind == KEEP_LEARNED) placeLearned(verifierModel, VERIFIER, generatorKind != NOISE);
}
