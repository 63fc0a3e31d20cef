import type { EigenArmResult, EigenResult } from "../eigen/result.js";
import { fixedNumber, formatNumber, percent } from "../model/format.js";
import type { CurveConfiguration } from "./curve.js";
import { type LabelledPoints, pointDataset } from "./datasets.js";
import { figureSubtitle, figureTitle, pointLegend } from "./headings.js";
import type { AxisMark } from "./marks.js";
import { breakdownAnnotations, breakdownAxis, emptyAxis, referenceAnnotations, referenceAxis } from "./references.js";
import { type AxisRange, horizontalAxis, linearTicks, roundRange, verticalAxis } from "./scales.js";
import { background, type FigureTheme, lightTheme } from "./theme.js";

/** What `eigenFigure` may be told; everything has a default. */
export interface EigenFigureOptions {
  /** Default `lightTheme`. */
  theme?: FigureTheme;
  /** Size of the axis labels in pixels; the other letters follow. Default 15, for 1200 × 750. */
  fontSize?: number;
}

/**
 * Accuracy against ψ, the share of wrong answers that a verifier keeps, as the paper's Figure 4: the oracles as a line from
 * ψ = 0 (the oracle) to 1 (no verification), the other verifiers as points at the ψ that they have, error bars of two standard
 * errors, the generator and clean labels as lines across, and the ψ at which p⋆ = 1/(1 + ψ) falls to the generator's error
 * rate.
 *
 * It touches no document and no canvas; call `registerFigures()` once before handing it to chart.js.
 */
export function eigenFigure(result: EigenResult, options: EigenFigureOptions = {}): CurveConfiguration {
  const style = { theme: options.theme ?? lightTheme, fontSize: options.fontSize ?? 15 };
  const { theme, fontSize } = style;
  const series = seriesOf(result);
  const references = result.arms.flatMap(({ name, accuracy }) =>
    (name === "generator" || name === "clean") && accuracy.mean !== null ? [{ value: accuracy.mean, label: name }] : [],
  );
  const ends = series.flatMap(({ points }) =>
    points.flatMap(({ y, se }) => (y === null ? [] : [y - 2 * (se ?? 0), y + 2 * (se ?? 0)])),
  );
  const all = [...ends, ...references.map(({ value }) => value)];
  const [low, high] = all.length > 0 ? [Math.min(...all), Math.max(...all)] : [0, 1];
  const [min, max] = roundRange(low, high > low ? high : low + 0.1, 10);
  const y = rangeOf(min, max, 10);
  const x: AxisRange = { ...rangeOf(0, 1, 10), min: -0.02, max: 1.02 };
  const marks = marksOf(result);
  const { config, seeds } = result;
  return {
    type: "lineWithErrorBars",
    data: {
      datasets: series.map((one, i) => ({ ...pointDataset(one, i, 2, style), showLine: i === 0 })),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: fontSize * 1.6 },
      interaction: { mode: "nearest", intersect: false },
      scales: {
        x: horizontalAxis(x, "ψ, share of the wrong answers that is kept", style),
        y: verticalAxis(y, "Accuracy on new matrices", style),
        breakdown: marks.length > 0 ? breakdownAxis(marks, x, style) : emptyAxis(style),
        reference: referenceAxis(references, y, style),
      },
      plugins: {
        title: figureTitle("Eigenvalues: transformers that learned from verified answers", style),
        subtitle: figureSubtitle(
          `${config.size} × ${config.size}, tolerance ${percent(config.tolerance, 1)}  ·  ${formatNumber(config.steps)} steps for every model  ·  ${seeds.length} seed${seeds.length === 1 ? "" : "s"}  ·  bars: ± 2 standard errors`,
          style,
        ),
        legend: pointLegend(style, true),
        annotation: {
          clip: false,
          annotations: { ...referenceAnnotations(references, style), ...breakdownAnnotations(marks, style) },
        },
      },
    },
    plugins: [background<"lineWithErrorBars">(theme.background)],
  };
}

function seriesOf({ arms }: EigenResult): LabelledPoints[] {
  const isOracle = ({ name, verifier }: EigenArmResult) =>
    name === "oracle" || name === "unverified" || verifier?.startsWith("noisy:") === true;
  const point = (arm: EigenArmResult) =>
    arm.psi === null ? [] : [{ x: arm.psi, y: arm.accuracy.mean, se: arm.accuracy.se }];
  const line = arms.filter(isOracle).flatMap(point);
  const others = arms.filter((arm) => !isOracle(arm) && arm.psi !== null);
  return [
    { label: "oracle with noise ψ", points: line.sort((a, b) => a.x - b.x) },
    ...others.map((arm) => ({ label: arm.name, points: point(arm) })),
  ].filter(({ points }) => points.length > 0);
}

/** ψ at which p⋆ = 1/(1 + ψ) is the generator's error rate p: (1 − p)/p. */
function marksOf({ arms }: EigenResult): AxisMark[] {
  const p = arms.find(({ verifier }) => verifier === "oracle" || verifier === "none")?.p;
  if (p == null || p < 0.5) return [];
  return [{ symbol: "p⋆ = p at ψ", value: (1 - p) / p, series: [] }];
}

function rangeOf(min: number, max: number, count: number): AxisRange {
  const { values, decimals } = linearTicks(min, max, count);
  const ticks = values.map((value) => ({ value, label: fixedNumber(value, decimals) }));
  return { min, max, scale: "linear", ticks };
}
