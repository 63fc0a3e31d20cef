import type { TextCore } from "./textCore.js";

/** The longest n-grams that the core's tables hold. */
export const HIGHEST_ORDER = 6;
/** Tokens or n-grams that cross the boundary together. */
export const NGRAM_BLOCK = 65_536;
/** In a stretch of text: no n-gram of this order ends here. */
export const NO_NGRAM = 0xffffffff;

const ENTRY_BYTES = 24;
const HIGHEST_ENTRY_BYTES = 16;

/** N-grams of one order, one after the other: their words, `order` each, log10 p, and log10 of the backoff weight. */
export interface NgramBlock {
  words: Uint32Array;
  logs: Float64Array;
  /** Left out at the highest order. */
  backoffs?: Float64Array;
}

/** log10 of probabilities and backoff weights, as {@link NgramTables.takeLogarithms} takes it. */
export function logarithms(core: TextCore, values: Float64Array): Float64Array {
  return core.scoped(() => {
    const at = core.place(values);
    core.exports.ngramLogarithmsOf(at, values.length);
    return core.f64(at, values.length).slice();
  });
}

/** Bytes that {@link decimals} gives for a number: the first says how many of the others are its text. */
export const DECIMAL_SLOT = 32;

/**
 * Finite numbers as JavaScript writes them, at most {@link NGRAM_BLOCK} at once.
 *
 * @returns A slot for each number, in the memory of the core: good until its next call.
 */
export function decimals(core: TextCore, values: Float64Array): Uint8Array {
  return core.scoped(() => {
    const out = core.reserve(DECIMAL_SLOT * values.length);
    powersOfTen ??= thePowersOfTen();
    core.exports.writeDecimals(core.place(values), values.length, core.place(powersOfTen), out);
    return core.u8(out, DECIMAL_SLOT * values.length);
  });
}

let powersOfTen: Uint32Array | undefined;

/** 10^k for −292 ≤ k ≤ 324, as assembly/text/decimals.ts wants them. */
function thePowersOfTen(): Uint32Array {
  const words: number[] = [];
  for (let k = -292; k <= 324; k++) {
    const size = 10n ** BigInt(Math.abs(k));
    const bits = size.toString(2).length;
    // 2^127 ≤ power < 2^128; the highest bit of 1 / size, which is not a power of two, is one lower
    const [over, under] = k < 0 ? [1n << BigInt(127 + bits), size] : [size << 128n, 1n << BigInt(bits)];
    const power = (over + under - 1n) / under;
    for (let shift = 0n; shift < 128n; shift += 32n) words.push(Number((power >> shift) & 0xffffffffn));
  }
  return Uint32Array.from(words);
}

/**
 * The tables of one language model. They fill the memory of an instance of the core of their own, order by order: the
 * table on top grows in place until it is finished. The instance goes when its model does.
 */
export class NgramTables {
  readonly order: number;
  readonly #core: TextCore;
  #filling = 0;
  #start = 0;
  #capacity = 0;

  /** @param core An instance that nothing else uses. */
  constructor(core: TextCore, order: number) {
    this.#core = core;
    this.order = order;
  }

  /** How many n-grams of this order there are. */
  count(order: number): number {
    return this.#core.exports.ngramCount(order) >>> 0;
  }

  /** Starts the table of an order; those below are finished. */
  begin(order: number): void {
    this.#filling = order;
    this.#start = this.#core.mark();
    this.#core.exports.ngramClear(order, this.#entryBytes);
    this.#place(NGRAM_BLOCK);
  }

  /** Ends the table of an order, which gives back what it has too much. */
  finish(): void {
    this.#place(this.count(this.#filling));
  }

  /** Words without a count, to be tallied. */
  addWords(count: number): void {
    this.#makeRoom(count);
    this.#core.exports.ngramWords(count);
  }

  /**
   * Counts the n-grams that end in a stretch of text.
   *
   * @param ids What {@link NO_NGRAM} explains of the order below; that of this order afterwards.
   * @param begin The word <s>, with which every text begins.
   * @param carry What this returned for the stretch before; NO_NGRAM at the first.
   */
  tally(tokens: Uint32Array, ids: Uint32Array, begin: number, carry: number): number {
    const core = this.#core;
    const order = this.#filling;
    this.#makeRoom(order === 1 ? 0 : tokens.length);
    return core.scoped(() => {
      const at = core.place(ids);
      const highest = order === this.order ? 1 : 0;
      const next = core.exports.ngramTally(order, highest, core.place(tokens), at, tokens.length, begin, carry);
      ids.set(core.u32(at, ids.length));
      return next >>> 0;
    });
  }

  /** How many n-grams of an order have adjusted count 1, 2, 3 and 4. */
  countsOfCounts(order: number): [number, number, number, number] {
    const core = this.#core;
    return core.scoped(() => {
      const out = core.reserve(32);
      core.exports.ngramCountsOfCounts(order, out);
      const [t1, t2, t3, t4] = core.f64(out, 4);
      return [t1, t2, t3, t4];
    });
  }

