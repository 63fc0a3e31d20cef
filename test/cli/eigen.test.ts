import { existsSync, mkdirSync, readdirSync, readFileSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eigenGridSchema, eigenResultSchema } from "../../dist/eigen.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { ending, start } from "../support/pstar.js";

const folder = scratchFolder();
const place = (name: string) => join(folder, name);
const text = (...path: string[]) => readFileSync(join(folder, ...path), "utf8");
const SMALL = [
  ...["--rows", "150", "--pool", "500", "--steps", "100", "--beams", "12", "--tolerance", "30%"],
  ...["--seeds", "1,2", "--verifiers", "oracle,noisy:0.3,self,none"],
];
/** Some arms, whose trainings are just long enough to leave a checkpoint, after 1000 steps. */
const CUT = [
  ...["--rows", "150", "--pool", "200", "--steps", "1001", "--beams", shortOrLong("1", "12"), "--tolerance", "30%"],
  ...["--seeds", "1", "--verifiers", "oracle", "--format", "json"],
];
/** Without beams there is no arm that learns from them. */
const ARMS = shortOrLong(["generator", "clean", "oracle"], ["generator", "clean", "oracle", "oracle-beams"]);

/** Starts the experiment, or goes on with it, and sends a signal once something of a name is kept. */
async function cutOff(out: string, sign: string, signal: NodeJS.Signals, more: readonly string[] = []) {
  const parts = join(out, "parts");
  mkdirSync(parts, { recursive: true });
  const child = start(["eigen", ...CUT, "--out", out, "--workers", "1", ...more]);
  const isThere = () => {
    const log = join(parts, "arms.log");
    return (
      existsSync(join(parts, sign)) || (existsSync(log) && readFileSync(log, "latin1").includes(`{"key":"${sign}"`))
    );
  };
  const watcher = watch(parts, () => {
    // once: a second Ctrl-C exits without a word
    if (!child.killed && isThere()) child.kill(signal);
  });
  const end = await ending(child);
  watcher.close();
  return end;
}

