import { beforeAll, describe, expect, it } from "vitest";
import {
  ConfigError,
  type Core,
  collect,
  coreHash,
  fit as fitRows,
  load,
  MemoryLimitError,
  run,
  type ScenarioInput,
  sample,
  version,
} from "../../src/index.js";
import { processorTime } from "../support/processorTime.js";

const BASE = {
  data: { dim: 12, meanNorm: 1.2 },
  samples: 300,
  trials: 4,
  seed: 99,
  engine: "direct",
} satisfies ScenarioInput;
const SWEPT = {
  ...BASE,
  verifier: { phi: 0.9, psi: 0.4, angle: "20deg" },
  sweep: { "verifier.kind": ["none", "bernoulli", "linear", "top"], "generator.errorRate": [0.1, 0.3, 0.6] },
} satisfies ScenarioInput;

let core: Core;

beforeAll(async () => {
  core = await load();
});

/** The cells of a run without their place in it, by their parameters. */
async function byParameters(scenario: ScenarioInput): Promise<Map<string, string>> {
  const { cells } = await collect(core, scenario);
  const entries = cells.map(({ index, params, ...rest }) => {
    const key = JSON.stringify(Object.entries(params).sort());
    return [key, JSON.stringify(rest)] as const;
  });
  return new Map(entries);
}

