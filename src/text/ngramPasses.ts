import { NGRAM_BLOCK } from "../core/ngram.js";
import type { TextCore } from "../core/textCore.js";
import type { NgramCorpus, Pace, Scratch, ScratchFile } from "./ngramCorpus.js";
import type { Discounts, Vocabulary } from "./ngramModel.js";
import { NgramSorter } from "./ngramSort.js";
import { discountsOf } from "./ngramTraining.js";
import type { Tokenizer } from "./tokenizer.js";

/** What a training has in memory and on disk. */
export interface Training {
  core: TextCore;
  corpus: NgramCorpus;
  vocabulary: Vocabulary;
  order: number;
  tokenizer: Tokenizer;
  scratch: Scratch;
  /** Bytes for n-grams. */
  room: number;
  pace: Pace;
}

/** N-grams between two looks at the clock. */
const STEP = 4096;
/** Bits of a place in the text: so many n-grams are in memory together while they are listed. */
export const STRETCH = 20;
/** Records of a stretch that are written together. */
const PIECE = 1024;

/** The adjusted counts of all orders. */
export interface Counts {
  /** Of each word. */
  words: Uint32Array;
  /** Of order 2 and up: the history from its last word to its first, the word, its count, and the place where the n-gram first ends. */
  files: (ScratchFile | undefined)[];
  countsOfCounts: [number, number, number, number][];
  ngrams: number[];
  runs: number;
}

/** The first pass: counts of the highest order from the sorted text, and of each lower one from the order above it. */
export async function countedContexts(training: Training): Promise<Counts> {
  const { corpus, vocabulary, order, scratch, room, pace } = training;
  const { begin } = vocabulary;
  const none = vocabulary.words.length; // stands for the words before <s>
  const pool = new Uint32Array(Math.max(NgramSorter.leastNumbers(order), Math.floor(room / 4)));
  const sorter = new NgramSorter(order, none, scratch, pool);
  await addAll(sorter, training, none);
  const counts: Counts = {
    words: new Uint32Array(none),
    files: Array.from({ length: order + 1 }, (_, k) => (k > 1 ? scratch.open() : undefined)),
    countsOfCounts: Array.from({ length: order }, () => [0, 0, 0, 0]),
    ngrams: Array.from({ length: order }, (_, k) => (k === 0 ? none : 0)),
    runs: sorter.runs,
  };
  const writers = counts.files.map((file, k) => file && new RecordWriter(file, k + 2));
  const levels = Array.from({ length: order }, () => new Followers(none));
  const history = new Uint32Array(order).fill(none);
  const last = new Uint32Array(order - 1);
  let some = false;
  /** Whether occurrences count of an order-`k` n-gram, whose history this begins with, and not the words before it. */
  const isRaw = (k: number) => k === order || (k > 1 && (history[k - 2] === begin || history[k - 2] === none));
  const put = (k: number, word: number, count: number, place: number) => {
    if (k > 1 && history[k - 2] !== none) {
      writers[k]?.put(history, k - 1, word, count, place);
      counts.ngrams[k - 1]++;
      if (count <= 4) counts.countsOfCounts[k - 1][count - 1]++;
    }
    if (k > 1) levels[k - 1].add(word, isRaw(k - 1) ? count : 1, place);
    else counts.words[word] = count;
  };
  const puts = levels.map((_, k) => (word: number, count: number, place: number) => put(k, word, count, place));
  const endLevels = (from: number) => {
    for (let k = order - 1; k >= from; k--) levels[k].end(puts[k]);
  };
  let total = 0;
  for await (const block of sorter.merged(pace)) {
    for (let at = 0; at < block.length; at += order + 2) {
      let same = 0;
      while (same < order - 1 && block[at + same] === last[same]) same++;
      if (some) endLevels(same + 2);
      some = true;
      for (let i = 0; i < order - 1; i++) history[i] = last[i] = block[at + i];
      put(order, block[at + order - 1], block[at + order], block[at + order + 1]);
    }
    total += block.length;
    await pace.breathe({ phase: "counting", share: 0.4 + 0.3 * Math.min(1, total / (corpus.length * (order + 2))) });
  }
  endLevels(1);
  for (const count of counts.words) if (count >= 1 && count <= 4) counts.countsOfCounts[0][count - 1]++;
  for (const writer of writers) writer?.end();
  return counts;
}

