import { workerData } from "node:worker_threads";
import type { CoreModule } from "../core/core.js";
import { loadTransformer } from "../core/transformerCore.js";
import { answerTasks } from "../threads/tasks.js";
import type { EigenSettings } from "./options.js";
import { type EigenTask, EigenWork } from "./work.js";

/** What a worker is started with. */
export interface EigenWorkerData {
  module: CoreModule;
  settings: EigenSettings;
}

const { module, settings } = workerData as EigenWorkerData;
const work = loadTransformer({ module }).then((core) => new EigenWork(core, settings));
work.catch(() => {}); // the first task reports it

export default answerTasks(async (task: EigenTask) => (await work).run(task));
