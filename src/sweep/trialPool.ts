import type { CoreModule } from "../core/core.js";
import { WorkerPool } from "../threads/pool.js";
import type { TrialRange, TrialRangeResult } from "./worker.js";

/** Threads that compute ranges of trials. */
export function trialPool(
  module: CoreModule,
  threads: number,
  signal?: AbortSignal,
): WorkerPool<TrialRange, TrialRangeResult> {
  return new WorkerPool({ module: new URL("./worker.js", import.meta.url), threads, workerData: { module }, signal });
}
