/**
 * Rows in reduced coordinates: z ∈ R^k holds what labels and verdicts can see (directions.ts), the other d − k
 * coordinates are left to the learner's own law. One row costs k normals, a label and a verdict; kept rows go on as
 * t z. Semantics are those of direct/draw.ts.
 *
 * A top-fraction verifier needs all N scores before its first verdict: it draws twice, once for the scores, once, from
 * the same stream, for the rows. Those kept are laid by until the draw is done, since the learner draws too.
 */
import { kthLargest } from "../verify/kthLargest";
import {
  dataKind, errorRate, generatorKind, KEEP_BERNOULLI, KEEP_ORACLE, KEEP_RANDOM, keepFraction, meanNorm,
  MIXTURE, NOISE, phi, poison, psi, verifierKind,
} from "../experiment/settings";
import { happens, nextU32, restoreStreams, saveStreams, threshold32 } from "../random/streams";
import { normal } from "../random/variates/normal64";
import { GENERATOR, VERIFIER } from "./directions";
import { coordinates, takeRow } from "./learner";
import { setTally, tally } from "./tally";

/** The row in hand: z, its label, and whether the label is right. */
let x: f64 = 0;
let y: f64 = 0;
let z: f64 = 0;
let label: f64 = 1;
let correct: bool = true;

/**
 * Probability that a verifier that does not look at x keeps a correct or a wrong label. Poison turns a verdict over.
 */
export function keepProbability(isCorrect: bool): f64 {
  let probability: f64 = 1;
  if (verifierKind == KEEP_RANDOM) probability = keepFraction;
  if (verifierKind == KEEP_ORACLE) probability = isCorrect ? 1 : 0;
  if (verifierKind == KEEP_BERNOULLI) probability = isCorrect ? phi : psi;
  return (1 - poison) * probability + poison * (1 - probability);
}

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

function drawRow(flip: u64): void {
  x = normal();
  drawAcross();
  let truth: f64;
  if (dataKind == MIXTURE) {
    truth = nextU32() >> 31 ? -1 : 1;
    x += truth * meanNorm;
  } else {
    truth = signOf(x);
  }
  if (generatorKind == NOISE) label = happens(flip) ? -truth : truth;
  else label = signOf(project(GENERATOR));
  correct = label == truth;
}

/** `samples` clean rows: the label is the class, and the first coordinate of t z is r + N(0, 1) or |N(0, 1)|. */
export function drawClean(samples: f64): void {
  for (let i: f64 = 0; i < samples; i++) {
    x = normal();
    x = dataKind == MIXTURE ? x + meanNorm : abs(x);
    drawAcross();
    takeRow(x, y, z);
  }
}

/** Noise generator, verifier that does not look at x: labels and verdicts first, then only kept rows. */
function drawBlind(samples: f64): void {
  const flip = threshold32(errorRate);
  const correctKept = threshold32(keepProbability(true));
  const wrongKept = threshold32(keepProbability(false));
  for (let i: f64 = 0; i < samples; i++) {
    const flipped = happens(flip);
    const keep = happens(flipped ? wrongKept : correctKept);
    tally(!flipped, keep);
    if (!keep) continue;
    x = normal();
    x = dataKind == MIXTURE ? x + meanNorm : abs(x);
    if (flipped) x = dataKind == MIXTURE ? x - 2 * meanNorm : -x;
    takeRow(x, 0, 0);
  }
}

/** Score of the row in hand under a directional verifier: how much it agrees with the label. */
// @ts-ignore: decorator
@inline
function agreement(turned: u64): f64 {
  const value = label * project(VERIFIER);
  return poison > 0 && happens(turned) ? -value : value;
}

/** Draws, labels and verifies `samples` rows, any verifier but the top fraction. */
export function drawRows(samples: f64): void {
  setTally(0, 0, 0);
  if (generatorKind == NOISE && verifierKind <= KEEP_BERNOULLI) {
    drawBlind(samples);
    return;
  }
  const flip = threshold32(errorRate);
  const turned = threshold32(poison);
  const correctKept = threshold32(keepProbability(true));
  const wrongKept = threshold32(keepProbability(false));
  for (let i: f64 = 0; i < samples; i++) {
    drawRow(flip);
    const keep = verifierKind <= KEEP_BERNOULLI ? happens(correct ? correctKept : wrongKept) : agreement(turned) > 0;
    tally(correct, keep);
    if (keep) takeRow(label * x, label * y, label * z);
  }
}

// @ts-ignore: decorator
@inline
function topTarget(samples: f64): i32 {
  return <i32>Math.round(keepFraction * samples);
}

/** Bytes of scratch for `drawTop`: the scores, and in their place the kept rows. */
export function topBytes(samples: f64): f64 {
  return 8 * max(samples, 3 * <f64>topTarget(samples));
}

/** The same for the top fraction: the round(keep · N) rows of largest score. */
export function drawTop(samples: i32, scratch: usize): void {
  setTally(0, 0, 0);
  const flip = threshold32(errorRate);
  const turned = threshold32(poison);
  const target = topTarget(<f64>samples);
  saveStreams();
  for (let i = 0; i < samples; i++) {
    drawRow(flip);
    store<f64>(scratch + ((<usize>i) << 3), agreement(turned));
  }
  const least = target > 0 ? kthLargest<f64>(scratch, samples, target) : Infinity;
  let ties = target;
  for (let i = 0; i < samples; i++) if (load<f64>(scratch + ((<usize>i) << 3)) > least) ties--;
  restoreStreams();
  let end = scratch;
  for (let i = 0; i < samples; i++) {
    drawRow(flip);
    const score = agreement(turned);
    const keep = score > least || (score == least && ties-- > 0);
    tally(correct, keep);
    if (!keep) continue;
    store<f64>(end, label * x);
    store<f64>(end, label * y, 8);
    store<f64>(end, label * z, 16);
    end += 24;
  }
  for (let row = scratch; row < end; row += 24) takeRow(load<f64>(row), load<f64>(row, 8), load<f64>(row, 16));
}
