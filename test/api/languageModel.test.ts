import { beforeAll, describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/index.js";
import { scratchFiles } from "../../src/rows/scratch.js";
import { Pace } from "../../src/text/ngramCorpus.js";
import { LargeNgramModel, trainWithin } from "../../src/text/ngramLarge.js";
import { NgramModel } from "../../src/text/ngramModel.js";
import { NgramSorter } from "../../src/text/ngramSort.js";
import { splitterOf, WordNumbers } from "../../src/text/tokenizer.js";
import {
  loadText,
  type NgramProgress,
  type TextCore,
  type Tokenizer,
  trainLanguageModel,
  writeArpa,
} from "../../src/text.js";
import { uniforms } from "../oracle/random.js";
import { shortOrLong } from "../support/edition.js";

let core: TextCore;
beforeAll(async () => {
  core = await loadText();
});

const TEXTS = ["The cat sat.", "The dog sat.", "A cat!"];

describe("pstar.trainLanguageModel", () => {
  it("trains a model of words by default, and says on what", async () => {
    const model = await trainLanguageModel(core, TEXTS);
    expect(model.order).toBe(3);
    expect(model.tokenizer).toBe("words");
    expect(model.words).toEqual(["<unk>", "<s>", "</s>", "the", "cat", "sat", ".", "dog", "a", "!"]);
    expect(model.training).toMatchObject({ texts: 3, tokens: 14, unknown: 0, minCount: 1 });
    expect(model.training?.discounts.map(({ order }) => order)).toEqual([1, 2, 3]);
    const [likely, unlikely] = model.perplexity(["The dog sat.", "sat dog the ."]);
    expect(likely).toBeLessThan(unlikely / 3);
  });

  it("makes rare words <unk>", async () => {
    const model = await trainLanguageModel(core, TEXTS, { minCount: 2 });
    expect(model.words).toEqual(["<unk>", "<s>", "</s>", "the", "cat", "sat", "."]);
    expect(model.training?.unknown).toBe(3);
    expect(model.score(["A bird."]).unknown[0]).toBe(2);
  });

  it("gives the example of its documentation", async () => {
    const model = await trainLanguageModel(core, ["the cat sat", "the dog sat"], { order: 2 });
    const [first, second] = model.perplexity(["the cat sat", "sat the cat"]);
    expect(first.toString()).toMatch(/^1\.937/);
    expect(second.toString()).toMatch(/^7\.667/);
  });

  it("takes texts as they come, and stands beside other models", async () => {
    async function* coming() {
      for (const text of TEXTS) yield text;
    }
    const one = await trainLanguageModel(core, TEXTS, { order: 2 });
    const [other, again] = await Promise.all([
      trainLanguageModel(core, ["an entirely other text"], { order: 5 }),
      trainLanguageModel(core, coming(), { order: 2 }),
    ]);
    expect(other.perplexity(TEXTS)).not.toEqual(one.perplexity(TEXTS));
    expect(again.perplexity(TEXTS)).toEqual(one.perplexity(TEXTS));
  });

  it("evaluates many texts as one", async () => {
    const model = await trainLanguageModel(core, TEXTS);
    const many = Array.from({ length: 2500 }, (_, i) => TEXTS[i % 2]);
    const { logProb, tokens } = model.score(TEXTS.slice(0, 2));
    const all = await model.evaluate(many);
    expect(all).toMatchObject({ texts: 2500, tokens: 1250 * (tokens[0] + tokens[1]), unknown: 0 });
    expect(all.perplexity).toBeCloseTo(Math.exp(-(logProb[0] + logProb[1]) / (tokens[0] + tokens[1])), 9);
  });

  it("tells how far it is, and stops when it is told to", async () => {
    const texts = Array.from({ length: 60_000 }, (_, i) => `w${i % 997} w${i % 1009} w${i % 1013} w${(i * i) % 1019}`);
    const told: NgramProgress[] = [];
    await trainLanguageModel(core, texts, { onProgress: (progress) => told.push(progress) });
    expect(told.map(({ phase }) => phase)).toContain("counting");
    expect(told.every(({ share }, i) => share >= (told[i - 1]?.share ?? 0) && share <= 1)).toBe(true);
    const controller = new AbortController();
    const stopped = trainLanguageModel(core, texts, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toThrow(controller.signal.reason);
  });

  it.each([
    ["order", { order: 0 }, "order must be an integer in [1, 6], got 0"],
    ["order", { order: 7 }, "order must be an integer in [1, 6], got 7"],
    ["minCount", { minCount: 0.5 }, "minCount must be an integer of at least 1, got 0.5"],
    [
      "tokenizer",
      { tokenizer: "letters" as Tokenizer },
      'one of words, characters, spaces, or a function, got "letters"',
    ],
    ["tokenizer", { tokenizer: () => ["two words"] }, 'tokens are strings without white space, got "two words"'],
    ["tokenizer", { tokenizer: () => [""] }, "tokens are strings without white space"],
  ])("refuses a wrong %s", async (field, options, message) => {
    const training = trainLanguageModel(core, TEXTS, options);
    await expect(training).rejects.toThrow(ArgumentError);
    await expect(training).rejects.toThrow(message);
    await expect(training).rejects.toMatchObject({ field });
  });

  it.each([
    ["no text", [], "texts must be at least one text, got none"],
    ["one text, not a list", "the cat", 'texts must be an iterable of strings, got "the cat"'],
    ["numbers", [1, 2], "texts must be strings, got 1"],
  ])("refuses %s", async (_, texts, message) => {
    await expect(trainLanguageModel(core, texts as unknown as string[])).rejects.toThrow(message);
  });

  it("refuses to score what is no text", async () => {
    const model = await trainLanguageModel(core, TEXTS);
    expect(() => model.perplexity("a" as unknown as string[])).toThrow('texts must be an array of strings, got "a"');
    expect(() => model.perplexity([null as unknown as string])).toThrow("texts must be strings, got null");
    expect(() => model.perplexity(["a"], { prompts: [] })).toThrow(
      "prompts must be as many as there are texts (1), got 0",
    );
  });
});

describe("tokenizers", () => {
  it.each([
    ["words", "Don’t PAY £1,250.50 at 12:30 — OK?", "don't pay £ 1,250.50 at 12:30 — ok ?"],
    ["words", "東京は Tokyo です。", "東 京 は tokyo で す 。"],
    ["words", "e\u0301te\u0301 हिन्दी_1 co-op's", "été हिन्दी_1 co - op's"],
    ["words", "\ud800a\u0000b\u200f", "a b"],
    ["words", " \n", ""],
    ["characters", " A  b\ne\u0301! ", "a ▁ b ▁ é !"],
    ["spaces", " The  cat,\tsat\n\ud800x\u00a0y ", "The cat, sat x\u00a0y"],
  ] as const)("%s: %j", async (tokenizer, text, tokens) => {
    const model = await trainLanguageModel(core, ["a"], { tokenizer });
    expect(model.tokenize(text).join(" ")).toBe(tokens);
  });
});

describe("a training of words", () => {
  const PIECES = [
    ..."aB1.,:;'_- \t\n\u0001\u007f<>é’œ東\u0301\u200d\u200b\ud800Σσ\u00a0\u2028Kİ",
    ...["1.25", "1,250.75", "12:30", "don't", "1.2.3a", "''", "ab'c'", "x".repeat(40), "<s>", "</s>"],
  ];
  const textOf = (next: () => number) =>
    Array.from({ length: 1 + Math.floor(next() * 24) }, () => PIECES[Math.floor(next() * PIECES.length)]).join("");

  const numbering = (numbers: Map<string, number>) => (token: string) => {
    if (!numbers.has(token)) numbers.set(token, numbers.size);
    return numbers.get(token) as number;
  };

  it("finds the tokens by their characters as the expression of the tokenizer does", () => {
    const next = uniforms(17);
    const numbers = new Map<string, number>();
    const reader = new WordNumbers(numbering(numbers));
    const split = splitterOf("words");
    let words: string[] = [];
    for (let i = 0; i < shortOrLong(8_000, 20_000); i++) {
      const text = textOf(next);
      reader.read(text);
      if (words.length < numbers.size) words = [...numbers.keys()];
      const found = Array.from(reader.numbers.subarray(0, reader.count), (number) => words[number]);
      expect(found, JSON.stringify(text)).toEqual([...split(text)]);
    }
    expect(numbers.size).toBeGreaterThan(shortOrLong(2000, 5000));
  });

  it("knows words again when there are more than it knows by their characters", () => {
    const reader = new WordNumbers(numbering(new Map()));
    for (const round of [1, 2])
      for (let first = 0; first < 300_000; first += 1000) {
        reader.read(Array.from({ length: 1000 }, (_, i) => `w${first + i}`).join(" "));
        expect(reader.count, `round ${round}`).toBe(1000);
        expect([reader.numbers[0], reader.numbers[999]]).toEqual([first, first + 999]);
      }
  });

  it("gives the bytes of the same tokens by a tokenizer of one's own", async () => {
    const next = uniforms(18);
    const texts = Array.from({ length: 300 }, () => textOf(next)).filter((text) => text.length > 4);
    const bytes = async (tokenizer: Tokenizer) =>
      [...writeArpa(await trainLanguageModel(core, texts, { tokenizer }))].join("").replace(/^.*\n/, "");
    expect(await bytes("words")).toBe(await bytes(splitterOf("words")));
  });
});

describe("a training whose n-grams do not fit in memory", () => {
  /** Texts of which most words are rare; `kinds` words at most. */
  function textsOf(seed: number, tokens: number, kinds: number): string[] {
    const next = uniforms(seed);
    const texts: string[] = [];
    for (let left = tokens; left > 0; ) {
      const length = Math.floor(12 * next() ** 2);
      texts.push(Array.from({ length }, () => `w${Math.floor(kinds ** next())}`).join(" "));
      left -= length + 2;
    }
    return texts;
  }

  const corpora = [
    [1, 3, 2000, 1],
    [6, 5, 900, 2],
    [2, 1, 2000, 1],
    [3, 2, 30, 1],
    [4, 6, 4, 1],
    [5, 4, 2000, 3],
  ] as const;
  it.each(shortOrLong(corpora.slice(1, 2), corpora))(
    "gives the same bytes from many sorted runs (seed %i, order %i)",
    async (seed, order, kinds, minCount) => {
      const texts = textsOf(seed, 80_000, kinds);
      const options = { order, minCount, tokenizer: "spaces" } as const;
      const told: NgramProgress[] = [];
      const [small, large] = [
        await trainLanguageModel(core, texts, options),
        await trainWithin(core, texts, {
          ...options,
          memoryLimit: 1e6,
          scratch: scratchFiles,
          onProgress: (progress) => told.push(progress),
        }),
      ];
      if (!(large instanceof LargeNgramModel)) throw new Error("it was trained in memory");
      expect(large.runs).toBeGreaterThan(1);
      expect(large.training).toEqual(small.training);
      expect([...writeArpa(large)].join("") === [...writeArpa(small)].join("")).toBe(true);
      const others = [...textsOf(7, 500, kinds + 5), "unseen words only"];
      expect(await large.evaluate(others)).toEqual(await small.evaluate(others));
      expect(told.every(({ share }, i) => share >= (told[i - 1]?.share ?? 0) && share <= 1)).toBe(true);
      large.close();
    },
  );

  it("merges in several passes if there are more runs than fit in memory at once", async () => {
    const next = uniforms(8);
    const pace = new Pace({});
    const sorter = new NgramSorter(2, 300, scratchFiles, new Uint32Array(NgramSorter.leastNumbers(2)));
    const places = new Map<string, number[]>();
    for (let place = 0; place < 60_000; place++) {
      const [before, word] = [Math.floor(301 * next()), Math.floor(301 * next() ** 2)];
      if (sorter.isFull) await sorter.spill(pace);
      sorter.add(Uint32Array.of(before), word, place);
      const key = `${1000 + before} ${1000 + word}`;
      places.set(key, [...(places.get(key) ?? []), place]);
    }
    await sorter.spill(pace);
    expect(sorter.runs).toBeGreaterThan(9); // of which three are merged at once
    const merged: string[] = [];
    for await (const block of sorter.merged(pace))
      for (let at = 0; at < block.length; at += 4)
        merged.push(`${1000 + block[at]} ${1000 + block[at + 1]}: ${block[at + 2]} from ${block[at + 3]}`);
    const expected = [...places].map(([key, some]) => `${key}: ${some.length} from ${some[0]}`).sort();
    expect(merged).toEqual(expected);
  });

  it("stays in memory if it fits, and refuses more different words than half of the memory holds", async () => {
    const options = { memoryLimit: 1e6, scratch: scratchFiles };
    expect(await trainWithin(core, TEXTS, options)).toBeInstanceOf(NgramModel);
    const words = Array.from({ length: 5000 }, (_, i) => `word${i}`);
    await expect(trainWithin(core, words, options)).rejects.toThrow(
      /^texts have more than \d+ different words, which do not fit into half of the memory/,
    );
  });
});
