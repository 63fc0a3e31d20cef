import { describe, expect, it } from "vitest";
import type { CellResult } from "../../src/engine/result.js";
import { axisMarks } from "../../src/figure/marks.js";
import type { Measure } from "../../src/figure/series.js";
import { parseScenario, type ScenarioInput } from "../../src/model/scenario.js";
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

describe("the marks on a curve of cells", () => {
  const axes = { x: "generator.errorRate", series: [], logarithmic: false };
  const scenario = parseScenario({ sweep: { "generator.errorRate": [0.2, 0.4] } });
  /** A curve through these points. */
  const marks = (
    points: [x: number, y: number | null][],
    of = scenario,
    known = true,
    measure: Measure = "accuracy",
  ) => {
    const one = { label: "", params: {}, points: points.map(([x, y]) => ({ x, y, se: null, cell: {} as CellResult })) };
    return axisMarks([one], of, axes, known, measure);
  };
  const at = (value: number, symbol = "½ at p") => [{ symbol, value: expect.closeTo(value, 12), series: [0] }];

  it("are where the curve crosses chance, by a straight line between two cells", () => {
    // 0.3 above and 0.1 below: three quarters of the way
    expect(
      marks(
        [
          [0.2, 0.8],
          [0.6, 0.4],
        ],
        scenario,
        false,
      ),
    ).toEqual(at(0.5));
    expect(
      marks(
        [
          [0.2, 0.8],
          [0.5, 0.5],
          [0.8, 0.4],
        ],
        scenario,
        false,
      ),
    ).toEqual(at(0.5));
    expect(
      marks(
        [
          [0.2, 0.2],
          [0.6, -0.2],
        ],
        scenario,
        false,
        "cosine",
      ),
    ).toEqual(at(0.4, "0 at p"));
  });

  it("are not where it does not, nor in a gap, and points that cross twice say nothing", () => {
    expect(
      marks(
        [
          [0.2, 0.8],
          [0.8, 0.7],
        ],
        scenario,
        false,
      ),
    ).toEqual([]);
    expect(
      marks(
        [
          [0.2, 0.8],
          [0.5, null],
          [0.8, 0.2],
        ],
        scenario,
        false,
      ),
    ).toEqual([]);
    expect(
      marks(
        [
          [0.2, 0.8],
          [0.4, 0.4],
          [0.8, 0.6],
        ],
        scenario,
        false,
      ),
    ).toEqual([]);
  });

  it("are p⋆ only if every learner crosses chance there", () => {
    const curve: [number, number][] = [
      [0, 0.9],
      [0.6, 0.8],
      [0.8, 0.2],
    ];
    const of = (input: ScenarioInput) =>
      marks(curve, parseScenario({ ...input, sweep: { "generator.errorRate": [0, 1] } }));
    const verifier = { kind: "bernoulli", phi: 0.8, psi: 0.2 } as const;
    expect(of({ verifier })).toEqual(at(0.8, "p⋆"));
    const crossing = at(0.7);
    expect(of({ verifier, realSamples: 100 })).toEqual(crossing);
    expect(of({ verifier, generations: 3 })).toEqual(crossing);
    expect(of({ verifier: { kind: "linear" } })).toEqual(crossing);
    expect(of({ verifier: { kind: "top" } })).toEqual(crossing);
    expect(of({ verifier: { kind: "learned" } })).toEqual(crossing);
  });
});
