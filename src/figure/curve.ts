import type { ChartConfiguration } from "chart.js";
import type { CellResult } from "../engine/result.js";
import { formatNumber } from "../model/format.js";
import type { Scenario } from "../model/scenario.js";
import {
  bandDatasets,
  type CurveDataset,
  type CurveDatum,
  pinnedDataset,
  pointDataset,
  theoryDataset,
} from "./datasets.js";
import {
  capitalised,
  figureSubtitle,
  figureTitle,
  pointLegend,
  subtitleLines,
  titleLines,
  titleOf,
} from "./headings.js";
import { axisTitle, describeScenario, english, type FigureWords, pathLabel } from "./labels.js";
import { axisMarks, guessOf } from "./marks.js";
import {
  breakdownAnnotations,
  breakdownAxis,
  emptyAxis,
  placeAnnotation,
  referenceAnnotations,
  referenceAxis,
  referenceLines,
} from "./references.js";
import { horizontalAxis, horizontalRange, labelCount, verticalAxis, verticalRange } from "./scales.js";
import { type CurveData, type CurveSeries, curveData, figureAxes, type Measure, type TheoryLine } from "./series.js";
import { background, type FigureTheme, lightTheme } from "./theme.js";

export type { CurveDatum } from "./datasets.js";

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
  /** Of the whole figure in pixels, to which the labels fit themselves. Default 1200. */
  width?: number;
  /** Draws nothing to the right of this place, on the axes of the whole. */
  until?: number;
  /** A place on the horizontal axis to point at. */
  at?: number;
  /** Lines of the theory beside the points, or before there are any. */
  theory?: readonly TheoryLine[];
  /** Leaves out title, subtitle, legend, tips and ground, for a page that has its own. Default false. */
  bare?: boolean;
  /** Positions of the series that are not drawn; the axes stay those of all. */
  hidden?: ReadonlySet<number>;
  /** Curves to compare with, drawn grey behind the others. */
  pinned?: readonly (readonly { x: number; y: number | null }[])[];
  /** Default English. */
  words?: FigureWords;
}

/** A chart.js configuration of the one type that pstar's curves use. */
export type CurveConfiguration = ChartConfiguration<"lineWithErrorBars", CurveDatum[]>;

