import type { Core } from "./core.js";
import { coreReason } from "./errors.js";
import type { CommonExports, DrawingExports } from "./exports.js";
import type { TextCore } from "./textCore.js";

/**
 * What random streams are drawn for beside trials, whose streams are named by 64 bits of a hash of their cell. A 32-bit word
 * each, four letters in ASCII: streams of different words are independent under the same seed. A new purpose is a line here.
 */
export const PURPOSES = {
  step: 0x70737461,
  bootstrap: 0x626f6f74,
  armBootstrap: 0x61726d73,
  heldOut: 0x68656c64,
  uniformity: 0x756e6966,
  trainingOrder: 0x6e657773,
  newswire: 0x77697265,
  articleOrder: 0x73706c74,
  randomScore: 0x73656c52,
  tie: 0x73656c54,
  baseline: 0x73656c42,
  matrices: 0x6d617472,
  firstWeights: 0x77656967,
  exampleOrder: 0x65706f63,
  noisyVerdict: 0x6e6f6973,
  labelDraw: 0x6c626c44,
  labelOrder: 0x6c626c4f,
  randomRows: 0x72616e64,
  sampledAnswer: 0x73616d70,
  regression: 0x72656772,
  rewards: 0x72657761,
  augment: 0x6175676d,
  weights: 0x77676874,
} as const;

/** What an order of articles is for: orders of different numbers are independent under the same seed. */
const ARTICLE_ORDERS = { split: 0, randomScores: 1, trainNoise: 2, verifierNoise: 3 } as const;

/** The two halves of a seed below 2^53, low word first. */
export function seedWords(seed: number): [low: number, high: number] {
  return [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
}

/** Seeds the streams of a purpose; `index` tells those of one purpose apart, and `part` those of one index. */
export function seedStreams(
  core: Core<CommonExports>,
  purpose: keyof typeof PURPOSES,
  seed: number,
  index: number,
  part = 0,
): void {
  core.exports.seedStreams(...seedWords(seed), PURPOSES[purpose], part, index);
}

/** Seeds the streams for one step; `step` tells the steps of an experiment apart under one seed. */
export function seedStep(core: Core, seed: number, step: number): void {
  seedStreams(core, "step", seed, 0, step);
}

/** The numbers 0 … count − 1 in random order. */
export function shuffled(core: TextCore, seed: number, order: keyof typeof ARTICLE_ORDERS, count: number): number[] {
  seedStreams(core, "articleOrder", seed, ARTICLE_ORDERS[order]);
  return inRandomOrder(core, count);
}

/** Whole numbers below a bound; `index` tells the draws of one purpose apart. */
export function drawsBelow(
  core: Core<CommonExports & { below(bound: number): number }>,
  purpose: keyof typeof PURPOSES,
  seed: number,
  index: number,
): (bound: number) => number {
  seedStreams(core, purpose, seed, index);
  return (bound) => core.exports.below(bound) >>> 0;
}

/** The numbers 0 … count − 1 in the order in which a lot draws them; `index` tells the lots of one purpose apart. */
export function drawnOrder(
  core: Core<CommonExports>,
  purpose: keyof typeof PURPOSES,
  seed: number,
  index: number,
  count: number,
): number[] {
  seedStreams(core, purpose, seed, index);
  return inRandomOrder(core, count);
}

/** By the streams as they were seeded last. */
function inRandomOrder(core: Core<CommonExports>, count: number): number[] {
  return core.scoped(() => {
    const address = core.place(Int32Array.from({ length: count }, (_, i) => i));
    core.exports.shuffle(address, count);
    return [...core.i32(address, count)];
  });
}

/** Whole numbers below a bound, drawn from the streams of one article of a newswire. */
export function newswireDraws(core: TextCore, seed: number, article: number): (bound: number) => number {
  seedStreams(core, "newswire", seed, article);
  return (bound) => core.exports.below(bound) >>> 0;
}

/**
 * How often a bootstrap draws each row of each stratum, as many as there are, with replacement.
 *
 * @param replicate Its number; the same numbers give the same draws in any order.
 * @param sizes Rows of each stratum.
 */
export function resample(core: Core, seed: number, replicate: number, sizes: readonly number[]): Uint32Array[] {
  seedStreams(core, "bootstrap", seed, replicate);
  return sizes.map((rows) =>
    core.scoped(() => {
      const counts = core.reserve(4 * rows, coreReason("draws-of-audited", { rows }));
      core.exports.resample(rows, counts);
      return Uint32Array.from(core.i32(counts, rows));
    }),
  );
}

/** Numbers of {@link RowUniforms} that are drawn together. */
const CHUNK = 4096;

/**
 * Uniform numbers in [0, 1), one for each row of a file: that of a row depends on the seed, the purpose and the row
 * number alone. Cheap if rows are asked for in rising order.
 */
export class RowUniforms {
  readonly #core: Core<DrawingExports>;
  readonly #seed: number;
  readonly #purpose: keyof typeof PURPOSES;
  readonly #drawn = new Float64Array(CHUNK);
  #chunk = -1;

  constructor(core: Core<DrawingExports>, seed: number, purpose: keyof typeof PURPOSES) {
    this.#core = core;
    this.#seed = seed;
    this.#purpose = purpose;
  }

  /** The number of a row, from 0. */
  at(row: number): number {
    const place = row % CHUNK;
    const chunk = (row - place) / CHUNK;
    if (chunk !== this.#chunk) this.#draw(chunk);
    return this.#drawn[place];
  }

  #draw(chunk: number): void {
    const { exports } = this.#core;
    seedStreams(this.#core, this.#purpose, this.#seed, chunk);
    for (let i = 0; i < CHUNK; i++) this.#drawn[i] = exports.uniform53();
    this.#chunk = chunk;
  }
}
