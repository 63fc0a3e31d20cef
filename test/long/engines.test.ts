import { beforeAll, describe, expect, it } from "vitest";
import type { Core } from "../../src/core/core.js";
import { load } from "../../src/core/simulationCore.js";
import type { Trial } from "../../src/core/trials.js";
import { cellTheory, theoryApplies } from "../../src/engine/theory.js";
import { type CellScenario, parseScenario, type ScenarioInput } from "../../src/model/scenario.js";
import { openTrials } from "../kernel/experiment.js";
import { uniforms } from "../oracle/random.js";
import { kolmogorovSmirnov, standardErrorsApart, summary } from "../oracle/statistics.js";

const SCENARIOS = 300;
const DRAWN = 400;
const REDUCED = 1600;

/** A scenario of any kinds; 20 to 80 dimensions, so that 400 trials of the direct engine stay cheap. */
function anyScenario(uniform: () => number): ScenarioInput {
  const pick = <T>(...choices: T[]): T => choices[Math.floor(uniform() * choices.length)];
  const between = (low: number, high: number) => low + (high - low) * uniform();
  return {
    data: { kind: pick("mixture", "mixture", "isotropic"), dim: pick(20, 35, 50, 80), meanNorm: between(0.5, 2) },
    generator: {
      kind: pick("noise", "linear", "learned"),
      errorRate: between(0, 0.6),
      angle: between(0.1, 2),
      samples: pick(50, 200),
      lambda: between(0.01, 0.5),
    },
    verifier: {
      kind: pick("none", "random", "oracle", "bernoulli", "linear", "learned", "top", "keep-hard", "keep-easy", "slab"),
      phi: between(0.3, 1),
      psi: between(0, 0.6),
      angle: between(0.1, 2),
      keep: between(0.2, 0.9),
      low: between(-1, 0.5),
      high: between(0.8, 3),
      poison: pick(0, 0, 0, between(0, 0.4)),
      samples: pick(50, 200),
      lambda: between(0.01, 0.5),
    },
    learner: {
      kind: pick("ridge", "ridge", "ridge", "mean", "sgd"),
      lambda: pick(0.001, 0.01, 0.1, 1),
      loss: pick("logistic", "squared"),
      learningRate: pick(0.01, 0.03),
    },
    samples: pick(40, 100, 300, 800),
    realSamples: pick(0, 0, 50),
  };
}

let core: Core;
beforeAll(async () => {
  core = await load();
});

function trials(engine: "direct" | "reduced", scenario: CellScenario, cell: number, count: number): number[] {
  const run = openTrials(engine, core, scenario);
  try {
    const found: Trial[] = run.run({ seed: engine === "direct" ? 11 : 12, cell: [0, cell] }, 0, count);
    return found.filter(({ status }) => status === "ok").map(({ accuracy }) => accuracy);
  } finally {
    run.close();
  }
}

/** The p-value that a sample is uniform on [0, 1]: Kolmogorov–Smirnov against a fine grid in place of the law. */
function uniformity(values: readonly number[]): number {
  return kolmogorovSmirnov(
    values,
    Array.from({ length: 100_000 }, (_, i) => (i + 0.5) / 100_000),
  );
}

describe(`three engines on ${SCENARIOS} random scenarios`, () => {
  it("have one law, and the theory its means", () => {
    const uniform = uniforms(20261122);
    const chances: number[] = [];
    const deviations: number[] = [];
    const theoretical: number[] = [];
    for (let i = 0; i < SCENARIOS; i++) {
      const scenario = parseScenario(anyScenario(uniform));
      const drawn = trials("direct", scenario, i, DRAWN);
      const reduced = trials("reduced", scenario, i, REDUCED);
      if (drawn.length < DRAWN / 2) continue; // most trials kept no row
      chances.push(kolmogorovSmirnov(drawn, reduced));
      deviations.push(standardErrorsApart(drawn, reduced));
      if (theoryApplies(scenario) !== undefined) continue;
      const expected = cellTheory(core, scenario).accuracy;
      if (expected === null) continue;
      const { mean, se } = summary(reduced);
      theoretical.push(Math.max(0, Math.abs(mean - expected) - 4 * se) * scenario.data.dim);
    }
    expect(chances.length).toBeGreaterThan(0.95 * SCENARIOS);
    // 300 tests at 1e-5, and 300 differences beyond 4 standard errors (6e-5 each), fail by chance once in 45 choices of seed
    expect(Math.min(...chances)).toBeGreaterThan(1e-5);
    expect(Math.max(...deviations)).toBeLessThan(4);
    expect(uniformity(chances)).toBeGreaterThan(1e-3);
    // beyond what chance explains, the theory is off by C/d: its leading correction
    const largest = Math.max(...theoretical);
    console.log(
      `smallest p ${Math.min(...chances).toExponential(1)}, uniformity of the p-values ${uniformity(chances).toFixed(2)}, ` +
        `largest difference ${Math.max(...deviations).toFixed(2)} se; theory of ${theoretical.length}: C ≤ ${largest.toFixed(2)}`,
    );
    expect(theoretical.length).toBeGreaterThan(150);
    expect(largest).toBeLessThan(1);
  });
});
