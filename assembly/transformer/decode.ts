/**
 * Beam search, batched: of each input the `beams` likeliest answers that the search finds, with their log-probabilities, the
 * likeliest first; greedy decoding is one beam. At each position only the tokens of its range have a chance, and their
 * probabilities sum to one. Of equal scores the earlier beam and the smaller token come first.
 *
 * A beam is a row. Keys and values of the inputs are computed once an example, those of the answers once a beam and position,
 * and move with the beams. At position j there are min(beams, Π sizes of the ranges before j) beams, all different.
 */
import { softmax } from "../learn/softmax";
import { attend } from "./attention";
import { embedInput, embedOutput } from "./embed";
import { affine, finishLayer, logits } from "./layer";
import { normalize } from "./layerNorm";
import { attentionBytes, keyValueAt, NORM_1, queryAt, Transformer } from "./shape";

/** Rows of the scratch block: the prefix of as many examples as there is room for, or all beams. */
// @ts-ignore: decorator
@inline
function mostRows(t: Transformer): usize {
  return <usize>(t.decodeRows * t.inputs);
}

// Blocks of the scratch, one behind another. Rows of width d: stream, LayerNorm, queries, attended, hidden (4).
// @ts-ignore: decorator
@inline
export function block(t: Transformer, place: usize): usize {
  return t.activationsPtr + place * mostRows(t) * t.row;
}
/** Keys and values of the inputs of a layer. */
function prefixKeysPtr(t: Transformer, layer: i32): usize {
  return block(t, 8 + 2 * <usize>layer);
}
// @ts-ignore: decorator
@inline
/** Bytes of the keys and values of one beam's answer. */
function cacheStride(t: Transformer): usize {
  return (t.row << 1) * <usize>t.outputs;
}
/** Keys and values of the answers of a layer, as they are and as the next selection moves them. */
function cachePtr(t: Transformer, layer: i32, which: i32): usize {
  const bytes = cacheStride(t) * <usize>t.decodeRows;
  return prefixKeysPtr(t, t.layers) + bytes * <usize>(2 * layer + which);
}
export function logitsOf(t: Transformer): usize {
  return cachePtr(t, t.layers, 0);
}
function attentionOf(t: Transformer): usize {
  return logitsOf(t) + ((<usize>(t.decodeRows * t.columns)) << 2);
}
/** f32 a row: log p of the beams as they are, and as the next selection makes them. */
export function scoresOf(t: Transformer, which: i32): usize {
  return attentionOf(t) + attentionBytes(t) + ((<usize>(t.decodeRows * which)) << 2);
}
/** u8[outputs] a row: the tokens of the beams, likewise. */
export function tokensOf(t: Transformer, which: i32): usize {
  return scoresOf(t, 2) + <usize>(t.decodeRows * t.outputs * which);
}
/** i32 a beam: the parent · 256 + token of the best of one example. */
function choicesOf(t: Transformer): usize {
  return (tokensOf(t, 2) + 15) & ~15;
}

export function decodeScratchBytes(t: Transformer): usize {
  return choicesOf(t) + ((<usize>t.decodeRows) << 2) - t.activationsPtr;
}

// @ts-ignore: decorator
@inline
export function rangeFirst(t: Transformer, place: i32): i32 {
  return load<i32>(t.rangesPtr + ((<usize>place) << 3));
}
// @ts-ignore: decorator
@inline
export function rangeEnd(t: Transformer, place: i32): i32 {
  return load<i32>(t.rangesPtr + ((<usize>place) << 3), 4);
}

/**
 * @param inputsPtr u8[inputs · parts] an example
 * @param beams at most the product of the ranges' sizes
 * @param answersPtr receives u8[beams][outputs] an example
 * @param logsPtr receives f32[beams] an example
 */
export function transformerDecode(
  t: Transformer, inputsPtr: usize, examples: i32, beams: i32, answersPtr: usize, logsPtr: usize,
): void {
  const together = t.decodeRows / beams;
  const inputBytes = <usize>(t.inputs * t.parts);
  for (let first = 0; first < examples; first += together) {
    const count = min(together, examples - first);
    readInputs(t, inputsPtr + inputBytes * <usize>first, count);
    const which = search(t, count, beams);
    const done = <usize>(count * beams);
    memory.copy(answersPtr, tokensOf(t, which), done * <usize>t.outputs);
    memory.copy(logsPtr, scoresOf(t, which), done << 2);
    answersPtr += done * <usize>t.outputs;
    logsPtr += done << 2;
  }
}

/** Keys and values of the inputs, layer by layer. */
export function readInputs(t: Transformer, inputsPtr: usize, count: i32): void {
  const width = t.width, row = t.row, inputs = t.inputs;
  const rows = count * inputs;
  const stream = block(t, 0), norm = block(t, 1), queries = block(t, 2), attended = block(t, 3), hidden = block(t, 4);
  for (let e = 0; e < count; e++) {
    embedInput(t, inputsPtr + <usize>(e * inputs * t.parts), stream + row * <usize>(e * inputs));
  }
  for (let layer = 0; layer < t.layers; layer++) {
    const weights = t.weightsPtr + t.layerAt(layer);
    const keys = prefixKeysPtr(t, layer);
    normalize(rows, width, stream, weights + NORM_1, norm, 0);
    affine(rows, width << 1, width, norm, weights + keyValueAt(width), keys, row << 1, false);
    if (layer == t.layers - 1) break;
    affine(rows, width, width, norm, weights + queryAt(width), queries, row, false);
    for (let r = 0; r < rows; r++) {
      const own = keys + (row << 1) * <usize>(r - (r % inputs));
      const at = row * <usize>r;
      attend(width, t.heads, t.positions, queries + at, own, inputs, 0, 0, attentionOf(t), attended + at);
    }
    finishLayer(t, layer, rows, attended, stream, stream, norm, 0, hidden, stream);
  }
}

