import { describe, expect, it } from "vitest";
import { DECIMAL_SLOT, decimals } from "../../src/core/ngram.js";
import type { NgramModel } from "../../src/text/ngramModel.js";
import { trainLanguageModel } from "../../src/text/ngramTraining.js";
import { KneserNey } from "../oracle/ngram.js";
import { uniforms } from "../oracle/random.js";
import { buildsOfEdition, type TestCore } from "./builds.js";

const SPACES = { tokenizer: "spaces" } as const;
// A logarithm to base 10 has relative error 2^−52, |log10 p| < 10, and a handful of terms are added: below 1e-14. The
// interpolation itself rounds about ten times.
const TOLERANCE = 1e-13;

/** Texts of words a, b, c …, the early ones the more frequent. */
function randomTexts(seed: number, count: number, longest: number, words: number): string[][] {
  const draw = uniforms(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: Math.floor(draw() * (longest + 1)) }, () => `w${Math.floor(words * draw() ** 2)}`),
  );
}

async function train(core: TestCore, texts: readonly (readonly string[])[], order: number): Promise<NgramModel> {
  return trainLanguageModel(
    core,
    texts.map((text) => text.join(" ")),
    { ...SPACES, order },
  );
}

/** log p of each word after a history that begins with <s>. */
function logsAfter(model: NgramModel, history: readonly string[], words: readonly string[]): number[] {
  const prompts = words.map(() => history.join(" "));
  const texts = words.map((word) => (word === "</s>" ? "" : word));
  return model.logProbs(texts, { prompts }).map(([log]) => log);
}

/** Every history of up to `length` words, those with a word that the model does not know among them. */
function histories(words: readonly string[], length: number): string[][] {
  if (length === 0) return [[]];
  const shorter = histories(words, length - 1);
  return [
    ...shorter,
    ...shorter.filter((one) => one.length === length - 1).flatMap((h) => words.map((w) => [...h, w])),
  ];
}

