import { packArticle, packSummary } from "../../src/core/newsWeights.js";
import type { PlainArticle, PlainSaid } from "../oracle/copyModel.js";
import type { TestCore } from "./builds.js";

/** Streams of this test, which nothing else uses. */
const CELL = 0x74657374;

/** An article of random words in random sentences, with summaries that mix copied runs, common words and unsayable ones. */
export function randomPair(core: TestCore, number: number): { article: PlainArticle; summary: PlainSaid[] } {
  core.exports.seedStreams(6, 0, CELL, 0, number);
  const below = (bound: number) => core.exports.below(bound) >>> 0;
  const length = below(60);
  const spread = 1 + below(25);
  const names = new Map<number, number>();
  const tokens = Array.from({ length }, () => {
    const name = below(spread);
    if (!names.has(name)) names.set(name, names.size);
    return names.get(name) as number;
  });
  let sentence = 0;
  const sentences = tokens.map((_, i) => {
    if (i > 0 && below(5) === 0) sentence++;
    return sentence;
  });
  const count = names.size + 1 + below(6) + 1;
  const words = Array.from({ length: count }, () => ({ hash: core.exports.nextU32() >>> 0, wordClass: below(12) }));
  const summary: PlainSaid[] = [];
  for (let at = below(60); summary.length < 12; at++) {
    if (below(4) === 0) at = below(60);
    const kind = below(8);
    const candidate = kind === 0 ? -1 : kind < 3 || length === 0 ? below(count - 1) : tokens[at % length];
    const word = candidate < 0 ? { hash: core.exports.nextU32() >>> 0, wordClass: below(12) } : words[candidate];
    summary.push({ candidate, ...word });
  }
  return { article: { tokens, sentences, types: names.size, words }, summary };
}

export function pack(article: PlainArticle, summary: readonly PlainSaid[], id = 0) {
  return { article: packArticle({ ...article, key: [0, id] }), summary: packSummary(summary) };
}

/** Weights of a normal law, each in f32. */
export function randomWeights(core: TestCore, count: number, scale: number): Float32Array {
  core.exports.seedStreams(7, 0, CELL, 0, 0);
  return Float32Array.from({ length: count }, () => scale * core.exports.normal());
}
