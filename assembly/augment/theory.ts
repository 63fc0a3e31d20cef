/**
 * The accuracy of ridge on two populations in the high-dimensional limit (docs/theory.md, section 13): π_i the shares of the M kept
 * rows, i = real, generated, C_r = I, C_g = C, γ = λ for each kept row,
 *
 *     Q̄ = (Σ π_i (C_i + μ_iμ_iᵀ)/(1 + κ_i) + γI)⁻¹,   κ_i = (1/M) tr C_iQ̄,   w̄ = Q̄ Σ π_i c_i/(1 + κ_i),
 *     T_ji = π_i/(1 + κ_i)² (1/M) tr(C_jQ̄C_iQ̄),   v = T(B + v),   B_i = 1 − 2c_iᵀw̄ + w̄ᵀ(C_i + μ_iμ_iᵀ)w̄,
 *
 * c_i = (2a_i − 1)μ_i with a_i the share of correct labels; accuracy Φ(μᵀw̄/√(‖w̄‖² + v_r)). The traces leave the means out. T is also the
 * derivative of the right side of the equation for κ, which is concave in κ: Newton's method from above falls to the root.
 *
 * Everything is a sum over the spectrum of C: d eigenvalues if C is given, and the law of Marchenko and Pastur if it is estimated. As
 * published (A. El Firdoussi et al., arXiv 2410.08942), κ_g has a factor α = (1 − ε)φ + εψ, as if a kept row weighed α.
 */
import { fillBasis, fillEigenvalues } from "../experiment/directions";
import { at } from "../linalg/lanes";
import { normalCdf } from "../special/normal";
import { NOT_CONVERGED, OK } from "../status";
import { BOTH, GIVEN, Inputs, meanAcross, meanAlong, penaltyOf, shapeOf } from "./inputs";

/** Nodes of the law of Marchenko and Pastur; the sum converges geometrically. */
const NODES: i32 = 2000;
const MAX_STEPS: i32 = 500;
const TOLERANCE: f64 = 1e-14;

/** Eigenvalues of C; their weights in traces over d, and in uᵀ·u, uᵀ·b and bᵀ·b for μ = ru and ν = xu + yb. */
let valuesPtr: usize = 0;
let weightsPtr: usize = 0;
let alongPtr: usize = 0;
let crossPtr: usize = 0;
let acrossPtr: usize = 0;
let nodes: i32 = 0;

function bytesOf(e: Inputs): usize {
  return (((<usize>e.dim + <usize>NODES + 8) & ~7) << 3);
}

/** Bytes of scratch of `augmentTheory`. */
export function augmentTheoryBytes(e: Inputs): f64 {
  return 8.0 * <f64>bytesOf(e);
}

function addNode(value: f64, weight: f64, along: f64, cross: f64, across: f64): void {
  store<f64>(at<f64>(valuesPtr, nodes), value);
  store<f64>(at<f64>(weightsPtr, nodes), weight);
  store<f64>(at<f64>(alongPtr, nodes), along);
  store<f64>(at<f64>(crossPtr, nodes), cross);
  store<f64>(at<f64>(acrossPtr, nodes), across);
  nodes++;
}

function layOutSpectrum(e: Inputs, scratchPtr: usize): void {
  const bytes = bytesOf(e);
  valuesPtr = scratchPtr;
  weightsPtr = valuesPtr + bytes;
  alongPtr = weightsPtr + bytes;
  crossPtr = alongPtr + bytes;
  acrossPtr = crossPtr + bytes;
  nodes = 0;
  if (e.estimate == BOTH) {
    estimatedSpectrum(e);
    return;
  }
  if (e.exponent == 0) {
    addNode(e.variance, 1, 1, 0, 1);
    return;
  }
  const shape = shapeOf(e);
  const basisPtr = acrossPtr + bytes;
  fillEigenvalues(shape, valuesPtr);
  fillBasis(shape, basisPtr);
  const count = shape.dim, even = 1 / e.dim;
  const otherPtr = at<f64>(basisPtr, shape.padded);
  for (let j = 0; j < count; j++) {
    const u = load<f64>(at<f64>(basisPtr, j)), b = load<f64>(at<f64>(otherPtr, j));
    // an estimated mean lies evenly over all directions
    const isGiven = e.estimate == GIVEN;
    addNode(e.variance * load<f64>(at<f64>(valuesPtr, j)), even, u * u, isGiven ? u * b : 0, isGiven ? b * b : even);
  }
}

