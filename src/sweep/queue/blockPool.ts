import { compileCore } from "../../core/simulationCore.js";
import type { Trial } from "../../core/trials.js";
import type { WorkerPool } from "../../threads/pool.js";
import { trialPool } from "../pool.js";
import type { TrialRange, TrialRangeResult } from "../worker.js";

/** Threads that compute blocks of trials; the thread that calls stays free to talk to the server. */
export class BlockPool {
  readonly #pool: WorkerPool<TrialRange, TrialRangeResult>;

  private constructor(pool: WorkerPool<TrialRange, TrialRangeResult>) {
    this.#pool = pool;
  }

  static async start(threads: number): Promise<BlockPool> {
    return new BlockPool(trialPool(await compileCore(), threads));
  }

  /** Whether the threads are ended, and blocks that were under way with them. */
  get closed(): boolean {
    return this.#pool.closed;
  }

  /** @throws PstarError where the core cannot compute it; another error where its thread ended. */
  async run(block: TrialRange): Promise<Trial[]> {
    const { done } = await this.#pool.run(block);
    if (Array.isArray(done)) return done;
    throw new TypeError("a cell of the theory has no blocks");
  }

  /** Ends the threads at once. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}
