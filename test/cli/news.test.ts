import { existsSync, mkdirSync, readdirSync, readFileSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { newswire } from "../../dist/news.js";
import { loadText } from "../../dist/text.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { ending, start } from "../support/pstar.js";

const folder = scratchFolder();
const place = (name: string) => join(folder, name);
const SMALL = [
  "--articles",
  "60",
  "--seeds",
  "1,2",
  "--verifiers",
  "oracle,random",
  "--fractions",
  "25,100",
  "--model",
  "extractive",
];
const text = (...path: string[]) => readFileSync(join(folder, ...path), "utf8");
const rowsOf = (...path: string[]) =>
  text(...path)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** Starts the experiment, or goes on with it, and sends a signal once an arm is kept. */
async function cutOff(out: string, arm: string, signal: NodeJS.Signals) {
  const parts = join(out, "parts");
  mkdirSync(parts, { recursive: true });
  const child = start(["news", ...SMALL, "--out", out, "--workers", "1"]);
  const log = join(parts, "tasks.log");
  const watcher = watch(parts, () => {
    // once: a second Ctrl-C exits without a word
    if (!child.killed && existsSync(log) && readFileSync(log, "utf8").includes(`{"key":"${arm}"`)) child.kill(signal);
  });
  const end = await ending(child);
  watcher.close();
  return end;
}

describe("pstar news", () => {
  it("prints a table, findings and summaries to read, and keeps everything in a folder", async () => {
    const out = place("whole");
    const { code, stdout, stderr } = await pstar(["news", ...SMALL, "--out", out, "--plot", place("chart.svg")]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/^wrote /) });
    for (const part of [
      "newswire: 60 articles, 32 to train on",
      "oracle-25",
      "Collapse: ",
      "Kept by oracle",
      "Rejected by",
    ]) {
      expect(stdout).toContain(part);
    }
    expect(rowsOf("whole", "oracle-25.jsonl")).toHaveLength(8);
    expect(rowsOf("whole", "generator.jsonl")).toHaveLength(4);
    const articles = new Map(newswire(await loadText(), { articles: 60 }).map((article) => [article.id, article]));
    for (const { id, prompt, completion } of rowsOf("whole", "original.jsonl")) {
      expect(prompt).toBe(`Article: ${articles.get(id)?.text}\n\nSummary in one or two sentences:`);
      expect(completion).toBe(` ${articles.get(id)?.summary}`);
    }
    const trained = new Set(rowsOf("whole", "original.jsonl").map(({ id }) => id));
    expect(rowsOf("whole", "test.jsonl").filter(({ id }) => trained.has(id))).toEqual([]);
    const manifest = JSON.parse(text("whole", "manifest.json"));
    expect(manifest.arms.map(({ name, rows }: { name: string; rows: number }) => [name, rows])).toEqual([
      ["original", 32],
      ["generator", 4],
      ["unselected", 32],
      ["oracle-25", 8],
      ["random-25", 8],
      ["test", 9],
    ]);
    expect(JSON.parse(text("whole", "result.json"))).toMatchObject({ schema: "pstar/news@1", complete: true });
    expect(text("chart.svg")).toContain("<svg ");
    expect(readdirSync(out)).toContain("news.png");
  });

  it("goes on after a kill and after Ctrl-C, and ends in the same bytes", async () => {
    const killed = await cutOff(place("broken"), "seed-1-original", "SIGKILL");
    expect(killed.signal).toBe("SIGKILL");
    const stopped = await cutOff(place("broken"), "seed-2-original", "SIGINT");
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain("of 10 arms finished");
    const { code } = await pstar(["news", ...SMALL, "--out", place("broken"), "--format", "json"]);
    expect(code).toBe(0);
    for (const file of ["result.json", "manifest.json", "oracle-25.jsonl"]) {
      expect(text("broken", file)).toBe(text("whole", file));
    }
  });

  it("reads packed rows of XL-Sum, each article once, and says what it passed over", async () => {
    const articles = newswire(await loadText(), { articles: 50, seed: 9 });
    const lines = [...articles, articles[3], { id: "x", text: 5 }].map((row) => JSON.stringify(row));
    writeFileSync(place("rows.jsonl.gz"), gzipSync(`${lines.join("\n")}\nno JSON\n`));
    const args = ["news", place("rows.jsonl.gz"), ...SMALL.slice(2)];
    const { code, stdout, stderr } = await pstar([...args, "--format", "csv"]);
    expect(code).toBe(0);
    expect(stderr).toContain("1 rows repeat an earlier article and are skipped");
    expect(stderr).toContain('2 rows are skipped; the first: no words in the field "text" (');
    const [head, ...rows] = stdout.trim().split("\n");
    expect(head).toBe("arm,kind,verifier,fraction,bestOf,rows,seed,rouge1,rouge2,rougeL,nll,words");
    expect(rows).toHaveLength(10);
    expect(rows[0]).toMatch(/^original,original,,1,1,24,1,0\.\d+,/);
  });

  it("fits a narrow terminal, and spells in ASCII where nothing else is shown", async () => {
    const { stdout } = await pstar(["news", ...SMALL], { env: { COLUMNS: "50", LC_ALL: "C" } });
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(50);
    expect(stdout.replace(/^(human|generated|article).*(\n(?!\n).*)*/gm, "")).not.toMatch(/[^\n -~]/);
  });

  it.each([
    [["--seeds", "6..1"], 2, "It must be a range such as 1..6"],
    [["--fractions", "0,50"], 2, "It must be a list of percentages"],
    [["--verifiers", "judge"], 2, "verifiers must be one of oracle, strong, ngram, self, random"],
    [["--threshold", "2"], 2, "threshold must be a number in [0, 1], got 2"],
    [["--articles", "10"], 3, "articles must be at least 40, got 10"],
    [["missing.jsonl"], 1, "cannot read missing.jsonl"],
    [["--out", "whole", "--articles", "61"], 3, "whole holds another experiment"],
  ])("refuses %j", async (args, expected, message) => {
    const { code, stdout, stderr } = await pstar(["news", ...args], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toContain(message);
  });
});
