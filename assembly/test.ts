/**
 * What the tests call: all cores, kernels that production reaches only through others, and the generic kernels by name,
 * one entry for each precision. Compiled for the tests alone.
 */
export * from "./index";
export * from "./text";
export * from "./transformer";
export * from "./classes";

export { EXPERIMENT_BYTES, experimentOffsets } from "./experiment/experiment";
export { logisticGradientNorm, logisticIterations } from "./learn/logistic";
export { softmax } from "./learn/softmax";
export { choleskyFactor, choleskySolve } from "./linalg/cholesky";
export { conjugateGradientIterations } from "./linalg/conjugateGradients";
export { UNSAYABLE } from "./news/copyModel";
export { MAX_CANDIDATES, MAX_TOKENS, MAX_WORDS } from "./news/workspace";
export { nextU32, restoreStreams, saveStreams, uniformOpen } from "./random/streams";
export { binomial } from "./random/variates/binomial";
export { chi, chiSquare, gamma } from "./random/variates/gamma";
export { normal } from "./random/variates/normal64";
export { reducedInterpolation, reducedRidge } from "./reduced/ridge";
export { bivariateNormalCdf } from "./special/bivariate";
export { logGamma } from "./special/gamma";
export { normalCdf, normalPdf } from "./special/normal";
export { NGRAM_NO_HISTORY } from "./text/ngramFile";
export { MIN_HASHES } from "./text/minHash";
export { porterStem } from "./text/porter";
export { ROUGE_FIELDS } from "./text/rouge";
export { attend, attendGradient } from "./transformer/attention";
export { adam, learningRate } from "./transformer/adam";
export { crossEntropy } from "./transformer/crossEntropy";
export { normalize, normalizeGradient } from "./transformer/layerNorm";
export { multiply } from "./transformer/multiply";
export { addColumns, multiplyTransposed } from "./transformer/multiplyTransposed";
export { transpose } from "./transformer/transpose";
export { orthant } from "./theory/orthant";
export { effectivePenalty } from "./theory/spectrum";
export { theoryConvex, theoryPopulation } from "./theory/theory";

import { conjugateGradients } from "./linalg/conjugateGradients";
import { addGram } from "./linalg/gram";
import { gatherPanel, projectPanels, shapePanel } from "./linalg/panels";
import { combineRows, projectRows } from "./linalg/rows";
import { fitLogistic } from "./learn/logistic";
import { solveRidge } from "./learn/ridge";
import { sgdRows } from "./learn/sgd";
import { fillNormalGroups } from "./random/normal";
import { kthLargest } from "./verify/kthLargest";

/** `groups` times 32 bytes of normals: eight f32 or four f64 a group. */
export function fillNormals32(ptr: usize, groups: i32): void {
  fillNormalGroups<f32>(ptr, groups);
}
export function fillNormals64(ptr: usize, groups: i32): void {
  fillNormalGroups<f64>(ptr, groups);
}

export function addGram32(block: usize, panels: i32, rows: i32, stride: usize, gram: usize, leading: i32): void {
  addGram<f32>(block, panels, rows, stride, gram, leading);
}
export function addGram64(block: usize, panels: i32, rows: i32, stride: usize, gram: usize, leading: i32): void {
  addGram<f64>(block, panels, rows, stride, gram, leading);
}

export function shapePanel32(
  panel: usize, rows: i32, signs: usize, scale: usize, mean: usize, out: usize, stride: usize, sums: usize,
): void {
  shapePanel<f32>(panel, rows, signs, scale, mean, out, stride, sums);
}
export function shapePanel64(
  panel: usize, rows: i32, signs: usize, scale: usize, mean: usize, out: usize, stride: usize, sums: usize,
): void {
  shapePanel<f64>(panel, rows, signs, scale, mean, out, stride, sums);
}

export function projectPanels32(
  block: usize, panels: i32, rows: i32, direction: usize, lanes: usize, out: usize,
): void {
  projectPanels<f32>(block, panels, rows, direction, lanes, out);
}
export function projectPanels64(
  block: usize, panels: i32, rows: i32, direction: usize, lanes: usize, out: usize,
): void {
  projectPanels<f64>(block, panels, rows, direction, lanes, out);
}

