import { stringify } from "yaml";
import type { CellResult } from "../../engine/result.js";
import { inTable, type Measure, unfoldedCells, unfoldedScenario } from "../../figure/series.js";
import { runResult } from "../../index.js";
import { formatNumber } from "../../model/format.js";
import type { Scenario } from "../../model/scenario.js";
import { csvHeader, csvRow, resultColumns } from "../../sweep/results/table.js";
import { incompleteCsv } from "../../sweep/results/write.js";
import type { ReportFormat } from "../options.js";
import { sketch } from "../terminal/sketch.js";
import type { Terminal } from "../terminal/terminal.js";
import type { CellReader } from "./figure.js";
import { ResultTable } from "./table.js";

/** The text of a run in one form, bit by bit as it comes. */
interface Report {
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
    return { begin: () => csvHeader(columns), cell: (cell) => csvRow(cell, columns), end: csvEnd };
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
      if (count > TABLE_CELLS)
        yield `… and ${formatNumber(count - TABLE_CELLS)} more cells: --format csv prints all of them\n`;
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

/** A result, or what there was of one when the run was stopped. */
export interface Outcome {
  scenario: Scenario;
  /** Cells of the whole plan. */
  planned: number;
  /** Cells that are finished. */
  finished: number;
  /** The part of the plan that was to be computed, `2/7`; undefined for all of it. */
  shard?: string;
  /** The finished cells in the order of the plan, as often as they are asked for. */
  cells: CellReader;
}

/** Says whether all cells of the plan are there. */
export function isComplete({ finished, planned }: Outcome): boolean {
  return finished === planned;
}

function csvEnd(outcome: Outcome): string[] {
  return isComplete(outcome) ? [] : [incompleteCsv({ cells: outcome.finished, cellsPlanned: outcome.planned })];
}

/** The whole result as JSON, piece by piece; what is not the whole says so before anything else. */
function* resultText(outcome: Outcome): Generator<string> {
  const engines = new Map<string, CellResult>();
  const { planned, shard } = outcome;
  const partial = isComplete(outcome) ? {} : { complete: false, cellsPlanned: planned, ...(shard && { shard }) };
  const { schema, config } = runResult(outcome.scenario, []);
  const head = JSON.stringify({ schema, ...partial, config }, null, 2);
  yield `${head.slice(0, -2)},\n  "cells": [`;
  let separator = "\n    ";
  for (const cell of outcome.cells()) {
    engines.set(cell.engine, cell);
    yield separator + JSON.stringify(cell, null, 2).replaceAll("\n", "\n    ");
    separator = ",\n    ";
  }
  const { provenance } = runResult(outcome.scenario, [...engines.values()]);
  const tail = JSON.stringify({ provenance }, null, 2).slice(1);
  yield `${engines.size > 0 ? "\n  " : ""}],${tail}\n`;
}

/** The scenario with every setting, to run again. */
export function configText(scenario: Scenario): string {
  return `# Every setting of this run. Again: pstar run config.yaml\n${stringify(scenario, { lineWidth: 100 })}`;
}
