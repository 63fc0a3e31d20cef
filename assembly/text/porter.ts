/**
 * Porter's stemmer (M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980) as NLTK 3.8 runs it by default,
 * mode NLTK_EXTENSIONS: with a few irregular words, and with the departures that are marked NLTK below.
 *
 * A word is the bytes in [start, end), lower-case letters and digits, and is stemmed in place: no rule makes it longer.
 * Of the rules of a step, the first whose suffix fits decides, whether or not its condition holds.
 */
import {
  a, b, c, d, e, f, g, h, i, k, l, lettersOf, m, n, o, p, packed, r, s, t, u, v, w, word, x, y, z,
} from "./letters";
import { ends, endsInConsonant, endsInDouble, endsShort, hasVowel, measure } from "./stem";

/** Stems a word in place, and returns its new length. */
export function porterStem(start: usize, length: usize): usize {
  if (length <= 8) {
    const stem = irregular(packed(start, length));
    if (stem != 0) {
      const letters = lettersOf(stem);
      for (let at: usize = 0; at < letters; at++) store<u8>(start + at, <u8>(stem >> <u64>(8 * at)));
      return letters;
    }
  }
  if (length <= 2) return length;
  let end = plural(start, start + length);
  end = past(start, end);
  end = finalY(start, end);
  end = doubleSuffix(start, end);
  end = suffix(start, end);
  end = ending(start, end);
  return finalE(start, end) - start;
}

/** NLTK: the stem of an irregular word, 0 for any other. */
function irregular(whole: u64): u64 {
  switch (whole) {
    case word(s, k, y):
    case word(s, k, i, e, s): return word(s, k, y);
    case word(d, y, i, n, g): return word(d, i, e);
    case word(l, y, i, n, g): return word(l, i, e);
    case word(t, y, i, n, g): return word(t, i, e);
    case word(i, n, n, i, n, g, s): return word(i, n, n, i, n, g);
    case word(o, u, t, i, n, g, s): return word(o, u, t, i, n, g);
    case word(c, a, n, n, i, n, g, s): return word(c, a, n, n, i, n, g);
    case word(n, e, w, s):
    case word(i, n, n, i, n, g):
    case word(o, u, t, i, n, g):
    case word(c, a, n, n, i, n, g):
    case word(h, o, w, e):
    case word(p, r, o, c, e, e, d):
    case word(e, x, c, e, e, d):
    case word(s, u, c, c, e, e, d): return whole;
    default: return 0;
  }
}

// @ts-ignore: decorator
@inline
function setLast(end: usize, letter: u64): usize {
  store<u8>(end - 1, <u8>letter);
  return end;
}

// @ts-ignore: decorator
@inline
/**
 * A rule of steps 2 to 4: where the word ends in `from` and the measure before that is above `above`, the last `cut`
 * letters go, and the last of the rest becomes `last`, if one is given. Returns 0 if the suffix does not fit.
 */
function rule(start: usize, end: usize, from: u64, above: i32, cut: usize, last: u64 = 0): usize {
  if (!ends(start, end, from)) return 0;
  if (measure(start, end - lettersOf(from)) <= above) return end;
  return last != 0 ? setLast(end - cut, last) : end - cut;
}

/** Step 1a. */
function plural(start: usize, end: usize): usize {
  if (load<u8>(end - 1) != <u8>s) return end;
  if (ends(start, end, word(s, s, e, s))) return end - 2;
  if (ends(start, end, word(i, e, s))) return end - start == 4 ? end - 1 : end - 2; // NLTK: dies → die
  return ends(start, end, word(s, s)) ? end : end - 1;
}

/** Step 1b. */
function past(start: usize, end: usize): usize {
  if (ends(start, end, word(i, e, d))) return end - start == 4 ? end - 1 : end - 2; // NLTK: died → die, spied → spi
  if (ends(start, end, word(e, e, d))) return measure(start, end - 3) > 0 ? end - 1 : end;
  let stem: usize = 0;
  if (ends(start, end, word(e, d))) stem = end - 2;
  else if (ends(start, end, word(i, n, g))) stem = end - 3;
  if (stem == 0 || !hasVowel(start, stem)) return end;

  if (ends(start, stem, word(a, t)) || ends(start, stem, word(b, l)) || ends(start, stem, word(i, z))) {
    return setLast(stem + 1, e);
  }
  if (endsInDouble(start, stem)) {
    const last = <u64>load<u8>(stem - 1);
    return last == l || last == s || last == z ? stem : stem - 1;
  }
  return measure(start, stem) == 1 && endsShort(start, stem) ? setLast(stem + 1, e) : stem;
}

/** Step 1c. NLTK: only after a consonant that is not the first letter. */
function finalY(start: usize, end: usize): usize {
  if (load<u8>(end - 1) != <u8>y || end - start < 3 || !endsInConsonant(start, end - 1)) return end;
  return setLast(end, i);
}

/** Step 2. */
function doubleSuffix(start: usize, end: usize): usize {
  let done: usize = 0;
  switch (<u32>load<u8>(end - 1)) {
    case <u32>l:
      if ((done = rule(start, end, word(a, t, i, o, n, a, l), 0, 4, e))) return done;
      if ((done = rule(start, end, word(t, i, o, n, a, l), 0, 2))) return done;
      break;
    case <u32>r:
      if ((done = rule(start, end, word(i, z, e, r), 0, 1))) return done;
      if ((done = rule(start, end, word(a, t, o, r), 0, 1, e))) return done;
      break;
    case <u32>n:
      if ((done = rule(start, end, word(i, z, a, t, i, o, n), 0, 4, e))) return done;
      if ((done = rule(start, end, word(a, t, i, o, n), 0, 2, e))) return done;
      break;
    case <u32>m:
      if ((done = rule(start, end, word(a, l, i, s, m), 0, 3))) return done;
      break;
    case <u32>s:
      if ((done = rule(start, end, word(i, v, e, n, e, s, s), 0, 4))) return done;
      if ((done = rule(start, end, word(f, u, l, n, e, s, s), 0, 4))) return done;
      if ((done = rule(start, end, word(o, u, s, n, e, s, s), 0, 4))) return done;
      break;
    case <u32>i:
      return doubleSuffixInI(start, end);
  }
  return end;
}

