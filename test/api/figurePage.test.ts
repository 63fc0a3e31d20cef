import { describe, expect, it } from "vitest";
import type { CellResult } from "../../src/engine/result.js";
import { type CurveDatum, type CurveOptions, curveFigure } from "../../src/figure/curve.js";
import { english, type FigureWords } from "../../src/figure/labels.js";
import { planeFigure } from "../../src/figure/plane.js";
import type { TheoryLine } from "../../src/figure/series.js";
import { parseScenario } from "../../src/model/scenario.js";

const scenario = parseScenario({
  verifier: { phi: 0.8, psi: 0.2 },
  sweep: { "verifier.kind": ["none", "bernoulli"], "generator.errorRate": { from: 0, to: 1, steps: 3 } },
});

const lines: TheoryLine[] = ["none", "bernoulli"].map((kind, i) => ({
  params: { "verifier.kind": kind },
  x: [0, 0.25, 0.5, 0.75, 1],
  y: [0.9, 0.8 + i / 10, 0.5, null, 0.1],
}));

function figure(options: CurveOptions, cells: CellResult[] = []) {
  const config = curveFigure(cells, scenario, options);
  if (config === null) throw new Error("no figure");
  return config;
}

/** The options of a figure that surely has them. */
function partsOf<T>(config: { options?: { plugins?: unknown; scales?: unknown } }, part: "plugins" | "scales"): T {
  return config.options?.[part] as T;
}

const valuesOf = (points: unknown) => (points as CurveDatum[]).map(({ x, y }) => [x, y]);

interface Annotated {
  annotation: { annotations: Record<string, { value: number }> };
}

describe("a figure of the theory before there are points", () => {
  const config = figure({ theory: lines });

  it("has the lines with their own places, in the colours of their series", () => {
    const { datasets } = config.data;
    expect(datasets).toHaveLength(4);
    expect(datasets.map(({ label }) => label)).toEqual(["no verifier", "bernoulli, φ = 0.8, ψ = 0.2", "", ""]);
    expect(datasets.slice(0, 2).map(({ data }) => data)).toEqual([[], []]);
    expect(valuesOf(datasets[3]?.data)).toEqual([
      [0, 0.9],
      [0.25, 0.9],
      [0.5, 0.5],
      [0.75, Number.NaN],
      [1, 0.1],
    ]);
    expect(datasets[3]?.borderColor).toBe(datasets[1]?.borderColor);
  });

  it("marks p⋆, and spans the axis of the lines", () => {
    const { x, breakdown } = partsOf<Record<string, { min: number; max: number }>>(config, "scales");
    expect([x?.min, x?.max]).toEqual([0, 1]);
    expect([breakdown?.min, breakdown?.max]).toEqual([0, 1]);
    const { annotation } = partsOf<Annotated>(config, "plugins");
    expect(Object.values(annotation.annotations).map(({ value }) => value)).toEqual([0.5, 0.8, 0.5]);
  });

  it("says that its lines are theory, and nothing of bars", () => {
    const { text } = partsOf<{ subtitle: { text: string[] } }>(config, "plugins").subtitle;
    expect(text.join(" ")).toContain("line: theory");
    expect(text.join(" ")).not.toContain("bars");
  });
});