/** Every n-gram of the text to the sorter. */
async function addAll(sorter: NgramSorter, { corpus, vocabulary, order, pace }: Training, none: number): Promise<void> {
  const history = new Uint32Array(order - 1);
  const text = new Uint32Array(NGRAM_BLOCK);
  for (let first = 0; first < corpus.length; first += text.length) {
    const count = corpus.read(first, text);
    for (let i = 0; i < count; i++) {
      const word = text[i];
      if (word === vocabulary.begin) history.fill(none);
      else {
        if (sorter.isFull) await sorter.spill(pace);
        sorter.add(history, word, first + i);
      }
      history.copyWithin(1, 0);
      if (order > 1) history[0] = word;
    }
    await pace.breathe({ phase: "counting", share: (0.4 * (first + count)) / corpus.length });
  }
  await sorter.spill(pace);
}

/** Words that follow a history, with their counts and first places. */
class Followers {
  readonly #counts: Uint32Array;
  readonly #places: Uint32Array;
  #words = new Uint32Array(64);
  #number = 0;

  constructor(words: number) {
    this.#counts = new Uint32Array(words);
    this.#places = new Uint32Array(words);
  }

  add(word: number, count: number, place: number): void {
    if (this.#counts[word] === 0) {
      if (this.#number === this.#words.length) {
        const more = new Uint32Array(2 * this.#number);
        more.set(this.#words);
        this.#words = more;
      }
      this.#words[this.#number++] = word;
      this.#places[word] = place;
    } else if (place < this.#places[word]) this.#places[word] = place;
    this.#counts[word] += count;
  }

  /** The history is complete: gives its followers in order, and begins anew. */
  end(put: (word: number, count: number, place: number) => void): void {
    const [words, number] = [this.#words, this.#number];
    sortFirst(words, number);
    this.#number = 0;
    for (let i = 0; i < number; i++) {
      const word = words[i];
      const count = this.#counts[word];
      this.#counts[word] = 0;
      put(word, count, this.#places[word]);
    }
  }
}

/** So many numbers are sorted faster by insertion. */
const FEW = 16;

/** Sorts the first of some numbers: most histories have one follower, or a few. */
function sortFirst(numbers: Uint32Array, count: number): void {
  if (count > FEW) {
    numbers.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const number = numbers[i];
    let place = i;
    for (; place > 0 && numbers[place - 1] > number; place--) numbers[place] = numbers[place - 1];
    numbers[place] = number;
  }
}

/** Writes records in large pieces. */
class RecordWriter {
  readonly #file: ScratchFile;
  readonly #buffer: Uint32Array;
  #filled = 0;

  constructor(file: ScratchFile, width: number) {
    this.#file = file;
    this.#buffer = new Uint32Array(STEP * width);
  }

  put(history: Uint32Array, words: number, word: number, count: number, place: number): void {
    if (this.#filled === this.#buffer.length) this.end();
    const buffer = this.#buffer;
    let at = this.#filled;
    for (let i = 0; i < words; i++) buffer[at++] = history[i];
    buffer[at++] = word;
    buffer[at++] = count;
    buffer[at++] = place;
    this.#filled = at;
  }

  end(): void {
    this.#file.append(this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }
}

/** Probabilities and backoff weights, not yet as logarithms. */
export interface Estimates {
  discounts: Discounts[];
  /** Of single words. */
  probabilities: Float64Array;
  backoffs: Float64Array;
  /** Of order 2 and up, each where its n-gram first ends in the text. */
  placed: PlacedNumbers[];
  /** Backoff weights of the same, 1 if there is none. */
  weights: PlacedNumbers[];
}

/** The second pass: an n-gram needs the weight of its history, and the probability of itself without its first word. */
export async function estimated(training: Training, counts: Counts): Promise<Estimates> {
  const { corpus, vocabulary, order, scratch, pace } = training;
  const size = vocabulary.words.length;
  const discounts = counts.countsOfCounts.map((some, i) => discountsOf(i + 1, some));
  const places = (from: number, to: number) =>
    Array.from({ length: to + 1 }, (_, k) =>
      k >= from ? new PlacedNumbers(scratch.open(), corpus.length) : (undefined as never),
    );
  const estimates: Estimates = {
    discounts,
    probabilities: new Float64Array(size),
    backoffs: new Float64Array(size).fill(1),
    placed: places(2, order),
    weights: places(2, order - 1),
  };
  const { probabilities, backoffs, placed, weights } = estimates;
  const histories = discounts.map(({ values }) => new History(values));
  const ofWords = histories[0];
  for (const count of counts.words) ofWords.add(count);
  const gamma = ofWords.weight();
  for (const [word, count] of counts.words.entries())
    probabilities[word] = word === vocabulary.begin ? 0 : ofWords.share(count) + gamma * (1 / (size - 1));

  /** Of each order, the probabilities of what follows the current history. */
  const below = [probabilities, probabilities, ...Array.from({ length: order - 1 }, () => new Float64Array(size))];
  const groups = counts.files.map((file, k) => file && new GroupReader(file, k));
  let [done, groupsRead] = [0, 0];
  for (let k = 2; k >= 2 && order > 1; ) {
    const group = groups[k] as GroupReader;
    if (!group.begins(groups[k - 1])) {
      k--;
      continue;
    }
    group.load();
    const history = histories[k - 1];
    history.clear();
    for (let i = 0; i < group.number; i++) history.add(group.counts[i]);
    const weight = history.weight();
    const [lower, own] = [below[k - 1], below[k]];
    let first = group.places[0];
    for (let i = 0; i < group.number; i++) {
      const [word, place] = [group.words[i], group.places[i]];
      const probability = history.share(group.counts[i]) + weight * lower[word];
      own[word] = probability;
      placed[k].put(place, probability);
      if (place < first) first = place;
    }
    // what follows a history first follows its first occurrence
    if (k === 2) backoffs[group.history[0]] = weight;
    else weights[k - 1].put(first - 1, weight);
    done += group.number;
    if (k < order) k++;
    if (++groupsRead % STEP === 0 && pace.isDue()) {
      const all = counts.ngrams.reduce((sum, n, i) => (i > 0 ? sum + n : sum), 0);
      await pace.breathe({ phase: "counting", share: 0.7 + (0.3 * done) / all });
    }
  }
  for (const numbers of [...placed, ...weights]) numbers?.end();
  return estimates;
}

/** Sums over what follows a history, as assembly/text/ngramTrain.ts has them. */
class History {
  readonly #discounts: readonly [number, number, number];
  readonly #followers = [0, 0, 0];
  #total = 0;

  constructor(discounts: readonly [number, number, number]) {
    this.#discounts = discounts;
  }

  clear(): void {
    this.#total = 0;
    this.#followers[0] = this.#followers[1] = this.#followers[2] = 0;
  }

  add(count: number): void {
    if (count === 0) return;
    this.#total += count;
    this.#followers[Math.min(count, 3) - 1]++;
  }

  /** γ; 1 if nothing follows. */
  weight(): number {
    const [d1, d2, d3] = this.#discounts;
    const [n1, n2, n3] = this.#followers;
    return this.#total === 0 ? 1 : (d1 * n1 + d2 * n2 + d3 * n3) / this.#total;
  }

  /** What is left of the count of one that follows, of all. */
  share(count: number): number {
    return count === 0 ? 0 : (count - this.#discounts[Math.min(count, 3) - 1]) / this.#total;
  }
}

/** The records of one order, history by history. */
class GroupReader {
  /** Of the history that is loaded, from its last word to its first. */
  readonly history: Uint32Array;
  words = new Uint32Array(64);
  counts = new Uint32Array(64);
  places = new Uint32Array(64);
  number = 0;
  readonly #file: ScratchFile;
  readonly #width: number;
  readonly #buffer: Uint32Array;
  #next = 0;
  #at = 0;
  #end = 0;

  constructor(file: ScratchFile, order: number) {
    this.#file = file;
    this.history = new Uint32Array(order - 1);
    this.#width = order + 2;
    this.#buffer = new Uint32Array(STEP * this.#width);
  }

  /** Whether the next history ends in that of the order below; it is undefined for the order of single words. */
  begins(below: GroupReader | undefined): boolean {
    if (!this.#fill()) return false;
    return below === undefined || this.#matches(below.history, this.#at);
  }

  /** Loads the next history and what follows it. */
  load(): void {
    this.#fill();
    const words = this.history.length;
    for (let i = 0; i < words; i++) this.history[i] = this.#buffer[this.#at + i];
    this.number = 0;
    const [buffer, width] = [this.#buffer, this.#width];
    while (this.#fill()) {
      let at = this.#at;
      for (; at < this.#end && this.#matches(this.history, at); at += width) {
        if (this.number === this.words.length) this.#grow();
        this.words[this.number] = buffer[at + words];
        this.counts[this.number] = buffer[at + words + 1];
        this.places[this.number++] = buffer[at + words + 2];
      }
      this.#at = at;
      if (at < this.#end) return;
    }
  }

  #matches(history: Uint32Array, at: number): boolean {
    for (let i = 0; i < history.length; i++) if (this.#buffer[at + i] !== history[i]) return false;
    return true;
  }

  #fill(): boolean {
    if (this.#at < this.#end) return true;
    this.#at = 0;
    this.#end = this.#file.read(this.#next, this.#buffer);
    this.#next += this.#end;
    return this.#end > 0;
  }

  #grow(): void {
    for (const name of ["words", "counts", "places"] as const) {
      const more = new Uint32Array(2 * this.number);
      more.set(this[name]);
      this[name] = more;
    }
  }
}

/** Numbers at places of the text: put in any order, and read stretch by stretch. */
class PlacedNumbers {
  readonly #file: ScratchFile;
  /** Of each stretch: what is to be written next, how many numbers that is, and where the rest is. */
  readonly #stretches: { buffer: Uint32Array; filled: number; starts: number[] }[];
  readonly #number = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#number.buffer);

  constructor(file: ScratchFile, places: number) {
    this.#file = file;
    this.#stretches = Array.from({ length: Math.ceil(places / 2 ** STRETCH) }, () => ({
      buffer: new Uint32Array(3 * PIECE),
      filled: 0,
      starts: [],
    }));
  }

  put(place: number, value: number): void {
    const stretch = this.#stretches[place >>> STRETCH];
    if (stretch.filled === stretch.buffer.length) {
      stretch.starts.push(this.#file.length);
      this.#file.append(stretch.buffer);
      stretch.filled = 0;
    }
    this.#number[0] = value;
    const { buffer, filled } = stretch;
    buffer[filled] = place & (2 ** STRETCH - 1);
    buffer[filled + 1] = this.#halves[0];
    buffer[filled + 2] = this.#halves[1];
    stretch.filled = filled + 3;
  }

  /** Nothing more is put; the last pieces, which are smaller, stay in memory. */
  end(): void {
    for (const stretch of this.#stretches) stretch.buffer = stretch.buffer.slice(0, stretch.filled);
  }

  /** The stretch from a place on; `none` where there is no number. */
  load(first: number, into: Float64Array, none = Number.NaN): void {
    into.fill(none);
    const { buffer, starts } = this.#stretches[first >>> STRETCH];
    const piece = new Uint32Array(3 * PIECE);
    for (const start of starts) {
      this.#file.read(start, piece);
      this.#scatter(piece, into);
    }
    this.#scatter(buffer, into);
  }

  close(): void {
    this.#file.close();
  }

  #scatter(piece: Uint32Array, into: Float64Array): void {
    for (let at = 0; at < piece.length; at += 3) {
      this.#halves[0] = piece[at + 1];
      this.#halves[1] = piece[at + 2];
      into[piece[at]] = this.#number[0];
    }
  }
}
