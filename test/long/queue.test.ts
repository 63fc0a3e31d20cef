import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/pstar.js";
import { begin, beginWorker, finish, killWhile, told } from "../support/queueKills.js";
import { RedisServer } from "../support/redis.js";
import { expectSame, filesOf, GRID } from "../support/runKills.js";
import { describeWith } from "../support/tools.js";

const root = scratchFolder();
let redis: RedisServer;

beforeAll(async () => {
  redis = await RedisServer.start(root, { durable: true });
});

describeWith("redis-server", "a queue", () => {
  it("loses nothing to 100 kill -9 of workers and 5 of the server", async () => {
    const config = join(root, "grid.yaml");
    writeFileSync(config, GRID.replace("steps: 30", "steps: 100"));
    const whole = join(root, "whole");
    expect((await pstar(["run", config, "--out", whole, "--quiet"])).code).toBe(0);
    const expected = filesOf(whole);
    const left = { workers: 100, servers: 5 };
    for (let seed = 1; left.workers + left.servers > 0; seed++) {
      const out = join(root, `killed${seed}`);
      const args = ["run", config, "--queue", redis.url, "--out", out];
      const run = begin([...args, "--quiet"]);
      const killed = await killWhile(run, redis, { ...left, seed, longest: 1000 });
      left.workers -= killed.workers;
      left.servers -= killed.servers;
      await finish(run, redis, args);
      expectSame(out, expected);
      rmSync(out, { recursive: true });
    }
  });

  it("sets a block aside that took three workers with it", async () => {
    const config = join(root, "endless.yaml");
    // its only block takes hours
    writeFileSync(config, "data: {dim: 2000}\nengine: direct\nsamples: 100000000\ntrials: 1\n");
    const run = begin(["run", config, "--queue", redis.url, "--out", join(root, "endless")]);
    for (let kills = 0; kills < 3; kills++) {
      const worker = beginWorker(redis);
      for (let active = 0; active === 0; ) {
        const { stdout } = await pstar(["queue", "status", "--queue", redis.url, "--format", "json"]);
        const { plans, workers } = JSON.parse(stdout);
        const busy = workers.some(
          ({ pid, busy }: { pid: number; busy: number }) => pid === worker.child.pid && busy > 0,
        );
        active = busy ? plans[0].blocks.active : 0;
      }
      worker.child.kill("SIGKILL");
      await worker.end;
    }
    const last = beginWorker(redis);
    await told(last, /failed/);
    const { code, stderr } = await run.end;
    expect(code).toBe(1);
    expect(stderr).toContain("its worker died, or was silent, 3 times while computing it: killed, or out of memory?");
    last.child.kill("SIGTERM");
    await last.end;
    expect((await pstar(["queue", "clear", "--all", "--queue", redis.url])).code).toBe(0);
  });

  it("gives a block back when a worker is stopped, which counts as no try", async () => {
    const config = join(root, "slow.yaml");
    writeFileSync(config, "data: {dim: 2000}\nengine: direct\nsamples: 100000000\ntrials: 1\n");
    const run = begin(["run", config, "--queue", redis.url, "--out", join(root, "slow")]);
    for (let stops = 0; stops < 4; stops++) {
      const worker = beginWorker(redis);
      for (let active = 0; active === 0; ) {
        const { stdout } = await pstar(["queue", "status", "--queue", redis.url, "--format", "json"]);
        active = JSON.parse(stdout).plans[0]?.blocks.active ?? 0;
      }
      const start = performance.now();
      worker.child.kill("SIGTERM");
      const { code, stderr } = await worker.end;
      expect(performance.now() - start).toBeLessThan(20_000);
      expect(code).toBe(143);
      expect(stderr).toContain("gave 1 block back\n");
    }
    const { stdout } = await pstar(["queue", "status", "--queue", redis.url, "--format", "json"]);
    expect(JSON.parse(stdout).plans[0].blocks).toMatchObject({ waiting: 1, active: 0, failed: 0 });
    run.child.kill("SIGINT");
    expect((await run.end).code).toBe(130);
  });
});
