import type { Connection } from "./connection.js";
import { jobsOf } from "./jobs.js";
import { PLANS, planKeys, QUEUE_PREFIX } from "./plans.js";

// Each script is one step that nobody sees half done, and may be sent again where its answer was lost.

const OPEN = `
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('SET', KEYS[2], ARGV[2])
local fields = redis.call('HKEYS', KEYS[3])
local kept = {}
redis.call('DEL', KEYS[5])
for i, field in ipairs(fields) do
  kept[i] = redis.call('HGET', KEYS[4], field)
  redis.call('RPUSH', KEYS[5], field)
end
redis.call('DEL', KEYS[4])
for i, field in ipairs(fields) do
  if kept[i] then redis.call('HSET', KEYS[4], field, kept[i]) end
end
return #fields`;

/**
 * Opens a plan, or opens it again: of what came before only the results count that are still there, since the coordinator
 * that took the others may have stored them elsewhere.
 */
export async function openPlan({ client }: Connection, fingerprint: string, record: string): Promise<void> {
  const { plan, results, digests, done } = planKeys(fingerprint);
  await client.eval(OPEN, 5, PLANS, plan, results, digests, done, fingerprint, record);
}

const DELIVER = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 'closed' end
local sum = redis.sha1hex(ARGV[2])
local known = redis.call('HGET', KEYS[3], ARGV[1])
if known then
  if string.sub(known, 1, 40) == sum then return 'same' end
  redis.call('HSET', KEYS[5], ARGV[1], string.sub(known, 42) .. ' ' .. ARGV[3])
  return 'differs'
end
redis.call('HSET', KEYS[3], ARGV[1], sum .. ' ' .. ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('RPUSH', KEYS[4], ARGV[1])
return 'new'`;

/** What became of a result: the same may come again, and another is noted as a conflict; the plan may be closed by now. */
export type Delivery = "new" | "same" | "differs" | "closed";

/**
 * Brings the result of a block.
 *
 * @param worker Who brings it, without spaces.
 */
export async function deliver(
  { client }: Connection,
  fingerprint: string,
  block: string,
  result: Buffer,
  worker: string,
): Promise<Delivery> {
  const { plan, results, digests, done, conflicts } = planKeys(fingerprint);
  const answer = await client.eval(DELIVER, 5, plan, results, digests, done, conflicts, block, result, worker);
  return answer as Delivery;
}

const HOLD = `
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return {'held', ''}
end
if holder and holder ~= ARGV[3] then return {'taken', holder} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {'new', ''}`;

/**
 * Takes or prolongs the right to coordinate a plan.
 *
 * @param replaced The holder whom it may be taken from.
 * @returns `held` where it was ours before, `new` where it was not, `taken` and the holder where it is another's.
 */
export async function hold(
  { client }: Connection,
  fingerprint: string,
  holder: string,
  milliseconds: number,
  replaced = "",
): Promise<{ state: "held" | "new" | "taken"; by: string }> {
  const { coordinator } = planKeys(fingerprint);
  const [state, by] = (await client.eval(HOLD, 1, coordinator, holder, milliseconds, replaced)) as [string, string];
  return { state: state as "held" | "new" | "taken", by };
}

const LET_GO = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** Gives the right to coordinate a plan back. */
export async function letGo({ client }: Connection, fingerprint: string, holder: string): Promise<void> {
  await client.eval(LET_GO, 1, planKeys(fingerprint).coordinator, holder);
}

/** Removes a plan and everything that belongs to it. */
export async function removePlan(connection: Connection, fingerprint: string): Promise<void> {
  const { client } = connection;
  await client.srem(PLANS, fingerprint);
  await client.unlink(...Object.values(planKeys(fingerprint)));
  const queue = jobsOf(connection, fingerprint);
  await queue.obliterate({ force: true });
  await queue.close();
}

const TIDY = `
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 0 end
return redis.call('DEL', unpack(KEYS, 2))`;

/** Removes what BullMQ noted of a plan that is closed: a worker that had not heard of it yet may write some again. */
export async function tidy({ client }: Connection, fingerprint: string): Promise<void> {
  const parts = ["meta", "events", "marker", "stalled", "stalled-check", "id"];
  const keys = parts.map((part) => `${QUEUE_PREFIX}:${fingerprint}:${part}`);
  await client.eval(TIDY, 1 + keys.length, PLANS, ...keys, fingerprint);
}
