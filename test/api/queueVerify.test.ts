// In a process of its own: it starts servers and workers.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "bullmq";
import { expect, it } from "vitest";
import { load, parseScenario, run } from "../../dist/index.js";
import { runOnQueue, Store, workOnQueue } from "../../dist/node.js";
import { CellTrials } from "../../src/engine/cell.js";
import { load as loadSource } from "../../src/index.js";
import { encodeTrials, parseRange, TrialRanges } from "../../src/sweep/queue/trialRanges.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { ownRedis } from "../support/redis.js";
import { filesOf } from "../support/runKills.js";
import { describeBeside } from "../support/tools.js";
import { until } from "../support/until.js";

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
const core = await loadSource();

/** A worker that answers cells of `isWrong` with trials of another seed, as if they were its own; its end. */
function liar({ client }: Own, store: Store, isWrong: (index: number) => boolean) {
  const { fingerprint } = store.manifest;
  const ranges = new TrialRanges(store.plan.length, scenario.trials);
  const answer = async (jobId: string) => {
    const { index, number } = parseRange(jobId) ?? { index: -1, number: 0 };
    const cell = store.plan.cell(index);
    const { first, count } = ranges.at(cell.scenario, number) ?? { first: 0, count: 0 };
    const seed = isWrong(index) ? 99 : cell.scenario.seed;
    const trials = new CellTrials(core, { id: cell.id, scenario: { ...cell.scenario, seed } });
    const result = encodeTrials(trials.run(first, count));
    trials.close();
    const digest = createHash("sha1").update(result).digest("hex");
    await client.hsetnx(`pstar:plan:${fingerprint}:digests`, jobId, `${digest} liar`);
    return result;
  };
  return new Worker(fingerprint, (job) => answer(String(job.id)), {
    connection: client,
    prefix: "pstar:queue",
  });
}

async function expected(): Promise<string[]> {
  const cells: string[] = [];
  for await (const cell of run(await load(), scenario)) cells.push(JSON.stringify(cell));
  return cells;
}

const linesOf = (store: Store) => [...store.cells()].map((cell) => JSON.stringify(cell));

