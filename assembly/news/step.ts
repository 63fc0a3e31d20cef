/**
 * One step of the copy model: a softmax over the candidates of the open article, given the words said so far,
 *
 *   score(i) = Σ weights of its row + word + word by stage + pair + triple,
 *
 * and the gradient of −log p(next) with respect to every weight, p(i) − 1[i = next] times how often i has it.
 */
import { stepAt, gatherGradient, descend, descendAll } from "../learn/adagrad";
import { softmax } from "../learn/softmax";
import { candidateCount } from "./article";
import { hashBefore, inPlay, levelOf, lookBack, rest, said, stateOf } from "./history";
import { afterSlot, hashCandidates } from "./lexical";
import { AFTER, AFTER_SLOTS, writeRows } from "./templates";
import {
  IN_PLAY, PAIR_SLOT, ROW, ROW_GRADIENTS, ROW_SLOTS, ROW_SUMS, ROWS, SCORES, SMALL_GRADIENTS, SMALL_SLOTS, TRIPLE_SLOT,
  WORD_SLOT, workspace,
} from "./workspace";

/** Residuals smaller than this teach nothing in training: nine candidates of ten, and 10⁻⁴ of the gradient each. */
const FLOOR: f32 = 1e-4;

const ROW_BYTES: usize = <usize>ROW_SLOTS << 2;
const AFTER_OFFSET: usize = <usize>AFTER << 2;
const AFTER_BYTES: usize = <usize>AFTER_SLOTS << 2;

let weights: usize = 0;
let squares: usize = 0;
let floor: f32 = 0;
let rows: i32 = 0;
/** Byte offset of the weights of the word before. */
let after: usize = 0;

/** Reads the weights from now on. */
export function useWeights(weightsPtr: usize): void {
  weights = weightsPtr;
}

/** Learns from now on: AdaGrad at the given rate. */
export function learn(squaresPtr: usize, learningRate: f64): void {
  squares = squaresPtr;
  floor = FLOOR;
  stepAt(learningRate);
}

/** Gathers the whole gradient at `gradientPtr` from now on. */
export function differentiate(gradientPtr: usize): void {
  squares = gradientPtr;
  floor = 0;
  gatherGradient();
}

// @ts-ignore: decorator
@inline
/** Byte offset from a word's slot of its weight at this stage: first word or later, copied or not. */
function stageOffset(copied: bool): usize {
  return ((said == 0 ? 2 : 1) + (copied ? 2 : 0)) << 2;
}

/** Where the five weights of the word before stand in the small table. */
// @ts-ignore: decorator
@inline
function copyAfter(table: usize, from: usize, to: usize): void {
  for (let k: usize = 0; k < AFTER_BYTES; k += 4) store<f32>(table + to + k, load<f32>(table + from + k));
}

/** Scores every candidate; `endStep()` must follow. */
export function scoreCandidates(): void {
  lookBack();
  rows = writeRows();
  after = afterSlot(hashBefore(1));
  copyAfter(weights, after, AFTER_OFFSET);
  hashCandidates(hashBefore(1), hashBefore(2));

  const base = workspace();
  for (let row: usize = 0, end = (<usize>rows) << 2, slots = base; row < end; row += 4, slots += ROW_BYTES) {
    let sum: f32 = 0;
    for (let k: usize = 0; k < ROW_BYTES; k += 4) sum += load<f32>(weights + load<u32>(slots + k, ROWS));
    store<f32>(base + row, sum, ROW_SUMS);
  }
  const resting = stageOffset(false), copying = stageOffset(true);
  for (let i = base, end = base + ((<usize>candidateCount) << 2); i < end; i += 4) scoreOne(i, resting);
  for (let k = 0; k < inPlay; k++) {
    const candidate = load<i32>(base + ((<usize>k) << 2), IN_PLAY);
    if (levelOf(stateOf(candidate)) > 0) scoreOne(base + ((<usize>candidate) << 2), copying);
  }
}

// @ts-ignore: decorator
@inline
function scoreOne(i: usize, stage: usize): void {
  const word = weights + load<u32>(i, WORD_SLOT);
  const small = load<f32>(workspace() + ((<usize>load<u32>(i, ROW)) << 2), ROW_SUMS);
  const lexical = load<f32>(word) + load<f32>(word + stage);
  const context = load<f32>(weights + load<u32>(i, PAIR_SLOT)) + load<f32>(weights + load<u32>(i, TRIPLE_SLOT));
  store<f32>(i, small + (lexical + context), SCORES);
}

export function scorePtr(candidate: i32): usize {
  return workspace() + SCORES + ((<usize>candidate) << 2);
}

/** Puts every candidate to rest, and leaves no trace in the weights. */
export function endStep(): void {
  rest();
  memory.fill(weights + AFTER_OFFSET, 0, AFTER_BYTES);
}

/** Scores to probabilities; returns the log of their normalizer. */
export function normalize(temperature: f32): f64 {
  return softmax(workspace() + SCORES, candidateCount, temperature);
}

/** Takes the weights along the gradient of −log p(next); the scores must be probabilities by now. */
export function descendStep(next: i32): void {
  const base = workspace();
  store<f32>(scorePtr(next), load<f32>(scorePtr(next)) - 1);
  copyAfter(squares, after, AFTER_OFFSET);
  memory.fill(base + ROW_GRADIENTS, 0, (<usize>rows) << 2);
  const resting = stageOffset(false), copying = stageOffset(true);
  for (let i = base, end = base + ((<usize>candidateCount) << 2); i < end; i += 4) {
    const residual = load<f32>(i, SCORES);
    if (abs(residual) <= floor) continue;
    const row = base + ((<usize>load<u32>(i, ROW)) << 2);
    store<f32>(row, load<f32>(row, ROW_GRADIENTS) + residual, ROW_GRADIENTS);
    const copied = levelOf(stateOf(<i32>((i - base) >> 2))) > 0;
    const word: usize = load<u32>(i, WORD_SLOT);
    descendAt(word, residual);
    descendAt(word + (copied ? copying : resting), residual);
    descendAt(load<u32>(i, PAIR_SLOT), residual);
    descendAt(load<u32>(i, TRIPLE_SLOT), residual);
  }
  descendRows();
}

// @ts-ignore: decorator
@inline
function descendAt(slot: usize, gradient: f32): void {
  descend(weights + slot, squares + slot, gradient);
}

/** The small weights have many candidates each: their gradients are summed first, row by row. */
function descendRows(): void {
  const base = workspace();
  const gradients = base + SMALL_GRADIENTS;
  for (let row: usize = 0, end = (<usize>rows) << 2, slots = base; row < end; row += 4, slots += ROW_BYTES) {
    const gradient = load<f32>(base + row, ROW_GRADIENTS);
    if (gradient == 0) continue;
    for (let k: usize = 0; k < ROW_BYTES; k += 4) {
      const slot = gradients + load<u32>(slots + k, ROWS);
      store<f32>(slot, load<f32>(slot) + gradient);
    }
  }
  store<f32>(gradients, 0); // the slot whose weight stays zero
  descendAll(weights, squares, gradients, SMALL_SLOTS);
  copyAfter(weights, AFTER_OFFSET, after);
  copyAfter(squares, AFTER_OFFSET, after);
  memory.fill(squares + AFTER_OFFSET, 0, AFTER_BYTES);
}
