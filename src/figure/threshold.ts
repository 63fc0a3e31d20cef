import type { ChartDataset } from "chart.js";
import type { AuditThresholds, Interval, ThresholdPoint } from "../audit/result.js";
import { exactNumber, formatNumber, percentRange, shortPercent } from "../model/format.js";
import type { CurveConfiguration, CurveDatum } from "./curve.js";
import { figureSubtitle, figureTitle, legendLabels } from "./headings.js";
import type { AxisMark } from "./marks.js";
import { breakdownAnnotations, breakdownAxis, emptyAxis, referenceAnnotations, referenceAxis } from "./references.js";
import type { AxisRange, FigureStyle, ReferenceLine } from "./scales.js";
import { horizontalAxis, linearRange, verticalAxis } from "./scales.js";
import { background, type FigureTheme, lightTheme } from "./theme.js";

/** What `thresholdFigure` may be told; everything has a default. */
export interface ThresholdFigureOptions {
  /** Default: The choice of a threshold. */
  title?: string;
  /** Default `lightTheme`. */
  theme?: FigureTheme;
  /** Size of the axis labels in pixels; the other letters follow. Default 15, for 1200 × 750. */
  fontSize?: number;
}

type Line = ChartDataset<"lineWithErrorBars", CurveDatum[]>;

/** Error bars stand at so many places of a curve: at more they would hide it. */
const BARS = 16;

/**
 * The rates of a verifier over the threshold on its score as a chart.js configuration: φ, ψ, p⋆, the share of correct
 * labels among the kept rows with its intervals, the share kept, and the accuracy of the Gaussian model; the recommended
 * threshold is marked, and its interval shaded.
 *
 * It touches no document and no canvas; call `registerFigures()` once before handing it to chart.js.
 */
export function thresholdFigure(thresholds: AuditThresholds, options: ThresholdFigureOptions = {}): CurveConfiguration {
  const theme = options.theme ?? lightTheme;
  const fontSize = options.fontSize ?? 15;
  const style = { theme, fontSize };
  const { points, recommended, errorRate, classes } = thresholds;
  const x = rangeOf(points);
  const y = linearRange(0, 1);
  const marks: AxisMark[] =
    recommended?.threshold.estimate == null
      ? []
      : [{ symbol: "recommended", value: recommended.threshold.estimate, series: [] }];
  const references: ReferenceLine[] = [
    { value: 1 / classes, label: classes === 2 ? "one half" : `1/${classes}` },
    ...(errorRate.estimate === null
      ? []
      : [{ value: errorRate.estimate, label: `p ${errorRate.estimate.toFixed(3)}` }]),
  ];
  return {
    type: "lineWithErrorBars",
    data: { datasets: linesOf(points, style) },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: fontSize * 1.6 },
      interaction: { mode: "index", intersect: false },
      scales: {
        x: horizontalAxis(x, "Threshold: rows of at least this score are kept", style),
        y: verticalAxis(y, "Share", style),
        breakdown: marks.length > 0 ? breakdownAxis(marks, x, style) : emptyAxis(style),
        reference: referenceAxis(references, y, style),
      },
      plugins: {
        title: figureTitle(options.title ?? "The choice of a threshold", style),
        subtitle: figureSubtitle(subtitleOf(thresholds), style),
        legend: {
          display: true,
          position: "top",
          align: "start",
          // there and back again, the dashes meet
          labels: { boxWidth: (fontSize * 28) / 15, boxHeight: 0, ...legendLabels(style) },
        },
        annotation: {
          clip: false,
          annotations: {
            ...shade(recommended?.threshold, x, style),
            ...breakdownAnnotations(marks, style),
            ...referenceAnnotations(references, style),
          },
        },
      },
    },
    plugins: [background<"lineWithErrorBars">(theme.background)],
  };
}