/** Position after position; returns which of the two tables the beams are in at the end. */
function search(t: Transformer, count: i32, beams: i32): i32 {
  let live = 1, which = 0;
  memory.fill(scoresOf(t, 0), 0, (<usize>count) << 2);
  for (let place = 0; place < t.outputs; place++) {
    advance(t, place, count, live, which);
    const next = min(beams, live * (rangeEnd(t, place) - rangeFirst(t, place)));
    for (let e = 0; e < count; e++) {
      choose(t, place, e, live, next, which);
      move(t, place, e, live, next, which);
    }
    live = next;
    which = 1 - which;
  }
  return which;
}

/** The log-probabilities of the next token of every beam, in place of its logits. */
export function advance(t: Transformer, place: i32, count: i32, live: i32, which: i32): void {
  const width = t.width, row = t.row, keyRow = row << 1;
  const rows = count * live;
  const stream = block(t, 0), norm = block(t, 1), queries = block(t, 2), attended = block(t, 3), hidden = block(t, 4);
  for (let r = 0; r < rows; r++) {
    const tokens = tokensOf(t, which) + <usize>(r * t.outputs);
    embedOutput(t, place, place == 0 ? 0 : load<u8>(tokens + <usize>(place - 1)), stream + row * <usize>r);
  }
  for (let layer = 0; layer < t.layers; layer++) {
    const weights = t.weightsPtr + t.layerAt(layer);
    const cache = cachePtr(t, layer, which), stride = cacheStride(t);
    normalize(rows, width, stream, weights + NORM_1, norm, 0);
    affine(rows, width << 1, width, norm, weights + keyValueAt(width), cache + keyRow * <usize>place, stride, false);
    affine(rows, width, width, norm, weights + queryAt(width), queries, row, false);
    for (let r = 0; r < rows; r++) {
      const keys = prefixKeysPtr(t, layer) + keyRow * <usize>((r / live) * t.inputs);
      const at = row * <usize>r;
      attend(
        width, t.heads, t.positions, queries + at, keys, t.inputs, cache + stride * <usize>r, place + 1,
        attentionOf(t), attended + at,
      );
    }
    finishLayer(t, layer, rows, attended, stream, stream, norm, 0, hidden, stream);
  }
  logits(t, rows, stream, norm, 0, logitsOf(t));
  const first = rangeFirst(t, place), tokens = rangeEnd(t, place) - first;
  const bytes = (<usize>t.columns) << 2;
  for (let r = 0; r < rows; r++) logSoftmax(logitsOf(t) + bytes * <usize>r + ((<usize>first) << 2), tokens, hidden);
}

/** z − log Σ exp z in place; `copyPtr` has room for the powers. */
function logSoftmax(logitsPtr: usize, count: i32, copyPtr: usize): void {
  memory.copy(copyPtr, logitsPtr, (<usize>count) << 2);
  const total = softmax(copyPtr, count, 1);
  for (let p = logitsPtr, end = logitsPtr + ((<usize>count) << 2); p < end; p += 4) {
    store<f32>(p, <f32>(<f64>load<f32>(p) - total));
  }
}

/** The `next` best of live · tokens continuations of one example, best first, by insertion. */
function choose(t: Transformer, place: i32, example: i32, live: i32, next: i32, which: i32): void {
  const first = rangeFirst(t, place), end = rangeEnd(t, place);
  const choices = choicesOf(t);
  const best = scoresOf(t, 1 - which) + ((<usize>(example * next)) << 2);
  const bytes = (<usize>t.columns) << 2;
  let found = 0;
  for (let beam = 0; beam < live; beam++) {
    const r = <usize>(example * live + beam);
    const score = load<f32>(scoresOf(t, which) + (r << 2));
    const logs = logitsOf(t) + bytes * r;
    for (let token = first; token < end; token++) {
      const sum = score + load<f32>(logs + ((<usize>token) << 2));
      let place = found;
      if (found < next) found++;
      else if (sum > load<f32>(best + ((<usize>(next - 1)) << 2))) place = next - 1;
      else continue;
      for (; place > 0; place--) {
        const p = best + ((<usize>(place - 1)) << 2), c = choices + ((<usize>(place - 1)) << 2);
        const before = load<f32>(p);
        if (before >= sum) break;
        store<f32>(p, before, 4);
        store<i32>(c, load<i32>(c), 4);
      }
      store<f32>(best + ((<usize>place) << 2), sum);
      store<i32>(choices + ((<usize>place) << 2), (beam << 8) | token);
    }
  }
}

/** Copies tokens, keys and values of the chosen beams from their parents. */
function move(t: Transformer, place: i32, example: i32, live: i32, next: i32, which: i32): void {
  const outputs = <usize>t.outputs;
  const bytes = (t.row << 1) * <usize>(place + 1), stride = cacheStride(t);
  for (let beam = 0; beam < next; beam++) {
    const choice = load<i32>(choicesOf(t) + ((<usize>beam) << 2));
    const from = <usize>(example * live + (choice >> 8)), to = <usize>(example * next + beam);
    const tokens = tokensOf(t, 1 - which) + to * outputs;
    memory.copy(tokens, tokensOf(t, which) + from * outputs, outputs);
    store<u8>(tokens + <usize>place, choice & 255);
    if (place == t.outputs - 1) continue;
    for (let layer = 0; layer < t.layers; layer++) {
      memory.copy(cachePtr(t, layer, 1 - which) + stride * to, cachePtr(t, layer, which) + stride * from, bytes);
    }
  }
}
