/**
 * What the rules of Porter's stemmer ask of a word, which is the bytes in [start, end): lower-case letters and digits.
 *
 * A letter is a vowel if it is one of a, e, i, o, u, or a y after a consonant; every other one is a consonant, a digit too.
 */
import { lettersOf, w, x, y } from "./letters";

/** Bit j stands for the j-th letter of the alphabet. */
const AEIOU: u32 = 0x104111;

// @ts-ignore: decorator
@inline
function isPlainVowel(letter: u32): bool {
  const place = letter - 0x61;
  return place < 26 && ((AEIOU >> place) & 1) != 0;
}

/** Whether the letter at `at` is a vowel. A run of y, which takes turns, is walked back to where it begins. */
function isVowel(start: usize, at: usize): bool {
  let letter = <u32>load<u8>(at);
  let turned = false;
  while (letter == <u32>y) {
    if (at == start) return turned;
    turned = !turned;
    letter = <u32>load<u8>(--at);
  }
  return isPlainVowel(letter) != turned;
}

/** Porter's m: how many times a vowel is followed by a consonant. */
export function measure(start: usize, end: usize): i32 {
  let turns = 0;
  let vowel = false;
  for (let at = start; at < end; at++) {
    const letter = <u32>load<u8>(at);
    const next = isPlainVowel(letter) || (letter == <u32>y && at > start && !vowel);
    turns += i32(vowel && !next);
    vowel = next;
  }
  return turns;
}

/** Porter's *v*: there is a vowel. The first letter that is not a y decides, or a second y. */
export function hasVowel(start: usize, end: usize): bool {
  for (let at = start; at < end; at++) {
    const letter = <u32>load<u8>(at);
    if (isPlainVowel(letter) || (letter == <u32>y && at > start)) return true;
  }
  return false;
}

/** Whether the last letter is a consonant; the word is not empty. */
export function endsInConsonant(start: usize, end: usize): bool {
  return !isVowel(start, end - 1);
}

/** Porter's *d: two equal consonants at the end. */
export function endsInDouble(start: usize, end: usize): bool {
  return end - start >= 2 && load<u8>(end - 1) == load<u8>(end - 2) && endsInConsonant(start, end);
}

/** Porter's *o, consonant, vowel, consonant other than w, x, y at the end; and NLTK's two letters, vowel and consonant. */
export function endsShort(start: usize, end: usize): bool {
  const length = end - start;
  if (length < 2 || isVowel(start, end - 1) || !isVowel(start, end - 2)) return false;
  if (length == 2) return true;
  const last = <u64>load<u8>(end - 1);
  return !isVowel(start, end - 3) && last != w && last != x && last != y;
}

// @ts-ignore: decorator
@inline
/** Whether the word ends in a packed suffix. Up to 7 bytes before the word are read, and do not matter. */
export function ends(start: usize, end: usize, suffix: u64): bool {
  const length = lettersOf(suffix);
  return end - start >= length && load<u64>(end - 8) >> (64 - 8 * <u64>length) == suffix;
}
