import { beforeAll, describe, expect, it } from "vitest";
import { chanceBeyond, meanWithError, studentVerdict } from "../../dist/model/statistics.js";
import { newsSettings } from "../../dist/news/experiment/options.js";
import { repetitionOf, splitArticles, splitSizes } from "../../dist/news/experiment/split.js";
import { correlationOf, ratesAt } from "../../dist/news/experiment/summary.js";
import { type NewsOptions, type NewsResult, type NewsStore, newswire, runNews } from "../../dist/news.js";
import { runNewsInWorkers } from "../../dist/node.js";
import { loadText, type TextCore } from "../../dist/text.js";
import { newsArms } from "../../src/news/experiment/options.js";
import { lowest } from "../../src/news/experiment/split.js";
import { pairedDifference } from "../oracle/news.js";
import { shortOrLong } from "../support/edition.js";

// The workers run the built package, so the whole comparison does.

const OPTIONS = { seeds: [3, 4], fractions: [0.125, 1], bestOf: 2, epochs: 1 };

let core: TextCore;
let articles: ReturnType<typeof newswire>;
let result: NewsResult;

function storeIn(kept: Map<string, string>): NewsStore {
  return {
    read: async (name) => (kept.has(name) ? JSON.parse(kept.get(name) as string) : undefined),
    write: async (name, value) => void kept.set(name, JSON.stringify(value)),
  };
}

beforeAll(async () => {
  core = await loadText();
  articles = newswire(core, { articles: 66, seed: 2 });
  result = await runNews(core, articles, OPTIONS);
});

describe("the split of articles", () => {
  it("gives every article one place, and the generator a part of those that train", async () => {
    const core = await loadText();
    const split = splitArticles(core, articles, { seed: 3, generatorShare: 0.125 });
    const all = [...split.train, ...split.verifier, ...split.test];
    expect(all.toSorted((a, b) => a - b)).toEqual(articles.map((_, i) => i));
    expect(split.generator).toEqual(split.train.slice(0, 5));
    expect(splitSizes(120, 0.125)).toEqual({ train: 72, generator: 9, verifier: 29, test: 19 });
    expect(splitArticles(core, articles, { seed: 4, generatorShare: 0.125 }).test).not.toEqual(split.test);
  });

  it("lets no summary that is scored, and none that is held out, teach a verifier", async () => {
    const core = await loadText();
    const split = splitArticles(core, articles, { seed: 3, generatorShare: 0.125 });
    const scores = async (given: typeof articles) => {
      const kept = new Map<string, string>();
      await runNews(core, given, { ...OPTIONS, seeds: [3], fractions: [1], bestOf: 1 }, { store: storeIn(kept) });
      return JSON.parse(kept.get("seed-3-summaries") as string).scores;
    };
    const changed = (numbers: readonly number[]) =>
      articles.map((article, i) =>
        numbers.includes(i) ? { ...article, summary: "Quite another text of no use." } : article,
      );
    const before = await scores(articles);
    // the generator's own pairs decide what is written, so they stay
    const others = await scores(changed([...split.train.slice(5), ...split.test]));
    for (const name of ["strong", "ngram", "self"]) expect(others[name]).toEqual(before[name]);
    expect(others.oracle).not.toEqual(before.oracle);
    const verifiers = await scores(changed(split.verifier));
    expect(verifiers.self).toEqual(before.self);
    for (const name of ["strong", "ngram"]) expect(verifiers[name]).not.toEqual(before[name]);
  });
});

