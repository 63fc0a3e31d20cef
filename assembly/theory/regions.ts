/**
 * The kept rows as a sum of regions. A signed row η = tξ, label times whitened input, has the law N(±r u, I) in the
 * mixture, + where the label is right, and N(0, I) on the half-space ±uᵀη ≥ 0, doubled, for isotropic inputs. A linear
 * generator adds the half-space v_genᵀη ≥ 0, a verifier with a direction v_pruneᵀη ≥ h, on the poisoned share the rest
 * (for TOP −v_pruneᵀη ≥ h); the others weigh right and wrong labels. A slab h < v_pruneᵀη ≤ H is one half-space less
 * another. So every combination is a weighted sum of normal laws on at most two half-spaces. Isotropic inputs with two directions would need a third one to tell right from wrong: there the region
 * has side 0. Clean rows are one region more.
 */
import { Experiment, ISOTROPIC, NOISE } from "../experiment/experiment";
import { keepProbability, looksAtRows, slabHigh, slabLow, TOP } from "../verify/verifiers";
import { GENERATOR, STAR, VERIFIER } from "./axes";
import { get, put } from "./triples";

/** f64 fields of a region. WEIGHT: rows per unit of mass. SHARE: the same for the kept share of its class. */
export const WEIGHT: i32 = 0;
export const SHARE: i32 = 1;
/** +1: right labels, −1: wrong ones, 0: both, or clean rows. */
export const SIDE: i32 = 2;
/** The mean is SHIFT·u. */
export const SHIFT: i32 = 3;
/** Number of half-spaces, then a normal and an offset h each. */
export const COUNT: i32 = 4;
export const PLANES: i32 = 5;
const REGION_BYTES: usize = 104;

/** Three of each side, and the clean rows. */
const REGIONS: usize = memory.data(728, 16);
/** Regions in use, and how many of them are synthetic rows. */
export let regions: i32 = 0;
export let syntheticRegions: i32 = 0;

// @ts-ignore: decorator
@inline
export function regionAt(index: i32): usize {
  return REGIONS + (<usize>index) * REGION_BYTES;
}

/** Whether right and wrong labels share their regions. */
export function sidesShared(e: Experiment): bool {
  return e.dataKind == ISOTROPIC && e.generatorKind != NOISE && looksAtRows(e);
}

function begin(e: Experiment, weight: f64, share: f64, side: f64): void {
  const region = regionAt(regions++);
  put(region, WEIGHT, weight);
  put(region, SHARE, share);
  put(region, SIDE, side);
  put(region, SHIFT, e.dataKind == ISOTROPIC ? 0 : side * e.meanNorm);
  put(region, COUNT, 0);
}

/** Cuts the newest region: sign · directionᵀη ≥ h. */
function cut(direction: usize, sign: f64, h: f64): void {
  const region = regionAt(regions - 1);
  const count = <i32>get(region, COUNT);
  const plane = region + <usize>((PLANES + 4 * count) << 3);
  for (let i = 0; i < 3; i++) put(plane, i, sign * get(direction, i));
  put(plane, 3, h);
  put(region, COUNT, <f64>(count + 1));
}

function addPart(e: Experiment, rows: f64, share: f64, side: f64): void {
  const doubled: f64 = e.dataKind == ISOTROPIC ? 2 : 1;
  begin(e, rows * share * doubled, share * doubled, side);
  if (e.dataKind == ISOTROPIC && side != 0) cut(STAR, side, 0);
  if (e.generatorKind != NOISE) cut(GENERATOR, 1, 0);
}

/** Rows of one class of label, `rows` of them for each unit of mass before verification. */
function addClass(e: Experiment, rows: f64, side: f64, threshold: f64): void {
  if (!looksAtRows(e)) {
    addPart(e, rows, keepProbability(e, side > 0), side);
    return;
  }
  if (e.verifierShape != TOP) {
    addSlab(e, rows, side);
    return;
  }
  addPart(e, rows, 1 - e.poison, side);
  cut(VERIFIER, 1, threshold);
  if (e.poison == 0) return;
  addPart(e, rows, e.poison, side);
  cut(VERIFIER, -1, threshold);
}

/** The slab that `setSlab` set: all beyond its lower face less all beyond its upper one, and of the poisoned the rest. */
function addSlab(e: Experiment, rows: f64, side: f64): void {
  if (slabHigh == Infinity && slabLow != -Infinity) {
    addPart(e, rows, 1 - e.poison, side);
    cut(VERIFIER, 1, slabLow);
    if (e.poison == 0) return;
    addPart(e, rows, e.poison, side);
    cut(VERIFIER, -1, slabLow == 0 ? 0 : -slabLow);
    return;
  }
  const inside = 1 - 2 * e.poison;
  addPart(e, rows, inside, side);
  if (slabLow != -Infinity) cut(VERIFIER, 1, slabLow);
  if (slabHigh != Infinity) {
    addPart(e, rows, -inside, side);
    cut(VERIFIER, 1, slabHigh);
  }
  if (e.poison == 0) return;
  addPart(e, rows, e.poison, side);
}

/**
 * The regions of `samples` generated rows. `threshold`: the least score that TOP keeps; `setSlab` says what others do.
 */
export function buildSynthetic(e: Experiment, samples: f64, threshold: f64): void {
  regions = 0;
  const noise = e.generatorKind == NOISE;
  if (sidesShared(e)) {
    addClass(e, samples, 0, threshold);
  } else {
    addClass(e, samples * (noise ? 1 - e.errorRate : 1), 1, threshold);
    addClass(e, samples * (noise ? e.errorRate : 1), -1, threshold);
  }
  syntheticRegions = regions;
}

/** One region more: `count` rows whose labels are all right, which no one judges. */
export function addClean(e: Experiment, count: f64): void {
  if (count == 0) return;
  begin(e, count * (e.dataKind == ISOTROPIC ? 2 : 1), 0, 1);
  if (e.dataKind == ISOTROPIC) cut(STAR, 1, 0);
}
