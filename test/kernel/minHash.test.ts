import { describe, expect, it } from "vitest";
import { MIN_HASHES, minHashes } from "../../src/core/text.js";
import { clustersOf, comparable, nearDuplicates, signaturesOf } from "../../src/text/nearDuplicates.js";
import { jaccard, minHashSlowly } from "../oracle/minHash.js";
import { uniforms } from "../oracle/random.js";
import { shortOrLong } from "../support/edition.js";
import { buildsOfEdition } from "./builds.js";

const encoder = new TextEncoder();

/** A text of so many words, some of which another generator may change. */
function words(draw: () => number, count: number): string[] {
  return Array.from({ length: count }, () =>
    Math.floor(draw() * 5000)
      .toString(36)
      .padStart(3, "o"),
  );
}

buildsOfEdition("MinHash", (core) => {
  it("is the oracle's at every length, and at odd places", () => {
    expect(core.exports.MIN_HASHES.value).toBe(MIN_HASHES);
    const draw = uniforms(5);
    const bytes = Uint8Array.from({ length: 200 }, () => 256 * draw());
    const rows = Array.from({ length: 40 }, (_, length) => [length % 7, (length % 7) + length]);
    rows.push([0, 200], [199, 200], [200, 200], [3, 131]);
    const found = minHashes(core, bytes, Uint32Array.from(rows.flat()));
    for (const [i, [start, end]] of rows.entries()) {
      const slow = minHashSlowly(bytes.subarray(start, end), MIN_HASHES);
      expect([...found.subarray(MIN_HASHES * i, MIN_HASHES * (i + 1))], `bytes ${start} to ${end}`).toEqual(slow);
    }
  });

  it("estimates the share of common pieces without bias, and as well as its standard error says", () => {
    const draw = uniforms(6);
    let [sum, square, expected] = [0, 0, 0];
    const pairs = 150;
    for (let pair = 0; pair < pairs; pair++) {
      const one = words(draw, 60);
      const changed = draw() * 0.15;
      const other = one.map((word) => (draw() < changed ? words(draw, 1)[0] : word)).join(" ");
      const truth = jaccard(encoder.encode(comparable(one.join(" "))), encoder.encode(comparable(other)));
      const { similarity, first } = clustersOf(signaturesOf(core, [one.join(" "), other]), { similarity: 0.5 });
      // of a pair that is not joined nothing is said
      if (first[1] !== 0 || truth < 0.65) continue;
      const error = (similarity[1] as number) - truth;
      sum += error;
      square += error * error;
      expected += (truth * (1 - truth)) / MIN_HASHES;
    }
    // the mean error of about 100 pairs is within four of its standard errors; the squares within 60 % of what they should be
    expect(Math.abs(sum)).toBeLessThan(4 * Math.sqrt(expected));
    expect(square / expected).toBeGreaterThan(0.4);
    expect(square / expected).toBeLessThan(1.6);
  });
});

buildsOfEdition("near-duplicates", (core) => {
  it("are found among thousands of texts, and nothing else is", () => {
    const draw = uniforms(7);
    const texts: string[] = [];
    const family: number[] = [];
    for (let i = 0; i < 600; i++) {
      const text = words(draw, 100);
      const copies = i % 10 === 0 ? 3 : 1;
      for (let copy = 0; copy < copies; copy++) {
        const changed = text.map((word, at) => (copy > 0 && at === 7 * copy ? "new" : word));
        texts.push(copy === 1 ? `${changed.join("  ").toUpperCase()}!` : changed.join(" "));
        family.push(i);
      }
    }
    const { first } = nearDuplicates(core, texts);
    expect([...first]).toEqual(family.map((one) => family.indexOf(one)));
  });

  it.each([
    ["case and signs", ["Hello, World 123!", "hello world 123"], [0, 0]],
    ["other words", ["hello world 123", "goodbye world 456"], [0, 1]],
    [
      "Chinese",
      ["验证合成数据可以避免模型崩溃，这是本文的结论。", "验证合成数据可以避免模型崩溃,这是本文的结论"],
      [0, 0],
    ],
    ["texts without letters and digits", ["!!!", "???", ""], [0, 1, 2]],
    ["short texts", ["a", "b", "A"], [0, 1, 0]],
    ["none", [], []],
  ])("of %s", (_, texts, first) => {
    expect([...nearDuplicates(core, texts).first]).toEqual(first);
  });

  it("are counted without the texts that have nothing to compare", () => {
    expect(nearDuplicates(core, ["!!!", "a", "  "])).toMatchObject({ empty: 2 });
  });

  it.each([0.4, 1.1, Number.NaN])("of similarity %s are refused", (similarity) => {
    expect(() => nearDuplicates(core, ["a"], { similarity })).toThrow("similarity must be in [0.5, 1]");
  });
});

describe("clusters of signatures", () => {
  it("take time in proportion to the texts if all of them share one band and nothing else", () => {
    const draw = uniforms(8);
    const texts = shortOrLong(4_000, 20_000);
    const signatures = Uint8Array.from({ length: MIN_HASHES * texts }, (_, i) =>
      i % MIN_HASHES < 5 ? 1 : 256 * draw(),
    );
    const { first } = clustersOf(signatures);
    expect(first.every((one, text) => one === text)).toBe(true);
  });
});
