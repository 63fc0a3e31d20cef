import { FailedCellsError } from "../../core/errors.js";
import type { CellResult } from "../../engine/result.js";
import { type QueueRunOptions, runOnQueue } from "../../sweep/queue/run.js";
import type { Store } from "../../sweep/store/store.js";

/** The cells of a run behind a queue in the order of the plan, each as soon as all before it are there. */
export async function* cellsOfQueue(store: Store, options: QueueRunOptions): AsyncGenerator<CellResult> {
  let next = 0;
  try {
    for await (const _ of runOnQueue(store, options)) {
      for (; store.has(next); next++) yield store.cell(next);
    }
  } catch (error) {
    if (!(error instanceof FailedCellsError)) throw error;
    for (; next < store.plan.length; next++) if (store.has(next)) yield store.cell(next);
    throw error;
  }
  for (; store.has(next); next++) yield store.cell(next);
}
