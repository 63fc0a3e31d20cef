import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { afterAll, expect } from "vitest";
import { uniforms } from "../oracle/random.js";
import { type Ending, ending, start } from "./pstar.js";
import type { RedisServer } from "./redis.js";

/** A process and its end, which is awaited from the start: else what it prints is lost. */
export interface Started {
  child: ChildProcessWithoutNullStreams;
  end: Promise<Ending>;
}

const started: Started[] = [];
// a test that fails leaves some behind; not after each test, as some run side by side
afterAll(async () => {
  for (const { child } of started) child.kill("SIGKILL");
  await Promise.all(started.splice(0).map(({ end }) => end));
});

export function begin(args: readonly string[], env?: Record<string, string>): Started {
  const child = start(args, { env });
  const one = { child, end: ending(child) };
  started.push(one);
  return one;
}

/** A worker of one thread; one that is killed is noticed after a second. */
export function beginWorker({ url }: RedisServer, ...args: string[]): Started {
  return begin(["worker", "--queue", url, "--workers", "1", "--lease", "1", ...args]);
}

/** Resolves when a process has written such a text to standard error. */
export async function told({ child }: Started, text: RegExp): Promise<void> {
  let seen = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (part) => {
      seen += part;
      if (text.test(seen)) resolve();
    });
    child.once("close", () => reject(new Error(`ended without ${text}: ${seen}`)));
  });
}

/**
 * Lets two workers compute until a run has ended, and kills one of them, or the server, at random moments; each is started
 * again at once.
 *
 * @param kills How many workers and servers are to be killed while the run lasts.
 * @param longest Milliseconds between two kills.
 * @returns How many were killed before the run came to its end.
 */
export async function killWhile(
  run: Started,
  redis: RedisServer,
  { workers, servers, seed, longest }: { workers: number; servers: number; seed: number; longest: number },
): Promise<{ workers: number; servers: number }> {
  const random = uniforms(seed);
  const killed = { workers: 0, servers: 0 };
  const running = [beginWorker(redis), beginWorker(redis)];
  let ended = false;
  void run.end.then(() => (ended = true));
  while (!ended && killed.workers + killed.servers < workers + servers) {
    await Promise.race([run.end, new Promise((resolve) => setTimeout(resolve, longest * random()))]);
    if (ended) break;
    const left = { workers: workers - killed.workers, servers: servers - killed.servers };
    if (random() * (left.workers + left.servers) < left.servers) {
      await redis.kill();
      await redis.start();
      killed.servers++;
      continue;
    }
    const one = random() < 0.5 ? 0 : 1;
    running[one].child.kill("SIGKILL");
    expect((await running[one].end).signal).toBe("SIGKILL");
    running[one] = beginWorker(redis);
    killed.workers++;
  }
  await run.end;
  for (const { child } of running) child.kill("SIGTERM");
  for (const { end } of running) expect((await end).stderr).not.toMatch(/Error/);
  return killed;
}

/**
 * Waits for a run that was disturbed. A block that lost three workers to chance is set aside like one that kills them: then
 * the run is gone on with, undisturbed.
 *
 * @param args Of the run.
 */
export async function finish(run: Pick<Started, "end">, redis: RedisServer, args: readonly string[]): Promise<void> {
  const { code, stderr } = await run.end;
  if (code === 0) return;
  expect(stderr).toMatch(/error: [\s\S]*its worker died, or was silent, 3 times/);
  // with a worker's usual patience: on a busy machine a silence of one second is no death
  const worker = begin(["worker", "--queue", redis.url, "--workers", "1"]);
  const again = await begin([...args, "--resume", "--quiet"]).end;
  worker.child.kill("SIGTERM");
  await worker.end;
  expect(again).toMatchObject({ code: 0, stderr: "" });
}