/** Of Wishart_d(n̂ − 1)/n̂: x = middle − half·cos t takes the roots at both ends away; and the share of zeros. */
function estimatedSpectrum(e: Inputs): void {
  const degrees = e.estimateRows - 1;
  const ratio = e.dim / degrees, scale = degrees / e.estimateRows;
  const middle = 1 + ratio, half = 2 * sqrt(ratio);
  if (ratio > 1) addNode(0, 1 - 1 / ratio, 1 - 1 / ratio, 0, 1 - 1 / ratio);
  const step = 3.141592653589793 / <f64>NODES;
  for (let i = 0; i < NODES; i++) {
    const t = (<f64>i + 0.5) * step;
    const value = middle - half * Math.cos(t);
    const density = half * Math.sin(t);
    const weight = step * density * density / (6.283185307179586 * ratio * value);
    addNode(scale * value, weight, weight, 0, weight);
  }
}

/** The shares π_i/(1 + κ_i) and the penalty that the resolvent (a + bτ + γ)⁻¹ has at an eigenvalue τ. */
let a: f64 = 0;
let b: f64 = 0;
let penalty: f64 = 0;

/** (d/M) of ∫τʲ(a + bτ + γ)⁻ᵏ over the spectrum. */
function trace(power: i32, order: i32, ratio: f64): f64 {
  let sum: f64 = 0;
  for (let j = 0; j < nodes; j++) {
    const value = load<f64>(at<f64>(valuesPtr, j));
    const resolved = 1 / (a + b * value + penalty);
    let term = load<f64>(at<f64>(weightsPtr, j)) * resolved;
    if (order == 2) term *= resolved;
    for (let p = 0; p < power; p++) term *= value;
    sum += term;
  }
  return ratio * sum;
}

/** The same of uᵀ·u, uᵀ·b and bᵀ·b, at FORM. */
const FORM: usize = memory.data(24, 16);

function form(power: i32, order: i32): void {
  let along: f64 = 0, cross: f64 = 0, across: f64 = 0;
  for (let j = 0; j < nodes; j++) {
    const value = load<f64>(at<f64>(valuesPtr, j));
    const resolved = 1 / (a + b * value + penalty);
    const factor = (order == 2 ? resolved * resolved : resolved) * (power == 1 ? value : 1);
    along += factor * load<f64>(at<f64>(alongPtr, j));
    cross += factor * load<f64>(at<f64>(crossPtr, j));
    across += factor * load<f64>(at<f64>(acrossPtr, j));
  }
  store<f64>(FORM, along);
  store<f64>(FORM, cross, 8);
  store<f64>(FORM, across, 16);
}

// @ts-ignore: decorator
@inline
/** xᵀ FORM y of two vectors in u, b. */
function formOf(x: f64, y: f64, z: f64, w: f64): f64 {
  return load<f64>(FORM) * x * z + load<f64>(FORM, 8) * (x * w + y * z) + load<f64>(FORM, 16) * y * w;
}

/**
 * f64[2] at `outPtr`: the accuracy, and the one of the published equations; NaN if that has no answer.
 * @returns OK, or NOT_CONVERGED if the first has none
 */
export function augmentTheory(e: Inputs, scratchPtr: usize, outPtr: usize): i32 {
  layOutSpectrum(e, scratchPtr);
  const share = (1 - e.errorRate) * e.phi + e.errorRate * e.psi;
  const accuracy = accuracyOf(e, share, 1);
  store<f64>(outPtr, accuracy);
  store<f64>(outPtr, accuracyOf(e, share, share), 8);
  return isNaN(accuracy) ? NOT_CONVERGED : OK;
}

