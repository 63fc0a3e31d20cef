/**
 * The longest common subsequence, 64 columns at a time (M. Crochemore, C. Iliopoulos, Y. Pinzon & J. Reid, "A fast and
 * practical bit-vector algorithm for the longest common subsequence problem", IPL 80, 2001; H. Hyyrö, "Bit-parallel LCS-
 * length computation revisited", AWOCA 2004).
 *
 * With t[j][i] the length for the first j tokens of a text and the first i of the columns' text, bit i − 1 of row j is 0
 * where t[j][i] = t[j][i − 1] + 1, and 1 elsewhere. Row 0 is all ones, and with the matches M of the next token
 *
 *     row' = (row + (row & M)) | (row & ~M)
 *
 * over all words as one number. Bits after the last column stay ones, so the length is the number of zeros.
 *
 * There is no M for each word of the language. The columns of a token are a chain of u32: `first` by name, then `following`
 * by column, each a column + 1, or 0 at the end; only the words with a match change, and those that a carry reaches. A
 * token in more columns than a row has words (and a few) has its own M in `frequent` instead, and `first` says which: there
 * are fewer than 64 of those, and no token takes longer than its row has words.
 */

/** Set in `first` where the rest is not a column, but which M. */
const HAS_ROW: u32 = 0x80000000;
const FEW: i32 = 8;
/** Rows at `frequent`. */
export const FREQUENT_ROWS: u64 = 64;

let first: usize = 0;
let following: usize = 0;
let frequent: usize = 0;

/** Hands over memory: `first`, a u32 for each name, all 0; `following`, a u32 for each column; `frequent`, FREQUENT_ROWS rows. */
export function placeChains(firstPtr: usize, followingPtr: usize, frequentPtr: usize): void {
  first = firstPtr;
  following = followingPtr;
  frequent = frequentPtr;
}

// @ts-ignore: decorator
@inline
function headOf(name: u32): usize {
  return first + 4 * <usize>name;
}

// @ts-ignore: decorator
@inline
function after(column: u32): u32 {
  return load<u32>(following + 4 * <usize>(column - 1));
}

/** Makes a text the columns, until `unchain`. */
export function chain(columns: usize, count: i32, words: usize): void {
  for (let i = count - 1; i >= 0; i--) {
    const head = headOf(load<u32>(columns + 4 * <usize>i));
    store<u32>(following + 4 * <usize>i, load<u32>(head));
    store<u32>(head, i + 1);
  }
  const many = <i32>words + FEW;
  let rows: u32 = 0;
  for (let i = 0; i < count - many; i++) {
    const head = headOf(load<u32>(columns + 4 * <usize>i));
    const column = <u32>i + 1;
    if (load<u32>(head) != column || !isLonger(column, many)) continue;
    const row = frequent + 8 * words * <usize>rows;
    memory.fill(row, 0, 8 * words);
    for (let other = column; other != 0; other = after(other)) {
      const word = row + 8 * <usize>((other - 1) >> 6);
      store<u64>(word, load<u64>(word) | ((<u64>1) << <u64>((other - 1) & 63)));
    }
    store<u32>(head, HAS_ROW | rows);
    rows++;
  }
}

function isLonger(column: u32, length: i32): bool {
  for (; column != 0; column = after(column)) if (length-- == 0) return true;
  return false;
}

export function unchain(columns: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) store<u32>(headOf(load<u32>(columns + 4 * i)), 0);
}

/** The row before the first token. */
export function firstRow(row: usize, words: usize): void {
  for (let i: usize = 0; i < words; i++) store<u64>(row + 8 * i, ~(<u64>0));
}

/** Moves a row on by a token. */
export function advance(row: usize, words: usize, name: u32): void {
  let column = load<u32>(headOf(name));
  let carry: u64 = 0;
  if ((column & HAS_ROW) != 0) {
    const matches = frequent + 8 * words * <usize>(column ^ HAS_ROW);
    for (let i: usize = 0; i < words; i++) carry = advanceWord(row + 8 * i, load<u64>(matches + 8 * i), carry);
    return;
  }
  while (column != 0) {
    let i = (column - 1) >> 6;
    let matches: u64 = 0;
    do {
      matches |= (<u64>1) << <u64>((column - 1) & 63);
      column = after(column);
    } while (column != 0 && (column - 1) >> 6 == i);
    carry = advanceWord(row + 8 * <usize>i, matches, carry);
    const end = column != 0 ? (column - 1) >> 6 : <u32>words;
    while (carry != 0 && ++i < end) carry = advanceWord(row + 8 * <usize>i, 0, carry);
  }
}

// @ts-ignore: decorator
@inline
/** Moves one word of a row on, and returns what it carries into the next. */
function advanceWord(word: usize, matches: u64, carry: u64): u64 {
  const old = load<u64>(word);
  const half = old + (old & matches);
  const sum = half + carry;
  store<u64>(word, sum | (old & ~matches));
  return u64(half < old) | u64(sum < half);
}

// @ts-ignore: decorator
@inline
export function copyRow(from: usize, to: usize, words: usize): void {
  for (let i: usize = 0; i < words; i++) store<u64>(to + 8 * i, load<u64>(from + 8 * i));
}

/** The length of the longest common subsequence of the chained text and another; `row` is room for a row. */
export function commonLength(tokens: usize, count: i32, words: usize, row: usize): i32 {
  firstRow(row, words);
  for (let j: usize = 0; j < <usize>count; j++) advance(row, words, load<u32>(tokens + 4 * j));
  let length = 0;
  for (let i: usize = 0; i < words; i++) length += <i32>popcnt<u64>(~load<u64>(row + 8 * i));
  return length;
}
