// In a process of its own: it starts servers and workers.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { pstar as pstarAlone } from "../support/pstar.js";
import { begin, beginWorker, finish, told } from "../support/queueKills.js";
import { CERTIFICATE, RedisServer } from "../support/redis.js";
import { expectSame, filesOf, GRID } from "../support/runKills.js";
import { describeWith } from "../support/tools.js";
import { until } from "../support/until.js";

const root = scratchFolder();
const config = join(root, "grid.yaml");
let expected: Record<string, Buffer>;
let redis: RedisServer;

beforeAll(async () => {
  redis = await RedisServer.start(root, { durable: true });
  writeFileSync(config, GRID.replace("samples: 2500", "samples: 1000"));
  const whole = join(root, "whole");
  expect((await pstar(["run", config, "--out", whole, "--workers", "1", "--quiet"])).code).toBe(0);
  expected = filesOf(whole);
});

// workers that were killed stay in its list for a while
beforeEach(async () => {
  const client = redis.client();
  await client.flushall();
  client.disconnect();
});

/** The keys that a server holds. */
async function keys(): Promise<string[]> {
  const client = redis.client();
  const found = await client.keys("*");
  client.disconnect();
  return found;
}

async function status(): Promise<{ plans: Record<string, unknown>[]; workers: Record<string, unknown>[] }> {
  return JSON.parse((await pstar(["queue", "status", "--queue", redis.url, "--format", "json"])).stdout);
}

/** Error rates of the grid for which nothing is killed. */
const STEPS = shortOrLong(4, 30);
/** Blocks of each of its cells. */
const BLOCKS = shortOrLong(8, 2);
/** Cells of the whole grid. */
const CELLS = 90;

/** What ends a run amid its cells, and after how many rows. */
const SIGNALS = [
  ["SIGKILL", 3],
  ["SIGINT", 20],
] as const;

/** How many cells a folder holds. */
function stored(out: string): number {
  const journal = join(out, "journal.jsonl");
  return existsSync(journal) ? readFileSync(journal, "utf8").split("\n").length - 1 : 0;
}

describeWith("redis-server", "a queue", () => {
  it("gives with three workers the bytes of one thread, and keeps nothing", async () => {
    const [out, one, small] = ["three", "one", "small.yaml"].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(small, GRID.replace("steps: 30", `steps: ${STEPS}`));
    expect((await pstar(["run", small, "--out", one, "--workers", "1", "--quiet"])).code).toBe(0);
    const same = filesOf(one);
    // with their patience of 15 s: on a busy machine a silence of one second is no death, and a block would be computed twice
    const args = ["worker", "--queue", redis.url, "--workers", "1", "--exit-when-done", "3"];
    const workers = [1, 2, 3].map(() => pstar(args));
    const { code, stdout, stderr } = await pstar(["run", small, "--queue", redis.url, "--out", out, "--format", "csv"]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("wrote") });
    expect(stdout).toBe(same["results.csv"].toString("utf8"));
    expectSame(out, same);
    const ends = await Promise.all(workers);
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
    // cells of 24 trials, in blocks that give every worker its part: none was computed twice
    const blocks = ends.map(({ stderr }) => Number(/computed (\d+) blocks? of trials\n$/.exec(stderr)?.[1]));
    expect(blocks.reduce((a, b) => a + b)).toBe(3 * STEPS * BLOCKS);
    expect(await keys()).toEqual([]);
  });

  // a hundred are in test/long/queue.test.ts
  it("loses nothing to kill -9 of a worker and of the server", async () => {
    const out = join(root, "killed");
    const args = ["run", config, "--queue", redis.url, "--out", out];
    const run = { end: pstar([...args, "--quiet"]) };
    const killed = beginWorker(redis);
    await until(() => stored(out) > 5);
    killed.child.kill("SIGKILL");
    expect((await killed.end).signal).toBe("SIGKILL");
    const atWorker = stored(out);
    const worker = beginWorker(redis);
    await until(() => stored(out) > atWorker + 10);
    await redis.kill();
    expect(stored(out)).toBeLessThan(CELLS);
    await redis.start();
    await finish(run, redis, args);
    worker.child.kill("SIGTERM");
    expect((await worker.end).stderr).not.toMatch(/Error/);
    expectSame(out, expected);
  });

  it("goes on after kill -9 of the run, and after Ctrl-C", async () => {
    const out = join(root, "resumed");
    const args = ["run", config, "--queue", redis.url, "--out", out, "--format", "csv"];
    const stopped = begin(args);
    await told(stopped, /no worker takes these jobs: start some with pstar worker --queue redis:/);
    stopped.child.kill("SIGINT");
    const { code, stderr } = await stopped.end;
    expect(code).toBe(130);
    expect(stderr).toContain("the workers continue with what is queued; resume with: pstar run ");
    expect(stderr).toContain(`--queue ${redis.url} --resume`);

    const worker = beginWorker(redis);
    for (const [signal, rows] of shortOrLong(SIGNALS.slice(0, 1), SIGNALS)) {
      const run = begin([...args, "--resume"]);
      let seen = "";
      // the header, and cells that were not there before
      for await (const text of run.child.stdout) {
        seen += text;
        if (seen.split("\n").length > rows) break;
      }
      run.child.kill(signal);
      const ended = await run.end;
      expect(signal === "SIGKILL" ? ended.signal : ended.code).toBe(signal === "SIGKILL" ? signal : 130);
    }
    const resumed = await pstar([...args, "--resume"]);
    expect(resumed.stderr).toMatch(/^resuming .*\n.*wrote .*\n$/);
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toBe(expected["results.csv"].toString("utf8"));
    expectSame(out, expected);
    worker.child.kill("SIGTERM");
    expect((await worker.end).code).toBe(143);
  });
});

