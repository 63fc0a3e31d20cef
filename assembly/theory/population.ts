/**
 * The population of kept rows: how many they are, what generator and verifier realise (p, φ, ψ), and the moments that
 * the learners depend on. Regions (regions.ts) times moments in closed form (wedge.ts); a top-fraction verifier's
 * threshold h solves α(h) = keep by Newton's method, kept inside a bracket by bisection.
 */
import {
  dataKind, errorRate, generatorKind, ISOTROPIC, KEEP_BERNOULLI, KEEP_TOP, keepFraction, meanNorm, NOISE, poison,
  verifierKind,
} from "../experiment/settings";
import { normalCdf } from "../special/normal";
import { EMPTY, OK } from "../status";
import { GENERATOR, placeDirections, STAR, VERIFIER } from "./axes";
import { orthant } from "./orthant";
import {
  addClean, buildSynthetic, COUNT, keepProbability, PLANES, regionAt, regions, SHARE, SHIFT, SIDE, sidesShared,
  syntheticRegions, WEIGHT,
} from "./regions";
import { get, put } from "./triples";
import { addWedge, FIRST, lastDensity, MASS, MOMENTS, SECOND } from "./wedge";

/**
 * M, the rows to learn from; the share of the generated rows that is kept; p, φ, ψ (NaN where no row can realise one).
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

function measureShare(threshold: f64): void {
  buildSynthetic(1, threshold);
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

/** The least score that the verifier keeps. */
function threshold(): f64 {
  if (verifierKind != KEEP_TOP) return 0;
  if (keepFraction >= 1) return -BEYOND;
  if (keepFraction <= 0) return BEYOND;
  let low = -meanNorm - 10, high = meanNorm + 10;
  let h: f64 = 0;
  for (let step = 0; step < MAX_STEPS; step++) {
    measureShare(h);
    const gap = shareAbove - keepFraction;
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
function generatedError(): f64 {
  if (generatorKind == NOISE) return errorRate;
  const along = get(GENERATOR, 0);
  if (dataKind != ISOTROPIC) return normalCdf(-meanNorm * along);
  const y = get(GENERATOR, 1), z = get(GENERATOR, 2);
  return Math.atan2(sqrt(y * y + z * z), along) / Math.PI;
}

/** P(label right and kept) and P(label wrong and kept) where regions do not tell right from wrong. */
function keptOnSide(star: usize, h: f64): f64 {
  const judged = orthant(GENERATOR, star, VERIFIER, h);
  if (poison == 0) return 2 * judged;
  for (let i = 0; i < 3; i++) put(OPPOSITE, i, -get(VERIFIER, i));
  return 2 * ((1 - poison) * judged + poison * orthant(GENERATOR, star, OPPOSITE, h));
}

/** Measures `samples` generated rows after verification together with `real` clean ones. OK, or EMPTY. */
export function measurePopulation(samples: f64, real: f64): i32 {
  placeDirections();
  const least = threshold();
  buildSynthetic(samples, least);
  addClean(real);
  memory.fill(SUMS, 0, <usize>(MOMENTS << 3));
  let right: f64 = 0, wrong: f64 = 0;
  for (let i = 0; i < regions; i++) {
    const region = regionAt(i);
    const mass = wedgeOf(region);
    if (i == syntheticRegions - 1) keepRate = get(SUMS, MASS);
    if (get(region, SIDE) > 0) right += get(region, SHARE) * mass;
    else wrong += get(region, SHARE) * mass;
  }
  keepRate = samples > 0 ? keepRate / samples : 0;
  realiseRates(right, wrong, least);

  rowsKept = get(SUMS, MASS);
  if (!(rowsKept > 0)) return EMPTY;
  for (let i = 0; i < 3; i++) put(MEAN, i, get(SUMS, FIRST + i) / rowsKept);
  for (let i = 0; i < 9; i++) put(EXCESS, i, get(SUMS, SECOND + i) / rowsKept - (i % 4 == 0 ? 1.0 : 0.0));
  return OK;
}

function realiseRates(right: f64, wrong: f64, least: f64): void {
  realisedError = generatedError();
  if (verifierKind <= KEEP_BERNOULLI) {
    realisedPhi = keepProbability(true);
    realisedPsi = keepProbability(false);
    return;
  }
  if (sidesShared()) {
    wrong = keptOnSide(MINUS_STAR, least);
    right = keptOnSide(STAR, least);
  }
  // where no label is right, or none is wrong, 0/0 says that there is no rate; a sum of masses may pass 1 by a rounding
  const noise = generatorKind == NOISE;
  realisedPhi = min(1.0, noise ? right : right / (1 - realisedError));
  realisedPsi = min(1.0, noise ? wrong : wrong / realisedError);
}
