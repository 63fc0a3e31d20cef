import { describe, expect, it } from "vitest";
import type { CellResult } from "../../src/engine/result.js";
import { type CurveConfiguration, type CurveDatum, curveFigure } from "../../src/figure/curve.js";
import { describeScenario, describeVerifier, formatValue } from "../../src/figure/labels.js";
import { linearTicks, logTicks, roundRange } from "../../src/figure/scales.js";
import { figureAxes, inTable } from "../../src/figure/series.js";
import { darkTheme, lightTheme, pointShapes } from "../../src/figure/theme.js";
import { planCells } from "../../src/model/cells.js";
import { formatNumber } from "../../src/model/format.js";
import { parseScenario, type Scenario, type ScenarioInput } from "../../src/model/scenario.js";

const transition = parseScenario({
  data: { dim: 50 },
  samples: 50_000,
  sweep: { "verifier.kind": ["none", "bernoulli", "oracle"], "generator.errorRate": { from: 0, to: 1, steps: 5 } },
});

/** Cells of a scenario with accuracies that only the test knows; `empty` names cells that kept nothing. */
function cellsOf(scenario: Scenario, { empty = [] as number[], realised = null as number | null } = {}): CellResult[] {
  return planCells(scenario).map(({ index, id, params }) => {
    const value = empty.includes(index) ? null : 0.9 - 0.01 * index;
    const moments = { mean: value, sd: value === null ? null : 0.03, se: value === null ? null : 0.01 };
    return {
      index,
      id,
      params,
      status: value === null ? "empty" : "ok",
      trials: 9,
      emptyTrials: value === null ? 9 : 0,
      accuracy: moments,
      agreement: moments,
      cosine: moments,
      kept: { ...moments, share: 0.5 },
      errorRate: 0.2,
      phi: 0.8,
      psi: 0.3,
      breakdown: realised,
      engine: "direct",
      reason: "asked for",
      verdict: null,
    };
  });
}

function figure(scenario: Scenario, ...rest: [cells?: CellResult[], options?: Parameters<typeof curveFigure>[2]]) {
  const config = curveFigure(rest[0] ?? cellsOf(scenario), scenario, rest[1]);
  if (config === null) throw new Error("no figure");
  return config;
}

/** What a scale writes beside itself. */
function writtenTicks(config: CurveConfiguration, name: string): { value: number; label: string }[] {
  const axis = config.options?.scales?.[name] as unknown as {
    afterBuildTicks(scale: { ticks: { value: number }[] }): void;
    ticks: { callback(value: number, index: number): string };
  };
  const scale = { ticks: [] as { value: number }[] };
  axis.afterBuildTicks(scale);
  return scale.ticks.map(({ value }, i) => ({ value, label: axis.ticks.callback(value, i) }));
}

