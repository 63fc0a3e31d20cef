import { beforeAll, describe, expect, it } from "vitest";
import { answerErrors, drawMatrices } from "../../dist/core/matrices.js";
import { loadTransformer, type TransformerCore } from "../../dist/core/transformerCore.js";
import { difficultyOf, type EigenLabels, type EigenRows, eigenArms, selectRows } from "../../dist/eigen/arms.js";
import { fallingCrossing } from "../../dist/eigen/grid.js";
import { type EigenSettings, eigenPresets, eigenSettings, eigenVerifiers } from "../../dist/eigen/options.js";
import { EigenWork } from "../../dist/eigen/work.js";
import {
  type EigenCheckpoint,
  type EigenResult,
  type EigenStore,
  eigenEncodings,
  eigenGridSchema,
  eigenResultSchema,
  runEigen,
  runEigenGrid,
} from "../../dist/eigen.js";
import { runEigenGridInWorkers, runEigenInWorkers } from "../../dist/node.js";
import { uniforms } from "../oracle/random.js";
import { shortOrLong } from "../support/edition.js";

// The workers run the built package, so the whole comparison does.

const SMALL = {
  seeds: [3, 4],
  verifiers: ["oracle", "noisy:0.3", "self", "confident", "random", "none"],
  tolerance: 0.3,
  beams: 12,
  generatorRows: 150,
  pool: 500,
  beamPool: 300,
  test: 200,
  steps: 120,
  width: 16,
};

let core: TransformerCore;
let result: EigenResult;
let kept: Map<string, unknown>;
const progress: { done: number; total: number }[] = [];

/** A store in memory, and the checkpoints that were ever written. */
function storeIn(values: Map<string, unknown>, checkpoints = new Map<string, EigenCheckpoint>()): EigenStore {
  return {
    read: async (name) => values.get(name),
    write: async (name, value) => void values.set(name, value),
    readCheckpoint: async (name) => checkpoints.get(name),
    writeCheckpoint: async (name, checkpoint) => void checkpoints.set(name, checkpoint),
    removeCheckpoint: async (name) => void checkpoints.delete(name),
  };
}

beforeAll(async () => {
  core = await loadTransformer();
  kept = new Map();
  result = await runEigen(SMALL, { store: storeIn(kept), onProgress: (at) => void progress.push(at) });
});

