import type { Core } from "./core.js";
import { coreReason } from "./errors.js";
import { scoped } from "./steps.js";

/** Tells the streams of the bootstrap from those of runs and of single steps. */
const BOOTSTRAP_CELL = 0x626f6f74;

/**
 * How often a bootstrap draws each row of each stratum, as many as there are, with replacement.
 *
 * @param replicate Its number; the same numbers give the same draws in any order.
 * @param sizes Rows of each stratum.
 */
export function resample(core: Core, seed: number, replicate: number, sizes: readonly number[]): Uint32Array[] {
  const { exports } = core;
  exports.seedStreams(seed % 2 ** 32, Math.floor(seed / 2 ** 32), BOOTSTRAP_CELL, 0, replicate);
  return sizes.map((rows) =>
    scoped(core, () => {
      const counts = core.reserve(4 * rows, coreReason("draws-of-audited", { rows }));
      exports.resample(rows, counts);
      return Uint32Array.from(core.i32(counts, rows));
    }),
  );
}
