/**
 * Interpolated modified Kneser–Ney estimation.
 *
 *   a(w₁…w_k)   adjusted count: the count c where k is the highest order or w₁ is <s>, which nothing precedes; else the
 *               number of different words seen before w₁…w_k
 *   p(w ∣ h)    = (a(hw) − D(a(hw))) / Σ_v a(hv) + γ(h) p(w ∣ h′), h′ the history without its first word
 *   γ(h)        = (D₁ N₁(h•) + D₂ N₂(h•) + D₃ N₃₊(h•)) / Σ_v a(hv), with N_j(h•) the words that follow h j times
 *   p(w)        = (a(w) − D(a(w))) / Σ_v a(v) + γ / |V|, V being all words, <unk> and </s>, but not <s>
 *
 * Source: S. F. Chen and J. Goodman, An Empirical Study of Smoothing Techniques for Language Modeling, TR-10-98, Harvard
 * 1998, section 3.4 (equations 25 to 27); the treatment of <s> is that of K. Heafield et al., Scalable Modified Kneser–Ney
 * Language Model Estimation, ACL 2013. Probabilities stay linear until the last step, which takes their logarithms.
 */
import {
  append, BACKOFF, entryOf, findOrAdd, LOG_PROBABILITY, ngramCount, NONE, SUFFIX, TALLY,
} from "./ngramTables";

/** Of a tally: every occurrence counts. The other bits are the count. */
const RAW: u32 = 0x80000000;

/** Appends words without a count, entry w of order 1 for word w. */
export function ngramWords(count: i32): void {
  for (let i = 0; i < count; i++) append(1, 0, ngramCount(1));
}

/**
 * Counts the n-grams of one order that end in a stretch of text; those of the order below have been counted.
 *
 * @param tokensPtr u32 words; every sentence begins with `begin`.
 * @param idsPtr In: entry of the order below that ends there, or NONE; out: the same of this order.
 * @param highest 1 if this is the order of the model.
 * @param carry Entry of the order below that ends before the stretch; NONE at the start.
 * @returns What to carry to the next stretch.
 */
export function ngramTally(
  order: i32, highest: i32, tokensPtr: usize, idsPtr: usize, n: i32, begin: u32, carry: u32,
): u32 {
  for (let i: usize = 0; i < <usize>n; i++) {
    const word = load<u32>(tokensPtr + (i << 2));
    const suffix = load<u32>(idsPtr + (i << 2));
    let id = NONE;
    if (order == 1) {
      id = word;
      if (highest != 0 && word != begin) tally(1, word);
    } else if (word != begin && carry != NONE) {
      const before = ngramCount(order);
      id = findOrAdd(order, carry, word);
      const entry = entryOf(order, id);
      if (id == before) {
        const raw = highest != 0 || (order == 2 ? carry == begin : (load<u32>(entryOf(order - 1, carry), TALLY) & RAW) != 0);
        store<u32>(entry, raw ? RAW : 0, TALLY);
        store<u32>(entry, suffix, SUFFIX);
        tally(order - 1, suffix); // one more word is seen before the suffix
      }
      if ((load<u32>(entry, TALLY) & RAW) != 0) tally(order, id);
    }
    store<u32>(idsPtr + (i << 2), id);
    carry = suffix;
  }
  return carry;
}

// @ts-ignore: decorator
@inline
function tally(order: i32, index: u32): void {
  const entry = entryOf(order, index);
  store<u32>(entry, load<u32>(entry, TALLY) + 1, TALLY);
}

/** How many n-grams have adjusted count 1, 2, 3 and 4: four f64. */
export function ngramCountsOfCounts(order: i32, outPtr: usize): void {
  memory.fill(outPtr, 0, 32);
  const count = ngramCount(order);
  for (let index: u32 = 0; index < count; index++) {
    const adjusted = load<u32>(entryOf(order, index), TALLY) & ~RAW;
    if (adjusted == 0 || adjusted > 4) continue;
    const at = outPtr + ((<usize>(adjusted - 1)) << 3);
    store<f64>(at, load<f64>(at) + 1);
  }
}

