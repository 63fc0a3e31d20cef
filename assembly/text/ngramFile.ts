/** The n-grams of an ARPA file, which come order by order: into the tables, and out of them. */
import {
  append, BACKOFF, entryOf, find, findOrAdd, LOG_PROBABILITY, ngramCount, NONE, WORD,
} from "./ngramTables";

export const NGRAM_READ: i32 = 0;
/** All words but the last are no n-gram of the order below. */
export const NGRAM_NO_HISTORY: i32 = 1;
export const NGRAM_TWICE: i32 = 2;

/**
 * Adds n-grams of one order.
 *
 * @param wordsPtr u32, `order` for each n-gram; of order 1 the next number each.
 * @param logsPtr log10 p, f64.
 * @param backoffsPtr log10 of the backoff weight, f64; 0 at the highest order.
 * @param stopPtr Where it stopped, i32, is written here unless all were added.
 */
export function ngramAdd(order: i32, wordsPtr: usize, logsPtr: usize, backoffsPtr: usize, count: i32, stopPtr: usize): i32 {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<i32>(stopPtr, <i32>i);
    const last = load<u32>(wordsPtr + ((<usize>(order - 1)) << 2));
    const before = ngramCount(order);
    let id = before;
    if (order == 1) append(1, 0, last);
    else {
      let history = load<u32>(wordsPtr);
      for (let k = 2; k < order && history != NONE; k++) {
        history = find(k, history, load<u32>(wordsPtr + ((<usize>(k - 1)) << 2)));
      }
      if (history == NONE) return NGRAM_NO_HISTORY;
      id = findOrAdd(order, history, last);
      if (id != before) return NGRAM_TWICE;
    }
    const entry = entryOf(order, id);
    store<f64>(entry, load<f64>(logsPtr + (i << 3)), LOG_PROBABILITY);
    if (backoffsPtr != 0) store<f64>(entry, load<f64>(backoffsPtr + (i << 3)), BACKOFF);
    wordsPtr += (<usize>order) << 2;
  }
  return NGRAM_READ;
}

/** The inverse of `ngramAdd`: entries `first` … `first + count − 1`. */
export function ngramList(order: i32, first: u32, count: i32, wordsPtr: usize, logsPtr: usize, backoffsPtr: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const entry = entryOf(order, first + <u32>i);
    store<f64>(logsPtr + (i << 3), load<f64>(entry, LOG_PROBABILITY));
    if (backoffsPtr != 0) store<f64>(backoffsPtr + (i << 3), load<f64>(entry, BACKOFF));
    let at = entry;
    for (let k = order; k > 0; k--) {
      store<u32>(wordsPtr + ((<usize>(k - 1)) << 2), load<u32>(at, WORD));
      if (k > 1) at = entryOf(k - 1, load<u32>(at));
    }
    wordsPtr += (<usize>order) << 2;
  }
}