describe("pstar eigen", () => {
  it("prints both tables beside the paper's, and keeps the result and a chart", async () => {
    const { code, stdout, stderr } = await pstar([
      "eigen",
      ...SMALL,
      "--out",
      place("whole"),
      "--plot",
      place("a.svg"),
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/^wrote /) });
    for (const part of [
      "Table 1: answers of the generator",
      "best of 10 beams, by an oracle",
      "Figure 4: models that learned from kept answers",
      "oracle-beams",
      "unverified-3.33x",
      "Scaled down: the paper has 5 × 5 matrices",
      "every model is trained for 100 steps of 32 examples",
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).toMatch(/^greedy +0\.\d{3} ± 0\.\d{3} +0\.202$/m);
    const result = eigenResultSchema.parse(JSON.parse(text("whole", "result.json")));
    expect(result).toMatchObject({ schema: "pstar/eigen@1", complete: true, seeds: [1, 2] });
    expect(text("a.svg")).toContain("<svg ");
    expect(readdirSync(place("whole")).sort()).toEqual(["eigen.png", "manifest.json", "parts", "result.json"]);
    // no checkpoint is left of what has ended
    expect(readdirSync(place("whole/parts"))).toEqual(["arms.log"]);
  });

  it("goes on after Ctrl-C and after a kill amid an arm, and ends in the same bytes", async () => {
    const whole = await pstar(["eigen", ...CUT, "--out", place("unbroken")]);
    expect(whole.code).toBe(0);
    const [kept, damagedArm, last] = ARMS.slice(-3);
    const stopped = await cutOff(place("broken"), `seed-1-${kept}`, "SIGINT");
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain(` of ${ARMS.length} arms finished; resume with: pstar eigen `);
    expect(stopped.stderr).toMatch(/interrupted: \d+ of \d arms finished; resume with: pstar eigen .*--resume/);
    // a checkpoint that is damaged is as if it were not there
    const damaged = '{"schema":"pstar/eigen-checkpoint@1","step":1000}';
    writeFileSync(place(`broken/parts/seed-1-${damagedArm}.checkpoint`), damaged);
    const killed = await cutOff(place("broken"), `seed-1-${last}.checkpoint`, "SIGKILL", ["--resume"]);
    expect(killed.signal).toBe("SIGKILL");
    const { code, stdout } = await pstar(["eigen", ...CUT, "--out", place("broken"), "--resume"]);
    expect(code).toBe(0);
    expect(stdout).toBe(whole.stdout);
    expect(text("broken", "result.json")).toBe(text("unbroken", "result.json"));
  });

  it("takes a finished folder as it is, in another form", async () => {
    const args = ["eigen", ...SMALL, "--out", place("whole"), "--resume", "--format", "csv"];
    const { stdout } = await pstar(args, { env: { COLUMNS: "50" } });
    const [head, ...rows] = stdout.trim().split("\n");
    expect(head).toBe("arm,verifier,seed,rows,labels,accuracy");
    expect(rows).toHaveLength(16);
    expect(rows[0]).toMatch(/^generator,,1,150,1,0\.\d+$/);
    const narrow = await pstar(args.slice(0, -2), { env: { COLUMNS: "50", LC_ALL: "C" } });
    expect(Math.max(...narrow.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(50);
    expect(narrow.stdout).not.toMatch(/[^\n -~]/);
  });

  it("runs a grid, keeps it, and goes on with more generators", async () => {
    const grid = (list: string, ...more: string[]) => [
      ...["eigen", "--grid", list, "--pool", "400", "--steps", "60", "--tolerance", "30%", "--seeds", "1,2"],
      ...["--verifiers", "oracle,noisy:.5,none", "--out", place("grid"), "--quiet", ...more],
    ];
    const { code, stdout } = await pstar(grid("150"), { env: { COLUMNS: "96" } });
    expect(code).toBe(0);
    for (const part of ["ψ=0.5", "predicted", "better – worse", "Of 3 cells, ", "400 rows, or as many as"])
      expect(stdout).toContain(part);
    const first = text("grid", "parts", "arms.log");
    const again = await pstar(grid("150,40", "--resume", "--format", "csv", "--plot", place("grid.svg")));
    expect(again.code).toBe(0);
    expect(again.stdout.trim().split("\n")).toHaveLength(7);
    expect(again.stdout).toMatch(/^generatorRows,psi,rows,.*\n150,0,/);
    expect(text("grid", "parts", "arms.log").startsWith(first)).toBe(true);
    expect(text("grid.svg")).toContain("<svg ");
    const result = eigenGridSchema.parse(JSON.parse(text("grid", "result.json")));
    expect(result.config.generatorRows).toEqual([150, 40]);
    const other = await pstar(["eigen", ...SMALL, "--out", place("grid"), "--resume"]);
    expect(other).toMatchObject({ code: 3, stderr: expect.stringContaining("holds another experiment") });
  });

  it.each([
    [["--size", "4"], 2, "It must be a whole number from 2 to 3"],
    [["--tolerance", "0%"], 2, "--tolerance must be a number in (0, 1], got 0"],
    [["--tolerance", "two"], 2, "--tolerance must be"],
    [["--verifiers", "judge"], 2, "--verifiers must be one of oracle, noisy:<psi>, self"],
    [["--verifiers", "oracle,,none"], 2, "It must be a list of names"],
    [["--beams", "0"], 2, "It must be a whole number from 1 to 400"],
    [["--seeds", "6..1"], 2, "It must be a range such as 1..6"],
    [["--encoding", "P10"], 2, "Allowed choices are base20, base20-edge, digits"],
    [["--preset", "quick"], 2, "Allowed choices are fast, paper, long"],
    [["--plot", "a.gif"], 2, "It must end in .png, .svg or .pdf"],
    [["--temperature", "0.001"], 2, "--temperature must be 0 or a number in [0.01, 100], got 0.001"],
    [["--temperature", "warm"], 2, "It must be a number such as 0.7"],
    [["--grid", "10,many"], 2, "It must be a list of whole numbers"],
    [["--grid", "0"], 2, "--grid must be an integer in [1, 10000000], got 0"],
    [["--grid", "9007199254740993"], 2, "--grid must be an integer in [1, 10000000], got 900719925474099"],
    [["--grid", "--rows", "10"], 2, "--rows has no part in a grid"],
    [["--grid", "--verifiers", "self"], 2, '--verifiers must be among oracle, noisy:<psi> and none, got "self"'],
    [["--resume"], 2, "name it with --out"],
    [["--out", "whole"], 3, "whole holds an experiment: continue it with: pstar eigen --out whole --resume"],
    [["--out", "whole", "--resume"], 3, "whole holds another experiment: tolerance was 0.3, now 0.02"],
  ])("refuses %j", async (args, expected, message) => {
    const { code, stdout, stderr } = await pstar(["eigen", ...args], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toContain(message);
  });
});
