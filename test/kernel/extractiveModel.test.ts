import { expect, it } from "vitest";
import { ExtractWeights } from "../../src/core/newsWeights.js";
import type { PlainArticle } from "../oracle/copyModel.js";
import { mostLikeSlow, sentenceChances, wordChance } from "../oracle/extractiveModel.js";
import { eachBuild } from "./builds.js";
import { pack, randomPair, randomWeights } from "./newsArticles.js";

/** Two sentences of three words and one of two; "b" in two of them; a common word; the end. */
const TOY: PlainArticle = {
  tokens: [0, 1, 2, 3, 1, 4, 5, 6],
  sentences: [0, 0, 0, 1, 1, 1, 2, 2],
  types: 7,
  words: Array.from({ length: 9 }, (_, i) => ({ hash: i + 1, wordClass: 4 })),
};

eachBuild("the extractive model", (core) => {
  const count = core.exports.EXTRACT_WEIGHTS.value;
  const pairs = Array.from({ length: 30 }, (_, i) => randomPair(core, i));
  const packed = pairs.map(({ article, summary }, i) => pack(article, summary, i));
  const weights = randomWeights(core, count, 0.7);

  it("is the softmax done by hand", () => {
    const mark = core.mark();
    const byPlace = new Float32Array(count);
    byPlace.set([Math.log(4), Math.log(3), 0]); // sentences 0, 1 and 2 have 4, 3 and 1 of 8 parts
    const model = new ExtractWeights(core, byPlace);
    const [[one, two, three, common]] = model.score([
      pack(
        TOY,
        [1, 0, 6, 7].map((c) => ({ candidate: c, ...TOY.words[c] })),
      ),
    ]);
    expect(Math.exp(one)).toBeCloseTo(0.9 * (7 / 8 / 3) + 0.1 / 8, 6);
    expect(Math.exp(two)).toBeCloseTo(0.9 * (1 / 2 / 3) + 0.1 / 8, 6);
    expect(Math.exp(three)).toBeCloseTo(0.9 * (1 / 8 / 2) + 0.1 / 8, 6);
    expect(Math.exp(common)).toBeCloseTo(0.1 / 8, 6);
    const said = model.extract([pack(TOY, []).article], { samples: 4000, temperature: 1, seed: 1 })[0];
    const begins = [0, 3, 6].map((begin) => said.filter(([b]) => b === begin).length / 4000);
    // five standard errors of a share of 4000
    for (const [s, p] of [1 / 2, 3 / 8, 1 / 8].entries()) {
      expect(Math.abs(begins[s] - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / 4000));
    }
    expect(model.extract([pack(TOY, []).article], { samples: 1, temperature: 0, seed: 1 })).toEqual([[[0, 3]]]);
    core.release(mark);
  });

  it("scores as the slow twin does, and its words' chances sum to one", () => {
    const mark = core.mark();
    const model = new ExtractWeights(core, weights);
    const scores = model.score(packed);
    for (const [k, { article, summary }] of pairs.entries()) {
      for (const [t, { candidate }] of summary.entries()) {
        const expected = candidate < 0 ? 1e-5 : wordChance(weights, article, candidate);
        // six f32 additions and exponentials to 1e-6
        expect(Math.abs(scores[k][t] - Math.log(expected)), `${k}, ${t}`).toBeLessThan(1e-5);
      }
      const all = article.words.slice(0, -1).map((word, candidate) => ({ candidate, ...word }));
      const [logs] = model.score([pack(article, all)]);
      expect(logs.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 5);
    }
    core.release(mark);
  });

  it("knows its gradient, by finite differences", () => {
    const mark = core.mark();
    const { gradient, loss } = new ExtractWeights(core, weights).gradient(packed);
    const lossAt = (changed: ArrayLike<number>) =>
      pairs.reduce((sum, { article, summary }) => {
        if (article.tokens.length === 0) return sum;
        return sum - Math.log(sentenceChances(changed, article)[mostLikeSlow(article, summary)]);
      }, 0);
    expect(loss).toBeCloseTo(lossAt(weights), 3);
    for (let slot = 0; slot < count; slot++) {
      const changed = Float64Array.from(weights);
      changed[slot] += 1e-4;
      const above = lossAt(changed);
      changed[slot] -= 2e-4;
      // 30 sentences or more of f32 residuals below 1, and the difference to 1e-8
      expect(Math.abs(gradient[slot] - (above - lossAt(changed)) / 2e-4), `${slot}`).toBeLessThan(3e-5);
    }
    core.release(mark);
  });

  it("learns where the gold sentence stands", () => {
    const mark = core.mark();
    const model = new ExtractWeights(core);
    const lastOf = (article: PlainArticle) => {
      const { tokens, sentences } = article;
      return [...tokens.keys()]
        .filter((i) => sentences[i] === 2)
        .map((i) => ({ candidate: tokens[i], ...article.words[tokens[i]] }));
    };
    const training = model.training(Array.from({ length: 50 }, () => pack(TOY, lastOf(TOY))));
    training.shuffle(1, 0);
    const first = training.run(0, 1, 0.1);
    training.run(1, 48, 0.1);
    expect(first).toBeCloseTo(Math.log(3), 6);
    expect(training.run(49, 1, 0.1)).toBeLessThan(first / 10);
    expect(model.extract([pack(TOY, []).article], { samples: 1, temperature: 0, seed: 1 })).toEqual([[[6, 8]]]);
    core.release(mark);
  });
});
