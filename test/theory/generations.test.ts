import { describe, expect, it } from "vitest";
import { load } from "../../src/core/simulationCore.js";
import { theoryRounds } from "../../src/engine/theory.js";
import { collect, theory } from "../../src/index.js";
import { parseScenario, type ScenarioInput } from "../../src/model/scenario.js";
import { openTrials } from "../kernel/experiment.js";
import { summary } from "../oracle/statistics.js";

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
  it.each(Object.entries(SETTINGS))("%s", (_, input) => {
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
