import { breakdown, expectedRates } from "../model/breakdown.js";
import type { Scenario } from "../model/scenario.js";
import type { FigureAxes } from "./axes.js";
import { type CurveSeries, seriesScenario } from "./series.js";

/** A breakdown point on the axis of error rates, and the series that break down there. */
export interface BreakdownMark {
  /** p⋆ in [0, 1]. */
  value: number;
  /** Positions of the series in the figure. */
  series: number[];
}

/** Values nearer than this are one mark: the third decimal is the last one shown. */
const SAME = 5e-4;

/** The breakdown points to mark: one for each series, merged where they coincide; none unless x is the error rate. */
export function breakdownMarks(series: readonly CurveSeries[], scenario: Scenario, axes: FigureAxes): BreakdownMark[] {
  if (axes.x !== "generator.errorRate") return [];
  const marks: BreakdownMark[] = [];
  series.forEach((one, i) => {
    const settings = seriesScenario(one.params, scenario);
    if (settings.generator.kind !== "noise") return;
    const rates = expectedRates(settings);
    const value = rates === null ? crossing(one) : breakdown(rates);
    if (value === null) return;
    const twin = marks.find((mark) => Math.abs(mark.value - value) < SAME);
    if (twin) twin.series.push(i);
    else marks.push({ value, series: [i] });
  });
  return marks.sort((a, b) => a.value - b.value);
}

/** Where the error rate overtakes the realised φ/(φ+ψ), by a straight line between the two cells around it. */
function crossing({ points }: CurveSeries): number | null {
  let before: { x: number; gap: number } | null = null;
  for (const { x, cell } of points) {
    if (cell.breakdown === null) continue;
    const gap = cell.breakdown - x;
    if (gap === 0) return x;
    if (before !== null && before.gap > 0 && gap < 0)
      return before.x + ((x - before.x) * before.gap) / (before.gap - gap);
    before = { x, gap };
  }
  return null;
}
