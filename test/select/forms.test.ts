import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import type { SelectOptions } from "../../src/select/options.js";
import { select } from "../../src/select/select.js";
import { scratchFolder } from "../support/folders.js";

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const COUNT = 600;
let runs = 0;

beforeAll(async () => {
  const db = await (await DuckDBInstance.create()).connect();
  await db.run(`create table t as select i as id, (i * 7919) % 1009 as score, 'g' || i % 7 as part, 'a "q",' || chr(10) || 'é' || i as text,
    9007199254740993 + i // 2 as big from range(${COUNT}) r(i)`);
  await db.run(`copy t to '${at("t.parquet")}' (format parquet, row_group_size 100)`);
  await db.run(`copy t to '${at("t.json")}' (format json, array true)`);
  await db.run(`copy t to '${at("t.jsonl")}' (format json)`);
  await db.run(`copy t to '${at("t.csv")}' (format csv, header, delimiter ';')`);
});

const score = { kind: "score", field: "score" } as const;

async function selected(input: string | string[], more: Partial<Omit<SelectOptions, "input">> = {}) {
  const out = at(`out-${runs++}`);
  const result = await select({ input, out, verifiers: [score], keep: { share: 0.25 }, workers: 1, ...more });
  const lines = (name: string) => readFileSync(join(out, name), "utf8").split("\n").slice(0, -1);
  return { out, result, lines, kept: lines("kept.jsonl").map((line) => JSON.parse(line)) };
}

describe("a selection from a file that DuckDB wrote", () => {
  it.each(["t.parquet", "t.json", "t.csv"])("keeps the rows of the same JSONL: %s", async (name) => {
    for (const more of [{ by: "part" }, { bestOf: "big", keep: undefined }, { blockSize: 1000, workers: 1 }]) {
      const want = await selected(at("t.jsonl"), more);
      const got = await selected(at(name), more);
      const ids = ({ kept }: { kept: { id: unknown }[] }) => kept.map(({ id }) => Number(id));
      expect(ids(got)).toEqual(ids(want));
      expect(got.result.counts.kept).toBe(want.result.counts.kept);
      expect(got.result.score).toEqual(want.result.score);
    }
  });

  it("keeps 64-bit ids exact, and the rows of a JSON list as they are but for line ends", async () => {
    const { lines } = await selected(at("t.parquet"), { keep: { rows: COUNT } });
    expect(lines("kept.jsonl")[1]).toBe(
      '{"id":1,"score":856,"part":"g1","text":"a \\"q\\",\\né1","big":9007199254740993}',
    );
    const list = at("spaced.json");
    writeFileSync(list, '[\n  {"score": 1.50,\r\n "id": 90071992547409931},\n {"score":2e0}]');
    expect((await selected(list, { keep: { rows: 2 } })).lines("kept.jsonl")).toEqual([
      '{"score": 1.50,   "id": 90071992547409931}',
      '{"score":2e0}',
    ]);
  });
});

describe("a selection from several files", () => {
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(at(name), content);
    return at(name);
  };

  it("is that of all their rows together, named by their file and its line", async () => {
    const first = write("first.jsonl", '\ufeff{"score":1}\n\n{"score":5}\n{"score":"x"}');
    const second = write("second.csv", 'score,text\n2,"two\nlines"\n3\n4,x\n');
    const third = write("third.jsonl.gz", gzipSync('{"score":9}\n{"score":0}\n'));
    for (const more of [{}, { blockSize: 16 }]) {
      const { result, lines } = await selected([first, second, third], { keep: { rows: 3 }, ...more });
      expect(result.counts).toMatchObject({ read: 8, kept: 3, malformed: 2, rejected: 3 });
      expect(lines("kept.jsonl")).toEqual(['{"score":5}', '{"score":"4","text":"x"}', '{"score":9}']);
      expect(lines("rejected.jsonl").map((line) => JSON.parse(line))).toEqual([
        { file: first, line: 1, reason: "share", score: 1, row: { score: 1 } },
        { file: second, line: 2, reason: "share", score: 2, row: { score: "2", text: "two\nlines" } },
        { file: third, line: 2, reason: "share", score: 0, row: { score: 0 } },
      ]);
      expect(result.malformed).toEqual([
        expect.objectContaining({ file: first, line: 4, text: '{"score":"x"}' }),
        expect.objectContaining({ file: second, line: 4, code: "csv-fields", text: "3" }),
      ]);
    }
    await expect(selected([first, second], { strict: true })).rejects.toThrow(`line 4 of ${first}`);
    await expect(selected([second, first], { strict: true })).rejects.toThrow(`line 4 of ${second}`);
  });

  it("resumes in the file and the place where it was interrupted", async () => {
    const files = ["a", "b", "c"].map((name) =>
      write(
        `${name}.csv`,
        `score,id\n${Array.from({ length: 300 }, (_, i) => `${(i * 37) % 101},${name}${i}\n`).join("")}`,
      ),
    );
    const want = await selected(files, { blockSize: 512, workers: 1 });
    for (const stopAt of [50, 299, 300, 301, 450, 880]) {
      const out = at(`out-${runs++}`);
      const stop = new AbortController();
      const options = { input: files, out, verifiers: [score], keep: { share: 0.25 }, blockSize: 512, workers: 1 };
      let resumed = 0;
      await expect(
        select({ ...options, signal: stop.signal, onProgress: ({ rows }) => rows >= stopAt && stop.abort() }),
      ).rejects.toThrow();
      await select({
        ...options,
        onResume: ({ rows }) => {
          resumed = rows;
        },
      });
      expect(resumed).toBeGreaterThanOrEqual(stopAt);
      for (const name of ["kept.jsonl", "rejected.jsonl"])
        expect(readFileSync(join(out, name), "utf8")).toBe(readFileSync(join(want.out, name), "utf8"));
    }
  });
});

it("half of a surrogate pair is not written to an export, which other tools could not read", async () => {
  const input = at("half.jsonl");
  writeFileSync(input, '{"score":1,"p":"a","c":"cut \\ud83d"}\n{"score":2,"p":"b","c":"fine \\ud83d\\ude00"}\n');
  const { lines } = await selected(input, {
    keep: { share: 1 },
    export: { form: "messages", prompt: "p", completion: "c" },
  });
  const texts = lines("kept.messages.jsonl").map((line) => JSON.parse(line).messages[1].content);
  expect(texts).toEqual(["cut \ufffd", "fine 😀"]);
  expect(lines("kept.messages.jsonl").join("")).not.toContain("\\ud");
});
