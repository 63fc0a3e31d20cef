import type { Job, JobsOptions, Queue } from "bullmq";
import type { FailedCell } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import { type BlockName, readBlock } from "./blocks.js";
import type { Connection } from "./connection.js";
import { QUEUE_PREFIX } from "./plans.js";

/** What BullMQ calls these jobs. */
export const JOB = "block";
/** How often a block is tried before it is set aside. */
export const TRIES = 3;
/** Milliseconds before the second try; before each further one twice as long. */
const BACKOFF = 1000;
/** Failed jobs that are looked at, at most. */
const FAILED = 10_000;

/** The settings of the job of one block. A job of that name which is there already stays as it is. */
export function jobOptions(jobId: string): JobsOptions {
  return {
    jobId,
    attempts: TRIES,
    backoff: { type: "exponential", delay: BACKOFF },
    removeOnComplete: true, // its result is kept elsewhere
    removeOnFail: false,
    stackTraceLimit: 0, // paths of the worker's machine
  };
}

/** The jobs of a plan, on a connection that stays open when the queue is closed. */
export function jobsOf({ client, peers }: Connection, fingerprint: string): Queue {
  const queue = new peers.Queue(fingerprint, {
    connection: client,
    prefix: QUEUE_PREFIX,
    skipVersionCheck: true, // the connection has looked
    skipMetasUpdate: true,
  });
  queue.on("error", () => {}); // the connection tells what is wrong with it
  return queue;
}

/** Jobs by what they are at. */
export interface JobCounts {
  waiting: number;
  active: number;
  /** To be tried again in a moment. */
  delayed: number;
  failed: number;
}

export async function jobCounts(queue: Queue): Promise<JobCounts> {
  const {
    wait = 0,
    active = 0,
    delayed = 0,
    failed = 0,
  } = await queue.getJobCounts("wait", "active", "delayed", "failed");
  return { waiting: wait, active, delayed, failed };
}

/** A block that was set aside. */
export interface FailedBlock extends BlockName {
  name: string;
  error: string;
}

/** The blocks that were set aside, in the order of their cells. */
export async function failedBlocks(queue: Queue): Promise<FailedBlock[]> {
  const jobs: (Job | undefined)[] = await queue.getFailed(0, FAILED - 1);
  const found = jobs.flatMap((job) => {
    const block = readBlock(job?.id);
    return block && job?.id ? [{ ...block, name: job.id, error: reason(job) }] : [];
  });
  return found.sort((a, b) => a.index - b.index || a.number - b.number);
}

/** The cells behind failed blocks, each with the error of its first. */
export function failedCells(blocks: readonly FailedBlock[]): FailedCell[] {
  const cells = new Map<number, FailedCell>();
  for (const { index, id, error } of blocks) if (!cells.has(index)) cells.set(index, { index, id, error });
  return [...cells.values()];
}

function reason({ failedReason }: Job): string {
  const text = String(failedReason ?? "unknown");
  if (/stalled more than allowable/.test(text)) {
    return `its worker died, or was silent, ${TRIES} times while computing it: killed, or out of memory?`;
  }
  return printable(text).replace(/\s+/g, " ").slice(0, 300);
}
