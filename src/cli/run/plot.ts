import { curveFigure } from "../../figure/curve.js";
import { unfoldedCells, unfoldedScenario } from "../../figure/generations.js";
import { gridAxis } from "../../figure/grid.js";
import { heatmapFigure } from "../../figure/heatmap.js";
import type { Measure } from "../../figure/series.js";
import type { CellResult } from "../../index.js";
import { formatNumber } from "../../model/format.js";
import { axisLength } from "../../model/sweep.js";
import { checkWritable } from "../../rows/files.js";
import { writeWhole } from "../../rows/write.js";
import { readResults } from "../../sweep/results/read.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import { figureFormat } from "../options.js";
import { bayesAccuracy } from "./figureFile.js";
import { type Chosen, checkPath, chosenAt } from "./plotPart.js";

/** The options of `pstar plot`. */
export interface PlotFlags {
  x?: string;
  y: Measure;
  series?: string;
  heatmap?: boolean;
  /** `path=value`: only the cells with that value. */
  at?: string[];
  out: string;
  quiet?: boolean;
}

/** As many as have a look of their own. */
const MOST_CURVES = 64;
/** Points of a figure of curves, at most. */
const MOST_POINTS = 50_000;

/** Draws results that are there. */
export async function plot(source: string, flags: PlotFlags, { streams: { err } }: Context): Promise<void> {
  await checkWritable(flags.out);
  const results = await readResults(source);
  const say = (text: string) => {
    if (!flags.quiet) err.print(`${err.colors.dim(text)}\n`);
  };
  const part = chosenAt(results, flags.at ?? [], say);
  const { printTheme, renderFigure } = await import("./render.js");
  const options = { known: results.known, theme: printTheme, y: flags.y };
  const figure = flags.heatmap
    ? await heatmapOf(part, flags, options)
    : await curvesOf(part, flags, {
        ...options,
        bayesAccuracy: results.known ? await bayesAccuracy(part.scenario) : null,
      });
  writeWhole(flags.out, renderFigure(figure, figureFormat(flags.out) ?? "png"));
  say(`wrote ${flags.out}`);
}

interface Options {
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
  const lengths = Object.values(shown.sweep ?? {}).map(axisLength);
  const points = lengths.reduce((product, length) => product * length, 1);
  const along = x === undefined ? Math.max(1, ...lengths) : axisLength(shown.sweep?.[x] ?? []);
  const advice = "--at path=value keeps those of one value, and --heatmap draws two settings against each other";
  if (points / along > MOST_CURVES) {
    throw new UsageError(
      `${formatNumber(points / along)} curves are too many to tell apart, at most ${MOST_CURVES}: ${advice}`,
    );
  }
  if (points > MOST_POINTS) throw new UsageError(`${formatNumber(points)} points are too many for curves: ${advice}`);
  const kept: CellResult[] = [];
  for await (const cell of cells()) kept.push(cell);
  const figure = curveFigure(unfoldedCells(kept), shown, { ...options, x, series });
  if (figure === null) throw new UsageError("there is no curve to draw: the results are of a single cell");
  return figure;
}

async function heatmapOf({ scenario, cells }: Chosen, { x: askedX, series }: PlotFlags, options: Options) {
  const paths = Object.keys(scenario.sweep ?? {});
  checkPath("--x", askedX, scenario);
  checkPath("--series", series, scenario);
  if (paths.length < 2) throw new UsageError("--heatmap needs two swept settings, and these results have fewer");
  const free = paths.filter((path) => path !== askedX && path !== series);
  const x = askedX ?? (free.shift() as string);
  const rows = series ?? free.shift();
  if (rows === undefined || rows === x) throw new UsageError(`--series must be another setting than --x, got ${x}`);
  if (free.length > 0) {
    throw new UsageError(
      `--heatmap draws ${x} against ${rows}; choose one value of each other setting: ` +
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