describe("curveFigure", () => {
  const config = figure(transition);
  const [none, bernoulli] = config.data.datasets;

  it("has a line for each series, told apart by name, colour and mark", () => {
    const { datasets } = config.data;
    expect(datasets.map(({ label }) => label)).toEqual(["no verifier", "bernoulli, φ = 0.8, ψ = 0.3", "oracle"]);
    expect(datasets.map(({ borderColor }) => borderColor)).toEqual(lightTheme.series.slice(0, 3));
    expect(new Set(datasets.map(({ pointStyle }) => pointStyle)).size).toBe(3);
  });

  it("puts the means in order of x, with bars of two standard errors, or one", () => {
    const data = none.data as CurveDatum[];
    expect(data.map(({ x }) => x)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(data[2]).toEqual({ x: 0.5, y: 0.88, yMin: 0.86, yMax: 0.9 });
    const single = figure(transition, undefined, { standardErrors: 1 }).data.datasets[1].data as CurveDatum[];
    expect(single[0]).toEqual({ x: 0, y: 0.85, yMin: 0.84, yMax: 0.86 });
    expect((bernoulli.data as CurveDatum[])[0].yMin).toBeCloseTo(0.83, 12);
  });

  it("keeps an accuracy's axis within [0, 1], even if a bar goes beyond", () => {
    const scenario = parseScenario({ sweep: { "generator.errorRate": [0, 1] } });
    const cells = cellsOf(scenario).map((cell, i) => ({
      ...cell,
      accuracy: { mean: i === 0 ? 0.999 : 0.001, sd: 0.1, se: 0.05 },
    }));
    const { y } = figure(scenario, cells).options?.scales ?? {};
    expect([y?.min, y?.max]).toEqual([0, 1]);
  });

  it("fills the area between what most repetitions come to, on an axis that has room for it, and says what it is", () => {
    const cells = cellsOf(transition).map((cell, i) =>
      i < 5 ? { ...cell, band: { low: 0.125 + i / 32, high: 0.99, sd: 0.2, trials: 200 } } : cell,
    );
    const { data, options } = figure(transition, cells);
    expect(data.datasets).toHaveLength(5); // three series, and the edges of the one with a band
    const [low, high] = data.datasets.slice(3);
    expect(low?.data.map(({ y }) => y)).toEqual([0.125, 0.15625, 0.1875, 0.21875, 0.25]);
    expect(high?.data.map(({ y }) => y)).toEqual([0.99, 0.99, 0.99, 0.99, 0.99]);
    expect([low?.fill, high?.fill]).toEqual([false, "-1"]);
    expect(high?.backgroundColor).toBe(`${data.datasets[0]?.borderColor}22`);
    expect(options?.scales?.y?.min).toBeLessThanOrEqual(0.125);
    expect(JSON.stringify(options?.plugins?.subtitle?.text)).toContain("area: 95 % of trials");
    // a cosine has another spread than the accuracy
    expect(figure(transition, cells, { y: "cosine" }).data.datasets).toHaveLength(3);
    expect(JSON.stringify(figure(transition).options?.plugins?.subtitle?.text)).not.toContain("area");
  });

  it("says what the bars are", () => {
    const text = (standardErrors: 1 | 2) =>
      String(figure(transition, undefined, { standardErrors }).options?.plugins?.subtitle?.text);
    expect(text(1)).toContain("bars: ± 1 standard error");
    expect(text(2)).toContain("bars: ± 2 standard errors");
    expect(text(2)).toContain("d = 50  ·  N = 50,000  ·  r = 1");
    expect(text(2)).toContain("10 trials");
  });

  it("marks p⋆ of every series in its colour, and names it above the curves", () => {
    const annotations = Object.values<{ scaleID?: unknown }>({
      ...(config.options?.plugins?.annotation?.annotations as object),
    });
    const vertical = annotations.filter((line) => line.scaleID === "x");
    expect(vertical).toMatchObject([
      { value: 0.5, borderColor: lightTheme.series[0], borderDash: [7, 5] },
      { value: 0.8 / 1.1, borderColor: lightTheme.series[1] },
      { value: 1, borderColor: lightTheme.series[2] },
    ]);
    expect(writtenTicks(config, "breakdown").map(({ label }) => label)).toEqual(["p⋆ = 0.5", "p⋆ = 0.727", "p⋆ = 1"]);
  });

  it("draws chance, and the Bayes accuracy where it is given, with names on the right", () => {
    expect(writtenTicks(config, "reference")).toEqual([{ value: 0.5, label: "chance" }]);
    const bayes = figure(transition, undefined, { bayesAccuracy: 0.8413 });
    expect(writtenTicks(bayes, "reference")[1]).toEqual({ value: 0.8413, label: "Bayes 0.841" });
    const agreement = figure(transition, undefined, { bayesAccuracy: 0.8413, y: "agreement" });
    expect(writtenTicks(agreement, "reference")).toHaveLength(1);
    expect(writtenTicks(figure(transition, undefined, { y: "cosine" }), "reference")[0].value).toBe(0);
  });

  it("leaves a gap where no row was kept, and says so", () => {
    const gappy = figure(transition, cellsOf(transition, { empty: [14] }));
    expect((gappy.data.datasets[2].data as CurveDatum[])[4].y).toBeNaN();
    expect(gappy.data.datasets[2].spanGaps).toBe(false);
    expect(String(gappy.options?.plugins?.subtitle?.text)).toContain("gap: no row kept");
  });

  it("merges p⋆ where series share it", () => {
    const scenario = parseScenario({
      sweep: { "verifier.kind": ["none", "random"], "generator.errorRate": { from: 0, to: 1, steps: 3 } },
    });
    const marked = figure(scenario);
    expect(writtenTicks(marked, "breakdown")).toEqual([{ value: 0.5, label: "p⋆ = 0.5" }]);
    expect(marked.options?.plugins?.annotation?.annotations).toMatchObject({
      breakdown0: { borderColor: lightTheme.muted },
    });
  });

  it.each([
    [0.0007, 1],
    [0.0009, 2],
  ])("tells marks apart that the third decimal tells apart: of ψ that differ by %f it has %i", (difference, marks) => {
    // dp⋆/dψ = −φ/(φ + ψ)² = −0.661: the breakdown points differ by 0.00046 and by 0.00059
    const scenario = parseScenario({
      verifier: { kind: "bernoulli", phi: 0.8 },
      sweep: { "verifier.psi": [0.3, 0.3 + difference], "generator.errorRate": { from: 0, to: 1, steps: 3 } },
    });
    expect(writtenTicks(figure(scenario), "breakdown")).toHaveLength(marks);
  });

  it.each([
    [150, true],
    [151, false],
  ])("has a mark at each of %i points: %s", (steps, marked) => {
    const scenario = parseScenario({ sweep: { "generator.errorRate": { from: 0, to: 1, steps } } });
    const [curve] = figure(scenario).data.datasets;
    expect(curve.data).toHaveLength(steps);
    const { pointStyle, radius } = curve as { pointStyle?: unknown; radius?: unknown };
    expect(pointStyle !== "line" && radius !== 0).toBe(marked);
  });

  it("marks where the curve crosses one half, if that is not at p⋆: a verifier that looks at the inputs", () => {
    const scenario = parseScenario({
      verifier: { kind: "linear" },
      sweep: { "generator.errorRate": { from: 0, to: 1, steps: 5 } },
    });
    const cells = cellsOf(scenario, { realised: 0.6 }).map((cell, i) => {
      const mean = [0.9, 0.9, 0.8, 0.4, 0.1][i] as number;
      return { ...cell, accuracy: { ...cell.accuracy, mean } };
    });
    // from 0.8 at p = 0.5 to 0.4 at 0.75
    const [mark] = writtenTicks(figure(scenario, cells), "breakdown");
    expect(mark).toEqual({ value: expect.closeTo(0.6875, 12), label: "½ at p = 0.688" });
  });

  it("marks no p⋆ where x is not the error rate, or the generator has none", () => {
    const bySize = parseScenario({ sweep: { samples: [10, 100, 1000] } });
    expect(figure(bySize).options?.scales?.breakdown).toMatchObject({ ticks: { display: false } });
    const linear = parseScenario({
      generator: { kind: "linear" },
      sweep: { "generator.errorRate": { from: 0, to: 1, steps: 3 } },
    });
    expect(figure(linear).options?.scales?.breakdown).toMatchObject({ ticks: { display: false } });
  });

  it("names crowded breakdown points shorter, and leaves out what would overprint", () => {
    const scenario = parseScenario({
      verifier: { kind: "bernoulli" },
      sweep: { "verifier.psi": [0.5, 0.52, 0.7, 0.9], "generator.errorRate": { from: 0, to: 1, steps: 5 } },
    });
    // p⋆ = 0.471, 0.533, 0.606, 0.615: the last is 0.009 from its neighbour
    expect(writtenTicks(figure(scenario), "breakdown").map(({ label }) => label)).toEqual([
      "p⋆ = 0.471",
      "0.533",
      "0.606",
      "",
    ]);
  });

  it("is plain data apart from its callbacks", () => {
    expect(() => JSON.stringify(config)).not.toThrow();
    expect(config.options?.animation).toBe(false);
  });

  it("has a title of its own, the scenario's name, or what it shows", () => {
    const title = (scenario: Scenario, options = {}) =>
      figure(scenario, undefined, options).options?.plugins?.title?.text;
    expect(title(transition)).toBe("Test accuracy vs. error rate of the generator, p");
    expect(title({ ...transition, name: "phase-transition" })).toBe("Phase transition");
    expect(title({ ...transition, name: "Figure 2b" })).toBe("Figure 2b");
    expect(title(transition, { title: "Mine" })).toBe("Mine");
  });

  it("shows words at equal distances, as marks without lines", () => {
    const scenario = parseScenario({ sweep: { "learner.kind": ["ridge", "mean", "sgd"] } });
    const words = figure(scenario);
    expect(writtenTicks(words, "x").map(({ label }) => label)).toEqual(["ridge", "mean", "sgd"]);
    expect(words.data.datasets).toMatchObject([{ showLine: false }]);
    expect(words.options?.plugins?.legend?.display).toBe(false);
  });

  it("shows angles in degrees", () => {
    const scenario = parseScenario({
      generator: { kind: "linear" },
      sweep: { "generator.angle": { from: "0deg", to: "180deg", steps: 5 } },
    });
    const angles = figure(scenario);
    expect((angles.data.datasets[0].data as CurveDatum[]).map(({ x }) => x)).toEqual([0, 45, 90, 135, 180]);
    expect(angles.options?.scales?.x).toMatchObject({ title: { text: expect.stringContaining("(degrees)") } });
  });

  it("has a log axis for a log range", () => {
    const scenario = parseScenario({ sweep: { samples: { from: 10, to: 100_000, steps: 5, scale: "log" } } });
    const config = figure(scenario);
    expect(config.options?.scales?.x).toMatchObject({ type: "logarithmic", min: 10, max: 100_000 });
    expect(writtenTicks(config, "x").map(({ label }) => label)).toEqual(
      expect.arrayContaining(["10", "1,000", "100,000"]),
    );
  });

  it("stands with nothing to show: one cell, no value, part of a sweep", () => {
    const one = parseScenario({ sweep: { samples: [500] } });
    expect(figure(one).data.datasets[0].data).toHaveLength(1);
    expect(figure(one, cellsOf(one, { empty: [0] })).options?.scales?.y).toMatchObject({ min: 0, max: 1 });
    const part = figure(transition, cellsOf(transition).slice(0, 7));
    expect(part.data.datasets.map(({ data }) => data.length)).toEqual([5, 2]);
    expect(curveFigure([], parseScenario({}))).toBeNull();
  });

  it("keeps an accuracy within [0, 1]", () => {
    const cells = cellsOf(transition).map((cell) => ({ ...cell, accuracy: { mean: 0.999, sd: 0.001, se: 0.0003 } }));
    expect(figure(transition, cells).options?.scales?.y).toMatchObject({ max: 1 });
  });

  it("can be dark", () => {
    const dark = figure(transition, undefined, { theme: darkTheme });
    expect(dark.data.datasets[0].borderColor).toBe(darkTheme.series[0]);
    expect(dark.options?.plugins?.title?.color).toBe(darkTheme.ink);
  });
});

describe("figureAxes", () => {
  const axes = (input: ScenarioInput, asked = {}) => figureAxes(parseScenario(input), asked);
  const grid = { "verifier.kind": ["none", "oracle"] as const, samples: [10, 20, 30], "learner.lambda": [0.1, 1] };

  it("puts the numbers with most points along x", () => {
    expect(axes({ sweep: grid })).toEqual({
      x: "samples",
      series: ["verifier.kind", "learner.lambda"],
      logarithmic: false,
    });
  });

  it("follows the scenario's hint, and what is asked for before it", () => {
    const plot = { x: "learner.lambda", series: "samples" } as const;
    expect(axes({ sweep: grid, plot })).toMatchObject({ x: "learner.lambda", series: ["samples", "verifier.kind"] });
    expect(axes({ sweep: grid, plot }, { x: "samples" })).toMatchObject({ x: "samples" });
  });

  it("reads a list that keeps a ratio on a log axis", () => {
    expect(axes({ sweep: { samples: [10, 100, 1000] } })?.logarithmic).toBe(true);
    expect(axes({ sweep: { samples: [10, 20, 30, 100] } })?.logarithmic).toBe(true);
    expect(axes({ sweep: { samples: [100, 200, 300] } })?.logarithmic).toBe(false);
    expect(axes({ sweep: { "learner.lambda": [0, 1, 100] } })?.logarithmic).toBe(false);
  });

  it("is null without a sweep", () => {
    expect(axes({})).toBeNull();
  });
});

describe("words and numbers", () => {
  it.each([
    [0, "0"],
    [0.1, "0.1"],
    [50_000, "50,000"],
    [1234567.5, "1,234,570"],
    [1e12, "10¹²"],
    [2.5e-7, "2.5×10⁻⁷"],
    [-0.25, "−0.25"],
    [1 / 3, "0.333333"],
  ])("%d is written %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("names values in the field's words", () => {
    expect(formatValue("generator.angle", Math.PI / 6)).toBe("30°");
    expect(formatValue("data.covariance", { kind: "power-law", exponent: 1 })).toBe("power-law");
    const { verifier } = parseScenario({ verifier: { kind: "top", keep: 0.1, angle: "45deg", poison: 0.2 } });
    expect(describeVerifier(verifier)).toBe("top, 45° from the truth, keep = 0.1, π = 0.2");
    expect(describeVerifier(verifier, ["verifier.keep"])).toBe("top, 45° from the truth, π = 0.2");
  });

  it("describes what is not swept", () => {
    const scenario = parseScenario({
      generator: { errorRate: 0.3 },
      learner: { kind: "mean" },
      realSamples: 20,
      trials: 1,
    });
    expect(describeScenario(scenario, ["samples"])).toEqual([
      "d = 50",
      "r = 1",
      "real = 20",
      "p = 0.3",
      "no verifier",
      "class-mean learner",
      "1 trial",
    ]);
  });
});

