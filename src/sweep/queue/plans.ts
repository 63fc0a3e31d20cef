import * as z from "zod";
import { CORE_HASH } from "../../core/bytes.generated.js";
import { QueueError } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import { VERSION } from "../../core/version.generated.js";
import { checkEngines } from "../../engine/choose.js";
import { parseScenario, type Scenario } from "../../model/scenario.js";
import { type Manifest, manifestOf } from "../store/manifest.js";
import { type BoundedText, boundedNames, readBounded } from "./bounded.js";
import { type Connection, execute, isWrongType } from "./connection.js";
import { queueReason } from "./reasons.js";

/** Before the names of everything that pstar keeps in Redis. */
export const ROOT = "pstar";
/** The set of plans that wait for results. */
const PLANS = `${ROOT}:plans`;

/** The keys of a plan, beside those of its jobs. */
export function planKeys(fingerprint: string) {
  const plan = `${ROOT}:plan:${fingerprint}`;
  return {
    /** The record: what is computed, and by which version. */
    plan,
    /** Hash, range → SHA-1 of its result and the worker that computed it first. */
    digests: `${plan}:digests`,
    /** Hash, range → the workers that computed different results. */
    conflicts: `${plan}:conflicts`,
    /** Set of the workers that computed a block otherwise than the coordinator. */
    distrusted: `${plan}:distrusted`,
    /** Who coordinates it; expires with its process. */
    coordinator: `${plan}:coordinator`,
    /** How far its coordinator is. */
    progress: `${plan}:progress`,
  };
}

/** Bytes of a key that says who coordinates a plan, or how far that is, at most. */
export const SHORT_LIMIT = 10_000;
const FINGERPRINT_LENGTH = 16;
/** Bytes of a record, at most: an axis may list many values. */
const RECORD_LIMIT = 32 << 20;

const fingerprintSchema = z.string().regex(/^[0-9a-f]{16}$/);

