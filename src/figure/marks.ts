import { breakdownPoint, expectedRates } from "../model/breakdown.js";
import type { Scenario } from "../model/scenario.js";
import { type FigureAxes, isAlone } from "./axes.js";
import { type CurveSeries, seriesScenario } from "./series.js";

/** A value that stands out on the horizontal axis, and the series for which it does. */
export interface AxisMark {
  /**
   * What it is: the breakdown point p⋆ among error rates, the `best` of the shares kept, the threshold to take, or the ψ from
   * which on p⋆ is below p.
   */
  symbol: "p⋆" | "best" | "recommended" | "p⋆ = p at ψ";
  value: number;
  /** Positions of the series in the figure. */
  series: number[];
}

/** Values nearer than this are one mark: the third decimal is the last one shown. */
const SAME = 5e-4;

/**
 * What to mark, merged where series share it: among error rates each series' breakdown point, among shares kept the one of
 * best accuracy; nothing along other axes.
 *
 * @param known Whether the scenario is that of the cells; if not, p⋆ is where they say they cross it.
 */
export function axisMarks(
  series: readonly CurveSeries[],
  scenario: Scenario,
  axes: FigureAxes,
  known = true,
): AxisMark[] {
  if (axes.x === "generator.errorRate") {
    return merged("p⋆", series, (one) =>
      known && isAlone(scenario, axes.x) ? breakdownOf(one, scenario) : crossing(one),
    );
  }
  return axes.x === "verifier.keep" ? merged("best", series, best) : [];
}

function merged(
  symbol: AxisMark["symbol"],
  series: readonly CurveSeries[],
  markOf: (one: CurveSeries) => number | null,
): AxisMark[] {
  const marks: AxisMark[] = [];
  series.forEach((one, i) => {
    const value = markOf(one);
    if (value === null) return;
    const twin = marks.find((mark) => Math.abs(mark.value - value) < SAME);
    if (twin) twin.series.push(i);
    else marks.push({ symbol, value, series: [i] });
  });
  return marks.sort((a, b) => a.value - b.value);
}

function breakdownOf(one: CurveSeries, scenario: Scenario): number | null {
  const settings = seriesScenario(one.params, scenario);
  if (settings.generator.kind !== "noise") return null;
  const rates = expectedRates(settings);
  return rates === null ? crossing(one) : breakdownPoint(rates);
}

/** The x of the highest mean accuracy. */
function best({ points }: CurveSeries): number | null {
  let found: { x: number; accuracy: number } | null = null;
  for (const { x, cell } of points) {
    const accuracy = cell.accuracy.mean;
    if (accuracy !== null && (found === null || accuracy > found.accuracy)) found = { x, accuracy };
  }
  return found?.x ?? null;
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
