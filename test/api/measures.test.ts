import { describe, expect, it } from "vitest";
import { curveFigure } from "../../src/figure/curve.js";
import { heatmapFigure } from "../../src/figure/heatmap.js";
import { measured, measures } from "../../src/figure/series.js";
import { collect, load } from "../../src/index.js";
import { parseScenario } from "../../src/model/scenario.js";

describe("every measure can be shown", () => {
  const input = {
    data: { dim: 20 },
    samples: 100,
    trials: 4,
    sweep: { "generator.errorRate": [0.1, 0.5, 0.9], "verifier.kind": ["none", "oracle"] },
  } as const;

  it("along an axis and as tiles, inside the range of its axis", async () => {
    const { cells } = await collect(await load(), input as never);
    const scenario = parseScenario(input);
    for (const y of measures) {
      const values = cells.map((cell) => measured(cell, y).mean).filter((value) => value !== null);
      expect(values.length).toBeGreaterThan(y === "breakdown" ? 3 : 5);
      const curve = curveFigure(cells, scenario, { y });
      const axis = curve?.options?.scales?.y as { min: number; max: number };
      for (const value of values) {
        expect(value).toBeGreaterThanOrEqual(axis.min);
        expect(value).toBeLessThanOrEqual(axis.max);
      }
      const tiles = heatmapFigure(cells, scenario, { x: "generator.errorRate", rows: "verifier.kind", y });
      const shown = tiles.data.datasets[0]?.data.map((tile) => (tile as { value: number | null }).value);
      expect(shown?.filter((value) => value !== null).toSorted()).toEqual(values.toSorted());
    }
  });

  it("of results that lack the newer ones as nothing", async () => {
    const { cells } = await collect(await load(), input as never);
    const [{ norm, risk, calibration, ...older }] = cells as [(typeof cells)[number]];
    expect([norm, risk, calibration].every((one) => typeof one?.mean === "number")).toBe(true);
    expect(measured(older, "norm")).toEqual({ mean: null, se: null });
    expect(measured(older, "kept").mean).toBe(1);
  });
});
