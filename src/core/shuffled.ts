import type { Core } from "./core.js";
import { seedWords } from "./newsLayout.js";
import { scoped } from "./steps.js";

/** The streams that split articles are told apart from those of trials, steps and newswires by this word. */
const SPLIT_CELL = 0x73706c74;

/**
 * The numbers 0 … count − 1 in random order.
 *
 * @param purpose What the order is for; orders of the same seed for other purposes are independent.
 */
export function shuffled(core: Core, seed: number, purpose: number, count: number): number[] {
  return scoped(core, () => {
    const address = core.place(Int32Array.from({ length: count }, (_, i) => i));
    core.exports.seedStreams(...seedWords(seed), SPLIT_CELL, 0, purpose);
    core.exports.shuffle(address, count);
    return [...core.i32(address, count)];
  });
}
