import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { ending, pstar, start } from "./pstar.js";

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
 * Runs the grid into a folder and kills the process with SIGKILL at a random moment, then goes on with --resume, again and
 * again until so many were killed; each run that comes to its end is compared and begun anew.
 *
 * @param longest Milliseconds within which a process is killed.
 */
export async function killAndResume(
  config: string,
  folder: string,
  expected: Record<string, Buffer>,
  { kills, seed, longest }: { kills: number; seed: number; longest: number },
): Promise<{ killed: number; finished: number }> {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes
    return state / 2 ** 32;
  };
  let killed = 0;
  let finished = 0;
  while (killed < kills) {
    const child = start(["run", config, "--out", folder, "--resume", "--format", "csv", "--workers", "2"]);
    const end = ending(child);
    const timer = setTimeout(() => child.kill("SIGKILL"), longest * random());
    const { code, signal, stderr } = await end;
    clearTimeout(timer);
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
