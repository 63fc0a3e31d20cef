// In a process of its own: it starts servers and workers.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Queue, Worker } from "bullmq";
import { expect, it } from "vitest";
import { load, type PstarError, parseScenario, run } from "../../dist/index.js";
import { type QueueNote, type QueueWorkerSummary, runOnQueue, Store, workOnQueue } from "../../dist/node.js";
import { readBounded, readBoundedField } from "../../src/sweep/queue/bounded.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { ownRedis } from "../support/redis.js";
import { describeBeside } from "../support/tools.js";
import { until } from "../support/until.js";

// The workers run the built package, so everything here does.

const root = scratchFolder();

let folders = 0;
const folder = () => join(root, `${folders++}`);

/** A server of a test's own: the tests run side by side. */
type Own = Awaited<ReturnType<typeof ownRedis>>;
const begin = () => ownRedis(folder());

const scenario = parseScenario({
  data: { dim: 6 },
  engine: "direct",
  samples: 60,
  trials: 3,
  sweep: { "generator.errorRate": [0, 0.3, 0.6] },
});

async function openStore(of = scenario): Promise<Store> {
  return Store.open(folder(), of);
}

/** What a run by one worker of this process gives, as JSON in the order of the plan; and what the worker did for it. */
async function queued(
  own: Own,
  store: Store,
  { lease, onEnd = () => {} }: { lease?: number; onEnd?: (_: QueueWorkerSummary) => void } = {},
): Promise<string[]> {
  const stop = new AbortController();
  const { url: queue } = own;
  const worker = workOnQueue({ queue, workers: 1, lease, signal: stop.signal });
  try {
    for await (const cell of runOnQueue(store, { queue })) expect(store.has(cell.index)).toBe(true);
  } finally {
    stop.abort();
    onEnd(await worker);
  }
  return [...store.lines()].map((line) => line.toString("utf8"));
}

/** Says no more than what the run says of the error it ended with. */
async function failure(own: Own, store: Store): Promise<PstarError> {
  return queued(own, store).then(
    () => expect.fail("the run came to its end"),
    (error) => error,
  );
}

/** Completes jobs of a plan with a result of its own. */
async function hostileWorker(own: Own, store: Store, jobIds: readonly string[], result: unknown): Promise<void> {
  const { fingerprint } = store.manifest;
  const settings = { connection: own.client, prefix: "pstar:queue" };
  const queue = new Queue(fingerprint, settings);
  await queue.addBulk(jobIds.map((jobId) => ({ name: "block", data: {}, opts: { jobId } })));
  let completed = 0;
  const worker = new Worker(fingerprint, async () => result, settings);
  await new Promise<void>((resolve) => worker.on("completed", () => ++completed === jobIds.length && resolve()));
  await worker.close();
  await queue.close();
}

/** Watches the commands that name a key or field. */
async function watch({ client }: Own, word: string): Promise<{ end: () => Promise<string[][]> }> {
  const monitor = await client.monitor();
  const commands: string[][] = [];
  let marked = () => {};
  const mark = randomUUID();
  monitor.on("monitor", (_: string, args: string[]) => {
    if (args.includes(mark)) marked();
    if (args.includes(word)) commands.push([args[0].toLowerCase(), ...args.slice(1)]);
  });
  return {
    end: async () => {
      await new Promise<void>((resolve) => {
        marked = resolve;
        void client.echo(mark);
      });
      monitor.disconnect();
      return commands;
    },
  };
}

