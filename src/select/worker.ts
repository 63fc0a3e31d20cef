import { workerData } from "node:worker_threads";
import type { CoreModule } from "../core/core.js";
import type { Block } from "../rows/blocks.js";
import { answerTasks } from "../threads/tasks.js";
import { RowScorer } from "./score/scoreBlock.js";
import type { ResolvedSettings } from "./settings.js";
import { VerifierFault } from "./verifiers/module.js";
import { type BlockDecisions, type CopyRoom, type CopyWants, routeRows } from "./write/routeRows.js";

/** What a worker is asked: to score the rows of a block, or to copy them to files. */
export type Task = { block: Block } & (
  | { kind: "score"; firstRow: number }
  | { kind: "copy"; decided: BlockDecisions; wants: CopyWants; room: CopyRoom }
);

/** What became of a task, and the memory of its block, which is not needed any more. */
export interface Done {
  done: object;
  free: ArrayBufferLike;
}

export interface WorkerSetting {
  settings: ResolvedSettings;
  module: CoreModule;
}

const { settings, module } = workerData as WorkerSetting;
const scorer = RowScorer.create(settings, module);
scorer.catch(() => {}); // told to whoever asks first

export default answerTasks(
  async (task: Task): Promise<Done> => {
    const { block } = task;
    const free = block.bytes.buffer;
    const ready = await scorer;
    if (task.kind === "score") return { done: await ready.score(block, task.firstRow), free };
    return { done: routeRows(ready, block, task.decided, task.wants, task.room), free };
  },
  { transfer: ({ done, free }) => [...memoryOf(done), free], errors: [VerifierFault] },
);

function memoryOf(done: object): ArrayBufferLike[] {
  return Object.values(done)
    .flat()
    .filter((part) => ArrayBuffer.isView(part))
    .map(({ buffer }) => buffer);
}
