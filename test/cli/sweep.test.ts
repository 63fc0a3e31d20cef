import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { shardOf } from "../../src/cli/run/run.js";
import { trialsText } from "../../src/cli/terminal/progress.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { ending, start } from "../support/pstar.js";
import { expectSame, filesOf, GRID, killAndResume } from "../support/runKills.js";
import { until } from "../support/until.js";

const root = scratchFolder();
const config = join(root, "grid.yaml");
const whole = join(root, "whole");
let expected: Record<string, Buffer>;
/** Error rates of the grid, for each of three verifiers. */
const STEPS = shortOrLong(12, 30);
const CELLS = 3 * STEPS;

beforeAll(async () => {
  writeFileSync(config, GRID.replace("steps: 30", `steps: ${STEPS}`));
  const { code } = await pstar(["run", config, "--out", whole, "--workers", "1", "--quiet"]);
  expect(code).toBe(0);
  expected = filesOf(whole);
});

/** A hundred are in test/long/kill.test.ts. */
const KILLS = shortOrLong(1, 6);

describe("the files of a run have the same bytes", () => {
  it("from two workers", async () => {
    const out = join(root, "two");
    await pstar(["run", config, "--out", out, "--workers", "2", "--quiet"]);
    expectSame(out, expected);
  });

  it("from auto workers, in shards that are merged in any order", async () => {
    const parts = [3, 1, 4, 2].map((i) => [`${i}/4`, join(root, `part${i}`)]);
    for (const [shard, out] of parts) {
      const { code } = await pstar(["run", config, "--shard", shard, "--out", out, "--workers", "auto", "--quiet"]);
      expect(code).toBe(0);
      expect(readdirSync(out).sort()).toEqual(["config.yaml", "journal.jsonl", "store.json"]);
    }
    const merged = join(root, "merged");
    const { code, stderr } = await pstar(["merge", ...parts.map(([, out]) => out), "--out", merged]);
    expect(stderr).toContain(`merged ${CELLS} cells of 4 folders`);
    expect(code).toBe(0);
    expectSame(merged, expected);
    expect(readdirSync(merged).sort()).toEqual(readdirSync(whole).sort());
    const gap = await pstar(["merge", ...parts.slice(1).map(([, out]) => out), "--out", join(root, "gap")]);
    expect(gap.stderr).toContain(`error: ${Math.ceil(CELLS / 4)} of ${CELLS} cells are missing: cells `);
    expect(gap.stderr).toContain("no folder has shard 3/4");
    expect(gap.code).toBe(3);
    expect(existsSync(join(root, "gap"))).toBe(false);
  });

  it("after Ctrl-C and --resume, which is asked for", async () => {
    const out = join(root, "interrupted");
    const child = start(["run", config, "--out", out, "--format", "csv"]);
    const end = ending(child);
    await until(() => existsSync(join(out, "journal.jsonl")));
    let seen = "";
    while (seen.split("\n").length < 5) seen += (await once(child.stdout, "data"))[0];
    child.kill("SIGINT");
    const stopped = await end;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain(` of ${CELLS} cells finished; resume with: pstar run `);
    expect(stopped.stderr).toMatch(/interrupted: \d+ of \d+ cells finished; resume with: pstar run .*--resume\n$/);
    const refused = await pstar(["run", config, "--out", out]);
    expect(refused.stderr).toMatch(
      /error: .* contains an unfinished run of this scenario, \d+ of \d+ cells: add --resume to continue it/,
    );
    expect(refused.stderr).toContain(` of ${CELLS} cells: add`);
    expect(refused.code).toBe(2);
    const { code, stdout, stderr } = await pstar([
      "run",
      join(out, "config.yaml"),
      "--out",
      out,
      "--resume",
      "--format",
      "csv",
    ]);
    expect(stderr).toMatch(new RegExp(`resuming .*: \\d+ of ${CELLS} cells are there`));
    expect(code).toBe(0);
    expect(stdout).toBe(expected["results.csv"].toString("utf8"));
    expectSame(out, expected);
  });

  it("after kill -9 at random moments", async () => {
    const { killed } = await killAndResume(config, join(root, "killed"), expected, {
      kills: KILLS,
      seed: 1,
      growth: 0.8,
    });
    expect(killed).toBe(KILLS);
  });
});

describe("a finished folder", () => {
  it("is not computed again, and its results are printed", async () => {
    const { code, stdout, stderr } = await pstar(["run", config, "--out", whole, "--format", "csv"]);
    expect(code).toBe(0);
    expect(stdout).toBe(expected["results.csv"].toString("utf8"));
    expect(stderr).toBe(`${whole} already contains this run, all ${CELLS} cells: nothing is computed\n`);
    const json = await pstar(["run", config, "--out", whole, "--resume", "--format", "json", "--quiet"]);
    expect(JSON.parse(json.stdout).cells).toHaveLength(CELLS);
    expectSame(whole, expected);
  });

  it("refuses another run, and says in what it differs", async () => {
    const { code, stdout, stderr } = await pstar(["run", config, "--out", whole, "--seed", "2", "--resume"]);
    expect(stderr).toContain("holds the results of another run; choose another folder");
    expect(stderr).toContain("\n  seed: 1 there, 2 now\n");
    expect(code).toBe(3);
    expect(stdout).toBe("");
    expectSame(whole, expected);
  });
});

