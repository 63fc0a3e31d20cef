import { beforeAll, describe, expect, it } from "vitest";
import { startTextCore } from "../../src/core/textCore.js";
import { ArgumentError, droppedShare, emptied, load, type Pstar } from "../../src/index.js";
import { rougeAt, rougeBatch } from "../../src/text/rouge.js";
import { unicodeTokens } from "../../src/text/unicode.js";

let pstar: Pstar;

beforeAll(async () => {
  pstar = await load();
});

describe("pstar.rouge", () => {
  it("scores one pair", () => {
    const { rouge1, rouge2, rougeL, rougeLsum } = pstar.rouge("the cat sat", "the cat sat on the mat");
    expect(rouge1).toEqual({ precision: 1, recall: 0.5, f: 2 / 3 });
    expect(rouge2).toEqual({ precision: 1, recall: 0.4, f: 0.8 / 1.4 });
    expect(rougeL).toEqual(rouge1);
    expect(rougeLsum).toEqual(rouge1);
  });

  it("takes lines for the sentences of -Lsum", () => {
    const { rougeL, rougeLsum } = pstar.rouge("a b\nc d", "c d\na b");
    expect([rougeL.f, rougeLsum.f]).toEqual([0.5, 1]);
  });

  it("scores many pairs, each as by itself", () => {
    const [candidates, references] = [
      ["one two", "", "three"],
      ["two one", "x", "three"],
    ];
    const all = pstar.rouge(candidates, references, { stemmer: true });
    expect(all).toEqual(candidates.map((text, i) => pstar.rouge(text, references[i], { stemmer: true })));
    expect(pstar.rouge([], [])).toEqual([]);
  });

  it("gives the rows of a batch", async () => {
    const core = await startTextCore();
    const scores = rougeBatch(core, ["a b", "a"], ["a", "a b"]);
    expect(scores.length).toBe(24);
    expect(rougeAt(scores, 1)).toEqual(pstar.rouge("a", "a b"));
  });

  it("stems if told to", () => {
    expect(pstar.rouge("running runs", "run run").rouge1.f).toBe(0);
    expect(pstar.rouge("running runs", "run run", { stemmer: true }).rouge1.f).toBe(1);
    // tokens of three letters stay, and those that are not of ASCII
    expect(pstar.rouge("ids", "id", { stemmer: true }).rouge1.f).toBe(0);
    expect(pstar.rouge("cafés", "café", { stemmer: true, tokenizer: "unicode" }).rouge1.f).toBe(0);
    expect(pstar.rouge("Cafes", "cafe", { stemmer: true, tokenizer: "unicode" }).rouge1.f).toBe(1);
  });

  it("reads every script if told to", () => {
    const pairs = [
      ["বাংলা সংবাদ", "সংবাদ বাংলা"],
      ["Привет, мир!", "мир привет"],
    ];
    for (const [a, b] of pairs) {
      expect(pstar.rouge(a, b).rouge1.f).toBe(0);
      const { rouge1, rougeL } = pstar.rouge(a, b, { tokenizer: "unicode" });
      expect([rouge1.f, rougeL.f]).toEqual([1, 0.5]);
    }
  });

  it("takes texts that are no well-formed Unicode", () => {
    for (const tokenizer of ["ascii", "unicode"] as const) {
      expect(pstar.rouge("a\ud800b", "\udc00a b\udbff", { tokenizer }).rouge2.f).toBe(1);
    }
  });
});

describe("what pstar.rouge refuses", () => {
  const wrong = (value: unknown) => value as never;
  const CASES: [string, (p: Pstar) => unknown, string, unknown][] = [
    ["a number", (p) => p.rouge(wrong(3), "a"), "candidate", 3],
    ["nothing", (p) => p.rouge("a", wrong(undefined)), "reference", undefined],
    ["a text against texts", (p) => p.rouge("a", wrong(["a"])), "reference", ["a"]],
    ["texts against a text", (p) => p.rouge(["a"], wrong("a")), "reference", "a"],
    ["too few references", (p) => p.rouge(["a", "b"], ["a"]), "reference", 1],
    ["a candidate that is none", (p) => p.rouge(["a", wrong(null)], ["a", "b"]), "candidate[1]", null],
    ["a hole", (p) => p.rouge(new Array(1), ["a"]), "candidate[0]", undefined],
    ["a reference that is none", (p) => p.rouge(["a"], [wrong(1)]), "reference[0]", 1],
    ["options that are none", (p) => p.rouge("a", "b", wrong(null)), "options", null],
    ["a misspelt option", (p) => p.rouge("a", "b", wrong({ stemer: true })), "options", "stemer"],
    ["a stemmer by name", (p) => p.rouge("a", "b", { stemmer: wrong("porter") }), "stemmer", "porter"],
    ["another tokenizer", (p) => p.rouge("a", "b", { tokenizer: wrong("words") }), "tokenizer", "words"],
  ];

  it.each(CASES)("%s", (_, body, field, got) => {
    const error = (() => {
      try {
        return body(pstar);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error).toMatchObject({ field, got });
    expect((error as ArgumentError).message).toContain(`${field} must be`);
  });
});

describe("the tokenizer unicode", () => {
  it.each([
    ["lower case, and no punctuation", "Ça va, «TRÈS» bien!", ["ça", "va", "très", "bien"]],
    ["numbers as they are", "3.14 ٣٤ x²", ["3", "14", "٣٤", "x²"]],
    ["composed or not", "cafe\u0301", ["café"]],
    ["Han and kana one by one", "東京タワー2025", ["東", "京", "タ", "ワ", "ー", "2025"]],
    ["Thai with its marks", "ที่นี่", ["ที่", "นี่"]],
    ["Korean by its spaces", "한국어 뉴스", ["한국어", "뉴스"]],
    ["joiners within a word", "می\u200cخواهم", ["میخواهم"]],
    ["no emoji, nor what colours it", "❤\ufe0f 👩\u200d👧 ok", ["ok"]],
    ["the dot of a Turkish capital", "İl", ["i\u0307l"]],
  ])("gives %s", (_, text, tokens) => {
    expect(unicodeTokens(text).trim().split(/ +/)).toEqual(tokens);
  });

  it("keeps the lines apart", () => {
    expect(unicodeTokens("один, \n\nдва")).toBe("один \n\nдва");
  });
});

describe("what the tokenizer ascii drops", () => {
  it.each([
    ["", 0, false],
    ["plain text 123", 0, false],
    ["–…“”—", 0, false],
    ["Café", 0.25, false],
    ["5\u212a İ", 0, false],
    ["ab бв", 0.5, false],
    ["ab бвг", 0.6, true],
    ["Привет мир", 1, true],
    ["বাংলা", 1, true],
  ])("of %j is %f", (text, share, bites) => {
    expect(droppedShare(text)).toBe(share);
    expect(emptied(text)).toBe(bites);
  });
});