describe("the experiment", () => {
  it("has a result that its schema knows, and counts its work to the end", () => {
    expect(eigenResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    expect(result.complete).toBe(true);
    expect(result.seeds).toEqual([3, 4]);
    expect(result.arms.map(({ name }) => name)).toEqual([
      "generator",
      "clean",
      "oracle",
      "oracle-beams",
      "noisy-0.3",
      "self",
      "confident",
      "random",
      "unverified",
      "unverified-3.33x",
    ]);
    expect(Object.keys(result.generator.beams?.oracle ?? {})).toEqual(["10", "12"]);
    const { done, total } = progress.at(-1) ?? { done: 0, total: 1 };
    expect(done).toBe(total);
    expect(progress.every((at, i) => i === 0 || at.done >= (progress[i - 1]?.done ?? 0))).toBe(true);
  });

  it("has arms of equal rows, but for the generator's and the one of everything", () => {
    const rowsOf = (name: string) => result.arms.find((arm) => arm.name === name)?.perSeed.map(({ rows }) => rows);
    const oracle = rowsOf("oracle");
    for (const name of ["clean", "noisy-0.3", "confident", "random", "unverified"])
      expect(rowsOf(name)).toEqual(oracle);
    expect(rowsOf("generator")).toEqual([150, 150]);
    expect(rowsOf("unverified-3.33x")).toEqual([500, 500]);
  });

  it("says of each verifier what it does to correct and wrong answers", () => {
    const arm = (name: string) => result.arms.find((found) => found.name === name);
    expect(arm("oracle")).toMatchObject({ phi: 1, psi: 0, breakdown: 1, prediction: "below", labels: { mean: 1 } });
    expect(arm("unverified")).toMatchObject({ phi: 1, psi: 1, breakdown: 0.5 });
    expect(arm("noisy-0.3")?.phi).toBe(1);
    // 0.3 of some 300 wrong answers, within four standard deviations
    expect(Math.abs((arm("noisy-0.3")?.psi ?? 0) - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / 100));
    expect(arm("oracle-beams")).toMatchObject({ psi: 0, breakdown: 1, labels: { mean: 1 } });
    expect(arm("generator")).toMatchObject({ p: null, difference: { mean: null, se: null, verdict: null } });
    expect(arm("clean")).toMatchObject({ p: null, labels: { mean: 1 } });
    for (const { p, phi, psi, breakdown, prediction } of result.arms) {
      if (p === null || phi === null || psi === null || breakdown === null) continue;
      expect(prediction).toBe(p < breakdown ? "below" : "above");
    }
  });

  it("takes differences within seeds, and bins whose shares sum to one", () => {
    const generator = result.arms[0]?.perSeed ?? [];
    for (const { name, perSeed, difference, difficulty } of result.arms) {
      if (name === "generator") continue;
      const differences = perSeed.map(({ accuracy }, i) => accuracy - (generator[i]?.accuracy ?? Number.NaN));
      const [a = 0, b = 0] = differences;
      expect(difference.mean).toBeCloseTo((a + b) / 2, 12);
      // of two values, the standard error of the mean is half their distance
      expect(difference.se).toBeCloseTo(Math.abs(a - b) / 2, 12);
      for (const bins of Object.values(difficulty)) {
        for (const when of ["before", "after"] as const) {
          const sum = bins.reduce((total, bin) => total + (bin[when] ?? 0), 0);
          expect(sum).toBeCloseTo(name === "clean" ? 0 : 1, 12);
        }
      }
    }
  });

  it("finds more with more beams, and at least what the likeliest answer has", () => {
    const { beams } = result.generator;
    expect(beams?.oracle["12"]?.mean).toBeGreaterThanOrEqual(beams?.oracle["10"]?.mean ?? 1);
    expect(beams?.oracle["10"]?.mean).toBeGreaterThanOrEqual(beams?.perplexity.mean ?? 1);
  });
});

describe("the work", () => {
  it("gives the same bytes on one thread and on 2 workers", async () => {
    expect(JSON.stringify(await runEigenInWorkers(SMALL, { workers: 2 }))).toBe(JSON.stringify(result));
  });

  it("takes less than 64 MB of WebAssembly memory on a thread of preset paper", async () => {
    const { description: _, ...paper } = eigenPresets.paper;
    const settings = eigenSettings({ ...paper, steps: 2 });
    const work = new EigenWork(await core.another(), settings);
    const before = await work.memoryBytes();
    const train = (rows: EigenRows | null) => work.run({ kind: "train", seed: 1, rows, from: 0, to: 2, state: null });
    const state = await train(null);
    const weights = state.slice(0, state.length / 3);
    const { answers } = await work.run({ kind: "label", seed: 1, weights });
    // more beams at once than a slice of the search has
    await work.run({ kind: "beams", seed: 1, weights, first: 0, count: 2000 });
    // the largest arm: all answers to the pool
    await train({ places: Int32Array.from({ length: settings.pool }, (_, i) => i), answers });
    const bytes = await work.memoryBytes();
    expect(before).toBeLessThan(2 ** 20);
    // the pool alone has 13 bytes of tokens and 16 of eigenvalues a matrix
    expect(bytes).toBeGreaterThan(29 * settings.pool);
    expect(bytes).toBeLessThan(10 * 2 ** 20); // of 64; docs/eigen.md says 8
  });

  it("goes on where it was stopped, with the same result", async () => {
    const values = new Map<string, unknown>();
    const stop = new AbortController();
    const reason = new Error("enough");
    let arms = 0;
    const stopped = runEigen(SMALL, {
      store: storeIn(values),
      signal: stop.signal,
      onArm: () => void (++arms === 4 && stop.abort(reason)),
    });
    await expect(stopped).rejects.toBe(reason);
    const before = new Set(values.keys());
    expect(before.size).toBeGreaterThan(3);
    expect(before.size).toBeLessThan(kept.size);
    const writes: string[] = [];
    const store = storeIn(values);
    const resumed = await runEigen(SMALL, {
      store: {
        ...store,
        write: (name, value) => {
          writes.push(name);
          return store.write(name, value);
        },
      },
    });
    expect(JSON.stringify(resumed)).toBe(JSON.stringify(result));
    expect(writes.filter((name) => before.has(name))).toEqual([]);
  });

  it("goes on from a checkpoint amid a training, to the same bits", async () => {
    const options = { ...SMALL, seeds: [3], verifiers: ["oracle"], steps: 1100 };
    const whole = new Map<string, unknown>();
    const checkpoints = new Map<string, EigenCheckpoint>();
    const first = await runEigen(options, {
      store: { ...storeIn(whole, checkpoints), removeCheckpoint: async () => {} },
    });
    expect([...checkpoints.values()].map(({ step }) => step)).toEqual([1000, 1000, 1000, 1000]);
    // as if the process had died right behind the last checkpoint of an arm
    const rest = new Map([...whole].filter(([name]) => name !== "seed-3-oracle"));
    const again = await runEigen(options, { store: storeIn(rest, checkpoints) });
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    expect(rest.get("seed-3-oracle")).toEqual(whole.get("seed-3-oracle"));
  });

  it("learns in every encoding, to the same bytes on a worker", async () => {
    const asked = { ...SMALL, seeds: [3], verifiers: ["oracle"], steps: 60 };
    const results: EigenResult[] = [];
    for (const encoding of eigenEncodings) {
      const one = await runEigen({ ...asked, encoding });
      expect(one.config.encoding).toBe(encoding);
      expect(one.generator.greedy.mean).toBeGreaterThan(0);
      // the first is that of every other test
      if (shortOrLong(encoding === "digits", true)) {
        const onWorker = await runEigenInWorkers({ ...asked, encoding }, { workers: 1 });
        expect(JSON.stringify(onWorker)).toBe(JSON.stringify(one));
      }
      results.push(one);
    }
    expect(new Set(results.map(({ arms }) => JSON.stringify(arms))).size).toBe(eigenEncodings.length);
    // the default is the first
    const { config: _, ...left } = await runEigen(asked);
    const { config: _config, ...first } = results[0] as EigenResult;
    expect(left).toEqual(first);
  });

  it("refuses what makes no sense", async () => {
    const refusal = (options: object) => expect(runEigen({ ...SMALL, ...options })).rejects;
    await refusal({ size: 4 }).toThrow("size must be an integer in [2, 3], got 4");
    await refusal({ tolerance: 0 }).toThrow("tolerance must be a number in (0, 1], got 0");
    await refusal({ verifiers: ["judge"] }).toThrow("verifiers must be one of oracle, noisy:<psi>, self");
    await refusal({ verifiers: ["noisy:1.5"] }).toThrow('got "noisy:1.5"');
    await refusal({ verifiers: ["noisy:0.1", "noisy:.10"] }).toThrow("verifiers must be one or more names, none twice");
    await refusal({ seeds: [] }).toThrow("seeds must be one or more numbers, none twice");
    await refusal({ encoding: "P10" }).toThrow('encoding must be one of base20, base20-edge, digits, got "P10"');
    await refusal({ width: 40 }).toThrow("width must be a multiple of 16, got 40");
    await refusal({ beamPool: 501 }).toThrow("beamPool must be an integer in [1, 500], got 501");
    await refusal({ tolerance: 1e-9, steps: 1 }).toThrow("the generator has no correct answer in the pool");
  });
});

describe("a grid of generators and noisy oracles", () => {
  const { verifiers: _, beams: _beams, beamPool: _pool, generatorRows: _rows, ...shared } = SMALL;
  const GRID = { ...shared, generatorRows: [150, 60], psi: [1, 0, 0.4], steps: 80, armRows: 90 };

  it("is the experiments of its generators, on equal rows, with what p⋆ says of each", async () => {
    const grid = await runEigenGrid(GRID);
    expect(eigenGridSchema.parse(JSON.parse(JSON.stringify(grid)))).toEqual(grid);
    expect(grid.complete).toBe(true);
    expect(grid.config.psi).toEqual([0, 0.4, 1]);
    expect(grid.cells.map(({ generatorRows, psi }) => [generatorRows, psi])).toEqual(
      [150, 60].flatMap((rows) => [0, 0.4, 1].map((psi) => [rows, psi])),
    );
    for (const generatorRows of GRID.generatorRows) {
      const { arms } = await runEigen({
        ...shared,
        ...{ generatorRows, steps: 80, armRows: 90, beams: 1, controls: false },
        verifiers: ["oracle", "noisy:0.4", "none"],
      });
      expect(arms.map(({ name }) => name)).toEqual(["generator", "oracle", "noisy-0.4", "unverified"]);
      for (const [i, psi] of [0, 0.4, 1].entries()) {
        const cell = grid.cells.find((one) => one.generatorRows === generatorRows && one.psi === psi);
        const arm = arms[i + 1];
        expect(cell).toMatchObject({
          difference: arm?.difference,
          accuracy: arm?.accuracy,
          p: arm?.p,
          rows: arm?.rows,
        });
        expect(arm?.rows).toBeLessThanOrEqual(90);
        expect(cell?.breakdown).toBe(1 / (1 + psi));
        expect(cell?.prediction).toBe((cell?.p ?? Number.NaN) < 1 / (1 + psi) ? "below" : "above");
      }
    }
    expect(grid.generators).toHaveLength(4);
    for (const { p, predicted } of grid.generators) expect(predicted).toBe(p < 0.5 ? null : (1 - p) / p);
    const decided = grid.cells.filter(({ difference: { verdict } }) => verdict === "better" || verdict === "worse");
    expect(grid.test).toMatchObject({ cells: 6, decided: decided.length, generators: 4 });
    expect(grid.test.fixed.agree).toBeLessThanOrEqual(decided.length);
  });

  it("gives the same bytes on 2 workers, and goes on in a store", async () => {
    const values = new Map<string, unknown>();
    const seen: { done: number; total: number }[] = [];
    const whole = await runEigenGrid(GRID, { store: storeIn(values), onProgress: (at) => void seen.push(at) });
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
    expect([...values.keys()].every((name) => /^rows-(150|60)-seed-[34]-/.test(name))).toBe(true);
    expect(JSON.stringify(await runEigenGridInWorkers(GRID, { workers: 2 }))).toBe(JSON.stringify(whole));
    const rest = new Map([...values].filter(([name]) => !name.includes("noisy")));
    expect(JSON.stringify(await runEigenGrid(GRID, { store: storeIn(rest) }))).toBe(JSON.stringify(whole));
  });

  it("refuses shares and rows that make no sense", async () => {
    await expect(runEigenGrid({ psi: [0.5, 1.1] })).rejects.toThrow("psi must be a number in [0, 1], got 1.1");
    await expect(runEigenGrid({ psi: [0, 0] })).rejects.toThrow("psi must be one or more numbers, none twice");
    await expect(runEigenGrid({ generatorRows: [] })).rejects.toThrow("generatorRows must be one or more numbers");
    await expect(runEigenGrid({ generatorRows: [0] })).rejects.toThrow("generatorRows must be an integer in [1,");
    await expect(runEigenGrid({ armRows: 10, pool: 9 })).rejects.toThrow(
      "armRows must be an integer in [1, 9], got 10",
    );
  });

  it("finds where a curve crosses zero, on the falling curve nearest to it", () => {
    const random = uniforms(21);
    let crossed = 0;
    for (let round = 0; round < 60; round++) {
      const ys = Array.from({ length: 6 }, (_, i) => 0.6 - 0.25 * i + (random() - 0.5));
      const points = ys.map((y, i) => [i / 5, y] as const);
      // by its definition: at i, the least over beginnings before i of the largest mean up to an end behind it, turned round
      const mean = (from: number, to: number) =>
        ys.slice(from, to + 1).reduce((sum, y) => sum + y, 0) / (to - from + 1);
      const fitted = ys.map((_, i) =>
        Math.min(...ys.slice(0, i + 1).map((_y, from) => Math.max(...ys.slice(i).map((_z, k) => mean(from, i + k))))),
      );
      const { crossing, side } = fallingCrossing(points);
      const line = (x: number) => {
        const i = Math.min(4, Math.floor(5 * x));
        return (fitted[i] as number) + (5 * x - i) * ((fitted[i + 1] as number) - (fitted[i] as number));
      };
      if (side === "crosses") {
        crossed++;
        expect(line(crossing as number)).toBeCloseTo(0, 10);
      } else {
        expect(crossing).toBe(null);
        expect((fitted[side === "better" ? 5 : 0] as number) > 0).toBe(side === "better");
      }
    }
    expect(crossed).toBeGreaterThan(40);
    expect(fallingCrossing([])).toEqual({ crossing: null, side: "better" });
  });
});

describe("sampling", () => {
  it("changes what the generator answers, by the seed alone", async () => {
    const options = { ...SMALL, seeds: [3], verifiers: ["none"], steps: 300, temperature: 1.5 };
    const drawn = await runEigen(options);
    expect(drawn.config.temperature).toBe(1.5);
    expect(JSON.stringify(await runEigenInWorkers(options, { workers: 1 }))).toBe(JSON.stringify(drawn));
    const greedy = await runEigen({ ...options, temperature: 0 });
    // the generator itself is the same, and its likeliest answers are right more often than what it draws
    expect(drawn.generator).toEqual(greedy.generator);
    const errors = (result: EigenResult) => result.arms.find(({ name }) => name === "unverified")?.p ?? Number.NaN;
    expect(errors(drawn)).toBeGreaterThan(errors(greedy));
    await expect(runEigen({ ...SMALL, temperature: 0.001 })).rejects.toThrow(
      "temperature must be 0 or a number in [0.01, 100], got 0.001",
    );
  });
});

describe("selections", () => {
  const settings: EigenSettings = eigenSettings({ ...SMALL, pool: 400, beamPool: 100, beams: 5, generatorRows: 100 });

  /** Answers whose tokens are their places, so that a row says where it comes from. */
  function labels(): EigenLabels {
    const random = uniforms(7);
    const flags = (count: number, share: number) =>
      Uint8Array.from({ length: count }, () => (random() < share ? 1 : 0));
    const tokens = (count: number, shift: number) =>
      Uint8Array.from({ length: 4 * count }, (_, i) => (Math.floor(i / 4) + shift) % 251);
    return {
      answers: tokens(400, 0),
      logs: Float32Array.from({ length: 400 }, () => -random()),
      correct: flags(400, 0.4),
      difficulty: new Uint8Array(400),
      beams: {
        top: tokens(100, 1),
        topCorrect: flags(100, 0.4),
        right: tokens(100, 2),
        found: flags(100, 0.9),
        correctBeams: 130,
      },
    };
  }

  it("keep what each verifier is for", () => {
    const all = labels();
    const arms = eigenArms(settings);
    const rows = 90;
    const of = (name: string) => {
      const arm = arms.find((found) => found.name === name);
      if (arm === undefined) throw new Error(name);
      return selectRows(core, arm, all, settings, 3, rows);
    };
    const isCorrect = (place: number) => all.correct[place] === 1;
    const places = [...all.correct.keys()];
    expect([...of("oracle").places]).toEqual(places.filter(isCorrect).slice(0, rows));
    expect([...of("unverified").places]).toEqual(places.slice(0, rows));
    expect([...of("unverified-4x").places]).toEqual(places);
    const byLog = places.toSorted((a, b) => (all.logs[b] as number) - (all.logs[a] as number)).slice(0, rows);
    expect([...of("confident").places]).toEqual(byLog.toSorted((a, b) => a - b));
    expect(new Set(of("random").places).size).toBe(rows);
    expect([...of("random").places]).not.toEqual(places.slice(0, rows));
    const noisy = of("noisy-0.3");
    expect(noisy.phi).toBe(1);
    expect([...noisy.places].filter(isCorrect)).toEqual(
      places.filter((place) => isCorrect(place) && place <= (noisy.places.at(-1) as number)),
    );
    for (const name of ["oracle", "confident"]) {
      const { answers, places: chosen, correct } = of(name);
      expect([...(answers ?? [])]).toEqual([...chosen].flatMap((place) => Array(4).fill(place % 251)));
      expect(correct).toBeCloseTo([...chosen].filter(isCorrect).length / chosen.length, 12);
    }
    const beams = of("oracle-beams");
    expect([...beams.places]).toEqual([...all.beams.found.keys()].filter((i) => all.beams.found[i]).slice(0, rows));
    expect(beams.answers?.[0]).toBe(((beams.places[0] as number) + 2) % 251);
    const found = all.beams.found.reduce((sum, flag) => sum + flag, 0);
    expect(beams).toMatchObject({ p: 370 / 500, phi: found / 130, psi: 0 });
    const top = all.beams.topCorrect.reduce((sum, flag) => sum + flag, 0);
    expect(of("self")).toMatchObject({ p: 370 / 500, phi: top / 130, psi: (100 - top) / 370 });
  });

  it("know how difficult a matrix is", () => {
    expect(difficultyOf([7, -0.5])).toBe(4 * 0 + 1);
    expect(difficultyOf([-1, -20])).toBe(4 * 1 + 3);
    expect(difficultyOf([6, 6])).toBe(4 * 3 + 0);
  });

  it("of the verifiers that a run without names has are all known", () => {
    expect(eigenSettings().verifiers).toEqual(eigenVerifiers);
  });
});

describe("the generator", () => {
  it("learns: what it answers is right more often than before", async () => {
    // exact answers are right, and rounding to tenths stays within the tolerance for all but tiny matrices
    const base20 = { size: 2, encoding: "base20" } as const;
    const { answers, values } = drawMatrices(core, base20, 500, 1, 0);
    expect(answerErrors(core, base20, answers, values).filter((error) => error <= 0.02).length).toBeGreaterThan(480);
    const accuracy = async (steps: number) => {
      const { generator } = await runEigen({ ...SMALL, seeds: [3], verifiers: ["oracle"], steps, tolerance: 0.5 });
      return generator.greedy.mean ?? Number.NaN;
    };
    expect(await accuracy(600)).toBeGreaterThan((await accuracy(30)) + 0.1);
  });
});