describe("a shard", () => {
  it("may be empty where there are more shards than cells", async () => {
    const scenario = join(root, "two.yaml");
    writeFileSync(scenario, "samples: 50\ndata: {dim: 2}\ntrials: 2\nsweep: {generator.errorRate: [0.1, 0.2]}\n");
    const parts = [1, 2, 3].map((i) => join(root, `few${i}`));
    for (const [i, out] of parts.entries()) {
      expect((await pstar(["run", scenario, "--shard", `${i + 1}/3`, "--out", out])).code).toBe(0);
    }
    const out = join(root, "few");
    expect((await pstar(["merge", ...parts, "--out", out])).code).toBe(0);
    expect(readFileSync(join(out, "results.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(2);
  });

  it.each([
    ["without a folder", ["--shard", "1/2"], "name it with --out"],
    [
      "out of range",
      ["--shard", "3/2", "--out", "x"],
      '--shard must be i/n with 1 ≤ i ≤ n, such as 2/7, or auto, got "3/2"',
    ],
    ["with a picture of the whole", ["--shard", "1/2", "--out", "x", "--plot", "x.png"], "merge first"],
    ["of no known cluster", ["--shard", "auto", "--out", "x"], "finds no index in the environment"],
    ["and --resume without a folder", ["--resume"], "name it with --out"],
    ["and workers that are none", ["--workers", "many"], "whole number"],
  ])("is refused %s: exit code 2", async (_, args, message) => {
    const { code, stderr } = await pstar(["run", config, ...args], { cwd: root });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it.each([
    ["2/7", { PSTAR_SHARD: "2/7", CI_NODE_INDEX: "1", CI_NODE_TOTAL: "3" }],
    ["1/4", { SLURM_ARRAY_TASK_ID: "0", SLURM_ARRAY_TASK_MIN: "0", SLURM_ARRAY_TASK_COUNT: "4" }],
    ["4/4", { SLURM_ARRAY_TASK_ID: "4", SLURM_ARRAY_TASK_MIN: "1", SLURM_ARRAY_TASK_COUNT: "4" }],
    [
      "3/3",
      { SLURM_ARRAY_TASK_ID: "15", SLURM_ARRAY_TASK_MIN: "5", SLURM_ARRAY_TASK_STEP: "5", SLURM_ARRAY_TASK_COUNT: "3" },
    ],
    ["1/8", { JOB_COMPLETION_INDEX: "0", PSTAR_SHARDS: "8" }],
    ["3/3", { AWS_BATCH_JOB_ARRAY_INDEX: "2", AWS_BATCH_JOB_ARRAY_SIZE: "3" }],
    ["3/3", { CI_NODE_INDEX: "3", CI_NODE_TOTAL: "3" }],
    ["1/2", { CIRCLE_NODE_INDEX: "0", CIRCLE_NODE_TOTAL: "2" }],
    ["5/5", { BUILDKITE_PARALLEL_JOB: "4", BUILDKITE_PARALLEL_JOB_COUNT: "5" }],
    ["2/2", { SYSTEM_JOBPOSITIONINPHASE: "2", SYSTEM_TOTALJOBSINPHASE: "2" }],
  ])("%s is read from the environment by auto", (text, env) => {
    const { shard } = shardOf("auto", env);
    expect(`${shard.index}/${shard.count}`).toBe(text);
  });

  it.each([
    [
      "a Kubernetes job that names no number",
      { JOB_COMPLETION_INDEX: "0" },
      "PSTAR_SHARDS, the number of shards, is not",
    ],
    [
      "a Slurm array with gaps",
      { SLURM_ARRAY_TASK_ID: "9", SLURM_ARRAY_TASK_MIN: "1", SLURM_ARRAY_TASK_COUNT: "3" },
      "must be consecutive",
    ],
    [
      "an index that is none",
      { CI_NODE_INDEX: "x", CI_NODE_TOTAL: "3" },
      'CI_NODE_INDEX must be a whole number, got "x"',
    ],
    ["its own variable", { PSTAR_SHARD: "9/3" }, 'PSTAR_SHARD must be i/n with 1 ≤ i ≤ n, such as 2/7, got "9/3"'],
  ])("auto refuses %s", (_, env, message) => {
    expect(() => shardOf("auto", env)).toThrow(message);
  });
});

describe("pstar merge", () => {
  it.each([
    ["the same folder twice", ["a", "./a", "--out", "m"], "is named twice", 2],
    ["itself as a source", ["a", "--out", "a"], "--out must be a folder of its own", 2],
    ["no folder of a run", ["a", "--out", "m"], "a is not the folder of a run", 3],
    ["no --out", ["a"], "required option '--out <folder>'", 2],
  ])("refuses %s", async (_, args, message, exitCode) => {
    mkdirSync(join(root, "a"), { recursive: true });
    const { code, stderr } = await pstar(["merge", ...args], { cwd: root });
    expect(stderr).toContain(message);
    expect(code).toBe(exitCode);
  });
});

describe("progress", () => {
  it("counts the trials of earlier runs as done, but not for the rate", () => {
    // 100 trials in 2 s here, 900 before; 400 to go at 50 a second
    expect(trialsText({ trialsDone: 100, trialsTotal: 500 }, 900, 2)).toEqual({
      done: "1,000/1,400",
      rate: "50/s",
      left: "8 s left",
    });
  });
});