describe("a run", () => {
  it("gives the same bytes a second time, and on another instance", async () => {
    const first = JSON.stringify(await collect(core, SWEPT));
    expect(JSON.stringify(await collect(core, SWEPT))).toBe(first);
    expect(JSON.stringify(await collect(await load(), SWEPT))).toBe(first);
    const other = await load({ module: core.module });
    expect(JSON.stringify(await collect(other, SWEPT))).toBe(first);
    expect(JSON.stringify(await collect(core, { ...SWEPT, seed: 100 }))).not.toBe(first);
  });

  it("can be run again from its echo", async () => {
    const result = await collect(core, SWEPT);
    expect(await collect(core, JSON.parse(JSON.stringify(result.config)))).toEqual(result);
    expect(result).toMatchObject({
      schema: "pstar/result@1",
      provenance: { version, coreHash, engine: "direct", seed: 99 },
    });
    expect(coreHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("gives a cell the same numbers in any order, in a part of the sweep, and alone", async () => {
    const whole = await byParameters(SWEPT);
    expect(whole.size).toBe(12);
    const backwards = await byParameters({
      ...SWEPT,
      sweep: { "generator.errorRate": [0.6, 0.3, 0.1], "verifier.kind": ["top", "linear", "bernoulli", "none"] },
    });
    expect([...backwards].sort()).toEqual([...whole].sort());
    const part = await byParameters({ ...SWEPT, sweep: { "verifier.kind": ["linear"], "generator.errorRate": [0.3] } });
    const { sweep, ...unswept } = SWEPT;
    const alone = await byParameters({
      ...unswept,
      verifier: { ...SWEPT.verifier, kind: "linear" },
      generator: { errorRate: 0.3 },
    });
    const [[key, cell]] = part;
    expect(cell).toBe(whole.get(key));
    expect([...alone.values()]).toEqual([cell]);
  });

  it("draws anew for every cell", async () => {
    // two penalties so near each other give the same rule from the same rows: what differs is the rows
    const { cells } = await collect(core, { ...BASE, sweep: { "learner.lambda": [0.1, 0.1 + 1e-9] } });
    const [a, b] = cells.map(({ accuracy }) => accuracy.mean ?? Number.NaN);
    expect(Math.abs(a - b)).toBeGreaterThan(1e-4);
  });

  it("goes on with the same trials where more are asked for", async () => {
    // the trials' own values, from the means of ever longer runs
    const runs = [];
    for (const trials of [1, 2, 3, 4, 5]) runs.push((await collect(core, { ...BASE, trials })).cells[0]);
    const sums = [0, ...runs.map(({ accuracy, trials }) => (accuracy.mean ?? 0) * trials)];
    const values = runs.map((_, i) => sums[i + 1] - sums[i]);
    for (const { accuracy, trials } of runs.slice(1)) {
      const mean = sums[trials] / trials;
      const squares = values.slice(0, trials).reduce((sum, value) => sum + (value - mean) ** 2, 0);
      const sd = Math.sqrt(squares / (trials - 1));
      expect(accuracy.sd).toBeCloseTo(sd, 12);
      expect(accuracy.se).toBeCloseTo(sd / Math.sqrt(trials), 12);
    }
    expect(new Set(values).size).toBe(5);
    expect(runs[0].accuracy).toMatchObject({ sd: null, se: null });
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
  });

  it("is not disturbed by another one under way on the same instance, nor by single steps", async () => {
    const scenarios: ScenarioInput[] = [
      SWEPT,
      { ...SWEPT, data: { dim: 33, kind: "isotropic" }, precision: "f64", seed: 5 },
    ];
    const alone = [];
    for (const scenario of scenarios) alone.push((await collect(core, scenario)).cells);
    const [a, b] = scenarios.map((scenario) => run(core, scenario));
    for (const i of alone[0].keys()) {
      const [first, second] = await Promise.all([a.next(), b.next()]);
      expect(first.value).toEqual(alone[0][i]);
      expect(second.value).toEqual(alone[1][i]);
      const rows = sample(core, { samples: 50 });
      fitRows(core, { ...rows, labels: rows.y }, { kind: "logistic" });
    }
    expect((await a.next()).done).toBe(true);
  });

  it("tells how far it is", async () => {
    const seen: number[] = [];
    for await (const _ of run(core, SWEPT, {
      onProgress: ({ trialsDone, trialsTotal, cellsDone, cellsTotal }) => {
        expect([trialsTotal, cellsTotal]).toEqual([48, 12]);
        expect(cellsDone).toBeLessThanOrEqual(12);
        seen.push(trialsDone);
      },
    }));
    expect(seen.toSorted((x, y) => x - y)).toEqual(seen);
    expect(seen.at(-1)).toBe(48);
  });
});

describe("an abort", () => {
  it("before the start computes nothing", async () => {
    const reason = new Error("changed my mind");
    await expect(collect(core, SWEPT, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it("ends the run with its reason, and what was yielded before stands", async () => {
    const controller = new AbortController();
    const whole = (await collect(core, SWEPT)).cells;
    const seen: unknown[] = [];
    const running = async () => {
      for await (const cell of run(core, SWEPT, { signal: controller.signal })) {
        seen.push(cell);
        if (seen.length === 3) controller.abort(new Error("enough"));
      }
    };
    await expect(running()).rejects.toThrow("enough");
    expect(seen).toEqual(whole.slice(0, 3));
  });

  it("is heard between the trials of a cell", async () => {
    // a thousand trials of 50 ms: only a break inside the cell ends this in time
    const endless = { ...BASE, data: { dim: 200 }, samples: 40_000, trials: 1000 };
    const signal = AbortSignal.timeout(200);
    const time = await processorTime(() =>
      expect(collect(core, endless, { signal })).rejects.toMatchObject({ name: "TimeoutError" }),
    );
    expect(time).toBeLessThan(10_000);
  });
});

describe("what goes wrong", () => {
  const only = async (scenario: ScenarioInput) => (await collect(core, { ...BASE, ...scenario })).cells[0];

  it("in the scenario is thrown before anything is computed", async () => {
    await expect(collect(core, { ...SWEPT, samples: 0 })).rejects.toThrow(ConfigError);
    const error = await run(core, { generator: { errorRate: 1.2 } })
      .next()
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ field: "generator.errorRate", expected: "in [0, 1]", got: 1.2 });
  });

  it("is reported where no row was kept, and the sweep goes on", async () => {
    const { cells } = await collect(core, {
      ...BASE,
      verifier: { kind: "random" },
      sweep: { "verifier.keep": [0, 1] },
    });
    expect(cells[0]).toMatchObject({
      status: "empty",
      emptyTrials: 4,
      accuracy: { mean: null, sd: null, se: null },
      kept: { mean: 0, share: 0 },
      phi: 0,
      psi: 0,
      breakdown: null,
      verdict: null,
    });
    expect(cells[0].message).toContain("no row");
    expect(cells[1]).toMatchObject({ status: "ok", emptyTrials: 0, kept: { mean: 300, share: 1 } });
  });

  it("is passed over where some trials kept a row", async () => {
    const cell = await only({ verifier: { kind: "random", keep: 0.3 }, samples: 3, trials: 50 });
    expect(cell.status).toBe("ok");
    // each is empty with probability .343
    expect(cell.emptyTrials).toBeGreaterThan(4);
    expect(cell.emptyTrials).toBeLessThan(32);
    expect(cell.accuracy.mean).toBeGreaterThan(0.5);
  });

  it("is named where the system is singular", async () => {
    const cell = await only({ learner: { lambda: 0 }, verifier: { kind: "random", keep: 0.01 } });
    expect(cell).toMatchObject({ status: "singular", accuracy: { mean: null } });
    expect(cell.message).toContain("learner.lambda must be above 0, got 0");
    expect((await only({ learner: { lambda: 0 } })).status).toBe("ok");
  });

  it("is named where a direction cannot be learned, and no row is counted that was not drawn", async () => {
    // 12 rows determine 12 weights, unless the squares of a column are too small for f32
    const values = [...new Array(11).fill(1), 1e-60];
    const data = { ...BASE.data, covariance: { kind: "diagonal" as const, values } };
    const cell = await only({ data, verifier: { kind: "learned", samples: 12, lambda: 0 } });
    expect(cell).toMatchObject({
      status: "singular",
      emptyTrials: 0,
      kept: { mean: 0, share: 0 },
      phi: null,
      psi: null,
    });
  });

  it("is named where the weights diverge, in both precisions and losses", async () => {
    for (const precision of ["f32", "f64"] as const) {
      for (const loss of ["logistic", "squared"] as const) {
        const cell = await only({ precision, learner: { kind: "sgd", loss, learningRate: 1e6 } });
        expect(cell).toMatchObject({ status: "diverged", accuracy: { mean: null } });
        expect(cell.message).toContain("learner.learningRate must be smaller, got 1000000");
      }
    }
  });

  it("is told in advance where memory cannot be addressed, and how much was wanted", async () => {
    const large = { ...BASE, data: { dim: 1000 }, samples: 2_000_000, learner: { kind: "logistic" } } as const;
    let error: unknown;
    const time = await processorTime(async () => {
      error = await collect(core, large).catch((caught: unknown) => caught);
    });
    expect(error).toBeInstanceOf(MemoryLimitError);
    // 2e6 rows of 1000 f32 are 7629 MiB, and the learner's scratch comes on top
    const { message, expected, got } = error as MemoryLimitError;
    expect(Number.parseInt(String(got), 10)).toBeGreaterThan(7629);
    expect(Number.parseInt(String(got), 10)).toBeLessThan(7700);
    expect(message).toBe(
      `a direct run of 2000000 rows in 1000 dimensions needs ${got} of memory, and WebAssembly addresses at most 4 GiB`,
    );
    expect(expected).toBe("at most 4096 MiB");
    expect(time).toBeLessThan(2000);
    expect(() => sample(core, { data: { dim: 1000 }, samples: 2_000_000 })).toThrow(MemoryLimitError);
    // the instance goes on
    expect((await only({})).status).toBe("ok");
  });
});
