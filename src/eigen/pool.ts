import { availableParallelism } from "node:os";
import { WorkerPool } from "../threads/pool.js";
import { unlessAborted } from "../threads/waiting.js";
import { EigenGrid, type EigenGridOptions } from "./grid.js";
import type { EigenOptions } from "./options.js";
import type { EigenGridResult, EigenResult } from "./result.js";
import { EigenExperiment, type EigenRunOptions } from "./run.js";
import type { EigenAnswers, EigenTask } from "./work.js";
import type { EigenWorkerData } from "./worker.js";

export interface EigenPoolOptions extends EigenRunOptions {
  /** Worker threads; left out, one for each core of the machine. */
  workers?: number;
}

/** The experiment on worker threads. The bits do not depend on the workers. */
export async function runEigenInWorkers(
  options: EigenOptions = {},
  runOptions: EigenPoolOptions = {},
): Promise<EigenResult> {
  return runEigenExperiment(await EigenExperiment.plan(options), runOptions);
}

/** The grid of generators and verifiers on worker threads. The bits do not depend on the workers. */
export async function runEigenGridInWorkers(
  options: EigenGridOptions = {},
  { workers, ...runOptions }: EigenPoolOptions = {},
): Promise<EigenGridResult> {
  const grid = await EigenGrid.plan(options);
  return grid.run((experiment, own) => runEigenExperiment(experiment, { workers, ...own }), runOptions);
}

/**
 * Runs a planned experiment. The calling thread stays free; an abort stops the workers in the middle of their tasks.
 *
 * @throws the signal's reason when aborted.
 */
export async function runEigenExperiment(
  experiment: EigenExperiment,
  { workers = availableParallelism(), ...options }: EigenPoolOptions = {},
): Promise<EigenResult> {
  const { signal } = options;
  signal?.throwIfAborted();
  const width = Math.max(1, Math.min(workers, experiment.tasks));
  const workerData: EigenWorkerData = { module: experiment.core.module, settings: experiment.settings };
  let pool: WorkerPool<EigenTask, EigenAnswers[EigenTask["kind"]]> | undefined;
  const run = <T extends EigenTask>(task: T) => {
    // a finished experiment needs no threads
    pool ??= new WorkerPool({ module: new URL("./worker.js", import.meta.url), threads: width, workerData, signal });
    return pool.run(task) as Promise<EigenAnswers[T["kind"]]>;
  };
  try {
    return await unlessAborted(signal, experiment.run({ width, run }, options));
  } finally {
    await pool?.close();
  }
}
