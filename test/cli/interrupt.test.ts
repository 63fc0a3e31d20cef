// In a process of its own: it starts processes.
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode, exitCodeOf, failureText } from "../../src/cli/failure.js";
import { handleSignals, Interrupt, SIGNALS, unexpectedText, withSystemSignals } from "../../src/cli/interrupt.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { ending, start } from "../support/pstar.js";
import { until } from "../support/until.js";

const folder = scratchFolder();

/** The first cell takes no time, the second hours. */
const ENDLESS = `
engine: direct
data: {dim: 20}
trials: 10000
sweep:
  samples: [10, 1000000]
`;

/** Starts an endless run and waits for its first cell on standard output; `lasted` milliseconds. */
async function underWay(args: readonly string[]) {
  const begun = performance.now();
  const child = start(["run", "-", "--format", "csv", "--workers", "1", ...args]);
  const end = ending(child);
  child.stdin.end(ENDLESS);
  let seen = "";
  while (seen.split("\n").length < 3) seen += (await once(child.stdout, "data"))[0];
  return { child, end, lasted: performance.now() - begun };
}

describe("Ctrl-C", () => {
  it("stops at once with the finished cells and exit code 130", async () => {
    const out = join(folder, "stopped");
    const { child, end, lasted } = await underWay(["--out", out, "--plot", join(folder, "part.png")]);
    const asked = performance.now();
    child.kill("SIGINT");
    const { code, stdout, stderr } = await end;
    // The second cell takes hours. However busy the machine is, to end takes about as long as to begin.
    expect(performance.now() - asked).toBeLessThan(10 * lasted);
    expect(code).toBe(130);
    expect(stderr).toContain("interrupted: 1 of 2 cells finished");
    const [, , incomplete, ...more] = stdout.trimEnd().split("\n");
    expect(incomplete).toBe("# complete: false; 1 of 2 cells");
    expect(more).toEqual([]);
    expect(stderr).toContain(`resume with: pstar run ${out}/config.yaml --out ${out} --resume`);
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

  it("while JSON is printed cuts it, and says so: what is left cannot be taken for the whole", async () => {
    const many = "engine: theory\nverifier: {kind: bernoulli}\nsweep: {verifier.psi: {from: 0, to: 1, steps: 2000}}\n";
    const child = start(["run", "-", "--format", "json"]);
    const end = ending(child);
    child.stdin.end(many);
    await once(child.stdout, "data");
    child.stdout.pause(); // the pipe is full, and what does not fit waits in the command
    const answered = once(child.stderr, "data");
    child.kill("SIGINT");
    await answered;
    child.stdout.resume();
    const { code, stdout, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toContain("2,000 of 2,000 cells finished, and not all of them printed");
    expect(() => JSON.parse(stdout)).toThrow();
  });

  it.each([
    ["SIGTERM", 143, "table", /Stopped: 1 of 2 cells\./],
    ["SIGHUP", 129, "json", /"complete": false,\n {2}"cellsPlanned": 2/],
  ] as const)(
    "has the code of its signal when it is %s (%i), keeps what is finished, and says in %s that it is a part",
    async (signal, exitCode, format, mark) => {
      const out = join(folder, signal);
      const child = start(["run", "-", "--format", format, "--workers", "1", "--out", out]);
      const end = ending(child);
      child.stdin.end(ENDLESS);
      const journal = join(out, "journal.jsonl");
      await until(() => existsSync(journal) && statSync(journal).size > 0);
      child.kill(signal);
      const { code, stdout, stderr } = await end;
      expect(code).toBe(exitCode);
      expect(stdout).toMatch(mark);
      expect(stderr).toContain("interrupted: 1 of 2 cells finished");
      expect(statSync(journal).size).toBeGreaterThan(0);
    },
  );
});

describe("what answers signals", () => {
  it("is taken away for work that would not let it run, and put back after it, also if the work fails", async () => {
    const names = Object.keys(SIGNALS);
    const counts = () => names.map((name) => process.listenerCount(name));
    const before = counts();
    const more = before.map((count) => count + 1);
    const own = new Map(names.map((name) => [name, process.rawListeners(name)]));
    handleSignals();
    try {
      expect(counts()).toEqual(more);
      expect(await withSystemSignals(async () => counts())).toEqual(before);
      expect(counts()).toEqual(more);
      await expect(withSystemSignals(() => Promise.reject(new Error("no rows")))).rejects.toThrow("no rows");
      expect(counts()).toEqual(more);
      const interrupt = new Interrupt();
      process.emit("SIGTERM");
      expect([interrupt.exitCode, interrupt.signal.aborted]).toEqual([143, true]);
      interrupt.dispose();
    } finally {
      for (const name of names)
        for (const listener of process.rawListeners(name))
          if (!own.get(name)?.includes(listener)) process.off(name, listener as () => void);
    }
    expect(counts()).toEqual(before);
  });
});

describe("an error that pstar did not expect", () => {
  it("is one line that asks for a report, and shows its stack only on request", () => {
    const error = new TypeError("x is\nnot a function");
    expect(unexpectedText(error, {})).toBe(
      "pstar: unexpected error: TypeError: x is not a function. Please report it, with the command and what it says with PSTAR_DEBUG=1.",
    );
    expect(unexpectedText(error, { PSTAR_DEBUG: "1" })).toContain("interrupt.test.ts");
    expect(failureText(error)).toBe(unexpectedText(error));
    expect(exitCodeOf(error)).toBe(ExitCode.failed);
  });
});

describe("a reader that goes away", () => {
  // printed at the end, and as it is computed
  it.each(shortOrLong(["table", "csv"], ["table", "csv", "json"]))("is no error with %s", async (format) => {
    const quick = ["--set", "samples=100", "--trials", "2", "--workers", "1"];
    const child = start(["run", "phase-transition", ...quick, "--format", format]);
    child.stdout.destroy();
    const { code, stderr } = await ending(child);
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });
});