/** Those of step 2 that end in i. */
function doubleSuffixInI(start: usize, end: usize): usize {
  if (ends(start, end, word(a, l, l, i))) {
    // NLTK: what -alli → -al leaves goes through step 2 again
    return measure(start, end - 4) > 0 ? doubleSuffix(start, end - 2) : end;
  }
  let done: usize = 0;
  if ((done = rule(start, end, word(e, n, c, i), 0, 0, e))) return done;
  if ((done = rule(start, end, word(a, n, c, i), 0, 0, e))) return done;
  if ((done = rule(start, end, word(b, l, i), 0, 0, e))) return done; // NLTK: not -abli
  if ((done = rule(start, end, word(e, n, t, l, i), 0, 2))) return done;
  if ((done = rule(start, end, word(e, l, i), 0, 2))) return done;
  if ((done = rule(start, end, word(o, u, s, l, i), 0, 2))) return done;
  if ((done = rule(start, end, word(a, l, i, t, i), 0, 3))) return done;
  if ((done = rule(start, end, word(i, v, i, t, i), 0, 2, e))) return done;
  if (ends(start, end, word(b, i, l, i, t, i))) {
    if (measure(start, end - 6) == 0) return end;
    store<u8>(end - 5, <u8>l);
    return setLast(end - 3, e);
  }
  if ((done = rule(start, end, word(f, u, l, l, i), 0, 2))) return done; // NLTK
  // NLTK: the l counts as part of the stem, so that geologi goes the way of archaeologi
  if (ends(start, end, word(l, o, g, i)) && measure(start, end - 3) > 0) return end - 1;
  return end;
}

/** Step 3. */
function suffix(start: usize, end: usize): usize {
  let done: usize = 0;
  switch (<u32>load<u8>(end - 1)) {
    case <u32>e:
      if ((done = rule(start, end, word(i, c, a, t, e), 0, 3))) return done;
      if ((done = rule(start, end, word(a, t, i, v, e), 0, 5))) return done;
      if ((done = rule(start, end, word(a, l, i, z, e), 0, 3))) return done;
      break;
    case <u32>i:
      if ((done = rule(start, end, word(i, c, i, t, i), 0, 3))) return done;
      break;
    case <u32>l:
      if ((done = rule(start, end, word(i, c, a, l), 0, 2))) return done;
      if ((done = rule(start, end, word(f, u, l), 0, 3))) return done;
      break;
    case <u32>s:
      if ((done = rule(start, end, word(n, e, s, s), 0, 4))) return done;
      break;
  }
  return end;
}

/** Step 4. */
function ending(start: usize, end: usize): usize {
  let done: usize = 0;
  switch (<u32>load<u8>(end - 1)) {
    case <u32>l:
      if ((done = rule(start, end, word(a, l), 1, 2))) return done;
      break;
    case <u32>e:
      if ((done = rule(start, end, word(a, n, c, e), 1, 4))) return done;
      if ((done = rule(start, end, word(e, n, c, e), 1, 4))) return done;
      if ((done = rule(start, end, word(a, b, l, e), 1, 4))) return done;
      if ((done = rule(start, end, word(i, b, l, e), 1, 4))) return done;
      if ((done = rule(start, end, word(a, t, e), 1, 3))) return done;
      if ((done = rule(start, end, word(i, v, e), 1, 3))) return done;
      if ((done = rule(start, end, word(i, z, e), 1, 3))) return done;
      break;
    case <u32>r:
      if ((done = rule(start, end, word(e, r), 1, 2))) return done;
      break;
    case <u32>c:
      if ((done = rule(start, end, word(i, c), 1, 2))) return done;
      break;
    case <u32>t:
      if ((done = rule(start, end, word(a, n, t), 1, 3))) return done;
      if ((done = rule(start, end, word(e, m, e, n, t), 1, 5))) return done;
      if ((done = rule(start, end, word(m, e, n, t), 1, 4))) return done;
      if ((done = rule(start, end, word(e, n, t), 1, 3))) return done;
      break;
    case <u32>n:
      if (ends(start, end, word(s, i, o, n)) || ends(start, end, word(t, i, o, n))) {
        if (measure(start, end - 3) > 1) return end - 3;
      }
      break;
    case <u32>u:
      if ((done = rule(start, end, word(o, u), 1, 2))) return done;
      break;
    case <u32>m:
      if ((done = rule(start, end, word(i, s, m), 1, 3))) return done;
      break;
    case <u32>i:
      if ((done = rule(start, end, word(i, t, i), 1, 3))) return done;
      break;
    case <u32>s:
      if ((done = rule(start, end, word(o, u, s), 1, 3))) return done;
      break;
  }
  return end;
}

/** Steps 5a and 5b. */
function finalE(start: usize, end: usize): usize {
  if (load<u8>(end - 1) == <u8>e) {
    const turns = measure(start, end - 1);
    if (turns > 1 || (turns == 1 && !endsShort(start, end - 1))) end--;
  }
  return ends(start, end, word(l, l)) && measure(start, end - 1) > 1 ? end - 1 : end;
}
