import { boundedNames } from "./bounded.js";
import { type Connection, execute } from "./connection.js";
import { ROOT } from "./plans.js";
import { type WorkerPresence, workerSchema } from "./statusTypes.js";

/** Milliseconds after which a silent worker is no longer counted. */
const SILENT_AFTER = 15_000;
/** The set of workers; each has a key of its own, which expires. */
const WORKERS = `${ROOT}:workers`;
/** Workers that are listed, and characters of what one says of itself, at most. */
const LISTED = 10_000;
const LENGTH = 100_000;
const NAME_LENGTH = 150;

function workerKey(name: string): string {
  return `${ROOT}:worker:${name}`;
}

/** Registers a worker; it must be registered again every few seconds. */
export async function announceWorker({ client }: Connection, worker: WorkerPresence): Promise<void> {
  const text = JSON.stringify(worker);
  await execute(client.multi().sadd(WORKERS, worker.name).set(workerKey(worker.name), text, "PX", SILENT_AFTER));
}

/** Not in a transaction, which a full Redis refuses whatever is in it; what stays of it expires. */
export async function removeWorker({ client }: Connection, name: string): Promise<void> {
  await Promise.allSettled([client.srem(WORKERS, name), client.del(workerKey(name))]);
}

/** Removes the key of the workers if it is not a set; those that work put themselves into a new one. */
export async function repairWorkers({ client }: Connection): Promise<void> {
  if (!["set", "none"].includes(await client.type(WORKERS))) await client.unlink(WORKERS);
}

/** The registered workers; the names of silent ones are removed. */
export async function registeredWorkers({ client }: Connection): Promise<WorkerPresence[]> {
  const { name } = workerSchema.shape;
  const all = await boundedNames(client, WORKERS, "set", { longest: NAME_LENGTH, most: LISTED });
  const names = all.names.filter((one) => name.safeParse(one).success);
  if (names.length === 0) return [];
  const sizes = client.pipeline();
  for (const one of names) sizes.strlen(workerKey(one));
  const lengths = ((await sizes.exec()) ?? []).map(([error, size]) => (error ? LENGTH + 1 : Number(size)));
  const silent = names.filter((_, i) => lengths[i] === 0);
  if (silent.length > 0) await client.srem(WORKERS, ...silent);
  const values = client.pipeline();
  for (const [i, one] of names.entries()) {
    const length = lengths[i] ?? 0;
    if (length > 0 && length <= LENGTH) values.getrange(workerKey(one), 0, LENGTH);
  }
  const texts = ((await values.exec()) ?? []).map(([, text]) => text);
  return texts.flatMap((text) => presence(text) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function presence(text: unknown): WorkerPresence | undefined {
  try {
    return workerSchema.parse(JSON.parse(String(text)));
  } catch {
    return undefined;
  }
}
