/**
 * The population of kept rows: how many they are, what generator and verifier realise (p, φ, ψ), and the moments that
 * the learners depend on. Regions (regions.ts) times moments in closed form (wedge.ts); a top-fraction verifier's
 * threshold h solves α(h) = keep by Newton's method, kept inside a bracket by bisection.
 */
import { Experiment, ISOTROPIC, NOISE } from "../experiment/experiment";
import { normalCdf } from "../special/normal";
import { EMPTY, OK } from "../status";
import { TOP, keepProbability, looksAtRows, setSlab, slabHigh, slabLow } from "../verify/verifiers";
import { GENERATOR, placeDirections, STAR, VERIFIER } from "./axes";
import { orthant } from "./orthant";
import {
  addClean, buildSynthetic, COUNT, PLANES, regionAt, regions, SHARE, SHIFT, SIDE, sidesShared,
  syntheticRegions, WEIGHT,
} from "./regions";
import { get, put } from "./triples";
import { addWedge, FIRST, lastDensity, MASS, MOMENTS, SECOND } from "./wedge";

/**
 * M, the rows to learn from; the share of the generated rows that is kept; p, φ, ψ (NaN if no row can realise one).
 */
export let rowsKept: f64 = 0;
export let keepRate: f64 = 0;
export let realisedError: f64 = 0;
export let realisedPhi: f64 = 0;
export let realisedPsi: f64 = 0;

/** c = E[η | kept], f64[3], and D = E[ηηᵀ | kept] − I, f64[9]. */
export const MEAN: usize = memory.data(24, 16);
export const EXCESS: usize = memory.data(72, 16);

const SUMS: usize = memory.data(104, 16);
const MINUS_STAR: usize = memory.data<f64>([-1, 0, 0]);
const OPPOSITE: usize = memory.data(24, 16);
const MAX_STEPS: i32 = 200;
/** A threshold that no score passes, or none fails. */
const BEYOND: f64 = 1000;

/** α(h) and −α′(h). */
let shareAbove: f64 = 0;
let densityAt: f64 = 0;

function measureShare(e: Experiment, threshold: f64): void {
  buildSynthetic(e, 1, threshold);
  shareAbove = 0;
  densityAt = 0;
  for (let i = 0; i < regions; i++) {
    const region = regionAt(i);
    shareAbove += get(region, WEIGHT) * wedgeOf(region);
    densityAt += get(region, WEIGHT) * lastDensity;
  }
}

// @ts-ignore: decorator
@inline
/** Adds a region's moments to the sums; its mass. */
function wedgeOf(region: usize): f64 {
  const planes = region + <usize>(PLANES << 3);
  return addWedge(get(region, WEIGHT), get(region, SHIFT), <i32>get(region, COUNT), planes, SUMS);
}

/** The least score that TOP keeps. */
function threshold(e: Experiment): f64 {
  if (e.verifierShape != TOP) return 0;
  if (e.keep >= 1) return -BEYOND;
  if (e.keep <= 0) return BEYOND;
  let low = -e.meanNorm - 10, high = e.meanNorm + 10;
  let h: f64 = 0;
  for (let step = 0; step < MAX_STEPS; step++) {
    measureShare(e, h);
    const gap = shareAbove - e.keep;
    if (gap > 0) low = h;
    else high = h;
    let next = h + gap / densityAt;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (abs(next - h) <= 1e-14 * max(1.0, abs(h))) return next;
    h = next;
  }
  return h;
}

/** Share of the generated labels that are wrong. */
function generatedError(e: Experiment): f64 {
  if (e.generatorKind == NOISE) return e.errorRate;
  const along = get(GENERATOR, 0);
  if (e.dataKind != ISOTROPIC) return normalCdf(-e.meanNorm * along);
  const y = get(GENERATOR, 1), z = get(GENERATOR, 2);
  return Math.atan2(sqrt(y * y + z * z), along) / Math.PI;
}

/** P(label right and kept) and P(label wrong and kept) where regions do not tell right from wrong. */
function keptOnSide(e: Experiment, starPtr: usize, h: f64): f64 {
  if (e.verifierShape != TOP) return keptInSlab(e, starPtr);
  const judged = orthant(GENERATOR, starPtr, VERIFIER, h);
  if (e.poison == 0) return 2 * judged;
  for (let i = 0; i < 3; i++) put(OPPOSITE, i, -get(VERIFIER, i));
  return 2 * ((1 - e.poison) * judged + e.poison * orthant(GENERATOR, starPtr, OPPOSITE, h));
}

/** The same of a slab; beyond a face at 0 the poisoned share is an orthant too, which loses no digits. */
function keptInSlab(e: Experiment, starPtr: usize): f64 {
  const beyondLow = orthant(GENERATOR, starPtr, VERIFIER, max(-BEYOND, slabLow));
  if (slabLow == 0 && slabHigh == Infinity && e.poison != 0) {
    for (let i = 0; i < 3; i++) put(OPPOSITE, i, -get(VERIFIER, i));
    return 2 * ((1 - e.poison) * beyondLow + e.poison * orthant(GENERATOR, starPtr, OPPOSITE, 0));
  }
  const inside = slabHigh == Infinity ? beyondLow : beyondLow - orthant(GENERATOR, starPtr, VERIFIER, slabHigh);
  if (e.poison == 0) return 2 * inside;
  const all = orthant(GENERATOR, starPtr, VERIFIER, -BEYOND);
  return 2 * max(0, (1 - 2 * e.poison) * inside + e.poison * all);
}

/** Measures the generated rows after verification together with the clean ones. OK, or EMPTY. */
export function measurePopulation(e: Experiment): i32 {
  placeDirections(e);
  if (looksAtRows(e)) setSlab(e);
  const least = threshold(e);
  buildSynthetic(e, e.samples, least);
  addClean(e, e.realSamples);
  memory.fill(SUMS, 0, <usize>(MOMENTS << 3));
  let right: f64 = 0, wrong: f64 = 0;
  for (let i = 0; i < regions; i++) {
    const region = regionAt(i);
    const mass = wedgeOf(region);
    if (i == syntheticRegions - 1) keepRate = get(SUMS, MASS);
    if (get(region, SIDE) > 0) right += get(region, SHARE) * mass;
    else wrong += get(region, SHARE) * mass;
  }
  keepRate = e.samples > 0 ? keepRate / e.samples : 0;
  realiseRates(e, right, wrong, least);

  rowsKept = get(SUMS, MASS);
  if (!(rowsKept > 0)) return EMPTY;
  for (let i = 0; i < 3; i++) put(MEAN, i, get(SUMS, FIRST + i) / rowsKept);
  for (let i = 0; i < 9; i++) put(EXCESS, i, get(SUMS, SECOND + i) / rowsKept - (i % 4 == 0 ? 1.0 : 0.0));
  return OK;
}

function realiseRates(e: Experiment, right: f64, wrong: f64, least: f64): void {
  realisedError = generatedError(e);
  if (!looksAtRows(e)) {
    realisedPhi = keepProbability(e, true);
    realisedPsi = keepProbability(e, false);
    return;
  }
  if (sidesShared(e)) {
    wrong = keptOnSide(e, MINUS_STAR, least);
    right = keptOnSide(e, STAR, least);
  }
  // where no label is right, or none is wrong, 0/0 says that there is no rate; a sum of masses may pass 1 by a rounding
  const noise = e.generatorKind == NOISE;
  realisedPhi = min(1.0, noise ? right : right / (1 - realisedError));
  realisedPsi = min(1.0, noise ? wrong : wrong / realisedError);
}
