import type { CellResult, Measures } from "../engine/result.js";
import { axisFormulas, followers, Plan, settledScenario } from "../model/cells.js";
import { degrees } from "../model/format.js";
import type { Scenario } from "../model/scenario.js";
import type { Moments } from "../model/statistics.js";
import { type Axes, type Axis, axisLength, sweepAxes, sweepGroups } from "../model/sweep.js";
import { describeVerifier, english, type FigureWords, formatValue, pathLabel } from "./labels.js";

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
 * most points. Null if nothing is swept.
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

/** What the vertical axis can show. */
export const measures = [
  "accuracy",
  "agreement",
  "cosine",
  "norm",
  "risk",
  "calibration",
  "kept",
  "errorRate",
  "phi",
  "psi",
  "breakdown",
] as const satisfies readonly (keyof Measures)[];
export type Measure = (typeof measures)[number];

/** A measure of a cell; of the kept rows their share. What is not a mean over trials has no standard error. */
export function measured(cell: Measures, measure: Measure): Pick<Moments, "mean" | "se"> {
  const value = cell[measure];
  if (measure === "kept") return { mean: cell.kept.share, se: null };
  if (value !== null && typeof value === "object") return value;
  return { mean: value ?? null, se: null };
}

/** One cell as a point of a curve. */
export interface CurvePoint {
  /** In the unit of the axis; for words, their position from 0. */
  x: number;
  /** Null if the cell gave no value: a gap in the line. */
  y: number | null;
  /** Standard error of the mean; null with fewer than two trials. */
  se: number | null;
  /** Between what most repetitions of several generations come to; of the accuracy alone. */
  band?: { low: number; high: number };
  cell: CellResult;
}

/** The cells that differ along the horizontal axis only. */
export interface CurveSeries {
  label: string;
  /** The swept settings of the series and their values. */
  params: Record<string, unknown>;
  /** In ascending order of x. */
  points: CurvePoint[];
  /** What the theory says, at the places where it was asked; left out if it was not. */
  theory?: { x: number; y: number | null }[];
}

/** What the theory says of one series, at places of its own along the horizontal axis. */
export interface TheoryLine {
  /** The swept settings of the series and their values. */
  params: Record<string, unknown>;
  /** In ascending order, in the unit of the scenario: angles in radians. */
  x: readonly number[];
  /** Of the measure that the figure shows; null if there is no value. */
  y: readonly (number | null)[];
}

/** All series of a figure. */
export interface CurveData {
  series: CurveSeries[];
  /** The words along the horizontal axis, where it shows words. */
  categories: string[] | null;
}

/** Sorts cells into curves; those that the theory has a line of come first, in its order. */
export function curveData(
  cells: readonly CellResult[],
  scenario: Scenario,
  axes: FigureAxes,
  measure: Measure,
  words: FigureWords = english,
  theory: readonly TheoryLine[] = [],
): CurveData {
  const categories: string[] | null = cells.every((cell) => typeof cell.params[axes.x] === "number") ? null : [];
  const position = (value: unknown): number => {
    if (categories === null) return pathLabel(axes.x).angle ? degrees(value as number) : (value as number);
    const word = formatValue(axes.x, value, words);
    if (!categories.includes(word)) categories.push(word);
    return categories.indexOf(word);
  };
  const groups = new Map<string, CurveSeries>();
  const formulas = seriesFormulas(scenario, axes);
  const groupOf = (given: Record<string, unknown>): CurveSeries => {
    const params = Object.fromEntries(axes.series.map((path) => [path, given[path]]));
    const key = JSON.stringify(params);
    const group = groups.get(key) ?? { label: seriesLabel(params, scenario, axes, words), params, points: [] };
    groups.set(key, group);
    return group;
  };
  for (const { params, x, y } of theory) {
    groupOf(params).theory = x.map((value, i) => ({ x: position(value), y: y[i] ?? null }));
  }
  for (const cell of cells) {
    const moments = measured(cell, measure);
    groupOf({ ...cell.params, ...formulas(cell.index) }).points.push({
      x: position(cell.params[axes.x]),
      y: moments.mean,
      se: moments.se,
      ...(measure === "accuracy" && cell.band !== undefined && { band: cell.band }),
      cell,
    });
  }
  const series = [...groups.values()];
  for (const { points } of series) points.sort((a, b) => a.x - b.x);
  return { series, categories };
}

