import type { Job, JobsOptions, Queue } from "bullmq";
import type { FailedCell } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import type { Store } from "../store/store.js";
import type { Connection } from "./connection.js";
import { closePlan, planKeys, ROOT, removeIfClosed } from "./plans.js";
import type { JobCounts } from "./statusTypes.js";
import { parseRange, type RangeName, rangeText, resultBytes, type TrialRanges } from "./trialRanges.js";

/** Before the names of all keys of BullMQ's. */
export const QUEUE_PREFIX = `${ROOT}:queue`;
/** What BullMQ calls these jobs. */
export const JOB = "block";
/** How often a job is tried before it is set aside. */
export const ATTEMPTS = 3;
/** Milliseconds before the second attempt; each further one waits twice as long. */
const BACKOFF = 1000;
/** Failed jobs that are looked at, at most. */
const FAILED = 10_000;

/** The settings of the job of one range. Adding a job whose id exists already changes nothing. */
export function jobOptions(jobId: string): JobsOptions {
  return {
    jobId,
    attempts: ATTEMPTS,
    backoff: { type: "exponential", delay: BACKOFF },
    removeOnComplete: false, // its return value stays until the coordinator has stored it
    removeOnFail: false,
    stackTraceLimit: 0, // paths of the worker's machine
  };
}

/** The jobs of a plan, over a connection that stays open when the queue is closed. */
export function jobsOf({ client, peers }: Connection, fingerprint: string): Queue {
  const queue = new peers.Queue(fingerprint, {
    connection: client,
    prefix: QUEUE_PREFIX,
    skipVersionCheck: true, // the connection has checked
    skipMetasUpdate: true,
  });
  queue.on("error", () => {}); // the connection tells what is wrong with it
  return queue;
}

export async function jobCounts(queue: Queue): Promise<JobCounts & { completed: number }> {
  const states = ["waiting", "active", "delayed", "failed", "completed"] as const;
  return (await queue.getJobCounts(...states)) as Record<(typeof states)[number], number>;
}

/** A range that was set aside. */
export interface FailedRange extends RangeName {
  jobId: string;
  error: string;
}

/** The ranges that were set aside, in the order of their cells. */
export async function failedRanges(queue: Queue): Promise<FailedRange[]> {
  const jobs: (Job | undefined)[] = await queue.getFailed(0, FAILED - 1);
  const failed = jobs.flatMap((job) => {
    const range = parseRange(job?.id);
    return range && job?.id ? [{ ...range, jobId: job.id, error: reasonOf(job) }] : [];
  });
  return failed.sort((a, b) => a.index - b.index || a.number - b.number);
}

/** The cells of failed ranges, each with the error of its first. */
export function failedCells(ranges: readonly FailedRange[]): FailedCell[] {
  const cells = new Map<number, FailedCell>();
  for (const { index, id, error } of ranges) if (!cells.has(index)) cells.set(index, { index, id, error });
  return [...cells.values()];
}

function reasonOf({ failedReason }: Job): string {
  const text = String(failedReason ?? "unknown");
  if (/stalled more than allowable/.test(text)) {
    return `its worker died, or was silent, ${ATTEMPTS} times while computing it: killed, or out of memory?`;
  }
  return printable(text).replace(/\s+/g, " ").slice(0, 300);
}

/** Removes a plan and everything that belongs to it. */
export async function removePlan(connection: Connection, fingerprint: string): Promise<void> {
  await closePlan(connection, fingerprint);
  const queue = jobsOf(connection, fingerprint);
  await queue.obliterate({ force: true });
  await queue.close();
}

/** Removes what a worker may have noted of a plan before it learned that the plan is closed. */
export async function removeTraces(connection: Connection, queue: Queue): Promise<void> {
  const { digests, conflicts } = planKeys(queue.name);
  const keys = ["meta", "events", "marker", "stalled", "stalled-check", "id"].map((part) => queue.toKey(part));
  await removeIfClosed(connection, queue.name, [digests, conflicts, ...keys]);
}

/** Jobs in Redis at a time, at most, and bytes of their results: what it must hold is bounded. */
const JOBS = 10_000;
const BYTES = 256 << 20;
/** Jobs added in one go. */
const BATCH = 1000;

/** Puts the ranges of the missing cells into the queue, as many ahead as Redis may hold. */
export class JobFeeder {
  readonly #queue: Queue;
  readonly #store: Store;
  readonly #ranges: TrialRanges;
  readonly #has: (index: number, number: number) => boolean;
  /** Jobs in the queue, and the bytes that the result of each will have. */
  readonly #queued = new Map<string, number>();
  #bytes = 0;
  #source: Iterator<[string, number]>;
  #exhausted = false;

  /** @param has Whether the result of a range is known. */
  constructor(queue: Queue, store: Store, ranges: TrialRanges, has: (index: number, number: number) => boolean) {
    this.#queue = queue;
    this.#store = store;
    this.#ranges = ranges;
    this.#has = has;
    this.#source = this.#missing();
  }

  /** Begins again: what Redis has lost is added once more, and what it has stays as it is. */
  restart(): void {
    this.#queued.clear();
    this.#bytes = 0;
    this.#source = this.#missing();
    this.#exhausted = false;
  }

  /** Jobs in the queue. */
  get size(): number {
    return this.#queued.size;
  }

  /** Whether all jobs were added. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  has(jobId: string): boolean {
    return this.#queued.has(jobId);
  }

  /** Notes that the result of a job arrived. */
  arrived(jobId: string): void {
    this.#bytes -= this.#queued.get(jobId) ?? 0;
    this.#queued.delete(jobId);
  }

  /** @param failed Jobs in the queue that were set aside: others may take their place. */
  async fill(failed: number): Promise<void> {
    const batch: string[] = [];
    while (batch.length < BATCH && this.#queued.size - failed < JOBS && this.#bytes < BYTES) {
      const next = this.#source.next();
      this.#exhausted = next.done === true;
      if (next.done) break;
      const [jobId, bytes] = next.value;
      batch.push(jobId);
      this.#queued.set(jobId, bytes);
      this.#bytes += bytes;
    }
    if (batch.length > 0) {
      await this.#queue.addBulk(batch.map((jobId) => ({ name: JOB, data: {}, opts: jobOptions(jobId) })));
    }
  }

  *#missing(): Generator<[string, number]> {
    const { plan, part } = this.#store;
    for (let index = 0; index < plan.length; index++) {
      if (!part.has(index) || this.#store.has(index)) continue;
      const scenario = plan.scenario(index);
      const id = plan.id(index);
      for (let number = 0; ; number++) {
        const range = this.#ranges.at(scenario, number);
        if (range === undefined) break;
        if (this.#has(index, number)) continue;
        yield [rangeText({ id, index, number }), resultBytes(range.count, scenario.generations)];
      }
    }
  }
}
