/**
 * The small features: products of a few coarse facts, each with a slot of its own. A row holds the nine slots of a
 * candidate; the end of the summary has a row of other ones.
 *
 *   sort (times in the article, place, class)            level × place of the copy × step
 *   skip × function word × copied                        used × function word × level
 *   idf × times × used                                   level × class of both words
 *   run × level                                          step × in the article × class
 *   the word before × copied × skipped
 *
 *   end: the word's number | closing × step | class of the word before × step | closing × run | the word before
 */
import { sortCount } from "./article";
import {
  AT_REST, classBefore, closing, inPlay, levelOf, placeIn, run, said, skipOf, stateOf, usedOf,
} from "./history";
import { HOME_ROW, IN_PLAY, ROW, ROW_SLOTS, ROWS, SORTS, workspace } from "./workspace";

const STEPS = 9, PLACES = 8, TIMES = 5, CLASSES = 12, RUNS = 7, LAST_STEP = 44, LONGEST_RUN = 8;

/** The slot whose weight stays zero: what a shorter row is filled up with. */
const NOTHING: i32 = 0;
const SORT: i32 = 4;
const COPY = SORT + TIMES * PLACES * CLASSES;
const SKIP = COPY + 4 * PLACES * STEPS;
const USED = SKIP + 7 * 2 * 2;
const RARITY = USED + 3 * 2 * 4;
const CLASS_PAIR = RARITY + 6 * TIMES * 3;
const RUN = CLASS_PAIR + 4 * CLASSES * CLASSES;
const STAGE = RUN + RUNS * 3;
const END_AT = STAGE + STEPS * 2 * CLASSES;
const END_CLOSING = END_AT + LAST_STEP + 1;
const END_CLASS = END_CLOSING + 4 * STEPS;
const END_RUN = END_CLASS + CLASSES * STEPS;
/** Where the weights of the word before stand while a step lasts: copied + 2 · skipped, then the end's. */
export const AFTER: i32 = END_RUN + 4 * (LONGEST_RUN + 1);
export const AFTER_SLOTS: i32 = 5;
const AFTER_END: i32 = AFTER + 4;

/** Words 0, 1, 2–4, then in fives up to 29, and all later ones. */
export function stepOf(words: i32): i32 {
  return words < 2 ? words : min(2 + words / 5, 8);
}

// @ts-ignore: decorator
@inline
function put(row: usize, index: i32, slot: i32): void {
  store<i32>(row + ((<usize>index) << 2), slot << 2, ROWS);
}

/** Writes the row of a candidate of the given sort in the given state. */
function writeRow(row: i32, sort: i32, state: i32): void {
  const times = sort & 7, sortClass = sort >> 6;
  const isFunction = sortClass & 1, idf = sortClass >> 1, inArticle = <i32>(times > 0);
  const level = levelOf(state), skip = skipOf(state), used = usedOf(state), place = placeIn(state);
  const copied = <i32>(level > 0), skipped = <i32>(skip > 0);
  const before = classBefore(1), step = stepOf(said);

  const slots = workspace() + ((<usize>(row * ROW_SLOTS)) << 2);
  put(slots, 0, SORT + (times * PLACES + ((sort >> 3) & 7)) * CLASSES + sortClass);
  put(slots, 1, COPY + (level * PLACES + place) * STEPS + step);
  put(slots, 2, SKIP + (skip * 2 + isFunction) * 2 + copied);
  put(slots, 3, USED + (used * 2 + isFunction) * 4 + level);
  put(slots, 4, RARITY + (idf * TIMES + times) * 3 + used);
  put(slots, 5, CLASS_PAIR + (level * CLASSES + before) * CLASSES + sortClass);
  put(slots, 6, RUN + min(run, RUNS - 1) * 3 + min(level, 2));
  put(slots, 7, STAGE + (step * 2 + inArticle) * CLASSES + sortClass);
  put(slots, 8, AFTER + copied + 2 * skipped);
}

function writeEndRow(row: i32): void {
  const step = stepOf(said);
  const slots = workspace() + ((<usize>(row * ROW_SLOTS)) << 2);
  put(slots, 0, END_AT + min(said, LAST_STEP));
  put(slots, 1, END_CLOSING + closing * STEPS + step);
  put(slots, 2, END_CLASS + classBefore(1) * STEPS + step);
  put(slots, 3, END_RUN + closing * (LONGEST_RUN + 1) + min(run, LONGEST_RUN));
  put(slots, 4, AFTER_END);
  for (let k = 5; k < ROW_SLOTS; k++) put(slots, k, NOTHING);
}

/** Writes all rows of a step, gives those in play their own, and returns how many there are. */
export function writeRows(): i32 {
  const base = workspace();
  for (let row = 0; row < sortCount; row++) writeRow(row, load<i32>(base + ((<usize>row) << 2), SORTS), AT_REST);
  writeEndRow(sortCount);
  let row = sortCount + 1;
  for (let k = 0; k < inPlay; k++, row++) {
    const candidate = load<i32>(base + ((<usize>k) << 2), IN_PLAY);
    const slot = base + ((<usize>candidate) << 2);
    const sort = load<i32>(base + ((<usize>load<i32>(slot, HOME_ROW)) << 2), SORTS);
    writeRow(row, sort, stateOf(candidate));
    store<i32>(slot, row, ROW);
  }
  return row;
}
