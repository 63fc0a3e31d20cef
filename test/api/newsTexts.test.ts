import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../src/core/errors.js";
import { Encoder } from "../../src/news/encoder.js";
import type { Article } from "../../src/news/interfaces.js";
import { writeSummary } from "../../src/news/surface.js";
import { hashWord, readText, Vocabulary, wordTexts } from "../../src/news/vocabulary.js";
import { comparable } from "../../src/text/nearDuplicates.js";
import { matching, splitterOf } from "../../src/text/tokenizer.js";
import { shortOrLong } from "../support/edition.js";
import { processorTime } from "../support/processorTime.js";
import { anyCharacter } from "../support/texts.js";

function article(text: string, id = "a"): Article {
  return { id, text, summary: "" };
}

/** The sentences of a text, each as its words. */
function sentencesOf(text: string): string[] {
  const { words, sentences } = readText(text, 1000);
  const out: string[] = [];
  for (const [i, word] of words.entries()) {
    out[sentences[i]] = out[sentences[i]] ? `${out[sentences[i]]} ${word.text}` : word.text;
  }
  return out;
}

describe("reading", () => {
  it("finds words of letters, marks and numbers in any script", () => {
    expect(wordTexts("Don't pay £4.2bn, Zoë!", 99)).toEqual(["don", "t", "pay", "4", "2bn", "zoë"]);
    expect(wordTexts("東京タワー is 333 m", 99)).toEqual(["東", "京", "タ", "ワ", "ー", "is", "333", "m"]);
    expect(wordTexts("नमस्ते दुनिया", 99)).toEqual(["नमस्ते", "दुनिया"]);
    expect(wordTexts("Cafe\u0301 CAFÉ", 99)).toEqual(["café", "café"]);
    expect(wordTexts("one two three", 2)).toEqual(["one", "two"]);
    expect(wordTexts(" \n…— ", 99)).toEqual([]);
  });

  it("ends sentences at full stops before capitals and at the ends of lines, and nowhere else", () => {
    expect(sentencesOf('He left. "Why?" she asked. Then 40 came.')).toEqual([
      "he left",
      "why she asked",
      "then 40 came",
    ]);
    expect(sentencesOf("Mr. Bell and J. S. Hart paid 3.5 per cent.\nA line")).toEqual([
      "mr bell and j s hart paid 3 5 per cent",
      "a line",
    ]);
    expect(sentencesOf("It cost etc. and so on. Really! Yes")).toEqual(["it cost etc and so on", "really", "yes"]);
    expect(sentencesOf("雨が降る。風が吹く")).toEqual(["雨 が 降 る", "風 が 吹 く"]);
  });

  it("takes time in proportion to the text, whatever the text is", async () => {
    const hostile = [
      " ".repeat(200_000),
      '."'.repeat(100_000),
      "a.".repeat(100_000),
      "\u0301".repeat(200_000),
      ". \n".repeat(70_000),
    ];
    for (const text of hostile) {
      // some milliseconds; a quadratic reading would take minutes
      expect(await processorTime(() => readText(`One ${text} two`, 2000))).toBeLessThan(3000);
    }
  });

  it("hashes words apart", () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `word${i.toString(36)}`);
    // 20 000 of 2³² values: 0.05 equal pairs are expected
    expect(new Set(words.map(hashWord)).size).toBeGreaterThan(19_998);
    expect(hashWord("")).toBe(hashWord(""));
    expect(hashWord("ab")).not.toBe(hashWord("ba"));
  });
});

describe("a run of letters or signs that is longer than an engine's expressions can match", () => {
  it("is refused by name wherever texts are matched, and not with the engine's error", () => {
    const length = shortOrLong(12_000_000, 20_000_000); // either is too long for the tokenizer `words` in V8
    const letters = "é".repeat(length);
    const refused = /^a text has millions of letters or signs without a space/;
    const refusals = [
      () => splitterOf("words")(letters),
      () => splitterOf("spaces")(letters),
      () => wordTexts(letters, 1),
      () => comparable("…".repeat(length)),
      () => matching(() => letters.repeat(1e9)), // any RangeError of the engine
    ].flatMap((work) => {
      try {
        work(); // an engine may match more than another
        return [];
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        expect((error as Error).message).toMatch(refused);
        return [error];
      }
    });
    expect(refusals.length).toBeGreaterThan(0);
    // a text before it is read as ever
    expect(wordTexts(`one two ${letters}`, 2)).toEqual(["one", "two"]);
    expect(splitterOf("words")("é".repeat(100_000))).toEqual(["é".repeat(100_000)]);
  });
});

