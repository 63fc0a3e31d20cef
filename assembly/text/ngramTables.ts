/**
 * The n-grams of one language model, a table for each order 1 … 6, in memory of the host: one model an instance.
 *
 * An n-gram is found from its history, entry `prefix` of the order below, and its last word, so a sentence is walked with
 * one look-up for each order and word. Layout of an entry, 24 bytes, at the highest order 16:
 *
 *   0   u32  prefix: entry of the order below that holds all words but the last (order 1: 0)
 *   4   u32  word
 *   8   f64  log10 of the probability; while n-grams are counted u32 count, and u32 suffix: entry of the order below that
 *            holds all words but the first
 *   16  f64  log10 of the backoff weight
 *
 * Entries stand in the order in which they came. Beside them is a hash table of u32: number of the entry plus one, 0 where
 * free; open addressing, linear probing, at most ¾ full. Entry w of order 1 is word w, and needs no hash table.
 */
export const HIGHEST_ORDER: i32 = 6;

/** No such n-gram. */
export const NONE: u32 = 0xffffffff;

/** Six words for each order: entries, their count, slots, shift (64 less the bits of a slot's number), bytes an entry. */
const TABLES: usize = memory.data(7 * 32, 16);
const ENTRIES: usize = 0;
const COUNT: usize = 4;
const SLOTS: usize = 8;
const SHIFT: usize = 12;
const ENTRY_BYTES: usize = 16;

/** Offsets in an entry. */
export const WORD: usize = 4;
export const LOG_PROBABILITY: usize = 8;
export const TALLY: usize = 8;
export const SUFFIX: usize = 12;
export const BACKOFF: usize = 16;

// @ts-ignore: decorator
@inline
function table(order: i32): usize {
  return TABLES + ((<usize>order) << 5);
}

/** How many n-grams of this order there are. */
export function ngramCount(order: i32): u32 {
  return load<u32>(table(order), COUNT);
}

// @ts-ignore: decorator
@inline
export function entryOf(order: i32, index: u32): usize {
  const at = table(order);
  return <usize>load<u32>(at, ENTRIES) + (<usize>index) * (<usize>load<u32>(at, ENTRY_BYTES));
}

/** The first slot for an n-gram: two multiplications of splitmix64's finisher spread both numbers over all bits. */
// @ts-ignore: decorator
@inline
function firstSlot(key: u64, shift: u64): usize {
  let mixed = key * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 32)) * 0x94d049bb133111eb;
  return <usize>(mixed >> shift);
}

/** An order without n-grams, whose entries have this many bytes. */
export function ngramClear(order: i32, entryBytes: i32): void {
  store<u32>(table(order), 0, COUNT);
  store<u32>(table(order), entryBytes, ENTRY_BYTES);
}

/** Says where the entries of an order are now, and their 2^bits slots, which are filled anew. */
export function ngramPlace(order: i32, entriesPtr: usize, slotsPtr: usize, bits: i32): void {
  const at = table(order);
  store<u32>(at, <u32>entriesPtr, ENTRIES);
  store<u32>(at, <u32>slotsPtr, SLOTS);
  store<u32>(at, 64 - bits, SHIFT);
  if (order == 1) return;
  memory.fill(slotsPtr, 0, (<usize>4) << bits);
  const count = load<u32>(at, COUNT);
  const shift: u64 = 64 - bits;
  const mask: usize = ((<usize>1) << bits) - 1;
  for (let index: u32 = 0; index < count; index++) {
    let slot = firstSlot(load<u64>(entryOf(order, index)), shift);
    while (load<u32>(slotsPtr + (slot << 2)) != 0) slot = (slot + 1) & mask;
    store<u32>(slotsPtr + (slot << 2), index + 1);
  }
}

/** The n-gram that continues entry `prefix` of the order below by `word`, or NONE. */
export function find(order: i32, prefix: u32, word: u32): u32 {
  const slot = slotOf(order, prefix, word);
  return load<u32>(slot) - 1;
}

/** Address of the slot that holds an n-gram, or of the free one in which it belongs. */
function slotOf(order: i32, prefix: u32, word: u32): usize {
  const at = table(order);
  const shift: u64 = load<u32>(at, SHIFT);
  const slots = <usize>load<u32>(at, SLOTS);
  const entries = <usize>load<u32>(at, ENTRIES);
  const entryBytes = <usize>load<u32>(at, ENTRY_BYTES);
  const mask: usize = ((<usize>1) << (64 - <usize>shift)) - 1;
  const key = (<u64>prefix) | ((<u64>word) << 32);
  let slot = firstSlot(key, shift);
  while (true) {
    const index = load<u32>(slots + (slot << 2));
    if (index == 0 || load<u64>(entries + (<usize>(index - 1)) * entryBytes) == key) return slots + (slot << 2);
    slot = (slot + 1) & mask;
  }
}

/** As `find`; where the n-gram is new, it becomes the last entry, whose probability is for the caller to fill in. */
export function findOrAdd(order: i32, prefix: u32, word: u32): u32 {
  const slot = slotOf(order, prefix, word);
  const known = load<u32>(slot);
  if (known != 0) return known - 1;
  const index = append(order, prefix, word);
  store<u32>(slot, index + 1);
  return index;
}

/** A new last entry, with no slot. */
export function append(order: i32, prefix: u32, word: u32): u32 {
  const at = table(order);
  const index = load<u32>(at, COUNT);
  store<u32>(at, index + 1, COUNT);
  const entry = entryOf(order, index);
  store<u32>(entry, prefix);
  store<u32>(entry, word, WORD);
  store<u64>(entry, 0, LOG_PROBABILITY);
  if (load<u32>(at, ENTRY_BYTES) > 16) store<f64>(entry, 0, BACKOFF);
  return index;
}
