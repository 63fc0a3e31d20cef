import { quote } from "../../core/printable.js";
import { curveFigure } from "../../figure/curve.js";
import { gridAxis } from "../../figure/grid.js";
import { heatmapFigure } from "../../figure/heatmap.js";
import { formatValue } from "../../figure/labels.js";
import {
  figureAxes,
  hasTrajectory,
  type Measure,
  measured,
  seriesScenario,
  type TheoryLine,
  unfoldedCells,
  unfoldedScenario,
} from "../../figure/series.js";
import type { CellResult } from "../../index.js";
import { followers, isFollowing, sweptValues } from "../../model/cells.js";
import { formatNumber, readAngle } from "../../model/format.js";
import { readValue } from "../../model/read.js";
import type { Scenario, ScenarioInput } from "../../model/scenario.js";
import { sweepable } from "../../model/schema.js";
import { nearestPath } from "../../model/suggest.js";
import {
  type Axes,
  type Axis,
  axisLength,
  axisValues,
  isWhole,
  type Sweep,
  sweepAxes,
  sweepGroups,
} from "../../model/sweep.js";
import { checkWritable } from "../../rows/files.js";
import { inputsOfResults, type ReadResults, readResults } from "../../sweep/results/read.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import type { FigureSize } from "../options.js";
import { bayesAccuracy } from "./figure.js";

/** The options of `pstar plot`. */
export interface PlotFlags {
  x?: string;
  y: Measure;
  series?: string;
  heatmap?: boolean;
  /** `path=value`: only the cells with that value. */
  at?: string[];
  out: string;
  /** `88mmx60mm`. */
  size?: FigureSize;
  /** Dots an inch, of a PNG. */
  dpi?: number;
  /** Points. */
  fontSize?: number;
  /** False with `--no-title`. */
  title: boolean;
  /** Lines of the theory through the points. */
  theory?: boolean;
  quiet?: boolean;
}

/** As many as have a look of their own. */
const MOST_CURVES = 64;
/** Points of a figure of curves, at most. */
const MOST_POINTS = 50_000;

/** Plots existing results. */
export async function plot(source: string, flags: PlotFlags, { streams: { err } }: Context): Promise<void> {
  await checkWritable(flags.out, inputsOfResults(source));
  const results = await readResults(source);
  const say = (text: string) => {
    if (!flags.quiet) err.print(`${err.colors.dim(text)}\n`);
  };
  const part = chosenAt(results, flags.at ?? [], say);
  const { printTheme, writeLargeFigure } = await import("./render.js");
  const { width, height } = flags.size ?? { width: 1200, height: 750 };
  // on paper, letters below 7 points are hard to read
  const fontSize =
    flags.fontSize === undefined ? Math.max((7 * 96) / 72, (15 * width) / 1200) : (flags.fontSize * 96) / 72;
  const render = {
    width,
    height,
    title: flags.title,
    pixelRatio: flags.dpi === undefined ? (flags.size === undefined ? 2 : 300 / 96) : flags.dpi / 96,
  };
  if (flags.theory && flags.heatmap) throw new UsageError("--theory draws lines through curves: leave out --heatmap");
  const theory = flags.theory ? await theoryLines(part.scenario, results.known, flags) : [];
  const options = { known: results.known, theme: printTheme, y: flags.y, fontSize, width, theory };
  const figure = async () =>
    flags.heatmap
      ? heatmapOf(part, flags, options)
      : curvesOf(part, flags, {
          ...options,
          bayesAccuracy: results.known ? await bayesAccuracy(part.scenario) : null,
        });
  await writeLargeFigure(flags.out, figure, render);
  say(`wrote ${flags.out}`);
}

