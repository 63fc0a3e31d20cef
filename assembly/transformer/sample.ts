/**
 * Sampling: of each input one answer, token by token from p_i^(1/T) / Σ_j p_j^(1/T) over the tokens of the position's range,
 * by inversion of one uniform number a token: the first token whose sum of probabilities, in f64 and in the order of the
 * tokens, is above it. The log-probability that comes with an answer is the model's own, of T = 1.
 *
 * The numbers are given, so an answer does not depend on which others are drawn beside it.
 */
import { softmax } from "../learn/softmax";
import { advance, block, logitsOf, rangeEnd, rangeFirst, readInputs, scoresOf, tokensOf } from "./decode";
import { Transformer } from "./shape";

/**
 * @param inputsPtr u8[inputs · parts] an example
 * @param uniformsPtr f64[outputs] an example, in [0, 1)
 * @param answersPtr receives u8[outputs] an example
 * @param logsPtr receives f32 an example
 */
export function transformerSample(
  t: Transformer, inputsPtr: usize, examples: i32, temperature: f32, uniformsPtr: usize, answersPtr: usize,
  logsPtr: usize,
): void {
  const inputBytes = <usize>(t.inputs * t.parts), outputs = <usize>t.outputs;
  for (let first = 0; first < examples; first += t.decodeRows) {
    const count = min(t.decodeRows, examples - first);
    readInputs(t, inputsPtr + inputBytes * <usize>first, count);
    memory.fill(scoresOf(t, 0), 0, (<usize>count) << 2);
    for (let place = 0; place < t.outputs; place++) {
      advance(t, place, count, 1, 0);
      for (let e = 0; e < count; e++) draw(t, place, e, temperature, uniformsPtr + ((outputs * <usize>e) << 3));
    }
    const bytes = outputs * <usize>count;
    memory.copy(answersPtr, tokensOf(t, 0), bytes);
    memory.copy(logsPtr, scoresOf(t, 0), (<usize>count) << 2);
    answersPtr += bytes;
    logsPtr += (<usize>count) << 2;
    uniformsPtr += bytes << 3;
  }
}

/** The next token of one example, and its log-probability in the sum. */
function draw(t: Transformer, place: i32, example: i32, temperature: f32, uniformsPtr: usize): void {
  const first = rangeFirst(t, place), count = rangeEnd(t, place) - first;
  const logs = logitsOf(t) + (<usize>(t.columns * example + first) << 2);
  const shares = block(t, 4);
  memory.copy(shares, logs, (<usize>count) << 2);
  softmax(shares, count, temperature);
  const uniform = load<f64>(uniformsPtr + ((<usize>place) << 3));
  let token = 0;
  for (let sum: f64 = 0; token < count - 1; token++) {
    sum += <f64>load<f32>(shares + ((<usize>token) << 2));
    if (uniform < sum) break;
  }
  const score = scoresOf(t, 0) + ((<usize>example) << 2);
  store<f32>(score, load<f32>(score) + load<f32>(logs + ((<usize>token) << 2)));
  store<u8>(tokensOf(t, 0) + <usize>(t.outputs * example + place), first + token);
}
