/**
 * From angles to directions. In whitened coordinates three orthonormal vectors u, b₁, b₂ carry everything labels and
 * verification can see:
 *
 *     v_gen = cos θ_gen u + sin θ_gen b₁,   v_prune = cos θ_prune u + α b₁ + β b₂,
 *     α = (cos θ − cos θ_gen cos θ_prune) / sin θ_gen,   α² + β² = sin² θ_prune,
 *
 * θ the angle between generator and verifier; left out, the two err independently: α = 0. For Σ = I the three vectors
 * are the first coordinate axes, which loses nothing by rotation invariance. Otherwise u = (1, …, 1)/√d unless given and
 * b₁, b₂ are Walsh patterns made orthogonal to it, so that signal and error lie evenly over the spectrum.
 */
import { at } from "../linalg/lanes";
import { addScaled, dot, scaleVector } from "../linalg/vectors";
import { verifierFirst, verifierSecond } from "./angles";
import {
  covarianceKind,
  covarianceStarPtr,
  dimension,
  generatorAngle,
  generatorKind,
  IDENTITY,
  LINEAR,
  padded,
  verifierAngle,
} from "./settings";

/** Writes u, b₁, b₂ (f64, padded, one behind the other) at `basisPtr`. */
export function fillBasis(basisPtr: usize): void {
  const bytes = (<usize>padded) << 3;
  memory.fill(basisPtr, 0, 3 * bytes);
  if (covarianceKind == IDENTITY) {
    for (let axis = 0; axis < min(3, dimension); axis++) store<f64>(at<f64>(basisPtr + (<usize>axis) * bytes, axis), 1);
    return;
  }
  if (covarianceStarPtr) {
    memory.copy(basisPtr, covarianceStarPtr, (<usize>dimension) << 3);
  } else {
    const even = 1.0 / sqrt(<f64>dimension);
    for (let i = 0; i < dimension; i++) store<f64>(at<f64>(basisPtr, i), even);
  }
  // Walsh patterns first, the coordinate axes where too few of those are left beside u
  const patterns = 31;
  let found = 1;
  for (let choice = 0; found < 3 && choice < patterns + dimension; choice++) {
    if (choice < patterns && 1 << choice >= dimension) continue;
    const vector = basisPtr + (<usize>found) * bytes;
    memory.fill(vector, 0, bytes);
    for (let i = 0; i < dimension; i++) {
      const axis: f64 = i == choice - patterns ? 1 : 0;
      store<f64>(at<f64>(vector, i), choice >= patterns ? axis : (i >> choice) & 1 ? -1 : 1);
    }
    scaleVector(vector, 1.0 / sqrt(dot(vector, vector, padded)), padded);
    for (let j = 0; j < found; j++) {
      const other = basisPtr + (<usize>j) * bytes;
      addScaled(vector, vector, -dot(vector, other, padded), other, padded);
    }
    const norm = sqrt(dot(vector, vector, padded));
    if (norm < 1e-3) continue; // it lies in the span already
    scaleVector(vector, 1.0 / norm, padded);
    found++;
  }
  for (; found < 3; found++) memory.fill(basisPtr + (<usize>found) * bytes, 0, bytes);
}

function combine(basisPtr: usize, alongStar: f64, alongFirst: f64, alongSecond: f64, outPtr: usize): void {
  const bytes = (<usize>padded) << 3;
  memory.copy(outPtr, basisPtr, bytes);
  scaleVector(outPtr, alongStar, padded);
  addScaled(outPtr, outPtr, alongFirst, basisPtr + bytes, padded);
  addScaled(outPtr, outPtr, alongSecond, basisPtr + 2 * bytes, padded);
}

/** The linear generator's direction. */
export function generatorDirection(basisPtr: usize, outPtr: usize): void {
  combine(basisPtr, Math.cos(generatorAngle), Math.sin(generatorAngle), 0, outPtr);
}

/** The linear verifier's direction (also the score of the top fraction). */
export function verifierDirection(basisPtr: usize, outPtr: usize): void {
  const along = Math.cos(verifierAngle);
  if (generatorKind != LINEAR) {
    combine(basisPtr, along, Math.sin(verifierAngle), 0, outPtr);
    return;
  }
  const first = verifierFirst();
  combine(basisPtr, along, first, verifierSecond(first), outPtr);
}
