import { describe, expect, it } from "vitest";
import { curveData, figureAxes } from "../../src/figure/series.js";
import { breakdown, collect, load } from "../../src/index.js";
import { cellId, Plan, planCells, settledScenario } from "../../src/model/cells.js";
import { applyOverrides } from "../../src/model/read.js";
import { parseScenario } from "../../src/model/scenario.js";
import { resultColumns } from "../../src/sweep/results/table.js";
import { refusal } from "./refusal.js";

const params = (input: object) => planCells(parseScenario(input)).map((cell) => Object.values(cell.params));

describe("zipped axes", () => {
  const zip = [{ samples: [10, 20, 30], "data.dim": [1, 2, 2] }];

  it("vary together, beside the other axes", () => {
    expect(params({ sweep: { zip, "generator.errorRate": [0.1, 0.2] } })).toEqual([
      [10, 1, 0.1],
      [10, 1, 0.2],
      [20, 2, 0.1],
      [20, 2, 0.2],
      [30, 2, 0.1],
      [30, 2, 0.2],
    ]);
    expect(params({ sweep: { "generator.errorRate": [0.1, 0.2], zip } })[1]).toEqual([0.1, 20, 2]);
  });

  it("may be ranges, of which equal points stay, and several groups", () => {
    const range = { from: 1, to: 3, steps: 5 };
    const fine = { from: 0.1, to: 0.5, steps: 5 };
    const sweep = {
      zip: [
        { samples: range, "generator.errorRate": fine },
        { seed: [1, 2], "data.dim": [5, 6] },
      ],
    };
    const rows = params({ sweep });
    expect(rows).toHaveLength(10);
    expect(rows.filter(([, , seed]) => seed === 1).map(([samples, p]) => [samples, p])).toEqual([
      [1, 0.1],
      [2, 0.2],
      [2, 0.3],
      [3, 0.4],
      [3, 0.5],
    ]);
  });

  it("are one group where each mapping has one path", () => {
    const [apart, joined] = [[{ samples: [1, 2] }, { seed: [3, 4] }], [{ samples: [1, 2], seed: [3, 4] }]];
    expect(parseScenario({ sweep: { zip: apart } })).toEqual(parseScenario({ sweep: { zip: joined } }));
  });

  it("give the cells the ids that they have alone, and a scenario that parses to itself", () => {
    const scenario = parseScenario({ sweep: { zip } });
    for (const { id, scenario: cell } of planCells(scenario)) expect(id).toBe(cellId(cell));
    expect(parseScenario(JSON.parse(JSON.stringify(scenario)))).toEqual(scenario);
  });

  it("keep what is left of them when one is set", () => {
    const draft = applyOverrides({ sweep: { zip: [{ samples: [1, 2], seed: [3, 4], "data.dim": [5, 6] }] } }, [
      "seed=9",
    ]);
    expect(params(draft)).toEqual([
      [1, 5],
      [2, 6],
    ]);
    expect(params(applyOverrides(draft, ["samples=7"]))).toEqual([[5], [6]]);
  });

  it("are columns of their own", () => {
    const names = resultColumns(parseScenario({ sweep: { zip, seed: [1, 2] } })).map(({ name }) => name);
    expect(names.slice(2, 5)).toEqual(["param:samples", "param:data.dim", "param:seed"]);
  });

  it("draw one curve, along the one that is asked for", () => {
    const scenario = parseScenario({ sweep: { zip: [{ samples: [10, 20], "learner.lambda": [1, 2] }], seed: [1, 2] } });
    expect(figureAxes(scenario)).toMatchObject({ x: "samples", series: ["seed"] });
    expect(figureAxes(scenario, { x: "learner.lambda" })).toMatchObject({ x: "learner.lambda", series: ["seed"] });
    expect(figureAxes(scenario, { x: "seed", series: "learner.lambda" })).toMatchObject({ series: ["learner.lambda"] });
  });

  it.each([
    [
      [{ samples: [1, 2], seed: [1, 2, 3] }],
      "sweep.zip[0].seed must be as long as samples, with which it is zipped (2 values; it has 3), got [1,2,3]",
    ],
    [
      [{ samples: [1, 2] }, { seed: [1, 2, 3] }],
      "sweep.zip[1].seed must be as long as samples, with which it is zipped (2 values; it has 3), got [1,2,3]",
    ],
    [
      [{ samples: [1, 2] }],
      'sweep.zip[0] must be a mapping of at least two paths to axes that vary together, got {"samples":[1,2]}',
    ],
    [[{}], "sweep.zip[0] must be a mapping of at least two paths to axes that vary together, got {}"],
    [
      [
        { samples: [1, 2], seed: [1, 2] },
        { seed: [3, 4], "data.dim": [1, 2] },
      ],
      "sweep.zip[1].seed must be in one group of zip only, got [3,4]",
    ],
    [
      [{ samples: [1, 1], seed: [1, 1] }],
      'sweep.zip[0] must be a list of points of which no two are equal, got {"samples":[1,1],"seed":[1,1]}',
    ],
    [{ samples: [1, 2] }, 'sweep.zip must be a list of groups of axes that vary together, got {"samples":[1,2]}'],
    [[{ samples: [1, 2], sed: [1, 2] }], "sweep.zip[0].sed is not a setting"],
    [[{ samples: [1, 0], seed: [1, 2] }], "sweep.zip[0].samples[1] must be in [1, 2^53 − 1], got 0"],
  ])("%j: %s", (groups, message) => {
    expect(refusal({ sweep: { zip: groups } }).message).toBe(message);
  });

  it("are not swept a second time", () => {
    const message = refusal({ sweep: { zip, samples: [4, 5] } }).message;
    expect(message).toBe("sweep.zip[0].samples must be swept in one place only, and zip has it too, got [10,20,30]");
  });

  it("name the cell and the place of a conflict", () => {
    const { message } = refusal({ learner: { lambda: 0 }, sweep: { zip: [{ "data.dim": [5, 50], samples: [9, 9] }] } });
    expect(message).toContain("learner.lambda must be above 0");
    expect(message).toContain("data.dim = 50, samples = 9");
  });
});

