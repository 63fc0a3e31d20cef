/**
 * One pass of SGD over M rows in d dimensions, Σ = I, small steps (docs/theory.md, section 5). The weights behave like a along the
 * rows' own coordinates and a normal vector of length β outside; with the margins of margins.ts at τ = 0, δ = 1 − ηλ,
 * a row changes them on average by
 *
 *     a ← δa − ηE[ℓ′η],     β² ← (δ² − 2δηE[ℓ″])β² + η²dE[ℓ′²].
 *
 * Many rows are one step of Rosenbrock's method of order 2 (Shampine & Reichelt, "The MATLAB ODE suite", SIAM J. Sci. Comput. 18,
 * 1997, ode23s), which no number of rows in equilibrium slows down, along the field whose flow over one row is this map, to
 * second order: f − f′f/2. Verified rows come first and clean ones last, as in the engines that draw them.
 * Sources: Saad & Solla, "On-line learning in soft committee machines", Phys. Rev. E 52 (1995); Ben Arous, Gheissari &
 * Jagannath, "High-dimensional limit theorems for SGD", CPAM 77 (2024).
 */
import { Experiment, NOISE } from "../experiment/experiment";
import { DIVERGED, NOT_CONVERGED, OK } from "../status";
import { looksAtRows } from "../verify/verifiers";
import { measureMargins, meanCurvature, SLOPE_ROW, slopeSquare } from "./margins";
import { regions, syntheticRegions } from "./regions";
import { setRule } from "./rules";
import { add, dot3, get, put, solve } from "./triples";

/** Error of a step relative to the weights. */
const TOLERANCE: f64 = 1e-5;
const MOST_STEPS: i32 = 2000;
/** β² from which the weights count as having no bound. */
const BEYOND: f64 = 1e30;
/** β² before the first row: margins that are all but 0. */
const FIRST: f64 = 1e-12;
/** 1/(2 + √2) and 6 + √2. */
const D: f64 = 0.2928932188134524756;
const E32: f64 = 7.4142135623730950488;
const DIFFERENCE: f64 = 1e-6;

/** a (3) and β². */
const STATE: usize = memory.data(32, 16);
const FIELDS: i32 = 4;
const BYTES: usize = 32;
const NEXT: usize = memory.data(32, 16);
/** `change` at the state, and at the end of a step. */
const RAW: usize = memory.data(32, 16);
const RAW_END: usize = memory.data(32, 16);
const PROBE: usize = memory.data(32, 16);
const JACOBIAN: usize = memory.data(128, 16);
const SYSTEM: usize = memory.data(128, 16);
/** The field at the state, in the middle and at the end of a step; the slopes of the method. */
const F0: usize = memory.data(32, 16);
const F1: usize = memory.data(32, 16);
const F2: usize = memory.data(32, 16);
const K1: usize = memory.data(32, 16);
const K2: usize = memory.data(32, 16);
const K3: usize = memory.data(32, 16);

/** How many coordinates rows have; the others of a stay 0. */
let coordinates: i32 = 1;
let first: i32 = 0;
let last: i32 = 0;
let mass: f64 = 1;

/** What one row changes on average at the state `from`, f64[4] at `out`. */
function change(e: Experiment, from: usize, out: usize): void {
  const rate = e.learningRate, decay = 1 - rate * e.learnerLambda;
  const square = max(get(from, 3), FIRST);
  measureMargins(e.loss, first, last, mass, from, sqrt(square), 0);
  for (let i = 0; i < 3; i++) put(out, i, (decay - 1) * get(from, i) - rate * get(SLOPE_ROW, i));
  const shrink = decay * decay - 1 - 2 * decay * rate * meanCurvature;
  put(out, 3, shrink * square + rate * rate * <f64>e.dim * slopeSquare);
}

/** From the change f at a state near the last one, the field whose flow over one row is that change: f − Jf/2. */
function field(raw: usize, out: usize): void {
  for (let i = 0; i < FIELDS; i++) {
    let sum: f64 = 0;
    for (let j = 0; j < FIELDS; j++) sum += get(JACOBIAN, FIELDS * i + j) * get(raw, j);
    put(out, i, get(raw, i) - 0.5 * sum);
  }
}

/** The Jacobian of `change` at the state by differences, in the coordinates that rows have; RAW is the change there. */
function differentiate(e: Experiment, length: f64): void {
  for (let j = 0; j < FIELDS; j++) {
    if (j >= coordinates && j < 3) continue;
    const by = DIFFERENCE * (j < 3 ? length : get(STATE, 3));
    memory.copy(PROBE, STATE, BYTES);
    add(PROBE, j, by);
    change(e, PROBE, NEXT);
    for (let i = 0; i < FIELDS; i++) put(JACOBIAN, FIELDS * i + j, (get(NEXT, i) - get(RAW, i)) / by);
  }
}

