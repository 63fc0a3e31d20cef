import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { exampleAnswers } from "../../src/audit/example.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { passOn } from "../support/passOn.js";
import { BIN, ending } from "../support/pstar.js";
import { describeWith } from "../support/tools.js";

const ROOT = join(import.meta.dirname, "../..");
const folder = scratchFolder();

function jsonl(name: string, rows: readonly object[]): string {
  const file = join(folder, name);
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return file;
}

const answers = jsonl("answers.jsonl", exampleAnswers());
const args = ["audit", answers, "--correct", "correct", "--kept", "kept", "--by", "task"];

describe("a verifier card", () => {
  it("holds what was judged, by which rule and how, with intervals, as JSON", async () => {
    const audit = JSON.parse((await pstar([...args, "--format", "json"])).stdout);
    const card = JSON.parse((await pstar([...args, "--format", "card-json", "--date", "2026-02-28"])).stdout);
    expect(card).toMatchObject({
      schema: "pstar/verifier-card@1",
      date: "2026-02-28",
      source: answers,
      rule: { kept: "kept" },
      label: { correct: "correct" },
      design: "simple",
      verdict: "below",
      classes: 2,
    });
    for (const name of ["errorRate", "phi", "psi", "breakdown", "keptPrecision", "keepRate", "counts", "youden"]) {
      expect(card[name]).toEqual(audit[name]);
    }
    expect(card.slices.map(({ slice, verdict }: Record<string, string>) => [slice, verdict])).toEqual(
      audit.slices.map(({ slice, verdict }: Record<string, string>) => [slice, verdict]),
    );
  });

  it("is Markdown that nothing in the file breaks, without a date that nobody gave", async () => {
    const { stdout } = await pstar([...args, "--format", "card"]);
    expect(stdout).toMatch(/^# Verifier card: /);
    expect(stdout).toContain("| Labels | n = 400, drawn at random from all rows |");
    expect(stdout).toMatch(/^\| J \| φ − ψ \| 0\.\d{3} \| 0\.\d{3} to 0\.\d{3} \|$/m);
    expect(stdout).toContain("| Date | not given |");
    const hostile = jsonl("hostile.jsonl", [
      ...Array.from({ length: 40 }, () => ({ "a|b": true, c: true, s: "<img>|x\n# y" })),
      ...Array.from({ length: 40 }, () => ({ "a|b": false, c: false, s: "z" })),
    ]);
    const said = await pstar(["audit", hostile, "--correct", "c", "--kept", "a|b", "--by", "s", "--format", "card"]);
    expect(said.stdout).not.toMatch(/<img>|^# y/m);
    const rule = said.stdout.split("\n").find((line) => line.startsWith("| Rule"));
    expect(rule).toBe("| Rule | kept if a\\|b |");
  });

  it("takes the rule of a score", async () => {
    const of = [answers, "--correct", "correct", "--score", "score", "--threshold", "0.5", "--format", "card-json"];
    const { rule } = JSON.parse((await pstar(["audit", ...of])).stdout);
    expect(rule).toEqual({ score: "score", threshold: 0.5, recommended: false });
  });

  it.each([
    [["--format", "card", "--date", "today"], "--date must be a day"],
    [["--format", "card", "--date", "2026-02-30"], "--date must be a day"],
    [["--format", "json", "--date", "2026-02-28"], "--date goes with --format card"],
  ])("refuses %j", async (more, reason) => {
    const { code, stdout, stderr } = await pstar([...args, ...more]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(reason);
  });
});

describeWith("bash", "the GitHub Action", () => {
  const action = parse(readFileSync(join(ROOT, "action.yml"), "utf8"));
  const [step] = action.runs.steps;

  let here: Awaited<ReturnType<typeof passOn>>;
  beforeAll(async () => {
    here = await passOn(folder);
  });
  afterAll(() => here.end());

  /** Runs its step as GitHub does, with these inputs; pstar itself in this process, or `alone` in processes of its own. */
  async function run(inputs: Record<string, string>, { alone = false } = {}) {
    const env: Record<string, string> = {};
    for (const [name, value] of Object.entries(step.env as Record<string, string>)) {
      const [, input = ""] = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(value) ?? [];
      expect(Object.keys(action.inputs)).toContain(input);
      env[name] = inputs[input] ?? action.inputs[input].default ?? "";
    }
    const [summary, output] = [join(folder, "summary.md"), join(folder, "output")];
    for (const file of [summary, output]) writeFileSync(file, "");
    // with a socket as standard input it would read the user's .bashrc
    const child = spawn("bash", ["--noprofile", "--norc", "-c", step.run], {
      stdio: ["ignore", "pipe", "pipe"],
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        ...env,
        ...here.env,
        GITHUB_ACTION_PATH: ROOT,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_OUTPUT: output,
        PSTAR_BIN: alone ? BIN : here.bin,
      },
    });
    const { code, stdout, stderr } = await ending(child);
    return {
      status: code,
      said: stdout + stderr,
      summary: readFileSync(summary, "utf8"),
      output: readFileSync(output, "utf8"),
    };
  }

  const rows = (right: number, wrong: number) => [
    ...Array.from({ length: right }, () => ({ correct: true, kept: true })),
    ...Array.from({ length: wrong }, () => ({ correct: false, kept: true })),
    ...Array.from({ length: 40 }, () => ({ correct: false, kept: false })),
  ];
  const fields = { correct: "correct", kept: "kept" };

  it("passes what is below, with the card in the summary", async () => {
    jsonl("good.jsonl", rows(60, 5));
    const { status, summary, output } = await run(
      { files: "good.jsonl\n", ...fields, date: "2026-02-28" },
      { alone: true },
    );
    expect(status).toBe(0);
    expect(output).toBe("verdict=below\n");
    expect(summary).toContain("# Verifier card: good.jsonl");
    expect(summary).toContain("| Date | 2026-02-28 |");
    expect(summary).toContain("**The gate is passed.**");
  });

  it("fails what is above or open, a slice that is above, and whatever the gate leaves out, below is asked", async () => {
    jsonl("bad.jsonl", rows(5, 60));
    const bad = await run({ files: "bad.jsonl", ...fields });
    expect([bad.status, bad.output]).toEqual([1, "verdict=above\n"]);
    expect(bad.summary).toContain("    gate: the verdict is above, not below");
    if (shortOrLong(false, true)) expect((await run({ files: "bad.jsonl", ...fields, gate: "slices" })).status).toBe(1);
    jsonl("open.jsonl", rows(22, 20));
    expect(await run({ files: "open.jsonl", ...fields, gate: "slices" })).toMatchObject({
      status: 1,
      output: "verdict=inconclusive\n",
    });
    if (shortOrLong(false, true)) expect((await run({ files: "answers.jsonl", ...fields })).status).toBe(0);
    expect((await run({ files: "answers.jsonl", ...fields, by: "task" })).status).toBe(1);
  });

  it("never passes without labels, files or meaning", async () => {
    jsonl("none.jsonl", [
      { correct: null, kept: true },
      { correct: null, kept: false },
    ]);
    const none = await run({ files: "none.jsonl", ...fields });
    expect([none.status, none.output]).toEqual([3, "verdict=\n"]);
    expect(none.summary).toContain("## Not judged");
    expect(none.summary).toContain("none of its 2 rows has a human label");
    jsonl("words.jsonl", [{ correct: "maybe", kept: true }]);
    // the action does the same with every exit code of the audit
    const others: [Record<string, string>, number][] = [
      [{ files: " \n", ...fields }, 2],
      [{ files: "words.jsonl", ...fields }, 3],
      [{ files: "missing.jsonl", ...fields }, 1],
      [{ files: "good.jsonl", kept: "kept" }, 2],
    ];
    for (const [inputs, code] of shortOrLong(others.slice(0, 1), others)) expect((await run(inputs)).status).toBe(code);
  });

  it("runs nothing that the workflow's inputs spell", async () => {
    const evil = '$(touch owned); `touch owned`; "; touch owned';
    const { status } = await run({ files: evil, ...fields, by: evil, date: evil, gate: evil });
    expect(status).not.toBe(0);
    expect(() => readFileSync(join(folder, "owned"))).toThrow("ENOENT");
  });
});
