import { describe, expect, it } from "vitest";
import type { CellResult } from "../../src/engine/result.js";
import { axisMarks } from "../../src/figure/marks.js";
import { parseScenario } from "../../src/model/scenario.js";
import { settleRange } from "../../web/model/axes.js";

describe("a range of an axis", () => {
  const range = { path: "generator.errorRate", from: 0.2, to: 0.4, steps: 3, scale: "linear" as const };

  it("has two ends that differ, after they were brought into the setting's range as well", () => {
    expect(settleRange(range)).toEqual(range);
    expect(settleRange({ ...range, from: 0.4 })).toBeNull();
    expect(settleRange({ ...range, from: 1.2, to: 3 })).toBeNull();
    expect(settleRange({ ...range, from: 0.4, to: 0.2 })).toEqual({ ...range, from: 0.4, to: 0.2 });
  });

  it("has from 2 to 201 points, and a logarithmic scale only above 0", () => {
    expect(settleRange({ ...range, steps: 1 })?.steps).toBe(2);
    expect(settleRange({ ...range, steps: 1000 })?.steps).toBe(201);
    expect(settleRange({ ...range, from: 0, scale: "log" })?.scale).toBe("linear");
    expect(settleRange({ ...range, scale: "log" })?.scale).toBe("log");
    expect(settleRange({ ...range, steps: Number.NaN })).toBeNull();
    expect(settleRange({ ...range, path: "learner.kind" })).toBeNull();
  });
});

describe("the mark of p⋆ on a curve of cells", () => {
  const scenario = parseScenario({ sweep: { "generator.errorRate": [0.2, 0.4] } });
  const axes = { x: "generator.errorRate", series: [] } as unknown as Parameters<typeof axisMarks>[2];
  /** Cells at these error rates, with these realised breakdown points. */
  const marks = (...cells: [x: number, breakdown: number | null][]) => {
    const points = cells.map(([x, breakdown]) => ({ x, cell: { breakdown } as CellResult }));
    return axisMarks([{ params: {}, points }] as unknown as Parameters<typeof axisMarks>[0], scenario, axes, false);
  };

  it("is where the error rate overtakes it, by a straight line between two cells", () => {
    // gaps 0.4 and −0.2: two thirds of the way
    expect(marks([0.2, 0.6], [0.8, 0.6])).toEqual([{ symbol: "p⋆", value: expect.closeTo(0.6, 12), series: [0] }]);
    expect(marks([0.2, 0.6], [0.5, null], [0.8, 0.6])[0]?.value).toBeCloseTo(0.6, 12);
    expect(marks([0.2, 0.6], [0.5, 0.5])[0]?.value).toBe(0.5);
  });

  it("is not where it overtakes the error rate, nor where they never meet", () => {
    expect(marks([0.2, 0.1], [0.8, 0.9])).toEqual([]);
    expect(marks([0.2, 0.1], [0.8, 0.7])).toEqual([]);
    expect(marks([0.2, 0.3], [0.8, 0.9])).toEqual([]);
  });
});
