/**
 * The extractive model: a softmax over the article's sentences, log-linear in a few facts (sentences.ts). It is taught
 * the sentence most like the summary (unigram F1, the first of equals), and says a sentence as it stands.
 *
 * As a language model it says each word by drawing a sentence and then one of its words,
 *
 *   p(w) = (1 − ε) Σ_s p(s) count(w, s) / |s|  +  ε / (candidates but the end),   ε = 0.1,
 *
 * so that it can score what somebody else wrote; it has no end. Layout of articles, summaries and pairs: article.ts and
 * copyModel.ts.
 */
import { stepAt, gatherGradient, descendAll } from "../learn/adagrad";
import { softmax } from "../learn/softmax";
import { seedStreams, uniform53 } from "../random/streams";
import { candidateCount, keyHigh, keyLow, tokenAt } from "./article";
import { UNSAYABLE } from "./copyModel";
import {
  EXTRACT_WEIGHTS, FACTS, openSentences, sentenceCount, sentencePtr, sentenceScorePtr,
} from "./sentences";
import { COUNT, SMALL_GRADIENTS, workspace } from "./workspace";

const BACKGROUND: f64 = 0.1;

/** Σ −log p(sentence most like the summary) over pairs order[first … first + count − 1], each taught once it is scored. */
export function extractTrain(
  weightsPtr: usize, squaresPtr: usize, pairsPtr: usize, orderPtr: usize, first: i32, count: i32, learningRate: f64,
): f64 {
  stepAt(learningRate);
  let loss: f64 = 0;
  for (let k = first; k < first + count; k++) {
    loss += teach(weightsPtr, squaresPtr, pairsPtr + ((<usize>load<u32>(orderPtr + ((<usize>k) << 2))) << 3));
  }
  return loss;
}

/** The same sum for pairs 0 … count − 1, and its gradient added at `gradientPtr`; the weights stay. */
export function extractGradient(weightsPtr: usize, gradientPtr: usize, pairsPtr: usize, count: i32): f64 {
  gatherGradient();
  let loss: f64 = 0;
  for (let k = 0; k < count; k++) loss += teach(weightsPtr, gradientPtr, pairsPtr + ((<usize>k) << 3));
  return loss;
}

function teach(weights: usize, squares: usize, pair: usize): f64 {
  openSentences(load<usize>(pair));
  if (sentenceCount == 0) return 0;
  const gold = mostLike(load<usize>(pair, 4));
  scoreSentences(weights);
  const score = load<f32>(sentenceScorePtr(gold));
  const loss = softmax(sentenceScorePtr(0), sentenceCount, 1) - <f64>score;
  store<f32>(sentenceScorePtr(gold), load<f32>(sentenceScorePtr(gold)) - 1);
  const gradients = workspace() + SMALL_GRADIENTS;
  for (let s = 0; s < sentenceCount; s++) {
    const residual = load<f32>(sentenceScorePtr(s));
    for (let k = 0; k < FACTS; k++) {
      const slot = gradients + ((<usize>factOf(s, k)) << 2);
      store<f32>(slot, load<f32>(slot) + residual);
    }
  }
  descendAll(weights, squares, gradients, EXTRACT_WEIGHTS);
  return loss;
}

// @ts-ignore: decorator
@inline
function factOf(sentence: i32, fact: i32): i32 {
  return load<i32>(sentencePtr(sentence) + ((<usize>fact) << 2), 8);
}

function scoreSentences(weights: usize): void {
  for (let s = 0; s < sentenceCount; s++) {
    let score: f32 = 0;
    for (let k = 0; k < FACTS; k++) score += load<f32>(weights + ((<usize>factOf(s, k)) << 2));
    store<f32>(sentenceScorePtr(s), score);
  }
}

