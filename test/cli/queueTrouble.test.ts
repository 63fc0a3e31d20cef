import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/pstar.js";
import { begin, told } from "../support/queueKills.js";
import { RedisServer } from "../support/redis.js";
import { expectSame, filesOf, GRID } from "../support/runKills.js";
import { describeWith } from "../support/tools.js";
import { until } from "../support/until.js";

const root = scratchFolder();
const config = join(root, "grid.yaml");
const BAD = "0123456789abcdef";
let expected: Record<string, Buffer>;
let redis: RedisServer;
let client: Redis;

beforeAll(async () => {
  redis = await RedisServer.start(root);
  client = redis.client();
  writeFileSync(config, GRID);
  const whole = join(root, "whole");
  expect((await pstar(["run", config, "--out", whole, "--workers", "1", "--quiet"])).code).toBe(0);
  expected = filesOf(whole);
});

afterAll(() => client?.disconnect());

beforeEach(async () => {
  await client.config("SET", "maxmemory", "0");
  await client.flushall();
});

const status = () => pstar(["queue", "status", "--queue", redis.url]);
const clear = (plan: string) => pstar(["queue", "clear", plan, "--queue", redis.url]);
const worker = (...more: string[]) => begin(["worker", "--queue", redis.url, "--workers", "1", ...more]);
const run = (name: string) => begin(["run", config, "--queue", redis.url, "--out", join(root, name), "--quiet"]);
const shown = (text: string) => ({ traces: /\n {4}at |unexpected error/.test(text) });

/** Opens the plan of the grid without a process that coordinates it; its fingerprint. */
async function openPlan(name: string): Promise<string> {
  const { child, end } = run(name);
  await until(async () => (await client.keys("pstar:queue:*:wait")).length > 0);
  child.kill("SIGTERM");
  await end;
  return (await client.smembers("pstar:plans"))[0] as string;
}

/** The keys of a plan, each with a type that it must not have. */
const PARTS = [
  `pstar:plan:${BAD}`,
  `pstar:plan:${BAD}:digests`,
  `pstar:plan:${BAD}:conflicts`,
  `pstar:plan:${BAD}:coordinator`,
  `pstar:plan:${BAD}:progress`,
  ...["wait", "active", "completed", "failed", "delayed", "meta", "events"].map((part) => `pstar:queue:${BAD}:${part}`),
];

describeWith("redis-server", "a key of another type", () => {
  it("makes one plan not valid, which a worker tells once while it serves the others", async () => {
    await client.sadd("pstar:plans", BAD);
    await client.rpush(`pstar:plan:${BAD}`, "x");
    const serving = worker("--exit-when-done", "2");
    const { end } = run("beside");
    expect((await end).code).toBe(0);
    expectSame(join(root, "beside"), expected);
    const { code, stderr } = await serving.end;
    expect(code).toBe(0);
    expect(stderr.match(/must be a valid record of a run, got a key of another type/g)).toHaveLength(1);
    expect(stderr).not.toContain("WRONGTYPE");
    const text = await status();
    expect(text.stdout).toMatch(/not valid: plan 0123456789abcdef must be a valid record of a run/);
    expect(text.stdout).toContain(`pstar queue clear ${BAD} --queue ${redis.url}`);
    expect((await clear(BAD)).stderr).toBe("removed 1 plan\n");
    expect(await client.keys("*")).toEqual([]);
  });

  it.each(PARTS)("as %s ends nothing with a trace, and the plan can be cleared", async (key) => {
    const name = `part${PARTS.indexOf(key)}`;
    const plan = await openPlan(name);
    const own = key.replace(BAD, plan);
    await client.del(own);
    await client.geoadd(`${own}x`, 1, 1, "a"); // a sorted set
    await (/(completed|failed|delayed)$/.test(own) ? client.set(own, "x") : client.rename(`${own}x`, own));
    const said = [await status(), await pstar(["queue", "retry", "--queue", redis.url])];
    for (const { stdout, stderr } of said) expect(shown(stdout + stderr)).toEqual({ traces: false });
    const again = begin(["run", config, "--queue", redis.url, "--out", join(root, name), "--resume", "--quiet"]);
    // a record is written again when the run goes on, and what no process reads is in nobody's way
    const isWhole = /^pstar:plan:[0-9a-f]+$|:events$/.test(own);
    const serving = worker("--exit-when-done", "1");
    const ends = isWhole ? [] : [await again.end];
    if (isWhole) again.child.kill("SIGTERM");
    const { stderr } = await serving.end;
    for (const end of [...ends, await again.end]) expect(shown(end.stderr)).toEqual({ traces: false });
    for (const end of ends) expect(end.stderr).toMatch(/error: plan [0-9a-f]+ must be a valid record of a run/);
    expect(stderr).not.toMatch(/(?:WRONGTYPE[\s\S]*){3}/);
    expect((await pstar(["queue", "clear", "--all", "--queue", redis.url])).code).toBe(0);
    expect((await client.keys("*")).filter((key) => !key.startsWith("pstar:worker"))).toEqual(
      await client.keys("*geo*"),
    );
  });

  it.each(["pstar:plans", "pstar:workers"])("as %s is told in one line, and cleared with all plans", async (key) => {
    await openPlan(key.replace(":", "-"));
    await client.set(key, "x");
    const { code, stderr } = await status();
    expect(stderr).toMatch(/^error: redis:.* is not valid: .*\n$/);
    expect(code).toBe(1);
    const serving = worker();
    await told(serving, key === "pstar:plans" ? /is not valid/ : /refuses/);
    serving.child.kill("SIGTERM");
    expect((await serving.end).code).toBe(143);
    expect((await pstar(["queue", "clear", "--all", "--queue", redis.url])).stderr).toBe("removed 1 plan\n");
    expect(await client.keys("*")).toEqual([]);
  });
});

