import type { CellResult } from "../engine/result.js";
import { breakdown, expectedErrorRate, expectedRates } from "../model/breakdown.js";
import type { Scenario } from "../model/scenario.js";
import { type Segment, zeroContour } from "./contour.js";
import type { GridAxis } from "./grid.js";
import { seriesScenario } from "./series.js";

/**
 * The line on which the generator's error rate is the breakdown point. Where the settings say both they are used, and what was
 * realised in the rows elsewhere. Words have no between, so no line goes over them.
 */
export function breakdownLine(
  found: (CellResult | undefined)[][],
  scenario: Scenario,
  x: GridAxis,
  y: GridAxis,
  known: boolean,
): Segment[] {
  if ([x, y].some(({ texts }) => texts.some((text) => Number.isNaN(Number(text))))) return [];
  const above = found.map((cells) =>
    cells.map((cell) => (cell === undefined ? Number.NaN : excess(cell, scenario, known))),
  );
  return zeroContour(x.centres, y.centres, (i, j) => above[i][j] ?? Number.NaN);
}

/** p − p⋆. */
function excess(cell: CellResult, scenario: Scenario, known: boolean): number {
  if (known) {
    const settings = seriesScenario(cell.params, scenario);
    const rates = expectedRates(settings);
    const p = expectedErrorRate(settings);
    const point = rates && breakdown(rates);
    if (p !== null && point !== null) return p - point;
  }
  return cell.errorRate === null || cell.breakdown === null ? Number.NaN : cell.errorRate - cell.breakdown;
}
