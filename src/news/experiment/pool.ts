import { availableParallelism } from "node:os";
import { loadText } from "../../core/textCore.js";
import { WorkerPool } from "../../threads/pool.js";
import { unlessAborted } from "../../threads/waiting.js";
import type { Article } from "../interfaces.js";
import type { NewsOptions } from "./options.js";
import type { NewsResult } from "./result.js";
import { NewsExperiment, type NewsRunOptions } from "./run.js";
import type { NewsTask, NewsTaskResult } from "./work.js";
import type { NewsWorkerData } from "./worker.js";

export interface NewsPoolOptions extends NewsRunOptions {
  /** Worker threads; left out, one for each core of the machine. */
  workers?: number;
}

/** The news experiment on worker threads. The bits do not depend on the workers. */
export async function runNewsInWorkers(
  articles: readonly Article[],
  options: NewsOptions = {},
  runOptions: NewsPoolOptions = {},
): Promise<NewsResult> {
  const { source, signal } = runOptions;
  const experiment = await NewsExperiment.plan(await loadText(), articles, options, source, { signal });
  return runExperimentInWorkers(experiment, runOptions);
}

/**
 * Runs a planned experiment. The calling thread stays free; an abort stops the workers in the middle of their tasks.
 *
 * @throws the signal's reason when aborted.
 */
export async function runExperimentInWorkers(
  experiment: NewsExperiment,
  { workers = availableParallelism(), ...options }: NewsPoolOptions = {},
): Promise<NewsResult> {
  const { signal } = options;
  signal?.throwIfAborted();
  const width = Math.max(1, Math.min(workers, experiment.tasks));
  const { articles, settings } = experiment;
  const workerData: NewsWorkerData = { module: experiment.core.module, articles, settings };
  let pool: WorkerPool<NewsTask, NewsTaskResult> | undefined;
  const run = (task: NewsTask) => {
    // a finished experiment needs no threads
    pool ??= new WorkerPool({ module: new URL("./worker.js", import.meta.url), threads: width, workerData, signal });
    return pool.run(task);
  };
  try {
    return await unlessAborted(signal, experiment.run({ width, run }, options));
  } finally {
    await pool?.close();
  }
}