function accuracyOf(e: Inputs, share: f64, factor: f64): f64 {
  const kept = e.realRows + share * e.samples;
  const real = e.realRows / kept, generated = share * e.samples / kept;
  const ratio = e.dim / kept;
  penalty = penaltyOf(e, kept);
  // κ, from above
  let kr: f64 = ratio / penalty, kg: f64 = 0;
  for (let j = 0; j < nodes; j++) kg += load<f64>(at<f64>(weightsPtr, j)) * load<f64>(at<f64>(valuesPtr, j));
  kg *= factor * ratio / penalty;
  let trr: f64 = 0, trg: f64 = 0, tgr: f64 = 0, tgg: f64 = 0;
  let step = 0;
  for (; step < MAX_STEPS; step++) {
    a = real / (1 + kr);
    b = generated / (1 + kg);
    const mixed = trace(1, 2, ratio);
    const slopeReal = real / ((1 + kr) * (1 + kr)), slopeGenerated = generated / ((1 + kg) * (1 + kg));
    trr = slopeReal * trace(0, 2, ratio);
    trg = slopeGenerated * mixed;
    tgr = slopeReal * mixed;
    tgg = slopeGenerated * trace(2, 2, ratio);
    const gapReal = kr - trace(0, 1, ratio), gapGenerated = kg - factor * trace(1, 1, ratio);
    const determinant = (1 - trr) * (1 - factor * tgg) - trg * factor * tgr;
    const stepReal = ((1 - factor * tgg) * gapReal + trg * gapGenerated) / determinant;
    const stepGenerated = (factor * tgr * gapReal + (1 - trr) * gapGenerated) / determinant;
    if (!(determinant > 0)) return NaN;
    kr -= stepReal;
    kg -= stepGenerated;
    if (abs(stepReal) <= TOLERANCE * (1 + kr) && abs(stepGenerated) <= TOLERANCE * (1 + kg)) break;
  }
  if (step == MAX_STEPS) return NaN;

  // w̄ = D⁻¹(u s₀ + b s₁), s = (I + PG)⁻¹h with P and h of the means in u, b, and G = (u b)ᵀD⁻¹(u b)
  const r = e.meanNorm, x = meanAlong(e);
  const y = e.estimate == GIVEN ? meanAcross(e) : sqrt((e.dim - 1) / e.estimateRows);
  const cr = 1 - 2 * e.realErrorRate;
  const cg = ((1 - e.errorRate) * e.phi - e.errorRate * e.psi) / (share > 0 ? share : 1);
  const p00 = a * r * r + b * x * x, p01 = b * x * y, p11 = b * y * y;
  const h0 = a * cr * r + b * cg * x, h1 = b * cg * y;
  form(0, 1);
  const g00 = load<f64>(FORM), g01 = load<f64>(FORM, 8), g11 = load<f64>(FORM, 16);
  const m00 = 1 + p00 * g00 + p01 * g01, m01 = p00 * g01 + p01 * g11;
  const m10 = p01 * g00 + p11 * g01, m11 = 1 + p01 * g01 + p11 * g11;
  const determinant = m00 * m11 - m01 * m10;
  const s0 = (m11 * h0 - m01 * h1) / determinant, s1 = (m00 * h1 - m10 * h0) / determinant;
  const alongReal = formOf(r, 0, s0, s1), alongGenerated = formOf(x, y, s0, s1);
  form(0, 2);
  const square = formOf(s0, s1, s0, s1);
  form(1, 2);
  const weighted = formOf(s0, s1, s0, s1);
  const br = 1 - 2 * cr * alongReal + square + alongReal * alongReal;
  const bg = 1 - 2 * cg * alongGenerated + weighted + alongGenerated * alongGenerated;
  const tbr = trr * br + trg * bg, tbg = tgr * br + tgg * bg;
  const spread = ((1 - tgg) * tbr + trg * tbg) / ((1 - trr) * (1 - tgg) - trg * tgr);
  return spread >= 0 ? normalCdf(alongReal / sqrt(square + spread)) : NaN;
}
