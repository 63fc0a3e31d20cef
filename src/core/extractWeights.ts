import type { Draws } from "./copyWeights.js";
import { placeTable } from "./newsLayout.js";
import { NewsWeights } from "./newsWeights.js";
import { seedWords } from "./streams.js";
import type { TextCore } from "./textCore.js";

/** The weights of an extractive model. */
export class ExtractWeights extends NewsWeights {
  /**
   * @param core An instance that nothing else uses.
   * @param weights Left out, all zero.
   */
  constructor(core: TextCore, weights?: Float32Array) {
    const { EXTRACT_WEIGHTS, extractTrain, extractGradient, extractScore } = core.exports;
    super(
      core,
      { count: EXTRACT_WEIGHTS, train: extractTrain, gradient: extractGradient, score: extractScore, ends: 0 },
      weights,
    );
  }

  /** The sentences chosen: for each article, `samples` ranges of its tokens. */
  extract(articles: readonly Int32Array[], { samples, temperature, seed }: Draws): [begin: number, end: number][][] {
    const { core } = this;
    const total = 2 * samples * articles.length;
    return this.core.scoped(() => {
      const out = core.reserve(4 * total);
      const table = placeTable(core, articles);
      const words = seedWords(seed);
      core.exports.extractGenerate(this.address, table, articles.length, samples, ...words, temperature, out);
      const ranges = core.i32(out, total);
      return articles.map((_, a) =>
        Array.from({ length: samples }, (_, s) => {
          const at = 2 * (a * samples + s);
          return [ranges[at], ranges[at + 1]];
        }),
      );
    });
  }
}