/** What the theory says of each curve, at the places of its points. */
async function theoryLines(scenario: Scenario, known: boolean, { x, y, series }: PlotFlags): Promise<TheoryLine[]> {
  if (!known)
    throw new UsageError(
      "--theory needs every setting, and the file does not say them: name a Parquet file or the folder",
    );
  if (hasTrajectory(scenario))
    throw new UsageError("--theory has no lines over generations: results hold its accuracy");
  const axes = figureAxes(scenario, { x, series });
  if (axes === null) return [];
  const { collect, load } = await import("../../index.js");
  const asked = { ...scenario, engine: "theory", trials: 1 } as Scenario;
  const { engine, ...swept } = asked.sweep ?? {};
  const { cells } = await collect(await load(), { ...asked, sweep: swept } as ScenarioInput, { bands: false });
  const lines = new Map<string, { params: Record<string, unknown>; points: [number, number | null][] }>();
  for (const cell of cells) {
    const params = Object.fromEntries(axes.series.map((path) => [path, cell.params[path]]));
    const at = cell.params[axes.x];
    if (typeof at !== "number")
      throw new UsageError(`--theory draws lines along numbers, and ${axes.x} is not a number`);
    const key = JSON.stringify(params);
    const line = lines.get(key) ?? { params, points: [] };
    lines.set(key, line);
    line.points.push([at, measured(cell, y).mean]);
  }
  return [...lines.values()].map(({ params, points }) => {
    points.sort(([a], [b]) => a - b);
    return { params, x: points.map(([at]) => at), y: points.map(([, value]) => value) };
  });
}

interface Options {
  fontSize: number;
  width: number;
  theory: readonly TheoryLine[];
  known: boolean;
  theme: NonNullable<Parameters<typeof curveFigure>[2]>["theme"];
  y: Measure;
}

async function curvesOf(
  { scenario, cells }: Chosen,
  { x, series }: PlotFlags,
  options: Options & { bayesAccuracy: number | null },
) {
  const shown = unfoldedScenario(scenario);
  checkPath("--x", x, shown);
  checkPath("--series", series, shown);
  const lengths = sweepGroups(shown).map((group) => axisLength(Object.values(group)[0] ?? []));
  const points = lengths.reduce((product, length) => product * length, 1);
  const along = x === undefined ? Math.max(1, ...lengths) : axisLength(sweepAxes(shown)[x] ?? []);
  const advice = "--at path=value selects those of one value, and --heatmap plots two settings against each other";
  if (points / along > MOST_CURVES) {
    throw new UsageError(
      `${formatNumber(points / along)} curves are too many to tell apart, at most ${MOST_CURVES}: ${advice}`,
    );
  }
  if (points > MOST_POINTS) throw new UsageError(`${formatNumber(points)} points are too many for curves: ${advice}`);
  const kept: CellResult[] = [];
  for await (const cell of cells()) kept.push(cell);
  const figure = curveFigure(unfoldedCells(kept), shown, { ...options, x, series });
  if (figure === null) throw new UsageError("there is no curve to plot: the results have a single cell");
  return figure;
}

async function heatmapOf({ scenario, cells }: Chosen, { x: askedX, series }: PlotFlags, options: Options) {
  const following = followers(scenario);
  const paths = Object.keys(sweepAxes(scenario)).filter((path) => !following.includes(path));
  checkPath("--x", askedX, scenario);
  checkPath("--series", series, scenario);
  if (paths.length < 2) throw new UsageError("--heatmap needs two swept settings, and these results have fewer");
  const free = paths.filter((path) => path !== askedX && path !== series);
  const x = askedX ?? (free.shift() as string);
  const rows = series ?? free.shift();
  if (rows === undefined || rows === x) throw new UsageError(`--series must be another setting than --x, got ${x}`);
  for (const path of [x, rows]) {
    if (isFollowing(scenario, path))
      throw new UsageError(`--heatmap needs settings that vary by themselves, and ${path} follows from others`);
  }
  if (sweepGroups(scenario).some((group) => x in group && rows in group))
    throw new UsageError(`--heatmap needs two settings that vary apart, and ${x} and ${rows} are zipped`);
  if (free.length > 0) {
    throw new UsageError(
      `--heatmap plots ${x} against ${rows}; choose one value of each other setting: ` +
        free.map((path) => `--at ${path}=…`).join(" "),
    );
  }
  const shown = [gridAxis(scenario, x), gridAxis(scenario, rows)];
  const wanted = shown.map(({ path, texts }) => [path, new Set(texts)] as const);
  const kept: CellResult[] = [];
  for await (const cell of cells()) {
    if (wanted.every(([path, texts]) => texts.has(JSON.stringify(cell.params[path])))) kept.push(cell);
  }
  return heatmapFigure(kept, scenario, { ...options, x, rows });
}

