import { curveFigure } from "../figure/curve.js";
import { unfoldedCells, unfoldedScenario } from "../figure/generations.js";
import { formatNumber } from "../figure/labels.js";
import type { Measure } from "../figure/series.js";
import { type CellResult, load } from "../index.js";
import type { Scenario } from "../model/scenario.js";
import { writeWhole } from "./files.js";
import { figureFormat } from "./flags.js";

/** Cells beyond which a figure would be neither legible nor quick. */
const FIGURE_CELLS = 20_000;

/**
 * Draws the figure of a run into a PNG or SVG file, by its name.
 *
 * @returns Why there is none, in words; undefined where it was drawn.
 */
export async function drawResults(
  file: string,
  scenario: Scenario,
  planned: number,
  cells: () => Iterable<CellResult>,
  measure: Measure,
): Promise<string | undefined> {
  if (planned > FIGURE_CELLS) return `no figure of ${formatNumber(planned)} cells: pstar plot draws a part of them`;
  await writeFigure(file, scenario, [...cells()], measure);
  return undefined;
}

/** Draws the curve of a sweep into a PNG or SVG file, by its name. */
export async function writeFigure(
  file: string,
  scenario: Scenario,
  cells: readonly CellResult[],
  measure: Measure,
): Promise<void> {
  // The canvas is large and most commands never draw: it is loaded here.
  const { printTheme, renderFigure } = await import("./render.js");
  const bayes = await bayesAccuracy(scenario);
  const figure = curveFigure(unfoldedCells(cells), unfoldedScenario(scenario), {
    y: measure,
    bayesAccuracy: bayes,
    theme: printTheme,
  });
  if (figure !== null) await writeWhole(file, renderFigure(figure, figureFormat(file) ?? "png"));
}

/** Φ(r), which is one number for the figure unless the sweep changes it; null where it does, or r has no part in it. */
export async function bayesAccuracy({ data, sweep = {} }: Scenario): Promise<number | null> {
  if (data.kind !== "mixture" || "data.kind" in sweep || "data.meanNorm" in sweep) return null;
  const pstar = await load();
  return pstar.evaluate(Float64Array.of(1), { data: { dim: 1, meanNorm: data.meanNorm } }).accuracy;
}
