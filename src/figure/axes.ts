import type { Scenario } from "../model/scenario.js";
import { type Axis, axisLength } from "../model/sweep.js";

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
  const sweep = scenario.sweep ?? {};
  const paths = Object.keys(sweep);
  const swept = (path: string | undefined) => (path !== undefined && paths.includes(path) ? path : undefined);
  const series = swept(asked.series) ?? swept(scenario.plot?.series);
  const free = paths.filter((path) => path !== series);
  const x = swept(asked.x) ?? swept(scenario.plot?.x) ?? longest(sweep, free) ?? paths[0];
  if (x === undefined) return null;
  const others = paths.filter((path) => path !== x);
  return {
    x,
    series: others.sort((a, b) => Number(b === series) - Number(a === series)),
    logarithmic: isLogarithmic(sweep[x]),
  };
}

function longest(sweep: Record<string, Axis>, paths: readonly string[]): string | undefined {
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
