/**
 * Batch logistic regression, or any convex loss with an L2 penalty, on M rows in d dimensions, γ = d/M
 * (docs/theory.md, section 5). The weights behave like a along the rows' own coordinates and a normal vector of length β outside; with
 * u, v and the expectations of margins.ts, a, β and τ solve, for Σ = I,
 *
 *     λa + E[ℓ′(v)η] = 0,     β²γ = τ²E[ℓ′(v)²],     τ(λ + E[ℓ″(v)/(1 + τℓ″(v))]) = γ.
 *
 * For any Σ, in whitened coordinates, with q = E[ℓ″/(1 + τℓ″)], G, G₂, df₁ and df₂ of spectrum.ts at ρ = λ/q, and s = E[ℓ′η] − qa,
 *
 *     qa + Gs = 0,     q²β² = sᵀ(G₂ − G²)s + df₂E[ℓ′²]/M,     τqM = df₁.
 *
 * Broyden's method ("A class of methods for solving nonlinear simultaneous equations", Math. Comp. 19, 1965) in (a, log
 * β, log τ), the Jacobian by differences at first and wherever a step fails or is halved. Where that stalls (next to no
 * penalty on rows that can all but be separated), it starts again from a large penalty and follows the answer down.
 * Sources: Sur & Candès, "A modern maximum-likelihood theory for high-dimensional logistic regression", PNAS 116
 * (2019); Salehi, Abbasi & Hassibi, "The impact of regularization on high-dimensional logistic regression", NeurIPS
 * 2019; Mai & Liao, "High dimensional classification via regularized and unregularized empirical risk minimization",
 * 2019.
 */
import { Experiment, NOISE } from "../experiment/experiment";
import { NOT_CONVERGED, OK } from "../status";
import { looksAtRows } from "../verify/verifiers";
import { measureMargins, meanCurvature, SLOPE_ROW, slopeSquare } from "./margins";
import { regions } from "./regions";
import { meanWeights, ridgeRule, setRule, square } from "./rules";
import { df1, df2, G, G2, resolveSpectrum } from "./spectrum";
import { add, apply3, dot3, form3, get, put, solve } from "./triples";

/** Largest residual of an answer, and the one that is aimed at. */
const TOLERANCE: f64 = 1e-9;
const GOAL: f64 = 1e-12;
/** Steps from an easy penalty to the one asked for, and how much smaller it becomes at the first. */
const DESCENTS: i32 = 80;
const FIRST_FACTOR: f64 = 0.1;
const NEWTON_STEPS: i32 = 30;
const DAMPED_ROUNDS: i32 = 15;
const STEP: f64 = 1e-7;

/** a (k ≤ 3 in use, zeros behind), β, τ. */
const A: usize = memory.data(24, 16);
let beta: f64 = 1;
let tau: f64 = 1;
let coordinates: i32 = 1;
let lossKind: i32 = 0;
let rowCount: f64 = 0;
let gamma: f64 = 0;
let lambda: f64 = 0;
/** The experiment, read for its covariance unless that is the identity. */
let setting: usize = 0;
let isWhite: bool = true;

const X: usize = memory.data(40, 16);
const F: usize = memory.data(40, 16);
const MOVED: usize = memory.data(40, 16);
const REACHED: usize = memory.data(40, 16);
const F_MOVED: usize = memory.data(40, 16);
const JACOBIAN: usize = memory.data(200, 16);
const SYSTEM: usize = memory.data(200, 16);
const DIRECTION: usize = memory.data(40, 16);
/** s, and Gs. */
const FORCE: usize = memory.data(24, 16);
const SHRUNK: usize = memory.data(24, 16);
/** Of a point or its residuals. */
const BYTES: usize = 40;

