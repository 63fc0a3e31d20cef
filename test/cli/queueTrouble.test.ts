// In a process of its own: it starts servers and workers.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseScenario } from "../../dist/index.js";
import { runOnQueue, Store, workOnQueue } from "../../dist/node.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { begin, told } from "../support/queueKills.js";
import { RedisServer } from "../support/redis.js";
import { expectSame, filesOf } from "../support/runKills.js";
import { describeBeside } from "../support/tools.js";
import { until } from "../support/until.js";

// What ends by itself runs in this process, and so does what is stopped if the long edition stops it by signals as well.

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

beforeAll(async () => {
  writeFileSync(config, JSON.stringify(SCENARIO)); // which is YAML as well
  const whole = join(root, "whole");
  expect((await pstar(["run", config, "--out", whole, "--workers", "1", "--quiet"])).code).toBe(0);
  expected = filesOf(whole);
});

const shown = (text: string) => ({ traces: /\n {4}at |unexpected error/.test(text) });

/** Puts a sorted set, or a text where one belongs, in the place of a key. */
async function spoil(client: Redis, key: string): Promise<void> {
  await client.del(key);
  await (/(completed|failed|delayed)$/.test(key) ? client.set(key, "x") : client.geoadd(key, 1, 1, "a"));
}

/** Runs pstar in this process; `told` resolves when it has written such a text to standard error. */
function beginHere(args: readonly string[], text: RegExp) {
  let tell = () => {};
  const told = new Promise<void>((resolve) => (tell = resolve));
  let seen = "";
  const onError = (part: string) => {
    seen += part;
    if (text.test(seen)) tell();
  };
  return { end: pstar(args, { onError }), told };
}

/** A worker of this process, what it has noted, and its end on request. */
function workHere(queue: string, plan?: string) {
  const stop = new AbortController();
  const notes: string[] = [];
  const onNote = ({ message }: { message: string }) => void notes.push(message);
  const end = workOnQueue({ queue, workers: 1, plan, signal: stop.signal, onNote });
  return {
    notes,
    told: (text: RegExp) => until(() => notes.some((note) => text.test(note))),
    stop: () => {
      stop.abort();
      return end;
    },
  };
}

let scenes = 0;
const clients: Redis[] = [];
afterAll(() => {
  for (const client of clients) client.disconnect();
});

/** A server and a folder of a test's own: the tests run side by side. */
async function scene() {
  const folder = join(root, `${scenes++}`);
  const redis = await RedisServer.start(folder);
  const client = redis.client();
  clients.push(client);
  const worker = ["worker", "--workers", "1", "--queue", redis.url];
  const out = join(folder, "out");
  const jobsWait = () =>
    until(async () => (await client.llen((await client.keys("pstar:queue:*:wait"))[0] ?? "none")) === JOBS);
  const run = ["run", config, "--queue", redis.url, "--out", out];
  return {
    client,
    url: redis.url,
    /** The folder of the run, and the arguments that make it. */
    out,
    run,
    status: () => pstar(["queue", "status", "--queue", redis.url]),
    retry: () => pstar(["queue", "retry", "--queue", redis.url]),
    clear: (plan: string) => pstar(["queue", "clear", plan, "--queue", redis.url]),
    /** A worker that ends by itself. */
    work: (...more: string[]) => pstar([...worker, ...more]),
    beginWorker: (...more: string[]) => begin([...worker, ...more]),
    keys: () => client.keys("*"),
    /** Resolves when the jobs of a plan wait. */
    jobsWait,
    /** Opens the plan of the grid without a process that coordinates it; its fingerprint. */
    async openPlan(): Promise<string> {
      const store = await Store.open(out, parseScenario(SCENARIO));
      const { fingerprint } = store.manifest;
      const stop = new AbortController();
      const running = runOnQueue(store, { queue: redis.url, signal: stop.signal }).next();
      running.catch(() => {});
      await jobsWait();
      stop.abort();
      await expect(running).rejects.toBe(stop.signal.reason);
      store.close();
      return fingerprint;
    },
  };
}

/** The keys of a plan, each with a type that it must not have; first those that different parts of pstar read; the record itself is below. */
const PARTS = [
  `pstar:plan:${BAD}:conflicts`,
  `pstar:plan:${BAD}`,
  `pstar:queue:${BAD}:wait`,
  `pstar:queue:${BAD}:completed`,
  ...["digests", "coordinator", "progress"].map((part) => `pstar:plan:${BAD}:${part}`),
  ...["active", "failed", "delayed", "meta", "events"].map((part) => `pstar:queue:${BAD}:${part}`),
];

