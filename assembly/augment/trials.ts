/**
 * Trials of ridge on real rows beside generated ones (inputs.ts), by two engines.
 *
 * Direct: every row is drawn, n̂ rows for the estimates included. A row is signed by its label, tx, which changes neither XᵀX nor Xᵀt.
 * Its noise is Rζ, ζ ~ N(0, I) and RRᵀ = C: the eigenvalues' roots if C is given, the Cholesky factor of an estimate of more than d rows,
 * and otherwise those rows themselves, centred, over √n̂.
 *
 * Reduced, if C = I and is not estimated: in the plane of μ and ν the rows are four groups of normal vectors, of which counts and moments
 * suffice (reduced/moments.ts), and what is outside the plane is reduced/ridge.ts: O(d) a trial, whatever the numbers of rows. An estimated ν is r + N(0, 1)/√n̂ along μ
 * and χ_{d−1}/√n̂ across.
 */
import { combineBasis, fillBasis, fillEigenvalues, setTriple } from "../experiment/directions";
import {
  copyGram, drawRow, equationsBytes, forget, layOutEquations, rowPtr, rows, solveRows, takeRow, weightsPtr,
} from "../learn/equations";
import { choleskyFactor } from "../linalg/cholesky";
import { at } from "../linalg/lanes";
import { addScaled, dot, scaleVector } from "../linalg/vectors";
import { seedStreams, uniform53 } from "../random/streams";
import { binomial } from "../random/variates/binomial";
import { chi } from "../random/variates/gamma";
import { normal } from "../random/variates/normal64";
import { addGroup, clearMoments, finishRidge, rowCount } from "../reduced/moments";
import { ACROSS } from "../reduced/ridge";
import { get, put } from "../reduced/small";
import { normalCdf } from "../special/normal";
import { EMPTY, OK, UNKNOWN } from "../status";
import { BOTH, GIVEN, Inputs, MEAN, meanAcross, meanAlong, penaltyOf, shapeOf } from "./inputs";

/** f64 fields of a trial's record: status; accuracy; generated rows that were kept, and the wrong ones of them. */
export const AUGMENT_FIELDS: i32 = 4;

function paddedOf(e: Inputs): i32 {
  return (<i32>e.dim + 7) & ~7;
}

/** Columns of R: d, or n̂ if no more rows are estimated from. */
function columnsOf(e: Inputs): i32 {
  return <i32>min(e.dim, e.estimateRows);
}

/** Bytes of scratch of `augmentDirect`: the normal equations, ν, μ, the roots, ζ, three directions, and R of an estimate. */
export function augmentBytes(e: Inputs): f64 {
  const padded = <f64>paddedOf(e);
  return equationsBytes(<i32>e.dim) + 8 * (8 * padded + (e.estimate == BOTH ? padded * padded : 0));
}

let meanPtr: usize = 0;
let realMeanPtr: usize = 0;
let rootsPtr: usize = 0;
let drawsPtr: usize = 0;
let basisPtr: usize = 0;
/** Row-major, `columns` rows of f64[padded]: the transpose of R. */
let factorPtr: usize = 0;
let kept: f64 = 0;
let keptWrong: f64 = 0;

/** Trials `first` … of the cell `purpose`, `part`; records at `outPtr`. */
export function augmentDirect(
  e: Inputs, seedLow: u32, seedHigh: u32, purpose: u32, part: u32, first: i32, count: i32, scratchPtr: usize, outPtr: usize,
): void {
  const padded = paddedOf(e), bytes = (<usize>padded) << 3;
  layOutEquations(<i32>e.dim, scratchPtr);
  meanPtr = scratchPtr + <usize>equationsBytes(<i32>e.dim);
  realMeanPtr = meanPtr + bytes;
  rootsPtr = realMeanPtr + bytes;
  drawsPtr = rootsPtr + bytes;
  basisPtr = drawsPtr + bytes;
  factorPtr = basisPtr + 3 * bytes;
  place(e, padded);
  for (let i = 0; i < count; i++) {
    seedStreams(seedLow, seedHigh, purpose, part, first + i);
    forget();
    kept = 0;
    keptWrong = 0;
    let status = e.estimate == GIVEN ? OK : estimate(e, padded);
    if (status == OK) status = learn(e, padded);
    const along = dot(weightsPtr, realMeanPtr, padded);
    leave(outPtr, i, status, along / sqrt(dot(weightsPtr, weightsPtr, padded)));
  }
}

