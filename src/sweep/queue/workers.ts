import { z } from "zod";
import { printable } from "../../core/printable.js";
import type { Connection } from "./connection.js";
import { WORKERS, workerKey } from "./plans.js";

/** Milliseconds after which a worker that says nothing is no longer counted. */
export const SILENT_AFTER = 15_000;

const name = z.string().regex(/^[\w.:-]{1,150}$/);
const text = z.string().max(100).transform(printable);

const workerSchema = z.strictObject({
  name,
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

/** A worker as it tells of itself. */
export type WorkerPresence = z.infer<typeof workerSchema>;

/** Says that a worker is there; to be said again within {@link SILENT_AFTER}. */
export async function announce({ client }: Connection, worker: WorkerPresence): Promise<void> {
  await client
    .multi()
    .sadd(WORKERS, worker.name)
    .set(workerKey(worker.name), JSON.stringify(worker), "PX", SILENT_AFTER)
    .exec();
}

/** Says that a worker is going. */
export async function leave({ client }: Connection, worker: string): Promise<void> {
  await client.multi().srem(WORKERS, worker).del(workerKey(worker)).exec();
}

/** The workers that are there; names of those that are not are cleared away. */
export async function presentWorkers({ client }: Connection): Promise<WorkerPresence[]> {
  const names = (await client.smembers(WORKERS)).filter((one) => name.safeParse(one).success).slice(0, 10_000);
  if (names.length === 0) return [];
  const texts = await client.mget(...names.map(workerKey));
  const gone = names.filter((_, i) => texts[i] === null);
  if (gone.length > 0) await client.srem(WORKERS, ...gone);
  return texts.flatMap((text) => parsed(text) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function parsed(text: string | null): WorkerPresence | undefined {
  try {
    return text === null || text.length > 100_000 ? undefined : workerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