describe("noise", () => {
  it("gives its share of the summaries that are learned from to other articles of the same part", async () => {
    const core = await loadText();
    const clean = repetitionOf(core, articles, { generatorShare: 0.125, noise: 0 }, 3);
    const noisy = repetitionOf(core, articles, { generatorShare: 0.125, noise: 0.3 }, 3);
    const split = splitArticles(core, articles, { seed: 3, generatorShare: 0.125 });
    expect(clean.train).toEqual(split.train.map((number) => articles[number]));
    expect(noisy.test).toEqual(clean.test);
    for (const [part, moved] of [
      ["train", 12],
      ["verifier", 5],
    ] as const) {
      const summaries = (of: typeof clean) => of[part].map(({ summary }) => summary);
      expect(noisy[part].map(({ id, text }) => [id, text])).toEqual(clean[part].map(({ id, text }) => [id, text]));
      expect(summaries(noisy).toSorted()).toEqual(summaries(clean).toSorted());
      // 0.3 of 40 and of 16, to the nearest; no summary stays in its place, and no two are the same text here
      expect(summaries(noisy).filter((summary, i) => summary !== summaries(clean)[i])).toHaveLength(moved);
    }
    expect(noisy.generator).toEqual(noisy.train.slice(0, 5));
    const other = repetitionOf(core, articles, { generatorShare: 0.125, noise: 0.3 }, 4);
    expect(other.train).not.toEqual(noisy.train);
  });

  it("is what an oracle finds: it keeps summaries of articles that have their own", async () => {
    const kept = new Map<string, string>();
    const options = {
      ...OPTIONS,
      seeds: [3],
      fractions: [0.25],
      verifiers: ["oracle"] as const,
      bestOf: 1,
      noise: 0.5,
    };
    await runNews(core, articles, options, { store: storeIn(kept) });
    const { rouge, scores } = JSON.parse(kept.get("seed-3-summaries") as string);
    const { train } = repetitionOf(await loadText(), articles, { generatorShare: 0.125, noise: 0.5 }, 3);
    const summaryOf = new Map(articles.map(({ id, summary }) => [id, summary]));
    const isOwn = train.map(({ id, summary }) => summaryOf.get(id) === summary);
    const share = (places: readonly number[]) => places.filter((place) => isOwn[place]).length / places.length;
    expect(rouge).toHaveLength(40);
    expect(share(train.map((_, i) => i))).toBe(0.5);
    expect(share(lowest(scores.oracle, 0.25))).toBeGreaterThan(0.75);
  });
});

describe("models from outside", () => {
  const outside = { generator: "echo", seeds: [3], fractions: [1], verifiers: ["oracle"] as const };
  const echo = { generate: async (given: typeof articles) => given.map(({ text }) => [text.slice(0, 40)]) };

  it("are named and given, or neither, and can do what they are for", async () => {
    const run = (options: object, models: object) => runNews(core, articles, { ...outside, ...options }, { models });
    await expect(run({}, {})).rejects.toThrow("generator must be named in the options and given in models");
    await expect(run({ generator: null }, { generator: echo })).rejects.toThrow("generator must be named");
    await expect(run({ verifiers: ["self"] }, { generator: echo })).rejects.toThrow("verifiers must not include self");
    const scorer = { score: async () => ({ tokens: [], logprobs: [] }), scoreAll: async () => [] };
    await expect(run({ scorer: "x" }, { generator: echo, scorer })).rejects.toThrow("verifiers must include strong");
  });

  it("work for one repetition at a time", async () => {
    let busy = 0;
    const generator = {
      generate: async (given: typeof articles) => {
        expect(++busy).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        busy--;
        return echo.generate(given);
      },
    };
    const options = { ...outside, seeds: [3, 4], epochs: 1 };
    const { arms } = await runNewsInWorkers(articles, options, { workers: 2, models: { generator } });
    expect(arms.find(({ name }) => name === "generator")).toMatchObject({
      rows: 0,
      repetitions: 2,
      nll: { mean: null },
    });
  });
});

describe("what is given", () => {
  it("must be articles", async () => {
    const run = (given: unknown) => runNews(core, given as typeof articles, OPTIONS);
    await expect(run({ articles: 300 })).rejects.toThrow("articles must be a list of {id, text, summary}");
    const broken = articles.map((article, i) => (i === 7 ? { ...article, summary: undefined } : article));
    await expect(run(broken)).rejects.toThrow("(number 7 from 0)");
  });
});