const COORDINATES: usize = memory.data(24, 16);

/** μ, ν and the roots of C's eigenvalues, of what is given. */
function place(e: Inputs, padded: i32): void {
  const shape = shapeOf(e);
  fillBasis(shape, basisPtr);
  memory.fill(rootsPtr, 0, (<usize>padded) << 3);
  fillEigenvalues(shape, rootsPtr);
  for (let j = 0; j < shape.dim; j++) {
    store<f64>(at<f64>(rootsPtr, j), sqrt(e.variance * load<f64>(at<f64>(rootsPtr, j))));
  }
  setTriple(COORDINATES, e.meanNorm, 0, 0);
  combineBasis(basisPtr, COORDINATES, padded, realMeanPtr);
  setTriple(COORDINATES, meanAlong(e), meanAcross(e), 0);
  combineBasis(basisPtr, COORDINATES, padded, meanPtr);
}

/** ν, and R, from n̂ signed real rows. */
function estimate(e: Inputs, padded: i32): i32 {
  const count = <i32>e.estimateRows, dim = <i32>e.dim, bytes = (<usize>padded) << 3;
  memory.fill(meanPtr, 0, bytes);
  const isFactor = e.estimate == BOTH && count <= dim;
  for (let i = 0; i < count; i++) {
    drawRow();
    addScaled(rowPtr, rowPtr, 1, realMeanPtr, padded);
    addScaled(meanPtr, meanPtr, 1, rowPtr, padded);
    if (isFactor) memory.copy(factorPtr + (<usize>i) * bytes, rowPtr, bytes);
    else if (e.estimate == BOTH) takeRow(0);
  }
  scaleVector(meanPtr, 1 / e.estimateRows, padded);
  if (e.estimate != BOTH) return OK;
  if (isFactor) {
    for (let i = 0; i < count; i++) {
      const atPtr = factorPtr + (<usize>i) * bytes;
      addScaled(atPtr, atPtr, -1, meanPtr, padded);
      scaleVector(atPtr, 1 / sqrt(e.estimateRows), padded);
    }
    return OK;
  }
  // XᵀX/n̂ − ν νᵀ = UᵀU
  copyGram(factorPtr, 1 / e.estimateRows);
  for (let i = 0; i < dim; i++) {
    const atPtr = factorPtr + (<usize>i) * bytes;
    addScaled(atPtr, atPtr, -load<f64>(at<f64>(meanPtr, i)), meanPtr, padded);
  }
  for (let i = dim; i < padded; i++) store<f64>(at<f64>(factorPtr + (<usize>i) * bytes, i), 1);
  forget();
  const status = choleskyFactor(factorPtr, padded, 0);
  // R takes the rows of U from their diagonals on
  for (let i = 0; i < dim; i++) memory.fill(factorPtr + (<usize>i) * bytes, 0, (<usize>i) << 3);
  return status;
}

/** Draws all rows, keeps what the verifier keeps, and fits. */
function learn(e: Inputs, padded: i32): i32 {
  const real = <i32>e.realRows, samples = <i32>e.samples;
  for (let i = 0; i < real; i++) {
    drawRow();
    const sign: f64 = uniform53() < e.realErrorRate ? -1 : 1;
    addScaled(rowPtr, rowPtr, sign, realMeanPtr, padded);
    takeRow(1);
  }
  const columns = columnsOf(e);
  for (let i = 0; i < samples; i++) {
    const isWrong = uniform53() < e.errorRate;
    if (!(uniform53() < (isWrong ? e.psi : e.phi))) continue;
    kept += 1;
    if (isWrong) keptWrong += 1;
    if (e.estimate == BOTH) drawEstimated(columns, padded);
    else {
      drawRow();
      for (let j = 0; j < padded; j++) {
        store<f64>(at<f64>(rowPtr, j), load<f64>(at<f64>(rowPtr, j)) * load<f64>(at<f64>(rootsPtr, j)));
      }
    }
    addScaled(rowPtr, rowPtr, isWrong ? -1 : 1, meanPtr, padded);
    takeRow(1);
  }
  return rows == 0 ? EMPTY : solveRows(penaltyOf(e, rows));
}

