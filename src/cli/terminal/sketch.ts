import type { CellResult } from "../../engine/result.js";
import { measureTitles } from "../../figure/headings.js";
import { axisTitle } from "../../figure/labels.js";
import { type AxisMark, axisMarks, guessOf } from "../../figure/marks.js";
import { referenceLines } from "../../figure/references.js";
import { type AxisRange, horizontalRange, verticalRange } from "../../figure/scales.js";
import { curveData, figureAxes, type Measure, measured } from "../../figure/series.js";
import { formatNumber } from "../../model/format.js";
import type { Scenario } from "../../model/scenario.js";
import { type Paint, spelt, textWidth, unbroken, wrapped } from "./format.js";
import type { Terminal } from "./terminal.js";

const MARKS = { unicode: ["●", "■", "▲", "◆", "○", "□", "△", "◇"], ascii: ["o", "#", "^", "*", "x", "+", "%", "@"] };
const HEIGHT = 16;
const WIDEST_SKETCH = 84;

/** The curve of a sweep in characters: one mark a series, chance as a dotted line, p⋆ as dotted columns. Empty without a sweep. */
export function sketch(
  cells: readonly CellResult[],
  scenario: Scenario,
  terminal: Terminal,
  measure: Measure = "accuracy",
): string {
  const axes = figureAxes(scenario);
  if (axes === null || !cells.some((cell) => measured(cell, measure).mean !== null)) return "";
  const { colors, unicode } = terminal;
  const data = curveData(cells, scenario, axes, measure);
  const x = horizontalRange(data, axes);
  const references = referenceLines(measure, null, undefined, guessOf(scenario));
  const y = verticalRange(data, references, 0);
  const margin = Math.max(...y.ticks.map(({ label }) => label.length)) + 2;
  const raster = new Raster(Math.min(terminal.columns, WIDEST_SKETCH) - margin - 2, HEIGHT);
  const across = (value: number) => share(x, value);
  const up = (value: number) => share(y, value);

  for (const { value } of references) {
    for (let column = 0; column < raster.width; column++) {
      raster.mark(column, raster.row(up(value)), unicode ? "┄" : "-", colors.dim);
    }
  }
  const breakdowns = axisMarks(data.series, scenario, axes, true, measure).filter(
    ({ value }) => value >= x.min && value <= x.max,
  );
  for (const { value } of breakdowns) {
    for (let row = 0; row < HEIGHT; row++)
      raster.mark(raster.column(across(value)), row, unicode ? "┊" : ":", colors.dim);
  }

  const paints: Paint[] = [colors.cyan, colors.yellow, colors.green, colors.magenta, colors.blue, colors.red];
  const paint = (i: number) => paints[i % paints.length];
  const sign = (i: number) => (unicode ? MARKS.unicode : MARKS.ascii)[i % MARKS.ascii.length];
  if (unicode && data.categories === null) {
    data.series.forEach(({ points }, i) => {
      for (const [k, { x: from, y: low }] of points.entries()) {
        const next = points[k + 1];
        if (low !== null && next && next.y !== null)
          raster.line([across(from), up(low)], [across(next.x), up(next.y)], paint(i));
      }
    });
  }
  data.series.forEach(({ points }, i) => {
    for (const { x: at, y: value } of points) {
      if (value !== null) raster.mark(raster.column(across(at)), raster.row(up(value)), sign(i), paint(i));
    }
  });

  const names = data.series.map(({ label }, i) => ({ sign: sign(i), label: spelt(label, terminal), paint: paint(i) }));
  const lines = [
    colors.bold(measureTitles[measure]),
    ...breakdownNames(breakdowns, raster, across).map((line) => colors.dim(`${" ".repeat(margin)}${line}`)),
    ...framed(raster, y, margin, terminal),
    ...xLabels(x, raster, across, margin).map((line) => colors.dim(line)),
    `${" ".repeat(margin)}${axisTitle(axes.x)}`,
    ...(axes.series.length > 0 ? legend(names, terminal) : []),
  ];
  return lines.map((line) => `${spelt(line.trimEnd(), terminal)}\n`).join("");
}

/** Where a value lies on an axis, in [0, 1]. */
function share({ min, max, scale }: AxisRange, value: number): number {
  if (scale === "log") return Math.log(value / min) / Math.log(max / min);
  return (value - min) / (max - min);
}

function framed(raster: Raster, y: AxisRange, margin: number, { colors, unicode }: Terminal): string[] {
  const labels = new Map(y.ticks.map(({ value, label }) => [raster.row(share(y, value)), label]));
  return raster.rows().map((row, i) => {
    const label = labels.get(i);
    const edge = unicode ? (label === undefined ? "│" : "┤") : "|";
    return `${colors.dim(`${(label ?? "").padStart(margin - 2)} ${edge}`)}${row}`;
  });
}

