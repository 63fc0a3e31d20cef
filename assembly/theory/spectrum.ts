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
import { fillBasis } from "../experiment/directions";
import {
  covarianceExponent, covarianceKind, covarianceValuesPtr, DIAGONAL, dimension, IDENTITY, padded, POWER_LAW,
} from "../experiment/settings";
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

/** Bytes that `prepareSpectrum` needs under the present settings. */
export function spectrumBytes(): f64 {
  return covarianceKind == IDENTITY ? 0 : 32 * <f64>padded;
}

/** Fills the eigenvalues and the basis at `block`, of `spectrumBytes()`; it must stay until the covariance changes. */
export function prepareSpectrum(block: usize): void {
  if (covarianceKind == IDENTITY) return;
  eigenvaluesPtr = block;
  basisPtr = block + ((<usize>padded) << 3);
  fillBasis(basisPtr);
  traceOfSigma = 0;
  for (let j = 0; j < dimension; j++) {
    let value: f64 = 1;
    if (covarianceKind == POWER_LAW) value = Math.pow(<f64>(j + 1), -covarianceExponent);
    if (covarianceKind == DIAGONAL) value = load<f64>(at<f64>(covarianceValuesPtr, j));
    traceOfSigma += value;
    store<f64>(at<f64>(eigenvaluesPtr, j), value);
  }
  if (covarianceKind != POWER_LAW) return;
  const mean = traceOfSigma / <f64>dimension;
  for (let j = 0; j < dimension; j++) {
    store<f64>(at<f64>(eigenvaluesPtr, j), load<f64>(at<f64>(eigenvaluesPtr, j)) / mean);
  }
  traceOfSigma = <f64>dimension;
}

/**
 * The effective penalty of ridge on `rows` rows: the largest root of ρ(1 − df₁(ρ)/M) = λ. So ρ = λ(1 + κ) with the κ of
 * Marchenko & Pastur; λ = 0 gives 0 for M > d, and the ρ of the interpolator of least norm, df₁(ρ) = M, for M < d.
 * The left side is convex, so Newton's method from the right, λ + tr Σ/M, falls to the root without passing it.
 */
export function effectivePenalty(rows: f64, lambda: f64): f64 {
  const d = <f64>dimension;
  if (lambda == 0 && d <= rows) return 0;
  if (covarianceKind == IDENTITY) {
    // ρ² + bρ − λ = 0, the root written so that nothing cancels
    const b = 1 - d / rows - lambda;
    const root = sqrt(b * b + 4 * lambda);
    return b > 0 ? 2 * lambda / (b + root) : 0.5 * (root - b);
  }
  let rho = lambda + traceOfSigma / rows;
  for (let iteration = 0; iteration < MAX_NEWTON; iteration++) {
    let first: f64 = 0, second: f64 = 0;
    for (let j = 0; j < dimension; j++) {
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
export function resolveSpectrum(rho: f64): void {
  memory.fill(G, 0, 72);
  memory.fill(G2, 0, 72);
  if (covarianceKind == IDENTITY) {
    const s = shrinkage(1, rho);
    for (let i = 0; i < 3; i++) {
      put(G, 4 * i, s);
      put(G2, 4 * i, s * s);
    }
    df1 = s * <f64>dimension;
    df2 = s * df1;
    return;
  }
  df1 = 0;
  df2 = 0;
  for (let l = 0; l < dimension; l++) {
    const s = shrinkage(load<f64>(at<f64>(eigenvaluesPtr, l)), rho);
    df1 += s;
    df2 += s * s;
    for (let i = 0; i < 3; i++) {
      const weight = s * load<f64>(at<f64>(basisPtr, i * padded + l));
      for (let j = 0; j < 3; j++) {
        const product = weight * load<f64>(at<f64>(basisPtr, j * padded + l));
        add(G, 3 * i + j, product);
        add(G2, 3 * i + j, s * product);
      }
    }
  }
}
