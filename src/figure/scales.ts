import type { ChartOptions, Scale } from "chart.js";
import { fixedNumber, formatNumber } from "../model/format.js";
import type { CurveData, FigureAxes, Measure } from "./series.js";
import type { FigureTheme } from "./theme.js";

/** A value that the curves are read against; it is named on the right-hand side. */
export interface ReferenceLine {
  value: number;
  label: string;
}

/** What every part of a figure needs to draw itself. */
export interface FigureStyle {
  theme: FigureTheme;
  /** Pixels. */
  fontSize: number;
  /** Pixels of the whole figure. Default 1200. */
  width?: number;
}

/** The width of a figure in letters' heights: what decides how many labels stand side by side. */
export function widthOf({ fontSize, width = 1200 }: FigureStyle): number {
  return width / fontSize;
}

/** Ten labels along an axis, fewer where they would crowd one another. */
export function labelCount(style: FigureStyle): number {
  return Math.max(3, Math.min(10, Math.floor(widthOf(style) / 5)));
}

/** The extent of an axis, and the values that are written beside it. */
export interface AxisRange {
  min: number;
  max: number;
  scale: "linear" | "log";
  ticks: { value: number; label: string }[];
}

export type AxisOptions = NonNullable<NonNullable<ChartOptions<"lineWithErrorBars">["scales"]>[string]>;

/** From the first to the last cell; words stand at equal distances with half a step of room at the ends. */
export function horizontalRange({ series, categories }: CurveData, axes: FigureAxes, labels = 10): AxisRange {
  if (categories !== null) {
    const ticks = categories.map((label, value) => ({ value, label }));
    return { min: -0.5, max: categories.length - 0.5, scale: "linear", ticks };
  }
  const values = series.flatMap(({ points, theory = [] }) => [...points, ...theory].map(({ x }) => x));
  const [min, max] = [Math.min(...values), Math.max(...values)];
  if (axes.logarithmic && min > 0 && max > min) {
    const ticks = logTicks(min, max, labels).map((value) => ({ value, label: formatNumber(value) }));
    return { min, max, scale: "log", ticks };
  }
  if (!(max > min))
    return { min: min - 0.5, max: min + 0.5, scale: "linear", ticks: [{ value: min, label: formatNumber(min) }] };
  return { min, max, scale: "linear", ticks: writtenTicks(min, max, labels) };
}

/** Holds every mean with its error bar, and the reference lines. */
export function verticalRange(
  data: CurveData,
  references: readonly ReferenceLine[],
  standardErrors: number,
  measure?: Measure,
): AxisRange {
  const values = references.map((line) => line.value);
  for (const { points, theory = [] } of data.series) {
    for (const { y } of theory) if (y !== null) values.push(y);
    for (const { y, se, band } of points) {
      if (band !== undefined) values.push(band.low, band.high);
      if (y !== null) values.push(y - standardErrors * (se ?? 0), y + standardErrors * (se ?? 0));
    }
  }
  if (values.length === 0) values.push(0, 1);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.02 * (high - low);
  const [min, max] = roundRange(low - margin, high + margin, 10);
  // An accuracy has no room outside [0, 1], even for a bar, a cosine none outside [-1, 1].
  const isShare = measure === "accuracy" || measure === "agreement";
  const floor = isShare || low >= 0 ? 0 : low >= -1 ? -1 : -Infinity;
  const bounded = { min: Math.max(floor, min), max: isShare || high <= 1 ? Math.min(1, max) : max };
  return { ...bounded, scale: "linear", ticks: writtenTicks(bounded.min, bounded.max, 10) };
}

export function horizontalAxis(range: AxisRange, title: string, style: FigureStyle): AxisOptions {
  const options = { ...axis(range, title, style), position: "bottom", border: { color: style.theme.muted } } as const;
  return range.scale === "log" ? { ...options, type: "logarithmic" } : { ...options, type: "linear" };
}

export function verticalAxis(range: AxisRange, title: string, style: FigureStyle): AxisOptions {
  return { ...axis(range, title, style), type: "linear", position: "left", border: { display: false } };
}

