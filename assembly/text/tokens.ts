/**
 * The tokens of a text, as google-research rouge_score finds them (tokenize.py, Apache-2.0): the text in lower case, of
 * which every run of [a-z0-9] is a token. Two letters outside of ASCII have lower-case forms with an ASCII letter in them:
 * U+0130 İ is i and a combining dot, which parts, and U+212A, the Kelvin sign, is k.
 *
 * 64 bytes at a time become two words of bits, where there are letters and where lines end (S. Lemire and G. Langdale,
 * "Parsing gigabytes of JSON per second", VLDB Journal 28, 2019, do so for JSON); a token begins and ends where the bits
 * change. Up to 63 bytes after a text may be read, and written in lower case: the host leaves room after the last one.
 *
 * Layouts: a span is two u32, where a token begins in memory and its bytes. A list of sentences is u32s: how many there
 * are, the first token of each, and the number of tokens. A sentence is what has tokens between two ends of lines.
 */

// @ts-ignore: decorator
@inline
/** All bits set in the bytes of [a-zA-Z0-9]. */
function alphanumeric(bytes: v128): v128 {
  const letters = i8x16.lt_u(i8x16.sub(v128.or(bytes, i8x16.splat(0x20)), i8x16.splat(0x61)), i8x16.splat(26));
  return v128.or(letters, i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10)));
}

// @ts-ignore: decorator
@inline
function lowerCase(bytes: v128): v128 {
  const capitals = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x41)), i8x16.splat(26));
  return v128.or(bytes, v128.and(capitals, i8x16.splat(0x20)));
}

// @ts-ignore: decorator
@inline
/** The token bytes of 16; what was separated before has every byte above the space in a token. */
function ofTokens(bytes: v128, separated: bool): v128 {
  return separated ? i8x16.gt_u(bytes, i8x16.splat(0x20)) : alphanumeric(bytes);
}

// @ts-ignore: decorator
@inline
/** The lowest `count` of 64 bits; all for 64 and above. */
function lowest(count: usize): u64 {
  return count >= 64 ? ~(<u64>0) : ((<u64>1) << <u64>count) - 1;
}

/** Writes the spans and the sentences of a text, turning it into lower case unless it is `separated`; returns the number of tokens. */
export function markTokens(text: usize, length: usize, separated: bool, spans: usize, sentences: usize): i32 {
  if (!separated) length = foldLetters(text, length);
  let count = 0;
  let sentenceCount = 0;
  let inToken: u64 = 0;
  let lineEnded = true;
  let start: usize = 0;
  // one block more than full ones, so that the last token ends
  for (let base: usize = 0; base <= length; base += 64) {
    let marks: u64 = 0;
    let lines: u64 = 0;
    for (let part: usize = 0; part < 64; part += 16) {
      const at = text + base + part;
      const bytes = v128.load(at);
      if (!separated) v128.store(at, lowerCase(bytes));
      marks |= (<u64>i8x16.bitmask(ofTokens(bytes, separated))) << (<u64>part);
      lines |= (<u64>i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0x0a)))) << (<u64>part);
    }
    const inside = lowest(length - base);
    marks &= inside;
    lines &= inside;
    let edges = marks ^ ((marks << 1) | inToken);
    inToken = marks >> 63;
    for (; edges != 0; edges &= edges - 1) {
      const bit = ctz<u64>(edges);
      const at = text + base + <usize>bit;
      if (start == 0) {
        start = at;
        const before = lines & (((<u64>1) << bit) - 1);
        if (lineEnded || before != 0) {
          sentenceCount++;
          store<u32>(sentences + 4 * <usize>sentenceCount, count);
          lines ^= before;
          lineEnded = false;
        }
      } else {
        const span = spans + 8 * <usize>count;
        store<u32>(span, <u32>start);
        store<u32>(span, <u32>(at - start), 4);
        count++;
        start = 0;
      }
    }
    if (lines != 0) lineEnded = true;
  }
  store<u32>(sentences, sentenceCount);
  store<u32>(sentences + 4 * (<usize>sentenceCount + 1), count);
  return count;
}

/** Replaces the two letters that hide an ASCII one, U+0130 by "i " and U+212A by "k", and returns the new length. */
function foldLetters(text: usize, length: usize): usize {
  const end = text + length;
  let from = text;
  while (from < end && !v128.any_true(v128.and(v128.load(from), i8x16.splat(-128)))) from += 16;
  if (from >= end) return length; // plain ASCII
  let to = from;
  while (from < end) {
    const byte = load<u8>(from);
    if (byte == 0xc4 && from + 1 < end && load<u8>(from, 1) == 0xb0) {
      store<u16>(to, 0x2069);
      from += 2;
      to += 2;
    } else if (byte == 0xe2 && from + 2 < end && load<u16>(from, 1) == 0xaa84) {
      store<u8>(to++, 0x6b);
      from += 3;
    } else {
      store<u8>(to++, byte);
      from++;
    }
  }
  return to - text;
}

/** At least as many as the tokens of a text, and about as many; the text stays. */
export function tokenBound(textPtr: usize, length: i32, separated: i32): i32 {
  let bound = 0;
  let inToken: u32 = 0;
  for (let base: usize = 0; base < <usize>length; base += 16) {
    const bytes = v128.load(textPtr + base);
    const marks = <u32>i8x16.bitmask(ofTokens(bytes, separated != 0));
    bound += popcnt<u32>(marks & ~((marks << 1) | inToken));
    inToken = marks >> 15;
    // the last bytes of İ and of the Kelvin sign, each of which may begin a token
    const hidden = v128.or(i8x16.eq(bytes, i8x16.splat(<i8>0xb0)), i8x16.eq(bytes, i8x16.splat(<i8>0xaa)));
    if (separated == 0) bound += popcnt<u32>(<u32>i8x16.bitmask(hidden));
  }
  return bound;
}