describeBeside("redis-server", "a key of another type", () => {
  it("makes one plan not valid, which a worker tells once while it serves the others", async () => {
    const { client, url, run, out, work, status, clear, keys, jobsWait } = await scene();
    await client.sadd("pstar:plans", BAD);
    await client.rpush(`pstar:plan:${BAD}`, "x");
    const running = pstar([...run, "--quiet"]);
    await jobsWait(); // a worker without work would end
    const { code, stderr } = await work("--exit-when-done", "1");
    expect((await running).code).toBe(0);
    expectSame(out, expected);
    expect(code).toBe(0);
    expect(stderr.match(/must be a valid record of a run, got a key of another type/g)).toHaveLength(1);
    expect(stderr).not.toContain("WRONGTYPE");
    const text = await status();
    expect(text.stdout).toMatch(/not valid: plan 0123456789abcdef must be a valid record of a run/);
    expect(text.stdout).toContain(`pstar queue clear ${BAD} --queue ${url}`);
    expect((await clear(BAD)).stderr).toBe("removed 1 plan\n");
    expect(await keys()).toEqual([]);
  });

  it.each(shortOrLong(PARTS.slice(0, 1), PARTS))(
    "as %s ends nothing with a trace, and the plan can be cleared",
    async (key) => {
      const { client, run, work, status, retry, clear, keys, openPlan } = await scene();
      const plan = await openPlan();
      const own = key.replace(BAD, plan);
      await spoil(client, own);
      for (const { stdout, stderr } of [await status(), await retry()])
        expect(shown(stdout + stderr)).toEqual({ traces: false });
      // a record is written again when the run goes on, and what no process reads is in nobody's way: it waits for a worker
      const waits = /^pstar:plan:[0-9a-f]+$|:events$/.test(own);
      const resumed = [...run, "--resume", "--quiet"];
      const started = waits ? begin(resumed) : { end: pstar(resumed) };
      const ended = waits ? undefined : await started.end;
      const { stderr } = await work("--exit-when-done", "1");
      if ("child" in started) started.child.kill("SIGTERM");
      for (const text of [stderr, (await started.end).stderr]) expect(shown(text)).toEqual({ traces: false });
      if (ended !== undefined) expect(ended.stderr).toMatch(/error: plan [0-9a-f]+ must be a valid record of a run/);
      expect(stderr).not.toMatch(/(?:WRONGTYPE[\s\S]*){3}/);
      expect((await clear("--all")).stderr).toBe("removed 1 plan\n");
      expect((await keys()).filter((key) => !key.startsWith("pstar:worker"))).toEqual([]);
    },
  );

  it.each(shortOrLong(["pstar:plans"], ["pstar:plans", "pstar:workers"]))(
    "as %s is told in one line, and cleared with all plans",
    async (key) => {
      const { client, status, beginWorker, clear, keys, openPlan } = await scene();
      await openPlan();
      await client.set(key, "x");
      const { code, stderr } = await status();
      expect(stderr).toMatch(/^error: redis:.* is not valid: .*\n$/);
      expect(code).toBe(1);
      const serving = beginWorker();
      await told(serving, key === "pstar:plans" ? /is not valid/ : /refuses/);
      serving.child.kill("SIGTERM");
      expect((await serving.end).code).toBe(143);
      expect((await clear("--all")).stderr).toBe("removed 1 plan\n");
      expect(await keys()).toEqual([]);
    },
  );
});

describeBeside("redis-server", "a damaged record of a plan", () => {
  const damages: [string, (client: Redis, key: string) => Promise<unknown>][] = [
    ["a list", (client, key) => client.del(key).then(() => client.rpush(key, "x"))],
    ["no JSON", (client, key) => client.set(key, "{")],
  ];
  it.each(shortOrLong(damages.slice(0, 1), damages))(
    "that is %s is refused once, and served when the run has written it again",
    async (_, damage) => {
      const { client, url, run, out, openPlan } = await scene();
      const plan = await openPlan();
      await damage(client, `pstar:plan:${plan}`);
      const serving = workHere(url);
      await serving.told(/must be a valid record of a run/);
      const { code, stderr } = await pstar([...run, "--resume", "--quiet"]);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expectSame(out, expected);
      expect((await serving.stop()).failures).toBe(0);
      expect(serving.notes.filter((note) => note.includes("must be a valid record of a run"))).toHaveLength(1);
    },
  );
});

