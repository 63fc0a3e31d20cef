import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { workerData } from "node:worker_threads";
import type { CoreModule } from "../core/core.js";
import { loadTransformer } from "../core/transformerCore.js";
import { answerTasks } from "../threads/tasks.js";
import type { EigenSettings } from "./options.js";
import { type EigenAnswers, type EigenTask, EigenWork } from "./work.js";

/** What a worker is started with. */
export interface EigenWorkerData {
  module: CoreModule;
  settings: EigenSettings;
}

const { module, settings } = workerData as EigenWorkerData;
const work = loadTransformer({ module }).then((core) => new EigenWork(core, settings));
work.catch(() => {}); // the first task reports it

/** Bytes outside V8's heap past which a thread asks for a collection between two tasks: by itself V8 lets 64 MB of them wait. */
const MOST_WAITING = 24e6;
setFlagsFromString("-expose-gc");
/** Undefined on engines that have no such function. */
const collect = runInNewContext("globalThis.gc") as (() => void) | undefined;

export default answerTasks(
  async (task: EigenTask) => {
    if (process.memoryUsage().external > MOST_WAITING) collect?.();
    return (await work).run(task);
  },
  { transfer: buffersOf },
);

/** What a result has of its own is moved: copies would wait in this thread for a collection that V8 puts off. */
function buffersOf(answer: EigenAnswers[EigenTask["kind"]]): ArrayBufferLike[] {
  if (answer instanceof Float32Array) return [answer.buffer];
  return Object.values(answer).flatMap((part) => (ArrayBuffer.isView(part) ? [part.buffer] : []));
}