describe("the arms", () => {
  it("have the sizes that their fractions say", () => {
    const rows = Object.fromEntries(result.arms.map((arm) => [arm.name, arm.rows]));
    const expected: Record<string, number> = { original: 40, generator: 5, unselected: 40 };
    for (const name of ["oracle", "strong", "ngram", "self", "random", "best-of-2"]) {
      expected[`${name}-12.5`] = 5;
    }
    expect(rows).toEqual({ ...expected, "best-of-2-100": 40 });
    expect(result.complete).toBe(true);
    expect(newsArms(newsSettings(OPTIONS)).map(({ name }) => name)).toEqual(result.arms.map(({ name }) => name));
  });

  it("keep the lowest scores, of equal ones the first", () => {
    expect(lowest([5, 1, 4, 1, 1, 9, 0, 7], 0.5)).toEqual([1, 3, 4, 6]);
    expect(lowest([2, 2, 2, 2], 0.25)).toEqual([0]);
  });

  it("of the oracle hold better summaries than any other, and the best of two better ones still", () => {
    const kept = (name: string) => result.arms.find((arm) => arm.name === name)?.selected?.rouge1.mean ?? Number.NaN;
    for (const name of ["strong", "ngram", "self", "random"]) {
      expect(kept("oracle-12.5")).toBeGreaterThan(kept(`${name}-12.5`));
    }
    expect(kept("best-of-2-12.5")).toBeGreaterThan(kept("oracle-12.5"));
    expect(kept("best-of-2-100")).toBeGreaterThan(kept("unselected"));
  });
});

describe("the statistics", () => {
  it("are those of the paired differences", () => {
    const of = (name: string) =>
      result.arms.find((arm) => arm.name === name)?.perSeed.map(({ rouge1 }) => rouge1) ?? [];
    for (const { arm, against, measure, difference, se } of result.comparisons) {
      if (measure !== "rouge1") continue;
      const expected = pairedDifference(of(arm), of(against));
      expect(difference).toBeCloseTo(expected.mean, 12);
      expect(se).toBeCloseTo(expected.se, 12);
    }
    expect(result.comparisons.filter(({ arm }) => arm === "original")).toEqual([]);
  });

  it("have means with errors", () => {
    expect(meanWithError([1, 3])).toEqual({ mean: 2, se: 1 });
    expect(meanWithError([4, null])).toEqual({ mean: 4, se: null });
  });

  it("say how often chance alone goes beyond two of them", () => {
    // 1 − ∫ of Student's density over [−2, 2], by Simpson's rule
    const known = { 2: 0.2951672, 3: 0.1835034, 4: 0.139326, 6: 0.1019395, 12: 0.070804, 1000: 0.0457706 };
    for (const [seeds, chance] of Object.entries(known)) expect(chanceBeyond(Number(seeds), 2)).toBeCloseTo(chance, 6);
  });

  it("decide by Student's t at the level of 5 %", () => {
    // two-sided 5 % points of Student's t: 12.7062 (1 degree of freedom), 3.1824 (3), 2.5706 (5)
    for (const [repetitions, point] of [
      [2, 12.7062],
      [4, 3.1824],
      [6, 2.5706],
    ] as const) {
      expect(studentVerdict({ mean: 1.0001 * point, se: 1 }, repetitions)).toBe("better");
      expect(studentVerdict({ mean: -1.0001 * point, se: 1 }, repetitions)).toBe("worse");
      expect(studentVerdict({ mean: 0.9999 * point, se: 1 }, repetitions)).toBe("inconclusive");
    }
    expect(studentVerdict({ mean: 0.3, se: 0 }, 4)).toBe("better");
    expect(studentVerdict({ mean: 0, se: 0 }, 4)).toBe("inconclusive");
    expect(studentVerdict({ mean: 0.3, se: null }, 1)).toBeNull();
    expect(studentVerdict({ mean: 13, se: 1 }, 2, true)).toBe("worse");
    expect(studentVerdict({ mean: -0.3, se: 0 }, 4, true)).toBe("better");
  });

  it("are wrong of differences of nothing in 5 % of cases, where two standard errors were in 30 % at two seeds", () => {
    let state = 1;
    const uniform = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const trials = 4000;
    for (const seeds of [2, 3, 5, 10]) {
      let wrong = 0;
      let twoErrors = 0;
      for (let trial = 0; trial < trials; trial++) {
        const paired = meanWithError(Array.from({ length: seeds }, normal));
        if (studentVerdict(paired, seeds) !== "inconclusive") wrong++;
        if (Math.abs(paired.mean ?? 0) > 2 * (paired.se ?? 0)) twoErrors++;
      }
      // four standard errors of a share of 5 %
      expect(Math.abs(wrong / trials - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / trials));
      if (seeds === 2) expect(twoErrors / trials).toBeGreaterThan(0.25);
    }
  });

  it("correlate the ranks of p⋆ and ROUGE over the arms, with a bootstrap interval", () => {
    // ranks 1 2 3 4 5 against 2 1 4 3 5: 1 − 6·4/(5·24) = 0.8
    const points = [0.1, 0.2, 0.3, 0.4, 0.5].map((x, i): [number, number] => [x, [2, 1, 4, 3, 5][i] as number]);
    const found = correlationOf(core, points);
    expect(found).toMatchObject({ estimate: expect.closeTo(0.8, 12), arms: 5, high: 1 });
    expect(found?.replicates).toBeGreaterThan(1990); // one draw in 625 is of one arm
    expect(found).toEqual(correlationOf(core, points));
    expect(found?.low).toBeLessThan(0.5);
    const ordered = correlationOf(
      core,
      points.map(([x]): [number, number] => [x, -x]),
    );
    expect(ordered).toMatchObject({ estimate: -1, low: -1, high: -1 });
    expect(correlationOf(core, points.slice(0, 2))).toBeNull();
    expect(
      correlationOf(
        core,
        points.map(([x]): [number, number] => [x, 1]),
      ),
    ).toBeNull();
  });

  it("count what a selection keeps", () => {
    // correct from 0.5 on: places 0, 1, 2; kept: two of those three, and one of the two wrong ones
    expect(ratesAt(0.5, [0.9, 0.5, 0.6, 0.2, 0.4], [0, 1, 3])).toEqual({
      threshold: 0.5,
      errorRate: 0.4,
      phi: 2 / 3,
      psi: 0.5,
      breakdown: 2 / 3 / (2 / 3 + 0.5),
      precision: 2 / 3,
    });
    expect(ratesAt(0, [0.9], [0])).toMatchObject({ errorRate: 0, phi: 1, psi: null, breakdown: null });
  });
});