function linesOf(points: readonly ThresholdPoint[], style: FigureStyle): Line[] {
  const { series, ink, muted } = style.theme;
  const [blue, orange, green, purple] = series as [string, string, string, string];
  const line = (label: string, of: (point: ThresholdPoint) => number | null, color: string, dash: number[] = []) =>
    curve(label, points, of, color, dash, style);
  return [
    line("φ, correct labels kept", ({ phi }) => phi.estimate, blue),
    line("ψ, wrong labels kept", ({ psi }) => psi.estimate, orange),
    line("kept labels that are correct", ({ keptPrecision }) => keptPrecision.estimate, green),
    line("p⋆", ({ breakdown }) => breakdown.estimate, purple),
    line("rows kept", ({ keepRate }) => keepRate, muted, [2, 4]),
    line("accuracy in the model", ({ accuracy }) => accuracy, ink, [8, 4]),
    bars(points, green, style),
  ];
}

function curve(
  label: string,
  points: readonly ThresholdPoint[],
  of: (point: ThresholdPoint) => number | null,
  color: string,
  dash: readonly number[],
  { fontSize }: FigureStyle,
): Line {
  const scale = fontSize / 15;
  return {
    label,
    data: points.map((point) => ({ x: point.threshold, y: of(point) ?? Number.NaN })),
    borderColor: color,
    backgroundColor: color,
    borderWidth: 2.2 * scale,
    borderDash: dash.map((length) => length * scale),
    clip: 12 * scale,
    spanGaps: false,
    pointStyle: false,
  };
}

/** The intervals of the kept labels that are correct, at some of the thresholds; without a place in the legend. */
function bars(points: readonly ThresholdPoint[], color: string, { fontSize }: FigureStyle): Line {
  const scale = fontSize / 15;
  const every = Math.max(1, Math.ceil(points.length / BARS));
  const data = points.flatMap(({ threshold, keptPrecision: { estimate, low, high } }, i) =>
    estimate === null || i % every !== every >> 1 ? [] : [{ x: threshold, y: estimate, yMin: low, yMax: high }],
  );
  return {
    label: "",
    data,
    showLine: false,
    pointStyle: false,
    errorBarColor: color,
    errorBarWhiskerColor: color,
    errorBarLineWidth: { v: [1.2 * scale] },
    errorBarWhiskerLineWidth: { v: [1.2 * scale] },
    errorBarWhiskerSize: { v: [7 * scale] },
  };
}

/** Where the recommended threshold may lie. */
function shade(interval: Interval | undefined, { min, max }: AxisRange, { theme }: FigureStyle) {
  if (interval === undefined || !(interval.high > interval.low)) return {};
  return {
    shade: {
      type: "box" as const,
      xScaleID: "x",
      yScaleID: "y",
      xMin: Math.max(min, interval.low),
      xMax: Math.min(max, interval.high),
      backgroundColor: theme.grid,
      borderWidth: 0,
      drawTime: "beforeDatasetsDraw" as const,
    },
  };
}

/** From the smallest to the largest threshold; a threshold that keeps every row may be −∞. */
function rangeOf(points: readonly ThresholdPoint[]): AxisRange {
  const values = points.map(({ threshold }) => threshold).filter(Number.isFinite);
  const [low, high] = values.length > 0 ? [Math.min(...values), Math.max(...values)] : [0, 1];
  const [min, max] = high > low ? [low, high] : [low - 0.5, high + 0.5];
  return linearRange(min, max);
}

function subtitleOf({ rows, audited, confidence, model, recommended }: AuditThresholds): string[] {
  const labels = `${formatNumber(rows)} rows, ${formatNumber(audited)} with a human label`;
  const lines = [
    `${labels}  ·  bars: intervals of the kept labels that are correct, ${shortPercent(confidence)} confidence`,
  ];
  if (model !== null) {
    const setting = `N = ${formatNumber(model.samples)}, d = ${formatNumber(model.dim)}, r = ${formatNumber(model.meanNorm)}`;
    lines.push(`accuracy: of a ridge learner in the Gaussian model, ${setting}; a model, not a forecast`);
  }
  if (recommended !== null) {
    const { threshold, keepRate } = recommended;
    const place = `${exactNumber(threshold.estimate ?? Number.NaN)} (shaded: ${short(threshold.low)} to ${short(threshold.high)})`;
    lines.push(`recommended: ${place}, which keeps ${percentRange(keepRate)} of the rows`);
  }
  return lines;
}

function short(value: number): string {
  return formatNumber(value, 3);
}