/**
 * The curve of a sweep as a chart.js configuration: one line a series with error bars, p⋆ as dashed vertical lines.
 *
 * It touches no document and no canvas; call `registerFigures()` once before handing it to chart.js. Null if the
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
  const words = options.words ?? english;
  const bayes = measure === "accuracy" ? (options.bayesAccuracy ?? null) : null;

  const data = curveData(cells, scenario, axes, measure, words, options.theory);
  const references = referenceLines(measure, bayes, words, guessOf(scenario));
  const style = { theme, fontSize, ...(options.width === undefined ? {} : { width: options.width }) };
  const x = horizontalRange(data, axes, labelCount(style));
  const y = verticalRange(data, references, standardErrors, measure);
  const { hidden = new Set() } = options;
  const marks = axisMarks(data.series, scenario, axes, known, measure).filter(
    (mark) => mark.value >= x.min && mark.value <= x.max && mark.series.some((i) => !hidden.has(i)),
  );
  const theories = data.series.map((series, i) =>
    hasTheory(series, measure) ? theoryDataset(series, i, style) : undefined,
  );
  const bands = data.series.map((series, i) =>
    data.categories === null && series.points.some(({ band }) => band) ? bandDatasets(series, i, style) : [],
  );
  const swept = [axes.x, ...axes.series];
  const title =
    options.title ??
    titleOf(known ? scenario.name : undefined) ??
    capitalised(words.against(words.measures[measure], axisTitle(axes.x, words)));
  const notes = cells.length > 0 ? [words.bars(standardErrors)] : [];
  if (cells.some((cell) => cell.status === "empty")) notes.push(words.gap);
  if (theories.some((line) => line)) notes.push(words.lineIsTheory);
  if (bands.some((edges) => edges.length > 0)) notes.push(words.bands);

  return {
    type: "lineWithErrorBars",
    data: {
      datasets: upTo(options.until, [
        ...data.series.map((series, i) => ({
          ...pointDataset(series, i, standardErrors, style),
          // Words have no between; where the theory's line runs beside them, the points need none of their own.
          showLine: data.categories === null && !theories[i],
          // and without a name it is not in the legend
          ...(hidden.has(i) && { hidden: true, label: "" }),
        })),
        ...theories.flatMap((line, i) => (line ? { ...line, hidden: hidden.has(i) } : [])),
        ...bands.flatMap((edges, i) => edges.map((edge) => ({ ...edge, hidden: hidden.has(i) }))),
        ...(options.pinned ?? []).map((line) => pinnedDataset(line, style)),
      ]),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: options.bare ? { top: 0, right: 2, bottom: 0, left: 0 } : fontSize * 1.6 },
      interaction: { mode: "nearest", intersect: false },
      scales: {
        x: horizontalAxis(x, capitalised(axisTitle(axes.x, words)), style),
        y: verticalAxis(y, capitalised(words.measures[measure]), style),
        breakdown: marks.length > 0 ? breakdownAxis(marks, x, style) : emptyAxis(style),
        ...(references.length > 0 ? { reference: referenceAxis(references, y, style) } : {}),
      },
      plugins: {
        title: figureTitle(title, style, !options.bare),
        subtitle: figureSubtitle(
          [
            ...titleLines((known && scenario.description?.split(" ")) || [], " "),
            ...subtitleLines([...(known ? describeScenario(scenario, swept, words) : []), ...notes]),
          ],
          style,
          { display: !options.bare, below: axes.series.length > 0 ? "legend" : "plot" },
        ),
        legend: pointLegend(style, axes.series.length > 0 && !options.bare),
        tooltip: { enabled: !options.bare, callbacks: tooltipTexts(data, axes.x, measure, words) },
        annotation: {
          clip: false,
          annotations: {
            ...breakdownAnnotations(marks, style),
            ...referenceAnnotations(references, style),
            ...(options.at === undefined ? {} : placeAnnotation(options.at, style)),
          },
        },
      },
    },
    plugins: options.bare ? [] : [background<"lineWithErrorBars">(theme.background)],
  };
}

/** The datasets without their values to the right of a place. */
function upTo(place: number | undefined, datasets: CurveDataset[]): CurveDataset[] {
  if (place === undefined) return datasets;
  const none = { y: Number.NaN, yMin: Number.NaN, yMax: Number.NaN };
  return datasets.map((one) => ({
    ...one,
    data: one.data.map((point) => (point.x > place ? { ...point, ...none } : point)),
  }));
}

function tooltipTexts({ series, categories }: CurveData, x: string, measure: Measure, words: FigureWords) {
  // Behind the datasets of the points come the lines of the series that have one.
  const owners = series.filter((one) => hasTheory(one, measure));
  const pointOf = ({ datasetIndex, dataIndex }: { datasetIndex: number; dataIndex: number }) => {
    const drawn = series[datasetIndex];
    const one = drawn ?? owners[datasetIndex - series.length];
    const point = drawn ? one?.points[dataIndex] : (one?.theory ?? one?.points)?.[dataIndex];
    return one && point ? { one, point, drawn: drawn !== undefined } : undefined;
  };
  return {
    title: (items: { datasetIndex: number; dataIndex: number }[]) => {
      const found = items[0] && pointOf(items[0]);
      if (!found) return "";
      const { x: place } = found.point;
      return `${pathLabel(x, words).plain} = ${categories?.[place] ?? formatNumber(place)}`;
    },
    label: (item: { datasetIndex: number; dataIndex: number; parsed?: { y: number | null } }) => {
      const found = pointOf(item);
      if (!found) return "";
      const { one, point, drawn } = found;
      const name = one.label === "" ? words.measures[measure] : one.label;
      if (!drawn) return `${name}: ${formatNumber(item.parsed?.y ?? Number.NaN, 4)} (${words.theory})`;
      if (point.y === null) return "";
      const spread = "se" in point && point.se !== null ? ` ± ${formatNumber(point.se as number, 2)}` : "";
      return `${name}: ${formatNumber(point.y, 4)}${spread}`;
    },
  };
}

/** Of a line of its own any measure; beside the cells of generations stands the accuracy alone. */
function hasTheory({ theory, points }: CurveSeries, measure: Measure): boolean {
  if (theory) return theory.some(({ y }) => y !== null);
  return measure === "accuracy" && points.some(({ cell }) => typeof cell.theory === "number");
}
