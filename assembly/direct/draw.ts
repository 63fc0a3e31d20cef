/**
 * The data's side of a direct run: rows are really drawn, labelled by the generator, judged by the verifier, and handed
 * on as signed rows t·x. Two ways, with one law:
 *
 * - where neither label nor verdict looks at x (mixture, noise generator, verifier none, random, oracle or bernoulli)
 *   labels and verdicts are drawn first and only kept rows are sampled: t·x = s r Σ^½u + Σ^½g with s = t·y;
 * - otherwise whole candidate blocks are drawn in whitened coordinates, scored along u, generator and verifier, and the
 *   kept rows are gathered. A top-fraction verifier draws twice: once for the scores, once, from the same streams, for
 *   the rows above its threshold.
 */
import { at } from "../linalg/lanes";
import { BLOCK_ROWS, PANEL_STRIDE, gatherPanel, panelCount, projectPanels, shapePanel } from "../linalg/panels";
import {
  IDENTITY, ISOTROPIC, KEEP_ALL, KEEP_BERNOULLI, KEEP_LEARNED, KEEP_ORACLE, KEEP_RANDOM, KEEP_TOP, LEARNED, MIXTURE,
  NOISE, covarianceKind, dataKind, errorRate, generatorKind, keepFraction, padded, phi, poison, psi, samples,
  verifierKind,
} from "../experiment/settings";
import { fillNormalGroups } from "../random/normal";
import { happens, nextU32, restoreStreams, saveStreams, threshold32 } from "../random/streams";
import { placePanelStride, placePtr, placeRowStride, roomForRows, rowsPlaced } from "./consume";
import { kthLargest } from "../verify/kthLargest";
import {
  candidatesPtr, factorsPtr, flagsPtr, generatorRowPtr, generatorScoresPtr, indexPtr, laneSumsPtr, onesPtr, rowMeanPtr,
  rowScalePtr, scoresCopyPtr, scoresPtr, signsPtr, starRowPtr, starScoresPtr, sumsPtr, uniformsPtr, verifierRowPtr,
  verifierScoresPtr, whitenedMeanPtr,
} from "./workspace";

const FLIPPED: u8 = 1;
const POISONED: u8 = 2;

/** What the last synthetic draw realised: wrong labels, kept rows, kept wrong labels. */
export let wrong: f64 = 0;
export let kept: f64 = 0;
export let keptWrong: f64 = 0;

/** Rows of the mixture whose label and verdict do not depend on x: `count` signs wait at `signsPtr`. */
function sampleSigned<T>(count: i32): void {
  const panels = panelCount<T>(padded);
  const place = placePtr<T>();
  const rowStride = placeRowStride<T>(), panelStride = placePanelStride();
  const panelBytes = <usize>32;
  const sumBytes = (<usize>panelBytes / sizeof<T>()) << 3;
  for (let a: usize = 0; a < <usize>panels; a++) {
    fillNormalGroups<T>(candidatesPtr, count);
    shapePanel<T>(
      candidatesPtr, count, signsPtr, rowScalePtr + a * 32, rowMeanPtr + a * 32, place + a * panelStride, rowStride,
      sumsPtr + a * sumBytes,
    );
  }
  rowsPlaced<T>(count);
}

/** A block of candidates in whitened coordinates; the classes (T, ±1; 0 for isotropic data) wait at `signsPtr`. */
export function sampleCandidates<T>(count: i32): void {
  const panels = panelCount<T>(padded);
  const unusedSums = laneSumsPtr; // whitened column sums are nobody's; 4096 bytes hold the eight that are written
  for (let a: usize = 0; a < <usize>panels; a++) {
    const panel = candidatesPtr + a * PANEL_STRIDE;
    fillNormalGroups<T>(panel, count);
    if (dataKind == MIXTURE) {
      shapePanel<T>(panel, count, signsPtr, onesPtr, whitenedMeanPtr + a * 32, panel, 32, unusedSums);
    }
  }
}

/** Gathers `count` chosen candidates (indexPtr, factorsPtr) into the learner's place. */
function gather<T>(count: i32): void {
  const panels = panelCount<T>(padded);
  const sumBytes = (<usize>32 / sizeof<T>()) << 3;
  let done = 0;
  while (done < count) {
    const part = min(count - done, roomForRows());
    const place = placePtr<T>();
    const rowStride = placeRowStride<T>(), panelStride = placePanelStride();
    for (let a: usize = 0; a < <usize>panels; a++) {
      gatherPanel<T>(
        candidatesPtr + a * PANEL_STRIDE, at<u32>(indexPtr, done), at<T>(factorsPtr, done), part, rowScalePtr + a * 32,
        place + a * panelStride, rowStride, sumsPtr + a * sumBytes,
      );
    }
    rowsPlaced<T>(part);
    done += part;
  }
}

