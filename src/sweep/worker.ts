import { workerData } from "node:worker_threads";
import type { CoreModule } from "../core/core.js";
import { load } from "../core/simulationCore.js";
import type { Trial } from "../core/trials.js";
import { CellTrials, theoryCells } from "../engine/cell.js";
import { chooseEngine } from "../engine/choose.js";
import type { CellResult } from "../engine/result.js";
import type { ClassesEngine } from "../engine/run.js";
import type { Cell } from "../model/cells.js";
import { answerTasks } from "../threads/tasks.js";

/** The trials `first` … `first + count − 1` of a cell. */
export interface TrialRange {
  cell: Cell;
  first: number;
  count: number;
}

export interface TrialRangeResult {
  /** The trials; if the theory answers the cell, the cell's whole result. */
  done: Trial[] | CellResult;
  /** Milliseconds that it took. */
  took: number;
}

const { module } = workerData as { module: CoreModule };
const core = load({ module });
core.catch(() => {}); // the first task reports it
let open: { id: string; trials: Pick<CellTrials, "run" | "close"> } | undefined;
let several: ClassesEngine | undefined;

/** Computes a range of trials. The cell stays open for the next range of the same cell. */
export default answerTasks(async ({ cell, first, count }: TrialRange): Promise<TrialRangeResult> => {
  const instance = await core;
  if (cell.scenario.classes !== undefined) several ??= await (await import("../engine/classes.js")).loadClasses();
  const start = performance.now();
  const result = (done: Trial[] | CellResult) => ({ done, took: performance.now() - start });
  const ofClasses = cell.scenario.classes === undefined ? undefined : several;
  if (chooseEngine(cell.scenario).engine === "theory") {
    return result(ofClasses?.theory(cell) ?? theoryCells(instance, [cell])[0]);
  }
  if (open?.id !== cell.id) {
    open?.trials.close();
    open = undefined;
    open = { id: cell.id, trials: ofClasses?.trials(cell) ?? new CellTrials(instance, cell) };
  }
  return result(open.trials.run(first, count));
});
