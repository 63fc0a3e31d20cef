/**
 * Where everything of a direct run stands. The host asks `directBytes()` after the experiment is written, reserves that much and
 * hands the block to `directPrepare`; a trial allocates nothing. Sizes are counted in 64 bits, so a run too large for
 * WebAssembly's 4 GiB is told before anything is written.
 *
 * T is f32 or f64 by the precision of the experiment. n = padded dimension.
 */
import { BLOCK_ROWS, PANEL_STRIDE, panelCount } from "../linalg/panels";
import { Experiment, LEARNED } from "../experiment/experiment";
import { formsGram, storedScratch, storesRows } from "../learn/learners";
import { TOP, learnsDirection } from "../verify/verifiers";

/** f64[n]: √ of the eigenvalues of Σ; zero on the padding. */
export let scalePtr: usize = 0;
/** f64[3·n]: u, b₁, b₂. */
export let basisPtr: usize = 0;
/** f64[n]: the generator's and the verifier's direction. */
export let generatorPtr: usize = 0;
export let verifierPtr: usize = 0;
/** T[n]: the same in the data's precision, and what rows are shaped with. */
export let rowScalePtr: usize = 0;
export let rowMeanPtr: usize = 0;
export let whitenedMeanPtr: usize = 0;
export let onesPtr: usize = 0;
export let starRowPtr: usize = 0;
export let generatorRowPtr: usize = 0;
export let verifierRowPtr: usize = 0;
/** f64[n]: Xᵀt, then the weights. f64[n·n]: the Gram matrix (ridge by Cholesky, and learned directions). */
export let sumsPtr: usize = 0;
export let gramPtr: usize = 0;
/** Copies of the two, of all rows so far, for generations that accumulate. */
export let sumsSoFarPtr: usize = 0;
export let gramSoFarPtr: usize = 0;
/** T[n]: the weights of SGD. f64[n]: the solution of an iterative learner. */
export let weightsPtr: usize = 0;
export let solutionPtr: usize = 0;
/** Candidate rows and kept rows, 256 each, in panels; `keptPtr` is row-major for a learner in sequence. */
export let candidatesPtr: usize = 0;
export let keptPtr: usize = 0;
/** Per row of a block: class or sign, label factor (T); scores (T) along u, generator, verifier; lane sums; draws. */
export let signsPtr: usize = 0;
export let factorsPtr: usize = 0;
export let starScoresPtr: usize = 0;
export let generatorScoresPtr: usize = 0;
export let verifierScoresPtr: usize = 0;
export let laneSumsPtr: usize = 0;
export let indexPtr: usize = 0;
export let uniformsPtr: usize = 0;
export let flagsPtr: usize = 0;
/** T[samples]: every margin of a TOP verifier, and then the place in which its threshold is found. */
export let marginsPtr: usize = 0;
/** The whole kept data, row-major, for the learners that pass over it many times; and their scratch. */
export let storedPtr: usize = 0;
export let scratchPtr: usize = 0;

let cursor: u64 = 0;

function reserve(bytes: u64): usize {
  const start = cursor;
  cursor = (cursor + bytes + 63) & ~(<u64>63);
  return <usize>start;
}

/** Lays everything out from `base` and returns the address behind it. */
export function layOut<T>(e: Experiment, base: u64): u64 {
  const n = <u64>e.padded;
  const size = <u64>sizeof<T>();
  const blockBytes = (<u64>panelCount<T>(e.padded)) * <u64>PANEL_STRIDE;
  const rows = <u64>BLOCK_ROWS;
  cursor = (base + 63) & ~(<u64>63);
  scalePtr = reserve(8 * n);
  basisPtr = reserve(24 * n);
  generatorPtr = reserve(8 * n);
  verifierPtr = reserve(8 * n);
  rowScalePtr = reserve(size * n);
  rowMeanPtr = reserve(size * n);
  whitenedMeanPtr = reserve(size * n);
  onesPtr = reserve(size * n);
  starRowPtr = reserve(size * n);
  generatorRowPtr = reserve(size * n);
  verifierRowPtr = reserve(size * n);
  sumsPtr = reserve(8 * n);
  weightsPtr = reserve(size * n);
  solutionPtr = reserve(8 * n);
  signsPtr = reserve(size * rows);
  factorsPtr = reserve(size * rows);
  starScoresPtr = reserve(size * rows);
  generatorScoresPtr = reserve(size * rows);
  verifierScoresPtr = reserve(size * rows);
  laneSumsPtr = reserve(16 * rows);
  indexPtr = reserve(4 * rows);
  uniformsPtr = reserve(4 * rows);
  flagsPtr = reserve(rows);
  candidatesPtr = reserve(blockBytes);
  // blocks of a power of two apart would share cache sets
  keptPtr = reserve(4160) + 4160;
  cursor = ((<u64>keptPtr) + blockBytes + 63) & ~(<u64>63);
  const gramBytes: u64 = 8 * n * n;
  gramPtr = reserve(formsGram(e) || e.generatorKind == LEARNED || learnsDirection(e) ? gramBytes : 0);
  sumsSoFarPtr = reserve(e.accumulates ? 8 * n : 0);
  gramSoFarPtr = reserve(e.accumulates && formsGram(e) ? gramBytes : 0);
  marginsPtr = reserve(e.verifierShape == TOP ? size * <u64>e.samples : 0);
  const total = (e.accumulates ? <u64>e.generations : 1) * <u64>e.samples + <u64>e.realSamples + 4;
  storedPtr = reserve(storesRows(e) ? total * n * size : 0);
  scratchPtr = reserve(storesRows(e) ? storedScratch<T>(e, <f64>total) : 0);
  return cursor;
}

/** Bytes of a row of the data. */
export function rowBytesOf<T>(e: Experiment): usize {
  return (<usize>e.padded) * sizeof<T>();
}
