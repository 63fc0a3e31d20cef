/**
 * Lexical features, hashed to 2²⁰ weights that follow the small ones: the word, the word by stage and copying (eight
 * weights beside each other, so that they share a line of the cache), the pair with the word before, the triple with
 * the two before, and five weights of the word before. Words come as 32-bit hashes of the host's.
 *
 * A slot is the high bits of (hash ^ context) · odd (multiplicative hashing, Knuth, TAOCP 3, 6.4), where the context
 * has been mixed: two multiplications a candidate for pair and triple, four candidates at once.
 */
import { candidateCount, hashesPtr } from "./article";
import { PAIR_SLOT, SMALL_SLOTS, TRIPLE_SLOT, workspace } from "./workspace";

export const HASH_BITS: i32 = 20;
/** All weights of a model. */
export const COPY_WEIGHTS: i32 = SMALL_SLOTS + (1 << HASH_BITS);

const SMALL_BYTES: u32 = <u32>SMALL_SLOTS << 2;
const MULTIPLIER: u32 = 0x9e3779b1;
const PAIR: u32 = 0x85ebca77;
const TRIPLE: u32 = 0xc2b2ae3d;
const AFTER: u32 = 0x27d4eb2f;

/** The hash that stands before the first word of a summary. */
export const START_HASH: u32 = 0x2545f491;

/** The finalizer of MurmurHash3 (Appleby, public domain). */
export function mix32(h: u32): u32 {
  h = (h ^ (h >> 16)) * 0x85ebca6b;
  h = (h ^ (h >> 13)) * 0xc2b2ae35;
  return h ^ (h >> 16);
}

/** Byte offset of eight weights for a hash: those of a word. */
export function wordSlot(hash: u32): u32 {
  return SMALL_BYTES + (((hash * MULTIPLIER) >> (32 - HASH_BITS + 3)) << 5);
}

/** Byte offset of the eight weights of a word as the one before. */
export function afterSlot(hash: u32): u32 {
  return wordSlot(mix32(hash ^ AFTER));
}

/** Writes the slots of the pairs and triples that every candidate would end. */
export function hashCandidates(before: u32, beforeThat: u32): void {
  const base = workspace();
  const pairContext = mix32(before ^ PAIR);
  const pairs = i32x4.splat(pairContext);
  const triples = i32x4.splat(mix32(pairContext ^ mix32(beforeThat ^ TRIPLE)));
  const multiplier = i32x4.splat(MULTIPLIER), offset = i32x4.splat(SMALL_BYTES);
  const end = (<usize>candidateCount) << 2;
  for (let p: usize = 0; p < end; p += 16) {
    const hashes = v128.load(hashesPtr + p);
    const pair = i32x4.shr_u(i32x4.mul(v128.xor(hashes, pairs), multiplier), 32 - HASH_BITS);
    const triple = i32x4.shr_u(i32x4.mul(v128.xor(hashes, triples), multiplier), 32 - HASH_BITS);
    v128.store(base + p, i32x4.add(i32x4.shl(pair, 2), offset), PAIR_SLOT);
    v128.store(base + p, i32x4.add(i32x4.shl(triple, 2), offset), TRIPLE_SLOT);
  }
}