/** The second cell needs 17 GB for the scores that it ranks, and the core has 4. */
const TOO_LARGE = `
data: {dim: 5}
trials: 2
verifier: {kind: top}
sweep: {samples: [100, 2147483647, 200]}
`;

describeWith("redis-server", "a cell that fails", () => {
  it("is tried three times and set aside; the others are stored", async () => {
    const file = join(root, "large.yaml");
    const out = join(root, "large");
    writeFileSync(file, TOO_LARGE);
    const worker = beginWorker(redis);
    const args = ["run", file, "--queue", redis.url, "--out", out, "--format", "csv"];
    const { code, stderr, stdout } = await pstar(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error: 1 of 3 cells failed and were set aside; the others are stored\n {2}cell 1 \(id [0-9a-f]{16}, samples = 2147483647\): MemoryLimitError: /,
    );
    expect(stderr).toContain("stopped: 2 of 3 cells finished");
    expect(stdout.split("\n").map((row) => row.split(",")[0])).toEqual(["index", "0", "2", ""]);
    expect(readFileSync(join(out, "journal.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(2);

    const { plans, workers } = await status();
    expect(plans).toMatchObject([
      {
        coordinator: null,
        cells: { total: 3, stored: 2, failed: 1 },
        blocks: { waiting: 0, active: 0, delayed: 0, failed: 2, computed: 0 },
        failed: [{ index: 1, error: expect.stringMatching(/^MemoryLimitError: /) }],
      },
    ]);
    expect(workers).toMatchObject([{ pid: worker.child.pid, threads: 1, busy: 0, fits: true, refused: [] }]);
    const text = (await pstar(["queue", "status", "--queue", redis.url], { env: { COLUMNS: "60" } })).stdout;
    expect(text).toMatch(/cells {2,}2 of 3 stored, 1 failed\n/);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);

    const retried = await pstar(["queue", "retry", "--queue", redis.url]);
    expect(retried.stderr).toBe("2 blocks will be retried\n");
    worker.child.kill("SIGINT");
    expect((await worker.end).code).toBe(130);
    expect((await pstar(["queue", "clear", "--queue", redis.url])).code).toBe(2);
    expect((await pstar(["queue", "clear", "--all", "--queue", redis.url])).stderr).toBe("removed 1 plan\n");
    expect(await keys()).toEqual([]);
  });
});

describeWith("redis-server", "a worker", () => {
  it("refuses a plan of another version", async () => {
    const client = redis.client();
    const { schema, ...manifest } = JSON.parse(readFileSync(join(root, "whole/store.json"), "utf8"));
    const { fingerprint, cells, config: scenario } = manifest;
    const provenance = { version: "9.9.9", coreHash: "0".repeat(64) };
    await client.sadd("pstar:plans", fingerprint);
    const record = { schema: "pstar/queue@1", fingerprint, cells, config: scenario, provenance };
    await client.set(`pstar:plan:${fingerprint}`, JSON.stringify(record));
    for (const args of [
      ["--plan", fingerprint],
      ["--exit-when-done", "1"],
    ]) {
      const { code, stderr } = await pstar(["worker", "--queue", redis.url, "--workers", "1", ...args]);
      expect(stderr).toMatch(/error: plan [0-9a-f]{16} is of pstar 9\.9\.9 \(core 00000000\), this worker is pstar /);
      expect(code).toBe(1);
    }
    const { plans } = await status();
    expect(plans).toMatchObject([{ plan: fingerprint, version: "9.9.9", cells: { total: 90, stored: 0, failed: 0 } }]);
    client.disconnect();
  });
});

describeWith("redis-server", "a server with a password", () => {
  it("is entered by the environment alone, and no message repeats what is secret", async () => {
    const locked = await RedisServer.start(join(root, "locked"), { password: "s3cret-word" });
    const args = ["queue", "status", "--queue", locked.url];
    const without = await pstar(args);
    expect(without.code).toBe(1);
    expect(without.stderr).toMatch(/error: redis:\/\/127\.0\.0\.1:\d+ asks for a password: set PSTAR_REDIS_PASSWORD\n/);
    const wrong = await pstar(args, { env: { PSTAR_REDIS_PASSWORD: "not-s3cret" } });
    expect(wrong.stderr).toContain("does not take this password");
    expect(wrong.stderr).not.toContain("s3cret");
    const right = await pstar(args, { env: { PSTAR_REDIS_PASSWORD: "s3cret-word" } });
    expect(right.stdout).toContain("no plan is open");
    const inside = locked.url.replace("//", "//user:s3cret-word@");
    for (const command of [["queue", "status"], ["worker"], ["run", config, "--out", join(root, "none")]]) {
      const { code, stderr } = await pstar([...command, "--queue", inside]);
      expect(stderr).toContain("--queue must be an address without a user name and password: set PSTAR_REDIS_PASSWORD");
      expect(stderr).not.toContain("s3cret");
      expect(code).toBe(2);
    }
  });
});

describeWith("redis-server", "a server with TLS", () => {
  it("is trusted where its certificate is", async () => {
    const secure = await RedisServer.start(join(root, "tls"), { tls: true, password: "s3cret-word" });
    const args = ["queue", "status", "--queue", secure.url];
    const env = { PSTAR_REDIS_PASSWORD: "s3cret-word", PSTAR_REDIS_USERNAME: "default" };
    const trusted = await pstarAlone(args, { env: { ...env, NODE_EXTRA_CA_CERTS: CERTIFICATE } });
    expect(trusted.stderr).toBe("");
    expect(trusted.stdout).toContain(`${secure.url}: no plan is open`);
    const untrusted = await pstar(args, { env });
    expect(untrusted.stderr).toMatch(/error: rediss:.* is not trusted: .*NODE_EXTRA_CA_CERTS/);
    expect(untrusted.code).toBe(1);
  });
});

describeWith("redis-server", "--queue", () => {
  it.each([
    [[], "--queue collects the results in a folder"],
    [["--out", "x", "--shard", "1/2"], "choose one"],
    [["--out", "x", "--workers", "2"], "--workers is for pstar worker"],
  ])("refuses %j", async (args, text) => {
    const { code, stderr } = await pstar(["run", config, "--queue", redis.url, ...args]);
    expect(stderr).toContain(text);
    expect(code).toBe(2);
  });

  it("computes by theory without anybody", async () => {
    const theory = ["run", config, "--engine", "theory", "--format", "csv", "--quiet"];
    const { code, stdout } = await pstar([...theory, "--queue", redis.url, "--out", join(root, "theory")]);
    expect(code).toBe(0);
    expect(stdout).toBe((await pstar(theory)).stdout);
  });
});