/** x ← (I − hDJ)⁻¹x. */
function relax(h: f64, x: usize): void {
  for (let i = 0; i < 16; i++) put(SYSTEM, i, (i % 5 == 0 ? 1.0 : 0.0) - h * D * get(JACOBIAN, i));
  solve(SYSTEM, FIELDS, x);
}

/** The step `h` from the state to NEXT; its error relative to the weights. */
function step(e: Experiment, h: f64): f64 {
  memory.copy(K1, F0, BYTES);
  relax(h, K1);
  for (let i = 0; i < FIELDS; i++) put(NEXT, i, get(STATE, i) + 0.5 * h * get(K1, i));
  change(e, NEXT, RAW_END);
  field(RAW_END, F1);
  for (let i = 0; i < FIELDS; i++) put(K2, i, get(F1, i) - get(K1, i));
  relax(h, K2);
  for (let i = 0; i < FIELDS; i++) {
    add(K2, i, get(K1, i));
    put(NEXT, i, get(STATE, i) + h * get(K2, i));
  }
  change(e, NEXT, RAW_END);
  field(RAW_END, F2);
  for (let i = 0; i < FIELDS; i++) {
    put(K3, i, get(F2, i) - E32 * (get(K2, i) - get(F1, i)) - 2 * (get(K1, i) - get(F0, i)));
  }
  relax(h, K3);
  const length = sqrt(dot3(NEXT, NEXT) + get(NEXT, 3));
  let error: f64 = 0;
  for (let i = 0; i < FIELDS; i++) {
    const missed = h * abs(get(K1, i) - 2 * get(K2, i) + get(K3, i)) / 6;
    error = max(error, missed / (i < 3 ? length : length * length));
  }
  return error;
}

/** Takes `rows` rows of the regions from `from` to `to`, whose mass that is. */
function pass(e: Experiment, from: i32, to: i32, rows: f64): i32 {
  first = from;
  last = to;
  mass = rows;
  let left = rows;
  if (get(STATE, 3) == FIRST) {
    // the first row of all finds nothing, and is exact
    change(e, STATE, RAW);
    for (let i = 0; i < FIELDS; i++) add(STATE, i, min(1.0, left) * get(RAW, i));
    left -= 1;
  }
  let h: f64 = 0.5;
  let isNew = true;
  change(e, STATE, RAW);
  for (let taken = 0; left > 0; taken++) {
    if (taken == MOST_STEPS) return NOT_CONVERGED;
    if (isNew) {
      differentiate(e, sqrt(dot3(STATE, STATE) + get(STATE, 3)));
      field(RAW, F0);
    }
    const whole = h >= left;
    if (whole) h = left;
    const error = step(e, h);
    isNew = error <= TOLERANCE && get(NEXT, 3) > 0;
    if (isNew) {
      memory.copy(STATE, NEXT, BYTES);
      memory.copy(RAW, RAW_END, BYTES);
      left = whole ? 0 : left - h;
    }
    if (!(get(STATE, 3) < BEYOND)) return DIVERGED;
    h *= isNaN(error) ? 0.2 : max(0.2, min(5.0, 0.9 * Math.pow(error / TOLERANCE, -1.0 / 3)));
  }
  return OK;
}

/**
 * The pass over the present regions, of `rows` rows with the clean ones; leaves uᵀω̄ and E‖ω‖² to the rules.
 * @returns OK, DIVERGED, or NOT_CONVERGED
 */
export function onePassRule(e: Experiment, rows: f64): i32 {
  memory.fill(STATE, 0, BYTES);
  put(STATE, 3, FIRST);
  memory.fill(JACOBIAN, 0, 128);
  coordinates = 1 + <i32>(e.generatorKind != NOISE) + <i32>looksAtRows(e);
  let status = OK;
  const verified = rows - e.realSamples;
  if (verified > 0) status = pass(e, 0, syntheticRegions, verified);
  if (status == OK && e.realSamples > 0) status = pass(e, syntheticRegions, regions, e.realSamples);
  setRule(get(STATE, 0), dot3(STATE, STATE) + get(STATE, 3));
  return status;
}

/** a of the last pass, f64[3] at `out`. */
export function onePassWeights(out: usize): void {
  memory.copy(out, STATE, 24);
}
