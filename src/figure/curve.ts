import type { ChartConfiguration, ChartDataset } from "chart.js";
import type { CellResult } from "../engine/result.js";
import type { Scenario } from "../model/scenario.js";
import { figureAxes } from "./axes.js";
import { background } from "./background.js";
import { axisTitle, describeScenario, formatNumber, pathLabel } from "./labels.js";
import { axisMarks } from "./marks.js";
import {
  breakdownAnnotations,
  breakdownAxis,
  emptyAxis,
  referenceAnnotations,
  referenceAxis,
  referenceLines,
} from "./references.js";
import { horizontalAxis, horizontalRange, verticalAxis, verticalRange } from "./scales.js";
import { type CurveData, type CurveSeries, curveData, type Measure } from "./series.js";
import { type FigureTheme, lightTheme, type PointShape, pointShapes } from "./theme.js";
import { capitalised, measureTitles, subtitleLines, titleLines, titleOf } from "./titles.js";

/** What `curveFigure` may be told; everything has a default. */
export interface CurveOptions {
  /** Swept path along the horizontal axis. Default: the scenario's hint, or the numbers with most points. */
  x?: string;
  /** Swept path that tells the curves apart first. Default: the scenario's hint, or the order of the sweep. */
  series?: string;
  /** Default `accuracy`. */
  y?: Measure;
  /** Default: the measure against the swept setting. */
  title?: string;
  /** Length of an error bar to each side, in standard errors. Default 2. */
  standardErrors?: 1 | 2;
  /** Accuracy of the Bayes rule, where it is the same for the whole figure; drawn as a line. */
  bayesAccuracy?: number | null;
  /** Whether the scenario is that of the cells, and not a guess from what was swept: only then is it described. Default true. */
  known?: boolean;
  /** Default `lightTheme`. */
  theme?: FigureTheme;
  /** Size of the axis labels in pixels; the other letters follow. Default 15, for 1200 × 750. */
  fontSize?: number;
}

/** A chart.js configuration of the one type that pstar's curves use. */
export type CurveConfiguration = ChartConfiguration<"lineWithErrorBars", CurveDatum[]>;

/** A point of a dataset, and the ends of its error bar if it has one. */
export interface CurveDatum {
  x: number;
  y: number;
  yMin?: number;
  yMax?: number;
}

/**
 * The curve of a sweep as a chart.js configuration: one line a series with error bars, p⋆ as dashed vertical lines.
 *
 * It touches no document and no canvas; call `registerFigures()` once before handing it to chart.js. Null where the
 * scenario sweeps nothing.
 */
export function curveFigure(
  cells: readonly CellResult[],
  scenario: Scenario,
  options: CurveOptions = {},
): CurveConfiguration | null {
  const axes = figureAxes(scenario, { x: options.x, series: options.series });
  if (axes === null) return null;
  const measure = options.y ?? "accuracy";
  const theme = options.theme ?? lightTheme;
  const fontSize = options.fontSize ?? 15;
  const standardErrors = options.standardErrors ?? 2;
  const known = options.known ?? true;
  const bayes = measure === "accuracy" ? (options.bayesAccuracy ?? null) : null;

  const data = curveData(cells, scenario, axes, measure);
  const references = referenceLines(measure, bayes);
  const x = horizontalRange(data, axes);
  const y = verticalRange(data, references, standardErrors);
  const marks = axisMarks(data.series, scenario, axes, known).filter(
    (mark) => mark.value >= x.min && mark.value <= x.max,
  );
  const style = { theme, fontSize };

  const theories = data.series.map((series, i) =>
    measure === "accuracy" && series.points.some(({ cell }) => typeof cell.theory === "number")
      ? theoryLine(series, i, style)
      : undefined,
  );
  const swept = [axes.x, ...axes.series];
  const title =
    options.title ??
    titleOf(known ? scenario.name : undefined) ??
    capitalised(`${measureTitles[measure]} vs. ${axisTitle(axes.x)}`);
  const notes = [standardErrors === 1 ? "bars: ± 1 standard error" : "bars: ± 2 standard errors"];
  if (cells.some((cell) => cell.status === "empty")) notes.push("gap: no row kept");
  if (theories.some((line) => line)) notes.push("line: theory");

  return {
    type: "lineWithErrorBars",
    data: {
      datasets: [
        ...data.series.map((series, i) => ({
          ...dataset(series, i, standardErrors, style),
          // Words have no between; where the theory's line runs beside them, the points need none of their own.
          showLine: data.categories === null && !theories[i],
        })),
        ...theories.flatMap((line) => line ?? []),
      ],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: fontSize * 1.6 },
      interaction: { mode: "nearest", intersect: false },
      scales: {
        x: horizontalAxis(x, capitalised(axisTitle(axes.x)), style),
        y: verticalAxis(y, capitalised(measureTitles[measure]), style),
        breakdown: marks.length > 0 ? breakdownAxis(marks, x, style) : emptyAxis(style),
        ...(references.length > 0 ? { reference: referenceAxis(references, y, style) } : {}),
      },
      plugins: {
        title: {
          display: true,
          text: title,
          align: "start",
          color: theme.ink,
          font: { family: theme.font, size: fontSize * 1.5, weight: 600 },
          padding: { top: 0, bottom: fontSize * 0.5 },
        },
        subtitle: {
          display: true,
          text: [
            ...titleLines((known && scenario.description?.split(" ")) || [], " "),
            ...subtitleLines([...(known ? describeScenario(scenario, swept) : []), ...notes]),
          ],
          align: "start",
          color: theme.muted,
          font: { family: theme.font, size: fontSize * 0.95, lineHeight: 1.45 },
          padding: { top: 0, bottom: fontSize * (axes.series.length > 0 ? 0.8 : 1.6) },
        },
        legend: {
          display: axes.series.length > 0,
          position: "top",
          align: "start",
          labels: {
            usePointStyle: true,
            boxWidth: fontSize * 0.5,
            boxHeight: fontSize * 0.5,
            padding: fontSize * 1.1,
            color: theme.ink,
            font: { family: theme.font, size: fontSize },
            filter: ({ text }) => text !== "",
          },
        },
        tooltip: { callbacks: tooltipTexts(data, axes.x, measure) },
        annotation: {
          clip: false,
          annotations: { ...breakdownAnnotations(marks, style), ...referenceAnnotations(references, style) },
        },
      },
    },
    plugins: [background(theme.background)],
  };
}

