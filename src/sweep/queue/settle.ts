import { MemoryLimitError, PstarError } from "../../core/errors.js";
import type { BlockPool } from "./blockPool.js";
import type { Connection } from "./connection.js";
import { writeRecords } from "./records.js";
import { type Delivery, deliver } from "./scripts.js";
import type { Task } from "./served.js";

/** What became of a job. */
export interface Outcome {
  state: "delivered" | "returned" | "failed";
  note?: string;
}

/** Computes the block of a job and brings the result; a job that fails is tried again later, perhaps by another worker. */
export async function settle(connection: Connection, pool: BlockPool, task: Task, worker: string): Promise<Outcome> {
  const { job, token, block, plan } = task;
  let delivery: Delivery;
  try {
    // BullMQ has written here that the job lost its worker too often
    if (job.deferredFailure) return await setAside(connection, task, job.deferredFailure);
    if (block === undefined) return await setAside(connection, task, "the job is not of its plan");
    const trials = await pool.run(block);
    delivery = await deliver(connection, plan.fingerprint, String(job.id), writeRecords(trials), worker);
  } catch (error) {
    if (pool.closed) {
      await job.moveToWait(token).catch(() => {}); // its lock ends by itself
      return { state: "returned" };
    }
    return fail(connection, task, error as Error);
  }
  // From here on the job is done. Where BullMQ has given it to another worker meanwhile, that one brings the same again.
  await job.moveToCompleted(null, token, false).catch(() => {});
  if (delivery !== "differs") return { state: "delivered" };
  return { state: "delivered", note: `block ${job.id} has another result than an earlier worker brought` };
}

/**
 * An error of the core comes again wherever it is computed, so one try is enough; but for memory, of which another machine
 * may have more. What is unknown is tried again.
 */
function fail(connection: Connection, task: Task, error: Error): Promise<Outcome> {
  const text = error instanceof PstarError ? `${error.name}: ${error.message}` : (error.message ?? String(error));
  const final = error instanceof PstarError && !(error instanceof MemoryLimitError);
  return final ? setAside(connection, task, text) : moveToFailed(task, new Error(text.slice(0, 500)));
}

function setAside({ peers }: Connection, task: Task, text: string): Promise<Outcome> {
  return moveToFailed(task, new peers.UnrecoverableError(text.slice(0, 500)));
}

async function moveToFailed({ job, token }: Task, error: Error): Promise<Outcome> {
  await job.moveToFailed(error, token, false).catch(() => {}); // where the lock was lost, another worker has it
  return { state: "failed", note: `block ${job.id} failed: ${error.message}` };
}
