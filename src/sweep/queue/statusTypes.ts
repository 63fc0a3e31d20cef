import * as z from "zod/mini";
import { printable } from "../../core/printable.js";
import { count, documentOf, fieldsOf, orNull, text } from "../../model/document.js";
import { described } from "../../model/fields.js";

// Without an import of bullmq or ioredis, direct or not: these types are public, and the two packages may not be installed.

const words = () => z.string().check(z.maxLength(100), z.overwrite(printable));
const hash = () => z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** A worker as it tells of itself. */
export const workerSchema = fieldsOf({
  name: z.string().check(z.regex(/^[\w.:-]{1,150}$/)),
  host: words(),
  pid: count(),
  version: words(),
  coreHash: hash(),
  threads: z.int().check(z.minimum(1)),
  busy: count("Blocks that it computes."),
  refused: described(
    z.array(z.string().check(z.regex(/^[0-9a-f]{16}$/))).check(z.maxLength(1000)),
    "Plans that it cannot serve, as they are of another version or core.",
  ),
});

const jobCounts = fieldsOf({
  waiting: count(),
  active: count(),
  delayed: count("To be tried again in a moment."),
  failed: count(),
});

const plan = fieldsOf({
  plan: text("Its fingerprint, which names it."),
  name: orNull(text("The name of its scenario.")),
  version: z.string(),
  coreHash: z.string(),
  coordinator: orNull(
    fieldsOf({ host: z.string(), pid: count(), folder: z.string() }, "The process that collects its results."),
    "if there is none now",
  ),
  cells: fieldsOf(
    { total: count(), stored: count(), failed: count() },
    "Cells of the plan, those that its coordinator has stored, and those that failed three times.",
  ),
  blocks: fieldsOf(
    { ...jobCounts.shape, computed: count("Computed and not yet taken by the coordinator.") },
    "Blocks of trials that are in the queue.",
  ),
  failed: z.array(fieldsOf({ index: count("Of the cell."), id: z.string(), error: z.string() })),
});

/** What `pstar queue status --format json` prints. */
export const queueStatusSchema = documentOf(
  "pstar/queue-status@1",
  {
    queue: text("Its address, without a password."),
    plans: z.array(plan),
    invalid: described(
      z.array(fieldsOf({ plan: z.string(), error: z.string() })),
      "Plans whose record is not valid, and why.",
    ),
    workers: z.array(
      fieldsOf({
        ...workerSchema.shape,
        fits: described(z.boolean(), "Whether it is of this version and core."),
      }),
    ),
  },
  "What is in a queue.",
);

/** Jobs by their state. */
export interface JobCounts extends z.output<typeof jobCounts> {}

/** One plan of a queue. */
export interface PlanStatus extends z.output<typeof plan> {}

/** A worker as it tells of itself. */
export interface WorkerPresence extends z.output<typeof workerSchema> {}

/** What is in a queue. */
export interface QueueStatus extends z.output<typeof queueStatusSchema> {}
