import { Piscina } from "piscina";
import { compileCore } from "../../core/core.js";
import type { Trial } from "../../core/trials.js";
import { revived } from "../pool.js";
import type { Block, BlockResult, Failure } from "../worker.js";

/** Threads that compute blocks of trials; the thread that calls stays free to talk to the server. */
export class BlockPool {
  readonly #pool: Piscina;
  #closed: Promise<void> | undefined;

  private constructor(pool: Piscina) {
    this.#pool = pool;
  }

  static async start(threads: number): Promise<BlockPool> {
    const module = await compileCore();
    const pool = new Piscina({
      filename: new URL("../worker.js", import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      workerData: { module },
    });
    pool.on("error", () => {}); // run() carries the errors that matter
    let created = 0;
    await new Promise<void>((resolve) => pool.on("workerCreate", () => ++created === threads && resolve()));
    return new BlockPool(pool);
  }

  /** Whether the threads are ended, and blocks that were under way with them. */
  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** @throws PstarError where the core cannot compute it; another error where its thread ended. */
  async run(block: Block): Promise<Trial[]> {
    // a pool that was destroyed would start a new thread, which nobody would ever end
    if (this.closed) throw new Error("the threads have been ended");
    const result: BlockResult | Failure = await this.#pool.run(block);
    if ("details" in result) throw revived(result);
    if (Array.isArray(result.done)) return result.done;
    throw new TypeError("a cell of the theory has no blocks");
  }

  /** Ends the threads at once. */
  close(): Promise<void> {
    this.#closed ??= this.#pool.destroy();
    return this.#closed;
  }
}
