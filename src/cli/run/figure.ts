import { Turns } from "../../core/slices.js";
import { curveFigure } from "../../figure/curve.js";
import { gridAxis } from "../../figure/grid.js";
import { heatmapFigure } from "../../figure/heatmap.js";
import { figureAxes, hasTrajectory, type Measure, unfoldedCells, unfoldedScenario } from "../../figure/series.js";
import { type CellResult, evaluate, load } from "../../index.js";
import { isFollowing, type Part, Plan, sweptValues } from "../../model/cells.js";
import { hasClasses } from "../../model/classes.js";
import { formatNumber } from "../../model/format.js";
import type { Scenario } from "../../model/scenario.js";
import { sweepAxes } from "../../model/sweep.js";
import { withSystemSignals } from "../interrupt.js";

/** Cells beyond which curves would be neither legible nor quick. */
const MOST_CELLS = 20_000;
/** Curves beyond which a heat map says more, where two numbers are swept. */
const MOST_CURVES = 12;

/** Reads cells in the order of the plan: those of a part, or all. */
export type CellReader = (part?: Part) => Iterable<CellResult>;

/**
 * Draws the figure of a run into a PNG or SVG file, by its name: curves, or a heat map where two numeric settings of many
 * values are swept.
 *
 * @returns Why there is no figure, in words; undefined if it was drawn.
 * @throws the signal's reason when aborted; nothing is written then.
 */
export async function drawResults(
  ...figure: [file: string, scenario: Scenario, cells: CellReader, measure: Measure, signal?: AbortSignal]
): Promise<string | undefined> {
  try {
    return await draw(...figure);
  } catch (error) {
    if (figure[4]?.aborted) throw error;
    // loaded late: where nothing is drawn, the canvas need not be loaded
    const { MissingFontError } = await canvas();
    // the numbers are there and must not be lost with their picture
    if (error instanceof MissingFontError) return `not drawn: ${error.message}`;
    throw error;
  }
}

async function draw(
  file: string,
  scenario: Scenario,
  cells: CellReader,
  measure: Measure,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const map = mapAxes(scenario);
  if (map !== undefined) {
    const { printTheme, writeLargeFigure } = await canvas();
    const [x, rows] = map;
    const shown = await gathered(cells(shownPart(scenario, map)), signal);
    await writeLargeFigure(file, async () =>
      heatmapFigure(shown, scenario, { x, rows, y: measure, theme: printTheme }),
    );
    return undefined;
  }
  const { length } = new Plan(scenario);
  if (length > MOST_CELLS)
    return `${formatNumber(length)} cells are too many for one figure: pstar plot draws part of them`;
  await writeFigure(file, scenario, await gathered(cells(), signal), measure);
  return undefined;
}

/** The canvas is large, and most commands never draw. */
const canvas = () => withSystemSignals(() => import("./render.js"));

/** The cells, which come from a file without a pause. @throws the signal's reason when aborted. */
async function gathered(cells: Iterable<CellResult>, signal: AbortSignal | undefined): Promise<CellResult[]> {
  const list: CellResult[] = [];
  const turns = new Turns();
  for (const cell of cells) {
    list.push(cell);
    if (turns.due) await turns.give(signal);
  }
  await turns.give(signal);
  return list;
}

/** What the figure of a run is: its name in a folder follows from it. */
export function figureKind(scenario: Scenario): "curve" | "heatmap" {
  return mapAxes(scenario) === undefined ? "curve" : "heatmap";
}

/** The axes of a heat map, horizontal and vertical; undefined if curves say more. */
function mapAxes(scenario: Scenario): [x: string, rows: string] | undefined {
  const axes = figureAxes(scenario);
  if (axes === null || axes.series.length !== 1 || hasTrajectory(scenario)) return undefined;
  const [rows] = axes.series;
  const numeric = [axes.x, rows].every((path) => {
    if (isFollowing(scenario, path)) return false;
    const values = sweptValues(scenario, path);
    return values.length > MOST_CURVES && values.every((value) => typeof value === "number");
  });
  return numeric ? [axes.x, rows] : undefined;
}

/** The cells that a heat map has tiles for. */
function shownPart(scenario: Scenario, paths: readonly string[]): Part {
  const shown = paths.map((path) => [path, new Set(gridAxis(scenario, path).texts)] as const);
  const tests = shown.map(([path, texts]) => [path, (value: unknown) => texts.has(JSON.stringify(value))] as const);
  return {
    size: shown.reduce((product, [, texts]) => product * texts.size, 1),
    has: new Plan(scenario).where(new Map(tests)),
  };
}

/** Draws the curve of a sweep into a PNG or SVG file, by its name. */
async function writeFigure(
  file: string,
  scenario: Scenario,
  cells: readonly CellResult[],
  measure: Measure,
): Promise<void> {
  const { printTheme, writeLargeFigure } = await canvas();
  const bayes = await bayesAccuracy(scenario);
  const unfolded = unfoldedCells(cells);
  await writeLargeFigure(file, async () =>
    curveFigure(unfolded, unfoldedScenario(scenario), { y: measure, bayesAccuracy: bayes, theme: printTheme }),
  );
}

/** Φ(r), which is one number for the figure unless the sweep changes it; null if it does, or r has no part in it. */
export async function bayesAccuracy(scenario: Scenario): Promise<number | null> {
  const { data } = scenario;
  const sweep = sweepAxes(scenario);
  if (hasClasses(scenario)) return null;
  if (data.kind !== "mixture" || "data.kind" in sweep || "data.meanNorm" in sweep) return null;
  const core = await load();
  return evaluate(core, Float64Array.of(1), { data: { dim: 1, meanNorm: data.meanNorm } }).accuracy;
}
