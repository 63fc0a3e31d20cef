import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { preset } from "../../src/model/presets.js";
import { applyOverrides } from "../../src/model/read.js";
import { parseScenario } from "../../src/model/scenario.js";
import { namedInput, overrides } from "../../web/model/command.js";
import { type Experiment, withSetting } from "../../web/model/experiment.js";
import { conflictOf } from "../../web/model/repair.js";
import { initialState, presetExperiment, presetsOf, type State, withExperiment } from "../../web/model/state.js";
import { readUrl, writeUrl } from "../../web/model/url.js";
import { anyExperiment } from "./experiments.js";

const everyPreset = Object.values(presetsOf).flat();

function stateOf(experiment: Experiment): State {
  return { ...withExperiment(initialState(), "transition", experiment), view: "transition" };
}

describe("the URL", () => {
  it("gives every state back, without a notice", () => {
    fc.assert(
      fc.property(anyExperiment, fc.constantFrom("en" as const, "zh" as const), (experiment, language) => {
        const state = { ...stateOf(experiment), language };
        const { state: read, notices } = readUrl(writeUrl(state));
        expect(notices).toEqual([]);
        expect(read.experiments.transition).toEqual(experiment);
        expect(read.language).toBe(language);
      }),
      { seed: 7, numRuns: 150 },
    );
  });

  it("always says the seed, and the settings of version 1 only where they are not its defaults", () => {
    expect(writeUrl(stateOf(presetExperiment("phase-transition")))).toBe(
      "#v=1&view=transition&preset=phase-transition&x=generator.errorRate:0:1:21" +
        "&series=verifier.kind:none,bernoulli,oracle&data.meanNorm=1.5&samples=50000&seed=1",
    );
  });

  it.each([
    ["diagonal", "data.covariance.values", "0.5*2,2,1e-7", { kind: "diagonal", values: [0.5, 0.5, 2, 1e-7] }],
    [
      "matrix",
      "data.covariance.rows",
      "1,0.5;0.5,1",
      {
        kind: "matrix",
        rows: [
          [1, 0.5],
          [0.5, 1],
        ],
      },
    ],
    [
      "matrix",
      "data.covariance.rows",
      "",
      {
        kind: "matrix",
        rows: [
          [1, 0],
          [0, 1],
        ],
      },
    ],
  ])("carries a %s covariance with its numbers: %s %s", (kind, path, text, wanted) => {
    const dim = "values" in wanted ? 4 : 2;
    const given = { ...presetExperiment("phase-transition"), preset: "phase-transition" };
    const experiment = [
      ["data.covariance", kind],
      ["data.dim", dim],
      [path, text],
    ].reduce((made, [key, value]) => withSetting(made, key as string, value as string), given as Experiment);
    const { state, notices } = readUrl(writeUrl(stateOf(experiment)));
    expect(notices).toEqual([]);
    expect(state.experiments.transition).toEqual(experiment);
    expect(parseScenario(namedInput(state.experiments.transition)).data.covariance).toEqual(wanted);
    const told = parseScenario(applyOverrides(preset("phase-transition"), overrides(experiment)));
    expect(told).toEqual(parseScenario(namedInput(experiment)));
  });

  it("reads nothing as the first view", () => {
    expect(readUrl("")).toEqual({ state: initialState(), notices: [] });
  });

  it.each([
    ["a number out of range", "#v=1&view=transition&verifier.phi=7", "verifier.phi", 1],
    ["more than any number", "#v=1&view=transition&data.meanNorm=1e999", "data.meanNorm", 100],
    ["no number", "#v=1&view=transition&verifier.phi=NaN", "verifier.phi", 0.8],
    ["Infinity", "#v=1&view=transition&verifier.phi=Infinity", "verifier.phi", 0.8],
    ["a hexadecimal", "#v=1&view=transition&samples=0x10", "samples", 10_000],
    ["a script", "#v=1&view=transition&learner.kind=<script>alert(1)</script>", "learner.kind", "ridge"],
    ["a fraction of a row", "#v=1&view=transition&samples=10.4", "samples", 10],
    ["variances that are no numbers", "#v=1&view=transition&data.covariance.values=1,x", "data.covariance.values", ""],
    ["a million variances", "#v=1&view=transition&data.covariance.values=1*999999", "data.covariance.values", ""],
    ["more trials than a page should run", "#v=1&view=transition&trials=999999999", "trials", 10_000],
  ])("mends %s and says so", (_, fragment, path, value) => {
    const { state, notices } = readUrl(fragment);
    expect(state.experiments.transition.settings[path]).toBe(value);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({ kind: "repaired", key: path });
  });

  it("has two rounds at least where the rounds are the axis", () => {
    const { state, notices } = readUrl("#v=1&view=generations&data.dim=3");
    expect(state.experiments.generations.settings).toMatchObject({ generations: 2, "data.dim": 3 });
    expect(notices).toEqual([{ kind: "repaired", key: "generations", given: "1", used: "2" }]);
    expect(readUrl("#v=1&view=transition&data.dim=3").notices).toEqual([]);
  });

  it.each([
    ["another version", "#v=2&view=transition&seed=9", "version"],
    ["no version", "#view=transition&seed=9", "version"],
    ["a million characters", `#v=1&view=transition&seed=${"9".repeat(1e6)}`, "long"],
    ["an unknown key", "#v=1&view=transition&__proto__=1", "unknown"],
    ["a key twice", "#v=1&view=transition&seed=2&seed=3", "repeated"],
    ["an unknown view", "#v=1&view=admin", "repaired"],
    ["an axis that is none", "#v=1&view=transition&x=trials:1:9:5", "repaired"],
    ["a broken axis", "#v=1&view=transition&x=a:b", "repaired"],
    ["an endless axis", "#v=1&view=transition&x=generator.errorRate:0:1:1e9", "repaired"],
    ["a series of everything", `#v=1&view=transition&series=samples:${"1,".repeat(500)}2`, "repaired"],
    ["a series along the axis", "#v=1&view=transition&series=generator.errorRate:0,1", "repaired"],
    ["settings that contradict one another", "#v=1&view=transition&learner.kind=logistic&learner.lambda=0", "conflict"],
    [
      "angles of no directions",
      "#v=1&view=geometry&generator.kind=linear&verifier.kind=linear&verifier.angleToGenerator=179",
      "conflict",
    ],
  ])("starts from what is valid of %s, and says so", (_, fragment, kind) => {
    const { state, notices } = readUrl(fragment);
    expect(notices.map((notice) => notice.kind)).toContain(kind);
    expect(conflictOf(state.experiments.transition)).toBeUndefined();
    expect(conflictOf(state.experiments.geometry)).toBeUndefined();
  });

  it("survives any text", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }),
        fc.constantFrom("#", "#v=1&view=transition&", "#v=1&x="),
        (text, head) => {
          const { state } = readUrl(head + text);
          expect(conflictOf(state.experiments.transition)).toBeUndefined();
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });
});

describe("the command", () => {
  it.each([...new Set(everyPreset)])("of the preset %s says only what the page changed", (name) => {
    const engine = preset(name).engine === undefined ? [] : ["engine=auto"];
    expect(overrides(presetExperiment(name))).toEqual(engine);
  });

  it("gives the page's scenario, setting for setting", () => {
    fc.assert(
      fc.property(anyExperiment, (experiment) => {
        const scenario = parseScenario(applyOverrides(preset(experiment.preset), overrides(experiment)));
        expect(scenario).toEqual(parseScenario(namedInput(experiment)));
      }),
      { seed: 13, numRuns: 150 },
    );
  });

  it("says a changed axis, and angles in degrees", () => {
    const base = presetExperiment("angles");
    const changed = { ...withSetting(base, "generator.angle", 55), series: null };
    expect(overrides(changed)).toEqual([
      "generator.angle=55deg",
      'sweep={"verifier.angle":{"from":"0deg","to":"180deg","steps":19}}',
      'plot={"x":"verifier.angle"}',
    ]);
  });
});