const recordSchema = z.strictObject({
  schema: z.literal("pstar/queue@1"),
  fingerprint: fingerprintSchema,
  cells: z.int().min(1).max(1_000_000),
  config: z.record(z.string(), z.unknown()),
  provenance: z.strictObject({
    version: z.string().regex(/^[\w.+-]{1,100}$/),
    coreHash: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});

/** What a plan says of itself; its configuration is not checked yet. */
export type PlanRecord = z.infer<typeof recordSchema>;

export function isFingerprint(text: string): boolean {
  return fingerprintSchema.safeParse(text).success;
}

/** Opens a plan, or opens it again. */
export async function openPlan({ client }: Connection, manifest: Manifest): Promise<void> {
  const { fingerprint, cells, config, provenance } = manifest;
  const record = { schema: "pstar/queue@1", fingerprint, cells, config, provenance };
  await execute(client.multi().sadd(PLANS, fingerprint).set(planKeys(fingerprint).plan, JSON.stringify(record)));
}

/**
 * The fingerprints of all open plans; anything else in their set is ignored.
 *
 * @throws QueueError if that is not a set.
 */
export async function openPlans({ client, address }: Connection): Promise<string[]> {
  try {
    const { names } = await boundedNames(client, PLANS, "set", { longest: FINGERPRINT_LENGTH });
    return names.filter(isFingerprint).sort();
  } catch (error) {
    if (!isWrongType(error)) throw error;
    throw new QueueError(queueReason("plans-not-a-set", { address: address.text, key: PLANS }));
  }
}

/** Removes the key of the plans if it is not a set, and the plans that it should have named. */
export async function repairPlans(connection: Connection): Promise<string[]> {
  const { client } = connection;
  try {
    return await openPlans(connection);
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
  }
  await client.unlink(PLANS);
  const names = new Set<string>();
  for await (const key of keysLike(client, `${ROOT}:*`)) {
    const [, name] = /^pstar:(?:plan|queue):([0-9a-f]{16})(?:$|:)/.exec(key) ?? [];
    if (name !== undefined) names.add(name);
  }
  return [...names].sort();
}

const KEYS = `
local page = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', 1000)
local keys = {}
for _, key in ipairs(page[2]) do if #key <= 300 then keys[#keys + 1] = key end end
return {page[1], keys}`;

/** The keys whose names match a pattern and are no longer than any of pstar's. */
async function* keysLike(client: Connection["client"], pattern: string): AsyncGenerator<string> {
  for (let cursor = "0"; ; ) {
    const [next, keys] = (await client.eval(KEYS, 0, cursor, pattern)) as [string, string[]];
    yield* keys;
    if (next === "0") return;
    cursor = next;
  }
}

/** Removes the keys of a plan's jobs one by one, whatever they hold. */
export async function removeJobKeys({ client }: Connection, prefix: string): Promise<void> {
  const keys: string[] = [];
  for await (const key of keysLike(client, `${prefix}*`)) keys.push(key);
  for (let i = 0; i < keys.length; i += 1000) await client.unlink(...keys.slice(i, i + 1000));
}

/**
 * Reads the record of a plan; undefined if it is gone.
 *
 * @throws QueueError if this version does not understand it.
 */
export async function readRecord({ client }: Connection, fingerprint: string): Promise<PlanRecord | undefined> {
  const { plan } = planKeys(fingerprint);
  let found: BoundedText;
  try {
    found = await readBounded(client, plan, RECORD_LIMIT);
  } catch (error) {
    throw isWrongType(error) ? wrongType(fingerprint) : error;
  }
  if (found === undefined) return undefined;
  const { text, size } = found;
  if (text === undefined) throw notAPlan(fingerprint, `${size} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notAPlan(fingerprint, "no JSON");
  }
  const { data, error } = recordSchema.safeParse(value);
  if (error) throw notAPlan(fingerprint, z.prettifyError(error).split("\n")[0]);
  if (data.fingerprint !== fingerprint) throw notAPlan(fingerprint, `the record of ${data.fingerprint}`);
  return data;
}

const STAMP = `
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'string' then return kind end
local size = redis.call('STRLEN', KEYS[1])
if size > tonumber(ARGV[1]) then return tostring(size) end
return redis.sha1hex(redis.call('GET', KEYS[1]))`;

/** A short text that is another one if the record of a plan is, whatever it holds. */
export async function recordStamp({ client }: Connection, fingerprint: string): Promise<string> {
  return String(await client.eval(STAMP, 1, planKeys(fingerprint).plan, RECORD_LIMIT));
}

/**
 * The scenario of a plan, checked like any that comes from outside.
 *
 * @throws QueueError if it is of another version or core, invalid, or not the one that the fingerprint names.
 */
export function scenarioOf({ fingerprint, config, cells, provenance: { version, coreHash } }: PlanRecord): Scenario {
  if (version !== VERSION || coreHash !== CORE_HASH) {
    const ours = { version: VERSION, coreHash: CORE_HASH };
    throw new QueueError(
      queueReason("plan-of-other-version", { plan: fingerprint, theirs: { version, coreHash }, ours }),
    );
  }
  let manifest: Manifest;
  try {
    const scenario = parseScenario(config);
    checkEngines(scenario);
    manifest = manifestOf(scenario);
  } catch (error) {
    throw notAPlan(fingerprint, (error as Error).message);
  }
  if (manifest.fingerprint !== fingerprint || manifest.cells !== cells) throw notAPlan(fingerprint, "another scenario");
  return manifest.config;
}

/** The error of a plan one of whose keys holds what pstar does not put there. */
export function wrongType(fingerprint: string): QueueError {
  return notAPlan(fingerprint, "a key of another type");
}

function notAPlan(fingerprint: string, got: string): QueueError {
  return new QueueError(queueReason("not-a-plan", { plan: fingerprint, got: printable(got).slice(0, 200) }));
}

const HOLD = `
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return {'held', ''}
end
if holder and holder ~= ARGV[3] then return {'taken', string.sub(holder, 1, tonumber(ARGV[4]))} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {'new', ''}`;

/**
 * Takes or prolongs the right to coordinate a plan, in one step that no other process sees half done.
 *
 * @param replaced The holder that it may be taken from.
 * @returns `held` if it was ours before, `new` if it was not, `taken` and the holder if it is another's.
 */
export async function holdPlan(
  { client }: Connection,
  fingerprint: string,
  holder: string,
  milliseconds: number,
  replaced = "",
): Promise<{ state: "held" | "new" | "taken"; by: string }> {
  const { coordinator } = planKeys(fingerprint);
  const answer = await client.eval(HOLD, 1, coordinator, holder, milliseconds, replaced, SHORT_LIMIT);
  const [state, by] = answer as [string, string];
  return { state: state as "held" | "new" | "taken", by };
}

const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** Gives back the right to coordinate a plan. */
export async function releasePlan({ client }: Connection, fingerprint: string, holder: string): Promise<void> {
  await client.eval(RELEASE, 1, planKeys(fingerprint).coordinator, holder);
}

/** Closes a plan, and removes what belongs to it beside its jobs. */
export async function closePlan({ client }: Connection, fingerprint: string): Promise<void> {
  await client.srem(PLANS, fingerprint);
  await client.unlink(...Object.values(planKeys(fingerprint)));
}

const REMOVE_IF_CLOSED = `
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 0 end
return redis.call('DEL', unpack(KEYS, 2))`;

/** Removes keys of a plan unless it is open, in one step: it may be opened again at any time. */
export async function removeIfClosed({ client }: Connection, fingerprint: string, keys: string[]): Promise<void> {
  await client.eval(REMOVE_IF_CLOSED, 1 + keys.length, PLANS, ...keys, fingerprint);
}
