import { rm } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { hasTrajectory } from "../figure/generations.js";
import type { Measure } from "../figure/series.js";
import { type CellResult, type RunResult, runResult } from "../index.js";
import type { Scenario } from "../model/scenario.js";
import { csvHeader, csvRow } from "./csv.js";
import { writeFigure } from "./figureFile.js";
import { makeFolder, writeWhole } from "./files.js";

/** A result, or what there was of one when the run was stopped. */
export interface Outcome {
  scenario: Scenario;
  cells: CellResult[];
  /** Cells planned. */
  planned: number;
}

/** Says whether all cells are there. */
export function isComplete({ cells, planned }: Outcome): boolean {
  return cells.length === planned;
}

/** The whole result as JSON; what is not the whole says so before anything else. */
export function jsonText(outcome: Outcome): string {
  const { schema, ...rest }: RunResult = runResult(outcome.scenario, outcome.cells);
  const partial = isComplete(outcome) ? {} : { complete: false, cellsPlanned: outcome.planned };
  return `${JSON.stringify({ schema, ...partial, ...rest }, null, 2)}\n`;
}

/** All cells as CSV. */
export function csvText({ scenario, cells }: Outcome): string {
  const swept = Object.keys(scenario.sweep ?? {});
  return csvHeader(swept) + cells.map((cell) => csvRow(cell, swept)).join("");
}

/**
 * Writes everything about a run into a folder: result.json, result.csv, config.yaml and the figure. The results of a
 * run that was stopped are called `partial`, and a later run that ends replaces them.
 *
 * @returns The files written.
 */
export async function writeFolder(folder: string, outcome: Outcome, measure: Measure): Promise<string[]> {
  await makeFolder(folder);
  const partial = isComplete(outcome) ? "" : ".partial";
  const files: [string, string][] = [
    [`result${partial}.json`, jsonText(outcome)],
    [`result${partial}.csv`, csvText(outcome)],
    ["config.yaml", configText(outcome.scenario)],
  ];
  for (const [name, text] of files) await writeWhole(join(folder, name), text);
  const written = files.map(([name]) => join(folder, name));
  if (partial !== "") return written;
  for (const name of ["result.partial.json", "result.partial.csv"]) await rm(join(folder, name), { force: true });
  if (outcome.scenario.sweep !== undefined || hasTrajectory(outcome.scenario)) {
    const figure = join(folder, "curve.png");
    await writeFigure(figure, outcome.scenario, outcome.cells, measure);
    written.push(figure);
  }
  return written;
}

/** The scenario with every setting, to run again. */
function configText(scenario: Scenario): string {
  return `# Every setting of this run. Again: pstar run config.yaml\n${stringify(scenario, { lineWidth: 100 })}`;
}
