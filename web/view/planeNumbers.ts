import { sideOfChance } from "../../src/figure/marks.js";
import { formatNumber } from "../../src/model/format.js";
import type { Plane as Answer } from "../compute/calculator.js";
import { CELLS, type Places } from "../model/plane.js";
import type { Plane } from "../model/state.js";
import type { Messages } from "../words/messages.js";
import { fixed } from "./curveNumbers.js";
import type { Numbers } from "./rowsTable.js";

/** No one would read a table of all cells: every fifth column and row, the rest is in the files. */
const EVERY = 5;
const some = Array.from({ length: Math.ceil(CELLS / EVERY) }, (_, i) => i * EVERY);

/** How the axes of a plane are called in a sentence, and the unit of both. */
interface AxisNames {
  x: string;
  y: string;
  unit: string;
}

export function axisNames(plane: Plane, { figureWords: { paths } }: Messages): AxisNames {
  if (plane === "rates") return { x: "p", y: "ψ/φ", unit: "" };
  return { x: paths["generator.angle"]?.plain ?? "", y: paths["verifier.angle"]?.plain ?? "", unit: "°" };
}

/** The accuracy over a plane as rows of numbers, from the top as it is drawn, and where each row falls below one half, and crosses p = p⋆. */
export function planeNumbers(
  { x, y }: Places,
  { accuracy, breakdown, errorRate }: Answer,
  names: AxisNames,
  { diagram }: Messages,
): Numbers {
  const place = (value: number | null | undefined) => (value == null ? "—" : formatNumber(value, 3) + names.unit);
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
  const skill = (index: number) => (accuracy[index] ?? Number.NaN) - 0.5;
  const gap = (index: number) => (breakdown[index] ?? Number.NaN) - (errorRate[index] ?? Number.NaN);
  return {
    heads: [
      `${names.y} \\ ${names.x}`,
      ...some.map((column) => place(x[column])),
      diagram.halfAt(names.x),
      diagram.crossing(names.x),
    ],
    rows: some
      .toReversed()
      .map((row) => [
        place(y[row]),
        ...some.map((column) => fixed(accuracy[row * CELLS + column], 3)),
        place(fall(row, skill)),
        place(fall(row, gap)),
      ]),
    named: true,
    note: diagram.tableNote,
  };
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
