import { z } from "zod";
import type { FailedCell } from "../../core/errors.js";
import { printable } from "../../core/printable.js";

// Without an import of bullmq or ioredis, direct or not: these types are public, and the two packages may not be installed.

/** Jobs by their state. */
export interface JobCounts {
  waiting: number;
  active: number;
  /** To be tried again in a moment. */
  delayed: number;
  failed: number;
}

/** One plan of a queue. */
export interface PlanStatus {
  /** Its fingerprint, which names it. */
  plan: string;
  /** The name of its scenario. */
  name: string | null;
  version: string;
  coreHash: string;
  /** The process that collects its results; null if there is none now. */
  coordinator: { host: string; pid: number; folder: string } | null;
  /** Cells of the plan, those that its coordinator has stored, and those that failed three times. */
  cells: { total: number; stored: number; failed: number };
  /** Blocks of trials that are in the queue. */
  blocks: JobCounts & { /** Computed and not yet taken by the coordinator. */ computed: number };
  failed: FailedCell[];
}

const text = z.string().max(100).transform(printable);

/** A worker as it tells of itself. */
export const workerSchema = z.strictObject({
  name: z.string().regex(/^[\w.:-]{1,150}$/),
  host: text,
  pid: z.int().min(0),
  version: text,
  coreHash: z.string().regex(/^[0-9a-f]{64}$/),
  threads: z.int().min(1),
  /** Blocks that it computes. */
  busy: z.int().min(0),
  /** Plans that it cannot serve, as they are of another version or core. */
  refused: z.array(z.string().regex(/^[0-9a-f]{16}$/)).max(1000),
});

export type WorkerPresence = z.infer<typeof workerSchema>;

/** What is in a queue. */
export interface QueueStatus {
  schema: "pstar/queue-status@1";
  queue: string;
  plans: PlanStatus[];
  /** Plans whose record is not valid, and why. */
  invalid: { plan: string; error: string }[];
  workers: (WorkerPresence & { /** Whether it is of this version and core. */ fits: boolean })[];
}
