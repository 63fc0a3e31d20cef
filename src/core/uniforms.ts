import type { Core } from "./core.js";

/** Numbers that are drawn together. */
const CHUNK = 4096;

/**
 * Uniform numbers in [0, 1), one for each row of a file: that of a row depends on the seed, the purpose and the row
 * number alone. Cheap where rows are asked for in rising order.
 */
export class RowUniforms {
  readonly #core: Core;
  readonly #seed: number;
  readonly #purpose: number;
  readonly #drawn = new Float64Array(CHUNK);
  #chunk = -1;

  /** @param purpose A 32-bit word: numbers of two purposes have nothing to do with each other. */
  constructor(core: Core, seed: number, purpose: number) {
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
    exports.seedStreams(this.#seed % 2 ** 32, Math.floor(this.#seed / 2 ** 32), this.#purpose, 0, chunk);
    for (let i = 0; i < CHUNK; i++) this.#drawn[i] = exports.uniform53();
    this.#chunk = chunk;
  }
}
