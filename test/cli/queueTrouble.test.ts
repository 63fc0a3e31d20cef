import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { parseScenario } from "../../dist/index.js";
import { runOnQueue, Store } from "../../dist/node.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { begin, told } from "../support/queueKills.js";
import { RedisServer } from "../support/redis.js";
import { expectSame, filesOf } from "../support/runKills.js";
import { describeWith } from "../support/tools.js";
import { until } from "../support/until.js";

// What ends by itself runs in this process; what is stopped, or whose words are waited for, in one of its own.

const SCENARIO = {
  name: "small",
  engine: "direct",
  data: { dim: 6 },
  samples: 60,
  trials: 3,
  sweep: { "verifier.kind": ["none", "oracle"], "generator.errorRate": [0, 0.3, 0.6] },
} as const;
/** A job for each trial. */
const JOBS = 2 * 3 * SCENARIO.trials;

const root = scratchFolder();
const config = join(root, "grid.yaml");
const BAD = "0123456789abcdef";
let expected: Record<string, Buffer>;
let redis: RedisServer;
let client: Redis;

beforeAll(async () => {
  redis = await RedisServer.start(root);
  client = redis.client();
  writeFileSync(config, JSON.stringify(SCENARIO)); // which is YAML as well
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
const WORKER = ["worker", "--workers", "1", "--queue"];
/** A worker that ends by itself. */
const work = (...more: string[]) => pstar([...WORKER, redis.url, ...more]);
const beginWorker = (...more: string[]) => begin([...WORKER, redis.url, ...more]);
const runInto = (name: string, ...more: string[]) => [
  "run",
  config,
  "--queue",
  redis.url,
  "--out",
  join(root, name),
  ...more,
];
const shown = (text: string) => ({ traces: /\n {4}at |unexpected error/.test(text) });

/** Opens the plan of the grid without a process that coordinates it; its fingerprint. */
async function openPlan(name: string): Promise<string> {
  const store = await Store.open(join(root, name), parseScenario(SCENARIO));
  const { fingerprint } = store.manifest;
  const stop = new AbortController();
  const run = runOnQueue(store, { queue: redis.url, signal: stop.signal }).next();
  await until(async () => (await client.llen(`pstar:queue:${fingerprint}:wait`)) === JOBS);
  stop.abort();
  await expect(run).rejects.toBe(stop.signal.reason);
  store.close();
  return fingerprint;
}

/** Puts a sorted set, or a text where one belongs, in the place of a key. */
async function spoil(key: string): Promise<void> {
  await client.del(key);
  await (/(completed|failed|delayed)$/.test(key) ? client.set(key, "x") : client.geoadd(key, 1, 1, "a"));
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
    const serving = work("--exit-when-done", "2");
    expect((await pstar(runInto("beside", "--quiet"))).code).toBe(0);
    expectSame(join(root, "beside"), expected);
    const { code, stderr } = await serving;
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
    await spoil(own);
    const said = [await status(), await pstar(["queue", "retry", "--queue", redis.url])];
    for (const { stdout, stderr } of said) expect(shown(stdout + stderr)).toEqual({ traces: false });
    // a record is written again when the run goes on, and what no process reads is in nobody's way: it waits for a worker
    const waits = /^pstar:plan:[0-9a-f]+$|:events$/.test(own);
    const run = waits
      ? begin(runInto(name, "--resume", "--quiet"))
      : { end: pstar(runInto(name, "--resume", "--quiet")) };
    const ended = waits ? undefined : await run.end;
    const { stderr } = await work("--exit-when-done", "1");
    if ("child" in run) run.child.kill("SIGTERM");
    for (const text of [stderr, (await run.end).stderr]) expect(shown(text)).toEqual({ traces: false });
    if (ended !== undefined) expect(ended.stderr).toMatch(/error: plan [0-9a-f]+ must be a valid record of a run/);
    expect(stderr).not.toMatch(/(?:WRONGTYPE[\s\S]*){3}/);
    expect((await pstar(["queue", "clear", "--all", "--queue", redis.url])).stderr).toBe("removed 1 plan\n");
    expect((await client.keys("*")).filter((key) => !key.startsWith("pstar:worker"))).toEqual([]);
  });

  it.each(["pstar:plans", "pstar:workers"])("as %s is told in one line, and cleared with all plans", async (key) => {
    await openPlan(key.replace(":", "-"));
    await client.set(key, "x");
    const { code, stderr } = await status();
    expect(stderr).toMatch(/^error: redis:.* is not valid: .*\n$/);
    expect(code).toBe(1);
    const serving = beginWorker();
    await told(serving, key === "pstar:plans" ? /is not valid/ : /refuses/);
    serving.child.kill("SIGTERM");
    expect((await serving.end).code).toBe(143);
    expect((await pstar(["queue", "clear", "--all", "--queue", redis.url])).stderr).toBe("removed 1 plan\n");
    expect(await client.keys("*")).toEqual([]);
  });
});