/** Points of a curve, at most, that have a mark each. */
const MARKED = 150;

function dataset(
  { label, points }: CurveSeries,
  i: number,
  standardErrors: number,
  { theme, fontSize }: { theme: FigureTheme; fontSize: number },
): ChartDataset<"lineWithErrorBars", CurveDatum[]> {
  const color = theme.series[i % theme.series.length] as string;
  // Where the colours come round again, the marks are moved by one: no two of 64 series look the same.
  const shape = pointShapes[(i + Math.floor(i / theme.series.length)) % pointShapes.length] as PointShape;
  const scale = fontSize / 15;
  // So many marks would only be a thick line.
  const marked = points.length <= MARKED;
  return {
    label,
    data: points.map(({ x, y, se }) => {
      const value = y ?? Number.NaN;
      const half = standardErrors * (se ?? 0);
      return { x, y: value, yMin: value - half, yMax: value + half };
    }),
    borderColor: color,
    backgroundColor: color,
    borderWidth: 2.2 * scale,
    // Marks at the ends of an axis are drawn whole.
    clip: 12 * scale,
    spanGaps: false,
    pointStyle: marked ? shape.style : false,
    pointRotation: shape.rotation,
    pointRadius: shape.radius * scale,
    pointHoverRadius: shape.radius * scale * 1.3,
    pointBorderColor: shape.style === "star" || shape.style === "crossRot" ? color : theme.background,
    pointBorderWidth: (shape.style === "star" || shape.style === "crossRot" ? 2 : 1) * scale,
    errorBarColor: color,
    errorBarWhiskerColor: color,
    errorBarLineWidth: { v: [1.4 * scale] },
    errorBarWhiskerLineWidth: { v: [1.4 * scale] },
    errorBarWhiskerSize: { v: [9 * scale] },
  };
}

/** What the theory says of a series: a thin line of its colour, without marks and without a place in the legend. */
function theoryLine(
  { points }: CurveSeries,
  i: number,
  { theme, fontSize }: { theme: FigureTheme; fontSize: number },
): ChartDataset<"lineWithErrorBars", CurveDatum[]> {
  return {
    label: "",
    data: points.map(({ x, cell }) => {
      const value = cell.theory ?? Number.NaN;
      return { x, y: value, yMin: value, yMax: value };
    }),
    borderColor: theme.series[i % theme.series.length],
    borderWidth: (1.4 * fontSize) / 15,
    pointStyle: false,
    pointRadius: 0,
    errorBarLineWidth: { v: [0] },
    errorBarWhiskerLineWidth: { v: [0] },
    errorBarWhiskerSize: { v: [0] },
  };
}

function tooltipTexts({ series, categories }: CurveData, x: string, measure: Measure) {
  return {
    title: (items: { datasetIndex: number; dataIndex: number }[]) => {
      const point = items[0] && series[items[0].datasetIndex]?.points[items[0].dataIndex];
      if (!point) return "";
      return `${pathLabel(x).symbol} = ${categories?.[point.x] ?? formatNumber(point.x)}`;
    },
    label: (item: { datasetIndex: number; dataIndex: number }) => {
      const one = series[item.datasetIndex];
      const point = one?.points[item.dataIndex];
      if (!one || !point || point.y === null) return "";
      const spread = point.se === null ? "" : ` ± ${formatNumber(point.se, 2)}`;
      return `${one.label === "" ? measureTitles[measure] : one.label}: ${formatNumber(point.y, 4)}${spread}`;
    },
  };
}
