import type { CellResult } from "../engine/result.js";
import { inTable, unfoldedCells, unfoldedScenario } from "../figure/generations.js";
import type { Measure } from "../figure/series.js";
import type { Scenario } from "../model/scenario.js";
import { csvHeader, csvRow } from "./csv.js";
import type { ReportFormat } from "./flags.js";
import { isComplete, jsonText, type Outcome } from "./output.js";
import { sketch } from "./sketch.js";
import { Table } from "./table.js";
import type { Terminal } from "./terminal.js";

/** The text of a run in one form, piece by piece as it comes. */
export interface Report {
  begin(): string;
  cell(cell: CellResult): string;
  end(outcome: Outcome): string;
}

/** Makes the report of a run. */
export function reportOf(format: ReportFormat, scenario: Scenario, terminal: Terminal, measure: Measure): Report {
  if (format === "json") return { begin: () => "", cell: () => "", end: jsonText };
  const swept = Object.keys(scenario.sweep ?? {});
  if (format === "csv") {
    return { begin: () => csvHeader(swept), cell: (cell) => csvRow(cell, swept), end: () => "" };
  }
  const shown = unfoldedScenario(scenario);
  const table = new Table(shown, terminal);
  return {
    begin: () => table.header(),
    cell: (cell) =>
      unfoldedCells([cell])
        .filter((one) => inTable(one, scenario))
        .map((one) => table.row(one))
        .join(""),
    end: (outcome) => {
      const { cells, planned } = outcome;
      const stopped = isComplete(outcome) ? "" : `\nStopped: ${cells.length} of ${planned} cells.\n`;
      const curve = sketch(unfoldedCells(cells), shown, terminal, measure);
      return `${table.footer()}${stopped}${curve === "" ? "" : `\n${curve}`}`;
    },
  };
}
