import { expect, it } from "vitest";
import type { Core } from "../../src/core/core.js";
import { CopyWeights } from "../../src/core/newsWeights.js";
import { scoreSlow, stepSlow, trainSlow } from "../oracle/copyModel.js";
import { buildsOfEdition } from "./builds.js";
import { pack, randomPair, randomWeights } from "./newsArticles.js";

/** Runs a test and gives back what it reserved, since its weights live on the core of all tests. */
function on(core: Core, body: () => void): void {
  core.scoped(() => {
    body();
  });
}

buildsOfEdition("the copy model", (core) => {
  const count = core.exports.COPY_WEIGHTS.value;
  const pairs = Array.from({ length: 40 }, (_, i) => randomPair(core, i));
  const packed = pairs.map(({ article, summary }, i) => pack(article, summary, i));
  const weights = randomWeights(core, count, 0.5);
  weights.fill(0, 0, 4); // the slot of nothing stays zero

  it("gives every candidate the same chance while its weights are zero", () =>
    on(core, () => {
      for (const [k, logs] of new CopyWeights(core).score(packed).entries()) {
        const { article, summary } = pairs[k];
        for (const [t, log] of logs.entries()) {
          // one rounding of the sum and one of its logarithm, f32
          const expected = summary[t]?.candidate === -1 ? Math.log(1e-5) : -Math.log(article.words.length);
          expect(log).toBeCloseTo(expected, 6);
        }
      }
    }));

  it("scores as the slow twin does", () =>
    on(core, () => {
      const scores = new CopyWeights(core, weights).score(packed);
      for (const [k, { article, summary }] of pairs.entries()) {
        const slow = scoreSlow(weights, article, summary);
        expect(scores[k].length).toBe(slow.length);
        // thirteen f32 additions of numbers below 4, and exponentials to 1e-6
        for (const [t, log] of scores[k].entries()) expect(Math.abs(log - slow[t]), `${k}, ${t}`).toBeLessThan(1e-5);
      }
    }));

  it("spreads its probability over the candidates: the sum is one", () =>
    on(core, () => {
      const model = new CopyWeights(core, weights);
      for (const { article, summary } of pairs.slice(0, 8)) {
        const prefix = summary.slice(0, 5);
        const said = article.words.slice(0, -1).map((word, candidate) => [...prefix, { candidate, ...word }]);
        const logs = model.score([...said, prefix].map((words) => pack(article, words)));
        expect(logs.reduce((sum, log) => sum + Math.exp(log[prefix.length]), 0)).toBeCloseTo(1, 5);
      }
    }));

  it("knows its gradient, by finite differences", () =>
    on(core, () => {
      const { gradient, loss } = new CopyWeights(core, weights).gradient(packed.slice(0, 2));
      const lossAt = (changed: ArrayLike<number>) =>
        -pairs
          .slice(0, 2)
          .flatMap(({ article, summary }) =>
            scoreSlow(changed, article, summary).filter((_, t) => summary[t]?.candidate !== -1),
          )
          .reduce((sum, log) => sum + log, 0);
      expect(loss).toBeCloseTo(lossAt(weights), 3);
      const touched = [...gradient.keys()].filter((slot) => gradient[slot] !== 0);
      expect(touched.length).toBeGreaterThan(300);
      const step = 1e-4;
      for (const slot of touched.filter((_, i) => i % Math.ceil(touched.length / 16) === 0)) {
        const changed = Float64Array.from(weights);
        changed[slot] += step;
        const above = lossAt(changed);
        changed[slot] -= 2 * step;
        // the difference is good to step² and 1e-16/step, the gradient to some 50 f32 roundings of residuals below 1
        expect(Math.abs(gradient[slot] - (above - lossAt(changed)) / (2 * step)), `${slot}`).toBeLessThan(2e-5);
      }
    }));

  it("learns as the slow twin does", () =>
    on(core, () => {
      const model = new CopyWeights(core);
      const training = model.training(packed.slice(0, 6));
      const slow = new Float64Array(count);
      const squares = new Float64Array(count);
      for (let epoch = 0; epoch < 2; epoch++) {
        training.shuffle(3, epoch);
        training.run(0, 2, 0.1);
        training.run(2, 4, 0.1);
        for (const k of training.order) trainSlow(slow, squares, pairs[k].article, pairs[k].summary, 0.1);
      }
      const fast = model.values;
      let largest = 0;
      for (let slot = 0; slot < count; slot++) largest = Math.max(largest, Math.abs(fast[slot] - slow[slot]));
      // 150 steps of 0.1 in f32, each relative to 1e-6; a residual beside the floor may fall on either side of it (1e-4 each)
      expect(largest).toBeLessThan(1e-3);
      expect(slow.filter((weight) => weight !== 0).length).toBeGreaterThan(1000);
    }));

  it("orders the pairs of an epoch by seed and epoch alone", () =>
    on(core, () => {
      const training = new CopyWeights(core).training(packed);
      const orderOf = (seed: number, epoch: number) => {
        training.shuffle(seed, epoch);
        return [...training.order];
      };
      const first = orderOf(1, 0);
      expect(first.toSorted((a, b) => a - b)).toEqual(packed.map((_, i) => i));
      expect(orderOf(1, 1)).not.toEqual(first);
      expect(orderOf(2, 0)).not.toEqual(first);
      expect(orderOf(1, 0)).toEqual(first);
    }));

  it("says what is allowed, whatever its weights: no trigram twice, no fewer and no more words than asked", () =>
    on(core, () => {
      const model = new CopyWeights(core, weights);
      const articles = packed.map(({ article }) => article);
      for (const temperature of [0, 0.5, 1, 5]) {
        const draws = { samples: 4, temperature, seed: 11 };
        for (const [a, samples] of model
          .generate(articles, draws, { endBias: 0, minWords: 3, maxWords: 30 })
          .entries()) {
          for (const said of samples) {
            expect(said.length).toBeLessThanOrEqual(30);
            expect(said.length).toBeGreaterThanOrEqual(3);
            for (const candidate of said) expect(candidate).toBeLessThan(pairs[a].article.words.length - 1);
            const trigrams = [...said.slice(2)].map((word, i) => `${said[i]} ${said[i + 1]} ${word}`);
            expect(new Set(trigrams).size).toBe(trigrams.length);
          }
        }
      }
    }));

  it("ends sooner or later with the end's bias", () =>
    on(core, () => {
      const model = new CopyWeights(core, weights);
      // of few words, the last that is no repetition may be the end
      const sizes = pairs.map(({ article }) => article.words.length);
      const widest = sizes.indexOf(Math.max(...sizes));
      const lengths = (endBias: number) =>
        model
          .generate(
            [packed[widest].article],
            { samples: 50, temperature: 1, seed: 2 },
            { endBias, minWords: 0, maxWords: 40 },
          )
          .flat()
          .map((said) => said.length);
      expect(Math.max(...lengths(60))).toBe(0);
      expect(Math.min(...lengths(-60))).toBe(40);
    }));

  it("draws words with their probabilities", () =>
    on(core, () => {
      const { article } = pairs[5];
      const samples = 20_000;
      const [said] = new CopyWeights(core, weights).generate(
        [packed[5].article],
        { samples, temperature: 2, seed: 5 },
        { endBias: 0, minWords: 0, maxWords: 1 },
      );
      const counts = article.words.map((_, candidate) => said.filter((words) => words[0] === candidate).length);
      counts[article.words.length - 1] = said.filter((words) => words.length === 0).length;
      const halved = weights.map((weight) => weight / 2);
      const { probabilities } = stepSlow(halved, article, []);
      for (const [candidate, p] of probabilities.entries()) {
        // five standard errors of a count, and half a count
        const limit = 5 * Math.sqrt(samples * p * (1 - p)) + 0.5;
        expect(Math.abs(counts[candidate] - samples * p)).toBeLessThan(limit);
      }
    }));

  it("says the same of an article in any company", () =>
    on(core, () => {
      const model = new CopyWeights(core, weights);
      const limits = { endBias: 0, minWords: 2, maxWords: 20 };
      const articles = packed.map(({ article }) => article);
      const together = model.generate(articles, { samples: 3, temperature: 1, seed: 8 }, limits);
      const reversed = model.generate(articles.toReversed(), { samples: 1, temperature: 1, seed: 8 }, limits).reverse();
      expect(together.map(([first]) => first)).toEqual(reversed.map(([first]) => first));
      const other = model.generate(articles, { samples: 1, temperature: 1, seed: 9 }, limits);
      expect(other.map(([first]) => first)).not.toEqual(reversed.map(([first]) => first));
      expect(together[9][0]).not.toEqual(together[9][1]);
    }));
});
