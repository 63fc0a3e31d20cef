/**
 * Numbers as JavaScript writes them: the shortest decimals that give the same number back, of these the nearest.
 *
 * Source: R. Giulietti, The Schubfach way to render doubles, 2021; the names are those of the paper. What is written around
 * the digits is Number::toString of ECMA-262. Price: some 40 ns a number, a fifth of what an engine takes with its string.
 */

/** Bytes of a slot: how many bytes follow, and these, 24 at most. */
export const DECIMAL_SLOT: i32 = 32;
/** The powers of ten that the host provides: 10^k for LOWEST_POWER ≤ k ≤ 324. */
const LOWEST_POWER: i32 = -292;

/**
 * Writes finite numbers.
 *
 * @param powersPtr Two u64 for each power: ⌈10^k · 2^(127 − ⌊log₂ 10^k⌋)⌉, the low half first.
 * @param outPtr DECIMAL_SLOT bytes a number.
 */
export function writeDecimals(valuesPtr: usize, count: i32, powersPtr: usize, outPtr: usize): void {
  for (const end = valuesPtr + ((<usize>count) << 3); valuesPtr < end; valuesPtr += 8) {
    store<u8>(outPtr, <u8>(written(load<u64>(valuesPtr), powersPtr, outPtr + 1) - outPtr - 1));
    outPtr += DECIMAL_SLOT;
  }
}

let digits: u64 = 0;
let exponent: i32 = 0;

/** Writes one number; returns where it ends. */
function written(bits: u64, powersPtr: usize, at: usize): usize {
  const significand = bits & 0x000fffffffffffff;
  const biased = <i32>(bits >>> 52) & 0x7ff;
  if (significand == 0 && biased == 0) {
    store<u8>(at, 0x30);
    return at + 1;
  }
  if (bits >>> 63 != 0) store<u8>(at++, 0x2d);
  shortest(significand, biased, powersPtr);
  while (digits % 10 == 0) {
    digits /= 10;
    exponent++;
  }
  let length = 1;
  for (let power: u64 = 10; length < 17 && digits >= power; power *= 10) length++;
  const point = length + exponent;
  const isShort = point <= 21 && point > -6;
  // a digit less in front if a point follows the first ones
  const first = !isShort ? 1 : point <= 0 ? 2 - point : point < length ? 1 : 0;
  putDigits(at + first, length);
  if (isShort && point <= 0) {
    for (let i = 0; i < first; i++) store<u8>(at + i, i == 1 ? 0x2e : 0x30);
    return at + first + length;
  }
  if (isShort && point >= length) {
    for (let i = length; i < point; i++) store<u8>(at + i, 0x30);
    return at + point;
  }
  const before = isShort ? point : 1;
  for (let i = 0; i < before; i++) store<u8>(at + i, load<u8>(at + i + 1));
  store<u8>(at + before, 0x2e);
  if (isShort) return at + length + 1;
  return putExponent(at + (length > 1 ? length + 1 : 1), point - 1);
}

/** Writes `length` digits. In halves, since engines divide 32 bits by a constant much faster than 64. */
function putDigits(at: usize, length: i32): void {
  const top = digits / 100000000;
  let rest = <u32>(digits - 100000000 * top);
  for (let i = length - 1; i >= 0; i--) {
    if (i == length - 9) rest = <u32>top;
    const next = rest / 10;
    store<u8>(at + i, <u8>(0x30 + rest - 10 * next));
    rest = next;
  }
}

function putExponent(at: usize, value: i32): usize {
  store<u8>(at++, 0x65);
  store<u8>(at++, value < 0 ? 0x2d : 0x2b);
  const size = value < 0 ? -value : value;
  if (size >= 100) store<u8>(at++, <u8>(0x30 + size / 100));
  if (size >= 10) store<u8>(at++, <u8>(0x30 + (size / 10) % 10));
  store<u8>(at++, <u8>(0x30 + size % 10));
  return at;
}

/** Sets `digits` and `exponent` of a number above zero. */
function shortest(significand: u64, biased: i32, powersPtr: usize): void {
  const c = biased == 0 ? significand : significand | 0x0010000000000000;
  const q = (biased == 0 ? 1 : biased) - 1075;
  const isOdd = c & 1;
  // the number below a power of two is half as far away as the one above
  const isNearer = significand == 0 && biased > 1;
  const k = isNearer ? (q * 1262611 - 524031) >> 22 : (q * 1262611) >> 22;
  const shift = <u64>(q + ((-k * 1741647) >> 19) + 1);
  const power = powersPtr + ((<usize>(-k - LOWEST_POWER)) << 4);
  const low = load<u64>(power);
  const high = load<u64>(power, 8);
  // where what rounds to the number begins, the number itself, and where that ends, times ten to the power −k
  let lower: u64 = 0;
  let v: u64 = 0;
  let upper: u64 = 0;
  for (let x = (c << 2) - (isNearer ? 1 : 2), i = 0; i < 3; i++) {
    lower = v;
    v = upper;
    upper = roundedToOdd(low, high, x << shift);
    x = (c << 2) + (i << 1);
  }
  lower += isOdd;
  upper -= isOdd;
  const s = v >>> 2;
  if (s >= 10) {
    const tens = s / 10;
    const isDown = lower <= 40 * tens;
    const isUp = 40 * tens + 40 <= upper;
    if (isDown != isUp) {
      digits = tens + (isUp ? 1 : 0);
      exponent = k + 1;
      return;
    }
  }
  const isDown = lower <= s << 2;
  const isUp = (s << 2) + 4 <= upper;
  const middle = (s << 2) + 2;
  const up = isDown != isUp ? isUp : v > middle || (v == middle && (s & 1) != 0);
  digits = s + (up ? 1 : 0);
  exponent = k;
}

/** ⌊(high, low) · x / 2¹²⁸⌋, its last bit set if anything is cut. */
function roundedToOdd(low: u64, high: u64, x: u64): u64 {
  const carried = highHalf(low, x);
  const sum = high * x + carried;
  const top = highHalf(high, x) + (sum < carried ? 1 : 0);
  return top | (sum > 1 ? 1 : 0);
}

/** The high half of a product. */
function highHalf(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff;
  const a1 = a >>> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >>> 32;
  const middle = a1 * b0 + ((a0 * b0) >>> 32);
  return a1 * b1 + (middle >>> 32) + ((a0 * b1 + (middle & 0xffffffff)) >>> 32);
}
