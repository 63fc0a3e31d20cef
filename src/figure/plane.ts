import type { Plugin } from "chart.js";
import { fixedNumber } from "../model/format.js";
import { type ColorScale, colorBar, colorOf, colorScale } from "./colorBar.js";
import type { CurveConfiguration } from "./curve.js";
import type { CurveDatum } from "./datasets.js";
import type { Segment } from "./grid.js";
import { horizontalAxis, labelCount, linearTicks, verticalAxis } from "./scales.js";
import { background, type FigureTheme, lightTheme } from "./theme.js";

/** One axis of a plane: the middles of its cells, evenly spaced. */
export interface PlaneAxis {
  values: readonly number[];
  title: string;
}

/** A number for every cell of a plane, row by row from below. */
export interface PlaneData {
  x: PlaneAxis;
  y: PlaneAxis;
  /** Accuracy in [0, 1], or what the colours of `scale` say; NaN if there is none. */
  accuracy: ArrayLike<number>;
  /** The value of the pale colour, and the largest. Default one half and 1. */
  scale?: Pick<ColorScale, "middle" | "max">;
  /** The line on which that is the middle, in the units of the axes: for an accuracy that of a coin. */
  half: readonly Segment[];
  /** The line on which p = p⋆, dashed: nothing has to change there. */
  breakdown: readonly Segment[];
  /** The cell that the reader has chosen, by its columns and rows. */
  chosen?: { column: number; row: number } | null;
}

export interface PlaneOptions {
  theme?: FigureTheme;
  /** Of the axis labels, in pixels. Default 15. */
  fontSize?: number;
  /** Of the whole figure, in pixels. Default 1200. */
  width?: number;
  title?: string;
  /** Of the bar that says what the colours mean, beside a figure that is not bare. */
  colors?: string;
  /** Leaves out title and ground, for a page that has its own. Default false. */
  bare?: boolean;
}

/** The lines are of the one type that pstar's curves use, whose points carry error bars. */
const WITHOUT_BARS = {
  errorBarLineWidth: { v: [0] },
  errorBarWhiskerLineWidth: { v: [0] },
  errorBarWhiskerSize: { v: [0] },
  pointHitRadius: 0,
};

/**
 * A phase diagram as a chart.js configuration: the accuracy as colour, from the opposite of the truth through chance to the
 * truth, the line of accuracy one half over it, and p = p⋆ dashed. It touches no document; call `registerFigures()` once before.
 */
export function planeFigure(data: PlaneData, options: PlaneOptions = {}): CurveConfiguration {
  const { theme = lightTheme, fontSize = 15, width = 1200 } = options;
  const style = { theme, fontSize, width };
  const x = extentOf(data.x.values, labelCount(style));
  const y = extentOf(data.y.values, 8);
  const ring = chosenPoint(data);
  const scale = colorScale(data.scale ?? { middle: 0.5, max: 1 }, theme);
  return {
    type: "lineWithErrorBars",
    data: {
      datasets: [
        {
          label: "",
          data: piecesOf(data.half),
          borderColor: theme.ink,
          borderWidth: fontSize / 5,
          spanGaps: false,
          pointStyle: false as const,
          pointRadius: 0,
          ...WITHOUT_BARS,
        },
        {
          label: "",
          data: piecesOf(joined(data.breakdown)),
          borderColor: theme.ink,
          borderWidth: fontSize / 9,
          borderDash: [fontSize / 2.2, fontSize / 2.2],
          spanGaps: false,
          pointStyle: false as const,
          pointRadius: 0,
          ...WITHOUT_BARS,
        },
        {
          label: "",
          data: ring,
          showLine: false,
          ...{ radius: fontSize * 0.55, hoverRadius: fontSize * 0.55 },
          borderColor: theme.ink,
          backgroundColor: theme.background,
          borderWidth: fontSize / 5,
          ...WITHOUT_BARS,
        },
      ],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: options.bare ? { top: 6, right: 6 } : aroundBar(fontSize) },
      scales: { x: horizontalAxis(x, data.x.title, style), y: verticalAxis(y, data.y.title, style) },
      plugins: {
        title: {
          display: !options.bare && options.title !== undefined,
          text: options.title ?? "",
          align: "start",
          color: theme.ink,
          font: { family: theme.font, size: fontSize * 1.5, weight: 600 },
          padding: { top: 0, bottom: fontSize },
        },
        legend: { display: false },
        tooltip: { enabled: false },
      },
    },
    plugins: [
      ...(options.bare ? [] : [background(theme.background), colorBar(scale, options.colors ?? "", style)]),
      cells(data, scale, theme),
    ] as Plugin<"lineWithErrorBars">[],
  };
}

