/**
 * Verifiers come in three shapes, and what the host calls a kind is one of them with its numbers:
 *
 *     BLIND      keeps a correct label with probability φ and a wrong one with ψ, whatever x is
 *     DIRECTION  keeps what its own direction agrees with: t·v_pruneᵀξ > 0
 *     TOP        keeps the share of largest margin t·v_pruneᵀξ
 *
 * On a share of the rows, the poisoned ones, the verdict is turned over; for TOP the margin.
 */
import { at } from "../linalg/lanes";
import { Experiment } from "../experiment/experiment";
import { kthLargest } from "./kthLargest";

export const BLIND: i32 = 0;
export const DIRECTION: i32 = 1;
export const TOP: i32 = 2;

export function knowsVerifier(e: Experiment): bool {
  return e.verifierShape == BLIND || e.verifierShape == DIRECTION || e.verifierShape == TOP;
}

// @ts-ignore: decorator
@inline
/** Whether the verdict depends on x. */
export function looksAtRows(e: Experiment): bool {
  return e.verifierShape == DIRECTION || e.verifierShape == TOP;
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
