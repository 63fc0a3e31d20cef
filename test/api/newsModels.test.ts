import { beforeAll, describe, expect, it } from "vitest";
import { loadText } from "../../src/core/textCore.js";
import { CopyLearner, CopyModel } from "../../src/news/copyModel.js";
import { Encoder } from "../../src/news/encoder.js";
import { ExtractiveLearner, ExtractiveModel } from "../../src/news/extractiveModel.js";
import { type Article, humanPairs, meanNegativeLog, type TokenScores } from "../../src/news/interfaces.js";
import { newswire } from "../../src/news/newswire.js";
import { wordTexts } from "../../src/news/vocabulary.js";

const core = await loadText();
const wire = newswire(core, { articles: 300, seed: 1 });
const [learned, held] = [wire.slice(0, 240), wire.slice(240)];
const encoder = Encoder.of(learned);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Unigram F1 of lower-case words. */
function likeness(said: string, summary: string): number {
  const left = wordTexts(summary, 99);
  const words = wordTexts(said, 99);
  const total = left.length + words.length;
  let shared = 0;
  for (const word of words) {
    const at = left.indexOf(word);
    if (at < 0) continue;
    left.splice(at, 1);
    shared++;
  }
  return (2 * shared) / total;
}

function meanLoss(scores: readonly TokenScores[]): number {
  return mean(scores.map(meanNegativeLog));
}

