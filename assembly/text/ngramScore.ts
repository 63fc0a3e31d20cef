/**
 * Log-probabilities by backoff, as an ARPA file means them:
 *
 *   log p(w ∣ h) = log p(hw) where hw is in the model, else backoff(h) + log p(w ∣ h′), h′ the history without its first word
 *
 * with backoff(h) = 0 if h is not in the model. Tables hold logarithms to base 10; answers are natural ones, which one
 * multiplication by log 10 makes of a sum. Sums run from the longest history down, and from the first token on.
 */
import { BACKOFF, entryOf, find, LOG_PROBABILITY, NONE } from "./ngramTables";

/** Numbers of an answer: log-probability, perplexity. */
export const NGRAM_SCORE_FIELDS: i32 = 2;

/** For each order the n-gram that ends at the last token, or NONE. */
const STATE: usize = memory.data(32, 16);

// @ts-ignore: decorator
@inline
function state(order: i32): usize {
  return STATE + ((<usize>order) << 2);
}

/** log10 p(word ∣ what came before), after which `word` has come as well. */
function step(order: i32, word: u32): f64 {
  let sum: f64 = 0;
  let found = false;
  // Downwards, since order k looks at what order k − 1 was before this word.
  for (let k = order; k > 1; k--) {
    const history = load<u32>(state(k - 1));
    let id = NONE;
    if (history != NONE) {
      id = find(k, history, word);
      if (!found) sum += id == NONE ? load<f64>(entryOf(k - 1, history), BACKOFF) : load<f64>(entryOf(k, id), LOG_PROBABILITY);
      found = found || id != NONE;
    }
    store<u32>(state(k), id);
  }
  store<u32>(state(1), word);
  return found ? sum : sum + load<f64>(entryOf(1, word), LOG_PROBABILITY);
}

/**
 * Scores sequences of words.
 *
 * @param tokensPtr u32, one sequence after the other, each with its <s> and </s>.
 * @param lengthsPtr u32 tokens of each sequence.
 * @param leadingPtr u32 leading tokens of each that are history only: <s>, and those of a prompt.
 * @param logsPtr For each token the natural logarithm of its probability, NaN for a given one; 0: not wanted.
 * @param outPtr For each sequence Σ log p over its other tokens, and exp(−Σ/n); f64.
 */
export function ngramScore(
  order: i32, tokensPtr: usize, lengthsPtr: usize, leadingPtr: usize, count: i32, logsPtr: usize, outPtr: usize,
): void {
  for (let s: usize = 0; s < <usize>count; s++) {
    for (let k = 1; k <= order; k++) store<u32>(state(k), NONE);
    const length = load<u32>(lengthsPtr + (s << 2));
    const first = load<u32>(leadingPtr + (s << 2));
    let sum: f64 = 0;
    for (let i: u32 = 0; i < length; i++) {
      const log = step(order, load<u32>(tokensPtr));
      if (i >= first) sum += log;
      if (logsPtr != 0) {
        store<f64>(logsPtr, i < first ? NaN : log * Math.LN10);
        logsPtr += 8;
      }
      tokensPtr += 4;
    }
    store<f64>(outPtr, sum * Math.LN10);
    store<f64>(outPtr, perplexity(sum * Math.LN10, <f64>(length - first)), 8);
    outPtr += 8 * NGRAM_SCORE_FIELDS;
  }
}

/** exp(−Σ log p / n): the number of equally likely words among which one would be as much at a loss. */
export function perplexity(logProbability: f64, tokens: f64): f64 {
  return Math.exp(-logProbability / tokens);
}
