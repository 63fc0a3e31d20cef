import { workerData } from "node:worker_threads";
import type { CoreModule } from "../../core/core.js";
import { loadText } from "../../core/textCore.js";
import { answerTasks } from "../../threads/tasks.js";
import type { Article } from "../interfaces.js";
import type { NewsSettings } from "./options.js";
import { type NewsTask, type NewsTaskResult, NewsWork } from "./work.js";

/** What a worker is started with. */
export interface NewsWorkerData {
  module: CoreModule;
  articles: readonly Article[];
  settings: NewsSettings;
}

const { module, articles, settings } = workerData as NewsWorkerData;
const work = loadText({ module }).then((core) => new NewsWork(core, articles, settings));
work.catch(() => {}); // the first task reports it

export default answerTasks(async (task: NewsTask): Promise<NewsTaskResult> => (await work).run(task));
