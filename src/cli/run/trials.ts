import type { Trial } from "../../core/trials.js";
import type { CellResult } from "../../engine/result.js";
import { type Cell, Plan } from "../../model/cells.js";
import type { Scenario } from "../../model/scenario.js";
import { Draft } from "../../rows/write.js";
import { type TrialRow, trialColumns, trialRows } from "../../sweep/results/tidy.js";
import { metadataOf, TableFile } from "../../sweep/results/write.js";
import { tableFormat } from "../options.js";

/** The trials of a run, written as they come; nothing is in its place before {@link publish}. */
export class TrialsFile {
  readonly #draft: Draft;
  readonly #file: TableFile<TrialRow>;
  readonly #scenario: Scenario;
  readonly #engines = new Set<string>();
  #cells = 0;
  /** Cells without trials: the theory computes them. */
  withoutTrials = 0;

  constructor(file: string, scenario: Scenario) {
    this.#scenario = scenario;
    this.#draft = new Draft(file, { durable: true });
    this.#file = new TableFile({ form: tableFormat(file) ?? "jsonl", sink: this.#draft }, trialColumns(scenario));
  }

  add(cell: Cell, trials: readonly Trial[]): void {
    for (const row of trialRows(cell, trials)) this.#file.add(row);
  }

  /** Counts a finished cell. */
  note({ engine }: CellResult): void {
    this.#cells++;
    this.#engines.add(engine);
    if (engine === "theory") this.withoutTrials++;
  }

  publish(): void {
    const cellsPlanned = new Plan(this.#scenario).length;
    const missing = this.#cells < cellsPlanned ? { cells: this.#cells, cellsPlanned } : undefined;
    this.#file.publish(metadataOf(this.#scenario, this.#engines), missing);
  }

  /** Removes what was not published. */
  discard(): void {
    this.#draft.discard();
  }
}