buildsOfEdition("the language model", (core) => {
  it("of one order has the probabilities that one computes by hand", async () => {
    // Counts a 1, b 1, </s> 1, c 2, d 2, e 3, f 4 of 14: t = (3, 2, 1, 1), Y = 3/7, D = (3/7, 19/14, 9/7);
    // γ = (3·3/7 + 2·19/14 + 2·9/7)/14 = 23/49 over 8 words, hence γ/8 = 23/392 for each.
    const model = await train(core, [[..."abccddeeeffff"]], 1);
    const { discounts } = model.training ?? { discounts: [] };
    expect(discounts[0].countsOfCounts).toEqual([3, 2, 1, 1]);
    expect(discounts[0].fallback).toBe(false);
    for (const [i, d] of [3 / 7, 19 / 14, 9 / 7].entries()) expect(discounts[0].values[i]).toBeCloseTo(d, 14);
    const logs = logsAfter(model, [], ["a", "</s>", "c", "e", "f", "unseen"]);
    for (const [i, p] of [39, 39, 41, 71, 99, 23].entries()) expect(Math.exp(logs[i])).toBeCloseTo(p / 392, 14);
  });

  it("of two orders has the probabilities that one computes by hand", async () => {
    // Words seen before: the 1 (<s>), cat 1, dog 1, sat 2, </s> 1, of 6: no word three times, so D = (½, 1, 1½),
    // γ = (4·½ + 1)/6 = ½ over 6 words: p(the) = ½/6 + 1/12 = 1/6 = p(cat), p(sat) = 1/6 + 1/12 = 1/4, p(<unk>) = 1/12.
    // p(the | <s>) = (2 − 1)/2 + ½·1/6 = 7/12; p(cat | the) = (1 − ½)/2 + ½·1/6 = 1/3;
    // p(sat | cat) = (1 − ½)/1 + ½·1/4 = 5/8; p(</s> | sat) = 7/12 as after <s>.
    const model = await train(
      core,
      [
        ["the", "cat", "sat"],
        ["the", "dog", "sat"],
      ],
      2,
    );
    expect(model.ngrams).toEqual([7, 6]);
    expect(model.training?.discounts.map(({ fallback }) => fallback)).toEqual([true, true]);
    const logs = model.logProbs("the cat sat");
    for (const [i, p] of [7 / 12, 1 / 3, 5 / 8, 7 / 12].entries()) expect(Math.exp(logs[i])).toBeCloseTo(p, 14);
    // cat after <s> is new: γ(<s>) p(cat) = ½·1/6. "mat" is unknown: γ(the) p(<unk>) = ½·1/12, and nothing follows it.
    expect(Math.exp(model.logProbs("cat")[0])).toBeCloseTo(1 / 12, 14);
    expect(Math.exp(model.logProbs("mat sat", { prompt: "the" })[0])).toBeCloseTo(1 / 24, 14);
    expect(Math.exp(model.logProbs("mat sat", { prompt: "the" })[1])).toBeCloseTo(1 / 4, 14);
    expect(model.perplexity(["the cat sat"])[0]).toBeCloseTo((1 / ((7 / 12) ** 2 / 3) / 0.625) ** (1 / 4), 13);
  });

  it.each([1, 2, 3, 4, 5, 6])("of order %d is the oracle's after every history, and sums to one", async (order) => {
    const texts = randomTexts(order, 60, 9, 5);
    const model = await train(core, texts, order);
    const oracle = new KneserNey(texts, order);
    for (const [k, { values }] of (model.training?.discounts ?? []).entries()) {
      for (const [j, d] of values.entries()) expect(d).toBeCloseTo(oracle.discounts[k][j], 13);
    }
    expect(model.ngrams.slice(1)).toEqual(oracle.adjusted.slice(1).map(({ size }) => size));
    const words = oracle.vocabulary;
    const spelt = words.filter((word) => word !== "</s>").map((word) => (word === "<unk>" ? "unseen" : word));
    for (const history of histories(spelt, Math.min(order, 3))) {
      const logs = logsAfter(model, history, words);
      let sum = 0;
      for (const [i, word] of words.entries()) {
        const want = Math.log(oracle.probability(word, ["<s>", ...history]));
        if (!(Math.abs(logs[i] - want) < TOLERANCE)) expect.fail(`${word} after ${history}: ${logs[i]}, want ${want}`);
        sum += Math.exp(logs[i]);
      }
      expect(Math.abs(sum - 1)).toBeLessThan(TOLERANCE);
    }
  });

  it("is the same where a corpus takes many blocks and tables grow", async () => {
    const texts = randomTexts(7, 5000, 30, 3000); // 75 000 tokens in blocks of 65 536
    const model = await train(core, texts, 3);
    const oracle = new KneserNey(texts, 3);
    expect(model.ngrams.slice(1)).toEqual(oracle.adjusted.slice(1).map(({ size }) => size));
    expect(model.ngrams[2]).toBeGreaterThan(65_536);
    expect(model.training?.tokens).toBe(texts.reduce((sum, text) => sum + text.length + 1, 0));
    // Where one block ends and the next begins is among the first texts that fill it.
    for (const text of [
      ...texts.slice(0, 20),
      ...texts.slice(4150, 4350).filter((_, i) => i % 10 === 0),
      ["w1", "x"],
    ]) {
      const logs = model.logProbs(text.join(" "));
      for (const [i, word] of [...text, "</s>"].entries()) {
        const want = Math.log(oracle.probability(word, ["<s>", ...text.slice(0, i)]));
        expect(Math.abs(logs[i] - want)).toBeLessThan(TOLERANCE);
      }
    }
  });

  describe("scores", () => {
    it("many texts together as each alone", async () => {
      const texts = randomTexts(11, 6000, 40, 50);
      const model = await train(core, texts.slice(0, 500), 3);
      const all = texts.map((text) => text.join(" "));
      const scores = model.score(all); // 126 000 tokens: two crossings
      const logs = model.logProbs(all);
      for (const i of [0, 1, 3000, 3274, 5999]) {
        const alone = model.logProbs(all[i]);
        expect(logs[i]).toEqual(alone);
        expect(scores.tokens[i]).toBe(texts[i].length + 1);
        const sum = alone.reduce((total, log) => total + log, 0);
        // The core adds logarithms to base 10: the sums differ by a rounding a token.
        expect(Math.abs(scores.logProb[i] - sum)).toBeLessThan(1e-13 * Math.abs(sum) + 1e-13);
        expect(scores.perplexity[i]).toBeCloseTo(Math.exp(-sum / alone.length), 9);
        expect(model.perplexity([all[i]])[0]).toBe(scores.perplexity[i]);
      }
    });

    it("a continuation as the part of the whole text that it is", async () => {
      const model = await train(core, randomTexts(12, 300, 12, 8), 4);
      const whole = model.logProbs("w0 w1 w2 w0 w3 w1");
      expect(model.logProbs("w0 w3 w1", { prompt: "w0 w1 w2" })).toEqual(whole.slice(3));
      const { tokens, logProb } = model.score(["w0 w3 w1", "w1"], { prompts: ["w0 w1 w2", ""] });
      expect([...tokens]).toEqual([4, 2]);
      expect(logProb[1]).toBe(model.score(["w1"]).logProb[0]);
    });

    it("a word like the start of a text as an unknown one, and trains on none", async () => {
      for (const mark of ["<s>", "</s>"]) {
        await expect(
          train(
            core,
            [
              ["a", "b"],
              ["a", mark],
            ],
            2,
          ),
        ).rejects.toThrow(`texts must not hold ${mark}`);
      }
      const texts = [
        ["a", "b"],
        ["a", "<unk>"],
      ];
      const model = await train(core, texts, 2);
      expect(model.words).toEqual(["<unk>", "<s>", "</s>", "a", "b"]);
      expect(model.training?.unknown).toBe(1);
      const { unknown, logProb } = model.score(["a <s> b", "a unseen b", "a </s> b", "a b"]);
      expect([...unknown]).toEqual([1, 1, 1, 0]);
      expect(logProb[1]).toBe(logProb[0]);
      expect(logProb[2]).toBe(logProb[0]);
    });

    it("nothing at all as its end", async () => {
      const model = await train(core, [[], ["a"]], 3);
      expect(model.logProbs("")).toHaveLength(1);
      expect([...model.perplexity([])]).toEqual([]);
      expect(model.perplexity([""])[0]).toBeCloseTo(Math.exp(-model.logProbs("")[0]), 14);
    });
  });
});