function axis(range: AxisRange, title: string, style: FigureStyle) {
  const { theme, fontSize } = style;
  return {
    min: range.min,
    max: range.max,
    grid: { color: theme.grid, lineWidth: 1, tickColor: theme.muted, tickLength: fontSize * 0.4 },
    title: {
      display: true,
      text: titleLines(title, style),
      color: theme.ink,
      font: { family: theme.font, size: fontSize * 1.05, weight: 500 },
      padding: { top: fontSize * 0.5, bottom: fontSize * 0.3 },
    },
    ticks: {
      color: theme.muted,
      font: { family: theme.font, size: fontSize * 0.95 },
      padding: fontSize * 0.3,
      maxRotation: 0,
      callback: (_value: unknown, index: number) => range.ticks[index]?.label ?? "",
    },
    // Round values only, also when the axis begins or ends between them.
    afterBuildTicks: (scale: Scale) => {
      scale.ticks = range.ticks.map(({ value }) => ({ value }));
    },
  } satisfies AxisOptions;
}

/** A title that is too long for a narrow figure has its letter and unit on a line of their own. */
function titleLines(title: string, style: FigureStyle): string | string[] {
  const comma = title.lastIndexOf(", ");
  return comma < 0 || title.length < 1.3 * widthOf(style) ? title : [title.slice(0, comma), title.slice(comma + 2)];
}

/** Round values between two, as they are written beside an axis. */
export function writtenTicks(min: number, max: number, count: number): { value: number; label: string }[] {
  const { values, decimals } = linearTicks(min, max, count);
  const grouped = max >= 10_000 && decimals === 0;
  return values.map((value) => ({ value, label: grouped ? formatNumber(value) : fixedNumber(value, decimals) }));
}

/** A linear axis between two values, with some ten ticks. */
export function linearRange(min: number, max: number): AxisRange {
  return { min, max, scale: "linear", ticks: writtenTicks(min, max, 10) };
}

/** Round values that cover an interval, as the axes of a figure show them. */
interface Ticks {
  values: number[];
  /** Digits after the point that tell the values apart. */
  decimals: number;
}

const SLACK = 1e-9;

/** About `count` equally spaced round values within [min, max]; those at the ends are included when they are round. */
export function linearTicks(min: number, max: number, count: number): Ticks {
  const span = max - min;
  if (!(span > 0)) return { values: [min], decimals: decimalsOf(min) };
  const { step, decimals } = roundStep(span / count);
  const first = Math.ceil(min / step - SLACK);
  const last = Math.floor(max / step + SLACK);
  const values: number[] = [];
  for (let i = first; i <= last; i++) values.push(Number((i * step).toFixed(decimals)));
  return { values, decimals };
}

/** The smallest interval with round ends that holds [min, max]. */
export function roundRange(min: number, max: number, count: number): [number, number] {
  if (!(max > min)) return [min - 0.5, max + 0.5];
  const { step, decimals } = roundStep((max - min) / count);
  const down = Math.floor(min / step + SLACK) * step;
  const up = Math.ceil(max / step - SLACK) * step;
  return [Number(down.toFixed(decimals)), Number(up.toFixed(decimals))];
}

const LOG_DIGITS = [[1, 2, 3, 4, 5, 6, 8], [1, 2, 5], [1]] as const;
/** A figure that has room for so many labels has room for those of a logarithmic axis too, which are fewest where they are widest. */
const ROOM = 10;

/**
 * Powers of ten within [min, max], with 2 and 5 between them when there would be too few; all must be positive.
 *
 * @param labels So many have room: of more than that, in a narrow figure, only powers of ten are left, if there are two of them.
 */
export function logTicks(min: number, max: number, labels = ROOM): number[] {
  const decades = Math.log10(max / min);
  const choices = LOG_DIGITS.slice(decades > 4 ? 2 : decades > 1.5 ? 1 : 0).map((digits) =>
    logValues(min, max, digits),
  );
  const [usual = []] = choices;
  if (labels >= ROOM) return usual;
  return choices.find(({ length }) => length <= labels && length >= 2) ?? usual;
}

function logValues(min: number, max: number, digits: readonly number[]): number[] {
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++) {
    for (const digit of digits) {
      const value = Number(`${digit}e${power}`);
      if (value >= min * (1 - SLACK) && value <= max * (1 + SLACK)) values.push(value);
    }
  }
  return values;
}

function roundStep(raw: number): { step: number; decimals: number } {
  const power = Math.floor(Math.log10(raw) + SLACK);
  const lead = raw / 10 ** power;
  const digit = lead <= 1 + SLACK ? 1 : lead <= 2 + SLACK ? 2 : lead <= 5 + SLACK ? 5 : 10;
  const shift = digit === 10 ? power + 1 : power;
  return { step: Number(`${digit === 10 ? 1 : digit}e${shift}`), decimals: Math.max(0, -shift) };
}

function decimalsOf(value: number): number {
  return Math.min(6, (String(value).split(".")[1] ?? "").length);
}
