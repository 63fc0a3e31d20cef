import type { Core } from "../core/core.js";
import type { Trial } from "../core/trials.js";
import { nextTurn } from "../core/turn.js";
import { type Cell, Plan } from "../model/cells.js";
import type { Scenario } from "../model/scenario.js";
import { CellTrials } from "./cell.js";
import { checkEngines, chooseEngine } from "./choose.js";
import type { CellResult } from "./result.js";
import { summarize } from "./summary.js";
import { besideTheory, theoryCells } from "./theoryCell.js";

/** How far a run has come. */
export interface Progress {
  trialsDone: number;
  trialsTotal: number;
  cellsDone: number;
  cellsTotal: number;
}

export interface RunOptions {
  /** Ends the run between two trials; cells yielded before that stand. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** Milliseconds of computing after which the event loop gets its turn. */
const SLICE = 40;
/** Cells that the theory answers in one go. */
const BATCH = 256;

/**
 * Computes a scenario's cells in order on this thread, giving the event loop its turn every few hundredths of a second.
 * How the trials are sliced has no influence on what they give.
 */
export async function* runOnThread(
  core: Core,
  scenario: Scenario,
  options: RunOptions = {},
): AsyncGenerator<CellResult> {
  const { signal, onProgress } = options;
  checkEngines(scenario);
  const plan = new Plan(scenario);
  const trialsTotal = plan.length * scenario.trials;
  let trialsDone = 0;
  const report = (cellsDone: number) => onProgress?.({ trialsDone, trialsTotal, cellsDone, cellsTotal: plan.length });
  let turn = performance.now();
  for (const cells of batches(plan)) {
    signal?.throwIfAborted();
    const [cell] = cells;
    if (chooseEngine(cell.scenario).engine === "theory") {
      yield* theoryCells(core, cells);
      trialsDone += cells.length * scenario.trials;
      if (performance.now() - turn < SLICE) continue;
      report(cell.index + cells.length);
      await nextTurn();
      turn = performance.now();
      continue;
    }
    const trials: Trial[] = [];
    const run = new CellTrials(core, cell);
    try {
      let size = 1;
      while (trials.length < scenario.trials) {
        const count = Math.min(size, scenario.trials - trials.length);
        const start = performance.now();
        trials.push(...run.run(trials.length, count));
        const took = performance.now() - start;
        size = Math.max(1, Math.min(1000, Math.round((count * SLICE) / Math.max(took, 0.01))));
        trialsDone += count;
        if (performance.now() - turn < SLICE) continue;
        report(cell.index);
        await nextTurn();
        turn = performance.now();
        signal?.throwIfAborted();
      }
    } finally {
      run.close();
    }
    yield besideTheory(core, cell, summarize(cell, trials));
  }
  report(plan.length);
}

/** Cells of the theory that follow one another, at most 256 together; cells that are drawn, one by one. */
function* batches(plan: Plan): Generator<Cell[]> {
  let batch: Cell[] = [];
  for (const cell of plan) {
    const together = chooseEngine(cell.scenario).engine === "theory";
    if (batch.length > 0 && (!together || batch.length === BATCH)) {
      yield batch;
      batch = [];
    }
    if (together) batch.push(cell);
    else yield [cell];
  }
  if (batch.length > 0) yield batch;
}