describe("CopyModel", () => {
  let model: CopyModel;
  const progress: number[] = [];
  beforeAll(async () => {
    const onProgress = ({ done, total }: { done: number; total: number }) => progress.push(done / total);
    model = await new CopyLearner(core, { encoder, seed: 5 }).train(humanPairs(learned), { onProgress });
  });

  it("learns: summaries it has not seen are more likely to it the more it has read", async () => {
    const few = await new CopyLearner(core, { encoder, seed: 5 }).train(humanPairs(learned.slice(0, 20)));
    const [lossOfFew, loss] = await Promise.all([few, model].map((m) => m.scoreAll(humanPairs(held)).then(meanLoss)));
    expect(loss).toBeLessThan(lossOfFew - 0.5);
    const said = await model.generate(held, { temperature: 0 });
    // the first twelve words of the article reach 0.28, and a model of nothing 0.1
    expect(mean(said.map(([text], i) => likeness(text, held[i].summary)))).toBeGreaterThan(0.33);
  });

  it("writes summaries as long as people do, in the mean", async () => {
    const said = await model.generate(learned.slice(0, 100), { temperature: 0 });
    const human = mean(learned.map(({ summary }) => wordTexts(summary, 45).length));
    expect(Math.abs(mean(said.map(([text]) => wordTexts(text, 99).length)) - human)).toBeLessThan(1);
    const longer = await new CopyLearner(core, { encoder, meanWords: 25 }).train(humanPairs(learned.slice(0, 60)));
    const long = await longer.generate(learned.slice(0, 60), { temperature: 0 });
    expect(Math.abs(mean(long.map(([text]) => wordTexts(text, 99).length)) - 25)).toBeLessThan(2);
  });

  it("keeps to the article's and the common words, says no trigram twice, 6 to 45 words", async () => {
    const common = new Set(encoder.vocabulary.data.common.map(({ word }) => word));
    for (const [i, texts] of (await model.generate(held, { n: 3, temperature: 1.5, seed: 2 })).entries()) {
      expect(texts.length).toBe(3);
      const own = new Set(wordTexts(held[i].text, 250));
      for (const text of texts) {
        const words = wordTexts(text, 99);
        expect(words.length).toBeGreaterThanOrEqual(6);
        expect(words.length).toBeLessThanOrEqual(45);
        expect(words.filter((word) => !own.has(word) && !common.has(word))).toEqual([]);
        const trigrams = words.slice(2).map((word, k) => `${words[k]} ${words[k + 1]} ${word}`);
        expect(new Set(trigrams).size).toBe(trigrams.length);
      }
    }
  });

  it("says the same of an article whatever is asked beside it", async () => {
    const all = await model.generate(held, { n: 2, seed: 9 });
    expect(await model.generate([held[17]], { n: 3, seed: 9 })).toEqual([[...all[17], expect.any(String)]]);
    expect(await model.generate([held[17]], { n: 2, seed: 10 })).not.toEqual([all[17]]);
    const renamed = { ...held[17], id: "another" };
    expect(await model.generate([renamed], { n: 2, seed: 9 })).not.toEqual([all[17]]);
  });

  it("is the same model for the same pairs and seed, and another for another seed", async () => {
    const { weights } = model.state;
    const again = await new CopyLearner(core, { encoder: Encoder.of(learned), seed: 5 }).train(humanPairs(learned));
    expect(again.state.weights.every((weight, i) => weight === weights[i])).toBe(true);
    expect(again.limits).toEqual(model.limits);
    const other = await new CopyLearner(core, { encoder, seed: 6 }).train(humanPairs(learned));
    expect(other.state.weights.every((weight, i) => weight === weights[i])).toBe(false);
  });

  it("tells tokens and their log probabilities, the end's too", async () => {
    const { tokens, logprobs } = await model.score(held[0], `${held[0].summary} Xyzzy.`);
    expect(tokens).toEqual([...wordTexts(held[0].summary, 45), "xyzzy", "</s>"]);
    expect(logprobs.length).toBe(tokens.length);
    expect(logprobs.at(-2)).toBe(Math.log(1e-5));
    for (const log of logprobs) expect(log).toBeLessThan(0);
    const { tokens: none, logprobs: one } = await model.score(held[0], "");
    expect([none, one.length]).toEqual([["</s>"], 1]);
    // one's own greedy summary is likelier than another article's
    const [[own], [foreign]] = await model.generate(held.slice(0, 2), { temperature: 0 });
    const of = async (text: string) => meanNegativeLog(await model.score(held[0], text));
    expect(await of(own)).toBeLessThan(await of(foreign));
  });

  it("lives on in its state, as after a post to a worker", async () => {
    const state = structuredClone(model.state);
    const revived = await CopyModel.fromState(core, state);
    expect(await revived.generate(held, { n: 2, seed: 1 })).toEqual(await model.generate(held, { n: 2, seed: 1 }));
    expect(await revived.scoreAll(humanPairs(held))).toEqual(await model.scoreAll(humanPairs(held)));
  });

  it("tells how far it is, and stops when it is told to", async () => {
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    const controller = new AbortController();
    const learner = new CopyLearner(core, { encoder, epochs: 1000 });
    const training = learner.train(humanPairs(learned), {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(training).rejects.toThrow("enough");
    await expect(model.generate(held, { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
  });

  it("takes articles and summaries of any kind", async () => {
    const odd: Article[] = [
      { id: "", text: "", summary: "" },
      { id: "x", text: "\u0000\ud800 …", summary: "\udfff" },
      { id: "y", text: "word ".repeat(5000), summary: "word ".repeat(500) },
      { id: "z", text: "雨が降る。", summary: "雨" },
    ];
    for (const [text] of await model.generate(odd)) expect(typeof text).toBe("string");
    for (const { logprobs } of await model.scoreAll(humanPairs(odd)))
      expect(logprobs.every(Number.isFinite)).toBe(true);
    const trained = await new CopyLearner(core, { encoder, epochs: 1 }).train(humanPairs(odd));
    expect(trained.state.weights.every(Number.isFinite)).toBe(true);
  });

  it("refuses options out of their range", async () => {
    expect(() => new CopyLearner(core, { epochs: 0 })).toThrow("epochs must be an integer in [1, 1000], got 0");
    expect(() => new CopyLearner(core, { minWords: 9, maxWords: 8 })).toThrow(
      "minWords must be an integer in [0, 8], got 9",
    );
    await expect(new CopyLearner(core).train([])).rejects.toThrow("pairs must be at least one, got none");
    await expect(model.generate(held, { temperature: -1 })).rejects.toThrow(
      "temperature must be a number in [0, 1000], got -1",
    );
    await expect(model.generate(held, { n: 0 })).rejects.toThrow("n must be an integer in [1, 10000], got 0");
  });
});

describe("ExtractiveModel", () => {
  it("learns to choose the lead, and says it as it stands", async () => {
    const model = await new ExtractiveLearner(core, { encoder }).train(humanPairs(learned));
    const said = await model.generate(held, { temperature: 0 });
    for (const [i, [text]] of said.entries()) {
      const words = wordTexts(text, 99).join(" ");
      expect(` ${wordTexts(held[i].text, 250).join(" ")} `).toContain(` ${words} `);
    }
    const first = held.map(({ text, summary }) => likeness(text.split(/\. |\n/)[0], summary));
    expect(mean(said.map(([text], i) => likeness(text, held[i].summary)))).toBeGreaterThan(mean(first));
    const many = await model.generate(held.slice(0, 5), { n: 20, temperature: 3, seed: 4 });
    for (const texts of many) expect(new Set(texts).size).toBeGreaterThan(1);
    const revived = await ExtractiveModel.fromState(core, structuredClone(model.state));
    expect(await revived.scoreAll(humanPairs(held))).toEqual(await model.scoreAll(humanPairs(held)));
    const { tokens, logprobs } = await model.score(held[0], held[0].summary);
    expect(logprobs.length).toBe(tokens.length);
    expect((await model.generate([{ id: "", text: "", summary: "" }]))[0]).toEqual([""]);
  });
});