describeWith("redis-server", "a damaged record of a plan", () => {
  it.each([
    ["no JSON", (key: string) => client.set(key, "{")],
    ["a list", async (key: string) => client.del(key).then(() => client.rpush(key, "x"))],
  ])("that is %s is refused once, and served when the run has written it again", async (kind, damage) => {
    const name = `damaged-${kind}`;
    const plan = await openPlan(name);
    await damage(`pstar:plan:${plan}`);
    const serving = beginWorker();
    await told(serving, /must be a valid record of a run/);
    const { code, stderr } = await pstar(runInto(name, "--resume", "--quiet"));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expectSame(join(root, name), expected);
    serving.child.kill("SIGTERM");
    const end = await serving.end;
    expect(end.code).toBe(143);
    expect(end.stderr.match(/must be a valid record of a run/g)).toHaveLength(1);
  });
});

describeWith("redis-server", "a Redis that is full", () => {
  it("is waited for by the run, and the worker computes when there is room", async () => {
    await client.config("SET", "maxmemory", "1mb");
    const running = begin(runInto("full"));
    await told(running, /Redis is full: raise maxmemory/);
    const serving = beginWorker("--exit-when-done", "3");
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
    const running = begin(runInto("amid"));
    const runTold = told(running, /Redis is full: raise maxmemory/);
    await until(async () => (await client.llen((await client.keys("pstar:queue:*:wait"))[0] ?? "none")) === JOBS);
    await client.config("SET", "maxmemory", "1mb");
    const serving = beginWorker("--exit-when-done", "5");
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
      const serving = beginWorker("--plan", plan);
      await told(serving, /Redis is full: raise maxmemory/);
      serving.child.kill(signal);
      expect((await serving.end).code).toBe(signal === "SIGTERM" ? 143 : 130);
    }
    expect((await clear(plan)).stderr).toBe("removed 1 plan\n");
    expect(await client.keys("*")).toEqual([]);
  });

  it("stops a run on request", async () => {
    await client.config("SET", "maxmemory", "1mb");
    const running = begin(runInto("stopped"));
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
  /** One of them that is read makes what the server sends longer than that. */
  const HUGE = "x".repeat(4 << 20);
  const LARGEST = 2 << 20;
  /** A record may have 32 MiB. */
  const RECORD = "x".repeat(33 << 20);

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
    await client.set(`pstar:plan:${BAD}`, RECORD);
    await client.sadd("pstar:plans", BAD);
    await client.config("RESETSTAT");
    const sent = async () => {
      const [, bytes] = /total_net_output_bytes:(\d+)/.exec(await client.info("stats")) ?? [];
      return Number(bytes);
    };
    const before = await sent();
    const { code, stdout } = await status();
    expect(code).toBe(0);
    expect(stdout).toContain(`its worker sent ${HUGE.length} bytes`);
    const resumed = await pstar(runInto("huge", "--resume"));
    expect(resumed.stderr).toMatch(/error: plan [0-9a-f]+ (is coordinated by|must be a valid record of a run)/);
    const { stderr } = await work("--exit-when-done", "1", "--plan", BAD);
    expect(stderr).toContain(`must be a valid record of a run, got ${RECORD.length} bytes`);
    expect((await sent()) - before).toBeLessThan(LARGEST);
  });
});
