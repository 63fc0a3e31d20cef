import { describe, expect, it } from "vitest";
import { load } from "../../src/core/simulationCore.js";
import type { Trial } from "../../src/core/trials.js";
import { theoryBands } from "../../src/engine/spread.js";
import { theoryRounds } from "../../src/engine/theory.js";
import { collect, theory } from "../../src/index.js";
import { parseScenario, type ScenarioInput } from "../../src/model/scenario.js";
import { openTrials } from "../kernel/experiment.js";
import { summary } from "../oracle/statistics.js";
import { shortOrLong } from "../support/edition.js";

const DIM = 200;
const TRIALS = 120;
const ROUNDS = 4;

/** In each of them a round that is taken for another moves the accuracy by more than the tolerance. */
const SETTINGS: Record<string, ScenarioInput> = {
  "replace, clean rows in the first round only": {
    generator: { errorRate: 0.45 },
    verifier: { kind: "bernoulli" },
    samples: 600,
    realSamples: 300,
  },
  "mix, clean rows in every round": {
    generator: { errorRate: 0.3 },
    verifier: { kind: "bernoulli" },
    samples: 600,
    realSamples: 300,
    policy: "mix",
  },
  "no verifier: each round is worse": { generator: { kind: "linear", angle: "30deg" }, samples: 500 },
  "a verifier whose angle to the model changes": {
    generator: { kind: "linear", angle: "70deg" },
    verifier: { kind: "linear", angle: "60deg", angleToGenerator: "130deg" },
    samples: 3000,
  },
  "the same, class mean": {
    generator: { kind: "linear", angle: "70deg" },
    verifier: { kind: "linear", angle: "60deg", angleToGenerator: "130deg" },
    samples: 3000,
    learner: { kind: "mean" },
  },
  "generator and verifier learned": {
    generator: { kind: "learned", samples: 150, lambda: 0.1 },
    verifier: { kind: "learned", samples: 200, lambda: 0.1 },
    samples: 900,
  },
  "a verifier that learns anew": {
    generator: { kind: "learned", samples: 150, lambda: 0.1 },
    verifier: { kind: "learned", samples: 200, lambda: 0.1, relearn: true },
    samples: 900,
  },
  "top fraction": {
    generator: { errorRate: 0.3 },
    verifier: { kind: "top", keep: 0.4, angle: "50deg" },
    samples: 900,
  },
};

const core = await load();

