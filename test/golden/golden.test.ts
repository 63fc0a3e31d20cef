import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rouge } from "../../src/text/rouge.js";
import { eachBuild } from "../kernel/builds.js";
import { porterStem } from "../kernel/stemming.js";
import { porter } from "../oracle/porter.js";
import { asciiTokens, type RougeTriples, rougeOf } from "../oracle/rouge.js";

interface Golden {
  id: number;
  target: string;
  prediction: string;
  stem: RougeTriples;
  nostem: RougeTriples;
}

const SHARED = join(import.meta.dirname, "../../../shared/golden/rouge.jsonl");
const METRICS = ["rouge1", "rouge2", "rougeL", "rougeLsum"] as const;
// a quotient and a mean of two: a few roundings of numbers up to 1
const TOLERANCE = 1e-12;

function pairsOf(file: string): Golden[] {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

const pairs = pairsOf(join(import.meta.dirname, "rouge.jsonl"));
const words = readFileSync(join(import.meta.dirname, "porter.tsv"), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => line.split("\t"));

/** The scores of all pairs in one list, with and without stemmer. */
function listed(golden: Golden[], scores: (pair: Golden, stemmer: boolean) => RougeTriples): number[] {
  return golden.flatMap((pair) =>
    [true, false].flatMap((stemmer) => METRICS.flatMap((metric) => scores(pair, stemmer)[metric])),
  );
}

function expectGolden(golden: Golden[], scores: (pair: Golden, stemmer: boolean) => RougeTriples): void {
  const want = listed(golden, (pair, stemmer) => (stemmer ? pair.stem : pair.nostem));
  for (const [i, got] of listed(golden, scores).entries()) {
    expect(Math.abs(got - want[i]), `pair ${golden[Math.floor(i / 24)].id}, number ${i % 24}`).toBeLessThan(TOLERANCE);
  }
}

eachBuild("the core", (core) => {
  const scores = ({ prediction, target }: Golden, stemmer: boolean): RougeTriples => {
    const { rouge1, rouge2, rougeL, rougeLsum } = rouge(core, prediction, target, { stemmer });
    const [a, b, c, d] = [rouge1, rouge2, rougeL, rougeLsum].map(({ precision, recall, f }) => [precision, recall, f]);
    return { rouge1: a, rouge2: b, rougeL: c, rougeLsum: d } as RougeTriples;
  };

  it("scores as the reference implementation", () => {
    expect(pairs.length).toBe(25);
    expectGolden(pairs, scores);
  });

  it.skipIf(!existsSync(SHARED))("scores news as the reference implementation [../shared]", () => {
    const shared = pairsOf(SHARED);
    expect(shared.length).toBeGreaterThan(100);
    expectGolden(shared, scores);
  });

  it("stems as NLTK", () => {
    const stems = words.map(([word]) => porterStem(core, word));
    expect(stems).toEqual(words.map(([, stem]) => stem));
  });
});

describe("the oracle", () => {
  it("scores as the reference implementation", () => {
    expectGolden(pairs, ({ prediction, target }, stemmer) =>
      rougeOf(prediction, target, (line) => asciiTokens(line, stemmer)),
    );
  });

  it("stems as NLTK", () => {
    expect(words.map(([word]) => porter(word))).toEqual(words.map(([, stem]) => stem));
  });
});
