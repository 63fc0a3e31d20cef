import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ArgumentError, DataError } from "../../src/index.js";
import {
  loadText,
  type NgramModel,
  readLanguageModel,
  type TextCore,
  trainLanguageModel,
  writeArpa,
} from "../../src/text.js";
import { shortOrLong } from "../support/edition.js";

// As KenLM's lmplz writes it: no comment, <s> with log-probability 0, backoff weights at </s> and <unk> too.
const KENLM = `\\data\\
ngram 1=5
ngram 2=4
ngram 3=2

\\1-grams:
-1.5\t<unk>\t0
0\t<s>\t-0.3
-0.9\t</s>\t0
-0.6\tthe\t-0.25
-0.7\tcat\t-0.125

\\2-grams:
-0.2\t<s> the\t-0.1
-0.4\tthe cat\t-0.05
-0.5\tcat </s>\t0
-0.8\tcat the\t0

\\3-grams:
-0.1\t<s> the cat
-0.3\tthe cat </s>

\\end\\
`;

// As SRILM writes it: text before \data\, blank lines, spaces for tabs, no <unk>, no weight where nothing follows.
const SRILM = `made by somebody

\\data\\
ngram 1=4
ngram 2=1

\\1-grams:
-0.9 </s>
-99 <s> -0.3
-0.6 The -0.25
-0.7 cat

\\2-grams:
-0.2 <s> The

\\end\\
`;

let core: TextCore;
beforeAll(async () => {
  core = await loadText();
});

function fileOf(model: NgramModel): string {
  return [...writeArpa(model)].join("");
}

/** A file with one line replaced, and so many lines into it that the error must say. */
function withLine(line: number, text: string): string {
  return KENLM.split("\n")
    .with(line - 1, text)
    .join("\n");
}

describe("an ARPA file", () => {
  it("of KenLM is read, and scored by backoff", async () => {
    const model = await readLanguageModel(core, KENLM);
    expect(model).toMatchObject({ order: 3, ngrams: [5, 4, 2], tokenizer: "spaces", training: null });
    const base10 = (text: string) => [...model.logProbs(text)].map((log) => log / Math.LN10);
    const expected: [string, number[]][] = [
      ["the cat", [-0.2, -0.1, -0.3]],
      // cat after <s>: -0.3 - 0.7; the after (<s>) cat: the 2-gram; </s> after (cat) the: 0 and -0.25 - 0.9
      ["cat the", [-1, -0.8, -1.15]],
      // (<s> the) the: -0.1 - 0.25 - 0.6; a dog after the: -0.25 - 1.5; the end after that: no weight
      ["the the dog", [-0.2, -0.95, -1.75, -0.9]],
    ];
    for (const [text, logs] of expected) {
      for (const [i, log] of base10(text).entries()) expect(log).toBeCloseTo(logs[i], 14);
    }
    expect(model.perplexity(["the cat"])[0]).toBeCloseTo(10 ** 0.2, 14);
    expect(model.score(["the the dog"]).unknown[0]).toBe(1);
  });

  it("of SRILM is read; where it has no <unk>, an unknown word has log10 p = -100, as KenLM has it", async () => {
    const model = await readLanguageModel(core, SRILM.replaceAll("\n", "\r\n"));
    expect(model.ngrams).toEqual([5, 1]);
    expect((await readLanguageModel(core, `\ufeff${SRILM.slice(SRILM.indexOf("\\data"))}`)).ngrams).toEqual([5, 1]);
    expect(model.logProbs("The dog")[1]).toBeCloseTo(-100.25 * Math.LN10, 11);
    expect(model.score(["the cat"]).unknown[0]).toBe(1);
    expect((await readLanguageModel(core, fileOf(model))).perplexity(["The cat"])).toEqual(
      model.perplexity(["The cat"]),
    );
  });

  it("says how its text becomes tokens", async () => {
    for (const tokenizer of ["words", "characters", "spaces"] as const) {
      const model = await trainLanguageModel(core, ["The cat, it sat.", "No dog!"], { tokenizer });
      const back = await readLanguageModel(core, fileOf(model));
      expect(back.tokenizer).toBe(tokenizer);
      expect(back.perplexity(["A cat."])).toEqual(model.perplexity(["A cat."]));
    }
    const own = await trainLanguageModel(core, ["a-b", "b-c"], { tokenizer: (text) => text.split("-") });
    await expect(readLanguageModel(core, fileOf(own))).rejects.toThrow("which must be given again");
    const back = await readLanguageModel(core, fileOf(own), { tokenizer: (text) => text.split("-") });
    expect(back.perplexity(["a-c"])).toEqual(own.perplexity(["a-c"]));
    expect((await readLanguageModel(core, KENLM, { tokenizer: "words" })).tokenize("The CAT")).toEqual(["the", "cat"]);
  });

  it("has the shortest decimals that give its numbers back, and weights only where something follows", async () => {
    const model = await trainLanguageModel(core, ["the cat sat", "the dog sat"], { order: 2 });
    // log10 of 1/12, 1/6 and 1/4, of the weight 1/2; of 7/12, 1/3 and 5/8: see test/kernel/ngram.test.ts
    expect(fileOf(model)).toBe(`# pstar tokenizer: words
\\data\\
ngram 1=7
ngram 2=6

\\1-grams:
-1.0791812460476249\t<unk>
-99\t<s>\t-0.3010299956639812
-0.7781512503836436\t</s>
-0.7781512503836436\tthe\t-0.3010299956639812
-0.7781512503836436\tcat\t-0.3010299956639812
-0.6020599913279624\tsat\t-0.3010299956639812
-0.7781512503836436\tdog\t-0.3010299956639812

\\2-grams:
-0.23408320603336796\t<s> the
-0.47712125471966244\tthe cat
-0.2041199826559248\tcat sat
-0.23408320603336796\tsat </s>
-0.47712125471966244\tthe dog
-0.2041199826559248\tdog sat

\\end\\
`);
  });
});

