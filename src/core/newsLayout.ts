import type { TextCore } from "./textCore.js";
import type { StreamKey } from "./trials.js";

/** An article in numbers. Its candidates are its types, the common words it lacks, and the end of the summary. */
export interface ArticleNumbers {
  /** Names the article's random streams: two 32-bit words, high word first. */
  key: StreamKey["cell"];
  /** The type of every token, 0 … types − 1 by first appearance, and the sentence it stands in, ascending from 0. */
  tokens: ArrayLike<number>;
  sentences: ArrayLike<number>;
  types: number;
  /** The candidates. */
  words: readonly WordNumbers[];
}

/** A word: its 32-bit hash, and its class, 1 for a function word, + 2 · idf bucket. */
export interface WordNumbers {
  hash: number;
  wordClass: number;
}

/** A word of a summary: its candidate in the article, or −1 where it is none. */
export interface SummaryWord extends WordNumbers {
  candidate: number;
}

/** An article as the core reads it (assembly/news/article.ts). */
export function packArticle({ key, tokens, sentences, types, words }: ArticleNumbers): Int32Array {
  const lanes = 4 * Math.ceil(words.length / 4);
  const block = new Int32Array(5 + 2 * tokens.length + 2 * lanes);
  block.set([tokens.length, types, words.length, key[1], key[0]]);
  block.set(tokens, 5);
  block.set(sentences, 5 + tokens.length);
  const hashes = 5 + 2 * tokens.length;
  for (let i = 0; i < words.length; i++) {
    block[hashes + i] = words[i].hash;
    block[hashes + lanes + i] = words[i].wordClass;
  }
  return block;
}

/** A summary as the core reads it (assembly/news/copyModel.ts). */
export function packSummary(words: readonly SummaryWord[]): Int32Array {
  const block = new Int32Array(1 + 3 * words.length);
  block[0] = words.length;
  for (const [t, { candidate, hash, wordClass }] of words.entries()) block.set([candidate, hash, wordClass], 1 + 3 * t);
  return block;
}

/** A packed article, and a packed summary of it. */
export interface PackedPair {
  article: Int32Array;
  summary: Int32Array;
}

/** Copies pairs into the core, each block once, and returns where the table of their addresses stands. */
export function placePairs(core: TextCore, pairs: readonly PackedPair[]): number {
  return placeTable(
    core,
    pairs.flatMap(({ article, summary }) => [article, summary]),
  );
}

/** Copies blocks into the core, each once, and returns where the table of their addresses stands. */
export function placeTable(core: TextCore, blocks: readonly Int32Array[]): number {
  const known = new Map<Int32Array, number>();
  const addresses = blocks.map((block) => {
    const address = known.get(block) ?? core.place(block);
    known.set(block, address);
    return address;
  });
  return core.place(Uint32Array.from(addresses));
}

/** How many words a packed summary has. */
export function wordsOf(summary: Int32Array): number {
  return summary[0];
}
