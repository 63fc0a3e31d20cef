/**
 * One-pass stochastic gradient descent on signed rows x̃ = t·x, margin m = wᵀx̃ (Robbins & Monro 1951):
 *
 *     w ← (1 − ηλ) w − η ℓ'(m) x̃,   ℓ(m) = log(1 + e^−m)  or  ½(1 − m)².
 *
 * Rows are read in the order in which they were drawn; w starts at zero and is held in T.
 */
import { splatAt, sumLanes } from "../linalg/lanes";
import { sigmoidOfMinus } from "./sigmoid";

export const LOGISTIC_LOSS: i32 = 0;
export const SQUARED_LOSS: i32 = 1;

/** Whether there is a step for this loss. */
export function knowsLoss(loss: i32): bool {
  return loss == LOGISTIC_LOSS || loss == SQUARED_LOSS;
}

// @ts-ignore: decorator
@inline
/** −η ℓ'(m): how far the step on a row of margin m goes along the row; for both engines that take steps. */
export function stepLength<T>(loss: i32, rate: T, m: T): T {
  return loss == LOGISTIC_LOSS ? <T>(rate * sigmoidOfMinus<T>(m)) : <T>(rate * <T>(<T>1 - m));
}

const STEP: usize = memory.data(16, 16);

// @ts-ignore: decorator
@inline
/** wᵀx of two vectors of `rowBytes` bytes (a multiple of 32). */
export function margin<T>(x: usize, w: usize, rowBytes: usize): T {
  let sum0 = v128.splat<T>(0), sum1 = v128.splat<T>(0), sum2 = v128.splat<T>(0), sum3 = v128.splat<T>(0);
  const paired = rowBytes & ~63;
  let c: usize = 0;
  for (; c < paired; c += 64) {
    sum0 = v128.add<T>(sum0, v128.mul<T>(v128.load(x + c), v128.load(w + c)));
    sum1 = v128.add<T>(sum1, v128.mul<T>(v128.load(x + c, 16), v128.load(w + c, 16)));
    sum2 = v128.add<T>(sum2, v128.mul<T>(v128.load(x + c, 32), v128.load(w + c, 32)));
    sum3 = v128.add<T>(sum3, v128.mul<T>(v128.load(x + c, 48), v128.load(w + c, 48)));
  }
  if (c < rowBytes) {
    sum0 = v128.add<T>(sum0, v128.mul<T>(v128.load(x + c), v128.load(w + c)));
    sum1 = v128.add<T>(sum1, v128.mul<T>(v128.load(x + c, 16), v128.load(w + c, 16)));
  }
  return sumLanes<T>(v128.add<T>(v128.add<T>(sum0, sum1), v128.add<T>(sum2, sum3)));
}

/** Takes `rows` rows of `rowBytes` bytes (a multiple of 32) through one step each. */
export function sgdRows<T>(
  xPtr: usize,
  rowBytes: usize,
  rows: i32,
  weightsPtr: usize,
  loss: i32,
  learningRate: f64,
  lambda: f64,
): void {
  const rate = <T>learningRate;
  store<T>(STEP, <T>(1.0 - learningRate * lambda));
  const decay = splatAt<T>(STEP);
  const decays = learningRate * lambda != 0;
  for (let k = 0; k < rows; k++, xPtr += rowBytes) {
    const m = margin<T>(xPtr, weightsPtr, rowBytes);
    store<T>(STEP, stepLength<T>(loss, rate, m));
    const step = splatAt<T>(STEP);
    if (decays) {
      for (let c: usize = 0; c < rowBytes; c += 32) {
        const w0 = v128.mul<T>(v128.load(weightsPtr + c), decay);
        const w1 = v128.mul<T>(v128.load(weightsPtr + c, 16), decay);
        v128.store(weightsPtr + c, v128.add<T>(w0, v128.mul<T>(step, v128.load(xPtr + c))));
        v128.store(weightsPtr + c, v128.add<T>(w1, v128.mul<T>(step, v128.load(xPtr + c, 16))), 16);
      }
    } else {
      for (let c: usize = 0; c < rowBytes; c += 32) {
        const w0 = v128.load(weightsPtr + c), w1 = v128.load(weightsPtr + c, 16);
        v128.store(weightsPtr + c, v128.add<T>(w0, v128.mul<T>(step, v128.load(xPtr + c))));
        v128.store(weightsPtr + c, v128.add<T>(w1, v128.mul<T>(step, v128.load(xPtr + c, 16))), 16);
      }
    }
  }
}
