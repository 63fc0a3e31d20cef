/**
 * How many tokens, and pairs of neighbours, two texts have in common, each counted as often as in the text where it is
 * rarer: the clipped counts of ROUGE-N (C.-Y. Lin, "ROUGE: a package for automatic evaluation of summaries", ACL 2004
 * workshop, section 2).
 *
 * `names` are those of the candidate and then of the reference (vocabulary.ts): a token of the reference is in the
 * candidate if its name is below `candidate`, the number of tokens there. `counts` has a u32 for each of these.
 */
import { openTable, valueAddress } from "./vocabulary";

/** Counts the candidate's tokens by name. */
export function countTokens(names: usize, candidate: i32, counts: usize): void {
  memory.fill(counts, 0, 4 * <usize>candidate);
  for (let i: usize = 0; i < <usize>candidate; i++) {
    const count = counts + 4 * <usize>load<u32>(names + 4 * i);
    store<u32>(count, load<u32>(count) + 1);
  }
}

// @ts-ignore: decorator
@inline
/** Takes one of a token's remaining occurrences in the candidate: 1, or 0 if there is none. */
export function takeToken(name: u32, candidate: i32, counts: usize): i32 {
  if (name >= <u32>candidate) return 0;
  const count = counts + 4 * <usize>name;
  const left = load<u32>(count);
  if (left == 0) return 0;
  store<u32>(count, left - 1);
  return 1;
}

export function commonTokens(names: usize, candidate: i32, reference: i32, counts: usize): i32 {
  countTokens(names, candidate, counts);
  let common = 0;
  for (let i = candidate; i < candidate + reference; i++) {
    common += takeToken(load<u32>(names + 4 * <usize>i), candidate, counts);
  }
  return common;
}

export function commonPairs(names: usize, candidate: i32, reference: i32): i32 {
  if (candidate < 2 || reference < 2) return 0;
  openTable(candidate);
  for (let i = 0; i < candidate - 1; i++) {
    const count = valueAddress(load<u64>(names + 4 * <usize>i), true);
    store<u32>(count, load<u32>(count) + 1);
  }
  let common = 0;
  for (let i = candidate; i < candidate + reference - 1; i++) {
    const pair = load<u64>(names + 4 * <usize>i);
    if (<u32>pair >= <u32>candidate || <u32>(pair >> 32) >= <u32>candidate) continue;
    const count = valueAddress(pair, false);
    if (count == 0 || load<u32>(count) == 0) continue;
    store<u32>(count, load<u32>(count) - 1);
    common++;
  }
  return common;
}