/**
 * Probabilities of one order, and the backoff weights of the histories below it; the orders below are done.
 *
 * @param begin Word <s>, which is never predicted.
 * @param scratchPtr 16 bytes for each entry of the order below (order 1: 16 bytes): Σ a, N₁, N₂, N₃₊ of a history.
 */
export function ngramEstimate(order: i32, d1: f64, d2: f64, d3: f64, begin: u32, scratchPtr: usize): void {
  const histories: u32 = order == 1 ? 1 : ngramCount(order - 1);
  memory.fill(scratchPtr, 0, (<usize>histories) << 4);
  const count = ngramCount(order);
  for (let index: u32 = 0; index < count; index++) {
    const entry = entryOf(order, index);
    const adjusted = load<u32>(entry, TALLY) & ~RAW;
    if (adjusted == 0) continue;
    const history = scratchPtr + ((<usize>load<u32>(entry)) << 4);
    store<u32>(history, load<u32>(history) + adjusted);
    const followers = history + ((<usize>min<u32>(adjusted, 3)) << 2);
    store<u32>(followers, load<u32>(followers) + 1);
  }
  if (order > 1) {
    for (let index: u32 = 0; index < histories; index++) {
      const history = scratchPtr + ((<usize>index) << 4);
      store<f64>(entryOf(order - 1, index), backoffOf(history, d1, d2, d3), BACKOFF);
    }
  }
  const uniform = 1 / <f64>(ngramCount(1) - 1);
  const gamma = backoffOf(scratchPtr, d1, d2, d3);
  for (let index: u32 = 0; index < count; index++) {
    const entry = entryOf(order, index);
    const adjusted = load<u32>(entry, TALLY) & ~RAW;
    const prefix = load<u32>(entry);
    const discount = adjusted == 0 ? 0 : adjusted == 1 ? d1 : adjusted == 2 ? d2 : d3;
    const own = adjusted == 0 ? 0 : (<f64>adjusted - discount) / <f64>load<u32>(scratchPtr + ((<usize>prefix) << 4));
    const weight = order == 1 ? gamma : load<f64>(entryOf(order - 1, prefix), BACKOFF);
    const lower = order == 1 ? uniform : load<f64>(entryOf(order - 1, load<u32>(entry, SUFFIX)), LOG_PROBABILITY);
    store<f64>(entry, order == 1 && index == begin ? 0 : own + weight * lower, LOG_PROBABILITY);
  }
}

/** γ of a history; 1 if nothing followed it. */
function backoffOf(history: usize, d1: f64, d2: f64, d3: f64): f64 {
  const total = load<u32>(history);
  if (total == 0) return 1;
  const n1 = <f64>load<u32>(history, 4);
  const n2 = <f64>load<u32>(history, 8);
  const n3 = <f64>load<u32>(history, 12);
  return (d1 * n1 + d2 * n2 + d3 * n3) / <f64>total;
}

/** What ARPA files say for a probability of zero: <s> is never predicted. */
const NEVER: f64 = -99;

/** The last step: probabilities and backoff weights of an order become their log10. */
export function ngramLogarithms(order: i32, highest: i32): void {
  const count = ngramCount(order);
  for (let index: u32 = 0; index < count; index++) {
    const entry = entryOf(order, index);
    store<f64>(entry, logarithm(load<f64>(entry, LOG_PROBABILITY)), LOG_PROBABILITY);
    if (highest == 0) store<f64>(entry, Math.log10(load<f64>(entry, BACKOFF)), BACKOFF);
  }
}

/** The same for numbers of a model that is not in tables: `count` f64 become their log10. */
export function ngramLogarithmsOf(valuesPtr: usize, count: i32): void {
  for (const end = valuesPtr + ((<usize>count) << 3); valuesPtr < end; valuesPtr += 8) {
    store<f64>(valuesPtr, logarithm(load<f64>(valuesPtr)));
  }
}

// @ts-ignore: decorator
@inline
function logarithm(probability: f64): f64 {
  return probability > 0 ? Math.log10(probability) : NEVER;
}