describe("the vocabulary", () => {
  const articles = [article("The cat sat. The dog sat."), article("The UK in the UK and the cat."), article("")];
  const vocabulary = Vocabulary.of(articles, 250);

  it("counts in how many articles a word stands, and how often, as it is mostly written", () => {
    expect(vocabulary.data.articles).toBe(3);
    expect(vocabulary.data.documents.get("the")).toBe(2);
    expect(vocabulary.data.documents.get("dog")).toBe(1);
    expect(vocabulary.data.common[0]).toEqual({ word: "the", written: "the" });
    expect(vocabulary.data.common.find(({ word }) => word === "uk")?.written).toBe("UK");
  });

  it("puts words into buckets of idf", () => {
    // log(4/3) and log(4/1) are below 1 and in [1, 2)
    expect(vocabulary.classOf("the")).toBe(1);
    expect(vocabulary.classOf("never seen")).toBe(2);
    const many = new Vocabulary({
      articles: 999,
      documents: new Map([
        ["often", 500],
        ["seldom", 6],
      ]),
      common: [],
    });
    // log(1000/501) = 0.7, log(1000/7) = 4.96, log 1000 = 6.9
    expect(["often", "seldom", "never"].map((word) => many.classOf(word))).toEqual([0, 8, 10]);
  });

  it("refuses articles without a word", () => {
    expect(() => Vocabulary.of([article("…")], 250)).toThrow("articles must hold at least one word, got none");
  });
});

describe("the encoder", () => {
  const articles = [article("Ada met Bob. Bob left."), article("The end of the affair.", "b")];
  const encoder = Encoder.of(articles);

  it("numbers an article's words by first appearance, then the common ones it lacks", () => {
    const encoded = encoder.article(articles[0]);
    expect(encoded.types).toEqual([0, 1, 2, 2, 3]);
    expect(encoded.candidates.slice(0, 4)).toEqual(["ada", "met", "bob", "left"]);
    expect(encoded.candidates).toContain("affair");
    expect(encoder.article(articles[0])).toBe(encoded);
  });

  it("cuts articles and summaries where it was told to", () => {
    const short = new Encoder(encoder.vocabulary, { articleWords: 3, summaryWords: 2 });
    expect(short.article(articles[0]).types).toEqual([0, 1, 2]);
    expect(short.summary(articles[0], "Bob left early").words).toEqual(["bob", "left"]);
    expect(() => new Encoder(encoder.vocabulary, { articleWords: 4000, summaryWords: 2 })).toThrow(
      "articleWords must be an integer in [1, 2048], got 4000",
    );
  });

  it("takes any text", () => {
    const anything = fc.string({ unit: anyCharacter, maxLength: 60 });
    fc.assert(
      fc.property(anything, anything, (text, summary) => {
        const encoded = encoder.article(article(text));
        expect(encoded.packed[0]).toBe(encoded.types.length);
        expect(encoder.summary(article(text), summary).packed[0]).toBeLessThanOrEqual(45);
      }),
      { seed: 6, numRuns: 40 },
    );
  });
});

describe("writing", () => {
  const source = article(
    "The UK paid £3.5m (a record) to Zoë's firm. \"Ada's cat is 5% taller,\" the man said. Some e-mail came.",
  );
  const encoder = Encoder.of([source]);
  const encoded = encoder.article(source);
  const write = (text: string) => {
    const numbers = wordTexts(text, 99).map((word) => encoded.candidates.indexOf(word));
    return writeSummary(encoded, encoder.vocabulary, numbers);
  };

  it("writes words as the article does, with what stands between neighbours", () => {
    expect(write("the uk paid 3 5m to ada s firm")).toBe("The UK paid £3.5m to Ada's firm.");
    expect(write("some e mail is 5 taller")).toBe("Some e-mail is 5% taller.");
    expect(write("zoë s cat the man said a firm")).toBe("Zoë's cat the man said a firm.");
    expect(write("")).toBe("");
  });

  it("reads back as the words that were said, of any article", () => {
    const unit = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 3 }),
      fc.constantFrom(" ", ". ", "'", "ß", "İ", "-", "$", "京", "क्", "\u0301", "A", "5"),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 60 }), fc.array(fc.nat(1000), { maxLength: 20 }), (units, picks) => {
        const wild = article(units.join(""));
        const own = encoder.article(wild);
        const said = picks.map((pick) => pick % own.candidates.length);
        const text = writeSummary(own, encoder.vocabulary, said);
        expect(wordTexts(text, 99)).toEqual(said.map((number) => own.candidates[number]));
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});
