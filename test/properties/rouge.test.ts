import fc from "fast-check";
import { expect, it } from "vitest";
import { type RougeOptions, rouge, rougeBatch } from "../../src/text/rouge.js";
import { nonAsciiShare } from "../../src/text/tokenizer.js";
import { buildsOfEdition } from "../kernel/builds.js";
import { porter } from "../oracle/porter.js";
import { uniforms } from "../oracle/random.js";
import { asciiTokens, rougeOf } from "../oracle/rouge.js";
import { unicodeTokensOf } from "../oracle/unicode.js";

const SETTINGS = { seed: 2004, numRuns: 300 };

/** Words that stems, lines and letters beyond ASCII make alike or part. */
const word = fc.constantFrom(
  ..."the a A run runs running sky skies Straße café CAFÉ don't co-operate İstanbul 5\u212a x1 \n , . generalization".split(
    " ",
  ),
  "Привет",
  "мир",
  "東京",
  "タワー",
  "ภาษา",
  "வணக்கம்",
  "\u0301",
  "\u200d",
  "❤️",
  "\ud800",
  "\udc00",
  "😀",
);
const soup = fc
  .array(word, { maxLength: 80 })
  .chain((words) => fc.constantFrom(" ", "", "\n").map((between) => words.join(between)));
/** Any UTF-16 units, lone surrogates among them. */
const units = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 9, max: 0x17f }),
      fc.integer({ min: 0xd800, max: 0xdfff }),
    ),
    {
      maxLength: 120,
    },
  )
  .map((codes) => String.fromCharCode(...codes));
const text = fc.oneof(soup, units);
const options: fc.Arbitrary<Required<RougeOptions>> = fc.record({
  stemmer: fc.boolean(),
  tokenizer: fc.constantFrom("ascii", "unicode"),
});

buildsOfEdition("ROUGE", (core) => {
  const numbers = (candidate: string, reference: string, given: RougeOptions) => [
    ...rougeBatch(core, [candidate], [reference], given),
  ];

  it("is the oracle's, whatever the texts", () => {
    fc.assert(
      fc.property(text, text, options, (candidate, reference, given) => {
        const { rouge1, rouge2, rougeL, rougeLsum } = rougeOf(candidate, reference, (line) => {
          if (given.tokenizer === "ascii") return asciiTokens(line, given.stemmer);
          const tokens = unicodeTokensOf(line);
          return given.stemmer ? tokens.map((token) => (/^[a-z0-9]{4,}$/.test(token) ? porter(token) : token)) : tokens;
        });
        expect(numbers(candidate, reference, given)).toEqual([rouge1, rouge2, rougeL, rougeLsum].flat());
      }),
      SETTINGS,
    );
  });

  it("changes sides with its texts, and never leaves [0, 1]", () => {
    fc.assert(
      fc.property(text, text, options, (candidate, reference, given) => {
        const there = rouge(core, candidate, reference, given);
        const back = rouge(core, reference, candidate, given);
        for (const metric of ["rouge1", "rouge2", "rougeL"] as const) {
          const { precision, recall, f } = there[metric];
          expect(back[metric]).toMatchObject({ precision: recall, recall: precision });
          // 2PR/(P + R): the product is rounded twice, in another order
          expect(Math.abs(back[metric].f - f)).toBeLessThanOrEqual(2 ** -52);
        }
        for (const { precision, recall, f } of Object.values(there)) {
          for (const number of [precision, recall, f]) expect(number).toBeGreaterThanOrEqual(0);
          for (const number of [precision, recall]) expect(number).toBeLessThanOrEqual(1);
          expect(f).toBeLessThanOrEqual(Math.max(precision, recall) * (1 + 2 ** -51));
        }
        expect(there.rougeL.recall).toBeLessThanOrEqual(there.rouge1.recall);
        expect(there.rougeLsum.recall).toBeLessThanOrEqual(there.rouge1.recall);
      }),
      SETTINGS,
    );
  });

  it("is 1 of a text against itself, where it has tokens", () => {
    fc.assert(
      fc.property(text, options, (same, given) => {
        const lines = same.split("\n");
        const tokens = lines.flatMap((line) =>
          given.tokenizer === "ascii" ? asciiTokens(line, false) : unicodeTokensOf(line),
        );
        const [one, two] = [Number(tokens.length > 0), Number(tokens.length > 1)];
        expect(numbers(same, same, given)).toEqual([one, one, one, two, two, two, one, one, one, one, one, one]);
      }),
      SETTINGS,
    );
  });

  it("is that of sorting, for 10⁴ different words in disorder", () => {
    const uniform = uniforms(10);
    const order = Array.from({ length: 10_000 }, (_, i) => i + 2000 * uniform())
      .map((key, i) => ({ key, i }))
      .sort((a, b) => a.key - b.key)
      .map(({ i }) => i);
    const inOrder = order.toSorted((a, b) => a - b);
    const written = (numbers: number[], between: string) => numbers.map((n) => `w${n}`).join(between);
    const longest = longestIncreasing(order) / 10_000;
    const { rouge1, rougeL, rougeLsum } = rouge(core, written(order, " "), written(inOrder, " "));
    expect([rouge1.f, rougeL.f, rougeLsum.f]).toEqual([1, longest, longest]);
    // two sentences, each with its own walk back over some 5000 rows of 160 words
    const halves = [order.slice(0, 5000), order.slice(5000)];
    const sum = rouge(core, halves.map((half) => written(half, " ")).join("\n"), `${written(inOrder, " ")}\nanother`);
    expect(sum.rougeLsum.recall * 10_001).toBeCloseTo(longestIncreasing(halves[0]) + longestIncreasing(halves[1]), 6);
  });

  it("counts 10⁴ equal words at once", () => {
    const { rouge1, rougeL } = rouge(
      core,
      "b ".repeat(4000) + "a ".repeat(6000),
      "a ".repeat(7000) + "b ".repeat(3000),
    );
    expect([rouge1.precision, rougeL.precision]).toEqual([0.9, 0.6]);
  });
});

/** Patience sorting: tops of piles, each of which takes the cards that are not above its own. */
function longestIncreasing(numbers: number[]): number {
  const tops: number[] = [];
  for (const number of numbers) {
    const pile = tops.findIndex((top) => top >= number);
    tops[pile < 0 ? tops.length : pile] = number;
  }
  return tops.length;
}

it("the share dropped is that of the letters and digits", () => {
  fc.assert(
    fc.property(text, (given) => {
      const letters = [...given].filter((letter) => /^[\p{L}\p{N}]$/u.test(letter));
      const dropped = letters.filter((letter) => !/[a-z0-9]/.test(letter.toLowerCase()));
      expect(nonAsciiShare(given)).toBe(letters.length === 0 ? 0 : dropped.length / letters.length);
    }),
    SETTINGS,
  );
});
