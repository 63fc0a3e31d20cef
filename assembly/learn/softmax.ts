/**
 * The softmax p_i = exp(s_i/T) / Σ_j exp(s_j/T) in place, in f32, with the largest score subtracted first. The sum runs
 * over four lanes and then over those, which is part of what "same bits" means.
 */
import { exp4 } from "../special/exp4";

/** A score that no softmax gives a chance: what the lanes behind the last candidate hold. */
export const NO_SCORE: f32 = -1e30;

/**
 * Turns the f32 scores at `scores` into probabilities and returns log Σ_j exp(s_j/T). Memory up to the next multiple of
 * four scores is written over.
 */
export function softmax(scores: usize, count: i32, temperature: f32): f64 {
  const end = scores + ((<usize>(count + 3) & ~3) << 2);
  for (let p = scores + ((<usize>count) << 2); p < end; p += 4) store<f32>(p, NO_SCORE);

  const scale = f32x4.splat(<f32>1 / temperature);
  let lanes = f32x4.splat(NO_SCORE);
  for (let p = scores; p < end; p += 16) {
    const scaled = f32x4.mul(v128.load(p), scale);
    v128.store(p, scaled);
    lanes = f32x4.max(lanes, scaled);
  }
  const largest = max<f32>(
    max<f32>(f32x4.extract_lane(lanes, 0), f32x4.extract_lane(lanes, 1)),
    max<f32>(f32x4.extract_lane(lanes, 2), f32x4.extract_lane(lanes, 3)),
  );

  const top = f32x4.splat(largest);
  let sums = f32x4.splat(0);
  for (let p = scores; p < end; p += 16) {
    const power = exp4(f32x4.sub(v128.load(p), top));
    v128.store(p, power);
    sums = f32x4.add(sums, power);
  }
  const sum = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1) +
    (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));

  const share = f32x4.splat(<f32>1 / sum);
  for (let p = scores; p < end; p += 16) v128.store(p, f32x4.mul(v128.load(p), share));
  return <f64>largest + Math.log(<f64>sum);
}
