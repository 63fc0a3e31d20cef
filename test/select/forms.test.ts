import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import type { SelectOptions } from "../../src/select/options.js";
import { select } from "../../src/select/select.js";
import { shortOrLong } from "../support/edition.js";
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
  const result = await select({
    input,
    out,
    verifiers: [score],
    keep: { share: 0.25 },
    to: "jsonl",
    workers: 1,
    ...more,
  });
  const lines = (name: string) => readFileSync(join(out, name), "utf8").split("\n").slice(0, -1);
  return { out, result, lines };
}

describe("a selection from a file that DuckDB wrote", () => {
  const selections = [{ by: "part" }, { bestOf: "big", keep: undefined }, { blockSize: 1000, workers: 1 }];
  const fromLines: Awaited<ReturnType<typeof selected>>[] = [];
  beforeAll(async () => {
    for (const more of selections) fromLines.push(await selected(at("t.jsonl"), more));
  });

  it.each(["t.parquet", "t.json", "t.csv"])("keeps the rows of the same JSONL: %s", async (name) => {
    for (const [i, more] of selections.entries()) {
      const want = fromLines[i];
      const got = await selected(at(name), more);
      const ids = ({ lines }: typeof want) => lines("kept.jsonl").map((line) => Number(JSON.parse(line).id));
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
    for (const stopAt of shortOrLong([50, 300, 880], [50, 299, 300, 301, 450, 880])) {
      const out = at(`out-${runs++}`);
      const stop = new AbortController();
      const options = {
        input: files,
        out,
        verifiers: [score],
        keep: { share: 0.25 },
        blockSize: 512,
        workers: 1,
        to: "jsonl" as const,
      };
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

describe("kept rows", () => {
  let connection: Awaited<ReturnType<DuckDBInstance["connect"]>>;
  beforeAll(async () => {
    connection = await (await DuckDBInstance.create()).connect();
  });
  const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
  const best = { keep: { rows: 100 }, to: undefined };

  it.each(shortOrLong(["snappy", "zstd", "gzip"], ["snappy", "zstd", "gzip", "brotli", "uncompressed"]))(
    "of Parquet have its schema, its values and its codec: %s",
    async (codec) => {
      await connection.run(`create or replace table p as select i as id, ((i * 7919) % 1009)::double as score, i::utinyint as tiny,
      (i * 4000000)::uinteger as wide, 18446744073709551615 - i as huge, (i * 1.05)::decimal(28, 2) as price, (i / 7)::decimal(9, 3) as small,
      timestamp '2024-01-02 03:04:05.123456' + interval (i) second as at, date '1969-12-31' + i::int as day, time '01:02:03.5' as clock,
      case when i % 3 = 0 then null else 'é😀' || i end as text, encode('ab' || i) as raw, uuid() as key, i % 2 = 0 as even,
      [i, null, i + 1] as list, [{'role': 'user', 'content': 'q' || i}] as messages, {'x': i, 'y': {'z': [i * 0.5]}} as nest,
      'h'::enum('h', 'w') as kind, i::float as f from range(200) r(i)`);
      const input = at(`types.${codec}.parquet`);
      await connection.run(`copy p to '${input}' (format parquet, codec '${codec}', row_group_size 64)`);
      const { out, result } = await selected(input, best);
      const kept = join(out, "kept.parquet");
      expect(result.files["kept.parquet"].rows).toBe(100);
      const ids = `select id from (select id from '${input}' order by score desc limit 100)`;
      expect(await query(`select * from '${kept}'`)).toEqual(
        await query(`select * from '${input}' where id in (${ids}) order by id`),
      );
      expect(await query(`describe select * from '${kept}'`)).toEqual(await query(`describe select * from '${input}'`));
      const schema = (file: string) =>
        query(`select name, type, repetition_type, converted_type, logical_type from parquet_schema('${file}')`);
      expect(await schema(kept)).toEqual(await schema(input));
      expect(await query(`select distinct compression from parquet_metadata('${kept}')`)).toEqual([
        [codec.toUpperCase()],
      ]);
    },
  );

  it("of CSV have its dialect and all its headings, even if none is kept", async () => {
    const input = at("dialect.csv");
    writeFileSync(input, 'id;score;text\n1;3;"a;b"\n2;1;"say ""hi"""\n3;2;"two\nlines"\n4;0;\n');
    const { out } = await selected(input, { keep: { rows: 3 }, to: undefined });
    expect(readFileSync(join(out, "kept.csv"), "utf8")).toBe(
      'id;score;text\n1;3;"a;b"\n2;1;"say ""hi"""\n3;2;"two\nlines"\n',
    );
    const none = await selected(input, { keep: undefined, threshold: 100, to: undefined });
    expect(readFileSync(join(none.out, "kept.csv"), "utf8")).toBe("id;score;text\n");
  });

  it.each(["csv", "parquet"] as const)(
    "of JSONL and of Parquet may be written as %s, which DuckDB reads",
    async (to) => {
      const want = await query(
        `select id::varchar, score::varchar, part, text, big::varchar from '${at("t.parquet")}' order by score desc, id limit 100`,
      );
      for (const name of shortOrLong(["t.jsonl", "t.parquet"], ["t.jsonl", "t.json", "t.csv", "t.parquet"])) {
        const { out } = await selected(at(name), { keep: { rows: 100 }, to });
        const kept = join(out, `kept.${to}`);
        const got = await query(
          `select id::varchar, score::varchar, part, text, big::varchar from '${kept}' order by score::int desc, id::int`,
        );
        expect(got).toEqual(want);
      }
    },
  );

  it("of mixed rows are written as Parquet with one type a column", async () => {
    const input = at("mixed.jsonl");
    writeFileSync(
      input,
      '{"score":1,"a":1,"b":true,"c":[1],"d":null,"e":"x","f":1}\n{"score":2.5,"a":1e400,"b":null,"c":{"k":"é"},"e":7,"f":12345678901234567890}\n',
    );
    const { out } = await selected(input, { keep: { rows: 2 }, to: "parquet" });
    expect(await query(`select * from '${join(out, "kept.parquet")}'`)).toEqual([
      [1, 1, true, "[1]", null, '"x"', "1"],
      [2.5, "Infinity", null, '{"k":"é"}', null, "7", "12345678901234567890"],
    ]);
  });

  it("go to whoever takes them in their form, and leave nothing behind", async () => {
    const parts: Uint8Array[] = [];
    await select({
      input: at("t.parquet"),
      write: (bytes) => void parts.push(bytes),
      verifiers: [score],
      keep: { rows: 5 },
      workers: 1,
    });
    writeFileSync(at("piped.parquet"), Buffer.concat(parts));
    expect(await query(`select count(*)::int, max(score)::int from '${at("piped.parquet")}'`)).toEqual([[5, 1007]]);
  });
});
