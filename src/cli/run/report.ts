import type { CellResult } from "../../engine/result.js";
import { inTable, unfoldedCells, unfoldedScenario } from "../../figure/generations.js";
import type { Measure } from "../../figure/series.js";
import { formatNumber } from "../../model/format.js";
import type { Scenario } from "../../model/scenario.js";
import { csvHeader, csvRow, resultColumns } from "../../sweep/results/table.js";
import type { ReportFormat } from "../options.js";
import { sketch } from "../terminal/sketch.js";
import type { Terminal } from "../terminal/terminal.js";
import { isComplete, type Outcome, resultText } from "./output.js";
import { ResultTable } from "./table.js";

/** The text of a run in one form, bit by bit as it comes. */
export interface Report {
  begin(): string;
  cell(cell: CellResult): string;
  end(outcome: Outcome): Iterable<string>;
}

/** Cells of a table, which is for reading; beyond that it breaks off and there is no sketch. */
export const TABLE_CELLS = 1000;

/** Makes the report of a run of so many cells. */
export function reportOf(
  format: ReportFormat,
  scenario: Scenario,
  terminal: Terminal,
  measure: Measure,
  planned: number,
): Report {
  if (format === "json") return { begin: () => "", cell: () => "", end: resultText };
  if (format === "csv") {
    const columns = resultColumns(scenario);
    return { begin: () => csvHeader(columns), cell: (cell) => csvRow(cell, columns), end: () => [] };
  }
  const shown = unfoldedScenario(scenario);
  const table = new ResultTable(shown, terminal);
  let count = 0;
  return {
    begin: () => table.header(),
    cell: (cell) => {
      if (++count > TABLE_CELLS) return "";
      return unfoldedCells([cell])
        .filter((one) => inTable(one, scenario))
        .map((one) => table.row(one))
        .join("");
    },
    *end(outcome) {
      const { finished } = outcome;
      if (count > TABLE_CELLS) yield `… and ${formatNumber(count - TABLE_CELLS)} cells more: --format csv prints all\n`;
      yield table.footer();
      if (!isComplete(outcome)) {
        const whose = outcome.shard === undefined ? "Stopped:" : `Shard ${outcome.shard}:`;
        yield `\n${whose} ${formatNumber(finished)} of ${formatNumber(planned)} cells.\n`;
      }
      if (planned > TABLE_CELLS) return;
      const curve = sketch(unfoldedCells([...outcome.cells()]), shown, terminal, measure);
      if (curve !== "") yield `\n${curve}`;
    },
  };
}
