/**
 * The perceptron (Rosenblatt, Psychological Review 65, 1958), one pass over signed rows x̃ = t·x from w = 0: a row that
 * is not on its label's side, margin m = wᵀx̃ ≤ 0, is added to the weights, and the others change nothing,
 *
 *     w ← w + x̃   if m ≤ 0.
 *
 * Scaling the step would scale w and no verdict, so there is no learning rate.
 */
import { margin } from "./sgd";

// @ts-ignore: decorator
@inline
/** How far the step on a row of margin m goes along the row; for both engines that take steps. */
export function perceptronStep<T>(m: T): T {
  return m <= <T>0 ? <T>1 : <T>0;
}

/** Takes `rows` rows of `rowBytes` bytes (a multiple of 32) through one step each. */
export function perceptronRows<T>(xPtr: usize, rowBytes: usize, rows: i32, weightsPtr: usize): void {
  for (let k = 0; k < rows; k++, xPtr += rowBytes) {
    if (perceptronStep<T>(margin<T>(xPtr, weightsPtr, rowBytes)) == <T>0) continue;
    for (let c: usize = 0; c < rowBytes; c += 16) {
      v128.store(weightsPtr + c, v128.add<T>(v128.load(weightsPtr + c), v128.load(xPtr + c)));
    }
  }
}
