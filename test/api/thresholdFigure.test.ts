import { describe, expect, it } from "vitest";
import type { AuditThresholds, ThresholdPoint } from "../../src/audit/result.js";
import { darkTheme } from "../../src/figure/theme.js";
import { thresholdFigure } from "../../src/figure/threshold.js";

const interval = (estimate: number | null, half = 0.05) => ({
  estimate,
  low: Math.max(0, (estimate ?? 0.5) - half),
  high: Math.min(1, (estimate ?? 0.5) + half),
});

/** A threshold at which everything is a straight line. */
function point(threshold: number): ThresholdPoint {
  const none = threshold >= 0.95;
  return {
    threshold,
    keepRate: 1 - threshold,
    phi: interval(1 - threshold / 2),
    psi: interval(1 - threshold),
    breakdown: interval(none ? null : 0.5 + threshold / 4),
    keptPrecision: interval(none ? null : 0.6 + threshold / 4),
    margin: interval(0.1),
    verdict: "below",
    accuracy: none ? null : 0.7,
  };
}

const thresholds: AuditThresholds = {
  schema: "pstar/audit-thresholds@1",
  design: "simple",
  classes: 2,
  confidence: 0.95,
  seed: 0,
  model: { dim: 50, meanNorm: 1.5, samples: 1000, learner: "ridge", lambda: 0.01 },
  rows: 12_345,
  audited: 400,
  errorRate: interval(0.4),
  points: Array.from({ length: 101 }, (_, i) => point(i / 100)),
  recommended: {
    threshold: { estimate: 0.55, low: 0.4, high: 0.6 },
    keepRate: { estimate: 0.45, low: 0.4, high: 0.6 },
    accuracy: 0.7,
    heldOut: {
      n: 200,
      chosenBy: 100,
      errorRate: interval(0.4),
      phi: interval(0.6),
      psi: interval(0.3),
      keptPrecision: interval(0.75),
      verdict: "below",
    },
  },
  methods: {},
  warnings: [],
};

const figure = (changes: Partial<AuditThresholds> = {}, options = {}) =>
  thresholdFigure({ ...thresholds, ...changes }, options);
const annotations = (config: ReturnType<typeof figure>) =>
  config.options?.plugins?.annotation?.annotations as Record<string, Record<string, unknown>>;

describe("the figure of the thresholds", () => {
  it("has a line for each rate, and intervals of the kept labels at a few thresholds", () => {
    const { datasets } = figure().data;
    expect(datasets.map(({ label }) => label)).toEqual([
      "φ, correct labels kept",
      "ψ, wrong labels kept",
      "kept labels that are correct",
      "p⋆",
      "rows kept",
      "accuracy in the model",
      "",
    ]);
    const [phi, psi, precision, , kept, accuracy, bars] = datasets;
    expect(phi.data[50]).toEqual({ x: 0.5, y: 0.75 });
    expect(psi.data[50]).toEqual({ x: 0.5, y: 0.5 });
    expect(precision.data[50]).toEqual({ x: 0.5, y: 0.725 });
    expect(kept.data).toHaveLength(101);
    expect(accuracy.data[99].y).toBeNaN();
    expect(bars.data.length).toBeGreaterThan(8);
    expect(bars.data.length).toBeLessThanOrEqual(16);
    for (const { y, yMin = 0, yMax = 0 } of bars.data) {
      expect(yMax - y).toBeCloseTo(0.05, 12);
      expect(y - yMin).toBeCloseTo(0.05, 12);
    }
  });

  it.each([
    [16, 16],
    [32, 16],
    [33, 11],
  ])("has at most sixteen intervals: of %i thresholds %i", (count, bars) => {
    const points = Array.from({ length: count }, (_, i) => point(i / 100));
    expect(figure({ points }).data.datasets.at(-1)?.data).toHaveLength(bars);
  });

  it("marks the recommended threshold, shades where it may lie, and draws p and one half", () => {
    const drawn = annotations(figure());
    expect(drawn.breakdown0).toMatchObject({ scaleID: "x", value: 0.55 });
    expect(drawn.shade).toMatchObject({ xMin: 0.4, xMax: 0.6 });
    expect(drawn.reference0).toMatchObject({ scaleID: "y", value: 0.5 });
    expect(drawn.reference1).toMatchObject({ scaleID: "y", value: 0.4 });
    expect(annotations(figure({ classes: 10 })).reference0).toMatchObject({ value: 0.1 });
    const words = [figure().options?.plugins?.subtitle?.text].flat().join("\n");
    expect(words).toContain("12,345 rows, 400 with a human label");
    expect(words).toContain("a model, not a forecast");
    expect(words).toContain("recommended: 0.55 (shaded: 0.4 to 0.6), which keeps 45.0 % (40.0 to 60.0 %) of the rows");
    expect(words).not.toMatch(/\bsafe/i);
  });

  it("stands without a recommendation, with one threshold, and with none", () => {
    expect(annotations(figure({ recommended: null }))).not.toHaveProperty("breakdown0");
    const axis = (points: ThresholdPoint[]) => figure({ points }).options?.scales?.x;
    expect(axis([point(3)])).toMatchObject({ min: 2.5, max: 3.5 });
    expect(axis([])).toMatchObject({ min: 0, max: 1 });
    expect(axis([point(Number.NEGATIVE_INFINITY), point(-2), point(4)])).toMatchObject({ min: -2, max: 4 });
  });

  it("can be dark", () => {
    const dark = figure({}, { theme: darkTheme });
    expect(dark.data.datasets[0].borderColor).toBe(darkTheme.series[0]);
    expect(dark.options?.plugins?.title?.color).toBe(darkTheme.ink);
  });
});
