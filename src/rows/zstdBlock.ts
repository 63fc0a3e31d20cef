// The decompressor takes what a compressed block says on trust: of a Huffman tree whose weights take no bit it reads without an
// end, of many long sequences it copies far beyond the block, and of a match that begins before the frame it makes zeros. So each
// block is checked before (RFC 8878, section 3.1.1.3).

/** Literals with a Huffman tree of their own; those with the tree of a block before have one more. */
const COMPRESSED = 2;
/** Bits of the longest code of a literal, and the largest weight of one. */
const MOST_CODE = 11;
const MOST_WEIGHTS = 255;
const MOST_SYMBOLS = 256;
/** Of the table by which weights are packed. */
const MOST_ACCURACY = 6;

/** Extra bits of the lengths of literals and of matches, by their codes. */
const LITERAL_BITS = [...Array<number>(16).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const MATCH_BITS = [
  ...Array<number>(32).fill(0),
  ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
];
const LITERAL_BASES = bases(LITERAL_BITS, 0);
const MATCH_BASES = bases(MATCH_BITS, 3);
const MOST_OFFSET_CODE = 31;

/** Of the lengths of literals, offsets and the lengths of matches: the accuracy at most, and the table if a block brings none. */
const KINDS = [
  {
    most: 9,
    usual: tableOf([4, 3, ...twos(11), 1, 1, 1, ...twos(9), 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1], 6),
  },
  { most: 8, usual: tableOf([...ones(6), 2, 2, 2, ...ones(15), -1, -1, -1, -1, -1], 5) },
  { most: 9, usual: tableOf([1, 4, 3, ...twos(6), ...ones(37), -1, -1, -1, -1, -1, -1, -1], 6) },
];

function ones(count: number): number[] {
  return Array<number>(count).fill(1);
}

function twos(count: number): number[] {
  return Array<number>(count).fill(2);
}

function bases(bits: readonly number[], first: number): number[] {
  return bits.map((_, code) => bits.slice(0, code).reduce((sum, more) => sum + 2 ** more, first));
}

/** Checks the compressed blocks of a frame, one after the other. */
export class BlockCheck {
  readonly #most: number;
  readonly #window: number;
  /** Bytes that the blocks so far unpack to. */
  #unpacked = 0;
  /** The last three different distances of matches, the latest first. */
  readonly #distances = [1, 4, 8];
  /** Those of the last block that had sequences, which the next may use again. */
  #tables: readonly Table[] = [];

  /** @param most What a block may unpack to. @param window How far back a match may begin. Both in bytes. */
  constructor(most: number, window: number) {
    this.#most = most;
    this.#window = window;
  }

  /** Counts the bytes of a block that is not compressed. */
  skip(bytes: number): void {
    this.#unpacked += bytes;
  }

  /**
   * @param block Without the three bytes before it.
   * @throws Error if it cannot be unpacked in bounded time to at most so many bytes, or a match begins before the window.
   */
  block(block: Uint8Array): void {
    const { count, end } = literalsOf(block);
    if (count > this.#most || end >= block.length) throw broken();
    this.#unpacked += count + this.#sequences(block.subarray(end), count);
  }

  /** Checks the sequences of a block; how many bytes their matches are. */
  #sequences(part: Uint8Array, literals: number): number {
    const [first, second = 0, third = 0] = part;
    if (first === 0 && part.length > 1) throw broken();
    if (first === 0) return 0;
    let at = first < 128 ? 1 : first < 255 ? 2 : 3;
    const count = first < 128 ? first : first < 255 ? ((first - 128) << 8) + second : second + (third << 8) + 0x7f00;
    const modes = part[at++] ?? 0;
    this.#tables = KINDS.map(({ most, usual }, kind) => {
      const mode = (modes >> (6 - 2 * kind)) & 3;
      if (mode === 0) return usual;
      if (mode === 1) return { accuracy: 0, states: [{ symbol: part[at++] ?? MOST_SYMBOLS, bits: 0, base: 0 }] };
      if (mode === 2) {
        const { shares, accuracy, length } = sharesOf(part.subarray(at), most);
        at += length;
        return tableOf(shares, accuracy);
      }
      if (this.#tables.length === 0) throw broken();
      return this.#tables[kind];
    });
    return this.#matches(part.subarray(at), count, literals);
  }

  /** Reads sequences from the end of their bits, adds up their lengths, and looks where their matches begin. */
  #matches(bytes: Uint8Array, count: number, literals: number): number {
    const [literal, offset, match] = this.#tables;
    let at = lastBit(bytes);
    const read = (bits: number) => {
      at -= bits;
      if (at < 0) throw broken();
      return bits > 16 ? bitsAt(bytes, at, 16) + 2 ** 16 * bitsAt(bytes, at + 16, bits - 16) : bitsAt(bytes, at, bits);
    };
    let literalState = literal.states[read(literal.accuracy)];
    let offsetState = offset.states[read(offset.accuracy)];
    let matchState = match.states[read(match.accuracy)];
    let [used, made] = [0, 0];
    for (let left = count; ; ) {
      if (offsetState.symbol > MOST_OFFSET_CODE) throw broken();
      const value = 2 ** offsetState.symbol + read(offsetState.symbol);
      const matched = MATCH_BASES[matchState.symbol] + read(MATCH_BITS[matchState.symbol]);
      const taken = LITERAL_BASES[literalState.symbol] + read(LITERAL_BITS[literalState.symbol]);
      used += taken;
      const distance = this.#distance(value, taken);
      if (!(distance > 0 && distance <= Math.min(this.#window, this.#unpacked + used + made))) throw broken();
      made += matched;
      if (!(used <= literals && made + literals <= this.#most)) throw broken(); // of no such code as well
      if (--left === 0) break;
      literalState = literal.states[literalState.base + read(literalState.bits)];
      matchState = match.states[matchState.base + read(matchState.bits)];
      offsetState = offset.states[offsetState.base + read(offsetState.bits)];
    }
    if (at !== 0) throw broken();
    return made;
  }

  /** How far back a match begins: a distance plus 3, or which of the last three it is (section 3.1.1.5). */
  #distance(value: number, literals: number): number {
    const last = this.#distances;
    // without literals before it the same distance would have made one match of two
    const which = value > 3 ? 3 : value - 1 + (literals === 0 ? 1 : 0);
    const distance = value > 3 ? value - 3 : which === 3 ? last[0] - 1 : last[which];
    last.splice(Math.min(which, 2), 1);
    last.unshift(distance);
    return distance;
  }
}

/** How many literals a block has, and where they end in it; checks their tree. */
function literalsOf(block: Uint8Array): { count: number; end: number } {
  if (block.length === 0) throw broken();
  const kind = block[0] & 3;
  const format = (block[0] >> 2) & 3;
  if (kind < COMPRESSED) {
    const length = [1, 2, 1, 3][format];
    const count = bitsAt(block, length === 1 ? 3 : 4, [5, 12, 5, 20][format]);
    return { count, end: length + (kind === 0 ? count : 1) };
  }
  const at = [3, 3, 4, 5][format];
  const bits = [10, 10, 14, 18][format];
  const size = bitsAt(block, 4 + bits, bits);
  if (kind === COMPRESSED) checkTree(block.subarray(at, at + size));
  return { count: bitsAt(block, 4, bits), end: at + size };
}

/** Checks the Huffman tree at the beginning of literals (section 4.2.1). */
function checkTree(literals: Uint8Array): void {
  const size = literals[0] ?? 0;
  const bytes = size < 128 ? size : (size - 126) >> 1;
  const packed = literals.subarray(1, 1 + bytes);
  if (packed.length < bytes || bytes === 0) throw broken();
  const weights = size < 128 ? unpackedWeights(packed) : plainWeights(packed, size - 127);
  let sum = 0;
  for (const weight of weights) {
    if (weight > MOST_CODE) throw broken();
    if (weight > 0) sum += 2 ** (weight - 1);
  }
  // The last weight is not written: it fills the sum to the next power of two, and is one itself. The longest code has a twin.
  const whole = 2 ** (32 - Math.clz32(sum));
  const rest = whole - sum;
  if (whole > 2 ** MOST_CODE || (rest & (rest - 1)) !== 0 || !weights.includes(1)) throw broken();
}

/** Weights of four bits each, the first in the upper half of its byte. */
function plainWeights(bytes: Uint8Array, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i % 2 === 0 ? bytes[i >> 1] >> 4 : bytes[i >> 1] & 15));
}

/** Weights that were packed by finite state entropy: a table, and a stream of bits that is read from its end by two states in turn. */
function unpackedWeights(bytes: Uint8Array): number[] {
  const { shares, accuracy, length } = sharesOf(bytes, MOST_ACCURACY);
  if (shares.includes(2 ** accuracy)) throw broken(); // of a single symbol: no bit is read, so the weights would have no end
  const { states } = tableOf(shares, accuracy);
  if (length >= bytes.length) throw broken();
  let at = lastBit(bytes);
  const weights: number[] = [];
  const next = [accuracy, accuracy];
  const state = [0, 0];
  for (let turn = 0; ; turn = 1 - turn) {
    at -= next[turn];
    if (at < 8 * length) return weights;
    if (weights.length === MOST_WEIGHTS) throw broken();
    const { symbol, bits, base } = states[state[turn] + bitsAt(bytes, at, next[turn])];
    weights.push(symbol);
    state[turn] = base;
    next[turn] = bits;
  }
}

/** How many states of the table each symbol has, -1 for one of less than a whole; the length is that of their description, in bytes. */
function sharesOf(bytes: Uint8Array, most: number): { shares: number[]; accuracy: number; length: number } {
  const accuracy = (bytes[0] & 15) + 5;
  if (accuracy > most) throw broken();
  const shares: number[] = [];
  let at = 4;
  for (let left = 2 ** accuracy; left > 0; ) {
    const bits = 32 - Math.clz32(left + 1);
    const short = 2 ** bits - 2 - left; // so many values take a bit less
    let value = bitsAt(bytes, at, bits - 1);
    at += bits - 1;
    if (value >= short) {
      value = bitsAt(bytes, at - bits + 1, bits);
      if (value >= 2 ** (bits - 1)) value -= short;
      at++;
    }
    shares.push(value - 1);
    left -= Math.abs(value - 1);
    for (let zeros = value === 1 ? 3 : 0; zeros === 3; at += 2) {
      zeros = bitsAt(bytes, at, 2);
      for (let i = 0; i < zeros; i++) shares.push(0);
    }
    if (shares.length > MOST_SYMBOLS || at > 8 * bytes.length) throw broken();
  }
  return { shares, accuracy, length: (at + 7) >> 3 };
}

/** States of a finite entropy code, and the bits by which the first is told. */
interface Table {
  accuracy: number;
  states: readonly State[];
}

interface State {
  symbol: number;
  /** Bits to be read for the next state, which are added to its base. */
  bits: number;
  base: number;
}

function tableOf(shares: readonly number[], accuracy: number): Table {
  const size = 2 ** accuracy;
  const symbols: number[] = Array(size).fill(0);
  let end = size;
  for (const [symbol, share] of shares.entries()) if (share === -1) symbols[--end] = symbol;
  let at = 0;
  for (const [symbol, share] of shares.entries()) {
    for (let i = 0; i < share; i++) {
      symbols[at] = symbol;
      do at = (at + (size >> 1) + (size >> 3) + 3) % size;
      while (at >= end);
    }
  }
  const counts = shares.map(Math.abs);
  const states = symbols.map((symbol) => {
    const count = counts[symbol]++;
    const bits = accuracy - 31 + Math.clz32(count);
    return { symbol, bits, base: count * 2 ** bits - size };
  });
  return { accuracy, states };
}

/** Bits of a number that is written with its lowest first, of at most 24; beyond the end there are none. */
function bitsAt(bytes: Uint8Array, at: number, count: number): number {
  const i = at >> 3;
  const word = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
  return (word >>> (at & 7)) & ((1 << count) - 1);
}

/** Where a stream that is read from its end begins: its highest bit only marks the end. */
function lastBit(bytes: Uint8Array): number {
  const last = bytes[bytes.length - 1] ?? 0;
  if (last === 0) throw broken();
  return 8 * bytes.length - 8 + 31 - Math.clz32(last);
}

/** The error of data that no zstd writes. */
export function broken(): Error {
  return new Error("invalid zstd data");
}