  /** Makes the counts of an order probabilities, and the histories' backoff weights; those below are done. */
  estimate(order: number, [d1, d2, d3]: readonly [number, number, number], begin: number): void {
    const core = this.#core;
    core.scoped(() => {
      const scratch = core.reserve(16 * (order === 1 ? 1 : this.count(order - 1)), "the histories of a language model");
      core.exports.ngramEstimate(order, d1, d2, d3, begin, scratch);
    });
  }

  /** Ends the estimation: from here on the tables hold logarithms. */
  takeLogarithms(): void {
    for (let k = 1; k <= this.order; k++) this.#core.exports.ngramLogarithms(k, k === this.order ? 1 : 0);
  }

  /**
   * Adds n-grams to the order being filled; order 1 takes them as words 0, 1, 2 …
   *
   * @returns Null, or the first that cannot be added: its history is not in the model, or it has come before.
   */
  add({ words, logs, backoffs }: NgramBlock): { at: number; reason: "history" | "twice" } | null {
    const core = this.#core;
    const { exports } = core;
    this.#makeRoom(logs.length);
    return core.scoped(() => {
      const at = core.reserve(4);
      const given = [core.place(words), core.place(logs), backoffs === undefined ? 0 : core.place(backoffs)];
      const status = exports.ngramAdd(this.#filling, given[0], given[1], given[2], logs.length, at);
      if (status === exports.NGRAM_READ.value) return null;
      return { at: core.i32(at, 1)[0], reason: status === exports.NGRAM_TWICE.value ? "twice" : "history" };
    });
  }

  /** The n-grams of an order in the order in which they came, block by block. */
  *list(order: number): Generator<NgramBlock> {
    const total = this.count(order);
    for (let first = 0; first < total; first += NGRAM_BLOCK) {
      yield this.#block(order, first, Math.min(NGRAM_BLOCK, total - first));
    }
  }

  #block(order: number, first: number, count: number): NgramBlock {
    const core = this.#core;
    return core.scoped(() => {
      const words = core.reserve(4 * order * count);
      const logs = core.reserve(8 * count);
      const backoffs = order === this.order ? 0 : core.reserve(8 * count);
      core.exports.ngramList(order, first, count, words, logs, backoffs);
      return {
        words: core.u32(words, order * count).slice(),
        logs: core.f64(logs, count).slice(),
        ...(backoffs !== 0 && { backoffs: core.f64(backoffs, count).slice() }),
      };
    });
  }

  /**
   * Scores texts, each from its <s> to its </s>.
   *
   * @param tokens Words of the texts, one text after the other.
   * @param lengths Words of each.
   * @param given Leading words of each that are history only.
   * @param logs Takes the natural log-probability of each word, NaN for a given one.
   * @returns For each text the sum of its log-probabilities, and its perplexity.
   */
  score(tokens: Uint32Array, lengths: Uint32Array, given: Uint32Array, logs?: Float64Array): Float64Array {
    const core = this.#core;
    const { exports } = core;
    return core.scoped(() => {
      const placed = [core.place(tokens), core.place(lengths), core.place(given)];
      const each = logs === undefined ? 0 : core.reserve(8 * tokens.length);
      const fields = exports.NGRAM_SCORE_FIELDS.value * lengths.length;
      const out = core.reserve(8 * fields);
      exports.ngramScore(this.order, placed[0], placed[1], placed[2], lengths.length, each, out);
      logs?.set(core.f64(each, tokens.length));
      return core.f64(out, fields).slice();
    });
  }

  /** Numbers of a block as {@link decimals} writes them. */
  decimals(values: Float64Array): Uint8Array {
    return decimals(this.#core, values);
  }

  /** exp(−Σ log p / n). */
  perplexity(logProb: number, tokens: number): number {
    return this.#core.exports.perplexity(logProb, tokens);
  }

  get #entryBytes(): number {
    return this.#filling === this.order ? HIGHEST_ENTRY_BYTES : ENTRY_BYTES;
  }

  #makeRoom(more: number): void {
    const needed = this.count(this.#filling) + more;
    if (needed > this.#capacity) this.#place(Math.max(needed, Math.floor(1.5 * this.#capacity)));
  }

  /** Lays the table that is being filled anew on top, for `capacity` n-grams. */
  #place(capacity: number): void {
    const core = this.#core;
    const order = this.#filling;
    const what = `a language model with ${this.count(order)} n-grams of order ${order}`;
    core.release(this.#start);
    const entries = core.reserve(this.#entryBytes * capacity, what);
    // At most three quarters of the slots are taken.
    const bits = Math.max(2, 32 - Math.clz32(Math.ceil((4 * capacity) / 3)));
    const slots = order === 1 ? 0 : core.reserve(4 * 2 ** bits, what);
    core.exports.ngramPlace(order, entries, slots, bits);
    this.#capacity = capacity;
  }
}