/** Of a setting with a formula among its values, cells with the same formula are a curve, whatever value it gives. */
function seriesFormulas(scenario: Scenario, axes: FigureAxes): (index: number) => Record<string, unknown> {
  const swept = sweepAxes(scenario);
  const read = axes.series.flatMap((path) => {
    const formulas = swept[path] && axisFormulas(path, swept[path]);
    return formulas === undefined ? [] : [{ path, formulas }];
  });
  if (read.length === 0) return () => ({});
  const plan = new Plan(scenario);
  const paths = Object.keys(plan.params(0));
  return (index) => {
    const position = plan.position(index);
    return Object.fromEntries(
      read.flatMap(({ path, formulas }) => {
        const text = formulas[position[paths.indexOf(path)]]?.text;
        return text === undefined ? [] : [[path, text]];
      }),
    );
  };
}

/** The settings of a series: the scenario's, with what the sweep changes in them. */
export function seriesScenario(params: Record<string, unknown>, scenario: Scenario): Scenario {
  const changed: Record<string, unknown> = { ...scenario };
  const following = followers(scenario);
  for (const [path, value] of Object.entries(params)) {
    if (following.includes(path)) continue;
    const [section, key] = path.split(".") as [string, string?];
    changed[section] = key === undefined ? value : { ...(changed[section] as object), [key]: value };
  }
  return settledScenario(changed as unknown as Scenario);
}

function seriesLabel(
  params: Record<string, unknown>,
  scenario: Scenario,
  axes: FigureAxes,
  words: FigureWords,
): string {
  const parts: string[] = [];
  const verifierInWords = "verifier.kind" in params;
  if (verifierInWords) parts.push(describeVerifier(seriesScenario(params, scenario).verifier, [axes.x], words));
  for (const [path, value] of Object.entries(params)) {
    if (verifierInWords && path.startsWith("verifier.")) continue;
    const text = formatValue(path, value, words);
    const numeric = typeof value === "number" || axisFormulas(path, [value]) !== undefined;
    parts.push(numeric ? `${pathLabel(path, words).plain} = ${text}` : text);
  }
  return parts.join(words.listSeparator);
}

/** Above this many, a table shows the generations 1, 2, 5, 10, 20, 50 … and the last. */
const SHOWN_WHOLE = 12;

/** Whether cells have a trajectory to show: several generations, their number not itself what is varied. */
export function hasTrajectory(scenario: Scenario): boolean {
  return scenario.generations > 1 && !("generations" in sweepAxes(scenario));
}

/** The scenario as if `generation` were one more swept setting, along the horizontal axis. */
export function unfoldedScenario(scenario: Scenario): Scenario {
  if (!hasTrajectory(scenario)) return scenario;
  const all = Array.from({ length: scenario.generations }, (_, i) => i + 1);
  return { ...scenario, sweep: { ...scenario.sweep, generation: all }, plot: { x: "generation" } };
}

/** One cell for each generation of each cell, in order. */
export function unfoldedCells(cells: readonly CellResult[]): CellResult[] {
  return cells.flatMap((cell) => {
    const { generations, ...last } = cell;
    if (!generations) return [cell];
    return generations.map(({ generation, ...measures }) => ({
      ...last,
      ...measures,
      params: { ...cell.params, generation },
    }));
  });
}

/** The generations that a table shows. */
export function inTable({ params }: CellResult, { generations }: Scenario): boolean {
  const generation = params.generation as number;
  if (generations <= SHOWN_WHOLE || generation === undefined || generation === generations) return true;
  return /^[125]0*$/.test(String(generation));
}
