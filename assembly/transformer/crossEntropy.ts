/**
 * −log softmax(z)[target] summed over rows, and in place of the logits z the gradient of its mean over all rows of the batch:
 * (softmax(z) − 1[target]) / rows. The logits behind the last token have no chance, and gradient 0.
 */
import { softmax } from "../learn/softmax";

/** @param targetsPtr u8 a row */
export function crossEntropy(rows: i32, tokens: i32, columns: i32, logitsPtr: usize, targetsPtr: usize): f64 {
  const bytes = (<usize>columns) << 2;
  const share: f32 = 1 / <f32>rows;
  const factor = f32x4.splat(share);
  let loss: f64 = 0;
  for (let i = 0; i < rows; i++, logitsPtr += bytes) {
    const target = logitsPtr + ((<usize>load<u8>(targetsPtr + <usize>i)) << 2);
    const logit = <f64>load<f32>(target);
    loss += softmax(logitsPtr, tokens, 1) - logit;
    for (let p = logitsPtr, end = logitsPtr + bytes; p < end; p += 16) v128.store(p, f32x4.mul(v128.load(p), factor));
    store<f32>(target, load<f32>(target) - share);
    for (let j = (<usize>tokens) << 2; j < bytes; j += 4) store<f32>(logitsPtr + j, 0);
  }
  return loss;
}
