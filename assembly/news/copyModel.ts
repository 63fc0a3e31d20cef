/**
 * The log-linear copy language model: p(summary | article) as a product of softmaxes over the article's words, the
 * common words and the end (step.ts), as of See, Liu & Manning, "Get to the point" (2017), the pointer, but log-linear.
 *
 * A summary is laid out in i32: words w, then for each word its candidate (−1: none, a word the model cannot say), hash
 * and class. A pair is two addresses, of an article and of a summary.
 */
import { uniform53, seedStreams } from "../random/streams";
import { candidateCount, classOf, hashOf, keyHigh, keyLow, openArticle } from "./article";
import { said, saidBefore, say, startSummary } from "./history";
import { descendStep, differentiate, endStep, learn, normalize, scoreCandidates, scorePtr, useWeights } from "./step";
import { SAID, workspace } from "./workspace";

/** Log probability of a word that the model cannot say, 10⁻⁵: stated, not learned. */
export const UNSAYABLE: f64 = -11.512925464970229;

/** Σ −log p over the sayable words and ends of pairs order[first … first + count − 1], each taught once it is scored. */
export function copyTrain(
  weightsPtr: usize, squaresPtr: usize, pairsPtr: usize, orderPtr: usize, first: i32, count: i32, learningRate: f64,
): f64 {
  useWeights(weightsPtr);
  learn(squaresPtr, learningRate);
  let loss: f64 = 0;
  for (let k = first; k < first + count; k++) {
    loss += teach(pairsPtr + ((<usize>load<u32>(orderPtr + ((<usize>k) << 2))) << 3));
  }
  return loss;
}

/** The same sum for pairs 0 … count − 1, and its gradient added at `gradientPtr`; the weights stay. */
export function copyGradient(weightsPtr: usize, gradientPtr: usize, pairsPtr: usize, count: i32): f64 {
  useWeights(weightsPtr);
  differentiate(gradientPtr);
  let loss: f64 = 0;
  for (let k = 0; k < count; k++) loss += teach(pairsPtr + ((<usize>k) << 3));
  return loss;
}

function teach(pair: usize): f64 {
  openArticle(load<usize>(pair));
  const summary = load<usize>(pair, 4);
  const words = load<i32>(summary);
  startSummary();
  let loss: f64 = 0;
  for (let t = 0; t <= words; t++) {
    const word = summary + 4 + ((<usize>(t * 3)) << 2);
    const next = t < words ? load<i32>(word) : candidateCount - 1;
    if (next >= 0) {
      scoreCandidates();
      const score = load<f32>(scorePtr(next));
      loss += normalize(1) - <f64>score;
      descendStep(next);
    }
    if (t < words) say(next, load<u32>(word, 4), load<i32>(word, 8));
    endStep();
  }
  return loss;
}

/** Writes log p of every word and of the end, f64, summary after summary. */
export function copyScore(weightsPtr: usize, pairsPtr: usize, count: i32, outPtr: usize): void {
  useWeights(weightsPtr);
  for (let k = 0; k < count; k++) {
    const pair = pairsPtr + ((<usize>k) << 3);
    openArticle(load<usize>(pair));
    const summary = load<usize>(pair, 4);
    const words = load<i32>(summary);
    startSummary();
    for (let t = 0; t <= words; t++, outPtr += 8) {
      const word = summary + 4 + ((<usize>(t * 3)) << 2);
      const next = t < words ? load<i32>(word) : candidateCount - 1;
      let logProbability = UNSAYABLE;
      if (next >= 0) {
        scoreCandidates();
        const score = load<f32>(scorePtr(next));
        logProbability = <f64>score - normalize(1);
      }
      store<f64>(outPtr, logProbability);
      if (t < words) say(next, load<u32>(word, 4), load<i32>(word, 8));
      endStep();
    }
  }
}

/**
 * Says `samples` summaries of each article, into i32[1 + maxWords] each: how many words, and their candidates. At
 * temperature 0 always the likeliest word. No trigram is said twice; the end comes between `minWords` and `maxWords`.
 * Sample s of an article has streams of its own, keyed by (seed, the article's key, s).
 */
export function copyGenerate(
  weightsPtr: usize, articlesPtr: usize, count: i32, samples: i32, seedLow: u32, seedHigh: u32, temperature: f64,
  endBias: f64, minWords: i32, maxWords: i32, outPtr: usize,
): void {
  useWeights(weightsPtr);
  const bytes = (<usize>(1 + maxWords)) << 2;
  for (let k = 0; k < count; k++) {
    openArticle(load<usize>(articlesPtr + ((<usize>k) << 2)));
    for (let sample = 0; sample < samples; sample++, outPtr += bytes) {
      seedStreams(seedLow, seedHigh, keyLow, keyHigh, sample);
      startSummary();
      while (said < maxWords) {
        const next = chooseNext(<f32>temperature, <f32>endBias, minWords);
        if (next < 0 || next == candidateCount - 1) break;
        say(next, hashOf(next), classOf(next));
        endStep();
      }
      endStep();
      store<i32>(outPtr, said);
      memory.copy(outPtr + 4, workspace() + SAID, (<usize>said) << 2);
    }
  }
}

/** The next candidate, −1 if none may come. */
function chooseNext(temperature: f32, endBias: f32, minWords: i32): i32 {
  const end = scorePtr(candidateCount - 1);
  scoreCandidates();
  store<f32>(end, load<f32>(end) + endBias);
  normalize(temperature > 0 ? temperature : 1);
  if (said < minWords) store<f32>(end, 0);
  forbidTrigrams();
  return temperature > 0 ? draw() : likeliest();
}

/** Takes their probability from words that would say a trigram again. */
function forbidTrigrams(): void {
  const last = saidBefore(1), second = saidBefore(2);
  for (let back = 3; back <= said; back++) {
    if (saidBefore(back) == second && saidBefore(back - 1) == last) store<f32>(scorePtr(saidBefore(back - 2)), 0);
  }
}

function likeliest(): i32 {
  let best = -1;
  let most: f32 = 0;
  for (let i = 0; i < candidateCount; i++) {
    const probability = load<f32>(scorePtr(i));
    if (probability <= most) continue;
    most = probability;
    best = i;
  }
  return best;
}

function draw(): i32 {
  let total: f64 = 0;
  for (let i = 0; i < candidateCount; i++) total += <f64>load<f32>(scorePtr(i));
  let left = uniform53() * total;
  let last = -1;
  for (let i = 0; i < candidateCount; i++) {
    const probability = <f64>load<f32>(scorePtr(i));
    if (probability == 0) continue;
    last = i;
    left -= probability;
    if (left < 0) break;
  }
  return last;
}
