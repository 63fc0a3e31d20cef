/**
 * Rows that weigh q in [0, 1] instead of being kept or dropped (docs/theory.md, section 11): Gaussian classes, ξ | y ~ N(y r u, I), a generator
 * that labels them, t, and ridge
 *
 *     argmin Σ q_i (wᵀξ_i − t_i)²/Σ q_i + λ‖w‖²,   q of the margin m = t·vᵀξ of a verifier's direction v, or of whether t is right.
 *
 * Beside it the same rows, each kept with the probability q. Of each row the signed x = tξ is drawn or integrated over.
 */
import { drawRow, equationsBytes, forget, layOutEquations, rowPtr, rows, solveRows, takeRow, weightsPtr } from "../learn/equations";
import { at } from "../linalg/lanes";
import { dot, scaleVector } from "../linalg/vectors";
import { seedStreams, uniform53 } from "../random/streams";
import { normalCdf, normalPdf } from "../special/normal";
import { EMPTY, NOT_CONVERGED, OK, UNKNOWN } from "../status";
import { lowerFactor, MATRIX_BYTES, get, put, solveLower, solveLowerTransposed } from "../reduced/small";

/** The rules: q = 1/(1 + e^(−m/width)); e^(−m²/2width²); one less that; φ for a correct label and ψ for a wrong one. */
export const SOFT: f64 = 0;
export const SOFT_HARD: f64 = 1;
export const SOFT_EASY: f64 = 2;
export const BY_LABEL: f64 = 3;

/** Labels wrong with probability p, or by a direction. */
const NOISE: f64 = 0;
const LINEAR: f64 = 1;

/** The settings as the host writes them, f64 each, in this order. */
@unmanaged
export class Weighting {
  dim: f64;
  /** r. */
  meanNorm: f64;
  samples: f64;
  /** NOISE with `errorRate`, or LINEAR at `generatorAngle` to u. */
  generator: f64;
  errorRate: f64;
  generatorAngle: f64;
  rule: f64;
  width: f64;
  /** The angle of v to u; v's other part is orthogonal to the generator's. */
  verifierAngle: f64;
  phi: f64;
  psi: f64;
  lambda: f64;
  /** 0 for weights, 1 for verdicts. */
  isDrawn: f64;
}

export const WEIGHTING_FIELDS: i32 = 13;

/** f64 fields of a trial's record: status; accuracy; Σ q, which is the kept rows of verdicts. */
export const WEIGHTS_FIELDS: i32 = 3;

function isKnown(e: Weighting): bool {
  return (e.generator == NOISE || e.generator == LINEAR) &&
    (e.rule == SOFT || e.rule == SOFT_HARD || e.rule == SOFT_EASY || e.rule == BY_LABEL);
}

/** q of a margin and of whether the label is right. */
function weightOf(e: Weighting, margin: f64, isRight: bool): f64 {
  if (e.rule == BY_LABEL) return isRight ? e.phi : e.psi;
  const scaled = margin / e.width;
  if (e.rule == SOFT) return 1 / (1 + Math.exp(-scaled));
  const near = Math.exp(-0.5 * scaled * scaled);
  return e.rule == SOFT_HARD ? near : 1 - near;
}

/** Bytes of scratch of `weightsDirect`. */
export function weightsBytes(dim: i32): f64 {
  return equationsBytes(dim);
}

/** Trials `first` …: every row is drawn. u, the generator's and the verifier's other parts are the first coordinates. */
export function weightsDirect(
  e: Weighting, seedLow: u32, seedHigh: u32, purpose: u32, part: u32, first: i32, count: i32, scratchPtr: usize, outPtr: usize,
): void {
  const dim = <i32>e.dim, padded = (dim + 7) & ~7, samples = <i32>e.samples;
  layOutEquations(dim, scratchPtr);
  const cg = Math.cos(e.generatorAngle), sg = Math.sin(e.generatorAngle);
  const cv = Math.cos(e.verifierAngle), sv = Math.sin(e.verifierAngle);
  for (let i = 0; i < count; i++) {
    seedStreams(seedLow, seedHigh, purpose, part, first + i);
    forget();
    let status = isKnown(e) ? OK : UNKNOWN;
    let total: f64 = 0;
    for (let row = 0; status == OK && row < samples; row++) {
      const y: f64 = uniform53() < 0.5 ? -1 : 1;
      drawRow();
      store<f64>(rowPtr, load<f64>(rowPtr) + y * e.meanNorm);
      let label = y;
      if (e.generator == LINEAR) label = cg * load<f64>(rowPtr) + sg * load<f64>(rowPtr, 8) > 0 ? 1 : -1;
      else if (uniform53() < e.errorRate) label = -y;
      const score = cv * load<f64>(rowPtr) + sv * load<f64>(rowPtr, 16);
      let weight = weightOf(e, label * score, label == y);
      if (e.isDrawn != 0) weight = uniform53() < weight ? 1 : 0;
      if (!(weight > 0)) continue;
      total += weight;
      const root = sqrt(weight);
      scaleVector(rowPtr, root, padded);
      takeRow(root * label);
    }
    // the penalty of c = λ Σ q, for each row that was taken
    if (status == OK) status = total > 0 ? solveRows(e.lambda * (total / rows)) : EMPTY;
    const recordPtr = outPtr + (<usize>(i * WEIGHTS_FIELDS) << 3);
    const along = e.meanNorm * load<f64>(weightsPtr) / sqrt(dot(weightsPtr, weightsPtr, padded));
    store<f64>(recordPtr, <f64>status);
    store<f64>(recordPtr, status == OK ? normalCdf(along) : NaN, 8);
    store<f64>(recordPtr, total, 16);
  }
}

