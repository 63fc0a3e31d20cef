/**
 * An article as the host lays it out, in i32:
 *
 *   tokens n | types m | candidates c | key low | key high          the key names the article's random streams
 *   n types    one a token, 0 … m − 1 by first appearance
 *   n sentences  one a token, ascending
 *   c′ hashes  one a candidate; c′ is c rounded up to a multiple of four
 *   c′ classes one a candidate: 1 for a function word, + 2 · idf bucket (0 … 5)
 *
 * Candidates are the article's types, then the common words it lacks, then the end of the summary.
 *
 * Opening an article finds where its types stand, and sorts its candidates: those of one sort (times in the article,
 * place of the first, class) have all their small features in common while nothing points at them, so they share a row.
 */
import {
  COUNT, FIRST, HOME_ROW, MAX_SORTS, NEXT, ROW, SORT_ROWS, SORTS, STATE, WORD_SLOT, workspace,
} from "./workspace";
import { wordSlot } from "./lexical";

/** Bytes of the numbers before the tokens. */
const HEADER: usize = 20;
/** The place of what does not stand in the article. */
export const NOWHERE: i32 = 7;

export let tokenCount: i32 = 0;
export let typeCount: i32 = 0;
export let candidateCount: i32 = 0;
export let keyLow: u32 = 0;
export let keyHigh: u32 = 0;
/** Rows of candidates at rest. */
export let sortCount: i32 = 0;
let tokensPtr: usize = 0;
let sentencesPtr: usize = 0;
export let hashesPtr: usize = 0;
let classesPtr: usize = 0;

// @ts-ignore: decorator
@inline
function at(array: usize, index: i32): i32 {
  return load<i32>(array + ((<usize>index) << 2));
}

// @ts-ignore: decorator
@inline
export function tokenAt(position: i32): i32 {
  return at(tokensPtr, position);
}

// @ts-ignore: decorator
@inline
export function sentenceAt(position: i32): i32 {
  return at(sentencesPtr, position);
}

// @ts-ignore: decorator
@inline
export function hashOf(candidate: i32): u32 {
  return <u32>at(hashesPtr, candidate);
}

// @ts-ignore: decorator
@inline
export function classOf(candidate: i32): i32 {
  return at(classesPtr, candidate);
}

/** Sentences 0, 1, 2, then 3–4, 5–7 and all later ones. */
export function placeOf(sentence: i32): i32 {
  return sentence < 3 ? sentence : sentence < 5 ? 3 : sentence < 8 ? 4 : 5;
}

/** Whether no token of the same sentence follows. */
// @ts-ignore: decorator
@inline
export function endsSentence(position: i32): bool {
  return position + 1 >= tokenCount || sentenceAt(position + 1) != sentenceAt(position);
}

export function openArticle(article: usize): void {
  tokenCount = load<i32>(article);
  typeCount = load<i32>(article, 4);
  candidateCount = load<i32>(article, 8);
  keyLow = load<u32>(article, 12);
  keyHigh = load<u32>(article, 16);
  tokensPtr = article + HEADER;
  sentencesPtr = tokensPtr + ((<usize>tokenCount) << 2);
  hashesPtr = sentencesPtr + ((<usize>tokenCount) << 2);
  classesPtr = hashesPtr + ((<usize>(candidateCount + 3) & ~3) << 2);
  findTypes();
  sortCandidates();
}

function findTypes(): void {
  const base = workspace();
  const bytes = (<usize>candidateCount) << 2;
  memory.fill(base + FIRST, 0xff, bytes);
  memory.fill(base + COUNT, 0, bytes);
  for (let i = tokenCount - 1; i >= 0; i--) {
    const type = base + ((<usize>tokenAt(i)) << 2);
    store<i32>(base + ((<usize>i) << 2), load<i32>(type, FIRST), NEXT);
    store<i32>(type, i, FIRST);
    store<i32>(type, load<i32>(type, COUNT) + 1, COUNT);
  }
}

/** A sort in ten bits: times in the article (0 … 4), place of the first, class. */
function sortOf(candidate: i32): i32 {
  const slot = workspace() + ((<usize>candidate) << 2);
  const first = load<i32>(slot, FIRST);
  const place = first < 0 ? NOWHERE : placeOf(sentenceAt(first));
  return min(load<i32>(slot, COUNT), 4) | (place << 3) | (classOf(candidate) << 6);
}

function sortCandidates(): void {
  const base = workspace();
  memory.fill(base + STATE, 0, (<usize>candidateCount) << 2);
  memory.fill(base + SORT_ROWS, 0xff, <usize>MAX_SORTS << 2);
  sortCount = 0;
  const end = candidateCount - 1;
  for (let i = 0; i < end; i++) {
    const sort = sortOf(i);
    const known = base + ((<usize>sort) << 2);
    if (load<i32>(known, SORT_ROWS) < 0) {
      store<i32>(known, sortCount, SORT_ROWS);
      store<i32>(base + ((<usize>sortCount) << 2), sort, SORTS);
      sortCount++;
    }
    setHome(i, load<i32>(known, SORT_ROWS));
  }
  setHome(end, sortCount);
}

function setHome(candidate: i32, row: i32): void {
  const slot = workspace() + ((<usize>candidate) << 2);
  store<i32>(slot, row, HOME_ROW);
  store<i32>(slot, row, ROW);
  store<i32>(slot, wordSlot(hashOf(candidate)), WORD_SLOT);
}
