// In a process of its own: it starts processes.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type SelectOptions, select } from "../../dist/node.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { killAgainAndAgain } from "../support/selectKills.js";
import { contentsOf, dice, plainRows } from "./rows.js";

const folder = scratchFolder();

const ROWS = shortOrLong(12_000, 30_000);
const input = join(folder, "rows.jsonl");
const verifier = join(folder, "mine.js");
const whole = join(folder, "whole");

/** A module has small blocks, so that there are many moments to be killed at. Threads take longer to start than these rows. */
const settings = (out: string): SelectOptions => ({
  ...{ input, out, by: "topic", dedupe: true, baseline: true, workers: 1 },
  verifiers: [
    { kind: "module", file: verifier, weight: 0.5 },
    { kind: "score", field: "score" },
  ],
  keep: { share: 0.3 },
});
const FLAGS = ["--verifier", `${verifier}:0.5`, "--verifier", "score=score", "--keep", "30%", "--by", "topic"];

/** The files of an unbroken run. */
let want: Record<string, string>;

beforeAll(async () => {
  const rows = plainRows(ROWS, 5);
  writeFileSync(input, `${rows}{"broken"\n${rows.slice(0, 100_000).replace(/[^\n]*$/, "")}`);
  writeFileSync(
    verifier,
    `export default { fields: ["text"], score: (rows) => rows.map(({ id, text }) => (text.length * 31 + id) % 97) };\n`,
  );
  await select({ ...settings(whole), workers: 2 });
  want = contentsOf(whole);
});

describe("kill -9", () => {
  it("at moments by lot comes to the files of an unbroken run", async () => {
    const out = join(folder, "killed");
    const rejected = statSync(join(whole, "rejected.jsonl")).size;
    // a row has two scores, a hash and a slice in the journal: 29 bytes
    const sizes = { "select.journal": 29 * ROWS, "rejected.jsonl.part": rejected };
    const args = [input, ...FLAGS, "--dedupe", "--baseline"];
    const killed = await killAgainAndAgain({ args, out, count: shortOrLong(3, 12), seed: 77, sizes });
    expect(killed).toBeGreaterThan(shortOrLong(1, 6));
    expect(contentsOf(out)).toEqual(want);
  });
});

describe("a journal", () => {
  it("torn at any byte, or with a byte turned, is gone on with from its last whole block", async () => {
    const out = join(folder, "torn");
    const journal = join(out, "select.journal");
    const stopped = new AbortController();
    const rejected = await select({
      ...settings(out),
      signal: stopped.signal,
      onProgress: ({ stage }) => stage === "writing" && stopped.abort(new Error("enough")),
    }).catch((error: unknown) => error);
    expect(rejected).toMatchObject({ message: "enough" });
    const complete = readFileSync(journal);
    const roll = dice(9);
    const cuts = [0, 15, 16, complete.length - 1, ...Array.from({ length: 2 }, () => roll(complete.length))];
    cuts.push(...shortOrLong([], [3, 17, ...Array.from({ length: 6 }, () => roll(complete.length))]));
    for (const [i, cut] of cuts.entries()) {
      const again = join(folder, `torn-${i}`);
      mkdirSync(again);
      const copy = join(again, "select.journal");
      writeFileSync(copy, complete);
      if (i % 2 === 0) truncateSync(copy, cut);
      else writeFileSync(copy, complete.with(cut, complete[cut] ^ 0x40));
      const resumed: number[] = [];
      await select({ ...settings(again), onResume: ({ rows }) => resumed.push(rows) });
      expect(contentsOf(again)).toEqual(want);
      if (cut > complete.length / 2) expect(resumed[0]).toBeGreaterThan(ROWS / 6);
    }
  });
});

describe("a folder", () => {
  it("of the same selection is left as it is", async () => {
    const before = contentsOf(whole);
    const times = statSync(join(whole, "kept.jsonl")).mtimeMs;
    const earlier: unknown[] = [];
    const result = await select({ ...settings(whole), onResume: (state) => earlier.push(state) });
    expect(earlier).toEqual([{ finished: true, rows: result.counts.read }]);
    expect(result).toEqual(JSON.parse(readFileSync(join(whole, "summary.json"), "utf8")));
    expect(statSync(join(whole, "kept.jsonl")).mtimeMs).toBe(times);
    expect(contentsOf(whole)).toEqual(before);
  });

  it("of another selection is refused with the difference, finished or not", async () => {
    const other = { ...settings(whole), keep: { share: 0.4 }, seed: 1 };
    await expect(select(other)).rejects.toMatchObject({
      name: "FileError",
      message: `${whole} holds another selection: keep was 30%, now 40%; seed was 0, now 1. restart: true begins again, another folder keeps both`,
    });
    const out = join(folder, "half");
    const stopped = new AbortController();
    const half = { ...settings(out), signal: stopped.signal, onProgress: () => stopped.abort(new Error("enough")) };
    await expect(select(half)).rejects.toThrow("enough");
    await expect(select({ ...settings(out), threshold: 1 })).rejects.toThrow("threshold was not set, now 1");
    const copy = join(folder, "other.jsonl");
    copyFileSync(input, copy);
    utimesSync(copy, 1, 1);
    await expect(select({ ...settings(out), input: copy })).rejects.toThrow(
      "the input was another file, or has changed",
    );
    await select({ ...settings(out), threshold: 1, restart: true });
    expect(existsSync(join(out, "select.journal"))).toBe(false);
  });

  it("with files of somebody else's is not written over", async () => {
    const out = join(folder, "foreign");
    mkdirSync(out);
    writeFileSync(join(out, "kept.jsonl"), "mine");
    await expect(select(settings(out))).rejects.toThrow("kept.jsonl is there already; restart: true replaces it");
    expect(readFileSync(join(out, "kept.jsonl"), "utf8")).toBe("mine");
    writeFileSync(join(out, "summary.json"), "{}");
    await expect(select(settings(out))).rejects.toThrow("summary.json is not the summary of a selection");
  });

  it("is no place for what is read", async () => {
    const out = join(folder, "inside");
    await select(settings(out));
    const inside = { ...settings(out), input: join(out, "kept.jsonl"), restart: true };
    await expect(select(inside)).rejects.toThrow(`cannot write ${inside.input}: it is read`);
    expect(contentsOf(out)).toEqual(want);
  });

  it("loses the files that a selection made again has not", async () => {
    const out = join(folder, "again");
    await select(settings(out));
    expect(existsSync(join(out, "random.jsonl"))).toBe(true);
    const { files } = await select({ ...settings(out), baseline: false, compress: "gz", restart: true });
    expect(Object.keys(contentsOf(out)).sort()).toEqual([...Object.keys(files), "summary.json"].sort());
  });
});

describe("a file that changes meanwhile", () => {
  it("is no selection", async () => {
    const copy = join(folder, "changing.jsonl");
    copyFileSync(input, copy);
    const out = join(folder, "changing");
    const changed = select({
      ...settings(out),
      input: copy,
      onProgress: ({ stage, rows }) => {
        if (stage === "scoring" && rows < 2000) utimesSync(copy, 7, 7);
      },
    });
    await expect(changed).rejects.toThrow(`${copy} has changed meanwhile`);
    expect(Object.keys(contentsOf(out))).toEqual(["select.journal"]);
  });
});
