import type { ChartOptions } from "chart.js";
import { formatNumber } from "../model/format.js";
import { english, type FigureWords } from "./labels.js";
import { type AxisMark, saysSkill } from "./marks.js";
import type { AxisOptions, AxisRange, FigureStyle, ReferenceLine } from "./scales.js";
import { widthOf } from "./scales.js";
import type { Measure } from "./series.js";

/** The lines that the annotation plugin draws, by name; its own type is out of reach of ESM resolution. */
export type Annotations = Extract<
  NonNullable<NonNullable<NonNullable<ChartOptions["plugins"]>["annotation"]>["annotations"]>,
  Record<string, unknown>
>;

/** What guessing gives, and what the Bayes rule gives where it is known. */
export function referenceLines(
  measure: Measure,
  bayesAccuracy: number | null,
  words: FigureWords = english,
  guess: number | null = 0.5,
): ReferenceLine[] {
  if (measure === "cosine") return [{ value: 0, label: words.noDirection }];
  if (!saysSkill(measure)) return [];
  const lines: ReferenceLine[] = guess === null ? [] : [{ value: guess, label: words.chance }];
  if (bayesAccuracy !== null) lines.push({ value: bayesAccuracy, label: words.bayes(bayesAccuracy.toFixed(3)) });
  return lines;
}

/** The reference lines as annotations. */
export function referenceAnnotations(lines: readonly ReferenceLine[], { theme }: FigureStyle): Annotations {
  const annotations: Annotations = {};
  lines.forEach(({ value }, i) => {
    annotations[`reference${i}`] = {
      type: "line",
      scaleID: "y",
      value,
      borderColor: theme.reference,
      borderWidth: 1.2,
      drawTime: "beforeDatasetsDraw",
    };
  });
  return annotations;
}

/** A second vertical axis that only carries the names: chart.js leaves room for it, so no name covers a curve. */
export function referenceAxis(lines: readonly ReferenceLine[], range: AxisRange, style: FigureStyle): AxisOptions {
  const { theme, fontSize } = style;
  // Names closer than a line of text would overprint each other; the first one stays.
  const room = 0.035 * (range.max - range.min);
  const shown = lines.filter(({ value }, i) =>
    lines.slice(0, i).every((other) => Math.abs(other.value - value) > room),
  );
  return {
    type: "linear",
    position: "right",
    min: range.min,
    max: range.max,
    grid: { display: false },
    border: { display: false },
    ticks: {
      color: theme.muted,
      font: { family: theme.font, size: fontSize * 0.9 },
      padding: fontSize * 0.5,
      autoSkip: false,
      callback: (_value, index) => shown[index]?.label ?? "",
    },
    afterBuildTicks: (scale) => {
      scale.ticks = shown.map(({ value }) => ({ value }));
    },
  };
}

/** The breakdown points as dashed vertical lines in the colour of their series; grey where series share one. */
export function breakdownAnnotations(marks: readonly AxisMark[], style: FigureStyle): Annotations {
  const annotations: Annotations = {};
  marks.forEach((mark, i) => {
    annotations[`breakdown${i}`] = {
      type: "line",
      scaleID: "x",
      value: mark.value,
      borderColor: markColor(mark, style),
      borderWidth: 1.6,
      borderDash: [7, 5],
      drawTime: "beforeDatasetsDraw",
    };
  });
  return annotations;
}

/** A dotted vertical line at the place that the reader is at. */
export function placeAnnotation(value: number, { theme, fontSize }: FigureStyle): Annotations {
  return {
    place: {
      type: "line",
      scaleID: "x",
      value,
      borderColor: theme.ink,
      borderWidth: fontSize / 10,
      borderDash: [2, 3],
      drawTime: "afterDatasetsDraw",
    },
  };
}

/** A second horizontal axis, above the curves, that names the breakdown points; crowded ones lose the `p⋆ =`, then the number. */
export function breakdownAxis(marks: readonly AxisMark[], range: AxisRange, style: FigureStyle): AxisOptions {
  const { theme, fontSize } = style;
  const labels = spacedLabels(marks, range, widthOf(style));
  return {
    type: "linear",
    position: "top",
    min: range.min,
    max: range.max,
    grid: { display: false },
    border: { display: false },
    ticks: {
      color: ({ index }) => {
        const mark = marks[index];
        return mark ? markColor(mark, style) : theme.muted;
      },
      font: { family: theme.font, size: fontSize * 0.95, weight: 600 },
      padding: fontSize * 0.2,
      autoSkip: false,
      maxRotation: 0,
      callback: (_value, index) => labels[index] ?? "",
    },
    afterBuildTicks: (scale) => {
      scale.ticks = marks.map(({ value }) => ({ value }));
    },
  };
}

/** In its place where nothing is marked: room between the legend and the topmost label of the vertical axis. */
export function emptyAxis({ fontSize }: FigureStyle): AxisOptions {
  return {
    type: "linear",
    position: "top",
    grid: { display: false },
    border: { display: false },
    ticks: { display: false },
    afterFit: (scale) => {
      scale.height = fontSize;
    },
  };
}

/** Room for a label beside its neighbours, in letters' heights: `p⋆ = 0.727` and `0.727`. */
const LONG = 8;
const SHORT = 4.4;

function spacedLabels(marks: readonly AxisMark[], range: AxisRange, width: number): string[] {
  const positions = marks.map(({ value }) => (value - range.min) / (range.max - range.min));
  const gaps = positions.slice(1).map((position, i) => position - (positions[i] as number));
  const named = gaps.every((gap) => gap > LONG / width);
  let last = Number.NEGATIVE_INFINITY;
  return marks.map(({ symbol, value }, i) => {
    const position = positions[i] as number;
    if (!named && position - last <= SHORT / width) return "";
    last = position;
    // Of several signs each mark says its own, however crowded.
    const says = i === 0 || named || symbol !== marks[i - 1]?.symbol;
    return `${says ? `${symbol} = ` : ""}${formatNumber(value, 3)}`;
  });
}

function markColor(mark: AxisMark, { theme }: FigureStyle): string {
  const [only] = mark.series;
  if (mark.series.length !== 1 || only === undefined) return theme.muted;
  return theme.series[only % theme.series.length] as string;
}
