import { type CellResult, parseScenario, planCells, runResult, type ScenarioInput } from "../../src/index.js";
import { csvHeader, csvRow, resultColumns } from "../../src/sweep/results/table.js";

/** A run, or what there is of one, in the bytes that the command line writes; a part says that it is one. */
export function resultText(format: "json" | "csv", input: ScenarioInput, cells: CellResult[]): string {
  const scenario = parseScenario(input);
  if (format === "csv") {
    const columns = resultColumns(scenario);
    return csvHeader(columns) + cells.map((cell) => csvRow(cell, columns)).join("");
  }
  const planned = planCells(scenario).length;
  const { schema, ...rest } = runResult(scenario, cells);
  const partial = cells.length === planned ? {} : { complete: false, cellsPlanned: planned };
  return `${JSON.stringify({ schema, ...partial, ...rest }, null, 2)}\n`;
}
