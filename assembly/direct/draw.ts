/**
 * The data's side of a direct run: rows are really drawn, labelled by the generator, judged by the verifier, and handed
 * on as signed rows t·x. Two ways, with one law:
 *
 * - if neither label nor verdict looks at x (mixture, noise generator, blind verifier) labels and verdicts are drawn first
 *   and only kept rows are sampled: t·x = s r Σ^½u + Σ^½g with s = t·y;
 * - otherwise whole candidate blocks are drawn in whitened coordinates, scored along u, generator and verifier, and the
 *   kept rows are gathered. TOP draws twice: once for the margins, once, from the same streams, for the rows above its
 *   threshold.
 */
import { Experiment, ISOTROPIC, LEARNED, MIXTURE, NOISE } from "../experiment/experiment";
import { at } from "../linalg/lanes";
import { BLOCK_ROWS, PANEL_STRIDE, gatherPanel, panelCount, projectPanels, shapePanel } from "../linalg/panels";
import { fillNormalGroups } from "../random/normal";
import { happens, nextU32, restoreStreams, saveStreams, threshold32 } from "../random/streams";
import {
  BLIND, TOP, isWithinSlab, keepProbability, keepsAll, learnsDirection, looksAtRows, passesThreshold, setSlab, setThreshold,
  topTarget,
} from "../verify/verifiers";
import { placePanelStride, placePtr, placeRowStride, roomForRows, rowsPlaced } from "./consume";
import {
  candidatesPtr, factorsPtr, flagsPtr, generatorRowPtr, generatorScoresPtr, indexPtr, laneSumsPtr, marginsPtr, onesPtr,
  rowMeanPtr, rowScalePtr, signsPtr, starRowPtr, starScoresPtr, sumsPtr, uniformsPtr,
  verifierRowPtr, verifierScoresPtr, whitenedMeanPtr,
} from "./workspace";

const FLIPPED: u8 = 1;
const POISONED: u8 = 2;

/** What the last synthetic draw realised: wrong labels, kept rows, kept wrong labels. */
export let wrong: f64 = 0;
export let kept: f64 = 0;
export let keptWrong: f64 = 0;

/** Rows of the mixture whose label and verdict do not depend on x: `count` signs wait at `signsPtr`. */
function sampleSigned<T>(e: Experiment, count: i32): void {
  const panels = panelCount<T>(e.padded);
  const place = placePtr<T>(e);
  const rowStride = placeRowStride<T>(e), panelStride = placePanelStride();
  const panelBytes = <usize>32;
  const sumBytes = (<usize>panelBytes / sizeof<T>()) << 3;
  for (let a: usize = 0; a < <usize>panels; a++) {
    fillNormalGroups<T>(candidatesPtr, count);
    shapePanel<T>(
      candidatesPtr, count, signsPtr, rowScalePtr + a * 32, rowMeanPtr + a * 32, place + a * panelStride, rowStride,
      sumsPtr + a * sumBytes,
    );
  }
  rowsPlaced<T>(e, count);
}

/** A block of candidates in whitened coordinates; the classes (T, ±1; 0 for isotropic data) wait at `signsPtr`. */
export function sampleCandidates<T>(e: Experiment, count: i32): void {
  const panels = panelCount<T>(e.padded);
  const unusedSums = laneSumsPtr; // whitened column sums are not used; 4096 bytes hold the eight that are written
  for (let a: usize = 0; a < <usize>panels; a++) {
    const panel = candidatesPtr + a * PANEL_STRIDE;
    fillNormalGroups<T>(panel, count);
    if (e.dataKind == MIXTURE) {
      shapePanel<T>(panel, count, signsPtr, onesPtr, whitenedMeanPtr + a * 32, panel, 32, unusedSums);
    }
  }
}

