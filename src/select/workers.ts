import { compileTextCore } from "../core/textCore.js";
import { type Block, Buffers } from "../rows/blocks.js";
import type { FileBlock } from "../rows/rowFiles.js";
import { WorkerPool } from "../threads/pool.js";
import { type BlockScores, RowScorer } from "./score/scoreBlock.js";
import type { ResolvedSettings } from "./settings.js";
import { VerifierFault } from "./verifiers/module.js";
import type { ScorerContext } from "./verifiers/scorer.js";
import type { Done, Task, WorkerSetting } from "./worker.js";
import { type BlockDecisions, type BlockFiles, type CopyWants, roomFor, routeRows } from "./write/routeRows.js";

/** What works on blocks: this thread, or others. A block that it gets belongs to it. */
export interface BlockWorkers {
  /** Blocks that may be under way at once. */
  readonly ahead: number;
  /** Where blocks come from and go back to; the files of a copied block may be given here as well. */
  readonly buffers: Buffers;
  score(block: Block, firstRow: number): Promise<BlockScores>;
  copy(block: Block, decided: BlockDecisions, wants: CopyWants): Promise<BlockFiles>;
  close(): Promise<void>;
}

/** @param threads Worker threads; 0 for none but this one. @param context For verifiers that ask outside: they work in this thread. */
export async function startWorkers(
  settings: ResolvedSettings,
  threads: number,
  context: Omit<ScorerContext, "core" | "seed"> = {},
): Promise<BlockWorkers> {
  if (threads > 0) return Threads.start(settings, threads, context.signal);
  const scorer = await RowScorer.create(settings, undefined, context);
  const buffers = new Buffers();
  return {
    ahead: 1,
    buffers,
    async score(block, firstRow) {
      const scored = await scorer.score(block, firstRow);
      buffers.give(block.bytes.buffer);
      return scored;
    },
    async copy(block, decided, wants) {
      const room = roomFor(block, decided, wants, buffers);
      const files = routeRows(scorer, block, decided, wants, room);
      buffers.give(block.bytes.buffer);
      return files;
    },
    close: () => scorer.close(),
  };
}

/** Rows live for a moment only: more than this took 25 MB of memory a thread, and no less time. */
const YOUNG = 12;

class Threads implements BlockWorkers {
  readonly ahead: number;
  readonly buffers = new Buffers();
  readonly #pool: WorkerPool<Task, Done>;

  private constructor(pool: WorkerPool<Task, Done>) {
    this.#pool = pool;
    // one to work on and one to go on with
    this.ahead = 2 * pool.threads;
  }

  static async start(settings: ResolvedSettings, threads: number, signal?: AbortSignal): Promise<Threads> {
    const workerData: WorkerSetting = { settings, module: await compileTextCore() };
    const module = new URL("./worker.js", import.meta.url);
    const errors = { VerifierFault };
    signal?.throwIfAborted();
    return new Threads(new WorkerPool({ module, threads, workerData, youngMemory: YOUNG, signal, errors }));
  }

  score(block: Block, firstRow: number): Promise<BlockScores> {
    return this.#run({ kind: "score", block, firstRow }) as Promise<BlockScores>;
  }

  copy(block: Block, decided: BlockDecisions, wants: CopyWants): Promise<BlockFiles> {
    const room = roomFor(block, decided, wants, this.buffers);
    return this.#run({ kind: "copy", block, decided, wants, room }, [room.kept, room.rejected]) as Promise<BlockFiles>;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #run(task: Task, room: readonly Uint8Array[] = []): Promise<object> {
    const { done, free } = await this.#pool.run(
      task,
      [task.block.bytes, ...room].map(({ buffer }) => buffer),
    );
    this.buffers.give(free);
    return done;
  }
}

/** Where a block lies. */
type Place = Pick<FileBlock, "offset" | "end" | "file" | "fileBegin">;

/** Gives each block to `work`, some ahead, and yields what became of them in order, with where each began and ended. */
export async function* inOrder<R>(
  blocks: AsyncIterable<FileBlock>,
  ahead: number,
  work: (block: FileBlock) => Promise<R>,
): AsyncGenerator<Place & { done: R }> {
  const waiting: (Place & { done: Promise<R> })[] = [];
  let failed = false;
  for await (const block of blocks) {
    const { offset, end, file, fileBegin } = block;
    const done = work(block);
    done.catch(() => {
      failed = true; // thrown where it is awaited
    });
    waiting.push({ offset, end, file, fileBegin, done });
    if (waiting.length < ahead && !failed) continue;
    const head = waiting.shift();
    if (head !== undefined) yield { ...head, done: await head.done };
  }
  for (const head of waiting) yield { ...head, done: await head.done };
}
