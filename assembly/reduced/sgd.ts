/**
 * One-pass SGD, exact in law, in O(k) per step instead of O(d). Outside the k coordinates only the length β of the
 * weights matters: a fresh row's g has a component ξ ~ N(0, 1) along them and a rest of squared length
 * χ ~ χ²_{d−k−1} across, so with the margin m = aᵀ(t z) + βξ, s = −η ℓ'(m) and δ = 1 − ηλ
 *
 *     a ← δ a + s t z,   β² ← (δβ + sξ)² + s²χ,
 *
 * ℓ(m) = log(1 + e^−m) or ½(1 − m)², as the direct engine (learn/sgd.ts).
 */
import { SQUARED_LOSS } from "../learn/sgd";
import { chiSquare } from "../random/variates/gamma";
import { normal } from "../random/variates/normal64";
import { ACROSS, MODEL_BYTES } from "./ridge";

let alongX: f64 = 0;
let alongY: f64 = 0;
let alongZ: f64 = 0;
let across: f64 = 0;

/** Starts from weights that lie in the k coordinates. */
export function beginSgd(x: f64, y: f64, z: f64): void {
  alongX = x;
  alongY = y;
  alongZ = z;
  across = 0;
}

/** One step on the row t z = (x, y, z), 0 from the k-th coordinate on; `outside` is d − k. */
export function sgdStep(x: f64, y: f64, z: f64, outside: i32, loss: i32, learningRate: f64, lambda: f64): void {
  const beta = sqrt(across);
  const xi = outside > 0 ? normal() : 0;
  const margin = alongX * x + alongY * y + alongZ * z + beta * xi;
  const step = learningRate * (loss == SQUARED_LOSS ? 1 - margin : 1 / (1 + Math.exp(margin)));
  const decay = 1 - learningRate * lambda;
  alongX = decay * alongX + step * x;
  alongY = decay * alongY + step * y;
  alongZ = decay * alongZ + step * z;
  const along = decay * beta + step * xi;
  across = along * along + (outside > 1 ? step * step * chiSquare(<f64>(outside - 1)) : 0);
}

/** The weights as a model (ridge.ts), status left 0. */
export function finishSgd(model: usize): void {
  memory.fill(model, 0, MODEL_BYTES);
  store<f64>(model, alongX);
  store<f64>(model, alongY, 8);
  store<f64>(model, alongZ, 16);
  store<f64>(model, across, ACROSS);
}
