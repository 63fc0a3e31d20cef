/**
 * Where the activations of a training step stand: for each layer one block, then the last stream, its LayerNorm, the logits,
 * and the gradients. A row of a width of d takes 4d bytes.
 */
import { attentionBytes, Transformer } from "./shape";

// @ts-ignore: decorator
@inline
function rows(t: Transformer): usize {
  return <usize>(t.batch * t.positions);
}

/** Bytes of one layer. */
function layerBytes(t: Transformer): usize {
  return rows(t) * (12 * t.row + attentionBytes(t) + 16);
}

/** The first of 12 rows' widths of a layer: x, LayerNorm, q, k and v, attended, x₁, LayerNorm, hidden (4). */
// @ts-ignore: decorator
@inline
function block(t: Transformer, layer: i32, place: usize): usize {
  return t.activationsPtr + <usize>layer * layerBytes(t) + place * rows(t) * t.row;
}
export function streamPtr(t: Transformer, layer: i32): usize {
  return block(t, layer, 0);
}
export function norm1Ptr(t: Transformer, layer: i32): usize {
  return block(t, layer, 1);
}
export function queriesPtr(t: Transformer, layer: i32): usize {
  return block(t, layer, 2);
}
export function keysPtr(t: Transformer, layer: i32): usize {
  return block(t, layer, 3);
}
export function attendedPtr(t: Transformer, layer: i32): usize {
  return block(t, layer, 5);
}
export function middlePtr(t: Transformer, layer: i32): usize {
  return block(t, layer, 6);
}
export function norm2Ptr(t: Transformer, layer: i32): usize {
  return block(t, layer, 7);
}
export function hiddenPtr(t: Transformer, layer: i32): usize {
  return block(t, layer, 8);
}
export function attentionPtr(t: Transformer, layer: i32): usize {
  return block(t, layer, 12);
}
/** Mean and scale of each row in the first LayerNorm of a layer, then in the second. */
export function stats1Ptr(t: Transformer, layer: i32): usize {
  return attentionPtr(t, layer) + rows(t) * attentionBytes(t);
}
export function stats2Ptr(t: Transformer, layer: i32): usize {
  return stats1Ptr(t, layer) + (rows(t) << 3);
}

/** The last stream has the place of the first block of one more layer. */
export function lastStreamPtr(t: Transformer): usize {
  return streamPtr(t, t.layers);
}
export function lastNormPtr(t: Transformer): usize {
  return lastStreamPtr(t) + rows(t) * t.row;
}
export function lastStatsPtr(t: Transformer): usize {
  return lastNormPtr(t) + rows(t) * t.row;
}
export function logitsPtr(t: Transformer): usize {
  return lastStatsPtr(t) + (rows(t) << 3);
}
/** Gradients: of the stream, of a normalized or attended row, of queries, of keys and values (2), of the hidden layer (4). */
export function gradientsPtr(t: Transformer, place: usize): usize {
  const logitBytes = ((<usize>(t.batch * t.outputs * t.columns)) << 2);
  return logitsPtr(t) + logitBytes + place * rows(t) * t.row;
}

export function trainingBytes(t: Transformer): usize {
  return gradientsPtr(t, 9) - t.activationsPtr;
}
