/**
 * Rows in reduced coordinates: z ∈ R^k holds what labels and verdicts can see (directions.ts), the other d − k
 * coordinates are left to the learner's own law. One row costs k normals, a label and a verdict; kept rows go on as
 * t z. Semantics are those of direct/draw.ts.
 *
 * TOP needs all N margins before its first verdict: it draws twice, once for the margins, once, from the same stream,
 * for the rows. Those kept wait until the draw is done, since the learner draws too.
 */
import { Experiment, MIXTURE, NOISE } from "../experiment/experiment";
import { happens, nextU32, restoreStreams, saveStreams, threshold32 } from "../random/streams";
import { binomial } from "../random/variates/binomial";
import { normal } from "../random/variates/normal64";
import { BLIND, isWithinSlab, keepProbability, passesThreshold, setSlab, setThreshold, topTarget } from "../verify/verifiers";
import { GENERATOR, VERIFIER } from "./directions";
import { coordinates, takeGroup, takeRow } from "./learner";

/** What a trial's synthetic rows realised: wrong labels, kept rows, kept wrong labels. */
export let wrong: f64 = 0;
export let kept: f64 = 0;
export let keptWrong: f64 = 0;

/** Starts the counts of a new draw. */
export function beginTally(): void {
  wrong = 0;
  kept = 0;
  keptWrong = 0;
}

// @ts-ignore: decorator
@inline
function tally(isCorrect: bool, keep: bool): void {
  wrong += <f64>!isCorrect;
  kept += <f64>keep;
  keptWrong += <f64>(keep && !isCorrect);
}

/** The row in hand: z, its label, and whether the label is right. */
let x: f64 = 0;
let y: f64 = 0;
let z: f64 = 0;
let label: f64 = 1;
let correct: bool = true;

// @ts-ignore: decorator
@inline
function signOf(value: f64): f64 {
  return value >= 0 ? 1 : -1;
}

// @ts-ignore: decorator
@inline
function project(direction: usize): f64 {
  return x * load<f64>(direction) + y * load<f64>(direction, 8) + z * load<f64>(direction, 16);
}

// @ts-ignore: decorator
@inline
function drawAcross(): void {
  y = coordinates > 1 ? normal() : 0;
  z = coordinates > 2 ? normal() : 0;
}

function drawRow(e: Experiment, flip: u64): void {
  x = normal();
  drawAcross();
  let truth: f64;
  if (e.dataKind == MIXTURE) {
    truth = nextU32() >> 31 ? -1 : 1;
    x += truth * e.meanNorm;
  } else {
    truth = signOf(x);
  }
  if (e.generatorKind == NOISE) label = happens(flip) ? -truth : truth;
  else label = signOf(project(GENERATOR));
  correct = label == truth;
}

/** `count` clean rows: the label is the class, and the first coordinate of t z is r + N(0, 1) or |N(0, 1)|. */
export function drawClean(e: Experiment, count: f64): void {
  for (let i: f64 = 0; i < count; i++) {
    x = normal();
    x = e.dataKind == MIXTURE ? x + e.meanNorm : abs(x);
    drawAcross();
    takeRow(e, x, y, z);
  }
}

/**
 * Noise generator, blind verifier, mixture, a learner by moments: what is kept, by counting alone. Of N rows Bin(N, p)
 * carry a wrong label; Bin(correct, φ) and Bin(wrong, ψ) of them are kept; kept rows have t z ~ N(±r, 1) in one
 * dimension. With the groups of moments.ts the cost of a trial does not depend on N.
 */
export function drawCounts(e: Experiment): void {
  wrong = binomial(e.samples, e.errorRate);
  const keptCorrect = binomial(e.samples - wrong, keepProbability(e, true));
  keptWrong = binomial(wrong, keepProbability(e, false));
  kept = keptCorrect + keptWrong;
  takeGroup(keptCorrect, e.meanNorm);
  takeGroup(keptWrong, -e.meanNorm);
}

/** Noise generator, blind verifier: labels and verdicts first, then only kept rows. */
function drawBlind(e: Experiment): void {
  const flip = threshold32(e.errorRate);
  const correctKept = threshold32(keepProbability(e, true));
  const wrongKept = threshold32(keepProbability(e, false));
  const isMixture = e.dataKind == MIXTURE, meanNorm = e.meanNorm, samples = e.samples;
  for (let i: f64 = 0; i < samples; i++) {
    const flipped = happens(flip);
    const keep = happens(flipped ? wrongKept : correctKept);
    tally(!flipped, keep);
    if (!keep) continue;
    x = normal();
    x = isMixture ? x + meanNorm : abs(x);
    if (flipped) x = isMixture ? x - 2 * meanNorm : -x;
    takeRow(e, x, 0, 0);
  }
}

/** How far the row in hand is on its label's side of the verifier's direction; poison turns it over. */
// @ts-ignore: decorator
@inline
function marginInHand(e: Experiment, turned: u64): f64 {
  const value = label * project(VERIFIER);
  return e.poison > 0 && happens(turned) ? -value : value;
}

/** The verdict of SLAB or HARD on the row in hand; poison turns it over. */
// @ts-ignore: decorator
@inline
function isInSlab(e: Experiment, turned: u64): bool {
  const keep = isWithinSlab(label * project(VERIFIER));
  return e.poison > 0 && happens(turned) ? !keep : keep;
}

/** Draws, labels and verifies the rows, any verifier but TOP. */
export function drawRows(e: Experiment): void {
  const isBlind = e.verifierShape == BLIND;
  if (!isBlind) setSlab(e);
  if (e.generatorKind == NOISE && isBlind) {
    drawBlind(e);
    return;
  }
  const flip = threshold32(e.errorRate);
  const turned = threshold32(e.poison);
  const correctKept = threshold32(keepProbability(e, true));
  const wrongKept = threshold32(keepProbability(e, false));
  const samples = e.samples;
  for (let i: f64 = 0; i < samples; i++) {
    drawRow(e, flip);
    const keep = isBlind ? happens(correct ? correctKept : wrongKept) : isInSlab(e, turned);
    tally(correct, keep);
    if (keep) takeRow(e, label * x, label * y, label * z);
  }
}

/** Bytes of scratch for `drawTop`: the margins, and in their place the kept rows. */
export function topBytes(e: Experiment): f64 {
  return 8 * max(e.samples, 3 * <f64>topTarget(e));
}

/** The same for TOP: the round(keep · N) rows of largest margin. */
export function drawTop(e: Experiment, scratchPtr: usize): void {
  const flip = threshold32(e.errorRate);
  const turned = threshold32(e.poison);
  const samples = <i32>e.samples;
  saveStreams();
  for (let i = 0; i < samples; i++) {
    drawRow(e, flip);
    store<f64>(scratchPtr + ((<usize>i) << 3), marginInHand(e, turned));
  }
  setThreshold<f64>(scratchPtr, samples, topTarget(e));
  restoreStreams();
  let endPtr = scratchPtr;
  for (let i = 0; i < samples; i++) {
    drawRow(e, flip);
    const keep = passesThreshold(marginInHand(e, turned));
    tally(correct, keep);
    if (!keep) continue;
    store<f64>(endPtr, label * x);
    store<f64>(endPtr, label * y, 8);
    store<f64>(endPtr, label * z, 16);
    endPtr += 24;
  }
  for (let rowPtr = scratchPtr; rowPtr < endPtr; rowPtr += 24) {
    takeRow(e, load<f64>(rowPtr), load<f64>(rowPtr, 8), load<f64>(rowPtr, 16));
  }
}