describe("a formula", () => {
  const value = (path: string, text: string, rest = {}) =>
    planCells(parseScenario({ ...rest, sweep: { [path]: [text] } }))[0].params[path];

  it.each([
    ["1/rows", { samples: 8, realSamples: 2 }, 0.1],
    ["2 - 1 - 0.5", {}, 0.5],
    ["2/4/2", {}, 0.25],
    ["1 + 2 * 3", {}, 7],
    ["-(1 - 3) * (2)", {}, 4],
    ["- -1", {}, 1],
    ["1e-3*data.dim", { data: { dim: 7 } }, 0.007],
    ["pi / 180deg", {}, 1],
    ["generator.errorRate*generator.errorRate", { generator: { errorRate: 0.5 } }, 0.25],
  ])("%s is computed from %j", (text, rest, expected) => {
    expect(value("learner.lambda", text, rest)).toBe(expected);
  });

  it("reads swept settings in each cell, zipped ones and other formulas too", () => {
    const sweep = {
      "learner.lambda": ["verifier.psi / samples"],
      "verifier.psi": ["generator.errorRate"],
      zip: [{ samples: [10, 20], "generator.errorRate": [0.5, 0.25] }],
    };
    expect(params({ sweep })).toEqual([
      [0.05, 0.5, 10, 0.5],
      [0.0125, 0.25, 20, 0.25],
    ]);
  });

  it("gives a whole number where the setting takes no other, and radians for an angle", () => {
    expect(value("samples", "2.4 * data.dim", { data: { dim: 4 } })).toBe(10);
    expect(value("verifier.angle", "180deg - generator.angle", { generator: { angle: "40deg" } })).toBeCloseTo(
      (140 / 180) * Math.PI,
      15,
    );
  });

  it("may stand among other values, and each is a curve", async () => {
    const scenario = parseScenario({
      trials: 1,
      sweep: { "data.dim": [5, 10], samples: ["2*data.dim", "4*data.dim", 30] },
    });
    const cells: number[][] = [];
    for (const { params: at } of planCells(scenario)) cells.push(Object.values(at) as number[]);
    expect(cells).toEqual([
      [5, 10],
      [5, 20],
      [5, 30],
      [10, 20],
      [10, 40],
      [10, 30],
    ]);
    const { cells: cellResults } = await collect(await load(), scenario);
    const axes = figureAxes(scenario, { x: "data.dim" });
    expect(axes).not.toBeNull();
    const { series } = curveData(cellResults, scenario, axes as NonNullable<typeof axes>, "accuracy");
    expect(series.map(({ label, points }) => [label, points.length])).toEqual([
      ["N = 2*data.dim", 2],
      ["N = 4*data.dim", 2],
      ["N = 30", 2],
    ]);
  });

  it("gives cells the ids of the same values written out", () => {
    const written = planCells(parseScenario({ sweep: { samples: [10, 40] } }));
    const plan = new Plan(parseScenario({ sweep: { samples: ["data.dim/5", "0.8*data.dim"] } }));
    expect([...plan].map(({ id }) => id)).toEqual(written.map(({ id }) => id));
  });

  it("as the learner's penalty is short for a sweep of that one value, which an own sweep and --set replace", () => {
    const short = parseScenario({ learner: { kind: "ridge", lambda: "1/rows" }, samples: 50 });
    expect(short.sweep).toEqual({ "learner.lambda": ["1/rows"] });
    expect(parseScenario(JSON.parse(JSON.stringify(short)))).toEqual(short);
    expect(planCells(short)[0].scenario.learner.lambda).toBe(0.02);
    expect(settledScenario(short).learner.lambda).toBe(0.02);
    const swept = { learner: { lambda: "1/rows" }, sweep: { "learner.lambda": [1, 2] } };
    expect(params(swept)).toEqual([[1], [2]]);
    expect(parseScenario(applyOverrides(short, ["learner.lambda=3"])).learner.lambda).toBe(3);
  });

  it("is not a curve of its own, and breakdown answers for what it gives", async () => {
    const scenario = parseScenario({
      learner: { lambda: "10/rows" },
      samples: 100,
      sweep: { "generator.errorRate": [0.1, 0.2] },
    });
    expect(figureAxes(scenario)).toMatchObject({ x: "generator.errorRate", series: [] });
    const core = await load();
    const plain = parseScenario({ learner: { lambda: 0.1 }, samples: 100 });
    const [follows, fixed] = [scenario, plain].map((one) => breakdown(core, { scenario: one }));
    expect(follows).toEqual(fixed);
  });

  it.each([
    ["learner.lambda", "1/row", "a formula of other settings, such as 1/rows (row is not a setting with a number)"],
    [
      "learner.lambda",
      "1/verifier.kind",
      "a formula of other settings, such as 1/rows (verifier.kind is not a setting with a number)",
    ],
    ["learner.lambda", "1/(rows", "a formula of other settings, such as 1/rows (it cannot be read at character 8)"],
    ["learner.lambda", "1 + + 2", "a formula of other settings, such as 1/rows (it cannot be read at character 4)"],
    ["learner.lambda", "rows!", "a number of at least 0"],
    [
      "learner.lambda",
      `${"(".repeat(40)}1${")".repeat(40)}`,
      "a formula of other settings, such as 1/rows (it cannot be read at character 22)",
    ],
    ["learner.lambda", `1${"+1".repeat(100)}`, "a formula of other settings, such as 1/rows (it is too long)"],
    ["samples", "many", "an integer in [1, 2^53 − 1]"],
  ])("%s: %s must be %s", (path, text, expected) => {
    expect(refusal({ sweep: { [path]: [text] } }).message).toContain(
      `sweep.${path}[0] must be ${expected}, got "${text.slice(0, 50)}`,
    );
  });

  it("must give what the setting takes, in every cell", () => {
    const low = refusal({
      sweep: { "learner.lambda": ["1 - generator.errorRate*2"], "generator.errorRate": [0.1, 0.9] },
    });
    expect(low.message).toBe(
      "sweep.learner.lambda[0] must be at least 0, got -0.8, in the cell learner.lambda = -0.8, generator.errorRate = 0.9",
    );
    const none = refusal({ sweep: { "learner.lambda": ["verifier.phi0"] } });
    expect(none.message).toContain("sweep.learner.lambda[0] must be");
    expect(refusal({ sweep: { "learner.lambda": ["1/realSamples"] } }).message).toContain("got Infinity");
  });

  it("must not depend on itself, or give a value that is there already", () => {
    const circle = { "verifier.phi": ["verifier.psi"], "verifier.psi": ["verifier.phi"] };
    expect(refusal({ sweep: circle }).message).toContain("must be a formula that does not depend on its own value");
    const twice = refusal({ sweep: { "data.dim": [5, 10], samples: ["2*data.dim", 20] } });
    expect(twice.message).toContain("sweep.samples[1] must be unlike the values before it, got 20");
  });
});