/** The axis under the picture and its labels; one that would touch its neighbour is left out. */
function xLabels(x: AxisRange, raster: Raster, across: (value: number) => number, margin: number): string[] {
  // Powers of ten take their places first.
  const rank = ({ value }: { value: number }) => (x.scale === "log" && Number.isInteger(Math.log10(value)) ? 0 : 1);
  const ticks = x.ticks.toSorted((a, b) => rank(a) - rank(b));
  const placed = ticks.map(({ value, label }) => ({ at: raster.column(across(value)), text: label }));
  return [`${" ".repeat(margin - 1)}└${"─".repeat(raster.width)}`, " ".repeat(margin) + spread(placed, raster.width)];
}

function breakdownNames(marks: readonly AxisMark[], raster: Raster, across: (value: number) => number): string[] {
  if (marks.length === 0) return [];
  const placed = marks.map(({ symbol, value }) => ({
    at: raster.column(across(value)),
    text: `${symbol} ${formatNumber(value, 3)}`,
  }));
  return [spread(placed, raster.width)];
}

/** Centres texts at their columns, on one line; one that would touch another before it in the list is left out. */
function spread(texts: readonly { at: number; text: string }[], width: number): string {
  const line = Array.from({ length: width + 2 }, () => " ");
  for (const { at, text } of texts) {
    const start = Math.max(0, Math.min(at - Math.floor(text.length / 2), line.length - text.length));
    if (line.slice(Math.max(0, start - 1), start + text.length + 1).some((sign) => sign !== " ")) continue;
    line.splice(start, text.length, ...text);
  }
  return line.join("");
}

/** The names of the series beside each other, or each on lines of its own if one is too long for that. */
function legend(names: readonly { sign: string; label: string; paint: Paint }[], { columns }: Terminal): string[] {
  const width = Math.min(columns, WIDEST_SKETCH);
  if (names.some(({ label }) => textWidth(label) + 2 > width)) {
    return names.flatMap(({ sign, label, paint }) =>
      wrapped(label, width - 2).map((line, i) => `${i === 0 ? paint(sign) : " "} ${line}`),
    );
  }
  const parts = names.map(({ sign, label, paint }) => `${paint(sign)} ${label}`);
  return wrapped(parts.map(unbroken).join("  "), width);
}

/** Bits of the eight dots of a braille character, by column and row. @see Unicode chart U+2800 */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
];

interface Spot {
  dots: number;
  mark: string;
  paint: Paint | null;
}

/** A picture of characters: lines are drawn in braille, two dots wide and four high in each; marks cover lines. */
class Raster {
  readonly width: number;
  readonly height: number;
  readonly #spots: Spot[];

  /** @param width,height In characters. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#spots = Array.from({ length: width * height }, () => ({ dots: 0, mark: "", paint: null }));
  }

  /** Puts a character in place; outside the picture nothing happens. */
  mark(column: number, row: number, character: string, paint: Paint): void {
    const spot = this.#at(column, row);
    if (spot) Object.assign(spot, { mark: character, paint });
  }

  /** A straight line of dots between two points; x and y in [0, 1], from the lower left. */
  line(from: readonly [number, number], to: readonly [number, number], paint: Paint): void {
    const [x0, y0] = this.#dot(from);
    const [x1, y1] = this.#dot(to);
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let i = 0; i <= steps; i++) {
      const x = Math.round(x0 + ((x1 - x0) * i) / steps);
      const y = Math.round(y0 + ((y1 - y0) * i) / steps);
      const spot = this.#at(x >> 1, y >> 2);
      if (!spot) continue;
      if (spot.dots === 0) spot.mark = "";
      spot.dots |= DOTS[x & 1][y & 3];
      spot.paint = paint;
    }
  }

  /** The column of an x, and the row of a y, in [0, 1]. */
  column(x: number): number {
    return this.#dot([x, 0])[0] >> 1;
  }

  row(y: number): number {
    return this.#dot([0, y])[1] >> 2;
  }

  /** The rows from the top, painted. */
  rows(): string[] {
    return Array.from({ length: this.height }, (_, row) => {
      const spots = this.#spots.slice(row * this.width, (row + 1) * this.width);
      return spots.map(character).join("");
    });
  }

  #dot([x, y]: readonly [number, number]): [number, number] {
    return [Math.round(x * (2 * this.width - 1)), Math.round((1 - y) * (4 * this.height - 1))];
  }

  #at(column: number, row: number): Spot | undefined {
    const inside = column >= 0 && column < this.width && row >= 0 && row < this.height;
    return inside ? this.#spots[row * this.width + column] : undefined;
  }
}

function character({ dots, mark, paint }: Spot): string {
  const text = mark || (dots > 0 ? String.fromCharCode(0x2800 + dots) : " ");
  return paint && text !== " " ? paint(text) : text;
}
