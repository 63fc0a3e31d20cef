import type { Connection } from "./connection.js";
import { ROOT } from "./plans.js";
import { type WorkerPresence, workerSchema } from "./statusTypes.js";

/** Milliseconds after which a silent worker is no longer counted. */
const SILENT_AFTER = 15_000;
/** The set of workers; each has a key of its own, which expires. */
const WORKERS = `${ROOT}:workers`;
/** Workers that are listed, and characters of what one says of itself, at most. */
const LISTED = 10_000;
const LENGTH = 100_000;

function workerKey(name: string): string {
  return `${ROOT}:worker:${name}`;
}

/** Registers a worker; it must be registered again every few seconds. */
export async function announceWorker({ client }: Connection, worker: WorkerPresence): Promise<void> {
  const text = JSON.stringify(worker);
  await client.multi().sadd(WORKERS, worker.name).set(workerKey(worker.name), text, "PX", SILENT_AFTER).exec();
}

export async function removeWorker({ client }: Connection, name: string): Promise<void> {
  await client.multi().srem(WORKERS, name).del(workerKey(name)).exec();
}

/** The registered workers; the names of silent ones are removed. */
export async function registeredWorkers({ client }: Connection): Promise<WorkerPresence[]> {
  const { name } = workerSchema.shape;
  const names = (await client.smembers(WORKERS)).filter((one) => name.safeParse(one).success).slice(0, LISTED);
  if (names.length === 0) return [];
  const texts = await client.mget(...names.map(workerKey));
  const silent = names.filter((_, i) => texts[i] === null);
  if (silent.length > 0) await client.srem(WORKERS, ...silent);
  return texts.flatMap((text) => presence(text) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function presence(text: string | null): WorkerPresence | undefined {
  try {
    return text === null || text.length > LENGTH ? undefined : workerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
