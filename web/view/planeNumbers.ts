import { sideOfChance } from "../../src/figure/marks.js";
import { formatNumber } from "../../src/model/format.js";
import type { Plane as Answer } from "../compute/calculator.js";
import { CELLS, type Places, scaleOf } from "../model/plane.js";
import type { Plane } from "../model/state.js";
import type { Messages } from "../words/messages.js";
import { fixed } from "./curveNumbers.js";
import type { Numbers } from "./rowsTable.js";

/** No one would read a table of all cells: every fifth column and row, the rest is in the files. */
const EVERY = 5;
const some = Array.from({ length: Math.ceil(CELLS / EVERY) }, (_, i) => i * EVERY);

/** How the axes of a plane are called in a sentence, and their units. */
interface AxisNames {
  x: string;
  y: string;
  units: { x: string; y: string };
}

export function axisNames(plane: Plane, { figureWords: { paths } }: Messages): AxisNames {
  const [generator, verifier] = ["generator.angle", "verifier.angle"].map((path) => paths[path]?.plain ?? "") as [
    string,
    string,
  ];
  if (plane === "rates") return { x: "p", y: "ψ/φ", units: { x: "", y: "" } };
  if (plane === "difficulty") return { x: "log₂ N/d", y: generator, units: { x: "", y: "°" } };
  return { x: generator, y: verifier, units: { x: "°", y: "°" } };
}

/** A cell as a sentence names it: both its places. */
export function cellName(
  names: AxisNames,
  { x, y }: Places,
  column: number,
  row: number,
  { figureWords }: Messages,
): string {
  const place = (axis: "x" | "y", at = 0) => `${names[axis]} = ${formatNumber(at, 3)}${names.units[axis]}`;
  return [place("x", x[column]), place("y", y[row])].join(figureWords.listSeparator);
}

/** The values of a plane as rows of numbers, from the top as it is drawn, and where each row falls below one half, and crosses p = p⋆. */
export function planeNumbers(
  plane: Plane,
  { x, y }: Places,
  { accuracy, breakdown, errorRate }: Answer,
  names: AxisNames,
  { diagram }: Messages,
): Numbers {
  const place = (value: number | null | undefined, axis: "x" | "y" = "x") =>
    value == null ? "—" : formatNumber(value, 3) + names.units[axis];
  const { middle } = scaleOf(plane, accuracy);
  const isCompared = plane === "difficulty";
  /** Where a row first falls below zero, by a straight line between two columns. */
  const fall = (row: number, of: (index: number) => number) => {
    for (let column = 1; column < CELLS; column++) {
      const [before, after] = [of(row * CELLS + column - 1), of(row * CELLS + column)];
      if (!(before > 0 && after <= 0)) continue;
      const [from, to] = [x[column - 1] as number, x[column] as number];
      return from + ((to - from) * before) / (before - after);
    }
    return null;
  };
  const skill = (index: number) => (accuracy[index] ?? Number.NaN) - middle;
  const gap = (index: number) => (breakdown[index] ?? Number.NaN) - (errorRate[index] ?? Number.NaN);
  return {
    heads: [
      `${names.y} \\ ${names.x}`,
      ...some.map((column) => place(x[column])),
      ...(isCompared ? [] : [diagram.halfAt(names.x), diagram.crossing(names.x)]),
    ],
    rows: some
      .toReversed()
      .map((row) => [
        place(y[row], "y"),
        ...some.map((column) => fixed(accuracy[row * CELLS + column], 3)),
        ...(isCompared ? [] : [place(fall(row, skill)), place(fall(row, gap))]),
      ]),
    named: true,
    note: isCompared ? diagram.hard.tableNote : diagram.tableNote,
  };
}

/** What the theory says of a cell of a plane, by its place in the answer. */
export function cellSentence(
  plane: Plane,
  { accuracy, breakdown, errorRate }: Answer,
  index: number,
  words: Messages,
): string {
  const value = accuracy[index] ?? Number.NaN;
  if (plane !== "difficulty")
    return cellText({ accuracy: value, point: breakdown[index], rate: errorRate[index] }, words);
  const { hard, nothingHere } = words.diagram;
  return Number.isNaN(value) ? nothingHere : hard.values(fixed(value, 3));
}

/** What the theory says of one cell: how good the model is, and on which side of p⋆ the labels are; these may differ. */
export function cellText(
  { accuracy, point, rate }: Record<"accuracy" | "point" | "rate", number | undefined>,
  { diagram, geometry }: Messages,
): string {
  if (accuracy === undefined || Number.isNaN(accuracy)) return diagram.nothingHere;
  const side = sideOfChance(accuracy, 0.5);
  const skill = diagram.skill[side > 0 ? "better" : side < 0 ? "worse" : "chance"];
  const known = point !== undefined && rate !== undefined && !Number.isNaN(point) && !Number.isNaN(rate);
  const labels = known ? diagram.labels(fixed(point, 3), rate < point ? geometry.below : geometry.above) : "";
  return `${diagram.values(fixed(accuracy, 3), skill)}${labels}`;
}
