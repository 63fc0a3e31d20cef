/**
 * Training: steps first + 1 … first + count of `steps`, each forward, backward and Adam on the next `batch` examples. Examples
 * come in epochs; the order of an epoch is a shuffle that the seed and the epoch's number alone decide, and step s begins with
 * example s · batch of the endless sequence. So a training that stops can go on from its weights and moments alone.
 */
import { shuffle } from "../random/shuffle";
import { seedStreams } from "../random/streams";
import * as at from "./activations";
import { adam, learningRate } from "./adam";
import { backward } from "./backward";
import { forward } from "./forward";
import { Transformer } from "./shape";

/** What comes before the activations: which examples a step takes, i32, and their answers, u8. */
function batchBytes(t: Transformer): usize {
  return (<usize>(t.batch * (4 + t.outputs)) + 63) & ~63;
}

export function trainScratchBytes(t: Transformer): usize {
  return at.trainingBytes(t) + batchBytes(t);
}

// @ts-ignore: decorator
@inline
function batchPtr(t: Transformer): usize {
  return t.activationsPtr + at.trainingBytes(t);
}

/** −log p a token in the mean of the steps; NaN if the training has diverged. */
export function transformerTrain(
  t: Transformer, inputsPtr: usize, answersPtr: usize, examples: i32, seedLow: u32, seedHigh: u32, purpose: u32,
  first: i32, count: i32, steps: i32, warmUp: i32, rate: f64,
): f64 {
  const order = batchPtr(t), targets = order + ((<usize>t.batch) << 2);
  let loss: f64 = 0;
  for (let step = first; step < first + count; step++) {
    for (let b = 0; b < t.batch; b++) {
      const example = <i64>step * <i64>t.batch + <i64>b;
      const epoch = <i32>(example / <i64>examples);
      if (epoch != t.orderEpoch) orderOf(t, epoch, examples, seedLow, seedHigh, purpose);
      const place = <usize>(example - <i64>epoch * <i64>examples);
      store<i32>(order + ((<usize>b) << 2), load<i32>(t.orderPtr + (place << 2)));
    }
    loss += forward(t, inputsPtr, answersPtr, order, targets);
    backward(t, inputsPtr, order, targets);
    adam(t.weightsPtr, t.gradientPtr, t.weightBytes, step + 1, learningRate(step + 1, steps, warmUp, rate));
  }
  return loss / (<f64>count * <f64>(t.batch * t.outputs));
}

function orderOf(t: Transformer, epoch: i32, examples: i32, seedLow: u32, seedHigh: u32, purpose: u32): void {
  for (let i = 0; i < examples; i++) store<i32>(t.orderPtr + ((<usize>i) << 2), i);
  seedStreams(seedLow, seedHigh, purpose, 0, epoch);
  shuffle(t.orderPtr, examples);
  t.orderEpoch = epoch;
}

/** The mean loss of the first `batch` examples, and its gradient at `outPtr`; the weights stay. */
export function transformerGradient(t: Transformer, inputsPtr: usize, answersPtr: usize, outPtr: usize): f64 {
  const order = batchPtr(t), targets = order + ((<usize>t.batch) << 2);
  for (let b = 0; b < t.batch; b++) store<i32>(order + ((<usize>b) << 2), b);
  const loss = forward(t, inputsPtr, answersPtr, order, targets);
  backward(t, inputsPtr, order, targets);
  memory.copy(outPtr, t.gradientPtr, t.weightBytes);
  return loss / <f64>(t.batch * t.outputs);
}
