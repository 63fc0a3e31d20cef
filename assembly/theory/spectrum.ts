/**
 * What of the covariance the theory needs. With B = (u, b₁, b₂) in the eigenbasis of Σ (experiment/directions.ts) and the
 * shrinkage S = Σ(Σ + ρI)⁻¹:
 *
 *     G = BᵀS B,   G₂ = BᵀS²B   (3 × 3),   df₁ = tr S,   df₂ = tr S².
 *
 * ρ = ∞ stands for the limit of ρS, Σ itself: the class-mean rule. O(d) a call; O(1) for Σ = I, where G is a multiple
 * of I.
 */
import { at } from "../linalg/lanes";
import { fillBasis, fillEigenvalues } from "../experiment/directions";
import { Experiment } from "../experiment/experiment";
import { add, put } from "./triples";

/** f64[9] each, row-major. */
export const G: usize = memory.data(72, 16);
export const G2: usize = memory.data(72, 16);
export let df1: f64 = 0;
export let df2: f64 = 0;

const MAX_NEWTON: i32 = 200;

/** f64[padded]: the eigenvalues of Σ; f64[3·padded]: the basis. */
let eigenvaluesPtr: usize = 0;
let basisPtr: usize = 0;
let traceOfSigma: f64 = 0;
/** The dimension that they are for; 0 if none is prepared. */
let preparedDim: i32 = 0;

/** Bytes that `prepareSpectrum` needs. */
export function spectrumBytes(e: Experiment): f64 {
  return e.isWhite ? 0 : 32 * <f64>e.padded;
}

/** Fills the eigenvalues and the basis at `block`, of `spectrumBytes()`; it must stay until the covariance changes. */
export function prepareSpectrum(e: Experiment, blockPtr: usize): void {
  preparedDim = e.isWhite ? 0 : e.dim;
  if (e.isWhite) return;
  eigenvaluesPtr = blockPtr;
  basisPtr = blockPtr + ((<usize>e.padded) << 3);
  fillBasis(e, basisPtr);
  traceOfSigma = fillEigenvalues(e, eigenvaluesPtr);
}

/** Whether the eigenvalues and the basis that were prepared are of this experiment's dimension. */
export function hasSpectrum(e: Experiment): bool {
  return e.isWhite || e.dim == preparedDim;
}

/**
 * The effective penalty of ridge on `rows` rows: the largest root of ρ(1 − df₁(ρ)/M) = λ. So ρ = λ(1 + κ) with the κ of
 * Marchenko & Pastur; λ = 0 gives 0 for M > d, and the ρ of the interpolator of least norm, df₁(ρ) = M, for M < d.
 * The left side is convex, so Newton's method from the right, λ + tr Σ/M, falls to the root without passing it.
 */
export function effectivePenalty(e: Experiment, rows: f64, lambda: f64): f64 {
  const d = <f64>e.dim;
  if (lambda == 0 && d <= rows) return 0;
  if (e.isWhite) {
    // ρ² + bρ − λ = 0, the root written so that nothing cancels
    const b = 1 - d / rows - lambda;
    const root = sqrt(b * b + 4 * lambda);
    return b > 0 ? 2 * lambda / (b + root) : 0.5 * (root - b);
  }
  let rho = lambda + traceOfSigma / rows;
  for (let iteration = 0; iteration < MAX_NEWTON; iteration++) {
    let first: f64 = 0, second: f64 = 0;
    for (let j = 0; j < e.dim; j++) {
      const s = shrinkage(load<f64>(at<f64>(eigenvaluesPtr, j)), rho);
      first += s;
      second += s * s;
    }
    const next = rho - (rho * (1 - first / rows) - lambda) / (1 - second / rows);
    if (!(next < rho * (1 - 1e-15)) || !(next > 0)) break;
    rho = next;
  }
  return rho;
}

// @ts-ignore: decorator
@inline
function shrinkage(eigenvalue: f64, rho: f64): f64 {
  return rho == Infinity ? eigenvalue : eigenvalue / (eigenvalue + rho);
}

/** Sets G, G₂, df₁ and df₂ at ρ. */
export function resolveSpectrum(e: Experiment, rho: f64): void {
  memory.fill(G, 0, 72);
  memory.fill(G2, 0, 72);
  if (e.isWhite) {
    const s = shrinkage(1, rho);
    for (let i = 0; i < 3; i++) {
      put(G, 4 * i, s);
      put(G2, 4 * i, s * s);
    }
    df1 = s * <f64>e.dim;
    df2 = s * df1;
    return;
  }
  df1 = 0;
  df2 = 0;
  for (let l = 0; l < e.dim; l++) {
    const s = shrinkage(load<f64>(at<f64>(eigenvaluesPtr, l)), rho);
    df1 += s;
    df2 += s * s;
    for (let i = 0; i < 3; i++) {
      const weight = s * load<f64>(at<f64>(basisPtr, i * e.padded + l));
      for (let j = 0; j < 3; j++) {
        const product = weight * load<f64>(at<f64>(basisPtr, j * e.padded + l));
        add(G, 3 * i + j, product);
        add(G2, 3 * i + j, s * product);
      }
    }
  }
}