describeBeside("redis-server", "a Redis that is full", () => {
  it("is waited for by the run, and the worker computes when there is room", async () => {
    const { client, url, run, out } = await scene();
    await client.config("SET", "maxmemory", "1mb");
    const running = beginHere(run, /Redis is full: raise maxmemory/);
    const serving = workHere(url);
    await Promise.all([running.told, serving.told(/Redis is full: raise maxmemory/)]);
    await client.config("SET", "maxmemory", "0");
    const { code, stderr } = await running.end;
    expect(stderr).toMatch(/has room again/);
    expect(stderr.match(/Redis is full/g)).toHaveLength(1);
    expect(code).toBe(0);
    expectSame(out, expected);
    expect((await serving.stop()).failures).toBe(0);
  });

  // `npm test` has the wait at the start, above, where run and worker meet the same refusal
  if (shortOrLong(false, true)) {
    it("is waited for amid a run, whose results make room", async () => {
      const { client, run, out, beginWorker, jobsWait } = await scene();
      const running = begin(run);
      const runTold = told(running, /Redis is full: raise maxmemory/);
      await jobsWait();
      await client.config("SET", "maxmemory", "1mb");
      const serving = beginWorker("--exit-when-done", "1");
      await Promise.all([runTold, told(serving, /Redis is full: raise maxmemory/)]);
      await client.config("SET", "maxmemory", "0");
      expect((await running.end).code).toBe(0);
      expectSame(out, expected);
      expect((await serving.end).code).toBe(0);
    });
  }

  it("keeps no worker beside an open plan from its end", async () => {
    const { client, url, beginWorker, clear, keys, openPlan } = await scene();
    const plan = await openPlan();
    await client.config("SET", "maxmemory", "1mb");
    const here = workHere(url, plan);
    await here.told(/Redis is full: raise maxmemory/);
    expect(await here.stop()).toEqual({ blocks: 0, failures: 0 });
    const signals: readonly [NodeJS.Signals, number][] = [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ];
    const sent = shortOrLong([], signals);
    const ends = sent.map(async ([signal]) => {
      const serving = beginWorker("--plan", plan);
      await told(serving, /Redis is full: raise maxmemory/);
      serving.child.kill(signal);
      return (await serving.end).code;
    });
    expect(await Promise.all(ends)).toEqual(sent.map(([, code]) => code));
    expect((await clear(plan)).stderr).toBe("removed 1 plan\n");
    expect(await keys()).toEqual([]);
  });

  it("stops a run on request", async () => {
    const { client, url, run } = await scene();
    await client.config("SET", "maxmemory", "1mb");
    const store = await Store.open(join(root, "stopped"), parseScenario(SCENARIO));
    const stop = new AbortController();
    const notes: string[] = [];
    const onNote = ({ message }: { message: string }) => void notes.push(message);
    const here = runOnQueue(store, { queue: url, signal: stop.signal, onNote }).next();
    here.catch(() => {});
    await until(() => notes.some((note) => note.includes("Redis is full")));
    stop.abort();
    await expect(here).rejects.toBe(stop.signal.reason);
    store.close();
    if (shortOrLong(true, false)) return;
    const running = begin(run);
    await told(running, /Redis is full/);
    running.child.kill("SIGINT");
    expect((await running.end).code).toBe(130);
  });
});

describeBeside("redis-server", "an address", () => {
  it("with TLS of a server without it says so, and the other way round", async () => {
    const { url } = await scene();
    const secure = await RedisServer.start(join(root, "tls"), { tls: true });
    const [plain, other] = await Promise.all([
      pstar(["queue", "status", "--queue", url.replace("redis:", "rediss:")]),
      pstar(["queue", "status", "--queue", secure.url.replace("rediss:", "redis:")]),
    ]);
    expect(plain.stderr).toMatch(/^error: rediss:.* speaks without TLS: its address begins with redis:\/\/\n$/);
    expect(plain.code).toBe(1);
    expect(other.stderr).toMatch(/^error: redis:.* speaks with TLS: its address begins with rediss:\/\/\n$/);
    expect(other.code).toBe(1);
  });
});

describeBeside("redis-server", "names and texts in Redis", () => {
  /** One of them that is read makes what the server sends longer than that. */
  const HUGE = "x".repeat(5 << 18);
  const LARGEST = 1 << 20;
  /** A record may have 32 MiB. */
  const RECORD = "x".repeat(33 << 20);

  it("are not read if they are longer than pstar's own", async () => {
    const { client, run, work, status, openPlan } = await scene();
    const plan = await openPlan();
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
    const resumed = await pstar([...run, "--resume"]);
    expect(resumed.stderr).toMatch(/error: plan [0-9a-f]+ (is coordinated by|must be a valid record of a run)/);
    const { stderr } = await work("--exit-when-done", "1", "--plan", BAD);
    expect(stderr).toContain(`must be a valid record of a run, got ${RECORD.length} bytes`);
    expect((await sent()) - before).toBeLessThan(LARGEST);
  });
});
