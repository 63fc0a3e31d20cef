/**
 * The forward pass of a training step over a batch: the loss −log p of the answers' tokens, summed; activations stay for the
 * backward pass, and the logits become the gradient of the mean loss.
 */
import * as at from "./activations";
import { attend } from "./attention";
import { crossEntropy } from "./crossEntropy";
import { embedInput, embedOutput } from "./embed";
import { affine, finishLayer, logits } from "./layer";
import { normalize } from "./layerNorm";
import { attentionBytes, keyValueAt, NORM_1, queryAt, Transformer } from "./shape";

/** First row that the last layer, which answers alone go through, works on. */
export function firstRow(t: Transformer, layer: i32): i32 {
  return layer == t.layers - 1 ? t.batch * t.inputs : 0;
}

/**
 * @param inputsPtr u8[inputs · parts] an example
 * @param answersPtr u8[outputs] an example
 * @param orderPtr i32[batch]: which examples
 * @param targetsPtr receives u8[batch · outputs]
 */
export function forward(
  t: Transformer, inputsPtr: usize, answersPtr: usize, orderPtr: usize, targetsPtr: usize,
): f64 {
  const batch = t.batch, width = t.width, row = t.row;
  const prefixRows = batch * t.inputs, rows = batch * t.positions;
  embed(t, inputsPtr, answersPtr, orderPtr, targetsPtr);
  for (let layer = 0; layer < t.layers; layer++) {
    const weights = t.weightsPtr + t.layerAt(layer);
    const first = firstRow(t, layer), active = rows - first;
    const skip = row * <usize>first;
    const norm = at.norm1Ptr(t, layer), queries = at.queriesPtr(t, layer), keys = at.keysPtr(t, layer);
    normalize(rows, width, at.streamPtr(t, layer), weights + NORM_1, norm, at.stats1Ptr(t, layer));
    affine(rows, width << 1, width, norm, weights + keyValueAt(width), keys, row << 1, false);
    affine(active, width, width, norm + skip, weights + queryAt(width), queries + skip, row, false);
    attendAll(t, layer, first < prefixRows);
    const next = layer == t.layers - 1 ? at.lastStreamPtr(t) : at.streamPtr(t, layer + 1);
    finishLayer(
      t, layer, active, at.attendedPtr(t, layer) + skip, at.streamPtr(t, layer) + skip, at.middlePtr(t, layer) + skip,
      at.norm2Ptr(t, layer) + skip, at.stats2Ptr(t, layer) + ((<usize>first) << 3),
      at.hiddenPtr(t, layer) + (skip << 2), next + skip,
    );
  }
  const answers = batch * t.outputs;
  const last = at.lastStreamPtr(t) + row * <usize>prefixRows;
  logits(t, answers, last, at.lastNormPtr(t), at.lastStatsPtr(t), at.logitsPtr(t));
  return crossEntropy(answers, t.outputTokens, t.columns, at.logitsPtr(t), targetsPtr);
}

function embed(t: Transformer, inputsPtr: usize, answersPtr: usize, orderPtr: usize, targetsPtr: usize): void {
  const row = t.row;
  const inputBytes = <usize>(t.inputs * t.parts), outputs = <usize>t.outputs;
  let prefix = at.streamPtr(t, 0);
  let answer = prefix + row * <usize>(t.batch * t.inputs);
  for (let b = 0; b < t.batch; b++, orderPtr += 4, targetsPtr += outputs) {
    const example = <usize>load<i32>(orderPtr);
    embedInput(t, inputsPtr + example * inputBytes, prefix);
    prefix += row * <usize>t.inputs;
    memory.copy(targetsPtr, answersPtr + example * outputs, outputs);
    for (let j = 0; j < t.outputs; j++, answer += row) {
      embedOutput(t, j, j == 0 ? 0 : load<u8>(targetsPtr + <usize>(j - 1)), answer);
    }
  }
}

/** Attention of every answer row, and with `prefix` of every input row. */
function attendAll(t: Transformer, layer: i32, prefix: bool): void {
  const row = t.row, keyRow = row << 1;
  const inputs = t.inputs, outputs = t.outputs;
  const queries = at.queriesPtr(t, layer), keys = at.keysPtr(t, layer), out = at.attendedPtr(t, layer);
  const attention = at.attentionPtr(t, layer), step = attentionBytes(t);
  const prefixRows = t.batch * inputs;
  for (let b = 0; b < t.batch; b++) {
    const inputKeys = keys + keyRow * <usize>(b * inputs);
    const answerKeys = keys + keyRow * <usize>(prefixRows + b * outputs);
    for (let i = 0; prefix && i < inputs; i++) {
      const r = <usize>(b * inputs + i);
      attend(
        t.width, t.heads, t.positions, queries + r * row, inputKeys, inputs, answerKeys, 0, attention + r * step,
        out + r * row,
      );
    }
    for (let j = 0; j < outputs; j++) {
      const r = <usize>(prefixRows + b * outputs + j);
      attend(
        t.width, t.heads, t.positions, queries + r * row, inputKeys, inputs, answerKeys, j + 1, attention + r * step,
        out + r * row,
      );
    }
  }
}
