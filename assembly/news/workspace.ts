/**
 * Where the copy model and the extractive model work: one block of the host's, the same for every article. The host
 * reserves `newsBytes()` and hands it to `newsPrepare`; kernels allocate nothing. What stands at an offset is said there;
 * i32 and f32 alike take four bytes.
 */
export const MAX_TOKENS: i32 = 2048;
/** Types of an article, common words and the end; a multiple of four. */
export const MAX_CANDIDATES: i32 = 3072;
/** Words of a summary. */
export const MAX_WORDS: i32 = 256;

/** Rows of small slots: one for each sort of candidate at rest, one for the end, one for each candidate in play. */
export const MAX_SORTS: i32 = 1024;
const MAX_ROWS: i32 = MAX_SORTS + MAX_CANDIDATES + 4;
export const ROW_SLOTS: i32 = 9;
/** Small slots, those of the preceding word among them. */
export const SMALL_SLOTS: i32 = 1960;

const CANDIDATE_BYTES: usize = <usize>MAX_CANDIDATES << 2;

let base: usize = 0;

// @ts-ignore: decorator
@inline
export function workspace(): usize {
  return base;
}

/** i32 a token: where the same type stands next, or −1. */
export const NEXT: usize = 0;
/** i32 a candidate: where it stands first, or −1; how often it stands in the article. */
export const FIRST: usize = NEXT + (<usize>MAX_TOKENS << 2);
export const COUNT: usize = FIRST + CANDIDATE_BYTES;
/** i32 a candidate: what the words before say of it (history.ts); its row now, and its row at rest. */
export const STATE: usize = COUNT + CANDIDATE_BYTES;
export const ROW: usize = STATE + CANDIDATE_BYTES;
export const HOME_ROW: usize = ROW + CANDIDATE_BYTES;
/** i32 a candidate: byte offsets of its word's weights, of the pair and of the triple it would end. */
export const WORD_SLOT: usize = HOME_ROW + CANDIDATE_BYTES;
export const PAIR_SLOT: usize = WORD_SLOT + CANDIDATE_BYTES;
export const TRIPLE_SLOT: usize = PAIR_SLOT + CANDIDATE_BYTES;
/** f32 a candidate: score, then probability, then residual. */
export const SCORES: usize = TRIPLE_SLOT + CANDIDATE_BYTES;
/** i32: the candidates in play. */
export const IN_PLAY: usize = SCORES + CANDIDATE_BYTES;
/** i32 a row: its slots' byte offsets. f32 a row: the sum of its weights, and its gradient. i32 a sort: what it is. */
export const ROWS: usize = IN_PLAY + CANDIDATE_BYTES;
export const ROW_SUMS: usize = ROWS + (<usize>(MAX_ROWS * ROW_SLOTS) << 2);
export const ROW_GRADIENTS: usize = ROW_SUMS + (<usize>MAX_ROWS << 2);
export const SORTS: usize = ROW_GRADIENTS + (<usize>MAX_ROWS << 2);
/** i32 a possible sort: its row, or −1. */
export const SORT_ROWS: usize = SORTS + (<usize>MAX_SORTS << 2);
/** f32 a small slot: its gradient. */
export const SMALL_GRADIENTS: usize = SORT_ROWS + (<usize>MAX_SORTS << 2);
/** i32 a word of the summary so far: candidate or −1, hash of the word, its class. */
export const SAID: usize = SMALL_GRADIENTS + (<usize>SMALL_SLOTS << 2);
export const SAID_HASH: usize = SAID + (<usize>MAX_WORDS << 2);
export const SAID_CLASS: usize = SAID_HASH + (<usize>MAX_WORDS << 2);
const END: usize = SAID_CLASS + (<usize>MAX_WORDS << 2);

export function newsBytes(): i32 {
  return <i32>END;
}

/** Takes a block of `newsBytes()` bytes; it stays the core's until another is handed over. */
export function newsPrepare(basePtr: usize): void {
  base = basePtr;
  memory.fill(base, 0, END);
}
