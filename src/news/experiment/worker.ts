import { workerData } from "node:worker_threads";
import type { CoreModule } from "../../core/core.js";
import { PstarError } from "../../core/errors.js";
import type { Article } from "../article.js";
import type { NewsSettings } from "./options.js";
import { type NewsTask, type NewsTaskResult, NewsWork } from "./work.js";

/** What a worker is started with. */
export interface NewsWorkerData {
  module: CoreModule;
  articles: readonly Article[];
  settings: NewsSettings;
}

/** An error of pstar loses its class between threads. */
export interface NewsFailure {
  failure: { name: string; message: string };
}

const { module, articles, settings } = workerData as NewsWorkerData;
const work = NewsWork.start(module, articles, settings);

/** Does one task. */
export default async function compute(task: NewsTask): Promise<NewsTaskResult | NewsFailure> {
  try {
    return await (await work).run(task);
  } catch (error) {
    if (!(error instanceof PstarError)) throw error;
    return { failure: { name: error.name, message: error.message } };
  }
}