/** Clean rows: the label is the class. They bypass the verifier. */
export function drawReal<T>(count: i32): void {
  while (count > 0) {
    const part = min(count, roomForRows());
    for (let i = 0; i < part; i++) store<T>(at<T>(signsPtr, i), <T>1);
    if (dataKind == MIXTURE) {
      sampleSigned<T>(part);
    } else {
      sampleCandidates<T>(part);
      scoreStar<T>(part);
      for (let i = 0; i < part; i++) {
        store<u32>(at<u32>(indexPtr, i), i);
        store<T>(at<T>(factorsPtr, i), signOf<T>(load<T>(at<T>(starScoresPtr, i))));
      }
      gather<T>(part);
    }
    count -= part;
  }
}

/** Draws, labels and verifies the synthetic rows. */
export function drawSynthetic<T>(): void {
  wrong = 0;
  kept = 0;
  keptWrong = 0;
  const blind = dataKind == MIXTURE && generatorKind == NOISE && verifierKind <= KEEP_BERNOULLI;
  if (blind) {
    drawBlind<T>();
  } else if (verifierKind == KEEP_TOP) {
    drawTop<T>();
  } else {
    for (let done = 0; done < samples; done += BLOCK_ROWS) drawBlock<T>(min(BLOCK_ROWS, samples - done), 0, 0);
  }
}

function drawBlind<T>(): void {
  const flip = threshold32(errorRate);
  const correctKept = threshold32(keepProbability(true));
  const wrongKept = threshold32(keepProbability(false));
  const certain = verifierKind == KEEP_ALL && poison == 0;
  let pending = 0;
  for (let i = 0; i < samples; i++) {
    const flipped = happens(flip);
    wrong += <f64>flipped;
    if (!certain && !happens(flipped ? wrongKept : correctKept)) continue;
    kept += 1;
    keptWrong += <f64>flipped;
    store<T>(at<T>(signsPtr, pending), flipped ? <T>-1 : <T>1);
    pending++;
    if (pending == roomForRows()) {
      sampleSigned<T>(pending);
      pending = 0;
    }
  }
  if (pending > 0) sampleSigned<T>(pending);
}

/** Probability that a correct or a wrong label is kept by a verifier that does not look at x; poison turns it over. */
function keepProbability(correct: bool): f64 {
  let probability: f64 = 1;
  if (verifierKind == KEEP_RANDOM) probability = keepFraction;
  if (verifierKind == KEEP_ORACLE) probability = correct ? 1 : 0;
  if (verifierKind == KEEP_BERNOULLI) probability = correct ? phi : psi;
  return (1 - poison) * probability + poison * (1 - probability);
}

// @ts-ignore: decorator
@inline
function signOf<T>(x: T): T {
  return x >= <T>0 ? <T>1 : <T>-1;
}

function score<T>(directionPtr: usize, outPtr: usize, rows: i32, firstPanel: bool): void {
  // fixed directions of an identity covariance live in the first three coordinates
  const panels = firstPanel ? 1 : panelCount<T>(padded);
  projectPanels<T>(candidatesPtr, panels, rows, directionPtr, laneSumsPtr, outPtr);
}

/** uᵀξ of each candidate: its sign is the true label of isotropic data. */
export function scoreStar<T>(rows: i32): void {
  score<T>(starRowPtr, starScoresPtr, rows, covarianceKind == IDENTITY);
}

/** The scalar draws of a block, then its candidates and their scores. */
function drawScored<T>(rows: i32): void {
  const flip = threshold32(errorRate);
  const turned = threshold32(poison);
  for (let i = 0; i < rows; i++) {
    let flags: u8 = 0;
    if (dataKind == MIXTURE) store<T>(at<T>(signsPtr, i), nextU32() >> 31 ? <T>-1 : <T>1);
    if (generatorKind == NOISE && happens(flip)) flags |= FLIPPED;
    if (verifierKind == KEEP_RANDOM || verifierKind == KEEP_BERNOULLI) store<u32>(at<u32>(uniformsPtr, i), nextU32());
    if (poison > 0 && happens(turned)) flags |= POISONED;
    store<u8>(flagsPtr + <usize>i, flags);
  }
  sampleCandidates<T>(rows);
  const fixed = covarianceKind == IDENTITY;
  if (dataKind == ISOTROPIC) scoreStar<T>(rows);
  if (generatorKind != NOISE) score<T>(generatorRowPtr, generatorScoresPtr, rows, fixed && generatorKind != LEARNED);
  if (verifierKind > KEEP_BERNOULLI) {
    score<T>(verifierRowPtr, verifierScoresPtr, rows, fixed && verifierKind != KEEP_LEARNED);
  }
}