/** Residuals at x = (a, log β, log τ), relative, at `out`; returns the largest. */
function residuals(x: usize, out: usize): f64 {
  for (let i = 0; i < coordinates; i++) put(A, i, get(x, i));
  beta = Math.exp(get(x, coordinates));
  tau = Math.exp(get(x, coordinates + 1));
  measureMargins(lossKind, 0, regions, rowCount, A, beta, tau);
  if (isWhite) {
    for (let i = 0; i < coordinates; i++) put(out, i, (tau / gamma) * (lambda * get(A, i) + get(SLOPE_ROW, i)));
    put(out, coordinates, Math.log(beta * beta * gamma / (tau * tau * slopeSquare)));
    put(out, coordinates + 1, Math.log(tau * (lambda + meanCurvature) / gamma));
  } else {
    leaveInSpectrum(out);
  }
  let largest: f64 = 0;
  for (let i = 0; i < coordinates + 2; i++) {
    const size = abs(get(out, i));
    if (!(size <= largest)) largest = isNaN(size) ? Infinity : size;
  }
  return largest;
}

/** The same for another covariance than I, after the margins have been measured. */
function leaveInSpectrum(out: usize): void {
  const q = meanCurvature;
  resolveSpectrum(changetype<Experiment>(setting), lambda / q);
  for (let i = 0; i < 3; i++) put(FORCE, i, get(SLOPE_ROW, i) - q * get(A, i));
  apply3(G, FORCE, SHRUNK);
  for (let i = 0; i < coordinates; i++) put(out, i, (tau * rowCount / df1) * (q * get(A, i) + get(SHRUNK, i)));
  let across = form3(G2, FORCE) + df2 * slopeSquare / rowCount;
  for (let i = 0; i < coordinates; i++) across -= get(SHRUNK, i) * get(SHRUNK, i);
  put(out, coordinates, Math.log(q * q * beta * beta / across));
  put(out, coordinates + 1, Math.log(tau * q * rowCount / df1));
}

/** The Jacobian at X by differences. */
function differentiate(n: i32): void {
  for (let j = 0; j < n; j++) {
    memory.copy(MOVED, X, BYTES);
    const by = STEP * max(1.0, abs(get(X, j)));
    add(MOVED, j, by);
    residuals(MOVED, F_MOVED);
    for (let i = 0; i < n; i++) put(JACOBIAN, i * n + j, (get(F_MOVED, i) - get(F, i)) / by);
  }
}

/** Broyden's update after a step of −`size` times `DIRECTION` from F to F_MOVED: the least change that explains it. */
function update(n: i32, size: f64): void {
  let square: f64 = 0;
  for (let i = 0; i < n; i++) square += get(DIRECTION, i) * get(DIRECTION, i);
  // along the step J·(−size·direction) was −size·F
  for (let i = 0; i < n; i++) {
    const missed = (get(F_MOVED, i) - (1 - size) * get(F, i)) / (-size * square);
    for (let j = 0; j < n; j++) add(JACOBIAN, i * n + j, missed * get(DIRECTION, j));
  }
}

/** Quasi-Newton steps from X as far as they go; the largest residual. */
function newton(): f64 {
  const n = coordinates + 2;
  let error = residuals(X, F);
  let fresh = false;
  for (let step = 0; step < NEWTON_STEPS && error > GOAL && isFinite(error); step++) {
    if (step == 0) {
      differentiate(n);
      fresh = true;
    }
    memory.copy(SYSTEM, JACOBIAN, 200);
    memory.copy(DIRECTION, F, BYTES);
    if (!solve(SYSTEM, n, DIRECTION)) return error;
    let size: f64 = 1;
    let next: f64 = Infinity;
    for (; size > (fresh ? 1e-3 : 0.2); size *= 0.5) {
      memory.copy(MOVED, X, BYTES);
      for (let i = 0; i < n; i++) add(MOVED, i, -size * get(DIRECTION, i));
      next = residuals(MOVED, F_MOVED);
      if (next < error) break;
    }
    if (!(next < error)) {
      if (fresh) return error;
      differentiate(n);
      fresh = true;
      continue;
    }
    update(n, size);
    fresh = false;
    memory.copy(X, MOVED, BYTES);
    memory.copy(F, F_MOVED, BYTES);
    error = next;
    if (size < 1) {
      differentiate(n); // far from the answer one direction tells too little
      fresh = true;
    }
  }
  return error;
}