/** Gathers `count` chosen candidates (indexPtr, factorsPtr) into the learner's place. */
function gather<T>(e: Experiment, count: i32): void {
  const panels = panelCount<T>(e.padded);
  const sumBytes = (<usize>32 / sizeof<T>()) << 3;
  let done = 0;
  while (done < count) {
    const part = min(count - done, roomForRows());
    const place = placePtr<T>(e);
    const rowStride = placeRowStride<T>(e), panelStride = placePanelStride();
    for (let a: usize = 0; a < <usize>panels; a++) {
      gatherPanel<T>(
        candidatesPtr + a * PANEL_STRIDE, at<u32>(indexPtr, done), at<T>(factorsPtr, done), part, rowScalePtr + a * 32,
        place + a * panelStride, rowStride, sumsPtr + a * sumBytes,
      );
    }
    rowsPlaced<T>(e, part);
    done += part;
  }
}

/** Clean rows: the label is the class. They bypass the verifier. */
export function drawReal<T>(e: Experiment, count: i32): void {
  while (count > 0) {
    const part = min(count, roomForRows());
    for (let i = 0; i < part; i++) store<T>(at<T>(signsPtr, i), <T>1);
    if (e.dataKind == MIXTURE) {
      sampleSigned<T>(e, part);
    } else {
      sampleCandidates<T>(e, part);
      scoreStar<T>(e, part);
      for (let i = 0; i < part; i++) {
        store<u32>(at<u32>(indexPtr, i), i);
        store<T>(at<T>(factorsPtr, i), signOf<T>(load<T>(at<T>(starScoresPtr, i))));
      }
      gather<T>(e, part);
    }
    count -= part;
  }
}

/** Draws, labels and verifies the synthetic rows. */
export function drawSynthetic<T>(e: Experiment): void {
  wrong = 0;
  kept = 0;
  keptWrong = 0;
  if (e.dataKind == MIXTURE && e.generatorKind == NOISE && e.verifierShape == BLIND) drawBlind<T>(e);
  else if (e.verifierShape == TOP) drawTop<T>(e);
  else drawJudged<T>(e);
}

/** Rows that are judged one by one. */
function drawJudged<T>(e: Experiment): void {
  if (looksAtRows(e)) setSlab(e);
  drawBlocks<T>(e);
}

function drawBlind<T>(e: Experiment): void {
  const flip = threshold32(e.errorRate);
  const correctKept = threshold32(keepProbability(e, true));
  const wrongKept = threshold32(keepProbability(e, false));
  const certain = keepsAll(e);
  const samples = <i32>e.samples;
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
      sampleSigned<T>(e, pending);
      pending = 0;
    }
  }
  if (pending > 0) sampleSigned<T>(e, pending);
}

// @ts-ignore: decorator
@inline
function signOf<T>(x: T): T {
  return x >= <T>0 ? <T>1 : <T>-1;
}

function score<T>(e: Experiment, directionPtr: usize, outPtr: usize, rows: i32, fixed: bool): void {
  // fixed directions of an identity covariance live in the first three coordinates
  const panels = fixed && e.isWhite ? 1 : panelCount<T>(e.padded);
  projectPanels<T>(candidatesPtr, panels, rows, directionPtr, laneSumsPtr, outPtr);
}

/** uᵀξ of each candidate: its sign is the true label of isotropic data. */
export function scoreStar<T>(e: Experiment, rows: i32): void {
  score<T>(e, starRowPtr, starScoresPtr, rows, true);
}

/** The scalar draws of a block, then its candidates and their scores. */
function drawScored<T>(e: Experiment, rows: i32): void {
  const flip = threshold32(e.errorRate);
  const turned = threshold32(e.poison);
  const isMixture = e.dataKind == MIXTURE, isNoise = e.generatorKind == NOISE, isPoisoned = e.poison > 0;
  const draws = e.verifierShape == BLIND && e.verifierDraws != 0;
  for (let i = 0; i < rows; i++) {
    let flags: u8 = 0;
    if (isMixture) store<T>(at<T>(signsPtr, i), nextU32() >> 31 ? <T>-1 : <T>1);
    if (isNoise && happens(flip)) flags |= FLIPPED;
    if (draws) store<u32>(at<u32>(uniformsPtr, i), nextU32());
    if (isPoisoned && happens(turned)) flags |= POISONED;
    store<u8>(flagsPtr + <usize>i, flags);
  }
  sampleCandidates<T>(e, rows);
  if (!isMixture) scoreStar<T>(e, rows);
  if (!isNoise) score<T>(e, generatorRowPtr, generatorScoresPtr, rows, e.generatorKind != LEARNED);
  if (looksAtRows(e)) score<T>(e, verifierRowPtr, verifierScoresPtr, rows, !learnsDirection(e));
}

