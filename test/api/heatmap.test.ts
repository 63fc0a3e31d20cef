import { describe, expect, it } from "vitest";
import { gridAxis, zeroContour } from "../../src/figure/grid.js";
import { heatmapFigure, type Tile } from "../../src/figure/heatmap.js";
import { collect, load, parseScenario, type ScenarioInput } from "../../src/index.js";

const INPUT: ScenarioInput = {
  engine: "theory",
  verifier: { kind: "bernoulli", phi: 0.8 },
  sweep: {
    "generator.errorRate": { from: 0, to: 1, steps: 21 },
    "verifier.psi": { from: 0, to: 1, steps: 11 },
  },
};

/** The points of the line p = p⋆, without the gaps between its pieces. */
function lineOf(figure: ReturnType<typeof heatmapFigure>): { x: number; y: number }[] {
  return (figure.data.datasets[1].data as { x: number; y: number }[]).filter(({ x }) => !Number.isNaN(x));
}

describe("a heat map", () => {
  it("has a tile for each cell, in its place", async () => {
    const { cells, config } = await collect(await load(), INPUT);
    const figure = heatmapFigure(cells, config, { x: "generator.errorRate", rows: "verifier.psi" });
    const tiles = figure.data.datasets[0].data as Tile[];
    expect(tiles).toHaveLength(21 * 11);
    for (const { column, row, value } of tiles) {
      const cell = cells.find(
        ({ params }) =>
          params["generator.errorRate"] === Number((column / 20).toPrecision(12)) &&
          params["verifier.psi"] === Number((row / 10).toPrecision(12)),
      );
      expect(value).toBe(cell?.accuracy.mean);
    }
    // the tiles meet, and the axis holds them
    expect(tiles[0]).toMatchObject({ x: -0.025, y: 0.05 });
    expect(figure.options?.scales?.x).toMatchObject({ min: -0.025, max: 1.025, reverse: false });
  });

  it("has the line on which p is φ/(φ+ψ), also from what the cells say alone", async () => {
    const { cells, config } = await collect(await load(), INPUT);
    for (const known of [true, false]) {
      const figure = heatmapFigure(cells, config, { x: "generator.errorRate", rows: "verifier.psi", known });
      const line = lineOf(figure);
      expect(line.length).toBeGreaterThan(20);
      // between two points of the grid p⋆ is bent by less than 0.1²/8 · |d²p⋆/dψ²|, at most 2/φ² ≈ 3.1
      for (const { x, y } of line) expect(Math.abs(x - 0.8 / (0.8 + y))).toBeLessThan(0.004);
    }
  });

  it("of few tiles has the whole line, and the computed values along its sides", async () => {
    const { cells, config } = await collect(await load(), {
      engine: "theory",
      verifier: { kind: "bernoulli", phi: 0.8 },
      sweep: {
        "generator.errorRate": { from: 0.1, to: 0.9, steps: 4 },
        "verifier.psi": { from: 0.1, to: 0.9, steps: 4 },
      },
    });
    const figure = heatmapFigure(cells, config, { x: "generator.errorRate", rows: "verifier.psi" });
    const line = lineOf(figure);
    // pieces of 1/64 of the side: the curve is bent by less than (1/64)²/8 · 3.1 between their ends
    for (const { x, y } of line) expect(Math.abs(x - 0.8 / (0.8 + y))).toBeLessThan(1e-4);
    // from edge to edge of the picture, as far as ψ is a share: the tiles reach from −0.033 to 1.033
    expect(Math.min(...line.map(({ y }) => y))).toBe(0);
    expect(Math.max(...line.map(({ y }) => y))).toBe(1);
    const { ticks } = gridAxis(config, "verifier.psi").range;
    expect(ticks.map(({ label }) => label)).toEqual(["0.1", "0.3667", "0.6333", "0.9"]);
    expect(ticks.map(({ value }) => value)).toEqual(gridAxis(config, "verifier.psi").centres);
  });

  it("writes round numbers beside tiles that are too narrow for their own", () => {
    const scenario = parseScenario({ sweep: { "generator.errorRate": [0, 0.01, 0.9] } });
    expect(gridAxis(scenario, "generator.errorRate").range.ticks.length).toBeGreaterThan(3);
  });

  it.each([
    [8, true],
    [9, false],
  ])("writes beside each of at most eight tiles its own value: of %i, %s", (steps, own) => {
    const values = Array.from({ length: steps }, (_, i) => 0.05 + i / 10);
    const { centres, range } = gridAxis(
      parseScenario({ sweep: { "generator.errorRate": values } }),
      "generator.errorRate",
    );
    expect(centres).toHaveLength(steps);
    const written = range.ticks.map(({ value }) => value);
    expect(JSON.stringify(written) === JSON.stringify(centres)).toBe(own);
  });

  it("has words and angles along its sides, and no line between words", async () => {
    const { cells, config } = await collect(await load(), {
      engine: "theory",
      sweep: { "verifier.kind": ["none", "oracle"], "verifier.angle": { from: "0deg", to: "90deg", steps: 4 } },
    });
    const figure = heatmapFigure(cells, config, { x: "verifier.kind", rows: "verifier.angle" });
    expect(lineOf(figure)).toEqual([]);
    expect(gridAxis(config, "verifier.kind").range.ticks.map(({ label }) => label)).toEqual(["none", "oracle"]);
    expect(gridAxis(config, "verifier.angle").centres).toEqual([0, 30, 60, 90]);
  });

  it("shows 150 values of more, the first and the last among them", () => {
    const scenario = parseScenario({ sweep: { samples: { from: 10, to: 10_000, steps: 1000, scale: "log" } } });
    const axis = gridAxis(scenario, "samples");
    expect(axis.texts).toHaveLength(150);
    expect([axis.texts[0], axis.texts[149]]).toEqual(["10", "10000"]);
    expect(axis.range.scale).toBe("log");
    for (const [i, centre] of axis.centres.entries()) {
      expect(axis.edges[i]).toBeLessThan(centre);
      expect(axis.edges[i + 1]).toBeGreaterThan(centre);
    }
  });
});

describe("the contour of zero", () => {
  it("of a circle is the circle", () => {
    const at = Array.from({ length: 41 }, (_, i) => i / 20 - 1);
    const segments = zeroContour(at, at, (i, j) => at[i] ** 2 + at[j] ** 2 - 0.5);
    expect(segments.length).toBeGreaterThan(50);
    for (const [x0, y0, x1, y1] of segments) {
      // a chord of a grid of 0.05 is off by less than 0.05²
      for (const radius of [Math.hypot(x0, y0), Math.hypot(x1, y1)])
        expect(Math.abs(radius - Math.SQRT1_2)).toBeLessThan(0.0025);
    }
  });

  it("breaks off where there is no value", () => {
    const value = (i: number) => (i === 1 ? Number.NaN : i - 0.5);
    expect(zeroContour([0, 1, 2], [0, 1], value)).toEqual([]);
  });
});
