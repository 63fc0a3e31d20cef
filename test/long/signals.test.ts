import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { ending, printed, start } from "../support/pstar.js";
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
 * Milliseconds of processor time after the signal, of all threads together, which leave the clock of a busy machine out of
 * account: 200 are the goal, and on a machine that is busy with other things the same work takes up to twice as many.
 */
const LIMIT = 400;
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
  const steps = 3000;
  writeFileSync(
    place("theory.yaml"),
    `engine: theory\nverifier: {kind: bernoulli}\nsweep:\n  generator.errorRate: {from: 0, to: 1, steps: ${steps}}\n  verifier.psi: [0.1, 0.2, 0.3, 0.4]\n`,
  );
  await printed(["run", place("theory.yaml"), "--out", place("whole"), "--quiet", "--format", "csv"]);
});

const rows = () => place("rows.jsonl");
const commands: [string, () => string[]][] = [
  ["run", () => ["run", place("endless.yaml"), "--workers", "1"]],
  ["run --out", () => ["run", place("endless.yaml"), "--workers", "1", "--out", place("out")]],
  ["audit", () => ["audit", rows(), "--correct", "correct", "--kept", "kept"]],
  ["check", () => ["check", rows(), "--correct", "correct", "--kept", "kept"]],
  ["label draw", () => ["label", "draw", rows(), "--labels", "100", "--out", place("out.csv")]],
  ["select", () => ["select", rows(), "--field", "score", "--keep", "50%", "--out", place("out")]],
  ["export", () => ["export", place("whole"), "--to", "parquet", "--out", place("out.parquet")]],
  ["lm train", () => ["lm", "train", rows(), "--field", "text", "--out", place("out.arpa")]],
  ["lm score", () => ["lm", "score", rows(), "--field", "text", "--lm", place("model.arpa")]],
  ["news", () => ["news", "--articles", "4000"]],
  ["eigen", () => ["eigen", "--preset", "paper"]],
  ["plot", () => ["plot", place("whole"), "--out", place("out.png")]],
];

describe.each(SIGNALS)("%s", (signal, exitCode) => {
  it.each(commands)("ends %s with little more processor time, and nothing is left", async (name, args) => {
    const before = readdirSync(folder).sort();
    const child = start(args());
    const end = ending(child);
    await until(() => !(used(child.pid) < UNDER_WAY) || child.exitCode !== null);
    const asked = used(child.pid);
    child.kill(signal);
    let last = asked;
    await until(() => {
      const now = used(child.pid);
      if (!Number.isNaN(now)) last = now;
      return child.exitCode !== null || child.signalCode !== null;
    });
    const { code, stderr } = await end;
    const threads = last - asked;
    console.log(`${name}\t${signal}\t${code}\t${threads} ms`);
    expect(code).toBe(exitCode);
    expect(stderr).not.toMatch(/\n {4}at |unexpected error/);
    expect(threads).toBeLessThanOrEqual(LIMIT);
    const left = readdirSync(folder).sort();
    expect(left.filter((name) => !before.includes(name) && name !== "out")).toEqual([]);
  });
});
