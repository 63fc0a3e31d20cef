import * as z from "zod";
import { CORE_HASH } from "../../core/bytes.generated.js";
import { QueueError } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import { VERSION } from "../../core/version.generated.js";
import { readBounded } from "./bounded.js";
import { Connection, isFull, isWrongType } from "./connection.js";
import { holderOf } from "./coordinator.js";
import { failedCells, failedRanges, JOB, jobCounts, jobOptions, jobsOf, removePlan } from "./jobs.js";
import { openPlans, type PlanRecord, planKeys, readRecord, repairPlans, SHORT_LIMIT, wrongType } from "./plans.js";
import { queueReason } from "./reasons.js";
import { registeredWorkers, repairWorkers } from "./registry.js";
import type { PlanStatus, QueueStatus, WorkerPresence } from "./statusTypes.js";

export type { JobCounts, PlanStatus, QueueStatus, WorkerPresence } from "./statusTypes.js";

/**
 * What is in a queue: its plans, how far they are, what failed, and who works.
 *
 * @param queue `redis://host:port/db`; user name and password come from the environment.
 * @throws QueueError if the server cannot be reached.
 */
export async function queueStatus(queue: string): Promise<QueueStatus> {
  const connection = await Connection.open(queue);
  try {
    const status: QueueStatus = {
      schema: "pstar/queue-status@1",
      queue: connection.address.text,
      plans: [],
      invalid: [],
      workers: [],
    };
    for (const name of await openPlans(connection)) {
      try {
        const record = await readRecord(connection, name);
        if (record) status.plans.push(await planStatus(connection, record));
      } catch (error) {
        const fault = isWrongType(error) ? wrongType(name) : error;
        if (!(fault instanceof QueueError)) throw error;
        status.invalid.push({ plan: name, error: fault.message });
      }
    }
    for (const worker of await workersOf(connection)) {
      status.workers.push({ ...worker, fits: worker.version === VERSION && worker.coreHash === CORE_HASH });
    }
    return status;
  } finally {
    await connection.close();
  }
}

/** @throws QueueError if what should be their set is not one. */
async function workersOf(connection: Connection): Promise<WorkerPresence[]> {
  try {
    return await registeredWorkers(connection);
  } catch (error) {
    if (!isWrongType(error)) throw error;
    throw new QueueError(queueReason("workers-not-a-set", { address: connection.address.text }));
  }
}

/**
 * Has the blocks that failed tried again.
 *
 * @param plan The fingerprint of a plan; left out, those of all plans.
 * @returns How many.
 */
export async function retryFailed(queue: string, plan?: string): Promise<number> {
  return onPlans(queue, plan, async (connection, name) => {
    const jobs = jobsOf(connection, name);
    try {
      const failed = await failedRanges(connection, jobs);
      for (const { jobId } of failed) {
        await jobs.remove(jobId); // with its count of attempts
        await jobs.add(JOB, {}, jobOptions(jobId));
      }
      return failed.length;
    } finally {
      await jobs.close();
    }
  });
}

/**
 * Removes plans with their jobs and results; what coordinators have stored in their folders stays.
 *
 * @param plan The fingerprint of a plan; left out, all plans.
 * @returns How many.
 */
export async function clearPlans(queue: string, plan?: string): Promise<number> {
  const remove = async (connection: Connection, name: string) => {
    await removePlan(connection, name);
    return 1;
  };
  return onPlans(queue, plan, remove, async (connection) => {
    await repairWorkers(connection);
    return repairPlans(connection);
  });
}

async function onPlans(
  queue: string,
  plan: string | undefined,
  act: (connection: Connection, name: string) => Promise<number>,
  all: (connection: Connection) => Promise<string[]> = openPlans,
): Promise<number> {
  const connection = await Connection.open(queue);
  try {
    const open = await (plan === undefined ? all : openPlans)(connection);
    if (plan !== undefined && !open.includes(plan)) {
      throw new QueueError(queueReason("no-such-plan", { address: connection.address.text, plan: quote(plan) }));
    }
    let sum = 0;
    let failure: unknown;
    for (const name of plan === undefined ? open : [plan]) {
      try {
        sum += await act(connection, name);
      } catch (error) {
        failure ??= isWrongType(error) ? wrongType(name) : error; // the others are done nevertheless
      }
    }
    if (failure !== undefined) throw failure;
    return sum;
  } catch (error) {
    if (isFull(error)) throw new QueueError(queueReason("server-full", { address: connection.address.text }));
    throw error;
  } finally {
    await connection.close();
  }
}

const progressSchema = z.object({ stored: z.int().min(0) });

async function planStatus(connection: Connection, record: PlanRecord): Promise<PlanStatus> {
  const { fingerprint, cells: total, config, provenance } = record;
  const { client } = connection;
  const keys = planKeys(fingerprint);
  const jobs = jobsOf(connection, fingerprint);
  const [coordinator, progress, { completed: computed, ...counts }, ranges] = await Promise.all([
    readBounded(client, keys.coordinator, SHORT_LIMIT),
    readBounded(client, keys.progress, SHORT_LIMIT),
    jobCounts(jobs),
    failedRanges(connection, jobs),
  ]).finally(() => jobs.close());
  const failed = failedCells(ranges);
  const name = typeof config.name === "string" && /^[\P{Cc}]{1,200}$/u.test(config.name) ? config.name : null;
  return {
    plan: fingerprint,
    name,
    ...provenance,
    coordinator: holderOf(coordinator?.text ?? null) ?? null,
    cells: { total, stored: Math.min(total, storedIn(progress?.text ?? null)), failed: failed.length },
    blocks: { ...counts, computed },
    failed,
  };
}

function storedIn(text: string | null): number {
  try {
    return progressSchema.parse(JSON.parse(text ?? "")).stored;
  } catch {
    return 0;
  }
}