/** Midpoints of the margin: a step, and how far past the means they go. A place of sharp change, if any, is 0, between two of them. */
const STEP: f64 = 1e-3;
const REACH: f64 = 9;
const MAX_STEPS: i32 = 200;
const TOLERANCE: f64 = 1e-13;

/** In the axes v, w, e: E[s], E[s x], E[s xxᵀ] and the same of s²; s = q/(1 + κq), or of verdicts q/(1 + κ) and q/(1 + κ)². */
let s0: f64 = 0;
let t0: f64 = 0;
const S1: usize = memory.data(24, 16);
const T1: usize = memory.data(24, 16);
const S2: usize = memory.data(200, 16);
const T2: usize = memory.data(200, 16);
const FACTOR: usize = memory.data(200, 16);
const SOLUTION: usize = memory.data(200, 16);
/** u in those axes. */
const STAR: usize = memory.data(24, 16);
/** E[q], for any κ. */
let meanWeight: f64 = 0;

// @ts-ignore: decorator
@inline
function element(vector: usize, i: i32): f64 {
  return load<f64>(at<f64>(vector, i));
}

// @ts-ignore: decorator
@inline
function addTo(vector: usize, i: i32, value: f64): void {
  store<f64>(at<f64>(vector, i), element(vector, i) + value);
}

/** w is the direction of v_gen across v, the only one besides v on which a row of a linear generator depends. */
function placeAxes(e: Weighting): f64 {
  const cv = Math.cos(e.verifierAngle);
  const rho = e.generator == LINEAR ? Math.cos(e.generatorAngle) * cv : 0;
  const rest = 1 - rho * rho;
  let alongW = sqrt(max(0, 1 - cv * cv));
  if (e.generator == LINEAR && rest > 1e-24) alongW = (Math.cos(e.generatorAngle) - rho * cv) / sqrt(rest);
  store<f64>(STAR, cv);
  store<f64>(STAR, alongW, 8);
  store<f64>(STAR, sqrt(max(0, 1 - cv * cv - alongW * alongW)), 16);
  return rho;
}