describeBeside("redis-server", "a run behind a queue", () => {
  // alone: what runs beside it could keep this thread from renewing the lock
  it.sequential("keeps the lock of a block that takes longer than it lasts", async () => {
    // one trial of some seconds
    const own = await begin();
    const setting = {
      data: { dim: 1500 },
      engine: "direct",
      samples: 28_000,
      trials: 1,
      learner: { solver: "cholesky" },
    } as const;
    const store = await openStore(parseScenario(setting));
    const start = performance.now();
    const ends: QueueWorkerSummary[] = [];
    expect(await queued(own, store, { lease: 1, onEnd: (end) => ends.push(end) })).toHaveLength(1);
    // its lock would have ended after 1 s, and a check every half a second would have found that at the latest at the third
    expect(performance.now() - start).toBeGreaterThan(2000);
    expect(ends).toEqual([{ blocks: 1, failures: 0 }]);
    store.close();
  });

  it("gives what one thread gives", async () => {
    const own = await begin();
    const store = await openStore();
    const core = await load();
    const expected: string[] = [];
    for await (const cell of run(core, scenario)) expected.push(JSON.stringify(cell));
    expect(await queued(own, store)).toEqual(expected);
    expect(await own.client.keys("*")).toEqual([]);
    store.close();
  });

  it("notices two workers that disagree, and stores neither result", async () => {
    const own = await begin();
    const store = await openStore();
    const { fingerprint } = store.manifest;
    const id = store.plan.id(0);
    await own.client.hset(`pstar:plan:${fingerprint}:digests`, `${id}-0-0`, `${"0".repeat(40)} a`);
    const error = await failure(own, store);
    expect(error.name).toBe("StoreError");
    expect(error.message).toMatch(
      new RegExp(`^cell 0 \\(id ${id}\\) was computed twice with different results, by a and [\\w.-]+:${process.pid}:`),
    );
    expect(store.has(0)).toBe(false);
    store.close();
  });

  it("takes a result that another worker confirms", async () => {
    const own = await begin();
    const [store, again] = [await openStore(), await openStore()];
    const digests = `pstar:plan:${store.manifest.fingerprint}:digests`;
    const watched = await watch(own, digests);
    const expected = await queued(own, store);
    const noted = (await watched.end()).filter(([command]) => command === "hsetnx");
    expect(noted).toHaveLength(9);
    for (const [, , name, text] of noted) await own.client.hset(digests, name, text.replace(/ .*/, " another"));
    expect(await queued(own, again)).toEqual(expected);
    store.close();
    again.close();
  });

  // the size tells of all of them that they are none
  const none: [string, unknown][] = [
    ["of another size", Buffer.alloc(800).toString("base64")],
    ["that is too large to be read", "A".repeat(shortOrLong(5_000_000, 50_000_000))],
    ["that is no text", { accuracy: 1 }],
  ];
  it.each(shortOrLong(none.slice(0, 2), none))(
    "refuses a result %s before it is read, and names the cell",
    async (_, result) => {
      const own = await begin();
      const store = await openStore();
      await hostileWorker(
        own,
        store,
        [0, 1, 2].map((number) => `${store.plan.id(1)}-1-${number}`),
        result,
      );
      const watched = await watch(own, "returnvalue");
      const error = await failure(own, store);
      expect(error.name).toBe("QueueError");
      expect(error.message).toBe(
        `the queue holds for cell 1 (id ${store.plan.id(1)}) what cannot be a result of its trials`,
      );
      expect(new Set((await watched.end()).map(([command]) => command))).toEqual(new Set(["hstrlen"]));
      expect(store.has(1)).toBe(false);
      store.close();
    },
  );

  it("refuses a result of the right size that no trial gives, and names the cell", async () => {
    const own = await begin();
    const store = await openStore();
    const jobIds = [0, 1, 2].map((number) => `${store.plan.id(1)}-1-${number}`);
    await hostileWorker(own, store, jobIds, Buffer.alloc(80, 255).toString("base64"));
    const error = await failure(own, store);
    expect(error.name).toBe("QueueError");
    expect(error.message).toBe(
      `the queue holds for cell 1 (id ${store.plan.id(1)}) what cannot be a result of its trials`,
    );
    expect(store.has(1)).toBe(false);
    store.close();
  });

  it("refuses a result of no cell", async () => {
    const own = await begin();
    const store = await openStore();
    await hostileWorker(own, store, [`${"0".repeat(16)}-1-0`], Buffer.alloc(80).toString("base64"));
    expect((await failure(own, store)).message).toContain("a result that belongs to no cell of this run");
    store.close();
  });

  it("removes results from Redis only after the disk has the cells", async () => {
    const own = await begin();
    const store = await openStore();
    const events: string[] = [];
    const sync = store.sync.bind(store);
    store.sync = () => {
      sync();
      events.push(`${store.count} on the disk`);
    };
    await queued(own, store);
    expect(events.at(-1)).toBe("3 on the disk");
    store.close();
  });

  it("keeps no long stream of events, which would hold each result a second time", async () => {
    const own = await begin();
    const store = await openStore(parseScenario({ ...scenario, trials: 60 }));
    const events = `pstar:queue:${store.manifest.fingerprint}:events`;
    const { url: queue } = own;
    const stop = new AbortController();
    const worker = workOnQueue({ queue, workers: 1, signal: stop.signal });
    const lengths: number[] = [];
    for await (const _ of runOnQueue(store, { queue })) lengths.push(await own.client.xlen(events));
    stop.abort();
    // 90 jobs have four events each; Redis removes them by nodes of 100
    expect(Math.max(...lengths)).toBeLessThan(250);
    expect((await worker).blocks).toBe(90);
    store.close();
  });

  it("puts back what the server has lost", async () => {
    const own = await begin();
    const store = await openStore();
    const { fingerprint } = store.manifest;
    const notes: string[] = [];
    const cells = (async () => {
      const found: number[] = [];
      const run = runOnQueue(store, { queue: own.url, onNote: ({ code }) => notes.push(code) });
      for await (const cell of run) found.push(cell.index);
      return found;
    })();
    const jobs = () => own.client.llen(`pstar:queue:${fingerprint}:wait`);
    await until(async () => (await jobs()) >= 9);
    await own.client.flushall();
    await until(async () => (await jobs()) >= 9);
    await workOnQueue({ queue: own.url, workers: 1, exitAfter: 1 });
    expect((await cells).sort()).toEqual([0, 1, 2]);
    expect([...store.lines()]).toHaveLength(3);
    store.close();
  });

  it("is coordinated by one process at a time", async () => {
    const own = await begin();
    const [store, other] = [await openStore(), await openStore()];
    const stop = new AbortController();
    const notes: string[] = [];
    const first = runOnQueue(store, { queue: own.url, signal: stop.signal }).next();
    const holder = `pstar:plan:${store.manifest.fingerprint}:coordinator`;
    await until(async () => (await own.client.exists(holder)) === 1);
    const second = runOnQueue(other, { queue: own.url, onNote: ({ code }) => notes.push(code) }).next();
    await expect(second).rejects.toThrow(
      /^plan [0-9a-f]{16} is coordinated by process \d+ on .*: its results go there/,
    );
    expect(notes).toEqual(["plan-coordinated"]);
    stop.abort();
    await expect(first).rejects.toThrow();
    // what was given back can be taken at once
    expect(await queued(own, other)).toHaveLength(3);
    store.close();
    other.close();
  });
});

