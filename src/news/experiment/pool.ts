import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { compileCore } from "../../core/core.js";
import { MemoryLimitError, PstarError } from "../../core/errors.js";
import type { Article } from "../article.js";
import type { NewsOptions } from "./options.js";
import type { NewsResult } from "./result.js";
import { NewsExperiment, type NewsRunOptions } from "./run.js";
import type { NewsTask, NewsTaskResult } from "./work.js";
import type { NewsFailure, NewsWorkerData } from "./worker.js";

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
  const experiment = await NewsExperiment.plan(await compileCore(), articles, options, runOptions.source);
  return runExperimentInWorkers(experiment, runOptions);
}

/**
 * Runs an experiment that was planned. The thread that calls stays free; an abort ends the workers in the middle of
 * their tasks.
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
  const workerData: NewsWorkerData = { module: await compileCore(), articles, settings };
  const pool = new Piscina({
    filename: new URL("./worker.js", import.meta.url).href,
    minThreads: width,
    maxThreads: width,
    workerData,
  });
  let created = 0;
  const started = new Promise<void>((resolve) => {
    pool.on("workerCreate", () => ++created === width && resolve());
    pool.on("error", () => resolve()); // run() carries the errors that matter
  });
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  aborted.catch(() => {});
  const run = async (task: NewsTask): Promise<NewsTaskResult> => {
    const result: NewsTaskResult | NewsFailure = await pool.run(task);
    if ("failure" in result) throw revived(result);
    return result;
  };
  try {
    const running = experiment.run({ width, run }, options);
    running.catch(() => {}); // tasks that an abort cuts off
    return await Promise.race([running, aborted]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    await started; // Node itself fails when a worker is ended while it links its modules
    await pool.destroy();
  }
}

/** The error that a worker reported, with its class again. */
function revived({ failure: { name, message } }: NewsFailure): PstarError {
  return name === MemoryLimitError.name ? new MemoryLimitError(message) : new PstarError(message);
}
