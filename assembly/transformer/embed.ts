/**
 * Positions and tokens to rows and back: x = position + Σ tokens. The gradient of a row is added to that of each summand.
 */
import { Transformer } from "./shape";

// @ts-ignore: decorator
@inline
function addRow(target: usize, source: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, f32x4.add(v128.load(target + i), v128.load(source + i)));
}

/** Rows of all input positions of one example, from its u8 tokens. */
export function embedInput(t: Transformer, tokens: usize, x: usize): void {
  const row = t.row, weights = t.weightsPtr;
  for (let i = 0; i < t.inputs; i++, x += row) {
    memory.copy(x, weights + t.atPositions + row * <usize>i, row);
    for (let s = 0; s < t.parts; s++, tokens++) addRow(x, weights + row * <usize>load<u8>(tokens), row);
  }
}

// @ts-ignore: decorator
@inline
/** The address of what stands before an answer position: the token before it, or the beginning. */
function before(t: Transformer, base: usize, place: i32, token: i32): usize {
  return base + t.atOutputs + t.row * <usize>(place == 0 ? t.outputTokens : token);
}

/** The row of one answer position; `token` is the one before it. */
export function embedOutput(t: Transformer, place: i32, token: i32, x: usize): void {
  memory.copy(x, t.weightsPtr + t.atPositions + t.row * <usize>(t.inputs + place), t.row);
  addRow(x, before(t, t.weightsPtr, place, token), t.row);
}

export function embedInputGradient(t: Transformer, tokens: usize, dx: usize): void {
  const row = t.row, gradient = t.gradientPtr;
  for (let i = 0; i < t.inputs; i++, dx += row) {
    addRow(gradient + t.atPositions + row * <usize>i, dx, row);
    for (let s = 0; s < t.parts; s++, tokens++) addRow(gradient + row * <usize>load<u8>(tokens), dx, row);
  }
}

export function embedOutputGradient(t: Transformer, place: i32, token: i32, dx: usize): void {
  addRow(t.gradientPtr + t.atPositions + t.row * <usize>(t.inputs + place), dx, t.row);
  addRow(before(t, t.gradientPtr, place, token), dx, t.row);
}