describe("the work", () => {
  // a model takes longer to begin than these articles do to be learned from, so few of them
  const FEW = shortOrLong<NewsOptions>(
    { ...OPTIONS, fractions: [0.125], verifiers: ["oracle", "ngram"], bestOf: 1 },
    OPTIONS,
  );
  const store = new Map<string, string>();
  let result: NewsResult;
  beforeAll(async () => {
    result = await runNews(core, articles, FEW, { store: storeIn(store) });
  });

  it("gives the same bits on one thread and on 2 workers", async () => {
    expect(await runNewsInWorkers(articles, FEW, { workers: 2 })).toEqual(result);
  });

  it("goes on where it was stopped, with the same result", async () => {
    const kept = new Map<string, string>();
    const stop = new AbortController();
    const reason = new Error("enough");
    const options = {
      store: storeIn(kept),
      signal: stop.signal,
      onProgress: ({ done }: { done: number }) => void (done === 5 && stop.abort(reason)),
    };
    await expect(runNews(core, articles, FEW, options)).rejects.toBe(reason);
    expect(kept.size).toBe(5);
    const before = [...kept];
    const writes: string[] = [];
    const again = storeIn(kept);
    const resumed = await runNews(core, articles, FEW, {
      store: {
        ...again,
        write: (name, value) => {
          writes.push(name);
          return again.write(name, value);
        },
      },
    });
    expect(resumed).toEqual(result);
    expect(writes).toHaveLength(store.size - 5);
    for (const [name] of before) expect(writes).not.toContain(name);
    expect(Object.fromEntries(kept)).toEqual(Object.fromEntries(store));
  });

  it("refuses what makes no sense", async () => {
    const refusal = (options: object, given = articles) => expect(runNews(core, given, options)).rejects;
    await refusal({}, articles.slice(0, 39)).toThrow("articles must be at least 40, got 39");
    await refusal({}, [...articles, articles[0]]).toThrow('got "newswire-2-0" twice');
    await refusal({ fractions: [0] }).toThrow("fractions must be a number in (0, 1], got 0");
    await refusal({ seeds: [1, 1] }).toThrow("seeds must be one or more numbers, none twice");
    await refusal({ verifiers: ["judge"] }).toThrow("verifiers must be one of oracle, strong, ngram, self, random");
    await refusal({ bestOf: 0 }).toThrow("bestOf must be an integer in [1, 1000], got 0");
  });
});
