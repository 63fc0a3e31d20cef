import type { JobsOptions, Queue } from "bullmq";
import type { FailedCell } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import type { Store } from "../store/store.js";
import { boundedRange } from "./bounded.js";
import { type Connection, isFull, isWrongType } from "./connection.js";
import { closePlan, planKeys, ROOT, removeIfClosed, removeJobKeys } from "./plans.js";
import type { JobCounts } from "./statusTypes.js";
import { parseRange, RANGE_LENGTH, type RangeName, rangeText, resultBytes, type TrialRanges } from "./trialRanges.js";

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
export async function failedRanges({ client }: Connection, queue: Queue): Promise<FailedRange[]> {
  const { names } = await boundedRange(client, queue.toKey("failed"), [0, FAILED - 1], RANGE_LENGTH);
  const ranges = names.flatMap((jobId) => ({ ...parseRange(jobId), jobId })).filter((one) => one.id !== undefined);
  const sizes = client.pipeline();
  for (const { jobId } of ranges) sizes.hstrlen(queue.toKey(jobId), REASON);
  const lengths = ((await sizes.exec()) ?? []).map(([, size]) => Number(size));
  const reasons = client.pipeline();
  for (const [i, { jobId }] of ranges.entries()) {
    if ((lengths[i] ?? 0) <= REASON_LENGTH) reasons.hget(queue.toKey(jobId), REASON);
  }
  const texts = ((await reasons.exec()) ?? []).map(([, text]) => text as string | null);
  const failed = ranges.map((range, i) => {
    const length = lengths[i] ?? 0;
    const error = length > REASON_LENGTH ? `its worker sent ${length} bytes` : reasonOf(texts.shift());
    return { ...(range as RangeName), jobId: range.jobId, error };
  });
  return failed.sort((a, b) => a.index - b.index || a.number - b.number);
}

/** The cells of failed ranges, each with the error of its first. */
export function failedCells(ranges: readonly FailedRange[]): FailedCell[] {
  const cells = new Map<number, FailedCell>();
  for (const { index, id, error } of ranges) if (!cells.has(index)) cells.set(index, { index, id, error });
  return [...cells.values()];
}

/** Where BullMQ keeps what a job failed with, and its bytes, at most: a worker of ours sends 500 characters. */
const REASON = "failedReason";
const REASON_LENGTH = 10_000;

function reasonOf(reason: string | null | undefined): string {
  const text = reason || "unknown";
  if (/stalled more than allowable/.test(text)) {
    return `its worker died, or was silent, ${ATTEMPTS} times while computing it: killed, or out of memory?`;
  }
  return printable(text).replace(/\s+/g, " ").slice(0, 300);
}

/** Removes a plan and everything that belongs to it, also if its keys hold something else or Redis is full. */
export async function removePlan(connection: Connection, fingerprint: string): Promise<void> {
  await closePlan(connection, fingerprint);
  const queue = jobsOf(connection, fingerprint);
  try {
    await queue.obliterate({ force: true });
  } catch (error) {
    if (!isWrongType(error) && !isFull(error)) throw error;
    await removeJobKeys(connection, queue.toKey(""));
  } finally {
    await queue.close();
  }
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
  /** Jobs that are to be added next: a full Redis takes none of them. */
  #batch: string[] = [];
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
    this.#batch = [];
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
    const batch = this.#batch;
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
      // a job that is there already is not added twice
      await this.#queue.addBulk(batch.map((jobId) => ({ name: JOB, data: {}, opts: jobOptions(jobId) })));
      this.#batch = [];
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
