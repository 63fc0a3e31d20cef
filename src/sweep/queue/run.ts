import { availableParallelism } from "node:os";
import { ConfigError, outOfRange, QueueError } from "../../core/errors.js";
import { compileCore, load } from "../../core/simulationCore.js";
import type { Trial } from "../../core/trials.js";
import { checkEnginesInSlices, chooseEngine } from "../../engine/choose.js";
import { engineReason } from "../../engine/reasons.js";
import type { CellResult } from "../../engine/result.js";
import { type Progress, runOnThread } from "../../engine/run.js";
import { hasClasses } from "../../model/classes.js";
import type { Scenario } from "../../model/scenario.js";
import { sweepAxes } from "../../model/sweep.js";
import { atMost, unlessAborted } from "../../threads/waiting.js";
import type { Store } from "../store/store.js";
import { trialPool } from "../trialPool.js";
import type { TrialRange } from "../worker.js";
import { Connection, causeOf, isWrongType } from "./connection.js";
import { Coordinator } from "./coordinator.js";
import { wrongType } from "./plans.js";
import type { QueueNote } from "./reasons.js";
import { queueReason } from "./reasons.js";
import { encodeTrials } from "./trialRanges.js";

export interface QueueRunOptions {
  /** `redis://host:port/db`, or `rediss://` with TLS. User name and password come from PSTAR_REDIS_USERNAME and PSTAR_REDIS_PASSWORD. */
  queue: string;
  /** Ends the run; the store keeps what it has, and the workers go on with what is in the queue. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /**
   * The share of blocks, in (0, 1], that is computed here again and compared byte by byte; left out, none. With share s and b
   * wrong blocks, the chance to find none of them is (1 − s)^b. All blocks of a worker that differs are computed anew: cells
   * that were yielded may be taken back, so read the store at the end.
   */
  verify?: number;
  /** Told what a person should know: that the server went away, that no worker is there. */
  onNote?: (note: QueueNote) => void;
}

/** Milliseconds that the end of a run waits for a server that may be away: longer if a plan is to be removed. */
const FAREWELL = { unfinished: 2000, finished: 60_000 };

/**
 * Has workers behind a queue ({@link workOnQueue}) compute the missing cells of a store, adds each cell to the store and
 * yields it, in the order in which they are finished. The bits do not depend on the workers. What the theory answers is
 * computed here, at once. Needs the packages bullmq and ioredis.
 *
 * @param store Of a whole plan. Everything in it is safe from the end of the process; a run goes on from there.
 * @throws QueueError if the server cannot be reached; FailedCellsError at the end if cells failed three times;
 * StoreError if two workers disagree on a cell; the signal's reason when aborted.
 * @example
 * const store = await Store.open("results", scenario);
 * for await (const cell of runOnQueue(store, { queue: "redis://127.0.0.1:6379" })) console.log(cell.index);
 */
export async function* runOnQueue(store: Store, options: QueueRunOptions): AsyncGenerator<CellResult> {
  const { queue, signal, onProgress, verify, onNote = () => {} } = options;
  signal?.throwIfAborted();
  if (verify !== undefined && !(verify > 0 && verify <= 1)) throw outOfRange("verify", "a share in (0, 1]", verify);
  const { scenario } = store;
  await checkEnginesInSlices(scenario, signal);
  if (hasClasses(scenario)) throw new ConfigError(engineReason("classes-on-a-queue"), { field: "classes" });
  const core = await load();
  const perCell = scenario.trials;
  const cellsTotal = store.part.size - store.count;
  let cellsDone = 0;
  const report = () =>
    onProgress?.({ trialsDone: cellsDone * perCell, trialsTotal: cellsTotal * perCell, cellsDone, cellsTotal });

  for await (const cells of runOnThread(core, scenario, { signal, part: theoryPart(store) })) {
    for (const cell of cells) {
      store.append(cell);
      cellsDone++;
      report();
      yield cell;
    }
  }
  if (isTheory(scenario)) return;

  const connection = await Connection.open(queue, { signal, onNote });
  const coordinator = new Coordinator(connection, store, core, onNote);
  const pool = verify === undefined ? undefined : trialPool(await compileCore(), availableParallelism(), signal);
  const stored = store.count - cellsDone;
  let finished = false;
  try {
    if (pool !== undefined && verify !== undefined) {
      const compute = async (range: TrialRange) => encodeTrials((await pool.run(range)).done as Trial[]);
      await unlessAborted(signal, coordinator.verify({ share: verify, compute }));
    }
    await unlessAborted(signal, coordinator.open());
    for (;;) {
      const cells = await unlessAborted(signal, coordinator.round());
      if (cells === undefined) break;
      cellsDone = store.count - stored;
      report();
      yield* cells;
      signal?.throwIfAborted();
    }
    finished = true;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ReplyError") throw error;
    if (isWrongType(error)) throw wrongType(store.manifest.fingerprint);
    throw new QueueError(queueReason("server-refuses", { address: connection.address.text, cause: causeOf(error) }));
  } finally {
    if (!finished) coordinator.stop();
    await atMost(finished ? FAREWELL.finished : FAREWELL.unfinished, coordinator.close(finished));
    await connection.close();
    await pool?.close();
  }
}

/** The missing cells that the theory answers. */
function theoryPart(store: Store) {
  const { part, plan, scenario, missing } = store;
  if (isTheory(scenario)) return missing;
  if (!("engine" in sweepAxes(scenario))) return { size: 0, has: () => false };
  const has = (index: number) => missing.has(index) && chooseEngine(plan.scenario(index)).engine === "theory";
  let size = 0;
  for (let index = 0; index < plan.length; index++) if (part.has(index) && has(index)) size++;
  return { size, has };
}

/** Whether the theory answers all cells. */
function isTheory(scenario: Scenario): boolean {
  return scenario.engine === "theory" && !("engine" in sweepAxes(scenario));
}
