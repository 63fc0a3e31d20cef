import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { compileCore } from "../core/core.js";
import { ConfigError, MemoryLimitError, PstarError } from "../core/errors.js";
import type { Trial } from "../core/trials.js";
import type { CellResult } from "../engine/result.js";
import type { RunOptions } from "../engine/run.js";
import { summarize } from "../engine/summary.js";
import { type Cell, Plan } from "../model/cells.js";
import type { Scenario } from "../model/scenario.js";
import type { Block, Failure } from "./worker.js";

/** Blocks waiting for each worker: enough that none runs dry, few enough that memory stays flat. */
const AHEAD = 3;
/** Blocks that the trials of a cell are cut into, at most, for each worker. */
const BLOCKS_PER_WORKER = 4;

export interface PoolOptions extends RunOptions {
  /** Worker threads; left out, one for each core of the machine. */
  workers?: number;
}

/**
 * Computes a scenario's cells on worker threads and yields them in order. The thread that calls stays free, so an abort
 * is answered at once: the workers are ended even in the middle of a trial. The bits do not depend on the workers.
 *
 * @throws the signal's reason when aborted; cells yielded before that stand.
 */
export async function* runInWorkers(scenario: Scenario, options: PoolOptions = {}): AsyncGenerator<CellResult> {
  const { signal, onProgress, workers = availableParallelism() } = options;
  signal?.throwIfAborted();
  const plan = new Plan(scenario);
  const perBlock = Math.ceil(scenario.trials / Math.min(scenario.trials, workers * BLOCKS_PER_WORKER));
  const threads = Math.min(workers, plan.length * Math.ceil(scenario.trials / perBlock));
  const pool = new Piscina({
    filename: new URL("./worker.js", import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    workerData: { module: await compileCore() },
  });
  const trialsTotal = plan.length * scenario.trials;
  let trialsDone = 0;
  let cellsDone = 0;
  const aborted = abortion(signal);

  const compute = async (cell: Cell, first: number): Promise<Trial[]> => {
    const count = Math.min(perBlock, scenario.trials - first);
    const block: Block = { cell: { id: cell.id, scenario: cell.scenario }, first, count };
    const trials: Trial[] | Failure = await pool.run(block);
    if (!Array.isArray(trials)) throw revived(trials);
    trialsDone += count;
    onProgress?.({ trialsDone, trialsTotal, cellsDone, cellsTotal: plan.length });
    return trials;
  };

  try {
    const waiting: { cell: Cell; blocks: Promise<Trial[]>[] }[] = [];
    const cells = plan[Symbol.iterator]();
    let inFlight = 0;
    const start = (): boolean => {
      const next = cells.next();
      if (next.done) return false;
      const blocks: Promise<Trial[]>[] = [];
      for (let first = 0; first < scenario.trials; first += perBlock) {
        const block = compute(next.value, first).finally(() => inFlight--);
        block.catch(() => {}); // a failure is thrown where the cell is awaited
        blocks.push(block);
        inFlight++;
      }
      waiting.push({ cell: next.value, blocks });
      return true;
    };
    for (;;) {
      while (inFlight < threads * AHEAD && start());
      const head = waiting.shift();
      if (!head) return;
      const trials = (await Promise.race([Promise.all(head.blocks), aborted.promise])).flat();
      cellsDone++;
      yield summarize(head.cell, trials);
      signal?.throwIfAborted();
    }
  } finally {
    aborted.dispose();
    await pool.destroy();
  }
}

/** A promise that rejects when the signal aborts. */
function abortion(signal: AbortSignal | undefined): { promise: Promise<never>; dispose: () => void } {
  let onAbort = () => {};
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  promise.catch(() => {});
  return { promise, dispose: () => signal?.removeEventListener("abort", onAbort) };
}

/** The error that a worker reported, with its class again. */
function revived({ name, message, details }: Failure): PstarError {
  const kind = [ConfigError, MemoryLimitError].find((kind) => kind.name === name) ?? PstarError;
  return new kind(message, details);
}
