import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { ending, printed, start } from "../support/pstar.js";
import { RedisServer } from "../support/redis.js";
import { has } from "../support/tools.js";
import { until } from "../support/until.js";

// Every command that may take longer than a second, on an input that keeps it busy, and each of the three signals.

const folder = scratchFolder();
const place = (name: string) => join(folder, name);
const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;
/**
 * Milliseconds of processor time after the signal, of all threads together: what else the machine is busy with is left out of
 * account.
 */
const LIMIT = 200;
/** Milliseconds of processor time after which a command is at its work. */
const UNDER_WAY = 700;
/** Of each tick of /proc. */
const TICK = 10;

/** Milliseconds of processor time that a process and its threads have used; NaN when it is gone. */
function used(pid: number | undefined): number {
  try {
    const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ");
    const fields = rest.split(" ");
    return TICK * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return Number.NaN;
  }
}

beforeAll(async () => {
  const words = ["the", "cat", "sat", "on", "a", "mat", "dog", "bird", "house", "tree"];
  const lines: string[] = [];
  let state = 1;
  const next = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  for (let i = 0; i < 400_000; i++) {
    const text = Array.from({ length: 12 }, () => words[next(10)] + next(300)).join(" ");
    lines.push(
      JSON.stringify({ id: i, text, summary: text, correct: next(3) > 0, kept: next(2) > 0, score: next(1e6) / 1e6 }),
    );
  }
  writeFileSync(place("rows.jsonl"), `${lines.join("\n")}\n`);
  writeFileSync(place("few.jsonl"), `${lines.slice(0, 2000).join("\n")}\n`);
  await printed(["lm", "train", place("few.jsonl"), "--field", "text", "--out", place("model.arpa")]);
  writeFileSync(place("endless.yaml"), "data: {dim: 20}\ntrials: 100000\nsweep: {samples: [1000000, 1000001]}\n");
  // of two numbers, each of many values: a heat map is drawn
  writeFileSync(
    place("theory.yaml"),
    "engine: theory\nverifier: {kind: bernoulli}\nsweep:\n  generator.errorRate: {from: 0, to: 1, steps: 5000}\n  verifier.psi: {from: 0.1, to: 0.4, steps: 16}\n",
  );
  const whole = start(["run", place("theory.yaml"), "--out", place("whole"), "--plot", place("whole.png"), "--quiet"]);
  const wholeEnd = ending(whole);
  await until(() => {
    const now = used(whole.pid);
    if (!Number.isNaN(now)) sweepTime = now;
    return whole.exitCode !== null;
  });
  expect((await wholeEnd).code).toBe(0);
  for (const shard of [1, 2])
    await printed(["run", place("theory.yaml"), "--shard", `${shard}/2`, "--out", place(`part${shard}`), "--quiet"]);
  const all = { steps: 100_000, verifiers: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8] };
  writeFileSync(
    place("large.yaml"),
    `engine: theory\nverifier: {kind: bernoulli}\nsweep:\n  generator.errorRate: {from: 0, to: 1, steps: ${all.steps}}\n  verifier.psi: ${JSON.stringify(all.verifiers)}\n`,
  );
  // a grid of a million cells each of which an engine has to be found for, and one of formulas
  writeFileSync(
    place("wide.yaml"),
    "engine: theory\nverifier: {kind: bernoulli}\nsweep:\n  samples: {from: 100, to: 100099, steps: 1000}\n  learner.lambda: {from: 0.01, to: 10, steps: 1000}\n",
  );
  writeFileSync(
    place("formulas.yaml"),
    "engine: theory\nverifier: {kind: bernoulli}\nsweep:\n  samples: {from: 100, to: 1000099, steps: 1000000}\n  learner.lambda: [1/rows]\n",
  );
  writeFileSync(
    place("sgd.yaml"),
    "data: {dim: 400}\nengine: direct\nlearner: {kind: sgd}\nverifier: {kind: bernoulli}\nsamples: 200000\n",
  );
  const article = (i: number) =>
    `a${i},${Array.from({ length: 300 }, () => words[next(10)]).join(" ")},"${words[next(10)]}. ${words[next(10)]}"`;
  writeFileSync(
    place("articles.csv"),
    `id,text,summary\n${Array.from({ length: 60_000 }, (_, i) => article(i)).join("\n")}\n`,
  );
  const long = () => Array.from({ length: 30_000 }, () => words[next(10)] + next(300)).join(" ");
  writeFileSync(
    place("long.jsonl"),
    Array.from({ length: 40 }, (_, id) => `${JSON.stringify({ id, text: "a", summary: long() })}\n`).join(""),
  );
  const server = createServer((socket) => {
    silent.asked = true;
    socket.on("error", () => {});
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  silent.url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (!has("redis-server")) return;
  redis = await RedisServer.start(place("redis"));
  busy = await RedisServer.start(place("busy"));
  coordinator = start(["run", place("endless.yaml"), "--queue", busy.url, "--out", place("queued")]);
  const client = busy.client();
  await until(async () => (await client.scard("pstar:plans")) === 1);
  client.disconnect();
});

const rows = () => place("rows.jsonl");
/** Milliseconds of processor time that the sweep of theory.yaml takes with its files and its figure. */
let sweepTime = 0;

interface Case {
  name: string;
  args(): string[];
  /** Milliseconds of processor time after which the signal is sent, if not {@link UNDER_WAY}. */
  underWay?: number;
  /** In place of it a share of {@link sweepTime}. */
  share?: number;
  /** Its results are then completed by --resume, and are those of the run without a signal. */
  isResumed?: boolean;
  /** Whether it is at its work, of a command that waits rather than computes, by what it has printed. */
  isBusy?(pid: number | undefined, text: string): boolean;
  /** What it ends with, if not by the signal; what it prints when it has answered, if it then goes on for a while. */
  code?: number;
  answers?: RegExp;
  /** The file in which it keeps what is finished. */
  keeps?: string;
}

/** With a plan whose blocks take hours. */
const ofQueues: Case[] = [
  {
    name: "run --queue [redis-server]",
    args: () => ["run", place("endless.yaml"), "--queue", redis.url, "--out", place("out")],
    isBusy: (_, text) => text.includes("no worker"),
  },
  // what it computes it may finish, for ten seconds
  { name: "worker [redis-server]", args: () => ["worker", "--queue", busy.url, "--workers", "1"], answers: /stopping/ },
];

/** A server that takes a connection and never says a word. */
const silent = { url: "", asked: false };
let redis: RedisServer;
let busy: RedisServer;
let coordinator: ReturnType<typeof start> | undefined;
afterAll(() => void coordinator?.kill("SIGKILL"));

/** More cells than curves could show. */
const MAP = ["--x", "generator.errorRate", "--series", "verifier.psi", "--heatmap"];

const cases: Case[] = [
  { name: "run", args: () => ["run", place("endless.yaml"), "--workers", "1"] },
  // at work: threads that load are waited for, 75 ms of processor time each, as a pool that is stopped before does not end
  { name: "run, two threads", args: () => ["run", place("endless.yaml"), "--workers", "2"], underWay: 1500 },
  { name: "run --out", args: () => ["run", place("endless.yaml"), "--workers", "1", "--out", place("out")] },
  // while it loads, plans, computes and prints
  ...[100, 250, 350, 450, 550, UNDER_WAY, 1500, 3000].map((underWay) => ({
    name: `run of a sweep by theory, ${underWay} ms`,
    args: () => ["run", place("large.yaml")],
    underWay,
  })),
  ...[400, 800, 1600].flatMap((underWay) =>
    ["wide", "formulas"].map((grid) => ({
      name: `run of a grid (${grid}) of a million cells, ${underWay} ms`,
      args: () => ["run", place(`${grid}.yaml`), "--format", "csv"],
      underWay,
    })),
  ),
  // what is finished is printed, which a second signal ends: test/cli/interrupt.test.ts
  ...[UNDER_WAY, 3000].map((underWay) => ({
    name: `run of a sweep by theory --format json, ${underWay} ms`,
    args: () => ["run", place("large.yaml"), "--format", "json"],
    underWay,
    answers: /stopping/,
  })),
  // while it computes, while it writes, and while it draws
  ...[0.2, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9].map((share) => ({
    name: `--out --plot, at ${share} of a sweep`,
    args: () => ["run", place("theory.yaml"), "--out", place("out"), "--plot", place("out.png")],
    share,
    isResumed: true,
  })),
  {
    name: "run --trials-out",
    args: () => ["run", place("endless.yaml"), "--workers", "1", "--trials-out", place("trials.csv")],
    keeps: "trials.csv",
  },
  { name: "breakdown", args: () => ["breakdown", place("sgd.yaml")] },
  { name: "augment", args: () => ["augment", "--estimate", "both", "--trials", "1000"] },
  { name: "weights", args: () => ["weights", "--trials", "10000"] },
  { name: "regression", args: () => ["regression", "--trials", "10000", "--rounds", "50"] },
  {
    name: "rewards",
    args: () => ["rewards", "--phi", "0.8", "--psi", "0.3", "--p", "0.6", "--trials", "10000"],
  },
  { name: "audit", args: () => ["audit", rows(), "--correct", "correct", "--kept", "kept"] },
  { name: "check", args: () => ["check", rows(), "--correct", "correct", "--kept", "kept"] },
  { name: "label draw", args: () => ["label", "draw", rows(), "--labels", "100", "--out", place("out.csv")] },
  { name: "select", args: () => ["select", rows(), "--field", "score", "--keep", "50%", "--out", place("out")] },
  { name: "export", args: () => ["export", place("whole"), "--to", "parquet", "--out", place("out.parquet")] },
  { name: "lm train", args: () => ["lm", "train", rows(), "--field", "text", "--out", place("out.arpa")] },
  { name: "lm score", args: () => ["lm", "score", rows(), "--field", "text", "--lm", place("model.arpa")] },
  { name: "news", args: () => ["news", "--articles", "4000"] },
  { name: "news of many rows", args: () => ["news", rows()] },
  { name: "news evaluate", args: () => ["news", "evaluate", rows(), rows(), "--references", rows()] },
  {
    name: "news evaluate of long texts",
    args: () => ["news", "evaluate", place("long.jsonl"), "--references", place("long.jsonl")],
  },
  {
    name: "news convert",
    args: () => ["news", "convert", "csv", place("articles.csv"), "--out", place("out.jsonl")],
  },
  { name: "eigen", args: () => ["eigen", "--preset", "paper"] },
  { name: "paper", args: () => ["paper", "all"] },
  { name: "plot", args: () => ["plot", place("whole"), ...MAP, "--out", place("out.png")] },
  { name: "merge", args: () => ["merge", place("part1"), place("part2"), "--out", place("out")] },
  { name: "explore", args: () => ["explore"], isBusy: (_, text) => text.includes("http:"), code: 0 },
  {
    name: "queue status of a server that says nothing",
    args: () => ["queue", "status", "--queue", silent.url],
    isBusy: () => silent.asked,
  },
  ...(has("redis-server") ? ofQueues : []),
];

describe.each(SIGNALS)("%s", (signal, exitCode) => {
  it.each(cases)("ends $name with little more processor time, and nothing is left", async (one) => {
    const { name, args, share } = one;
    const before = readdirSync(folder).sort();
    const atWork = async (underWay: number) => {
      const { isBusy = (pid) => !(used(pid) < underWay) } = one;
      rmSync(place("out"), { recursive: true, force: true });
      rmSync(place("out.png"), { force: true });
      const child = start(args());
      const state = { child, end: ending(child), text: "" };
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (state.text += part));
      await until(() => isBusy(child.pid, state.text) || child.exitCode !== null);
      return state;
    };
    let underWay = share === undefined ? (one.underWay ?? UNDER_WAY) : share * sweepTime;
    let state = await atWork(underWay);
    // it was quicker than when its time was taken
    for (; share !== undefined && state.child.exitCode !== null; underWay *= 0.95) state = await atWork(underWay);
    const { child, end } = state;
    expect(child.exitCode, `ended before ${underWay} ms: ${state.text}`).toBeNull();
    let answered = Number.NaN;
    const asked = used(child.pid);
    child.kill(signal);
    let last = asked;
    await until(() => {
      const now = used(child.pid);
      if (!Number.isNaN(now)) last = now;
      if (one.answers?.test(state.text) && Number.isNaN(answered)) answered = now;
      return child.exitCode !== null || child.signalCode !== null;
    });
    const { code, signal: by, stderr } = await end;
    const threads = (Number.isNaN(answered) ? last : answered) - asked;
    console.log(`${name}\t${signal}\t${code}\t${threads} ms`);
    // a command that leaves signals to the system is ended by it: a shell sees the same exit code
    expect(by === signal ? exitCode : code).toBe(one.code ?? exitCode);
    if (one.answers !== undefined) expect(answered).not.toBeNaN();
    expect(stderr).not.toMatch(/\n {4}at |unexpected error/);
    expect(threads).toBeLessThanOrEqual(LIMIT);
    const left = readdirSync(folder).sort();
    expect(left.filter((name) => !before.includes(name) && name !== "out" && name !== one.keeps)).toEqual([]);
    if (!one.isResumed) return;
    await printed(["run", place("theory.yaml"), "--out", place("out"), "--resume", "--quiet"]);
    for (const file of readdirSync(place("whole")))
      expect(readFileSync(join(place("out"), file)).equals(readFileSync(join(place("whole"), file))), file).toBe(true);
  });
});