/** The sentence of highest unigram F1 with the summary. */
function mostLike(summary: usize): i32 {
  const words = load<i32>(summary);
  const counts = workspace() + COUNT;
  let best = 0;
  let highest: f64 = -1;
  for (let s = 0; s < sentenceCount; s++) {
    const begin = load<i32>(sentencePtr(s)), end = load<i32>(sentencePtr(s), 4);
    memory.fill(counts, 0, (<usize>candidateCount) << 2);
    for (let i = begin; i < end; i++) addTo(counts, tokenAt(i), 1);
    let shared = 0;
    for (let t = 0; t < words; t++) {
      const candidate = load<i32>(summary + 4 + ((<usize>(t * 3)) << 2));
      if (candidate < 0 || load<i32>(counts + ((<usize>candidate) << 2)) <= 0) continue;
      addTo(counts, candidate, -1);
      shared++;
    }
    const likeness = <f64>(2 * shared) / <f64>(words + end - begin);
    if (likeness <= highest) continue;
    highest = likeness;
    best = s;
  }
  return best;
}

// @ts-ignore: decorator
@inline
function addTo(counts: usize, candidate: i32, change: i32): void {
  const slot = counts + ((<usize>candidate) << 2);
  store<i32>(slot, load<i32>(slot) + change);
}

/** Writes log p of every word, f64, summary after summary. */
export function extractScore(weightsPtr: usize, pairsPtr: usize, count: i32, outPtr: usize): void {
  for (let k = 0; k < count; k++) {
    const pair = pairsPtr + ((<usize>k) << 3);
    openSentences(load<usize>(pair));
    scoreSentences(weightsPtr);
    if (sentenceCount > 0) softmax(sentenceScorePtr(0), sentenceCount, 1);
    const summary = load<usize>(pair, 4);
    const words = load<i32>(summary);
    for (let t = 0; t < words; t++, outPtr += 8) {
      const candidate = load<i32>(summary + 4 + ((<usize>(t * 3)) << 2));
      store<f64>(outPtr, candidate < 0 ? UNSAYABLE : Math.log(probabilityOf(candidate)));
    }
  }
}

function probabilityOf(candidate: i32): f64 {
  let drawn: f64 = 0;
  for (let s = 0; s < sentenceCount; s++) {
    const begin = load<i32>(sentencePtr(s)), end = load<i32>(sentencePtr(s), 4);
    let times = 0;
    for (let i = begin; i < end; i++) times += <i32>(tokenAt(i) == candidate);
    if (times > 0) drawn += <f64>load<f32>(sentenceScorePtr(s)) * <f64>times / <f64>(end - begin);
  }
  const anywhere = 1 / <f64>(candidateCount - 1);
  return sentenceCount == 0 ? anywhere : (1 - BACKGROUND) * drawn + BACKGROUND * anywhere;
}

/**
 * Says `samples` sentences of each article, into i32[2] each: where the sentence begins among the tokens and where it
 * ends, both 0 for an article without words. At temperature 0 the likeliest. Streams as in copyGenerate.
 */
export function extractGenerate(
  weightsPtr: usize, articlesPtr: usize, count: i32, samples: i32, seedLow: u32, seedHigh: u32, temperature: f64,
  outPtr: usize,
): void {
  for (let k = 0; k < count; k++) {
    openSentences(load<usize>(articlesPtr + ((<usize>k) << 2)));
    scoreSentences(weightsPtr);
    if (sentenceCount > 0) softmax(sentenceScorePtr(0), sentenceCount, temperature > 0 ? <f32>temperature : 1);
    for (let sample = 0; sample < samples; sample++, outPtr += 8) {
      seedStreams(seedLow, seedHigh, keyLow, keyHigh, sample);
      const chosen = temperature > 0 ? draw() : likeliest();
      store<i32>(outPtr, sentenceCount == 0 ? 0 : load<i32>(sentencePtr(chosen)));
      store<i32>(outPtr, sentenceCount == 0 ? 0 : load<i32>(sentencePtr(chosen), 4), 4);
    }
  }
}

function likeliest(): i32 {
  let best = 0;
  for (let s = 1; s < sentenceCount; s++) {
    if (load<f32>(sentenceScorePtr(s)) > load<f32>(sentenceScorePtr(best))) best = s;
  }
  return best;
}

function draw(): i32 {
  let left = uniform53();
  for (let s = 0; s < sentenceCount - 1; s++) {
    left -= <f64>load<f32>(sentenceScorePtr(s));
    if (left < 0) return s;
  }
  return max(sentenceCount - 1, 0);
}
