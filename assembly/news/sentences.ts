/**
 * What the extractive model sees of a sentence: six coarse facts, each with a slot of its own.
 *
 *   place (0 … 7, later)          length in words (8 steps)      first or not × length
 *   content shared with the rest of the article (8 steps)        with the first sentence (8 steps)
 *   mean idf of its words (8 steps)
 *
 * Content is every word that is not a function word; shared are its types, counted once for each time they stand here.
 */
import { classOf, endsSentence, openArticle, tokenAt, tokenCount } from "./article";
import { FIRST, NEXT, ROWS, SCORES, workspace } from "./workspace";

export const FACTS: i32 = 6;
const PLACES = 9, STEPS = 8;
const LENGTH: i32 = PLACES;
const LEAD: i32 = LENGTH + STEPS;
const CENTRALITY: i32 = LEAD + 2 * STEPS;
const LIKE_LEAD: i32 = CENTRALITY + STEPS;
const RARITY: i32 = LIKE_LEAD + STEPS;
/** All weights of the model; a multiple of four. */
export const EXTRACT_WEIGHTS: i32 = 60;

/** Of sentence s in what the open article's rows would take: begin, end, then its slots. */
export const SENTENCE_FIELDS: i32 = 8;
export let sentenceCount: i32 = 0;

// @ts-ignore: decorator
@inline
export function sentencePtr(sentence: i32): usize {
  return workspace() + ROWS + ((<usize>(sentence * SENTENCE_FIELDS)) << 2);
}

// @ts-ignore: decorator
@inline
export function sentenceScorePtr(sentence: i32): usize {
  return workspace() + SCORES + ((<usize>sentence) << 2);
}

/** Opens an article and finds its sentences and their facts. */
export function openSentences(article: usize): void {
  openArticle(article);
  sentenceCount = 0;
  let begin = 0;
  for (let i = 0; i < tokenCount; i++) {
    if (!endsSentence(i)) continue;
    describe(sentenceCount, begin, i + 1);
    sentenceCount++;
    begin = i + 1;
  }
}

function describe(sentence: i32, begin: i32, end: i32): void {
  const base = workspace();
  const leadEnd = sentence == 0 ? 0 : load<i32>(sentencePtr(0), 4);
  let content = 0, shared = 0, inLead = 0, rarity = 0;
  for (let i = begin; i < end; i++) {
    const type = tokenAt(i);
    const typeClass = classOf(type);
    rarity += typeClass >> 1;
    if (typeClass & 1) continue;
    content++;
    shared += <i32>standsOutside(type, begin, end);
    inLead += <i32>(load<i32>(base + ((<usize>type) << 2), FIRST) < leadEnd);
  }
  const length = lengthStep(end - begin);
  const fields = sentencePtr(sentence);
  store<i32>(fields, begin);
  store<i32>(fields, end, 4);
  store<i32>(fields, min(sentence, PLACES - 1), 8);
  store<i32>(fields, LENGTH + length, 12);
  store<i32>(fields, LEAD + length + (sentence == 0 ? STEPS : 0), 16);
  store<i32>(fields, CENTRALITY + eighths(shared, content), 20);
  store<i32>(fields, LIKE_LEAD + eighths(inLead, content), 24);
  store<i32>(fields, RARITY + min(2 * rarity / (end - begin), STEPS - 1), 28);
}

function standsOutside(type: i32, begin: i32, end: i32): bool {
  const base = workspace();
  for (let i = load<i32>(base + ((<usize>type) << 2), FIRST); i >= 0; i = load<i32>(base + ((<usize>i) << 2), NEXT)) {
    if (i < begin || i >= end) return true;
  }
  return false;
}

/** In fives: below 5, below 10, … below 35 words, and longer. */
function lengthStep(words: i32): i32 {
  return min(words / 5, STEPS - 1);
}

/** Which eighth of the whole a part is; of nothing, the first. */
function eighths(part: i32, whole: i32): i32 {
  return whole == 0 ? 0 : min(part * STEPS / whole, STEPS - 1);
}