describeWith("redis-server", "a Redis that is full", () => {
  it("is waited for by the run, and the worker computes when there is room", async () => {
    await client.config("SET", "maxmemory", "1mb");
    const running = begin(["run", config, "--queue", redis.url, "--out", join(root, "full")]);
    await told(running, /Redis is full: raise maxmemory/);
    const serving = worker("--exit-when-done", "3");
    await told(serving, /Redis is full: raise maxmemory/);
    await client.config("SET", "maxmemory", "0");
    const { code, stderr } = await running.end;
    expect(stderr).toMatch(/has room again/);
    expect(stderr.match(/Redis is full/g)).toHaveLength(1);
    expect(code).toBe(0);
    expectSame(join(root, "full"), expected);
    expect((await serving.end).code).toBe(0);
  });

  it("is waited for amid a run, whose results make room", async () => {
    const running = begin(["run", config, "--queue", redis.url, "--out", join(root, "amid")]);
    const runTold = told(running, /Redis is full: raise maxmemory/);
    await until(async () => (await client.llen((await client.keys("pstar:queue:*:wait"))[0] ?? "none")) === 180);
    await client.config("SET", "maxmemory", "1mb");
    const serving = worker("--exit-when-done", "5");
    await told(serving, /Redis is full: raise maxmemory/);
    await runTold;
    await client.config("SET", "maxmemory", "0");
    expect((await running.end).code).toBe(0);
    expectSame(join(root, "amid"), expected);
    expect((await serving.end).code).toBe(0);
  });

  it("keeps no worker beside an open plan from its end", async () => {
    const plan = await openPlan("leaves");
    await client.config("SET", "maxmemory", "1mb");
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const serving = worker("--plan", plan);
      await told(serving, /Redis is full: raise maxmemory/);
      serving.child.kill(signal);
      expect((await serving.end).code).toBe(signal === "SIGTERM" ? 143 : 130);
    }
    expect((await clear(plan)).stderr).toBe("removed 1 plan\n");
    expect(await client.keys("*")).toEqual([]);
  });

  it("stops a run on request", async () => {
    await client.config("SET", "maxmemory", "1mb");
    const running = begin(["run", config, "--queue", redis.url, "--out", join(root, "stopped")]);
    await told(running, /Redis is full/);
    running.child.kill("SIGINT");
    expect((await running.end).code).toBe(130);
  });
});

describeWith("redis-server", "an address", () => {
  it("with TLS of a server without it says so, and the other way round", async () => {
    const plain = await pstar(["queue", "status", "--queue", redis.url.replace("redis:", "rediss:")]);
    expect(plain.stderr).toMatch(/^error: rediss:.* speaks without TLS: its address begins with redis:\/\/\n$/);
    expect(plain.code).toBe(1);
    const secure = await RedisServer.start(join(root, "tls"), { tls: true });
    const other = await pstar(["queue", "status", "--queue", secure.url.replace("rediss:", "redis:")]);
    expect(other.stderr).toMatch(/^error: redis:.* speaks with TLS: its address begins with rediss:\/\/\n$/);
    expect(other.code).toBe(1);
  });
});

describeWith("redis-server", "names and texts in Redis", () => {
  /** What of 64 MB is read makes the process larger by at least that. */
  const HUGE = "x".repeat(64 << 20);
  const LARGEST = 40 << 20;

  it("are not read if they are longer than pstar's own", async () => {
    const plan = await openPlan("huge");
    await client.set("pstar:worker:w:1:a", HUGE);
    await client.sadd("pstar:workers", "w:1:a", HUGE);
    await client.sadd("pstar:plans", HUGE);
    await client.set(`pstar:plan:${plan}:coordinator`, HUGE);
    await client.set(`pstar:plan:${plan}:progress`, HUGE);
    await client.hset(`pstar:plan:${plan}:conflicts`, HUGE, HUGE);
    await client.zadd(`pstar:queue:${plan}:failed`, 1, HUGE, 2, `${"0".repeat(16)}-0-0`);
    await client.hset(`pstar:queue:${plan}:${"0".repeat(16)}-0-0`, "failedReason", HUGE);
    await client.set(`pstar:plan:${BAD}`, HUGE);
    await client.sadd("pstar:plans", BAD);
    await client.config("RESETSTAT");
    const sent = async () => {
      const [, bytes] = /total_net_output_bytes:(\d+)/.exec(await client.info("stats")) ?? [];
      return Number(bytes);
    };
    const before = await sent();
    const { code, stdout } = await status();
    expect(code).toBe(0);
    expect(stdout).toMatch(/its worker sent 67108864 bytes/);
    const resumed = await pstar(["run", config, "--queue", redis.url, "--out", join(root, "huge"), "--resume"]);
    expect(resumed.stderr).toMatch(/error: plan [0-9a-f]+ (is coordinated by|must be a valid record of a run)/);
    const serving = worker("--exit-when-done", "1", "--plan", BAD);
    expect((await serving.end).stderr).toMatch(/must be a valid record of a run, got 67108864 bytes/);
    expect((await sent()) - before).toBeLessThan(LARGEST);
  });
});