// @ts-ignore: decorator
@inline
function trueLabel<T>(e: Experiment, i: i32): T {
  return e.dataKind == ISOTROPIC ? signOf<T>(load<T>(at<T>(starScoresPtr, i))) : load<T>(at<T>(signsPtr, i));
}

// @ts-ignore: decorator
@inline
function generatedLabel<T>(e: Experiment, i: i32, truth: T): T {
  if (e.generatorKind != NOISE) return signOf<T>(load<T>(at<T>(generatorScoresPtr, i)));
  return load<u8>(flagsPtr + <usize>i) & FLIPPED ? <T>(-truth) : truth;
}

/** How far row i is on its label's side of the verifier's direction; poison turns it over. */
// @ts-ignore: decorator
@inline
function marginOf<T>(i: i32, label: T): T {
  const value = <T>(label * load<T>(at<T>(verifierScoresPtr, i)));
  return load<u8>(flagsPtr + <usize>i) & POISONED ? <T>(-value) : value;
}

/** The verdict on row i with its label. */
function isKept<T>(e: Experiment, i: i32, label: T, correct: bool): bool {
  if (e.verifierShape == TOP) return passesThreshold(<f64>marginOf<T>(i, label));
  let keep: bool;
  if (e.verifierShape == BLIND) {
    const probability = correct ? e.phi : e.psi;
    keep = e.verifierDraws ? <u64>load<u32>(at<u32>(uniformsPtr, i)) < threshold32(probability) : probability == 1;
  } else {
    keep = isWithinSlab(<f64>(label * load<T>(at<T>(verifierScoresPtr, i))));
  }
  return load<u8>(flagsPtr + <usize>i) & POISONED ? !keep : keep;
}

/** All rows, one block of candidates after the other, from drawing to gathering. */
function drawBlocks<T>(e: Experiment): void {
  const samples = <i32>e.samples;
  for (let done = 0; done < samples; done += BLOCK_ROWS) {
    const rows = min(BLOCK_ROWS, samples - done);
    drawScored<T>(e, rows);
    let chosen = 0;
    for (let i = 0; i < rows; i++) {
      const truth = trueLabel<T>(e, i);
      const label = generatedLabel<T>(e, i, truth);
      const correct = label == truth;
      wrong += <f64>!correct;
      if (!isKept<T>(e, i, label, correct)) continue;
      kept += 1;
      keptWrong += <f64>!correct;
      store<u32>(at<u32>(indexPtr, chosen), i);
      store<T>(at<T>(factorsPtr, chosen), label);
      chosen++;
    }
    if (chosen > 0) gather<T>(e, chosen);
  }
}

/** Keeps the round(keep · N) rows of largest margin. */
function drawTop<T>(e: Experiment): void {
  const target = topTarget(e);
  const samples = <i32>e.samples;
  if (target > 0) {
    saveStreams();
    for (let done = 0; done < samples; done += BLOCK_ROWS) {
      const rows = min(BLOCK_ROWS, samples - done);
      drawScored<T>(e, rows);
      for (let i = 0; i < rows; i++) {
        store<T>(at<T>(marginsPtr, done + i), marginOf<T>(i, generatedLabel<T>(e, i, trueLabel<T>(e, i))));
      }
    }
    restoreStreams();
  }
  // the margins are not needed again: their threshold is found in place
  setThreshold<T>(marginsPtr, samples, target);
  drawBlocks<T>(e); // if nothing is kept, what was generated is still counted
}
