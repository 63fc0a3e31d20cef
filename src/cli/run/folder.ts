import { join } from "node:path";
import { hasTrajectory } from "../../figure/generations.js";
import type { Measure } from "../../figure/series.js";
import type { Scenario } from "../../model/scenario.js";
import { writeWhole } from "../../rows/write.js";
import { type WriteOptions, writeResults } from "../../sweep/results/write.js";
import { type CellReader, drawResults, figureKind } from "./figureFile.js";
import { configText } from "./output.js";

/** Cells to be written into files, in the order of the plan. */
export interface Results {
  scenario: Scenario;
  /** The JSON of each cell, good until the next is asked for. */
  lines(): Iterable<Buffer>;
  cells: CellReader;
}

/** Writes the scenario beside its results, so that it can be run again, also before there are any. */
export function writeConfig(folder: string, scenario: Scenario): string {
  const file = join(folder, "config.yaml");
  writeWhole(file, configText(scenario), { durable: true });
  return file;
}

/**
 * Writes everything about a finished run into its folder: the figure, results.csv, results.parquet and, as the last and the
 * sign that all are there, results.jsonl. The bytes depend on the scenario alone.
 *
 * @returns The files written, and why there is no figure, where there might have been one.
 */
export async function writeFolder(
  folder: string,
  results: Results,
  measure: Measure,
  options: WriteOptions,
): Promise<{ written: string[]; undrawn: string | undefined }> {
  const { scenario } = results;
  const config = writeConfig(folder, scenario);
  const figures: string[] = [];
  let undrawn: string | undefined;
  if (scenario.sweep !== undefined || hasTrajectory(scenario)) {
    const figure = join(folder, `${figureKind(scenario)}.png`);
    undrawn = await drawResults(figure, scenario, (part) => results.cells(part), measure);
    if (undrawn === undefined) figures.push(figure);
  }
  const files = await writeResults(folder, scenario, results.lines(), options);
  return { written: [...files, config, ...figures], undrawn };
}