// @ts-ignore: decorator
@inline
function trueLabel<T>(i: i32): T {
  return dataKind == ISOTROPIC ? signOf<T>(load<T>(at<T>(starScoresPtr, i))) : load<T>(at<T>(signsPtr, i));
}

// @ts-ignore: decorator
@inline
function generatedLabel<T>(i: i32, truth: T): T {
  if (generatorKind != NOISE) return signOf<T>(load<T>(at<T>(generatorScoresPtr, i)));
  return load<u8>(flagsPtr + <usize>i) & FLIPPED ? <T>(-truth) : truth;
}

/** The verdict of every verifier but the top fraction, on row i with its label. */
function judged<T>(i: i32, label: T, correct: bool): bool {
  let keep = true;
  if (verifierKind == KEEP_ORACLE) keep = correct;
  else if (verifierKind == KEEP_RANDOM) keep = <u64>load<u32>(at<u32>(uniformsPtr, i)) < threshold32(keepFraction);
  else if (verifierKind == KEEP_BERNOULLI) {
    keep = <u64>load<u32>(at<u32>(uniformsPtr, i)) < threshold32(correct ? phi : psi);
  } else if (verifierKind != KEEP_ALL) keep = label * load<T>(at<T>(verifierScoresPtr, i)) > <T>0;
  return load<u8>(flagsPtr + <usize>i) & POISONED ? !keep : keep;
}

/** Score of a row under the top-fraction verifier; poison negates it. */
function topScore<T>(i: i32, label: T): T {
  const value = <T>(label * load<T>(at<T>(verifierScoresPtr, i)));
  return load<u8>(flagsPtr + <usize>i) & POISONED ? <T>(-value) : value;
}

/** Rows at the threshold itself that a top-fraction verifier still takes, first come first served. */
let tiesLeft: i32 = 0;

/** One block of candidates, from drawing to gathering. `threshold` (with `isTop`) is the top fraction's least score. */
function drawBlock<T>(rows: i32, isTop: i32, threshold: f64): void {
  drawScored<T>(rows);
  let chosen = 0;
  for (let i = 0; i < rows; i++) {
    const truth = trueLabel<T>(i);
    const label = generatedLabel<T>(i, truth);
    const correct = label == truth;
    wrong += <f64>!correct;
    let keep: bool;
    if (isTop) {
      const value = <f64>topScore<T>(i, label);
      keep = value > threshold || (value == threshold && tiesLeft-- > 0);
    } else {
      keep = judged<T>(i, label, correct);
    }
    if (!keep) continue;
    kept += 1;
    keptWrong += <f64>!correct;
    store<u32>(at<u32>(indexPtr, chosen), i);
    store<T>(at<T>(factorsPtr, chosen), label);
    chosen++;
  }
  if (chosen > 0) gather<T>(chosen);
}

/** Keeps the round(keep · N) rows of largest score. */
function drawTop<T>(): void {
  const target = <i32>Math.round(keepFraction * <f64>samples);
  if (target == 0) {
    // nothing is kept, but what was generated is still counted
    for (let done = 0; done < samples; done += BLOCK_ROWS) drawBlock<T>(min(BLOCK_ROWS, samples - done), 1, Infinity);
    return;
  }
  saveStreams();
  for (let done = 0; done < samples; done += BLOCK_ROWS) {
    const rows = min(BLOCK_ROWS, samples - done);
    drawScored<T>(rows);
    for (let i = 0; i < rows; i++) {
      store<T>(at<T>(scoresPtr, done + i), topScore<T>(i, generatedLabel<T>(i, trueLabel<T>(i))));
    }
  }
  memory.copy(scoresCopyPtr, scoresPtr, (<usize>samples) * sizeof<T>());
  const threshold = kthLargest<T>(scoresCopyPtr, samples, target);
  tiesLeft = target;
  for (let i = 0; i < samples; i++) if (load<T>(at<T>(scoresPtr, i)) > threshold) tiesLeft--;
  restoreStreams();
  for (let done = 0; done < samples; done += BLOCK_ROWS) {
    drawBlock<T>(min(BLOCK_ROWS, samples - done), 1, <f64>threshold);
  }
}
