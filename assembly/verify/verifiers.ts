/**
 * Verifiers come in four shapes, and what the host calls a kind is one of them with its numbers:
 *
 *     BLIND  keeps a correct label with probability φ and a wrong one with ψ, whatever x is
 *     SLAB   keeps the margins m = t·v_pruneᵀξ with low < m ≤ high; what its direction agrees with, for 0 and ∞
 *     HARD   keeps |m| ≤ h, whatever the label; h such that this is a share of all rows ever drawn
 *     TOP    keeps the share of largest margin of the rows that were drawn
 *
 * On a share of the rows, the poisoned ones, the verdict is turned over; for TOP the margin. A verifier that keeps the
 * rows farthest from its boundary is HARD with every verdict turned over. SLAB and HARD are the rules of curation by
 * difficulty: Dohmatob, Pezeshki & Askari-Hemmat, "Why less is more (sometimes)", arXiv 2511.03492.
 */
import { at } from "../linalg/lanes";
import { Experiment, ISOTROPIC } from "../experiment/experiment";
import { normalCdf, normalPdf } from "../special/normal";
import { kthLargest } from "./kthLargest";

export const BLIND: i32 = 0;
export const SLAB: i32 = 1;
export const TOP: i32 = 2;
export const HARD: i32 = 3;

export function knowsVerifier(e: Experiment): bool {
  return e.verifierShape == BLIND || e.verifierShape == SLAB || e.verifierShape == TOP || e.verifierShape == HARD;
}

// @ts-ignore: decorator
@inline
/** Whether the verdict depends on x. */
export function looksAtRows(e: Experiment): bool {
  return e.verifierShape == SLAB || e.verifierShape == TOP || e.verifierShape == HARD;
}

// @ts-ignore: decorator
@inline
/** Whether the direction is trained on clean rows. */
export function learnsDirection(e: Experiment): bool {
  return looksAtRows(e) && e.verifierLearns != 0;
}

/** Probability that a blind verifier keeps a correct or a wrong label, poison included. */
export function keepProbability(e: Experiment, correct: bool): f64 {
  const probability = correct ? e.phi : e.psi;
  return (1 - e.poison) * probability + e.poison * (1 - probability);
}

/** Whether a blind verifier keeps every row without a draw. */
export function keepsAll(e: Experiment): bool {
  return !e.verifierDraws && e.phi == 1 && e.psi == 1 && e.poison == 0;
}

/** round(keep · N): the rows that TOP keeps. */
export function topTarget(e: Experiment): i32 {
  return <i32>Math.round(e.keep * e.samples);
}

/** The least margin that TOP keeps, and how many rows of exactly that margin it still takes, first come first served. */
let least: f64 = Infinity;
let ties: i32 = 0;

/** Sets the threshold that keeps the `target` largest of `count` margins (T), which are reordered. */
export function setThreshold<T>(marginsPtr: usize, count: i32, target: i32): void {
  ties = target;
  least = Infinity;
  if (target == 0) return;
  least = <f64>kthLargest<T>(marginsPtr, count, target);
  for (let i = 0; i < count; i++) if (<f64>load<T>(at<T>(marginsPtr, i)) > least) ties--;
}

// @ts-ignore: decorator
@inline
/** Whether TOP keeps the next row, of this margin. Rows must come in order, as ties are counted. */
export function passesThreshold(margin: f64): bool {
  return margin > least || (margin == least && ties-- > 0);
}

/** The margins that SLAB or HARD keeps: above the first, up to the second. */
export let slabLow: f64 = 0;
export let slabHigh: f64 = Infinity;

/** Sets the margins that SLAB or HARD keeps in this experiment. */
export function setSlab(e: Experiment): void {
  const half: f64 = e.verifierShape == HARD ? hardness(e) : 0;
  slabLow = e.verifierShape == HARD ? -half : e.slabLow;
  slabHigh = e.verifierShape == HARD ? half : e.slabHigh;
}

// @ts-ignore: decorator
@inline
/** Whether SLAB or HARD keeps a row of this margin, poison left out. */
export function isWithinSlab(margin: f64): bool {
  return margin > slabLow && margin <= slabHigh;
}

const MAX_STEPS: i32 = 200;

/**
 * h with P(|m| ≤ h) = keep: |m| is that of N(c, 1), c = r cos θ_prune in the mixture and 0 for isotropic inputs. Newton's
 * method within a bracket; beyond one half on the two tails, so that a share near 1 loses no digits.
 */
function hardness(e: Experiment): f64 {
  if (e.keep <= 0) return 0;
  if (e.keep >= 1) return Infinity;
  const c = e.dataKind == ISOTROPIC ? 0 : abs(e.meanNorm * Math.cos(e.verifierAngle));
  let low: f64 = 0, high = c + 40;
  let h = c;
  for (let step = 0; step < MAX_STEPS; step++) {
    const gap = e.keep > 0.5
      ? 1 - e.keep - normalCdf(c - h) - normalCdf(-c - h)
      : normalCdf(h - c) - normalCdf(-h - c) - e.keep;
    if (gap > 0) high = h;
    else low = h;
    let next = h - gap / (normalPdf(h - c) + normalPdf(h + c));
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (abs(next - h) <= 1e-14 * max(1.0, h)) return next;
    h = next;
  }
  return h;
}
