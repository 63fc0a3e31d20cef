/**
 * Softmax attention (Vaswani et al., arXiv 1706.03762) of one query row over two runs of key rows, all heads:
 *
 *   a_t = softmax_t(q·k_t / √h),   o = Σ_t a_t v_t,
 *
 * and its gradient: with g_t = a_t (dO·v_t − Σ_s a_s dO·v_s) / √h,
 *
 *   dq = Σ g_t k_t,   dk_t += g_t q,   dv_t += a_t dO.
 *
 * h is the width of a head, a multiple of four. Four heads go together, one a lane: their scores at a position are one
 * vector, and the softmax of all four one loop over the positions. A key row holds the keys of all heads, and behind them the
 * values. Layout of the weights a: [heads/4][positions][4].
 *
 * Two runs, because the rows of an example's input and those of its answer are blocks of their own.
 */
import { NO_SCORE } from "../learn/softmax";
import { exp4 } from "../special/exp4";

// @ts-ignore: decorator
@inline
/** The sums of the lanes of four vectors, as one vector. */
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(i32x4.shuffle(c, d, 0, 4, 1, 5), i32x4.shuffle(c, d, 2, 6, 3, 7));
  return f32x4.add(i32x4.shuffle(ab, cd, 0, 1, 4, 5), i32x4.shuffle(ab, cd, 2, 3, 6, 7));
}

// @ts-ignore: decorator
@inline
/** x·y of four heads of `head` bytes each. */
function dots(x: usize, y: usize, head: usize): v128 {
  const x1 = x + head, x2 = x1 + head, x3 = x2 + head;
  const y1 = y + head, y2 = y1 + head, y3 = y2 + head;
  let s0 = f32x4.mul(v128.load(x), v128.load(y)), s1 = f32x4.mul(v128.load(x1), v128.load(y1));
  let s2 = f32x4.mul(v128.load(x2), v128.load(y2)), s3 = f32x4.mul(v128.load(x3), v128.load(y3));
  for (let i: usize = 16; i < head; i += 16) {
    s0 = f32x4.add(s0, f32x4.mul(v128.load(x + i), v128.load(y + i)));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(x1 + i), v128.load(y1 + i)));
    s2 = f32x4.add(s2, f32x4.mul(v128.load(x2 + i), v128.load(y2 + i)));
    s3 = f32x4.add(s3, f32x4.mul(v128.load(x3 + i), v128.load(y3 + i)));
  }
  return sums(s0, s1, s2, s3);
}

/**
 * @param keysPtr `first` key rows; `answersPtr` has `second` more; both rows of 2 · width numbers
 * @param weightsPtr receives a
 */
export function attend(
  width: i32, heads: i32, positions: i32, queryPtr: usize, keysPtr: usize, first: i32, answersPtr: usize, second: i32,
  weightsPtr: usize, outPtr: usize,
): void {
  const row = (<usize>width) << 2, stride = row << 1;
  const head = row / <usize>heads;
  const scale = f32x4.splat(1 / sqrt<f32>(<f32>(head >> 2)));
  for (let group: usize = 0; group < row; group += head << 2, weightsPtr += (<usize>positions) << 4) {
    let a = weightsPtr;
    let top = f32x4.splat(NO_SCORE);
    for (let t = 0, k = keysPtr + group; t < first; t++, k += stride, a += 16) {
      const score = f32x4.mul(dots(queryPtr + group, k, head), scale);
      v128.store(a, score);
      top = f32x4.pmax(top, score);
    }
    for (let t = 0, k = answersPtr + group; t < second; t++, k += stride, a += 16) {
      const score = f32x4.mul(dots(queryPtr + group, k, head), scale);
      v128.store(a, score);
      top = f32x4.pmax(top, score);
    }
    let sum = f32x4.splat(0);
    for (let p = weightsPtr; p < a; p += 16) {
      const power = exp4(f32x4.sub(v128.load(p), top));
      v128.store(p, power);
      sum = f32x4.add(sum, power);
    }
    const share = f32x4.div(f32x4.splat(1), sum);
    for (let p = weightsPtr; p < a; p += 16) v128.store(p, f32x4.mul(v128.load(p), share));
    for (let h: usize = 0, lane = weightsPtr; h < 4; h++, lane += 4) {
      for (let i = group + h * head, end = i + head; i < end; i += 16) {
        let out = f32x4.splat(0);
        let p = lane;
        for (let t = 0, v = keysPtr + row + i; t < first; t++, v += stride, p += 16)
          out = f32x4.add(out, f32x4.mul(v128.load32_splat(p), v128.load(v)));
        for (let t = 0, v = answersPtr + row + i; t < second; t++, v += stride, p += 16)
          out = f32x4.add(out, f32x4.mul(v128.load32_splat(p), v128.load(v)));
        v128.store(outPtr + i, out);
      }
    }
  }
}