describe("a file that is no ARPA file", () => {
  it.each([
    ["nothing", "", "no \\data\\ was found: this is not an ARPA file (ARPA file, line 0)"],
    ["something else", "once upon a time\n", "no \\data\\ was found"],
    [
      "a count that is none",
      withLine(2, "ngram 1=many"),
      'expected a count such as ngram 1=1000, got "ngram 1=many" (ARPA file, line 2)',
    ],
    ["a count out of order", withLine(3, "ngram 3=4"), "expected the count of 2-grams"],
    [
      "too many orders",
      `\\data\\\n${[1, 2, 3, 4, 5, 6, 7].map((k) => `ngram ${k}=1\n`).join("")}`,
      "more than 6 words cannot be read (ARPA file, line 8)",
    ],
    ["too few 1-grams", withLine(2, "ngram 1=6"), "5 1-grams, but \\data\\ announces 6 (ARPA file, line 13)"],
    ["too many 2-grams", withLine(3, "ngram 2=3"), "more 2-grams than the 3 announced (ARPA file, line 17)"],
    ["a monstrous count", withLine(4, "ngram 3=99999999999999"), "2 3-grams, but \\data\\ announces 99999999999999"],
    ["no count at all", "\\data\\\n\\end\\\n", "announces no n-grams"],
    ["a section too early", withLine(13, "\\3-grams:"), 'expected \\2-grams:, got "\\\\3-grams:" (ARPA file, line 13)'],
    ["a section too many", withLine(23, "\\4-grams:"), "expected \\end\\"],
    ["an end too early", withLine(13, "\\end\\"), 'expected \\2-grams:, got "\\\\end\\\\" (ARPA file, line 13)'],
    ["no end", KENLM.replace("\\end\\\n", ""), "ends before \\end\\: it has been cut short"],
    ["a cut", KENLM.slice(0, KENLM.indexOf("\n-0.5") + 1), "cut short"],
    [
      "something after its end",
      `${KENLM}more\n`,
      'nothing but blank lines after \\end\\, got "more" (ARPA file, line 24)',
    ],
    [
      "a positive log-probability",
      withLine(10, "0.6\tthe\t-0.25"),
      'a log-probability of at most 0, got "0.6" (ARPA file, line 10)',
    ],
    [
      "a log-probability that is no number",
      withLine(10, "nan\tthe\t-0.25"),
      'a log-probability, a number in [-1000000, 1000000], got "nan"',
    ],
    [
      "a log-probability far below any",
      withLine(10, "-1000001\tthe\t-0.25"),
      'a log-probability, a number in [-1000000, 1000000], got "-1000001"',
    ],
    ["an endless one", withLine(10, "-Infinity\tthe"), "line 10"],
    ["a hexadecimal one", withLine(10, "-0x1\tthe"), "line 10"],
    [
      "a huge weight",
      withLine(10, "-0.6\tthe\t1e300"),
      'a backoff weight, a number in [-1000000, 1000000], got "1e300"',
    ],
    ["a huge weight below 0", withLine(10, "-0.6\tthe\t-1e300"), 'got "-1e300"'],
    [
      "a word of another file",
      withLine(15, "-0.4\tthe dog\t0"),
      'the word "dog" is not among the 1-grams (ARPA file, line 15)',
    ],
    ["a word twice", withLine(11, "-0.7\tthe"), 'the word "the" comes twice (ARPA file, line 11)'],
    ["<unk> in two spellings", withLine(11, "-0.7\t<UNK>"), 'the word "<unk>" comes twice'],
    ["an n-gram twice", withLine(17, "-0.8\tthe cat\t0"), "this 2-gram comes twice (ARPA file, line 17)"],
    [
      "an n-gram without its history",
      withLine(21, "-0.3\tthe the cat"),
      "this 3-gram has a history that is not among the 2-grams (ARPA file, line 21)",
    ],
    ["a word too few", withLine(21, "-0.3\tthe"), "expected a log-probability, 3 words, got"],
    ["a weight at the highest order", withLine(21, "-0.3\tthe cat </s>\t-0.1"), "expected a log-probability, 3 words"],
    ["a word too many", withLine(15, "-0.4\tthe cat sat the 0"), "2 words, and perhaps a backoff weight"],
    ["no <s>", withLine(8, "-1\tstart"), "the 1-grams lack <s>"],
    ["no </s>", withLine(9, "-1\tend"), "the 1-grams lack </s>"],
    [
      "a tokenizer from elsewhere",
      `# pstar tokenizer: magic\n${KENLM}`,
      'expected one of words, characters, spaces, got "magic" (ARPA file, line 1)',
    ],
  ])("is refused with what is wrong and where: %s", async (_, text, message) => {
    const reading = readLanguageModel(core, text);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });

  it("has its own name in the error, and its control characters do not reach a terminal", async () => {
    const text = withLine(10, "-0.6\tthe\t\u001b[2J");
    await expect(readLanguageModel(core, text, { name: "a.arpa\u009b" })).rejects.toThrow(
      /\\u001b.*\(a\.arpa�, line 10\)$/,
    );
  });

  it("is a model or an error whatever is done to it, never anything else", async () => {
    const line = fc.constantFrom(
      ...KENLM.split("\n"),
      "-0.5\tthe the",
      "ngram 4=1",
      "\\4-grams:",
      "\\1-grams:",
      "-1 a b c d",
    );
    const edit = fc.record({ at: fc.nat(25), kind: fc.constantFrom("replace", "insert", "drop", "cut"), line });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(300), async (edits, from) => {
        const lines = KENLM.split("\n");
        for (const { at, kind, line } of edits) {
          if (kind === "replace") lines[at] = line;
          else if (kind === "insert") lines.splice(at, 0, line);
          else if (kind === "drop") lines.splice(at, 1);
          else lines[at] = lines[at]?.slice(0, from % 7) ?? "";
        }
        const model = await readLanguageModel(core, lines.join("\n")).catch((error: unknown) => error);
        if (model instanceof Error) expect(model).toBeInstanceOf(DataError);
        else expect((model as NgramModel).perplexity(["the cat", "x"]).every(Number.isFinite)).toBe(true);
      }),
      { seed: 9, numRuns: shortOrLong(80, 300) },
    );
  });

  it("is not taken for one where no text is given", async () => {
    await expect(readLanguageModel(core, 3 as unknown as string)).rejects.toThrow(ArgumentError);
  });
});
