/**
 * ROUGE-Lsum (C.-Y. Lin, "ROUGE: a package for automatic evaluation of summaries", ACL 2004 workshop, section 3.2) as
 * google-research rouge_score computes it (rouge_scorer.py, Apache-2.0): a token of a reference sentence is hit where it is
 * in its longest common subsequence with any sentence of the candidate, and hits count as often as the candidate has the
 * token.
 *
 * Where several subsequences are longest, that implementation's walk back through the table picks one. The columns are the
 * reference's sentence, the rows the candidate's (lcs.ts). At two equal tokens it goes to the column and the row before;
 * else, if t[j − 1][i] > t[j][i − 1], to the row before, and otherwise to the column before. As the larger of the two is
 * t[j][i] there, t[j − 1][i] is the larger one just where t[j][i] = t[j][i − 1] + 1: where bit i − 1 of row j is 0.
 *
 * Rows are kept in blocks of `step`; of all blocks but the last only the first row is, and the walk computes them again.
 * So the memory is √n rows, not n, and the time at most doubles.
 */
import { advance, chain, copyRow, firstRow, unchain } from "./lcs";
import { takeToken } from "./overlap";

/** Rows that are always kept: up to so many tokens in a sentence, none is computed twice. */
const LEAST_STEP: u64 = 64;

/** Rows of a block, for sentences of up to `rows` tokens. */
export function stepOf(rows: u64): u64 {
  return max<u64>(LEAST_STEP, <u64>Math.ceil(Math.sqrt(<f64>rows)));
}

/** Rows that a walk over up to so many needs room for: those of a block, and the first of each. */
export function keptRows(rows: u64): u64 {
  const step = stepOf(rows);
  return step + 1 + rows / step + 1;
}

/**
 * Hits of all sentences. `names` are those of the candidate and then of the reference, the sentences as tokens.ts lays them
 * out, `counts` those of the candidate's tokens (overlap.ts), which are used up; `hit` is room for a row of words, `rows` for
 * `keptRows` of as many tokens as `step` is made for.
 */
export function unionHits(
  names: usize, candidate: i32, candidateSentences: usize, referenceSentences: usize, counts: usize, hit: usize,
  rows: usize, step: i32,
): i32 {
  let hits = 0;
  const sentences = <usize>load<u32>(referenceSentences);
  const others = <usize>load<u32>(candidateSentences);
  for (let s: usize = 1; s <= sentences; s++) {
    const from = load<u32>(referenceSentences + 4 * s);
    const columns = names + 4 * (<usize>candidate + <usize>from);
    const width = <i32>(load<u32>(referenceSentences + 4 * (s + 1)) - from);
    const words = (<usize>width + 63) >> 6;
    memory.fill(hit, 0, 8 * words);
    chain(columns, width, words);
    for (let c: usize = 1; c <= others; c++) {
      const first = load<u32>(candidateSentences + 4 * c);
      const length = <i32>(load<u32>(candidateSentences + 4 * (c + 1)) - first);
      markCommon(columns, width, words, names + 4 * <usize>first, length, hit, rows, step);
    }
    unchain(columns, width);
    for (let i = 0; i < width; i++) {
      if (!isZero(hit, i)) hits += takeToken(load<u32>(columns + 4 * <usize>i), candidate, counts);
    }
  }
  return hits;
}

// @ts-ignore: decorator
@inline
function isZero(row: usize, bit: i32): bool {
  return ((load<u64>(row + 8 * <usize>(bit >> 6)) >> <u64>(bit & 63)) & 1) == 0;
}

/** Marks the columns of the longest common subsequence with one sentence of the candidate. */
function markCommon(
  columns: usize, width: i32, words: usize, tokens: usize, length: i32, hit: usize, rows: usize, step: i32,
): void {
  const rowBytes: usize = 8 * words;
  const blocks = rows + rowBytes * <usize>(step + 1); // the first row of each block
  firstRow(rows, words);
  let begin = 0;
  for (;;) {
    copyRow(rows, blocks + rowBytes * <usize>(begin / step), words);
    const count = min(step, length - begin);
    fillBlock(tokens + 4 * <usize>begin, count, rows, words);
    if (begin + step >= length) break;
    begin += step;
    copyRow(rows + rowBytes * <usize>step, rows, words);
  }
  let i = width;
  let j = length;
  for (;;) {
    while (i > 0 && j > begin) {
      if (load<u32>(columns + 4 * <usize>(i - 1)) == load<u32>(tokens + 4 * <usize>(j - 1))) {
        i--;
        j--;
        const word = hit + 8 * <usize>(i >> 6);
        store<u64>(word, load<u64>(word) | ((<u64>1) << <u64>(i & 63)));
      } else if (isZero(rows + rowBytes * <usize>(j - begin), i - 1)) {
        j--;
      } else {
        i--;
      }
    }
    if (i == 0 || begin == 0) return;
    begin -= step;
    copyRow(blocks + rowBytes * <usize>(begin / step), rows, words);
    fillBlock(tokens + 4 * <usize>begin, step, rows, words);
  }
}

/** The rows after each of `count` tokens, behind the one at `rows`. */
function fillBlock(tokens: usize, count: i32, rows: usize, words: usize): void {
  for (let k: usize = 0; k < <usize>count; k++) {
    const next = rows + 8 * words * (k + 1);
    copyRow(next - 8 * words, next, words);
    advance(next, words, load<u32>(tokens + 4 * k));
  }
}
