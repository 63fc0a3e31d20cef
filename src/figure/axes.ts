import { axisFormulas, followers, Plan } from "../model/cells.js";
import type { Scenario } from "../model/scenario.js";
import { type Axes, type Axis, axisLength, sweepAxes, sweepGroups } from "../model/sweep.js";

/** Which swept setting runs along the horizontal axis, and which tell the curves apart. */
export interface FigureAxes {
  /** Dotted path. */
  x: string;
  /** The other swept paths, in the order of the sweep, the hinted one first. */
  series: string[];
  logarithmic: boolean;
}

/**
 * The axes of a sweep's figure: what is asked for, else the scenario's own hint, else x is the numeric setting with
 * most points. Null where nothing is swept.
 */
export function figureAxes(scenario: Scenario, asked: { x?: string; series?: string } = {}): FigureAxes | null {
  const sweep = sweepAxes(scenario);
  const following = followers(scenario);
  const paths = Object.keys(sweep).filter((path) => path === asked.x || !following.includes(path));
  const swept = (path: string | undefined) => (path !== undefined && paths.includes(path) ? path : undefined);
  const series = swept(asked.series) ?? swept(scenario.plot?.series);
  const free = paths.filter((path) => path !== series);
  const x = swept(asked.x) ?? swept(scenario.plot?.x) ?? longest(sweep, free) ?? paths[0];
  if (x === undefined) return null;
  const others = paths.filter((path) => path !== x).sort((a, b) => Number(b === series) - Number(a === series));
  return {
    x,
    series: withoutPartners(scenario, [x, ...others]).slice(1),
    logarithmic: isLogarithmic(sweep[x]),
  };
}

/** The paths without those that are zipped with an earlier one: they tell nothing more apart. */
function withoutPartners(scenario: Scenario, paths: readonly string[]): string[] {
  const groups = sweepGroups(scenario);
  const groupOf = (path: string) => groups.findIndex((group) => path in group);
  return paths.filter((path, i) => !paths.slice(0, i).some((earlier) => groupOf(earlier) === groupOf(path)));
}

/** Says whether other settings move along with one: those zipped with it, and those whose formulas read it. */
export function isAlone(scenario: Scenario, path: string): boolean {
  if (sweepGroups(scenario).some((group) => path in group && Object.keys(group).length > 1)) return false;
  return Object.entries(sweepAxes(scenario)).every(
    ([swept, axis]) =>
      axisFormulas(swept, axis) === undefined ||
      (swept !== path && !Object.hasOwn(new Plan(scenario, new Set([swept])).params(0), path)),
  );
}

function longest(sweep: Axes, paths: readonly string[]): string | undefined {
  const numeric = paths.filter((path) => isNumeric(sweep[path]));
  const most = Math.max(...numeric.map((path) => axisLength(sweep[path])));
  return numeric.find((path) => axisLength(sweep[path]) === most);
}

function isNumeric(axis: Axis): boolean {
  return "steps" in axis || axis.every((value) => typeof value === "number");
}

/** So is a range that says it, and a list whose neighbours keep a ratio rather than a distance, such as 10, 100, 1000. */
export function isLogarithmic(axis: Axis): boolean {
  if ("steps" in axis) return axis.scale === "log";
  if (axis.length < 3 || !axis.every((value) => typeof value === "number")) return false;
  const values = axis.toSorted((a, b) => a - b);
  const [low, high] = [values[0], values[values.length - 1]];
  const widest = Math.max(...values.slice(1).map((value, i) => value - values[i]));
  return low > 0 && high / low >= 10 && widest > 0.5 * (high - low);
}
