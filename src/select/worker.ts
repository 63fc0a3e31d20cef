import { workerData } from "node:worker_threads";
import { move, transferableSymbol, valueSymbol } from "piscina";
import type { CoreModule } from "../core/core.js";
import { PstarError } from "../core/errors.js";
import type { Block } from "../rows/blocks.js";
import { RowJudge } from "./score/scoreBlock.js";
import type { ResolvedSettings } from "./settings.js";
import { VerifierFault } from "./verifiers/module.js";
import { type BlockDecisions, type CopyRoom, type CopyWants, copyBlock } from "./write/routeRows.js";

/** What a worker is asked: to score the rows of a block, or to sort them into files. */
export type Task = { block: Block } & (
  | { kind: "score"; firstRow: number }
  | { kind: "copy"; decided: BlockDecisions; wants: CopyWants; room: CopyRoom }
);

/** What became of a task, and the memory of its block, which is not needed any more. */
export interface Done {
  done: object;
  free: ArrayBufferLike;
}

/** An error that was foreseen; between threads it would lose its class. */
export interface Fault {
  fault: string;
  /** The name of the class. */
  name: string;
  /** Of a fault of a verifier's own code. */
  line: number;
}

export interface WorkerSetting {
  settings: ResolvedSettings;
  module: CoreModule;
}

const { settings, module } = workerData as WorkerSetting;
const judge = RowJudge.create(settings, module);
judge.catch(() => {}); // told to whoever asks first

/** Does a task; what it gives back is moved, not copied. */
export default async function work(task: Task): Promise<unknown> {
  const block = { ...task.block, bytes: asBuffer(task.block.bytes) };
  try {
    const ready = await judge;
    if (task.kind === "score") return moved(await ready.score(block, task.firstRow), block);
    const room = { kept: asBuffer(task.room.kept), rejected: asBuffer(task.room.rejected) };
    return moved(copyBlock(ready, block, task.decided, task.wants, room), block);
  } catch (error) {
    const foreseen = error instanceof VerifierFault || error instanceof PstarError;
    if (!foreseen) throw error;
    return { fault: error.message, name: error.constructor.name, line: error.line ?? 0 } satisfies Fault;
  }
}

function moved(done: object, { bytes }: Block): object {
  const buffers = Object.values(done)
    .flat()
    .filter((part) => ArrayBuffer.isView(part))
    .map(({ buffer }) => buffer);
  const value: Done = { done, free: bytes.buffer };
  return move({
    [transferableSymbol]: [...new Set([...buffers, value.free])],
    [valueSymbol]: value,
  } as never) as object;
}

/** A Buffer comes out of the post as plain bytes. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
