import { Piscina } from "piscina";
import { compileCore } from "../core/core.js";
import { DataError, FileError, MemoryLimitError, PstarError } from "../core/errors.js";
import type { Block } from "../rows/blocks.js";
import { type BlockDecisions, type BlockFiles, type CopyWants, copyBlock } from "./blockCopy.js";
import { type BlockScores, RowJudge } from "./blockScores.js";
import { VerifierFault } from "./moduleScorer.js";
import type { ResolvedSettings } from "./resolve.js";
import type { Fault, Task, WorkerSetting } from "./worker.js";

/** Those who work on blocks: this thread, or others. A block given to them is theirs. */
export interface Crew {
  /** Blocks that may be under way at once. */
  readonly ahead: number;
  score(block: Block, firstRow: number): Promise<BlockScores>;
  copy(block: Block, decided: BlockDecisions, wants: CopyWants): Promise<BlockFiles>;
  close(): Promise<void>;
}

/** @param threads Worker threads; 0 for none but this one. */
export async function crewOf(settings: ResolvedSettings, threads: number): Promise<Crew> {
  if (threads > 0) return Threads.start(settings, threads);
  const judge = await RowJudge.create(settings);
  return {
    ahead: 1,
    score: (block, firstRow) => judge.score(block, firstRow),
    copy: async (block, decided, wants) => copyBlock(judge, block, decided, wants),
    async close() {},
  };
}

class Threads implements Crew {
  readonly ahead: number;
  readonly #pool: Piscina;
  readonly #started: Promise<void>;

  private constructor(pool: Piscina, threads: number) {
    this.#pool = pool;
    // one to work on and one to go on with
    this.ahead = 2 * threads;
    let created = 0;
    this.#started = new Promise((resolve) => {
      pool.on("workerCreate", () => ++created === threads && resolve());
      pool.on("error", () => resolve());
    });
  }

  static async start(settings: ResolvedSettings, threads: number): Promise<Threads> {
    const setting: WorkerSetting = { settings, module: await compileCore() };
    const pool = new Piscina({
      filename: new URL("./worker.js", import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      workerData: setting,
    });
    return new Threads(pool, threads);
  }

  score(block: Block, firstRow: number): Promise<BlockScores> {
    return this.#run({ kind: "score", block, firstRow }) as Promise<BlockScores>;
  }

  copy(block: Block, decided: BlockDecisions, wants: CopyWants): Promise<BlockFiles> {
    return this.#run({ kind: "copy", block, decided, wants }) as Promise<BlockFiles>;
  }

  async close(): Promise<void> {
    await this.#started; // Node itself fails when a worker is ended while it links its modules
    await this.#pool.destroy();
  }

  async #run(task: Task): Promise<unknown> {
    const done: object = await this.#pool.run(task, { transferList: [task.block.bytes.buffer as ArrayBuffer] });
    if (!("fault" in done)) return done;
    const { fault, name, line } = done as Fault;
    if (name === VerifierFault.name) throw Object.assign(new VerifierFault(fault, 0), { line });
    const kind = [DataError, FileError, MemoryLimitError].find((known) => known.name === name) ?? PstarError;
    throw new kind(fault);
  }
}

/** Gives each block to `work`, some ahead, and yields what became of them in order, with where each began and ended. */
export async function* inOrder<R>(
  blocks: AsyncIterable<Block>,
  ahead: number,
  work: (block: Block) => Promise<R>,
): AsyncGenerator<{ offset: number; end: number; done: R }> {
  const waiting: { offset: number; end: number; done: Promise<R> }[] = [];
  for await (const block of blocks) {
    const { offset, end } = block;
    const done = work(block);
    done.catch(() => {}); // a failure is thrown where it is awaited
    waiting.push({ offset, end, done });
    if (waiting.length < ahead) continue;
    const head = waiting.shift();
    if (head !== undefined) yield { ...head, done: await head.done };
  }
  for (const head of waiting) yield { ...head, done: await head.done };
}