describeBeside("redis-server", "results that are verified", () => {
  const lies: [string, (index: number) => boolean, number][] = [
    ["in the last cell", (index) => index === 2, 3],
    ["in all cells", () => true, 9],
  ];
  it.each(shortOrLong(lies.slice(0, 1), lies))(
    "are right, although a worker lies %s, which is named",
    async (_, isWrong, differing) => {
      const own = await begin();
      const store = await Store.open(folder(), scenario);
      const lying = liar(own, store, isWrong);
      const notes: { code: string; params: unknown }[] = [];
      for await (const _ of runOnQueue(store, {
        queue: own.url,
        verify: 1,
        onNote: (note) => notes.push(note),
      }));
      expect(linesOf(store)).toEqual(await expected());
      const named = notes.filter(({ code }) => code === "worker-differs").map(({ params }) => params);
      expect(named).toEqual([{ worker: "liar", block: expect.any(String) }]);
      expect(isWrong(parseRange((named[0] as { block: string }).block)?.index ?? -1)).toBe(true);
      // each block is counted once, though the other cells of the liar are computed anew
      expect(notes.at(-1)).toMatchObject({ code: "blocks-verified", params: { verified: 9, blocks: 9, differing } });
      await lying.close();
      expect((await own.client.keys("*")).filter((key) => key.startsWith("pstar:plan"))).toEqual([]);
      store.close();
    },
  );

  it("on the command line name the worker that lies; its blocks are computed anew, and the files are those of one thread", async () => {
    const own = await begin();
    const config = join(root, "lied.json");
    writeFileSync(config, JSON.stringify(scenario));
    const alone = join(root, "alone");
    expect((await pstar(["run", config, "--out", alone, "--workers", "1", "--quiet"])).code).toBe(0);
    const store = await Store.open(folder(), scenario);
    const lying = liar(own, store, (index) => index === 1);
    const out = join(root, "lied");
    const args = ["run", config, "--queue", own.url, "--out", out, "--verify", "100%"];
    const { code, stderr } = await pstar(args);
    await lying.close();
    store.close();
    expect(code).toBe(0);
    expect(stderr.match(/worker liar/g)).toHaveLength(1);
    expect(stderr).toContain("verified 9 of 9 blocks by computing them again: 3 differed\n");
    expect(filesOf(out)).toEqual(filesOf(alone));
  });

  it("without it are as the worker gave them, and cells that were stored are taken back when it is found out", async () => {
    const own = await begin();
    const trusted = await Store.open(folder(), scenario);
    const first = liar(own, trusted, () => true);
    for await (const _ of runOnQueue(trusted, { queue: own.url }));
    expect(linesOf(trusted)).not.toEqual(await expected());
    await first.close();
    const [wrong] = [...trusted.cells()];
    trusted.close();

    const store = await Store.open(folder(), scenario);
    if (wrong) store.append(wrong);
    const before = linesOf(store);
    store.remove(new Set([0]));
    expect(before).toHaveLength(1);
    expect(linesOf(store)).toEqual([]);
    for await (const cell of run(await load(), scenario)) store.append(cell);
    store.sync();
    expect(linesOf(store)).toEqual(await expected());
    store.close();
  });

  it("are told to be all the same, and a worker that was named serves the plan no more", async () => {
    const own = await begin();
    const store = await Store.open(folder(), scenario);
    const notes: string[] = [];
    const done = new AbortController();
    const worker = workOnQueue({ queue: own.url, workers: 1, signal: done.signal });
    for await (const _ of runOnQueue(store, {
      queue: own.url,
      verify: 1,
      onNote: ({ message }) => notes.push(message),
    }));
    expect(notes.at(-1)).toBe("verified 9 of 9 blocks by computing them again: all the same");
    expect(linesOf(store)).toEqual(await expected());
    done.abort();
    await worker;
    store.close();

    const other = await Store.open(folder(), scenario);
    const stop = new AbortController();
    const running = runOnQueue(other, { queue: own.url, verify: 0.5, signal: stop.signal }).next();
    running.catch(() => {});
    await until(async () => (await own.client.scard("pstar:plans")) === 1);
    const refusals: string[] = [];
    await own.client.del(`pstar:queue:${other.manifest.fingerprint}:wait`); // nothing to compute
    const idle = workOnQueue({
      queue: own.url,
      workers: 1,
      signal: stop.signal,
      onNote: ({ message }) => refusals.push(message),
    });
    await until(async () => (await own.client.scard("pstar:workers")) === 1);
    const [name] = await own.client.smembers("pstar:workers");
    await own.client.sadd(`pstar:plan:${other.manifest.fingerprint}:distrusted`, String(name));
    await until(() => refusals.some((text) => text.includes("computed a block otherwise")));
    stop.abort();
    await idle;
    await running.catch(() => {});
    other.close();
  });

  it("are half of them if half is asked for", async () => {
    const own = await begin();
    const sweep = { "generator.errorRate": Array.from({ length: 60 }, (_, i) => i / 120) };
    const many = parseScenario({ data: { dim: 2 }, engine: "direct", samples: 4, trials: 1, sweep });
    const done = new AbortController();
    const worker = workOnQueue({ queue: own.url, workers: 1, signal: done.signal });
    const store = await Store.open(folder(), many);
    const tallies: { verified: number; blocks: number; differing: number }[] = [];
    const onNote = (note: { code: string; params: unknown }) =>
      void (note.code === "blocks-verified" && tallies.push(note.params as never));
    for await (const _ of runOnQueue(store, { queue: own.url, verify: 0.5, onNote }));
    done.abort();
    await worker;
    store.close();
    expect(tallies).toMatchObject([{ blocks: 60, differing: 0 }]);
    // farther from 30 than 28 once in 10¹¹ runs (Hoeffding's inequality): nobody may foresee which, so that there is no seed
    expect(Math.abs((tallies[0]?.verified ?? 0) - 30)).toBeLessThanOrEqual(28);
  });

  it.each([0, 1.5, Number.NaN])("must be a share, not %d", async (verify) => {
    const own = await begin();
    const store = await Store.open(folder(), scenario);
    await expect(runOnQueue(store, { queue: own.url, verify }).next()).rejects.toThrow(
      "verify must be a share in (0, 1]",
    );
    store.close();
  });
});