/** Every cell as a rectangle: a few thousand take milliseconds, and need no element each. */
function cells(data: PlaneData, scale: ColorScale, theme: FigureTheme): Plugin {
  return {
    id: "cells",
    beforeDatasetsDraw({ ctx, scales, chartArea }) {
      const { x, y } = scales as Record<string, { getPixelForValue(value: number): number }>;
      if (!x || !y) return;
      const edgesX = edgesOf(data.x.values).map((value) => Math.round(x.getPixelForValue(value)));
      const edgesY = edgesOf(data.y.values).map((value) => Math.round(y.getPixelForValue(value)));
      const columns = data.x.values.length;
      ctx.save();
      for (let row = 0; row < data.y.values.length; row++) {
        const [bottom, top] = [edgesY[row] as number, edgesY[row + 1] as number];
        for (let column = 0; column < columns; column++) {
          const accuracy = data.accuracy[row * columns + column] as number;
          if (Number.isNaN(accuracy)) continue;
          const left = edgesX[column] as number;
          ctx.fillStyle = colorOf(scale, accuracy);
          ctx.fillRect(left, top, (edgesX[column + 1] as number) - left, bottom - top);
        }
      }
      ctx.strokeStyle = theme.reference;
      ctx.lineWidth = 1;
      ctx.strokeRect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
      ctx.restore();
    },
  };
}

/** At the right, room for the bar of the colours. */
function aroundBar(fontSize: number) {
  const edge = fontSize * 1.6;
  return { top: edge, left: edge, bottom: edge, right: fontSize * 7 };
}

function piecesOf(lines: readonly (readonly number[])[]): CurveDatum[] {
  return lines.flatMap((line) => [
    ...Array.from({ length: line.length / 2 }, (_, i) => ({ x: line[2 * i] as number, y: line[2 * i + 1] as number })),
    { x: Number.NaN, y: Number.NaN },
  ]);
}

/** Pieces that meet, as long lines of coordinates: a dash is longer than a piece. */
function joined(pieces: readonly Segment[]): number[][] {
  const key = (x: number | undefined, y: number | undefined) => `${x?.toPrecision(9)} ${y?.toPrecision(9)}`;
  const lines: number[][] = [];
  const ends = new Map<string, number[]>();
  for (const [x0, y0, x1, y1] of pieces) {
    const [start, end] = [key(x0, y0), key(x1, y1)];
    const line = ends.get(start) ?? ends.get(end);
    if (line === undefined) {
      const made = [x0, y0, x1, y1];
      lines.push(made);
      ends.set(start, made).set(end, made);
      continue;
    }
    const meets = ends.get(start) === line ? start : end;
    const [x, y] = meets === start ? [x1, y1] : [x0, y0];
    if (key(line.at(-2), line.at(-1)) === meets) line.push(x, y);
    else if (key(line[0], line[1]) === meets) line.unshift(x, y);
    else {
      const made = [x0, y0, x1, y1];
      lines.push(made);
      ends.set(start, made).set(end, made);
      continue;
    }
    ends.delete(meets);
    ends.set(key(x, y), line);
  }
  return lines;
}

/** Halfway between the middles of the cells, and as far beyond the ends. */
function edgesOf(values: readonly number[]): number[] {
  const half = ((values[1] ?? 1) - (values[0] ?? 0)) / 2;
  return [...values.map((value) => value - half), (values.at(-1) ?? 0) + half];
}

function extentOf(values: readonly number[], count: number) {
  const edges = edgesOf(values);
  const [min, max] = [edges[0] as number, edges.at(-1) as number];
  const { values: ticks, decimals } = linearTicks(values[0] as number, values.at(-1) as number, count);
  return {
    min,
    max,
    scale: "linear" as const,
    ticks: ticks.map((value) => ({ value, label: fixedNumber(value, decimals) })),
  };
}

function chosenPoint({ x, y, chosen }: PlaneData): CurveDatum[] {
  if (!chosen) return [];
  const at = { x: x.values[chosen.column] as number, y: y.values[chosen.row] as number };
  return [{ ...at, yMin: at.y, yMax: at.y }];
}