describe("the theory agrees with the direct engine in every generation", () => {
  // 8 settings, 4 rounds: each mean is within 4 standard errors of its own law with probability 0.9999; 0.5/d is for the terms that
  // the theory leaves out.
  const settings = Object.entries(SETTINGS);
  it.each(
    shortOrLong(
      settings.filter((_, i) => i % 3 === 1),
      settings,
    ),
  )("%s", (_, input) => {
    const scenario = parseScenario({
      data: { dim: DIM, meanNorm: 1.5 },
      learner: { lambda: 0.05 },
      generations: ROUNDS,
      ...input,
    });
    const [rounds] = theoryRounds(core, [scenario]);
    const run = openTrials("direct", core, scenario);
    const trials = run.run({ seed: 3, cell: [7, 7] }, 0, TRIALS);
    run.close();
    expect(rounds).toHaveLength(ROUNDS);
    for (const [g, round] of rounds.entries()) {
      const { mean, se } = summary(trials.map((trial) => trial.generations?.[g]?.accuracy ?? Number.NaN));
      expect(Math.abs((round.accuracy ?? Number.NaN) - mean), `round ${g + 1}`).toBeLessThan(4 * se + 0.5 / DIM);
      const kept = summary(trials.map((trial) => (trial.generations?.[g]?.kept ?? Number.NaN) / scenario.samples));
      expect(Math.abs(round.keepRate - kept.mean), `round ${g + 1}`).toBeLessThan(4 * kept.se + 0.5 / DIM);
    }
    const bands = theoryBands(core, scenario);
    expect(bands).toHaveLength(ROUNDS);
    for (const [g, band] of bands.entries()) {
      const values = trials.map((trial) => trial.generations?.[g]?.accuracy ?? Number.NaN);
      const sd = summary(values).se * Math.sqrt(TRIALS);
      // log sd of 120 and of 200 trials: 1/√(2·119) and 1/√(2·199), together .082; five of them for a law that is not normal
      expect(Math.abs(Math.log((band?.sd ?? Number.NaN) / sd)), `round ${g + 1}`).toBeLessThan(5 * 0.082);
      // 95 % of 120 are 114; the ends of 200 trials move that by 2.4 and chance by 2.4, together 3.4
      const inside = values.filter((value) => value >= (band?.low ?? 1) && value <= (band?.high ?? 0)).length;
      expect(Math.abs(inside - 114), `round ${g + 1}`).toBeLessThan(4 * 3.4);
    }
  });

  it("has a band as wide as the spread where chance decides which way later rounds go", async () => {
    // close to 90°: docs/theory.md, section 9
    const input: ScenarioInput = {
      data: { dim: 40, meanNorm: 1.85 },
      generator: { kind: "linear", angle: "88.8deg" },
      learner: { kind: "mean" },
      samples: 600,
      generations: 4,
      engine: "theory",
    };
    const { cells } = await collect(core, input);
    const bands = cells[0]?.generations?.map(({ band }) => band) ?? [];
    const run = openTrials("direct", core, parseScenario(input));
    const trials = run.run({ seed: 4, cell: [7, 8] }, 0, 400);
    run.close();
    for (const g of [0, 1, 2, 3]) {
      const values = trials.map((trial) => trial.generations?.[g]?.accuracy ?? Number.NaN);
      const [low, high] = [bands[g]?.low ?? Number.NaN, bands[g]?.high ?? Number.NaN];
      const inside = values.filter((value) => value >= low && value <= high).length;
      // of 400 trials 380, by chance ± 4.4, and by the ends of 200 trials ± 6.2
      expect(Math.abs(inside - 380), `round ${g + 1}`).toBeLessThan(4 * 7.6);
      expect(bands[g]?.trials).toBe(200);
    }
    // both ways: some trials end near the truth, some on the other side
    expect(bands[3]?.low).toBeLessThan(0.1);
    expect(bands[3]?.high).toBeGreaterThan(0.9);
    expect(cells[0]?.band).toEqual(bands[3]);
    expect((await collect(core, input)).cells[0]?.band).toEqual(bands[3]);
    // a single training has none, nor has a cell that would draw for long
    // The same line without the trials behind its band, for whoever does not show it.
    const [line] = (await collect(core, input, { bands: false })).cells;
    expect([line?.band, line?.generations?.[3]?.band]).toEqual([undefined, undefined]);
    expect(line?.generations?.map(({ accuracy }) => accuracy)).toEqual(
      cells[0]?.generations?.map(({ accuracy }) => accuracy),
    );
    expect((await collect(core, { ...input, generations: 1 })).cells[0]?.band).toBeUndefined();
    expect((await collect(core, { ...input, samples: 1_000_000 })).cells[0]?.band).toBeUndefined();
  });

  it("has the quantiles of the trials themselves as the band of a drawn cell", async () => {
    const drawn: Trial[] = [];
    const { cells } = await collect(
      core,
      { generator: { kind: "linear", angle: "40deg" }, samples: 200, generations: 3, trials: 41 },
      { onTrials: (_, trials) => drawn.push(...trials) },
    );
    const [cell] = cells;
    const last = drawn.map(({ accuracy }) => accuracy).sort((a, b) => a - b);
    // of 41 values in order 2.5 % is the second, and 97.5 % the last but one
    expect(cell?.band).toEqual({ low: last[1], high: last[39], sd: cell?.accuracy.sd, trials: 41 });
    expect(cell?.generations?.[2]?.band).toEqual(cell?.band);
    expect(cell?.generations?.[0]?.band?.sd).toBe(cell?.generations?.[0]?.accuracy.sd);
  });

  it("has one answer by `theory` and by a run, that of the last generation", async () => {
    for (const policy of ["replace", "mix"] as const) {
      const scenario: ScenarioInput = {
        generator: { errorRate: 0.4 },
        verifier: { kind: "bernoulli" },
        samples: 700,
        realSamples: 100,
        generations: 4,
        policy,
        engine: "theory",
      };
      const [answer] = theory(core, scenario);
      const { cells } = await collect(core, scenario);
      expect(answer?.accuracy).toBe(cells[0]?.accuracy.mean);
      expect(answer?.accuracy).toBe(cells[0]?.generations?.at(-1)?.accuracy.mean);
      expect(answer?.accuracy).not.toBe(cells[0]?.generations?.[0]?.accuracy.mean);
    }
    const accumulated: ScenarioInput = { generations: 2, policy: "accumulate", engine: "theory" };
    expect(() => theory(core, accumulated)).toThrow("policy accumulate has no theory");
    await expect(collect(core, accumulated)).rejects.toThrow("policy accumulate has no theory");
  });
});