buildsOfEdition("numbers of a model", (core) => {
  const written = (values: Float64Array) => {
    const slots = Buffer.from(decimals(core, values));
    return Array.from(values, (_, i) => {
      const from = i * DECIMAL_SLOT + 1;
      return slots.toString("latin1", from, from + slots[from - 1]);
    });
  };
  const draw = uniforms(11);
  const drawn = (number: (i: number) => number) => Float64Array.from({ length: 20_000 }, (_, i) => number(i));
  const bits = new Float64Array(Uint32Array.from({ length: 40_000 }, () => draw() * 2 ** 32).buffer);

  it.each([
    ["of any bits", bits.filter(Number.isFinite)],
    ["that are logarithms", drawn(() => Math.log10(draw()))],
    [
      "that are whole, and near to one",
      drawn((i) => (Math.round(draw() * 10 ** (i % 24)) + (i % 2) / 8) * ((i % 3) - 1)),
    ],
    ["at powers of two", drawn((i) => 2 ** ((i % 2098) - 1074) * (1 + (Math.floor(i / 2098) - 4) * 2 ** -52))],
    ["at powers of ten", drawn((i) => (1 + (i % 9)) * 10 ** ((i % 631) - 323))],
    ["of few digits", drawn((i) => Number(draw().toFixed(i % 18)) * 10 ** ((i % 60) - 30))],
    [
      "at the ends",
      Float64Array.of(
        0,
        -0,
        5e-324,
        2.2250738585072014e-308,
        Number.MAX_VALUE,
        1e21,
        999999999999999900000,
        1e-6,
        1e-7,
        0.1 + 0.2,
        123456789012345680000,
      ),
    ],
  ])("%s are written as JavaScript writes them", (_, values) => {
    expect(core.exports.DECIMAL_SLOT.value).toBe(DECIMAL_SLOT);
    expect(written(values)).toEqual(Array.from(values, String));
  });
});