describe("ticks", () => {
  it("are round, and written with the digits they need", () => {
    expect(linearTicks(0, 1, 10)).toEqual({ values: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1], decimals: 1 });
    expect(linearTicks(0.13, 0.88, 4).values).toEqual([0.2, 0.4, 0.6, 0.8]);
    expect(linearTicks(0, 100_000, 5).values).toEqual([0, 20_000, 40_000, 60_000, 80_000, 100_000]);
    expect(linearTicks(3, 3, 5).values).toEqual([3]);
  });

  it("stand at powers of ten on a log axis, with 2 and 5 where there are few", () => {
    expect(logTicks(10, 1000)).toEqual([10, 20, 50, 100, 200, 500, 1000]);
    expect(logTicks(1, 1e6)).toEqual([1, 10, 100, 1000, 1e4, 1e5, 1e6]);
    // in a narrow figure fewer of them
    expect(logTicks(25, 12_800, 6)).toEqual([100, 1000, 10_000]);
    expect(logTicks(10, 1000, 7)).toEqual([10, 20, 50, 100, 200, 500, 1000]);
    expect(logTicks(20, 80, 3)).toEqual([20, 50]);
    expect(logTicks(0.001, 0.01)).toEqual([0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.008, 0.01]);
  });

  it("cover their range", () => {
    expect(roundRange(0.13, 0.88, 10)).toEqual([0.1, 0.9]);
    expect(roundRange(2, 2, 10)).toEqual([1.5, 2.5]);
  });
});

describe("themes", () => {
  it.each([
    ["light", lightTheme],
    ["dark", darkTheme],
  ])("%s has distinct colours that stand out from the background", (_, theme) => {
    expect(new Set(theme.series).size).toBe(theme.series.length);
    expect(theme.series).toHaveLength(pointShapes.length);
    // WCAG 2: 3 to 1 for graphics, 4.5 to 1 for text; the first three series are those of the presets.
    for (const color of theme.series.slice(0, 3)) expect(contrast(color, theme.background)).toBeGreaterThan(3);
    for (const color of [theme.ink, theme.muted]) expect(contrast(color, theme.background)).toBeGreaterThan(4.5);
  });
});

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const share = Number.parseInt(color.slice(i, i + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

it.each([
  [12, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  [13, [1, 2, 5, 10, 13]],
])("a table shows up to twelve generations whole: of %i", (generations, shown) => {
  const scenario = parseScenario({ generations });
  const all = Array.from({ length: generations }, (_, i) => i + 1);
  const cell = (generation: number) => ({ params: { generation } }) as unknown as CellResult;
  expect(all.filter((generation) => inTable(cell(generation), scenario))).toEqual(shown);
});
