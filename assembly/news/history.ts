/**
 * What the words said so far point at. A candidate is in play where it
 *
 *   follows, in the article, the word just said (level 1), the two just said (2) or the three (3), in the sentence at
 *   `place`; before the first word, where it begins a sentence (level 1);
 *   follows that at a distance of 2 … 5 in the same sentence (skip 3, 2, 1, 1; three more from level 2 on); or
 *   has been said already (used, at most 2).
 *
 * All others are at rest; those in play are listed, and put to rest again before the next step.
 */
import { candidateCount, endsSentence, NOWHERE, placeOf, sentenceAt, tokenAt, tokenCount } from "./article";
import { FIRST, HOME_ROW, IN_PLAY, NEXT, ROW, SAID, SAID_CLASS, SAID_HASH, STATE, workspace } from "./workspace";
import { START_HASH } from "./lexical";

/** A state: level in bits 0–1, skip in 2–4, used in 5–6, place in 7–9. */
const SKIP_SHIFT = 2, USED_SHIFT = 5, PLACE_SHIFT = 7;
export const AT_REST: i32 = NOWHERE << PLACE_SHIFT;
/** How far a skip reaches. */
const REACH: i32 = 5;
/** The class of the start: no function word, in the rarest bucket. */
const START_CLASS: i32 = 5 << 1;

/** Words said, and for how many words the last ones have run along the article. */
export let said: i32 = 0;
export let run: i32 = 0;
/** The highest level at which the words said run into the end of a sentence. */
export let closing: i32 = 0;
export let inPlay: i32 = 0;

// @ts-ignore: decorator
@inline
export function levelOf(state: i32): i32 {
  return state & 3;
}

// @ts-ignore: decorator
@inline
export function skipOf(state: i32): i32 {
  return (state >> SKIP_SHIFT) & 7;
}

// @ts-ignore: decorator
@inline
export function usedOf(state: i32): i32 {
  return (state >> USED_SHIFT) & 3;
}

// @ts-ignore: decorator
@inline
export function placeIn(state: i32): i32 {
  return (state >> PLACE_SHIFT) & 7;
}

// @ts-ignore: decorator
@inline
export function stateOf(candidate: i32): i32 {
  return load<i32>(workspace() + ((<usize>candidate) << 2), STATE);
}

/** The candidate said `back` words ago (1 is the last), −1 if there is none. */
export function saidBefore(back: i32): i32 {
  return back > said ? -1 : load<i32>(workspace() + ((<usize>(said - back)) << 2), SAID);
}

export function hashBefore(back: i32): u32 {
  return back > said ? START_HASH : load<u32>(workspace() + ((<usize>(said - back)) << 2), SAID_HASH);
}

export function classBefore(back: i32): i32 {
  return back > said ? START_CLASS : load<i32>(workspace() + ((<usize>(said - back)) << 2), SAID_CLASS);
}

/** Goes back to before the first word. */
export function startSummary(): void {
  said = 0;
  run = 0;
}

/** Says a word: a candidate, or −1 for one that the model cannot say. */
export function say(candidate: i32, hash: u32, wordClass: i32): void {
  run = said > 0 && candidate >= 0 && levelOf(stateOf(candidate)) > 0 ? run + 1 : 0;
  const slot = workspace() + ((<usize>said) << 2);
  store<i32>(slot, candidate, SAID);
  store<u32>(slot, hash, SAID_HASH);
  store<i32>(slot, wordClass, SAID_CLASS);
  said++;
}

// @ts-ignore: decorator
@inline
function setState(candidate: i32, before: i32, state: i32): void {
  const base = workspace();
  if (before == 0) {
    store<i32>(base + ((<usize>inPlay) << 2), candidate, IN_PLAY);
    inPlay++;
  }
  store<i32>(base + ((<usize>candidate) << 2), state, STATE);
}

/** A state that has been set is never zero: the place is NOWHERE, or a level is. */
function raiseLevel(candidate: i32, level: i32, place: i32): void {
  const before = stateOf(candidate);
  if (level <= levelOf(before)) return;
  const kept = (before & ~(3 | (7 << PLACE_SHIFT)));
  setState(candidate, before, kept | level | (place << PLACE_SHIFT));
}

function raiseSkip(candidate: i32, skip: i32): void {
  const before = stateOf(candidate);
  if (skip <= skipOf(before)) return;
  const kept = (before == 0 ? AT_REST : before) & ~(7 << SKIP_SHIFT);
  setState(candidate, before, kept | (skip << SKIP_SHIFT));
}

function addUse(candidate: i32): void {
  const before = stateOf(candidate);
  if (usedOf(before) >= 2) return;
  setState(candidate, before, (before == 0 ? AT_REST : before) + (1 << USED_SHIFT));
}

/** Puts in play what the words said point at. */
export function lookBack(): void {
  closing = 0;
  for (let back = 1; back <= said; back++) {
    const candidate = saidBefore(back);
    if (candidate >= 0) addUse(candidate);
  }
  if (said == 0) pointAtBeginnings();
  else pointAlong(saidBefore(1), saidBefore(2), saidBefore(3));
}

function pointAtBeginnings(): void {
  for (let i = 0; i < tokenCount; i++) {
    if (i == 0 || endsSentence(i - 1)) raiseLevel(tokenAt(i), 1, placeOf(sentenceAt(i)));
  }
}

function pointAlong(last: i32, second: i32, third: i32): void {
  if (last < 0 || last >= candidateCount) return;
  const base = workspace();
  for (let i = load<i32>(base + ((<usize>last) << 2), FIRST); i >= 0; i = load<i32>(base + ((<usize>i) << 2), NEXT)) {
    const level = levelAt(i, second, third);
    if (endsSentence(i)) {
      closing = max(closing, level);
      continue;
    }
    const sentence = sentenceAt(i);
    raiseLevel(tokenAt(i + 1), level, placeOf(sentence));
    for (let distance = 2; distance <= REACH; distance++) {
      const j = i + distance;
      if (j >= tokenCount || sentenceAt(j) != sentence) break;
      raiseSkip(tokenAt(j), max(5 - distance, 1) + (level >= 2 ? 3 : 0));
    }
  }
}

/** How many of the words just said stand before position i + 1: the last does. */
function levelAt(i: i32, second: i32, third: i32): i32 {
  if (i < 1 || second < 0 || tokenAt(i - 1) != second) return 1;
  return i < 2 || third < 0 || tokenAt(i - 2) != third ? 2 : 3;
}

/** Puts every candidate to rest. */
export function rest(): void {
  const base = workspace();
  for (let k = 0; k < inPlay; k++) {
    const slot = base + ((<usize>load<i32>(base + ((<usize>k) << 2), IN_PLAY)) << 2);
    store<i32>(slot, 0, STATE);
    store<i32>(slot, load<i32>(slot, HOME_ROW), ROW);
  }
  inPlay = 0;
}
