import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { uniforms } from "../oracle/random.js";
import { pstar } from "./inProcess.js";
import { ending, start } from "./pstar.js";
import { until } from "./until.js";

/** Files whose bytes must not depend on how they came about. */
export const RESULTS = ["results.jsonl", "results.csv", "results.parquet", "config.yaml", "curve.png"];

/** Some seconds of real draws on a slow machine, in many cells. */
export const GRID = `
name: killed
engine: direct
data: {dim: 60}
samples: 2500
trials: 24
sweep:
  verifier.kind: [none, bernoulli, oracle]
  generator.errorRate: {from: 0, to: 0.9, steps: 30}
`;

/** The result files of a folder, by name. */
export function filesOf(folder: string): Record<string, Buffer> {
  return Object.fromEntries(RESULTS.map((name) => [name, readFileSync(join(folder, name))]));
}

/** Fails where a file differs, by its name: the bytes themselves would fill the screen. */
export function expectSame(folder: string, expected: Record<string, Buffer>): void {
  const found = filesOf(folder);
  expect(RESULTS.filter((name) => !found[name].equals(expected[name]))).toEqual([]);
}

/**
 * Runs the grid into a folder and kills the process with SIGKILL when its journal has grown by a random length, then goes on
 * with --resume, again and again until so many were killed; each run that comes to its end is compared and begun anew.
 *
 * @param growth By which share of the whole journal it grows at most until the process is killed.
 */
export async function killAndResume(
  config: string,
  folder: string,
  expected: Record<string, Buffer>,
  { kills, seed, growth }: { kills: number; seed: number; growth: number },
): Promise<{ killed: number; finished: number }> {
  const random = uniforms(seed);
  const journal = join(folder, "journal.jsonl");
  const size = () => statSync(journal, { throwIfNoEntry: false })?.size ?? 0;
  const whole = expected["results.jsonl"].length; // the journal has a checksum more in each line
  let killed = 0;
  let finished = 0;
  while (killed < kills) {
    const before = size();
    // from the last length on, the results are being written; a run that is killed there may then come to its end
    const goal = before < whole ? Math.min(whole, before + growth * whole * random()) : Number.POSITIVE_INFINITY;
    const child = start(["run", config, "--out", folder, "--resume", "--format", "csv", "--workers", "2"]);
    const end = ending(child);
    await until(() => child.exitCode !== null || size() > goal);
    child.kill("SIGKILL");
    const { code, signal, stderr } = await end;
    if (signal === "SIGKILL") {
      killed++;
      continue;
    }
    expect(stderr).toMatch(/^$|wrote|nothing is computed/);
    expect(code).toBe(0);
    expectSame(folder, expected);
    finished++;
    rmSync(folder, { recursive: true });
  }
  const { code, stdout } = await pstar(["run", config, "--out", folder, "--resume", "--format", "csv"]);
  expect(code).toBe(0);
  expect(stdout).toBe(expected["results.csv"].toString("utf8"));
  expectSame(folder, expected);
  return { killed, finished };
}