describe("a figure within a page", () => {
  it("is without title, subtitle and ground", () => {
    const config = figure({ theory: lines, bare: true });
    const { title, subtitle } = partsOf<Record<"title" | "subtitle", { display: boolean }>>(config, "plugins");
    expect([title.display, subtitle.display]).toEqual([false, false]);
    expect(config.plugins).toEqual([]);
  });

  it("hides what is right of a place on the axes of the whole, and points there", () => {
    const config = figure({ theory: lines, until: 0.5, at: 0.5 });
    expect(valuesOf(config.data.datasets[2]?.data).map(([, y]) => y)).toEqual([0.9, 0.8, 0.5, Number.NaN, Number.NaN]);
    const { x } = partsOf<Record<string, { max: number }>>(config, "scales");
    expect(x?.max).toBe(1);
    const { annotation } = partsOf<Annotated>(config, "plugins");
    expect(annotation.annotations.place?.value).toBe(0.5);
  });

  it("has fewer labels where it is narrow", () => {
    const ticks = (width: number) => {
      const axis = figure({ theory: lines, width, fontSize: 11 }).options?.scales?.x as unknown as {
        afterBuildTicks(scale: { ticks: unknown[] }): void;
      };
      const scale = { ticks: [] as unknown[] };
      axis.afterBuildTicks(scale);
      return scale.ticks.length;
    };
    expect(ticks(1200)).toBe(11);
    expect(ticks(320)).toBe(6);
    expect(ticks(200)).toBeLessThan(6);
  });

  it("speaks the language that it is given", () => {
    const words: FigureWords = {
      ...english,
      paths: { ...english.paths, "generator.errorRate": { symbol: "q", title: "taux d'erreur" } },
      values: { bernoulli: "Bernoulli" },
      measures: { ...english.measures, accuracy: "exactitude" },
      chance: "hasard",
      noVerifier: "sans vérificateur",
    };
    const config = figure({ theory: lines, words });
    const { data } = config;
    expect(data.datasets[0]?.label).toBe("sans vérificateur");
    expect(data.datasets[1]?.label).toBe("Bernoulli, φ = 0.8, ψ = 0.2");
    const scales = partsOf<Record<string, { title: { text: string } }>>(config, "scales");
    expect([scales.x?.title.text, scales.y?.title.text]).toEqual(["Taux d'erreur", "Exactitude"]);
  });
});

describe("planeFigure", () => {
  const plane = {
    x: { values: [0, 0.5, 1], title: "p" },
    y: { values: [0, 1], title: "ψ/φ" },
    accuracy: [1, 0.5, 0, 1, Number.NaN, 0],
    half: [[0.5, 0, 0.4, 1]] as const,
    // out of order, and one of them the other way round: pieces of one line, and one that touches nothing
    breakdown: [
      [0.5, 0, 0.4, 0.2],
      [0.1, 0.9, 0.2, 0.6],
      [0.2, 0.6, 0.4, 0.2],
      [0.9, 0.1, 0.8, 0.2],
    ] as const,
    chosen: { column: 2, row: 1 },
  };

  it("draws each cell in its colour, none where there is no value, and the line and the chosen cell over them", () => {
    const config = planeFigure(plane);
    expect(valuesOf(config.data.datasets[0]?.data).slice(0, 2)).toEqual([
      [0.5, 0],
      [0.4, 1],
    ]);
    expect(valuesOf(config.data.datasets[1]?.data)).toEqual([
      [0.5, 0],
      [0.4, 0.2],
      [Number.NaN, Number.NaN],
      [0.1, 0.9],
      [0.2, 0.6],
      [0.4, 0.2],
      [Number.NaN, Number.NaN],
      [0.9, 0.1],
      [0.8, 0.2],
      [Number.NaN, Number.NaN],
    ]);
    expect(config.data.datasets[1]).toMatchObject({ borderDash: [expect.any(Number), expect.any(Number)] });
    expect(valuesOf(config.data.datasets[2]?.data)).toEqual([[1, 1]]);
    const filled: unknown[] = [];
    const context = {
      fillStyle: "",
      save() {},
      restore() {},
      strokeRect() {},
      fillRect(...box: number[]) {
        filled.push([this.fillStyle, ...box]);
      },
    };
    const scale = (size: number) => ({ getPixelForValue: (value: number) => value * size });
    const cells = config.plugins?.find(({ id }) => id === "cells") as unknown as {
      beforeDatasetsDraw(chart: object): void;
    };
    const chartArea = { left: 0, top: 0, width: 1, height: 1 };
    cells.beforeDatasetsDraw({ ctx: context, scales: { x: scale(100), y: scale(-10) }, chartArea });
    expect(filled).toHaveLength(5);
    expect(filled[0]).toEqual(["rgb(0, 114, 178)", -25, -5, 50, 10]);
    expect(filled[2]).toEqual(["rgb(213, 94, 0)", 75, -5, 50, 10]);
  });
});
