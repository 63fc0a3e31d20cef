import { beforeAll, describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/index.js";
import { rougeAt, rougeBatch, unicodeTokens } from "../../src/text/rouge.js";
import { isMostlyUnread, loadText, nonAsciiShare, rouge, type TextCore } from "../../src/text.js";

let core: TextCore;

beforeAll(async () => {
  core = await loadText();
});

describe("pstar.rouge", () => {
  it("scores one pair", () => {
    const { rouge1, rouge2, rougeL, rougeLsum } = rouge(core, "the cat sat", "the cat sat on the mat");
    expect(rouge1).toEqual({ precision: 1, recall: 0.5, f: 2 / 3 });
    expect(rouge2).toEqual({ precision: 1, recall: 0.4, f: 0.8 / 1.4 });
    expect(rougeL).toEqual(rouge1);
    expect(rougeLsum).toEqual(rouge1);
  });

  it("takes lines for the sentences of -Lsum", () => {
    const { rougeL, rougeLsum } = rouge(core, "a b\nc d", "c d\na b");
    expect([rougeL.f, rougeLsum.f]).toEqual([0.5, 1]);
  });

  it("scores many pairs, each as by itself", () => {
    const [candidates, references] = [
      ["one two", "", "three"],
      ["two one", "x", "three"],
    ];
    const all = rouge(core, candidates, references, { stemmer: true });
    expect(all).toEqual(candidates.map((text, i) => rouge(core, text, references[i], { stemmer: true })));
    expect(rouge(core, [], [])).toEqual([]);
  });

  it("gives the rows of a batch", async () => {
    const core = await loadText();
    const scores = rougeBatch(core, ["a b", "a"], ["a", "a b"]);
    expect(scores.length).toBe(24);
    expect(rougeAt(scores, 1)).toEqual(rouge(core, "a", "a b"));
  });

  it("stems if told to", () => {
    expect(rouge(core, "running runs", "run run").rouge1.f).toBe(0);
    expect(rouge(core, "running runs", "run run", { stemmer: true }).rouge1.f).toBe(1);
    // tokens of three letters stay, and those that are not of ASCII
    expect(rouge(core, "ids", "id", { stemmer: true }).rouge1.f).toBe(0);
    expect(rouge(core, "cafés", "café", { stemmer: true, tokenizer: "unicode" }).rouge1.f).toBe(0);
    expect(rouge(core, "Cafes", "cafe", { stemmer: true, tokenizer: "unicode" }).rouge1.f).toBe(1);
  });

  it("reads every script if told to", () => {
    const pairs = [
      ["বাংলা সংবাদ", "সংবাদ বাংলা"],
      ["Привет, мир!", "мир привет"],
    ];
    for (const [a, b] of pairs) {
      expect(rouge(core, a, b).rouge1.f).toBe(0);
      const { rouge1, rougeL } = rouge(core, a, b, { tokenizer: "unicode" });
      expect([rouge1.f, rougeL.f]).toEqual([1, 0.5]);
    }
  });

  it("takes texts that are no well-formed Unicode", () => {
    for (const tokenizer of ["ascii", "unicode"] as const) {
      expect(rouge(core, "a\ud800b", "\udc00a b\udbff", { tokenizer }).rouge2.f).toBe(1);
    }
  });
});

describe("what pstar.rouge refuses", () => {
  const wrong = (value: unknown) => value as never;
  const CASES: [string, (core: TextCore) => unknown, string, unknown][] = [
    ["a number", (core) => rouge(core, wrong(3), "a"), "candidate", 3],
    ["nothing", (core) => rouge(core, "a", wrong(undefined)), "reference", undefined],
    ["a text against texts", (core) => rouge(core, "a", wrong(["a"])), "reference", ["a"]],
    ["texts against a text", (core) => rouge(core, ["a"], wrong("a")), "reference", "a"],
    ["too few references", (core) => rouge(core, ["a", "b"], ["a"]), "reference", 1],
    ["a candidate that is none", (core) => rouge(core, ["a", wrong(null)], ["a", "b"]), "candidate[1]", null],
    ["a hole", (core) => rouge(core, new Array(1), ["a"]), "candidate[0]", undefined],
    ["a reference that is none", (core) => rouge(core, ["a"], [wrong(1)]), "reference[0]", 1],
    ["options that are none", (core) => rouge(core, "a", "b", wrong(null)), "options", null],
    ["a misspelt option", (core) => rouge(core, "a", "b", wrong({ stemer: true })), "options", "stemer"],
    ["a stemmer by name", (core) => rouge(core, "a", "b", { stemmer: wrong("porter") }), "stemmer", "porter"],
    ["another tokenizer", (core) => rouge(core, "a", "b", { tokenizer: wrong("words") }), "tokenizer", "words"],
  ];

  it.each(CASES)("%s", (_, body, field, got) => {
    const error = (() => {
      try {
        return body(core);
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
    expect(nonAsciiShare(text)).toBe(share);
    expect(isMostlyUnread(text)).toBe(bites);
  });
});