/** Positions that one query can look at: room for the slopes of four heads at each. */
export const MOST_POSITIONS: i32 = 64;
const SLOPES: usize = memory.data(64 * 16, 16);

/** Writes dq, and adds to the key rows' gradient, which has the layout of the key rows. */
export function attendGradient(
  width: i32, heads: i32, positions: i32, queryPtr: usize, keysPtr: usize, first: i32, answersPtr: usize, second: i32,
  weightsPtr: usize, dOutPtr: usize, dQueryPtr: usize, dKeysPtr: usize, dAnswersPtr: usize,
): void {
  const row = (<usize>width) << 2, stride = row << 1;
  const head = row / <usize>heads;
  const scale = f32x4.splat(1 / sqrt<f32>(<f32>(head >> 2)));
  const total = (<usize>(first + second)) << 4;
  for (let group: usize = 0; group < row; group += head << 2, weightsPtr += (<usize>positions) << 4) {
    let slope = SLOPES;
    let mean = f32x4.splat(0);
    for (let t = 0, v = keysPtr + row + group; t < first; t++, v += stride, slope += 16) {
      const d = dots(dOutPtr + group, v, head);
      v128.store(slope, d);
      mean = f32x4.add(mean, f32x4.mul(d, v128.load(weightsPtr + (slope - SLOPES))));
    }
    for (let t = 0, v = answersPtr + row + group; t < second; t++, v += stride, slope += 16) {
      const d = dots(dOutPtr + group, v, head);
      v128.store(slope, d);
      mean = f32x4.add(mean, f32x4.mul(d, v128.load(weightsPtr + (slope - SLOPES))));
    }
    for (let p: usize = 0; p < total; p += 16) {
      const d = f32x4.sub(v128.load(SLOPES + p), mean);
      v128.store(SLOPES + p, f32x4.mul(f32x4.mul(v128.load(weightsPtr + p), d), scale));
    }
    for (let h: usize = 0, lane: usize = 0; h < 4; h++, lane += 4) {
      for (let i = group + h * head, end = i + head; i < end; i += 16) {
        const q = v128.load(queryPtr + i), dOut = v128.load(dOutPtr + i);
        let dq = f32x4.splat(0);
        let p = lane;
        for (let t: usize = 0, end = stride * <usize>first; t < end; t += stride, p += 16)
          dq = addKey(dq, SLOPES + p, weightsPtr + p, q, dOut, keysPtr + i + t, dKeysPtr + i + t, row);
        for (let t: usize = 0, end = stride * <usize>second; t < end; t += stride, p += 16)
          dq = addKey(dq, SLOPES + p, weightsPtr + p, q, dOut, answersPtr + i + t, dAnswersPtr + i + t, row);
        v128.store(dQueryPtr + i, dq);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addKey(
  dq: v128, slopePtr: usize, weightPtr: usize, q: v128, dOut: v128, k: usize, dKey: usize, row: usize,
): v128 {
  const g = v128.load32_splat(slopePtr);
  v128.store(dKey, f32x4.add(v128.load(dKey), f32x4.mul(g, q)));
  const dValue = dKey + row;
  v128.store(dValue, f32x4.add(v128.load(dValue), f32x4.mul(v128.load32_splat(weightPtr), dOut)));
  return f32x4.add(dq, f32x4.mul(g, v128.load(k)));
}
