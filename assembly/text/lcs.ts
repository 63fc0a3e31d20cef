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
 * The columns of a token are a chain of u32, the last first: `last` by name, then `previous` by column, each a column + 1
 * or 0 at the end. So M needs one row of words, all zeros between two calls, and no table of the alphabet.
 */

/** Chains up the columns' tokens. `last` is 0 for every name before, and must be unchained to be so again. */
export function chain(columns: usize, count: i32, last: usize, previous: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const head = last + 4 * <usize>load<u32>(columns + 4 * i);
    store<u32>(previous + 4 * i, load<u32>(head));
    store<u32>(head, <u32>i + 1);
  }
}

export function unchain(columns: usize, count: i32, last: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) store<u32>(last + 4 * <usize>load<u32>(columns + 4 * i), 0);
}

/** The row before the first token. */
export function firstRow(row: usize, words: usize): void {
  for (let i: usize = 0; i < words; i++) store<u64>(row + 8 * i, ~(<u64>0));
}

/** The row after a token, at `next`, which may be `row` itself. */
export function advance(
  row: usize, next: usize, words: usize, name: u32, last: usize, previous: usize, matches: usize,
): void {
  let column = load<u32>(last + 4 * <usize>name);
  let first = words; // the first word with a match: nothing changes before it
  for (; column != 0; column = load<u32>(previous + 4 * <usize>(column - 1))) {
    first = <usize>((column - 1) >> 6);
    const match = matches + 8 * first;
    store<u64>(match, load<u64>(match) | ((<u64>1) << <u64>((column - 1) & 63)));
  }
  if (next != row) copyRow(row, next, first);
  let carry: u64 = 0;
  for (let i = first; i < words; i++) {
    const old = load<u64>(row + 8 * i);
    const match = load<u64>(matches + 8 * i);
    store<u64>(matches + 8 * i, 0);
    const half = old + (old & match);
    const sum = half + carry;
    carry = u64(half < old) | u64(sum < half);
    store<u64>(next + 8 * i, sum | (old & ~match));
  }
}

// @ts-ignore: decorator
@inline
export function copyRow(from: usize, to: usize, words: usize): void {
  for (let i: usize = 0; i < words; i++) store<u64>(to + 8 * i, load<u64>(from + 8 * i));
}

/** The length of the longest common subsequence of a chained text and another. */
export function commonLength(
  tokens: usize, count: i32, words: usize, last: usize, previous: usize, row: usize, matches: usize,
): i32 {
  firstRow(row, words);
  for (let j: usize = 0; j < <usize>count; j++) {
    advance(row, row, words, load<u32>(tokens + 4 * j), last, previous, matches);
  }
  let length = 0;
  for (let i: usize = 0; i < words; i++) length += <i32>popcnt<u64>(~load<u64>(row + 8 * i));
  return length;
}
