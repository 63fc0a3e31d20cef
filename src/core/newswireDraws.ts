import type { Core } from "./core.js";
import { seedWords } from "./newsLayout.js";

/** The streams that write newswires are told apart from those of trials and steps by this word. */
const NEWSWIRE_CELL = 0x77697265;

/** Whole numbers below a bound, drawn from the streams of one article. */
export function newswireDraws(core: Core, seed: number, article: number): (bound: number) => number {
  const [low, high] = seedWords(seed);
  core.exports.seedStreams(low, high, NEWSWIRE_CELL, 0, article);
  return (bound) => core.exports.below(bound) >>> 0;
}
