import { breakdownPoint, expectedRates } from "../model/breakdown.js";
import { classesOf, hasClasses, hasUniformErrors } from "../model/classes.js";
import { isBlind } from "../model/experiment.js";
import type { Scenario } from "../model/scenario.js";
import { sweepAxes } from "../model/sweep.js";
import { type CurveSeries, type FigureAxes, isAlone, type Measure, seriesScenario } from "./series.js";

/** A value that stands out on the horizontal axis, and the series for which it does. */
export interface AxisMark {
  /**
   * What it is: the breakdown point p⋆ among error rates, the place `½` where a curve crosses chance, the
   * `best` of the shares kept, the threshold to take, or the ψ from which on p⋆ is below p.
   */
  symbol: "p⋆" | "½ at p" | "0 at p" | "best" | "recommended" | "p⋆ = p at ψ";
  value: number;
  /** Positions of the series in the figure. */
  series: number[];
}

/** Values nearer than this are one mark: the third decimal is the last one shown. */
const SAME = 5e-4;
/** A value nearer to chance than this is on it. */
const ON_CHANCE = 1e-9;

/** Where a curve passes from one side of chance to the other, and the points on either side of it. */
export interface Crossing {
  at: number;
  /** The last point before it that is not on chance, and the first behind it. */
  from: number;
  to: number;
  /** From better than chance to worse. */
  falls: boolean;
}

/** The accuracy of the best guess that looks at no input; null of several numbers of classes. */
export function guessOf({ classes, sweep }: Pick<Scenario, "classes" | "sweep">): number | null {
  const swept = Object.keys(sweepAxes({ sweep }));
  if (["classes.count", "classes.means", "classes.weights"].some((path) => swept.includes(path))) return null;
  if (classes === undefined) return 0.5;
  return Math.max(...(classes.weights ?? [1 / (classes.count ?? classes.means?.length ?? 2)]));
}

/** A model without skill: a coin's accuracy, no direction. */
export function chanceOf(measure: Measure): number {
  return measure === "cosine" ? 0 : 0.5;
}

/** Whether a measure says of a model which side of chance it is on. */
export function saysSkill(measure: Measure): boolean {
  return measure === "accuracy" || measure === "agreement" || measure === "cosine";
}

/** −1, 0 or 1: below chance, on it, above it. */
export function sideOfChance(value: number, chance: number): -1 | 0 | 1 {
  if (Math.abs(value - chance) <= ON_CHANCE) return 0;
  return value > chance ? 1 : -1;
}

/**
 * Where points in ascending order cross chance, by straight lines between neighbours. A gap is not crossed: nothing is
 * known of what lies in it.
 */
export function crossings(
  points: readonly { x: number; y: number | null }[],
  chance: number,
  logarithmic = false,
): Crossing[] {
  const found: Crossing[] = [];
  let before: { x: number; y: number } | null = null;
  let on: number[] = [];
  for (const { x, y } of points) {
    if (y === null || Number.isNaN(y)) {
      before = null;
      on = [];
      continue;
    }
    const side = sideOfChance(y, chance);
    if (side === 0) {
      on.push(x);
      continue;
    }
    if (before !== null && side !== sideOfChance(before.y, chance)) {
      const share = (chance - before.y) / (y - before.y);
      const between = logarithmic ? before.x * (x / before.x) ** share : before.x + share * (x - before.x);
      const at = on.length > 0 ? (on[on.length >> 1] as number) : between;
      found.push({ at, from: before.x, to: x, falls: side < 0 });
    }
    before = { x, y };
    on = [];
  }
  return found;
}

/**
 * What to mark, merged where series share it: among error rates each series' breakdown point if its curve crosses chance
 * there, or else where the curve itself crosses it; among shares kept the one of best accuracy; nothing along other axes.
 *
 * @param known Whether the scenario is that of the cells; if not, only the curve says where it crosses.
 */
export function axisMarks(
  series: readonly CurveSeries[],
  scenario: Scenario,
  axes: FigureAxes,
  known = true,
  measure: Measure = "accuracy",
): AxisMark[] {
  if (axes.x === "generator.errorRate") {
    const isSwept = known && isAlone(scenario, axes.x);
    return merged(series, (one) => {
      const point = isSwept ? breakdownCrossing(seriesScenario(one.params, scenario)) : null;
      if (point !== null) return [{ symbol: "p⋆", value: point }];
      if (hasClasses(scenario)) return []; // chance is another level there, and p⋆ is known or does not exist
      const symbol = measure === "cosine" ? "0 at p" : "½ at p";
      return curveCrossings(one, measure, axes.logarithmic).map(({ at }) => ({ symbol, value: at }));
    });
  }
  if (axes.x !== "verifier.keep") return [];
  return merged(series, (one) => {
    const value = best(one);
    return value === null ? [] : [{ symbol: "best", value }];
  });
}

/**
 * p⋆ of a scenario in which it is where every learner crosses chance; null in all others. Labels must be wrong at random and
 * verified by their correctness alone, and nothing else be learned from: then at p⋆ the kept labels say nothing of the inputs.
 */
export function breakdownCrossing(settings: Scenario): number | null {
  const { generator, verifier, realSamples, generations } = settings;
  if (generator.kind !== "noise" || !isBlind(verifier) || realSamples > 0 || generations > 1) return null;
  const rates = expectedRates(settings);
  if (rates === null) return null;
  const { classes } = settings;
  if (classes === undefined) return breakdownPoint(rates);
  const { count } = classesOf({ ...settings, classes });
  return hasUniformErrors({ classes }) ? breakdownPoint({ ...rates, classes: count }) : null;
}

/** Where the drawn line crosses chance: the theory's if there is one, which has no noise; points that cross more than once say nothing. */
export function curveCrossings({ theory, points }: CurveSeries, measure: Measure, logarithmic: boolean): Crossing[] {
  const chance = chanceOf(measure);
  if (!saysSkill(measure)) return [];
  if (theory?.some(({ y }) => y !== null)) return crossings(theory, chance, logarithmic);
  const found = crossings(points, chance, logarithmic);
  return found.length === 1 ? found : [];
}

function merged(series: readonly CurveSeries[], marksOf: (one: CurveSeries) => Omit<AxisMark, "series">[]): AxisMark[] {
  const marks: AxisMark[] = [];
  series.forEach((one, i) => {
    for (const { symbol, value } of marksOf(one)) {
      const twin = marks.find((mark) => mark.symbol === symbol && Math.abs(mark.value - value) < SAME);
      if (twin) twin.series.push(i);
      else marks.push({ symbol, value, series: [i] });
    }
  });
  return marks.sort((a, b) => a.value - b.value);
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
