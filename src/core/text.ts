import { outOfRange } from "./errors.js";
import type { TextCore } from "./textCore.js";

/**
 * XXH64 of rows of bytes, for finding equal rows: 64 bits a row, the low word first.
 *
 * @param bounds Row i is `bytes.subarray(bounds[2 * i], bounds[2 * i + 1])`; rows may have gaps between them.
 * @param out Takes the hashes if given: at least two words a row.
 * @returns `out`, or a new array of two words a row.
 * @throws ArgumentError if a row does not lie in `bytes`, or `out` is too short.
 */
export function rowHashes(
  core: TextCore,
  bytes: Uint8Array,
  bounds: Int32Array | Uint32Array,
  out: Uint32Array = new Uint32Array(bounds.length),
): Uint32Array {
  checkBounds(bounds, bytes.length);
  if (out.length < bounds.length) throw outOfRange("out", `of at least ${bounds.length} words`, out.length);
  core.scoped(() => {
    const hashes = core.reserve(4 * bounds.length);
    core.exports.hashRows(core.place(bytes), core.place(bounds), bounds.length / 2, hashes);
    out.set(core.u32(hashes, bounds.length));
  });
  return out;
}

/** Bytes of a row's signature. */
export const MIN_HASHES = 128;

/**
 * MinHash of rows of bytes, for finding rows that are nearly alike: {@link MIN_HASHES} bytes a row. Of two rows the share of bytes that
 * agree estimates how many of their shingles, of eight bytes each, they have in common.
 *
 * @param bounds As of {@link rowHashes}.
 * @throws ArgumentError if a row does not lie in `bytes`.
 */
export function minHashes(core: TextCore, bytes: Uint8Array, bounds: Uint32Array): Uint8Array {
  checkBounds(bounds, bytes.length);
  const rows = bounds.length / 2;
  return core.scoped(() => {
    const scratch = core.reserve(12 * MIN_HASHES);
    const signatures = core.reserve(MIN_HASHES * rows);
    core.exports.minHashRows(core.place(bytes), core.place(bounds), rows, scratch, signatures);
    return core.u8(signatures, MIN_HASHES * rows).slice();
  });
}

/** How texts become tokens, and which tokens are equal. */
export interface TokenSetting {
  /** Tokens of more than three bytes, ASCII all, count by their Porter stem. */
  stemmer: boolean;
  /** The host has found the tokens and parted them by spaces, and sentences by ends of lines. */
  separated: boolean;
}

/** Numbers that {@link rougeScores} gives for a pair. */
export const ROUGE_WIDTH = 12;

/** Pairs, and bytes of text, handed over in one crossing; a longer pair crosses alone. */
const PAIRS = 1024;
const CHUNK = 2 ** 18;
/** The core reads and writes so far behind the last text. */
const SLACK = 64;
/** Every second byte of a text may begin a token; of longer ones than this the tokens are counted first. */
const LONG = 2 ** 16;

const encoder = new TextEncoder();

/**
 * ROUGE-1, -2, -L and -Lsum of candidates against references: precision, recall and F of each, row-major n × 12.
 *
 * The time of long texts grows with the product of their tokens: 10⁴ words against 10⁴ take a hundredth of a second, 10⁵ a
 * quarter, 10⁶ minutes.
 *
 * @param references As many as candidates.
 * @throws MemoryLimitError if a pair does not fit in the core's memory.
 */
export function rougeScores(
  core: TextCore,
  candidates: readonly string[],
  references: readonly string[],
  setting: TokenSetting,
): Float64Array {
  const out = new Float64Array(ROUGE_WIDTH * candidates.length);
  for (let first = 0; first < candidates.length; ) {
    first = core.scoped(() => scoreChunk(core, candidates, references, setting, first, out));
  }
  return out;
}

/** Scores as many pairs as cross together, and returns the first one after them. */
function scoreChunk(
  core: TextCore,
  candidates: readonly string[],
  references: readonly string[],
  { stemmer, separated }: TokenSetting,
  first: number,
  out: Float64Array,
): number {
  const { exports } = core;
  const last = Math.min(first + PAIRS, candidates.length);
  // a UTF-16 unit takes at most three bytes
  const room = Math.max(CHUNK, 3 * (candidates[first].length + references[first].length));
  const offsets = core.reserve(4 * (2 * (last - first) + 1));
  const text = core.reserve(room + SLACK, "a pair of texts");
  const starts = core.u32(offsets, 2 * (last - first) + 1);
  const bytes = core.u8(text, room);
  const longest = [0, 0];
  let at = 0;
  let next = first;
  for (; next < last; next++) {
    const pair = [candidates[next], references[next]];
    if (at + 3 * (pair[0].length + pair[1].length) > room) break;
    for (let side = 0; side < 2; side++) {
      const { written } = encoder.encodeInto(pair[side], bytes.subarray(at));
      const tokens = written < LONG ? (written + 1) >> 1 : exports.tokenBound(text + at, written, Number(separated));
      if (tokens > longest[side]) longest[side] = tokens;
      at += written;
      starts[2 * (next - first) + 1 + side] = at;
    }
  }
  starts[0] = 0;
  const count = next - first;
  const needed = exports.rougeBytes(longest[0], longest[1]);
  const scratch = core.reserve(needed, `comparing texts of ${longest[0]} and ${longest[1]} tokens`);
  const scores = core.reserve(8 * ROUGE_WIDTH * count);
  exports.rougePairs(text, offsets, count, Number(separated), Number(stemmer), longest[0], longest[1], scratch, scores);
  out.set(core.f64(scores, ROUGE_WIDTH * count), ROUGE_WIDTH * first);
  return next;
}

function checkBounds(bounds: Int32Array | Uint32Array, length: number): void {
  if (bounds.length % 2 !== 0)
    throw outOfRange("bounds", "of even length: a start and an end for each row", bounds.length);
  for (let i = 0; i < bounds.length; i += 2) {
    if (!(bounds[i] >= 0 && bounds[i] <= bounds[i + 1] && bounds[i + 1] <= length)) {
      const row = [bounds[i], bounds[i + 1]];
      throw outOfRange(`bounds[${i}..${i + 1}]`, `a row in the ${length} bytes`, row);
    }
  }
}
