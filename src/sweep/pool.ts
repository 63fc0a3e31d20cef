import { availableParallelism } from "node:os";
import { compileCore, load } from "../core/simulationCore.js";
import type { Trial } from "../core/trials.js";
import { besideTheory, summarize } from "../engine/cell.js";
import { checkEnginesInSlices, chooseEngine } from "../engine/choose.js";
import { expectedSeconds } from "../engine/cost.js";
import type { CellResult } from "../engine/result.js";
import { type RunOptions, runOnThread } from "../engine/run.js";
import { type Cell, Plan, wholePart } from "../model/cells.js";
import { hasClasses } from "../model/classes.js";
import type { Scenario } from "../model/scenario.js";
import { sweepAxes } from "../model/sweep.js";

/** Ranges waiting for each worker: enough that none runs dry, few enough that memory stays flat. */
const AHEAD = 3;
/** Ranges that the remaining trials are cut into, at least, for each worker: so they all finish together. */
const RANGES_PER_WORKER = 4;
/** Milliseconds that a range should take: long compared to a message between threads, short compared to a run. */
const SHORTEST = 10;
const LONGEST = 200;
/** Trials of a range before it is known how long one takes. */
const UNTIMED = 1000;
/** Ranges of a cell, at most: all of them wait in a queue. */
const RANGES_PER_CELL = 10_000;
/** Seconds of work, by the cost model, for which threads are not started: the start of two takes as long (bench/start.mjs). */
const BRIEF = 0.1;
/** Cells of a plan at most whose costs are added up to find that out. */
const FEW = 200;

export interface PoolOptions extends RunOptions {
  /** Worker threads; left out, one for each core of the machine, and none for what takes less than the start of them. */
  workers?: number;
}

/**
 * Computes a scenario's cells on worker threads and yields them in order. The calling thread stays free, so an abort
 * is answered at once: the workers are stopped even in the middle of a trial. The bits do not depend on the workers. What takes
 * about a tenth of a second, and cells of the theory, are computed on the calling thread, between turns of the event loop.
 *
 * @throws the signal's reason when aborted; cells yielded before that stand.
 */
export async function* runInWorkers(scenario: Scenario, options: PoolOptions = {}): AsyncGenerator<CellResult> {
  for await (const cells of runTogether(scenario, options)) yield* cells;
}

/** As {@link runInWorkers}, but cells that come at the same time come in one piece. */
export async function* runTogether(scenario: Scenario, options: PoolOptions = {}): AsyncGenerator<CellResult[]> {
  const { signal, onProgress, workers } = options;
  signal?.throwIfAborted();
  await checkEnginesInSlices(scenario, signal);
  const module = await compileCore();
  const core = await load({ module });
  const several = hasClasses(scenario) ? await (await import("../engine/classes.js")).loadClasses() : undefined;
  const onThisThread = () => runOnThread(core, scenario, { ...options, ...(several && { classes: several }) });
  // quicker than starting a thread
  if (scenario.engine === "theory" && !("engine" in sweepAxes(scenario))) return yield* onThisThread();
  const plan = new Plan(scenario);
  const part = options.part ?? wholePart(plan.length);
  if (part.size === 0) return;
  if (workers === undefined && plan.length <= FEW && expectedSeconds(scenario, part) < BRIEF)
    return yield* onThisThread();
  const threads = Math.min(workers ?? availableParallelism(), part.size * scenario.trials);
  const { trialPool } = await import("./trialPool.js");
  const pool = trialPool(module, threads, signal);
  const trialsTotal = part.size * scenario.trials;
  let trialsDone = 0;
  let trialsStarted = 0;
  let cellsDone = 0;
  /** Milliseconds that a trial took recently; NaN before the first. */
  let pace = Number.NaN;

  const compute = async (cell: Cell, first: number, count: number): Promise<Trial[] | CellResult> => {
    const { done, took } = await pool.run({ cell, first, count });
    pace = Number.isNaN(pace) ? took / count : (3 * pace + took / count) / 4;
    trialsDone += count;
    onProgress?.({ trialsDone, trialsTotal, cellsDone, cellsTotal: part.size });
    return done;
  };

  /** Trials of the next range; the results do not depend on it. */
  const rangeSize = (): number => {
    const least = scenario.trials / RANGES_PER_CELL;
    if (Number.isNaN(pace)) {
      return Math.ceil(Math.max(least, Math.min(scenario.trials / (threads * RANGES_PER_WORKER), UNTIMED)));
    }
    const share = (trialsTotal - trialsStarted) / (threads * RANGES_PER_WORKER);
    return Math.max(1, Math.round(Math.max(least, SHORTEST / pace, Math.min(share, LONGEST / pace))));
  };

  try {
    const waiting: { cell: Cell; ranges: Promise<Trial[] | CellResult>[] }[] = [];
    const cells = plan.cells(part);
    let inFlight = 0;
    const start = (): boolean => {
      const next = cells.next();
      if (next.done) return false;
      const ranges: Promise<Trial[] | CellResult>[] = [];
      // the theory answers a cell at once
      const whole = chooseEngine(next.value.scenario).engine === "theory";
      for (let first = 0, count = 0; first < scenario.trials; first += count) {
        const size = whole ? scenario.trials : rangeSize();
        // no range is left over that would be much shorter than the others
        const cuts = Math.max(1, Math.round((scenario.trials - first) / size));
        count = Math.ceil((scenario.trials - first) / cuts);
        trialsStarted += count;
        const range = compute(next.value, first, count).finally(() => inFlight--);
        range.catch(() => {}); // awaiting the cell throws the failure
        ranges.push(range);
        inFlight++;
      }
      waiting.push({ cell: next.value, ranges });
      return true;
    };
    for (;;) {
      while (inFlight < threads * AHEAD && start());
      const head = waiting.shift();
      if (!head) return;
      const done = await Promise.all(head.ranges);
      cellsDone++;
      if (Array.isArray(done[0])) {
        const trials = done.flat() as Trial[];
        options.onTrials?.(head.cell, trials);
        yield [several?.summarize(head.cell, trials) ?? besideTheory(core, head.cell, summarize(head.cell, trials))];
      } else yield [done[0] as CellResult];
      signal?.throwIfAborted();
    }
  } finally {
    await pool.close();
  }
}
