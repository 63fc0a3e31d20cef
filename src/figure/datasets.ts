import type { ChartDataset } from "chart.js";
import type { FigureStyle } from "./scales.js";
import type { CurvePoint, CurveSeries } from "./series.js";
import { type PointShape, pointShapes } from "./theme.js";

/** A point of a dataset, and the ends of its error bar if it has one. */
export interface CurveDatum {
  x: number;
  y: number;
  yMin?: number;
  yMax?: number;
}

export type CurveDataset = ChartDataset<"lineWithErrorBars", CurveDatum[]>;

/** Points of a curve, at most, that have a mark each: more would only be a thick line. */
const MARKED = 150;

/** Points of one label, as far as they are drawn. */
export interface LabelledPoints {
  label: string;
  points: readonly Omit<CurvePoint, "cell">[];
}

/** The points of a series with their error bars, in its colour and with its mark. */
export function pointDataset(
  { label, points }: LabelledPoints,
  i: number,
  standardErrors: number,
  style: FigureStyle,
): CurveDataset {
  return {
    label,
    data: points.map(({ x, y, se }) => {
      const value = y ?? Number.NaN;
      const half = standardErrors * (se ?? 0);
      return { x, y: value, yMin: value - half, yMax: value + half };
    }),
    spanGaps: false,
    ...marked(i, style),
    // in the legend a line stands for the marks that are not there
    ...(points.length > MARKED ? { pointStyle: "line" as const, rotation: 0, radius: 0, hoverRadius: 0 } : {}),
  };
}

/** The colour and the mark of the i-th series, and what its line and its error bars look like. */
export function marked(i: number, { theme, fontSize }: FigureStyle) {
  const color = theme.series[i % theme.series.length] as string;
  // Where the colours come round again, the marks are moved by one: no two of 64 series look the same.
  const shape = pointShapes[(i + Math.floor(i / theme.series.length)) % pointShapes.length] as PointShape;
  const scale = fontSize / 15;
  const isOfLines = shape.style === "star" || shape.style === "crossRot";
  return {
    borderColor: color,
    backgroundColor: color,
    borderWidth: 2.2 * scale,
    // Marks at the ends of an axis are drawn whole.
    clip: 12 * scale,
    pointStyle: shape.style,
    // points with error bars are an element of another name, which looks for these without the prefix "point"
    rotation: shape.rotation,
    radius: shape.radius * scale,
    hoverRadius: shape.radius * scale * 1.3,
    pointBorderColor: isOfLines ? color : theme.background,
    pointBorderWidth: (isOfLines ? 2 : 1) * scale,
    errorBarColor: color,
    errorBarWhiskerColor: color,
    errorBarLineWidth: { v: [1.4 * scale] },
    errorBarWhiskerLineWidth: { v: [1.4 * scale] },
    errorBarWhiskerSize: { v: [9 * scale] },
  };
}

/** What the theory says of a series: a thin line of its colour, without marks and without a place in the legend. */
export function theoryDataset(
  { points, theory }: CurveSeries,
  i: number,
  { theme, fontSize }: FigureStyle,
): CurveDataset {
  const line = theory ?? points.map(({ x, cell }) => ({ x, y: cell.theory ?? null }));
  return {
    label: "",
    data: line.map(({ x, y }) => ({ x, y: y ?? Number.NaN, yMin: y ?? Number.NaN, yMax: y ?? Number.NaN })),
    borderColor: theme.series[i % theme.series.length],
    borderWidth: ((points.length > 0 ? 1.4 : 2) * fontSize) / 15,
    pointStyle: false,
    pointRadius: 0,
    errorBarLineWidth: { v: [0] },
    errorBarWhiskerLineWidth: { v: [0] },
    errorBarWhiskerSize: { v: [0] },
  };
}

/**
 * The area between what most repetitions come to, in the pale colour of its series: two edges without a line, the second of
 * which is filled up to the first.
 */
export function bandDatasets({ points }: CurveSeries, i: number, { theme }: FigureStyle): CurveDataset[] {
  const color = theme.series[i % theme.series.length] as string;
  const edge = (end: "low" | "high"): CurveDataset => ({
    label: "",
    data: points.map(({ x, band }) => {
      const y = band?.[end] ?? Number.NaN;
      return { x, y, yMin: y, yMax: y };
    }),
    order: 2,
    borderWidth: 0,
    borderColor: "transparent",
    backgroundColor: `${color}22`,
    fill: end === "high" ? "-1" : false,
    pointStyle: false,
    pointRadius: 0,
    errorBarLineWidth: { v: [0] },
    errorBarWhiskerLineWidth: { v: [0] },
    errorBarWhiskerSize: { v: [0] },
  });
  return [edge("low"), edge("high")];
}

/** A curve to compare with: grey, behind the others, without a place in the legend. */
export function pinnedDataset(
  line: readonly { x: number; y: number | null }[],
  { theme, fontSize }: FigureStyle,
): CurveDataset {
  return {
    label: "",
    data: line.map(({ x, y }) => ({ x, y: y ?? Number.NaN, yMin: y ?? Number.NaN, yMax: y ?? Number.NaN })),
    order: 1,
    borderColor: theme.reference,
    borderWidth: (3.2 * fontSize) / 15,
    pointStyle: false,
    pointRadius: 0,
    errorBarLineWidth: { v: [0] },
    errorBarWhiskerLineWidth: { v: [0] },
    errorBarWhiskerSize: { v: [0] },
  };
}
