import { describe, expect, it } from "vitest";
import { cellId, idWords, Plan, planCells } from "../../src/model/cells.js";
import { parseScenario } from "../../src/model/scenario.js";
import { axisValues } from "../../src/model/sweep.js";
import { refusal } from "./refusal.js";

const cells = (sweep: Record<string, unknown>, rest = {}) => planCells(parseScenario({ ...rest, sweep }));
const points = (path: string, axis: unknown) => cells({ [path]: axis }).map(({ params }) => params[path]);

describe("a range", () => {
  it("gives 0.3 itself on the 21 steps from 0 to 1", () => {
    const grid = points("generator.errorRate", { from: 0, to: 1, steps: 21 });
    expect(grid).toEqual(Array.from({ length: 21 }, (_, i) => i / 20));
    expect(grid[6]).toBe(0.3);
  });

  it("gives short decimals where they are meant", () => {
    expect(points("generator.errorRate", { from: 0.1, to: 0.9, steps: 9 })).toEqual([
      0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9,
    ]);
  });

  it("may fall", () => {
    expect(points("generator.errorRate", { from: 1, to: 0, steps: 3 })).toEqual([1, 0.5, 0]);
  });

  it("takes angles as text", () => {
    expect(points("verifier.angle", { from: "0deg", to: "180deg", steps: 3 })).toEqual([0, Math.PI / 2, Math.PI]);
  });

  it("is even in ratio on a log scale", () => {
    expect(points("learner.lambda", { from: 1e-4, to: 1, steps: 5, scale: "log" })).toEqual([1e-4, 1e-3, 1e-2, 0.1, 1]);
    expect(points("learner.lambda", { from: 100, to: 1, steps: 5, scale: "log" })).toEqual([
      100, 31.6227766017, 10, 3.16227766017, 1,
    ]);
  });

  it("is rounded where the setting is a whole number, and equal points are merged", () => {
    expect(points("samples", { from: 100, to: 100_000, steps: 13, scale: "log" })).toEqual([
      100, 178, 316, 562, 1000, 1778, 3162, 5623, 10_000, 17_783, 31_623, 56_234, 100_000,
    ]);
    expect(points("samples", { from: 1, to: 10, steps: 30, scale: "log" })).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it.each([
    [{ from: 0, to: 1.2, steps: 3 }, "sweep.generator.errorRate.to must be in [0, 1], got 1.2"],
    [{ from: 0, to: 1, steps: 1 }, "sweep.generator.errorRate.steps must be an integer in [2, 1000000], got 1"],
    [{ from: 0, to: 1 }, "sweep.generator.errorRate.steps must be an integer in [2, 1000000], got undefined"],
    [{ from: 0.5, to: 0.5, steps: 3 }, "sweep.generator.errorRate.to must be other than from, got 0.5"],
    [
      { from: 0, to: 1, steps: 3, scale: "log" },
      "sweep.generator.errorRate.from must be above 0 on a log scale, got 0",
    ],
    [
      { from: 5e-324, to: 1, steps: 3, scale: "log" },
      "sweep.generator.errorRate.to must be within 300 decades of from, got 1",
    ],
    [
      { from: 0, to: 1, step: 3, steps: 3 },
      "sweep.generator.errorRate.step is not a setting; did you mean sweep.generator.errorRate.steps?",
    ],
    [0.5, "sweep.generator.errorRate must be a list of values, or a range {from, to, steps}, got 0.5"],
    [[], "sweep.generator.errorRate must be a list of at least one value, got []"],
    [[0.1, 0.2, 1.3], "sweep.generator.errorRate[2] must be in [0, 1], got 1.3"],
    [[0.1, 0.2, 0.1], "sweep.generator.errorRate[2] must be unlike the values before it, got 0.1"],
  ])("%j: %s", (axis, message) => {
    expect(refusal({ sweep: { "generator.errorRate": axis } }).message).toBe(message);
  });

  it("has no meaning between words", () => {
    const error = refusal({ sweep: { "verifier.kind": { from: "none", to: "oracle", steps: 3 } } });
    expect(error.message).toContain("sweep.verifier.kind must be a list of values, got");
  });
});

describe("the cells of a plan", () => {
  it("are one without a sweep", () => {
    const scenario = parseScenario({ name: "one", description: "cell", trials: 3 });
    const { name, description, ...settings } = scenario;
    expect(planCells(scenario)).toEqual([{ index: 0, id: cellId(settings), params: {}, scenario: settings }]);
  });

  it("go through the grid with the last path fastest, in the order written", () => {
    const grid = cells({ samples: [10, 20], "generator.errorRate": [0.1, 0.2, 0.3] });
    expect(grid.map(({ params }) => Object.values(params))).toEqual([
      [10, 0.1],
      [10, 0.2],
      [10, 0.3],
      [20, 0.1],
      [20, 0.2],
      [20, 0.3],
    ]);
    const other = cells({ "generator.errorRate": [0.1, 0.2], samples: [10, 20] });
    expect(other.map(({ params }) => Object.values(params))).toEqual([
      [0.1, 10],
      [0.1, 20],
      [0.2, 10],
      [0.2, 20],
    ]);
  });

  it("are whole scenarios, which parse to themselves", () => {
    for (const { scenario, params } of cells({
      "data.covariance": ["identity", { kind: "power-law", exponent: 1 }],
      seed: [1, 2],
    })) {
      expect(parseScenario(scenario)).toEqual(scenario);
      expect(scenario.data.covariance).toEqual(params["data.covariance"]);
      expect(scenario.seed).toBe(params.seed);
    }
  });

  it("are named by what they compute: not by the sweep, the trials or the title they stand under", () => {
    const [first, second] = cells({ "generator.errorRate": [0.1, 0.3] }, { name: "a", trials: 5 });
    const [alone] = planCells(parseScenario({ generator: { errorRate: 0.3 }, plot: { x: "samples" } }));
    expect(second.id).toBe(alone.id);
    expect(first.id).not.toBe(alone.id);
    expect(cells({ seed: [1, 2] })[0].id).not.toBe(cells({ seed: [1, 2] })[1].id);
  });

  it("have ids of 64 bits that stay the same", () => {
    const [{ id }] = planCells(parseScenario({}));
    expect(id).toBe("3314d17b42522b90"); // Python’s json and hashlib give the same
    expect(
      idWords(id)
        .map((word) => word.toString(16).padStart(8, "0"))
        .join(""),
    ).toBe(id);
  });

  it("are made one by one where they are many", () => {
    const range = { from: 0, to: 1, steps: 1000 };
    const plan = new Plan(parseScenario({ sweep: { "generator.errorRate": range, "verifier.phi": range } }));
    expect(plan.length).toBe(1_000_000);
    const { id, params, scenario } = plan.cell(999_999);
    expect(params).toEqual({ "generator.errorRate": 1, "verifier.phi": 1 });
    expect(id).toBe(cellId(scenario));
  });

  it("are at most a million, and the error says how many were asked for", () => {
    const error = refusal({
      sweep: { samples: { from: 1, to: 2000, steps: 2000 }, seed: { from: 1, to: 1000, steps: 1000 } },
    });
    expect(error).toMatchObject({ field: "sweep", got: 2_000_000 });
    expect(error.message).toBe("sweep must be a grid of at most 1000000 cells, got 2000000");
  });
});

describe("a cell that is not valid", () => {
  it("is named by the place in the sweep that brought it about", () => {
    const error = refusal({ samples: 10, sweep: { "learner.lambda": [1, 0] } });
    expect(error.field).toBe("sweep.learner.lambda[1]");
    expect(error.message).toBe(
      "sweep.learner.lambda[1] must be above 0, as 10 rows cannot determine 50 weights, got 0, in the cell learner.lambda = 0",
    );
  });

  it("is named by its parameters where the fault lies in a setting that is not swept", () => {
    const error = refusal({ learner: { lambda: 0 }, sweep: { "generator.errorRate": [0, 1], samples: [100, 10] } });
    expect(error.field).toBe("learner.lambda");
    expect(error.message).toContain("in the cell samples = 10");
  });

  it("does not take verifier.angle for verifier.angleToGenerator", () => {
    const error = refusal({
      generator: { kind: "linear", angle: "10deg" },
      verifier: { kind: "linear", angleToGenerator: "50deg" },
      sweep: { "verifier.angle": ["50deg", "10deg"] },
    });
    expect(error.field).toBe("verifier.angleToGenerator");
  });

  it("is looked for in the cells alone: what the sweep replaces need not be valid", () => {
    expect(() => parseScenario({ samples: 10, learner: { lambda: 0 }, sweep: { samples: [50, 60] } })).not.toThrow();
  });
});

describe("the points of a range that is asked again", () => {
  it("are those of its settings as they are by then", () => {
    const range = { from: 0, to: 1, steps: 3, scale: "linear" as const };
    expect(axisValues(range, false)).toEqual([0, 0.5, 1]);
    expect(axisValues(range, false)).toBe(axisValues(range, false));
    expect(axisValues(range, true, true)).toEqual([0, 1, 1]);
    expect(axisValues(range, true)).toEqual([0, 1]);
    range.steps = 2;
    expect(axisValues(range, false)).toEqual([0, 1]);
    range.to = 2;
    expect(axisValues(range, false)).toEqual([0, 2]);
  });
});
