/**
 * From angles to directions. In whitened coordinates three orthonormal vectors u, b₁, b₂ carry everything labels and
 * verification can see (docs/theory.md, section 1):
 *
 *     v_gen = cos θ_gen u + sin θ_gen b₁,   v_prune = cos θ_prune u + α b₁ + β b₂,
 *     α = (cos θ − cos θ_gen cos θ_prune) / sin θ_gen,   α² + β² = sin² θ_prune,
 *
 * θ the angle between generator and verifier; NaN if the two err independently: α = 0. For Σ = I the three vectors are
 * the first coordinate axes, which loses nothing by rotation invariance. Otherwise u = (1, …, 1)/√d unless the host says
 * another, and b₁, b₂ are Walsh patterns made orthogonal to it, so that signal and error lie evenly over the spectrum.
 */
import { at } from "../linalg/lanes";
import { addScaled, dot, scaleVector } from "../linalg/vectors";
import { DIAGONAL, Experiment, LINEAR, POWER_LAW } from "./experiment";

// @ts-ignore: decorator
@inline
export function setTriple(ptr: usize, x: f64, y: f64, z: f64): void {
  store<f64>(ptr, x);
  store<f64>(ptr, y, 8);
  store<f64>(ptr, z, 16);
}

/** v_gen of a linear generator in u, b₁, b₂, f64[3]. */
export function generatorCoordinates(e: Experiment, outPtr: usize): void {
  setTriple(outPtr, Math.cos(e.generatorAngle), Math.sin(e.generatorAngle), 0);
}

/** v_prune in u, b₁, b₂, f64[3]; b₁ is the linear generator's, or the verifier's own beside any other. */
export function verifierCoordinates(e: Experiment, outPtr: usize): void {
  if (e.generatorKind == LINEAR) besideGenerator(e, alongGenerator(e), outPtr);
  else setTriple(outPtr, Math.cos(e.verifierAngle), Math.sin(e.verifierAngle), 0);
}

/** v_prune with b₁ taken by a generator whose error is independent of the verifier's: α = 0. */
export function independentVerifier(e: Experiment, outPtr: usize): void {
  besideGenerator(e, 0, outPtr);
}

/** α; 0 if the two err independently, or the generator has no part outside u. */
function alongGenerator(e: Experiment): f64 {
  const spread = Math.sin(e.generatorAngle);
  if (isNaN(e.angleToGenerator) || !(spread > 1e-12)) return 0;
  return (Math.cos(e.angleToGenerator) - Math.cos(e.generatorAngle) * Math.cos(e.verifierAngle)) / spread;
}

/** β follows from α; what rounding leaves of a flat triangle counts as nothing. */
function besideGenerator(e: Experiment, alpha: f64, outPtr: usize): void {
  const across = Math.sin(e.verifierAngle);
  const square = across * across - alpha * alpha;
  setTriple(outPtr, Math.cos(e.verifierAngle), alpha, square > 1e-18 ? sqrt(square) : 0);
}

/** Writes the d eigenvalues of Σ (f64) and returns their sum; a power law's have mean 1. */
export function fillEigenvalues(e: Experiment, outPtr: usize): f64 {
  let sum: f64 = 0;
  for (let j = 0; j < e.dim; j++) {
    let value: f64 = 1;
    if (e.covarianceKind == POWER_LAW) value = Math.pow(<f64>(j + 1), -e.covarianceExponent);
    if (e.covarianceKind == DIAGONAL) value = load<f64>(at<f64>(e.covarianceValuesPtr, j));
    sum += value;
    store<f64>(at<f64>(outPtr, j), value);
  }
  if (e.covarianceKind != POWER_LAW) return sum;
  const mean = sum / <f64>e.dim;
  for (let j = 0; j < e.dim; j++) store<f64>(at<f64>(outPtr, j), load<f64>(at<f64>(outPtr, j)) / mean);
  return <f64>e.dim;
}

/** Writes u, b₁, b₂ (f64, padded, one behind the other) at `basisPtr`. */
export function fillBasis(e: Experiment, basisPtr: usize): void {
  const dim = e.dim, padded = e.padded;
  const bytes = (<usize>padded) << 3;
  memory.fill(basisPtr, 0, 3 * bytes);
  if (e.isWhite) {
    for (let axis = 0; axis < min(3, dim); axis++) store<f64>(at<f64>(basisPtr + (<usize>axis) * bytes, axis), 1);
    return;
  }
  if (e.covarianceStarPtr) {
    memory.copy(basisPtr, e.covarianceStarPtr, (<usize>dim) << 3);
  } else {
    const even = 1.0 / sqrt(<f64>dim);
    for (let i = 0; i < dim; i++) store<f64>(at<f64>(basisPtr, i), even);
  }
  // Walsh patterns first, then the coordinate axes if too few of those are left beside u
  const patterns = 31;
  let count = 1;
  for (let choice = 0; count < 3 && choice < patterns + dim; choice++) {
    if (choice < patterns && 1 << choice >= dim) continue;
    const vectorPtr = basisPtr + (<usize>count) * bytes;
    memory.fill(vectorPtr, 0, bytes);
    for (let i = 0; i < dim; i++) {
      const axis: f64 = i == choice - patterns ? 1 : 0;
      store<f64>(at<f64>(vectorPtr, i), choice >= patterns ? axis : (i >> choice) & 1 ? -1 : 1);
    }
    scaleVector(vectorPtr, 1.0 / sqrt(dot(vectorPtr, vectorPtr, padded)), padded);
    for (let j = 0; j < count; j++) {
      const otherPtr = basisPtr + (<usize>j) * bytes;
      addScaled(vectorPtr, vectorPtr, -dot(vectorPtr, otherPtr, padded), otherPtr, padded);
    }
    const norm = sqrt(dot(vectorPtr, vectorPtr, padded));
    if (norm < 1e-3) continue; // it lies in the span already
    scaleVector(vectorPtr, 1.0 / norm, padded);
    count++;
  }
  for (; count < 3; count++) memory.fill(basisPtr + (<usize>count) * bytes, 0, bytes);
}

/** The vector of coordinates f64[3] at `coordinatesPtr` in the basis, f64[padded] at `outPtr`. */
export function combineBasis(basisPtr: usize, coordinatesPtr: usize, padded: i32, outPtr: usize): void {
  const bytes = (<usize>padded) << 3;
  memory.copy(outPtr, basisPtr, bytes);
  scaleVector(outPtr, load<f64>(coordinatesPtr), padded);
  addScaled(outPtr, outPtr, load<f64>(coordinatesPtr, 8), basisPtr + bytes, padded);
  addScaled(outPtr, outPtr, load<f64>(coordinatesPtr, 16), basisPtr + 2 * bytes, padded);
}