/** Rounds of the three equations read as assignments, halfway each; `spread` bounds E[ηηᵀ]. */
function damp(spread: f64): void {
  residuals(X, F);
  for (let round = 0; round < DAMPED_ROUNDS; round++) {
    for (let i = 0; i < coordinates; i++) {
      const left = isWhite ? lambda * get(A, i) + get(SLOPE_ROW, i) : get(F, i) * gamma / tau;
      add(X, i, -left / (lambda + meanCurvature * spread));
    }
    add(X, coordinates, -0.5 * get(F, coordinates));
    add(X, coordinates + 1, -0.5 * get(F, coordinates + 1));
    residuals(X, F);
  }
}

/** From a penalty so large that the answer is easy down to the one asked for, each answer the start of the next. */
function descend(e: Experiment, c: usize, d: usize, spread: f64): f64 {
  const goal = lambda;
  lambda = max(goal, 1);
  start(e, c, d);
  damp(spread);
  let error = newton();
  let factor = FIRST_FACTOR;
  let reached = lambda;
  memory.copy(REACHED, X, BYTES);
  for (let step = 0; step < DESCENTS && reached > goal && error <= TOLERANCE; step++) {
    lambda = max(goal, reached * factor);
    error = newton();
    if (error <= TOLERANCE) {
      reached = lambda;
      memory.copy(REACHED, X, BYTES);
    } else {
      memory.copy(X, REACHED, BYTES);
      factor = sqrt(factor);
      error = 0;
    }
  }
  return reached > goal ? Infinity : error;
}

/**
 * Solves for the present regions, whose moments are `c` and `d`, and leaves uᵀω̄ and E‖ω‖² to the rules.
 * @returns OK, or NOT_CONVERGED
 */
export function convexRule(e: Experiment, loss: i32, rows: f64, c: usize, d: usize, penalty: f64): i32 {
  lossKind = loss;
  rowCount = rows;
  lambda = penalty;
  gamma = <f64>e.dim / rows;
  setting = changetype<usize>(e);
  isWhite = e.isWhite;
  coordinates = 1 + <i32>(e.generatorKind != NOISE) + <i32>looksAtRows(e);
  memory.fill(A, 0, 24);
  start(e, c, d);
  let error = newton();
  if (!(error <= TOLERANCE)) {
    const spread = 1 + max(0, get(d, 0) + get(d, 4) + get(d, 8));
    error = descend(e, c, d, spread);
  }
  residuals(X, F);
  setRule(get(A, 0), dot3(A, A) + beta * beta);
  return error <= TOLERANCE ? OK : NOT_CONVERGED;
}

/** Ridge near the answer: log(1 + e^−v) is (2 − v)²/8 about 0 but for a constant; kept away from interpolation. */
function start(e: Experiment, c: usize, d: usize): void {
  ridgeRule(e, rowCount, c, d, max(4 * lambda, 0.1 * gamma));
  meanWeights(A);
  const outside = max(square - dot3(A, A), 1e-4 * square);
  const kappa = df1 / (rowCount - df1);
  for (let i = 0; i < coordinates; i++) put(X, i, 2 * get(A, i));
  memory.fill(A, 0, 24);
  put(X, coordinates, 0.5 * Math.log(4 * outside));
  put(X, coordinates + 1, Math.log(4 * kappa));
}

/** a (3), β, τ of the last rule, f64[5] at `out`. */
export function convexState(out: usize): void {
  memory.copy(out, A, 24);
  put(out, 3, beta);
  put(out, 4, tau);
}
