import { beforeAll, describe, expect, it } from "vitest";
import { load, MemoryLimitError, parseScenario, run, type ScenarioInput } from "../../dist/index.js";
import { runInWorkers } from "../../dist/sweep/pool.js";
import { shortOrLong } from "../support/edition.js";
import { hasComputed, processorTime } from "../support/processorTime.js";

// The workers run the built package, so the whole comparison does.

const SCENARIOS: Record<string, ScenarioInput> = {
  "a sweep of small cells": {
    data: { dim: 12 },
    engine: "direct",
    samples: 300,
    trials: 5,
    verifier: { angle: "20deg" },
    sweep: {
      "verifier.kind": ["none", "bernoulli", "linear", "learned", "top"],
      "learner.kind": ["ridge", "sgd", "logistic"],
    },
  },
  "one cell of many trials": { data: { dim: 12 }, engine: "direct", samples: 300, trials: 101 },
  "a single trial": { data: { dim: 12 }, engine: "direct", samples: 300, trials: 1, precision: "f64" },
  "cells that are empty, singular and diverged": {
    data: { dim: 12 },
    engine: "direct",
    samples: 30,
    verifier: { kind: "random" },
    learner: { lambda: 0, learningRate: 1e6, loss: "squared" },
    sweep: { "verifier.keep": [0, 0.2, 1], "learner.kind": ["ridge", "sgd"] },
  },
};

async function cellsOf(run: AsyncIterable<unknown>): Promise<string[]> {
  const texts: string[] = [];
  for await (const cell of run) texts.push(JSON.stringify(cell));
  return texts;
}

describe("worker threads", () => {
  const onThread = new Map<string, string[]>();

  beforeAll(async () => {
    const core = await load();
    for (const [name, scenario] of Object.entries(SCENARIOS)) onThread.set(name, await cellsOf(run(core, scenario)));
  });

  describe.each([1, 2])("%d of them", (workers) => {
    it.each(Object.keys(SCENARIOS))("give the bytes of one thread for %s", async (name) => {
      const scenario = parseScenario(SCENARIOS[name]);
      expect(await cellsOf(runInWorkers(scenario, { workers }))).toEqual(onThread.get(name));
    });
  });

  it("are not started for what takes less than that, and the bytes are the same", async () => {
    let started = 0;
    const count = () => started++;
    process.on("worker", count);
    try {
      for (const [name, scenario] of Object.entries(SCENARIOS))
        expect(await cellsOf(runInWorkers(parseScenario(scenario)))).toEqual(onThread.get(name));
      expect(started).toBe(0);
      const [first] = Object.values(SCENARIOS);
      // of many cells it is not looked up how long they take; and small trials may be many
      const sweep = { "generator.errorRate": { from: 0, to: 1, steps: 201 } };
      for (const more of [{ sweep }, { trials: 100_000 }, { samples: 10, trials: 40_000 }, { samples: 1_000_000 }]) {
        const controller = new AbortController();
        const before = started;
        const cells = runInWorkers(parseScenario({ ...first, sweep: {}, ...more }), { signal: controller.signal });
        const ended = expect(cells.next()).rejects.toThrow("enough");
        await expect.poll(() => started).toBeGreaterThan(before);
        controller.abort(new Error("enough"));
        await ended;
      }
    } finally {
      process.off("worker", count);
    }
  });

  it("count every trial once", async () => {
    const seen: number[] = [];
    const onProgress = ({ trialsDone }: { trialsDone: number }) => seen.push(trialsDone);
    const scenario = parseScenario(SCENARIOS["one cell of many trials"]);
    await cellsOf(runInWorkers(scenario, { workers: 2, onProgress }));
    expect(seen.at(-1)).toBe(101);
  });

  it("are ended by an abort, even in the middle of a trial", async () => {
    // one trial of several seconds
    const endless = parseScenario({
      data: { dim: 2000 },
      engine: "direct",
      samples: 200_000,
      trials: 2,
      learner: { solver: "cholesky" },
    });
    const controller = new AbortController();
    const run = cellsOf(runInWorkers(endless, { workers: 1, signal: controller.signal }));
    const ended = expect(run).rejects.toThrow("enough");
    await hasComputed(1000);
    const time = await processorTime(() => {
      controller.abort(new Error("enough"));
      return ended;
    });
    expect(time).toBeLessThan(2000);
  });

  it("compute for at most 300 ms each after an abort", async () => {
    // cells of a few milliseconds, and in the long edition one trial of several seconds as well; the first of three that is quick enough
    const all = [
      { data: { dim: 50 }, samples: 1000, trials: 1_000_000 },
      { data: { dim: 1500 }, samples: 150_000, trials: 2, learner: { solver: "cholesky" } },
    ] satisfies ScenarioInput[];
    for (const endless of shortOrLong<ScenarioInput[]>(all.slice(0, 1), all)) {
      const times: number[] = [];
      for (let attempt = 0; attempt < 3; attempt++) {
        const controller = new AbortController();
        const run = cellsOf(
          runInWorkers(parseScenario({ ...endless, engine: "direct" }), { workers: 2, signal: controller.signal }),
        );
        const ended = expect(run).rejects.toThrow("enough");
        await hasComputed(1000);
        const time = await processorTime(() => {
          controller.abort(new Error("enough"));
          return ended;
        });
        times.push(time);
        if (time < 2 * 300) break;
      }
      expect(Math.min(...times)).toBeLessThan(2 * 300);
    }
  });

  it("compute only the cells that are asked for", async () => {
    const name = "a sweep of small cells";
    const part = { size: 3, has: (index: number) => [2, 7, 11].includes(index) };
    const seen: number[] = [];
    const onProgress = ({ trialsTotal, cellsTotal }: { trialsTotal: number; cellsTotal: number }) =>
      seen.push(trialsTotal, cellsTotal);
    const found = await cellsOf(runInWorkers(parseScenario(SCENARIOS[name]), { workers: 2, part, onProgress }));
    expect(found).toEqual([2, 7, 11].map((index) => onThread.get(name)?.[index]));
    expect(new Set(seen)).toEqual(new Set([15, 3]));
    const core = await load();
    expect(await cellsOf(run(core, SCENARIOS[name], { part }))).toEqual(found);
  });

  it("compute nothing where the abort came first", async () => {
    const reason = new Error("too late");
    const run = runInWorkers(parseScenario({}), { workers: 1, signal: AbortSignal.abort(reason) });
    await expect(run.next()).rejects.toBe(reason);
  });

  it("are let go where the caller stops listening", async () => {
    const run = runInWorkers(parseScenario(SCENARIOS["a sweep of small cells"]), { workers: 1 });
    const first = await run.next();
    expect(JSON.stringify(first.value)).toBe(onThread.get("a sweep of small cells")?.[0]);
    expect(await run.return(undefined)).toEqual({ value: undefined, done: true });
  });

  it("hand on an error with its class and details", async () => {
    const large = parseScenario({
      data: { dim: 1000 },
      engine: "direct",
      samples: 2_000_000,
      learner: { kind: "logistic" },
    });
    const error = await cellsOf(runInWorkers(large, { workers: 1 })).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MemoryLimitError);
    expect(error).toMatchObject({ expected: "at most 4096 MiB", got: expect.stringMatching(/^76\d\d MiB$/) });
  });
});
