/**
 * How numbers are written as tokens, in tenths: the entries of an n × n matrix, z in [−100, 100], and its eigenvalues, which
 * are not beyond 10n (Gershgorin), z in [−100n, 100n].
 *
 *   BASE_20       an entry: its sign (0: not negative, 1: negative), the whole part of its size (2 … 12) and the tenths
 *                 (13 … 22), for one position; an eigenvalue: z + 100n + 10 in base 20, the high digit (0 … 10n) and
 *                 10n + 1 + the low one
 *   BASE_20_EDGE  the same, but eigenvalues as z + 100n: zero is at the edge of two high digits, not amid one
 *   DIGITS        both: the sign (0, 1), tens, ones and tenths (2 … 11), a position each
 */
export const BASE_20: i32 = 0;
export const BASE_20_EDGE: i32 = 1;
export const DIGITS: i32 = 2;
const ENCODINGS: i32 = 3;

export function knowsEncoding(encoding: i32): bool {
  return encoding >= 0 && encoding < ENCODINGS;
}

/** Tokens of an entry. */
export function entryTokens(encoding: i32): usize {
  return encoding == DIGITS ? 4 : 3;
}

/** Tokens of an eigenvalue. */
export function valueTokens(encoding: i32): usize {
  return encoding == DIGITS ? 4 : 2;
}

// @ts-ignore: decorator
@inline
/** What zero is written as in base 20. */
function zero(encoding: i32, n: i32): i32 {
  return 100 * n + (encoding == BASE_20 ? 10 : 0);
}

function writeDigits(z: i32, ptr: usize): void {
  const size = abs(z);
  store<u8>(ptr, z < 0 ? 1 : 0);
  store<u8>(ptr, 2 + size / 100, 1);
  store<u8>(ptr, 2 + ((size / 10) % 10), 2);
  store<u8>(ptr, 2 + (size % 10), 3);
}

export function writeEntry(encoding: i32, z: i32, ptr: usize): void {
  if (encoding == DIGITS) {
    writeDigits(z, ptr);
    return;
  }
  const size = abs(z);
  store<u8>(ptr, z < 0 ? 1 : 0);
  store<u8>(ptr, 2 + size / 10, 1);
  store<u8>(ptr, 13 + (size % 10), 2);
}

export function writeValue(encoding: i32, n: i32, z: i32, ptr: usize): void {
  if (encoding == DIGITS) {
    writeDigits(z, ptr);
    return;
  }
  const shifted = z + zero(encoding, n);
  store<u8>(ptr, shifted / 20);
  store<u8>(ptr, 10 * n + 1 + (shifted % 20), 1);
}

/** The tenths of an eigenvalue that a model has written. */
export function readValue(encoding: i32, n: i32, ptr: usize): i32 {
  if (encoding == DIGITS) {
    const size = 100 * load<u8>(ptr, 1) + 10 * load<u8>(ptr, 2) + load<u8>(ptr, 3) - 222;
    return load<u8>(ptr) == 1 ? -size : size;
  }
  return load<u8>(ptr) * 20 + load<u8>(ptr, 1) - 10 * n - 1 - zero(encoding, n);
}