/** All moments at κ; of E[s] and E[s²] alone if `isWhole` is false. */
function integrate(e: Weighting, rho: f64, kappa: f64, isWhole: bool): void {
  const r = e.meanNorm, cv = element(STAR, 0), across = sqrt(max(0, 1 - rho * rho));
  s0 = 0;
  t0 = 0;
  meanWeight = 0;
  memory.fill(S1, 0, 24);
  memory.fill(T1, 0, 24);
  memory.fill(S2, 0, MATRIX_BYTES);
  memory.fill(T2, 0, MATRIX_BYTES);
  for (let side = 0; side < 2; side++) {
    // the signed rows of right labels are about ru, those of wrong ones about −ru
    const sign: f64 = side == 0 ? 1 : -1;
    const share = e.generator == LINEAR ? 1 : side == 0 ? 1 - e.errorRate : e.errorRate;
    if (share == 0) continue;
    const centre = sign * r * cv;
    const along = sign * r * element(STAR, 1), rest = sign * r * element(STAR, 2);
    const middle = Math.floor(centre / STEP);
    const reach = <i32>(REACH / STEP);
    for (let i = -reach; i < reach; i++) {
      const margin = (middle + <f64>i + 0.5) * STEP;
      const q = weightOf(e, margin, side == 0);
      const noise = margin - centre;
      const density = share * STEP * normalPdf(noise);
      // of ζ, the noise along w: how often it is there, its mean and its square
      let p: f64 = 1, first: f64 = 0, second: f64 = 1;
      if (e.generator == LINEAR) {
        // v_genᵀx = ρm + √(1 − ρ²)(w-part) > 0
        const bound = across > 1e-12 ? rho * margin / across + along : (rho * margin > 0 ? Infinity : -Infinity);
        p = normalCdf(bound);
        first = abs(bound) < 40 ? normalPdf(bound) : 0;
        second = p - (abs(bound) < 40 ? bound * first : 0);
      }
      const s = e.isDrawn != 0 ? q / (1 + kappa) : q / (1 + kappa * q);
      const t = e.isDrawn != 0 ? q / ((1 + kappa) * (1 + kappa)) : s * s;
      meanWeight += density * p * q;
      s0 += density * p * s;
      t0 += density * p * t;
      if (!isWhole) continue;
      const w1 = along * p + first;
      const w2 = along * along * p + 2 * along * first + second;
      for (let which = 0; which < 2; which++) {
        const f = density * (which == 0 ? s : t);
        const vector = which == 0 ? S1 : T1, matrix = which == 0 ? S2 : T2;
        addTo(vector, 0, f * margin * p);
        addTo(vector, 1, f * w1);
        addTo(vector, 2, f * rest * p);
        put(matrix, 0, 0, get(matrix, 0, 0) + f * margin * margin * p);
        put(matrix, 1, 0, get(matrix, 1, 0) + f * margin * w1);
        put(matrix, 1, 1, get(matrix, 1, 1) + f * w2);
        put(matrix, 2, 0, get(matrix, 2, 0) + f * margin * rest * p);
        put(matrix, 2, 1, get(matrix, 2, 1) + f * rest * w1);
        put(matrix, 2, 2, get(matrix, 2, 2) + f * (1 + rest * rest) * p);
      }
    }
  }
}

/**
 * f64[2] at `outPtr`: the accuracy in the high-dimensional limit, and E Σ q. With γ = d/N and γ_λ = λE[q],
 *
 *     κ = γ/(E[s] + γ_λ),   w̄ = (E[s xxᵀ] + γ_λI)⁻¹E[s x],   v = T(E[s²(1 − xᵀw̄)²] + E[s²]v),   T = γ/(E[s] + γ_λ)²,
 *
 * and Φ(r uᵀw̄/√(‖w̄‖² + v)). Weighted moments alone, s = q/(1 + κ), would take the weights for verdicts.
 * @returns OK, NOT_CONVERGED or UNKNOWN
 */
export function weightsTheory(e: Weighting, outPtr: usize): i32 {
  store<f64>(outPtr, NaN);
  store<f64>(outPtr, NaN, 8);
  if (!isKnown(e)) return UNKNOWN;
  const rho = placeAxes(e), gamma = e.dim / e.samples;
  integrate(e, rho, 0, false);
  const penalty = e.lambda * meanWeight;
  store<f64>(outPtr, e.samples * meanWeight, 8);
  if (!(meanWeight > 0)) return NOT_CONVERGED;
  let kappa = gamma / penalty;
  let step = 0;
  for (; step < MAX_STEPS; step++) {
    integrate(e, rho, kappa, false);
    const level = s0 + penalty;
    const change = (kappa - gamma / level) / (1 - gamma * t0 / (level * level));
    kappa -= change;
    if (!(abs(change) > TOLERANCE * (1 + kappa))) break;
  }
  if (step == MAX_STEPS || isNaN(kappa)) return NOT_CONVERGED;
  integrate(e, rho, kappa, true);
  memory.copy(FACTOR, S2, MATRIX_BYTES);
  for (let i = 0; i < 3; i++) {
    put(FACTOR, i, i, get(FACTOR, i, i) + penalty);
    put(SOLUTION, i, 0, element(S1, i));
  }
  if (!lowerFactor(FACTOR, 3)) return NOT_CONVERGED;
  solveLower(FACTOR, 3, SOLUTION, 1);
  solveLowerTransposed(FACTOR, 3, SOLUTION, 1);
  let along: f64 = 0, square: f64 = 0, risk = t0;
  for (let i = 0; i < 3; i++) {
    const a = get(SOLUTION, i, 0);
    along += a * element(STAR, i);
    square += a * a;
    risk += a * (a * get(T2, i, i) - 2 * element(T1, i));
    for (let j = 0; j < i; j++) risk += 2 * a * get(SOLUTION, j, 0) * get(T2, i, j);
  }
  const slope = gamma / ((s0 + penalty) * (s0 + penalty));
  const spread = slope * risk / (1 - slope * t0);
  store<f64>(outPtr, normalCdf(e.meanNorm * along / sqrt(square + spread)));
  return OK;
}
