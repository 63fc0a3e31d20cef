import { placeTable } from "./newsLayout.js";
import { NewsWeights } from "./newsWeights.js";
import { seedWords } from "./streams.js";
import type { TextCore } from "./textCore.js";

/** How many summaries of each article, how freely, and where their streams begin. */
export interface Draws {
  samples: number;
  /** 0 for always the likeliest. */
  temperature: number;
  /** An integer in [0, 2^53). */
  seed: number;
}

export interface SummaryLimits {
  /** Added to the score of the end. */
  endBias: number;
  minWords: number;
  maxWords: number;
}

/** The weights of a copy model. */
export class CopyWeights extends NewsWeights {
  /**
   * @param core An instance that nothing else uses.
   * @param weights Left out, all zero.
   */
  constructor(core: TextCore, weights?: Float32Array) {
    const { COPY_WEIGHTS, copyTrain, copyGradient, copyScore } = core.exports;
    super(core, { count: COPY_WEIGHTS, train: copyTrain, gradient: copyGradient, score: copyScore, ends: 1 }, weights);
  }

  /** The candidates said: for each article, `samples` lists. */
  generate(
    articles: readonly Int32Array[],
    draws: Draws,
    { endBias, minWords, maxWords }: SummaryLimits,
  ): Int32Array[][] {
    const { core } = this;
    const { samples, temperature, seed } = draws;
    const width = 1 + maxWords;
    const total = width * samples * articles.length;
    return this.core.scoped(() => {
      const out = core.reserve(4 * total);
      const table = placeTable(core, articles);
      const limits = [temperature, endBias, minWords, maxWords];
      core.exports.copyGenerate(this.address, table, articles.length, samples, ...seedWords(seed), ...limits, out);
      const said = core.i32(out, total);
      return articles.map((_, a) =>
        Array.from({ length: samples }, (_, s) => {
          const at = width * (a * samples + s);
          return said.slice(at + 1, at + 1 + said[at]);
        }),
      );
    });
  }
}
