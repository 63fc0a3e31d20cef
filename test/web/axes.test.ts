import { describe, expect, it } from "vitest";
import type { CellResult } from "../../src/engine/result.js";
import { axisMarks } from "../../src/figure/marks.js";
import type { Measure } from "../../src/figure/series.js";
import { load, planCells, theory } from "../../src/index.js";
import { parseScenario, type ScenarioInput } from "../../src/model/scenario.js";
import { settleRange } from "../../web/model/axes.js";
import { CELLS, placesOf, planeCommand, planeInput, rowsAlong, scaleOf, shownOf } from "../../web/model/plane.js";
import { initialExperiment } from "../../web/model/state.js";

describe("the plane of hard and easy rows", () => {
  it("is the difference of two theories, cell by cell", async () => {
    const core = await load();
    const start = initialExperiment("diagram");
    const experiment = {
      ...start,
      settings: { ...start.settings, "data.dim": 20, "verifier.keep": 0.3, "verifier.angle": 10 },
    };
    const input = planeInput("difficulty", experiment);
    const answers = theory(core, input);
    expect(answers).toHaveLength(2 * CELLS * CELLS);
    const column = (name: "accuracy" | "breakdown" | "errorRate") =>
      Float64Array.from(answers, (one) => one[name] ?? Number.NaN);
    const shown = shownOf("difficulty", {
      accuracy: column("accuracy"),
      breakdown: column("breakdown"),
      errorRate: column("errorRate"),
    });
    const { x, y } = placesOf("difficulty", experiment);
    const rows = rowsAlong(experiment);
    for (const [i, j] of [
      [0, 0],
      [50, 0],
      [20, 17],
      [3, 50],
    ] as const) {
      expect(Math.abs(Math.log2(rows[i] / 20) - x[i])).toBeLessThan(0.08); // rounded to whole rows
      const one = (kind: string) => {
        const { accuracy } = theory(core, {
          ...input,
          sweep: undefined,
          plot: undefined,
          samples: rows[i],
          generator: { kind: "linear", angle: `${y[j]}deg` },
          verifier: { kind, angle: "10deg", keep: 0.3 },
        } as ScenarioInput)[0];
        return accuracy as number;
      };
      expect(shown.accuracy[j * CELLS + i]).toBeCloseTo(one("keep-hard") - one("keep-easy"), 12);
    }
    expect(shown.accuracy[CELLS - 1]).toBeGreaterThan(0);
    expect(shown.accuracy[0]).toBeLessThan(0);
    const { middle, max } = scaleOf("difficulty", shown.accuracy);
    expect(middle).toBe(0);
    expect(Math.max(...shown.accuracy.map(Math.abs))).toBeLessThanOrEqual(max);
  });

  it("has more rows at every step, however few dimensions", () => {
    const start = initialExperiment("diagram");
    const rows = rowsAlong({ ...start, settings: { ...start.settings, "data.dim": 1 } });
    expect(rows.every((count, i) => Number.isInteger(count) && count > (rows[i - 1] ?? 0))).toBe(true);
    expect(
      planCells(parseScenario(planeInput("difficulty", { ...start, settings: { ...start.settings, "data.dim": 3 } }))),
    ).toHaveLength(2 * CELLS * CELLS);
  });

  it("is commanded by what pstar run takes", () => {
    expect(planeCommand("difficulty", initialExperiment("diagram"))).toMatch(
      /^pstar run phase-transition .*"verifier\.kind":\["keep-hard","keep-easy"\]/,
    );
  });
});

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
