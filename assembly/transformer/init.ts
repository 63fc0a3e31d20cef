/**
 * Weights before training, all normal about 0: input tokens with deviation ½/√parts, positions .3, answer tokens ½, a matrix
 * W[in][out] 1/√in; those that end in the stream 1/√(2·layers) of that, the output matrix .3 of that. Gains are 1, biases 0.
 */
import { fillNormalGroups } from "../random/normal";
import { contractAt, expandAt, keyValueAt, mixAt, NORM_1, norm2At, queryAt, Transformer } from "./shape";

function fill(ptr: usize, numbers: i32, deviation: f64): void {
  fillNormalGroups<f32>(ptr, numbers >> 3);
  const factor = f32x4.splat(<f32>deviation);
  for (let p = ptr, end = ptr + ((<usize>numbers) << 2); p < end; p += 16) v128.store(p, f32x4.mul(v128.load(p), factor));
}

function ones(ptr: usize, width: i32): void {
  for (let p = ptr, end = ptr + ((<usize>width) << 2); p < end; p += 4) store<f32>(p, 1);
}

/** Draws the weights from the streams as they stand, and sets both moments behind them to 0. */
export function transformerInit(t: Transformer): void {
  const width = t.width, w = t.weightsPtr;
  memory.fill(w, 0, 3 * t.weightBytes);
  fill(w, t.inputTokens * width, 0.5 / sqrt<f64>(<f64>t.parts));
  fill(w + t.atPositions, t.positions * width, 0.3);
  fill(w + t.atOutputs, (t.outputTokens + 1) * width, 0.5);
  const square = width * width;
  const own = 1 / sqrt<f64>(<f64>width), hidden = 1 / sqrt<f64>(<f64>t.hidden);
  const share = 1 / sqrt<f64>(2 * <f64>t.layers);
  for (let layer = 0; layer < t.layers; layer++) {
    const base = w + t.layerAt(layer);
    ones(base + NORM_1, width);
    fill(base + queryAt(width), square, own);
    fill(base + keyValueAt(width), 2 * square, own);
    fill(base + mixAt(width), square, own * share);
    ones(base + norm2At(width), width);
    fill(base + expandAt(width), 4 * square, own);
    fill(base + contractAt(width), 4 * square, hidden * share);
  }
  ones(w + t.atLast, width);
  fill(w + t.atOutput, width * t.columns, 0.3 * own);
  // the columns behind the last token stay 0
  for (let i = 0; i < width; i++) {
    const end = w + t.atOutput + ((<usize>((i + 1) * t.columns)) << 2);
    for (let p = end - ((<usize>(t.columns - t.outputTokens)) << 2); p < end; p += 4) store<f32>(p, 0);
  }
}
