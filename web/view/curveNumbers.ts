import { pathLabel } from "../../src/figure/labels.js";
import type { CurveData, CurveSeries, FigureAxes, Measure } from "../../src/figure/series.js";
import type { CellResult } from "../../src/index.js";
import { fixedNumber, formatNumber, shortPercent } from "../../src/model/format.js";
import type { Messages } from "../words/messages.js";
import type { Numbers } from "./rowsTable.js";

/** Rows of a line that has no points beside it: enough to read its course. */
const LINE_ROWS = 21;

/** The numbers of a curve: its points, or of a line without any some places of it. */
export function curveNumbers(data: CurveData, axes: FigureAxes, measure: Measure, words: Messages): Numbers {
  const { figureWords, figure } = words;
  const drawn = data.series.some(({ points }) => points.length > 0);
  const named = data.series.some(({ label }) => label !== "");
  const { plain, angle } = pathLabel(axes.x, figureWords);
  const rows = data.series.flatMap((one) =>
    (drawn ? pointRows(one) : lineRows(one)).map((values) => (named ? [one.label, ...values] : values)),
  );
  return {
    heads: [
      ...(named ? [words.controls.curve] : []),
      angle ? `${plain} (°)` : plain,
      figureWords.measures[measure],
      ...(drawn ? [figure.se, "p", "φ", "ψ", "p⋆", figure.kept] : []),
    ],
    rows,
    named,
    ...(drawn ? { note: figure.tableNote } : {}),
  };
}

function pointRows({ points }: CurveSeries): string[][] {
  return points.map(({ x, y, se, cell }) => [
    formatNumber(x, 5),
    fixed(y),
    fixed(se),
    ...rates(cell),
    shortPercent(cell.kept.share, 3),
  ]);
}

function rates({ errorRate, phi, psi, breakdown }: CellResult): string[] {
  return [errorRate, phi, psi, breakdown].map((value) => fixed(value, 3));
}

function lineRows({ theory = [] }: CurveSeries): string[][] {
  const every = Math.max(1, Math.floor((theory.length - 1) / (LINE_ROWS - 1)));
  return theory.filter((_, i) => i % every === 0).map(({ x, y }) => [formatNumber(x, 5), fixed(y)]);
}

/** With so many decimals and a true minus; a dash where there is no value. */
export function fixed(value: number | null | undefined, decimals = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "—";
  return fixedNumber(value, decimals);
}
