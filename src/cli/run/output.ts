import { stringify } from "yaml";
import { type CellResult, runResult } from "../../index.js";
import type { Scenario } from "../../model/scenario.js";
import type { CellReader } from "./figureFile.js";

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

/** The whole result as JSON, piece by piece; what is not the whole says so before anything else. */
export function* resultText(outcome: Outcome): Generator<string> {
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
