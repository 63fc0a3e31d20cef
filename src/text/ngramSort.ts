import type { Pace, Scratch, ScratchFile } from "./ngramCorpus.js";

/** Bits of a number by which records are distributed at once. */
const DIGIT = 11;
/** Records that are moved before the event loop may get its turn. */
const SLICE = 1 << 17;
/** Runs that are merged at once, at most; each needs an open file. */
const MOST_RUNS = 64;
/** What a run takes of the memory at least, in numbers, so that its file is read in large pieces. */
const LEAST_BUFFER = 2048;

/**
 * The n-grams of a text in order, each once, with the count and the place of its first occurrence: sorted runs on disk, and a
 * merge of them.
 *
 * An n-gram is written as its history, from the last word to the first, and then its word: that is the order in which they are
 * sorted, so that all n-grams with a history stand together, and so do all histories that end in the same words.
 *
 * @see K. Heafield et al., Scalable Modified Kneser–Ney Language Model Estimation, ACL 2013, section 3
 */
export class NgramSorter {
  readonly #order: number;
  /** Numbers in each digit, from the least significant key to the most. */
  readonly #digits: { key: number; shift: number; mask: number }[] = [];
  readonly #scratch: Scratch;
  readonly #pool: Uint32Array;
  /** Records of the words of an n-gram and its place, of which as many are in memory as fill half of it. */
  readonly #width: number;
  readonly #capacity: number;
  #records: Uint32Array;
  #spare: Uint32Array;
  #count = 0;
  #runs: ScratchFile[] = [];