/** Some of the results, and the scenario that they are the whole of. */
interface Chosen {
  scenario: Scenario;
  cells: ReadResults["cells"];
}

/** Makes sure that a flag names a swept setting. */
function checkPath(flag: string, path: string | undefined, scenario: Scenario): void {
  const sweep = sweepAxes(scenario);
  if (path === undefined || path in sweep) return;
  const swept = Object.keys(sweep);
  const near = nearestPath(path, swept);
  const meant = near === undefined ? "" : `; did you mean ${near}?`;
  const expected = swept.length > 0 ? `one of ${swept.join(", ")}` : "left out: nothing is swept";
  throw new UsageError(`${flag} must be ${expected}, got ${quote(path)}${meant}`);
}

/**
 * The cells in which each setting named by `path=value` has that value, or the one of the sweep next to it; the setting is no
 * longer swept then.
 */
function chosenAt(results: ReadResults, at: readonly string[], say: (text: string) => void): Chosen {
  let { scenario } = results;
  const wanted = at.map((text) => {
    const equals = text.indexOf("=");
    if (equals < 1) throw new UsageError(`--at must be path=value, got ${quote(text)}`);
    const path = text.slice(0, equals).trim();
    checkPath("--at", path, scenario);
    const value = closest(path, readValue(text.slice(equals + 1), `the value of --at ${text}`), scenario, say);
    scenario = withoutAxis(scenario, path, value);
    return [path, JSON.stringify(value)] as const;
  });
  if (wanted.length === 0) return results;
  return {
    scenario,
    async *cells() {
      for await (const cell of results.cells()) {
        if (wanted.every(([path, value]) => JSON.stringify(cell.params[path]) === value)) yield cell;
      }
    },
  };
}

/** The scenario of the cells in which one setting has a value; what is zipped with it has the values beside that one. */
function withoutAxis(scenario: Scenario, path: string, value: unknown): Scenario {
  if (isFollowing(scenario, path))
    throw new UsageError(`--at cannot select ${path}, which follows from other settings: select those`);
  const sweep: Record<string, Axis | Axes[]> = {};
  const zip: Axes[] = [];
  let params: Record<string, unknown> = { [path]: value };
  for (const group of sweepGroups(scenario)) {
    if (!(path in group)) {
      if (Object.keys(group).length > 1) zip.push(group);
      else Object.assign(sweep, group);
      continue;
    }
    const values = Object.entries(group).map(
      ([key, axis]) => [key, axisValues(axis, isWhole(sweepable.get(key)), Object.keys(group).length > 1)] as const,
    );
    const own = values.find(([key]) => key === path)?.[1] ?? [];
    const places = own.flatMap((one, i) => (JSON.stringify(one) === JSON.stringify(value) ? [i] : []));
    const others = values
      .filter(([key]) => key !== path)
      .map(([key, all]) => [key, places.map((i) => all[i])] as const);
    if (places.length === 1) params = { ...params, ...Object.fromEntries(others.map(([key, [one]]) => [key, one])) };
    else if (others.length > 1) zip.push(Object.fromEntries(others));
    else Object.assign(sweep, Object.fromEntries(others));
  }
  if (zip.length > 0) sweep.zip = zip;
  return { ...seriesScenario(params, scenario), sweep: sweep as Sweep };
}

function closest(path: string, asked: unknown, scenario: Scenario, say: (text: string) => void): unknown {
  const values = sweptValues(scenario, path);
  const exact = values.find((value) => JSON.stringify(value) === JSON.stringify(asked));
  if (exact !== undefined) return exact;
  const number = typeof asked === "string" ? readAngle(asked) : asked;
  const numbers = values.filter((value) => typeof value === "number");
  if (typeof number !== "number" || Number.isNaN(number) || numbers.length === 0) {
    const known = values.slice(0, 12).map((value) => formatValue(path, value));
    throw new UsageError(`--at ${path} must be one of ${known.join(", ")}, got ${quote(asked)}`);
  }
  const best = numbers.reduce((near, value) => (Math.abs(value - number) < Math.abs(near - number) ? value : near));
  if (Math.abs(best - number) > 1e-9 * Math.abs(number))
    say(`--at ${path}: the nearest value is ${formatValue(path, best)}`);
  return best;
}
