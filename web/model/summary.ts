import type { FigureAxes } from "../../src/figure/axes.js";
import { pathLabel } from "../../src/figure/labels.js";
import { axisMarks } from "../../src/figure/marks.js";
import type { CurveData, CurveSeries } from "../../src/figure/series.js";
import type { CellResult, Scenario } from "../../src/index.js";
import { fixedNumber, formatNumber } from "../../src/model/format.js";
import type { Messages } from "../words/messages.js";

/** What a figure shows, in a sentence for each curve: a canvas is mute to a screen reader. */
export function summarySentences(data: CurveData, scenario: Scenario, axes: FigureAxes, words: Messages): string[] {
  const marks = axisMarks(data.series, scenario, axes).filter(({ symbol }) => symbol === "p⋆");
  return data.series.flatMap((one, i) => {
    const name = one.label === "" ? words.summary.only : capitalised(one.label);
    const mark = marks.find(({ series }) => series.includes(i));
    const inside = mark && mark.value > 0 && mark.value < 1;
    if (inside) return [words.summary.crossing(name, formatNumber(mark.value, 3))];
    return described(one, name, axes, words);
  });
}

/** A word begins a sentence with a capital; a letter of the field, such as φ, would become another one. */
function capitalised(label: string): string {
  return /^\p{Ll}{2}/u.test(label) ? label.charAt(0).toUpperCase() + label.slice(1) : label;
}

function described(one: CurveSeries, name: string, axes: FigureAxes, words: Messages): string[] {
  const known = valuesOf(one);
  const first = known[0];
  const last = known.at(-1);
  if (!first || !last) return [];
  const { plain } = pathLabel(axes.x, words.figureWords);
  const degree = pathLabel(axes.x).angle ? "°" : "";
  const at = (x: number) => `${plain} = ${formatNumber(x, 4)}${degree}`;
  const value = (y: number) => fixedNumber(y, 3);
  const range = words.summary.range(name, value(first.y), at(first.x), value(last.y), at(last.x));
  const best = known.reduce((high, point) => (point.y > high.y ? point : high));
  const peak = best.y > Math.max(first.y, last.y) + 0.005;
  return [peak ? `${range} ${words.summary.best(value(best.y), at(best.x))}` : range];
}

/** The line where there is one: it has no noise. */
function valuesOf({ theory, points }: CurveSeries): { x: number; y: number }[] {
  const source: readonly { x: number; y: number | null }[] = theory?.some(({ y }) => y !== null) ? theory : points;
  return source.filter((point): point is { x: number; y: number } => point.y !== null);
}

/** The engines that computed some cells, in words. */
export function engineNames(cells: readonly CellResult[], words: Messages): string {
  const names = [...new Set(cells.map(({ engine }) => engine))].sort();
  return names.map((name) => words.figureWords.values[name] ?? name).join(words.figureWords.listSeparator);
}