describeBeside("redis-server", "what a key holds", () => {
  it("is read if it is no longer than the limit, and else its size alone, of a text as of a field", async () => {
    const { client } = await begin();
    await client.set("text", "é".repeat(5));
    await client.hset("hash", "field", "é".repeat(5));
    const texts = (limit: number) => [
      readBounded(client, "text", limit),
      readBoundedField(client, "hash", "field", limit),
    ];
    for (const text of await Promise.all(texts(10))) expect(text).toEqual({ size: 10, text: "ééééé" });
    await client.config("RESETSTAT");
    for (const text of await Promise.all(texts(9))) expect(text).toEqual({ size: 10, text: undefined });
    const commands = await client.info("commandstats");
    expect(commands).toContain("cmdstat_hstrlen:calls=1");
    expect(commands).not.toMatch(/cmdstat_(hget|get|getrange):/);
    expect(await readBounded(client, "none", 10)).toBeUndefined();
    expect(await readBoundedField(client, "hash", "none", 10)).toBeUndefined();
    await client.hset("hash", "empty", "");
    expect(await readBoundedField(client, "hash", "empty", 10)).toEqual({ size: 0, text: "" });
  });
});

describeBeside("redis-server", "a worker", () => {
  it("refuses records of plans that are not valid", async () => {
    const own = await begin();
    const store = await openStore();
    const { version, coreHash } = JSON.parse(readFileSync(join(store.folder, "store.json"), "utf8")).provenance;
    store.close();
    const plan = "0123456789abcdef";
    const good = {
      schema: "pstar/queue@1",
      fingerprint: plan,
      cells: 3,
      config: {},
      provenance: { version, coreHash },
    };
    await own.client.sadd("pstar:plans", plan, "../../etc", "x".repeat(1000));
    const records: [string, string][] = [
      ["{", "no JSON"],
      [JSON.stringify({ ...good, config: { samples: -1 } }), "samples must be"],
      [JSON.stringify(good), "another scenario"],
      [JSON.stringify({ ...good, run: "x" }), "Unrecognized key"],
      [JSON.stringify({ ...good, fingerprint: "f".repeat(16) }), "the record of ffffffffffffffff"],
    ];
    for (const [record, got] of shortOrLong(records.slice(0, 3), records)) {
      await own.client.set(`pstar:plan:${plan}`, record);
      const served = workOnQueue({ queue: own.url, workers: 1, plan });
      await expect(served).rejects.toThrow(`plan ${plan} must be a valid record of a run, got `);
      await expect(served).rejects.toThrow(got);
    }
    const notes: string[] = [];
    const onNote = ({ code }: QueueNote) => notes.push(code);
    await expect(workOnQueue({ queue: own.url, workers: 1, exitAfter: 1, onNote })).rejects.toThrow(
      "must be a valid record",
    );
    expect(notes).toEqual(["plan-refused"]);
  });

  it.each([
    [{ workers: 0 }, "workers must be a whole number of at least 1, got 0"],
    [{ lease: 0.5 }, "lease must be a number of seconds in [1, 3600], got 0.5"],
    [{ plan: "x" }, 'plan must be the fingerprint of a plan, 16 hexadecimal digits, got "x"'],
  ])("refuses %j", async (options, message) => {
    const own = await begin();
    await expect(workOnQueue({ queue: own.url, ...options })).rejects.toThrow(message);
  });
});