  /**
   * @param pool Memory for the records: at least {@link leastNumbers}.
   * @param highest The largest number of a word.
   */
  constructor(order: number, highest: number, scratch: Scratch, pool: Uint32Array) {
    this.#order = order;
    this.#scratch = scratch;
    this.#pool = pool;
    this.#width = order + 1;
    this.#capacity = Math.floor(pool.length / 2 / this.#width);
    const half = this.#capacity * this.#width;
    [this.#records, this.#spare] = [pool.subarray(0, half), pool.subarray(half, 2 * half)];
    const bits = Math.max(1, 32 - Math.clz32(highest));
    const parts = Math.ceil(bits / DIGIT);
    const size = Math.ceil(bits / parts);
    // the word of an n-gram is the least significant key, the last word of its history the most
    for (let key = order - 1; key >= 0; key--)
      for (let part = 0; part < parts; part++)
        this.#digits.push({ key, shift: part * size, mask: 2 ** Math.min(size, bits - part * size) - 1 });
  }

  /** Numbers that the memory must hold at least. */
  static leastNumbers(order: number): number {
    return 4 * LEAST_BUFFER * (order + 2);
  }

  /** How many runs there are. */
  get runs(): number {
    return this.#runs.length;
  }

  /** Room for one more record: the caller writes the words into `records` from `at` on, and then the place. */
  get isFull(): boolean {
    return this.#count === this.#capacity;
  }

  /** Adds an n-gram. There must be room for it. */
  add(history: Uint32Array, word: number, place: number): void {
    const records = this.#records;
    let at = this.#count++ * this.#width;
    for (let i = 0; i < history.length; i++) records[at++] = history[i];
    records[at++] = word;
    records[at] = place;
  }

  /** Sorts what has been added, and writes it to the disk as a run. */
  async spill(pace: Pace): Promise<void> {
    if (this.#count === 0) return;
    await this.#sort(pace);
    const run = this.#scratch.open();
    this.#runs.push(run);
    const [order, width, records] = [this.#order, this.#width, this.#records];
    const outWidth = order + 2;
    const out = this.#spare.subarray(0, Math.min(SLICE, Math.floor(this.#spare.length / outWidth)) * outWidth);
    let filled = 0;
    for (let at = 0; at < this.#count * width; ) {
      const first = at;
      do at += width;
      while (at < this.#count * width && compare(records, at, records, first, order) === 0);
      for (let i = 0; i < order; i++) out[filled++] = records[first + i];
      out[filled++] = (at - first) / width;
      out[filled++] = records[first + order]; // the sort keeps the order of equal ones
      if (filled < out.length) continue;
      run.append(out);
      filled = 0;
      await pace.breathe();
    }
    run.append(out.subarray(0, filled));
    this.#count = 0;
    await pace.breathe();
  }

  /** All n-grams in order, block by block: their words, count and first place. A block is good until the next is asked for. */
  async *merged(pace: Pace): AsyncGenerator<Uint32Array> {
    const most = Math.min(MOST_RUNS, Math.floor(this.#pool.length / LEAST_BUFFER / (this.#order + 2)) - 1);
    while (this.#runs.length > most) {
      const some = this.#runs.splice(0, most);
      const run = this.#scratch.open();
      this.#runs.push(run);
      for (const block of mergedRuns(some, this.#order, this.#pool)) {
        run.append(block);
        await pace.breathe();
      }
      for (const one of some) one.close();
    }
    yield* mergedRuns(this.#runs, this.#order, this.#pool);
    for (const run of this.#runs.splice(0)) run.close();
  }

  /** A radix sort from the least significant digit on, which keeps the order of equal records. */
  async #sort(pace: Pace): Promise<void> {
    const [width, total] = [this.#width, this.#count * this.#width];
    for (const { key, shift, mask } of this.#digits) {
      const [from, to] = [this.#records, this.#spare];
      const starts = new Uint32Array(mask + 2);
      for (let first = 0; first < total; first += SLICE * width) {
        const end = Math.min(total, first + SLICE * width);
        for (let at = first + key; at < end; at += width) starts[((from[at] >>> shift) & mask) + 1] += width;
        await pace.breathe();
      }
      for (let digit = 1; digit <= mask; digit++) starts[digit] += starts[digit - 1];
      for (let first = 0; first < total; first += SLICE * width) {
        const end = Math.min(total, first + SLICE * width);
        for (let at = first; at < end; at += width) {
          const digit = (from[at + key] >>> shift) & mask;
          const place = starts[digit];
          starts[digit] = place + width;
          for (let i = 0; i < width; i++) to[place + i] = from[at + i];
        }
        await pace.breathe();
      }
      [this.#records, this.#spare] = [to, from];
    }
  }
}

/** Which of two records comes first: below 0, 0 or above 0. */
function compare(a: Uint32Array, atA: number, b: Uint32Array, atB: number, keys: number): number {
  for (let i = 0; i < keys; i++) {
    const [x, y] = [a[atA + i], b[atB + i]];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/** Merges runs by a heap of them; equal n-grams become one, whose count is the sum and whose place the first. */
function* mergedRuns(runs: readonly ScratchFile[], order: number, pool: Uint32Array): Generator<Uint32Array> {
  const width = order + 2;
  const room = Math.floor(pool.length / (runs.length + 1) / width) * width;
  const out = pool.subarray(0, Math.min(room, SLICE * width));
  const buffers = runs.map((_, i) => pool.subarray((i + 1) * room, (i + 2) * room));
  const ats = new Float64Array(runs.length);
  const ends = new Float64Array(runs.length);
  const nexts = new Float64Array(runs.length);
  const heap: number[] = [];
  const isBefore = (a: number, b: number) => compare(buffers[a], ats[a], buffers[b], ats[b], order) < 0;
  const refill = (run: number) => {
    ends[run] = runs[run].read(nexts[run], buffers[run]);
    nexts[run] += ends[run];
    ats[run] = 0;
    return ends[run] > 0;
  };
  const sink = (place: number) => {
    const run = heap[place];
    for (let child = 2 * place + 1; child < heap.length; child = 2 * place + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (!isBefore(heap[child], run)) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = run;
  };
  for (const run of runs.keys()) if (refill(run)) heap.push(run);
  for (let place = (heap.length >> 1) - 1; place >= 0; place--) sink(place);
  let filled = 0;
  while (heap.length > 0) {
    const run = heap[0];
    const [buffer, at] = [buffers[run], ats[run]];
    const last = filled - width;
    if (last >= 0 && compare(out, last, buffer, at, order) === 0) {
      out[last + order] += buffer[at + order];
      if (buffer[at + order + 1] < out[last + order + 1]) out[last + order + 1] = buffer[at + order + 1];
    } else {
      if (filled === out.length) {
        // the last one stays: its like may still come
        yield out.subarray(0, last);
        out.copyWithin(0, last, filled);
        filled = width;
      }
      for (let i = 0; i < width; i++) out[filled + i] = buffer[at + i];
      filled += width;
    }
    ats[run] += width;
    if (ats[run] === ends[run] && !refill(run)) {
      const other = heap.pop() as number;
      if (heap.length > 0) heap[0] = other;
    }
    if (heap.length > 1) sink(0);
  }
  yield out.subarray(0, filled);
}
