/**
 * The backward pass of a training step: the gradient of the mean loss of a batch with respect to every weight, from the
 * activations that the forward pass left. Layers from the last to the first; in each, what the chain rule says of forward.ts.
 */
import * as at from "./activations";
import { attendGradient } from "./attention";
import { embedInputGradient, embedOutputGradient } from "./embed";
import { firstRow } from "./forward";
import { normalizeGradient } from "./layerNorm";
import { multiply } from "./multiply";
import { addColumns, multiplyTransposed } from "./multiplyTransposed";
import { reluGradient } from "./relu";
import {
  attentionBytes, biasOf, contractAt, expandAt, keyValueAt, mixAt, NORM_1, norm2At, queryAt, Transformer,
} from "./shape";
import { transpose } from "./transpose";

/** Every matrix transposed, as the products with dY read them. */
export function transposeWeights(t: Transformer): void {
  const width = t.width;
  for (let layer = 0; layer < t.layers; layer++) {
    const weights = t.layerAt(layer);
    turn(t, weights + queryAt(width), width, width);
    turn(t, weights + keyValueAt(width), width, width << 1);
    turn(t, weights + mixAt(width), width, width);
    turn(t, weights + expandAt(width), width, t.hidden);
    turn(t, weights + contractAt(width), t.hidden, width);
  }
  turn(t, t.atOutput, width, t.columns);
}

function turn(t: Transformer, matrixAt: usize, rows: i32, columns: i32): void {
  transpose(rows, columns, t.weightsPtr + matrixAt, t.transposedPtr + matrixAt);
}

/** Of Y = X·W + b: adds to dW and db, and writes dX = dY·Wᵀ, or adds it. */
function affineGradient(
  t: Transformer, matrixAt: usize, rows: i32, columns: i32, inner: i32, xPtr: usize, dyPtr: usize, dxPtr: usize,
  add: bool,
): void {
  const gradient = t.gradientPtr + matrixAt;
  const yStride = (<usize>columns) << 2, xStride = (<usize>inner) << 2;
  multiplyTransposed(rows, columns, inner, xPtr, xStride, dyPtr, yStride, gradient);
  addColumns(rows, columns, dyPtr, yStride, biasOf(gradient, inner, columns));
  multiply(rows, inner, columns, dyPtr, yStride, t.transposedPtr + matrixAt, 0, dxPtr, xStride, add);
}

/** Writes the gradient at `t.gradientPtr`; the arguments are those of the forward pass. */
export function backward(t: Transformer, inputsPtr: usize, orderPtr: usize, targetsPtr: usize): void {
  const batch = t.batch, width = t.width, hidden = t.hidden, row = t.row;
  const prefixRows = batch * t.inputs, rows = batch * t.positions, answers = batch * t.outputs;
  const weights = t.weightsPtr, gradient = t.gradientPtr;
  memory.fill(gradient, 0, t.weightBytes);
  transposeWeights(t);

  const dStream = at.gradientsPtr(t, 0), dNorm = at.gradientsPtr(t, 1), dQueries = at.gradientsPtr(t, 2);
  const dKeys = at.gradientsPtr(t, 3), dHidden = at.gradientsPtr(t, 5);
  affineGradient(t, t.atOutput, answers, t.columns, width, at.lastNormPtr(t), at.logitsPtr(t), dNorm, false);
  memory.fill(dStream, 0, row * <usize>rows);
  const firstAnswer = row * <usize>prefixRows;
  normalizeGradient(
    answers, width, at.lastStreamPtr(t) + firstAnswer, weights + t.atLast, at.lastStatsPtr(t), dNorm,
    dStream + firstAnswer, gradient + t.atLast,
  );

  for (let layer = t.layers - 1; layer >= 0; layer--) {
    const base = t.layerAt(layer);
    const first = firstRow(t, layer), active = rows - first;
    const skip = row * <usize>first;
    const dy = dStream + skip;
    affineGradient(t, base + contractAt(width), active, width, hidden, at.hiddenPtr(t, layer) + (skip << 2), dy, dHidden, false);
    reluGradient(active * hidden, at.hiddenPtr(t, layer) + (skip << 2), dHidden);
    affineGradient(t, base + expandAt(width), active, hidden, width, at.norm2Ptr(t, layer) + skip, dHidden, dNorm, false);
    normalizeGradient(
      active, width, at.middlePtr(t, layer) + skip, weights + base + norm2At(width),
      at.stats2Ptr(t, layer) + ((<usize>first) << 3), dNorm, dy, gradient + base + norm2At(width),
    );
    affineGradient(t, base + mixAt(width), active, width, width, at.attendedPtr(t, layer) + skip, dy, dNorm + skip, false);
    memory.fill(dKeys, 0, (row << 1) * <usize>rows);
    attendAllGradient(t, layer, first < prefixRows, dNorm, dQueries, dKeys);
    const norm = at.norm1Ptr(t, layer);
    affineGradient(t, base + keyValueAt(width), rows, width << 1, width, norm, dKeys, dNorm, false);
    affineGradient(t, base + queryAt(width), active, width, width, norm + skip, dQueries + skip, dNorm + skip, true);
    normalizeGradient(
      rows, width, at.streamPtr(t, layer), weights + base + NORM_1, at.stats1Ptr(t, layer), dNorm, dStream,
      gradient + base + NORM_1,
    );
  }
  embedGradient(t, inputsPtr, orderPtr, targetsPtr, dStream);
}

function attendAllGradient(
  t: Transformer, layer: i32, prefix: bool, dOut: usize, dQueries: usize, dKeys: usize,
): void {
  const row = t.row, keyRow = row << 1;
  const inputs = t.inputs, outputs = t.outputs;
  const queries = at.queriesPtr(t, layer), keys = at.keysPtr(t, layer);
  const attention = at.attentionPtr(t, layer), step = attentionBytes(t);
  const prefixRows = t.batch * inputs;
  for (let b = 0; b < t.batch; b++) {
    const ofInputs = keyRow * <usize>(b * inputs), ofAnswers = keyRow * <usize>(prefixRows + b * outputs);
    for (let i = 0; prefix && i < inputs; i++) {
      const r = <usize>(b * inputs + i);
      attendGradient(
        t.width, t.heads, t.positions, queries + r * row, keys + ofInputs, inputs, keys + ofAnswers, 0,
        attention + r * step, dOut + r * row, dQueries + r * row, dKeys + ofInputs, dKeys + ofAnswers,
      );
    }
    for (let j = 0; j < outputs; j++) {
      const r = <usize>(prefixRows + b * outputs + j);
      attendGradient(
        t.width, t.heads, t.positions, queries + r * row, keys + ofInputs, inputs, keys + ofAnswers, j + 1,
        attention + r * step, dOut + r * row, dQueries + r * row, dKeys + ofInputs, dKeys + ofAnswers,
      );
    }
  }
}

function embedGradient(t: Transformer, inputsPtr: usize, orderPtr: usize, targetsPtr: usize, dStream: usize): void {
  const row = t.row;
  const inputBytes = <usize>(t.inputs * t.parts);
  let prefix = dStream, answer = dStream + row * <usize>(t.batch * t.inputs);
  for (let b = 0; b < t.batch; b++, orderPtr += 4, targetsPtr += <usize>t.outputs) {
    embedInputGradient(t, inputsPtr + <usize>load<i32>(orderPtr) * inputBytes, prefix);
    prefix += row * <usize>t.inputs;
    for (let j = 0; j < t.outputs; j++, answer += row) {
      embedOutputGradient(t, j, j == 0 ? 0 : load<u8>(targetsPtr + <usize>(j - 1)), answer);
    }
  }
}
