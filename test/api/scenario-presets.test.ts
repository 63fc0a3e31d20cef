import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/core/errors.js";
import { chooseEngine } from "../../src/engine/choose.js";
import { expectedErrorRate, expectedRates, keepRate } from "../../src/model/breakdown.js";
import { type Cell, planCells } from "../../src/model/cells.js";
import { isBlind } from "../../src/model/experiment.js";
import { preset, presets } from "../../src/model/presets.js";
import { parseScenario } from "../../src/model/scenario.js";
import { sweepAxes } from "../../src/model/sweep.js";
import { scenarioWarnings } from "../../src/model/warnings.js";

const names = presets().map(({ name }) => name);

// What a trial costs on one core. Reduced: at most 0.13 µs for a row, twice where all rows are ranked. Direct: 1.7 ns to
// draw a number, and 0.04 ns for each entry that a kept row adds to the Gram matrix; rows that directions select count as
// all kept.
function seconds({ scenario }: Cell): number {
  const { engine } = chooseEngine(scenario);
  if (engine === "theory") return 2e-3;
  const rounds = scenario.trials * scenario.generations;
  // label noise and a blind verifier: counts, whatever the number of rows
  if (
    engine === "reduced" &&
    scenario.learner.kind === "ridge" &&
    scenario.generator.kind === "noise" &&
    isBlind(scenario.verifier) &&
    scenario.generations === 1
  )
    return rounds * scenario.data.dim * 1e-6;
  if (chooseEngine(scenario).engine === "reduced") {
    return rounds * (scenario.samples + scenario.realSamples) * 0.13e-6 * (scenario.verifier.kind === "top" ? 2 : 1);
  }
  const rates = expectedRates(scenario);
  const errorRate = expectedErrorRate(scenario);
  const share = rates && errorRate !== null ? keepRate({ errorRate, ...rates }) : 1;
  const kept = scenario.samples * share + scenario.realSamples;
  const drawn = scenario.samples + scenario.realSamples;
  return rounds * (drawn * scenario.data.dim * 1.7e-9 + kept * scenario.data.dim ** 2 * 0.04e-9);
}

describe("the presets", () => {
  it("are those of the paper's story, and those of its claims", () => {
    expect(names).toEqual([
      "phase-transition",
      "oracle-vs-weak",
      "angles",
      "sample-size",
      "real-and-synthetic",
      "poisoned-verifier",
      "generations",
      "accumulate-vs-replace",
      "keep-fraction",
      "difficulty",
      "confusable-classes",
      "sharp-transition",
      "noisy-verifier",
      "angle-plane",
      "sweet-spot",
      "oracle-is-clean",
      "class-retention",
      "classes-many",
    ]);
  });

  it.each(names)("%s is valid, warns of nothing and runs in eight seconds", (name) => {
    const scenario = parseScenario(preset(name));
    expect(scenario.name).toBe(name);
    expect(scenario.description).toMatch(/^[A-Z].*\.$/);
    expect(scenarioWarnings(scenario)).toEqual([]);
    const { x, series } = scenario.plot ?? {};
    expect(Object.keys(sweepAxes(scenario))).toContain(series);
    // the generations themselves are an axis
    if (scenario.generations === 1) expect(Object.keys(sweepAxes(scenario))).toContain(x);
    expect(planCells(scenario).reduce((sum, cell) => sum + seconds(cell), 0)).toBeLessThan(8);
  });

  it("has the settings that the phase transition is known by", () => {
    const cells = planCells(parseScenario(preset("phase-transition")));
    expect(cells).toHaveLength(63);
    for (const kind of ["none", "bernoulli", "oracle"]) {
      for (const errorRate of [0.3, 0.9]) {
        const found = cells.filter(
          ({ params }) => params["verifier.kind"] === kind && params["generator.errorRate"] === errorRate,
        );
        expect(found).toHaveLength(1);
        expect(found[0].scenario).toMatchObject({
          samples: 50_000,
          data: { dim: 50 },
          verifier: { phi: 0.8, psi: 0.3 },
        });
      }
    }
  });

  it("are given as copies", () => {
    preset("angles").samples = 1;
    expect(preset("angles").samples).toBe(20_000);
  });

  it("are looked up by name", () => {
    expect(() => preset("phase-transtion")).toThrow(
      '"phase-transtion" is not a preset; did you mean phase-transition?',
    );
    expect(() => preset("zzz")).toThrow(/"zzz" is not a preset; it must be one of phase-transition, /);
    expect(() => preset("toString")).toThrow(ConfigError);
  });
});