export function gatherPanel32(
  panel: usize, index: usize, factors: usize, chosen: i32, scale: usize, out: usize, stride: usize, sums: usize,
): void {
  gatherPanel<f32>(panel, index, factors, chosen, scale, out, stride, sums);
}
export function gatherPanel64(
  panel: usize, index: usize, factors: usize, chosen: i32, scale: usize, out: usize, stride: usize, sums: usize,
): void {
  gatherPanel<f64>(panel, index, factors, chosen, scale, out, stride, sums);
}

export function projectRows32(x: usize, rowBytes: usize, rows: i32, v: usize, out: usize): void {
  projectRows<f32>(x, rowBytes, rows, v, out);
}
export function projectRows64(x: usize, rowBytes: usize, rows: i32, v: usize, out: usize): void {
  projectRows<f64>(x, rowBytes, rows, v, out);
}

export function combineRows32(x: usize, rowBytes: usize, rows: i32, factors: usize, partial: usize, out: usize): void {
  combineRows<f32>(x, rowBytes, rows, factors, partial, out);
}
export function combineRows64(x: usize, rowBytes: usize, rows: i32, factors: usize, partial: usize, out: usize): void {
  combineRows<f64>(x, rowBytes, rows, factors, partial, out);
}

export function solveRidge32(gram: usize, sums: usize, dimension: i32, padded: i32, rows: f64, lambda: f64): i32 {
  return solveRidge<f32>(gram, sums, dimension, padded, rows, lambda);
}
export function solveRidge64(gram: usize, sums: usize, dimension: i32, padded: i32, rows: f64, lambda: f64): i32 {
  return solveRidge<f64>(gram, sums, dimension, padded, rows, lambda);
}

export function conjugateGradients32(
  x: usize, rowBytes: usize, rows: i32, divisor: f64, lambda: f64, b: usize, solution: usize, padded: i32,
  tolerance: f64, maxIterations: i32, scratch: usize,
): f64 {
  return conjugateGradients<f32>(
    x, rowBytes, rows, 0, divisor, lambda, b, solution, padded, tolerance, maxIterations, scratch,
  );
}
export function conjugateGradients64(
  x: usize, rowBytes: usize, rows: i32, divisor: f64, lambda: f64, b: usize, solution: usize, padded: i32,
  tolerance: f64, maxIterations: i32, scratch: usize,
): f64 {
  return conjugateGradients<f64>(
    x, rowBytes, rows, 0, divisor, lambda, b, solution, padded, tolerance, maxIterations, scratch,
  );
}

export function sgdRows32(
  x: usize, rowBytes: usize, rows: i32, weights: usize, loss: i32, learningRate: f64, lambda: f64,
): void {
  sgdRows<f32>(x, rowBytes, rows, weights, loss, learningRate, lambda);
}
export function sgdRows64(
  x: usize, rowBytes: usize, rows: i32, weights: usize, loss: i32, learningRate: f64, lambda: f64,
): void {
  sgdRows<f64>(x, rowBytes, rows, weights, loss, learningRate, lambda);
}

export function fitLogistic32(
  x: usize, rowBytes: usize, count: i32, lambda: f64, weights: usize, padded: i32, scratch: usize,
): i32 {
  return fitLogistic<f32>(x, rowBytes, count, lambda, weights, padded, scratch);
}
export function fitLogistic64(
  x: usize, rowBytes: usize, count: i32, lambda: f64, weights: usize, padded: i32, scratch: usize,
): i32 {
  return fitLogistic<f64>(x, rowBytes, count, lambda, weights, padded, scratch);
}

export function kthLargest32(ptr: usize, n: i32, k: i32): f32 {
  return kthLargest<f32>(ptr, n, k);
}
export function kthLargest64(ptr: usize, n: i32, k: i32): f64 {
  return kthLargest<f64>(ptr, n, k);
}
