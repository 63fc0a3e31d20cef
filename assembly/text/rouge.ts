/**
 * ROUGE-1, -2, -L and -Lsum of many pairs of texts (C.-Y. Lin, "ROUGE: a package for automatic evaluation of summaries",
 * ACL 2004 workshop) with the numbers of google-research rouge_score: precision over the candidate's tokens (or pairs of
 * neighbours), recall over the reference's, and their harmonic mean, each 0 if it would be 0/0.
 */
import { countTokens, commonPairs, commonTokens } from "./overlap";
import { chain, commonLength, FREQUENT_ROWS, placeChains, unchain } from "./lcs";
import { porterStem } from "./porter";
import { markTokens } from "./tokens";
import { keptRows, stepOf, unionHits } from "./union";
import { nameTokens, placeTable, tableBytes } from "./vocabulary";

/** Numbers of a pair: precision, recall and F of ROUGE-1, -2, -L and -Lsum. */
export const ROUGE_FIELDS: i32 = 12;

let spans: usize = 0;
let names: usize = 0;
let counts: usize = 0;
let first: usize = 0;
let following: usize = 0;
let candidateSentences: usize = 0;
let referenceSentences: usize = 0;
let table: usize = 0;
let frequent: usize = 0;
let hit: usize = 0;
let rows: usize = 0;
let step: i32 = 0;

/** Places everything from `base` on for texts of up to so many tokens, and returns the end. */
function layout(base: u64, candidate: u64, reference: u64): u64 {
  const tokens = candidate + reference;
  const row = 8 * ((reference + 63) >> 6);
  let at = base;
  spans = <usize>at, at += 8 * tokens;
  names = <usize>at, at += 4 * (tokens + 1);
  counts = <usize>at, at += 4 * candidate;
  first = <usize>at, at += 4 * tokens;
  following = <usize>at, at += 4 * reference;
  candidateSentences = <usize>at, at += 4 * (candidate + 2);
  referenceSentences = <usize>at, at += 4 * (reference + 2);
  at = (at + 15) & ~(<u64>15);
  table = <usize>at, at += tableBytes(tokens);
  frequent = <usize>at, at += row * FREQUENT_ROWS;
  hit = <usize>at, at += row;
  rows = <usize>at, at += row * keptRows(candidate);
  step = <i32>stepOf(candidate);
  return at;
}

/** Bytes of scratch for pairs of up to so many tokens. */
export function rougeBytes(candidateTokens: i32, referenceTokens: i32): f64 {
  return <f64>layout(0, <u64>candidateTokens, <u64>referenceTokens);
}

/**
 * Scores `count` pairs. Text k is the bytes from the k-th to before the (k + 1)-th u32 at `offsetsPtr`, counted from
 * `textPtr`; candidate i is text 2i, its reference text 2i + 1. The texts are overwritten, and 64 bytes after the last one
 * may be. No text may have more tokens than told.
 *
 * @param separated 0: tokens are found as in tokens.ts. 1: the host has done so, and put spaces or ends of lines between.
 * @param stem 1: tokens of more than three bytes, ASCII all, are stemmed (porter.ts).
 * @param outPtr ROUGE_FIELDS f64 a pair.
 */
export function rougePairs(
  textPtr: usize, offsetsPtr: usize, count: i32, separated: i32, stem: i32, candidateTokens: i32, referenceTokens: i32,
  scratchPtr: usize, outPtr: usize,
): void {
  layout(<u64>scratchPtr, <u64>candidateTokens, <u64>referenceTokens);
  placeTable(table);
  memory.fill(first, 0, 4 * (<usize>candidateTokens + <usize>referenceTokens));
  placeChains(first, following, frequent);
  for (let pair: usize = 0; pair < <usize>count; pair++) {
    const offsets = offsetsPtr + 8 * pair;
    const start = <usize>load<u32>(offsets);
    const middle = <usize>load<u32>(offsets, 4);
    const end = <usize>load<u32>(offsets, 8);
    const apart = separated != 0;
    const candidate = markTokens(textPtr + start, middle - start, apart, spans, candidateSentences);
    const more = spans + 8 * <usize>candidate;
    const reference = markTokens(textPtr + middle, end - middle, apart, more, referenceSentences);
    if (stem != 0) stemTokens(candidate + reference);
    nameTokens(spans, candidate + reference, names);
    scorePair(candidate, reference, outPtr + 8 * (<usize>ROUGE_FIELDS) * pair);
  }
}

function scorePair(candidate: i32, reference: i32, out: usize): void {
  writeScore(out, commonTokens(names, candidate, reference, counts), candidate, reference);
  writeScore(out + 24, commonPairs(names, candidate, reference), candidate - 1, reference - 1);

  const columns = names + 4 * <usize>candidate;
  const words = (<usize>reference + 63) >> 6;
  chain(columns, reference, words);
  const length = commonLength(names, candidate, words, rows);
  unchain(columns, reference);
  writeScore(out + 48, length, candidate, reference);

  let hits = length; // of one sentence against one
  if (load<u32>(candidateSentences) > 1 || load<u32>(referenceSentences) > 1) {
    countTokens(names, candidate, counts);
    hits = unionHits(names, candidate, candidateSentences, referenceSentences, counts, hit, rows, step);
  }
  writeScore(out + 72, hits, candidate, reference);
}

function stemTokens(count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const span = spans + 8 * i;
    const at = <usize>load<u32>(span);
    const length = <usize>load<u32>(span, 4);
    if (length > 3 && isAscii(at, length)) store<u32>(span, <u32>porterStem(at, length), 4);
  }
}

function isAscii(at: usize, length: usize): bool {
  let bits: u8 = 0;
  for (let i: usize = 0; i < length; i++) bits |= load<u8>(at + i);
  return bits < 0x80;
}

// @ts-ignore: decorator
@inline
function writeScore(out: usize, common: i32, candidate: i32, reference: i32): void {
  const precision = candidate > 0 ? <f64>common / <f64>candidate : 0;
  const recall = reference > 0 ? <f64>common / <f64>reference : 0;
  store<f64>(out, precision);
  store<f64>(out, recall, 8);
  store<f64>(out, common > 0 ? 2 * precision * recall / (precision + recall) : 0, 16);
}