/** The row in hand ← Rζ. */
function drawEstimated(columns: i32, padded: i32): void {
  const bytes = (<usize>padded) << 3;
  memory.fill(rowPtr, 0, bytes);
  for (let i = 0; i < columns; i++) addScaled(rowPtr, rowPtr, normal(), factorPtr + (<usize>i) * bytes, padded);
}

function leave(outPtr: usize, trial: i32, status: i32, cosine: f64): void {
  const recordPtr = outPtr + (<usize>(trial * AUGMENT_FIELDS) << 3);
  store<f64>(recordPtr, <f64>status);
  store<f64>(recordPtr, status == OK ? normalCdf(cosine) : NaN, 8);
  store<f64>(recordPtr, kept, 16);
  store<f64>(recordPtr, keptWrong, 24);
}

const MOMENTS: usize = memory.data(200, 16);
const GROUP: usize = memory.data(200, 16);
const MODEL: usize = memory.data(40, 16);

/** Adds n rows with t z ~ N(x, y; I₂): those of a group along the first axis, turned. */
function addTurned(n: f64, x: f64, y: f64): void {
  if (n == 0) return;
  clearMoments(GROUP);
  const length = sqrt(x * x + y * y);
  addGroup(GROUP, 2, n, length);
  const c = length > 0 ? x / length : 1, s = length > 0 ? y / length : 0;
  const m00 = get(GROUP, 0, 0), m01 = get(GROUP, 0, 1), m11 = get(GROUP, 1, 1);
  const m02 = get(GROUP, 0, 2), m12 = get(GROUP, 1, 2);
  put(MOMENTS, 0, 0, get(MOMENTS, 0, 0) + c * c * m00 - 2 * c * s * m01 + s * s * m11);
  put(MOMENTS, 0, 1, get(MOMENTS, 0, 1) + c * s * (m00 - m11) + (c * c - s * s) * m01);
  put(MOMENTS, 1, 1, get(MOMENTS, 1, 1) + s * s * m00 + 2 * c * s * m01 + c * c * m11);
  put(MOMENTS, 0, 2, get(MOMENTS, 0, 2) + c * m02 - s * m12);
  put(MOMENTS, 1, 2, get(MOMENTS, 1, 2) + s * m02 + c * m12);
  put(MOMENTS, 2, 2, get(MOMENTS, 2, 2) + n);
}

/** The same trials in law, if C = I: UNKNOWN otherwise. */
export function augmentReduced(
  e: Inputs, seedLow: u32, seedHigh: u32, purpose: u32, part: u32, first: i32, count: i32, outPtr: usize,
): void {
  const isKnown = e.variance == 1 && e.exponent == 0 && (e.estimate == GIVEN || e.estimate == MEAN);
  for (let i = 0; i < count; i++) {
    seedStreams(seedLow, seedHigh, purpose, part, first + i);
    kept = 0;
    keptWrong = 0;
    if (!isKnown) {
      leave(outPtr, i, UNKNOWN, NaN);
      continue;
    }
    clearMoments(MOMENTS);
    let x = meanAlong(e), y = meanAcross(e);
    if (e.estimate == MEAN) {
      x = e.meanNorm + normal() / sqrt(e.estimateRows);
      y = chi(e.dim - 1) / sqrt(e.estimateRows);
    }
    const realWrong = binomial(e.realRows, e.realErrorRate);
    addTurned(e.realRows - realWrong, e.meanNorm, 0);
    addTurned(realWrong, -e.meanNorm, 0);
    const wrong = binomial(e.samples, e.errorRate);
    keptWrong = binomial(wrong, e.psi);
    kept = keptWrong + binomial(e.samples - wrong, e.phi);
    addTurned(kept - keptWrong, x, y);
    addTurned(keptWrong, -x, -y);
    const all = rowCount(MOMENTS, 2);
    const status = all == 0 ? EMPTY : finishRidge(MOMENTS, 2, all, <i32>e.dim, penaltyOf(e, all), MODEL);
    const along = load<f64>(MODEL), across = load<f64>(MODEL, 8);
    leave(outPtr, i, status, e.meanNorm * along / sqrt(along * along + across * across + load<f64>(MODEL, ACROSS)));
  }
}
