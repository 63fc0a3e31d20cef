import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { ending, start } from "../support/pstar.js";

const folder = scratchFolder();

/** The first cell takes no time, the second hours. */
const ENDLESS = `
data: {dim: 20}
trials: 100000
sweep:
  samples: [10, 1000000]
`;

/** Starts an endless run and waits for its first cell on standard output. */
async function underWay(args: readonly string[]) {
  const child = start(["run", "-", "--format", "csv", ...args]);
  const end = ending(child);
  child.stdin.end(ENDLESS);
  let seen = "";
  while (seen.split("\n").length < 3) seen += (await once(child.stdout, "data"))[0];
  return { child, end };
}

describe("Ctrl-C", () => {
  it("stops at once with the finished cells and exit code 130", async () => {
    const out = join(folder, "stopped");
    const { child, end } = await underWay(["--out", out, "--plot", join(folder, "part.png")]);
    const start = performance.now();
    child.kill("SIGINT");
    const { code, stdout, stderr } = await end;
    // A trial of the second cell takes long; ending the workers does not. Ten seconds are for a busy machine.
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(code).toBe(130);
    expect(stderr).toContain("interrupted: 1 of 2 cells finished");
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(stderr).toContain(`go on: pstar run ${out}/config.yaml --out ${out} --resume`);
    expect(readdirSync(out).sort()).toEqual(["config.yaml", "journal.jsonl", "store.json"]);
    expect(readFileSync(join(out, "journal.jsonl"), "utf8")).toMatch(/^[0-9a-f]{8} \{"index":0,.*\}\n$/);
    expect(readdirSync(folder)).toEqual(["stopped"]);
  });

  it("twice is no different", async () => {
    const { child, end } = await underWay([]);
    child.kill("SIGINT");
    child.kill("SIGINT");
    expect((await end).code).toBe(130);
  });

  it("is answered by the table and by JSON, which say that they are parts", async () => {
    for (const [format, mark] of [
      ["table", /Stopped: [01] of 2 cells\./],
      ["json", /"complete": false,\n {2}"cellsPlanned": 2/],
    ] as const) {
      const child = start(["run", "-", "--format", format, "--out", join(folder, format)]);
      const end = ending(child);
      child.stdin.end(ENDLESS);
      // The folder is made just before the computing begins.
      while (!readdirSync(folder).includes(format)) await new Promise((resolve) => setTimeout(resolve, 20));
      await new Promise((resolve) => setTimeout(resolve, 300));
      child.kill("SIGINT");
      const { code, stdout } = await end;
      expect(code).toBe(130);
      expect(stdout).toMatch(mark);
    }
  });

  it("has the code of its signal when it is SIGTERM", async () => {
    const { child, end } = await underWay([]);
    child.kill("SIGTERM");
    expect((await end).code).toBe(143);
  });
});

describe("a reader that goes away", () => {
  it.each(["table", "csv", "json"])("is no error with %s", async (format) => {
    const child = start(["run", "phase-transition", "--set", "samples=100", "--trials", "2", "--format", format]);
    child.stdout.destroy();
    const { code, stderr } = await ending(child);
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });
});
