import type { Redis } from "ioredis";

// Whoever can write to Redis can put anything of any size under any key: nothing is read before its size is known.

/** A text of a key, in three cases: there is none, it is longer than the limit and was not read, or here it is. */
export type BoundedText = { size: number; text: string | undefined } | undefined;

/** Reads a string of at most so many bytes; undefined if there is none. */
export async function readBounded(client: Redis, key: string, limit: number): Promise<BoundedText> {
  const size = await client.strlen(key);
  if (size > limit) return { size, text: undefined };
  // it may have grown since
  const text = size === 0 ? "" : await client.getrange(key, 0, limit);
  if (text === "") return (await client.exists(key)) === 0 ? undefined : { size: 0, text: "" };
  return { size, text: text.length > limit ? undefined : text };
}

/** In one go, as it may grow in between, and no command reads a part of a field. */
const BOUNDED_FIELD = `
local size = redis.call('HSTRLEN', KEYS[1], ARGV[1])
return {size, size <= tonumber(ARGV[2]) and redis.call('HGET', KEYS[1], ARGV[1])}`;

/** The same for one field of a hash. */
export async function readBoundedField(client: Redis, key: string, field: string, limit: number): Promise<BoundedText> {
  const [size, text] = (await client.eval(BOUNDED_FIELD, 1, key, field, limit)) as [number, string | null];
  if (size > limit) return { size, text: undefined };
  return text === null ? undefined : { size, text };
}

/** In pieces, as a hostile set or hash may be large; of what is too long only the number is returned. */
const NAMES = `
local command, step = ARGV[1], tonumber(ARGV[2])
local longest, most = tonumber(ARGV[3]), tonumber(ARGV[4])
local names, cursor, others = {}, '0', 0
repeat
  local page = redis.call(command, KEYS[1], cursor, 'COUNT', 100)
  cursor = page[1]
  for i = 1, #page[2], step do
    if #page[2][i] <= longest and #names < most then names[#names + 1] = page[2][i] else others = others + 1 end
  end
until cursor == '0'
return {names, others}`;

export interface BoundedNames {
  names: string[];
  /** Those that are too long, or too many. */
  others: number;
}

/** The members of a set, or the names of the fields of a hash, that have at most so many bytes. */
export async function boundedNames(
  client: Redis,
  key: string,
  kind: "set" | "hash",
  { longest, most = 10_000 }: { longest: number; most?: number },
): Promise<BoundedNames> {
  const [command, step] = kind === "set" ? ["SSCAN", 1] : ["HSCAN", 2];
  const [names, others] = (await client.eval(NAMES, 1, key, command, step, longest, most)) as [string[], number];
  return { names, others };
}

const RANGE = `
local names, others = {}, 0
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2])) do
  if #name <= tonumber(ARGV[3]) then names[#names + 1] = name else others = others + 1 end
end
return {names, others}`;

/** The members of a sorted set from one place to another that have at most so many bytes. */
export async function boundedRange(
  client: Redis,
  key: string,
  [first, last]: readonly [number, number],
  longest: number,
): Promise<BoundedNames> {
  const [names, others] = (await client.eval(RANGE, 1, key, first, last, longest)) as [string[], number];
  return { names, others };
}
