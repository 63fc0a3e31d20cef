import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { auditFile } from "../../src/audit/auditFile.js";
import { encodingOf } from "../../src/rows/encoding.js";
import { columnsOf, fieldOf } from "../../src/rows/field.js";
import { textForm } from "../../src/rows/form.js";
import { type JsonLayout, jsonLines } from "../../src/rows/jsonDocument.js";
import { filesOf } from "../../src/rows/paths.js";
import { type RowsOfOptions, rowsOf } from "../../src/rows/rowFiles.js";
import { scratchFolder } from "../support/folders.js";
import { processorTime } from "../support/processorTime.js";

const folder = scratchFolder();
const at = (name: string) => join(folder, name);

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(at(name), content);
  return at(name);
}

async function rows(paths: string | string[], options?: RowsOfOptions): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for await (const row of rowsOf(paths, options)) found.push(row);
  return found;
}

const COUNT = 1000;
const CODECS = ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"];
/** What DuckDB is told to write, and each row as it should come back. */
const TABLE = `create table t as select i as id, i / 1000 as score, case when i % 5 = 0 then null else i % 3 > 0 end as correct,
  i % 2 = 0 as kept, 'a "q", ' || chr(10) || 'é😀 ' || i as text, ['a', null, 'b' || i] as tags, {'x': i, 'y': {'z': 'w' || i}} as meta,
  (i * 1.05)::decimal(10, 2) as price, date '2024-02-29' as day, 9007199254740993 + i as big from range(${COUNT}) r(i)`;
const rowOf = (i: number) => ({
  id: i,
  score: i / 1000,
  correct: i % 5 === 0 ? null : i % 3 > 0,
  kept: i % 2 === 0,
  text: `a "q", \né😀 ${i}`,
  tags: ["a", null, `b${i}`],
  meta: { x: i, y: { z: `w${i}` } },
  price: (105 * i) / 100,
  day: "2024-02-29",
  big: 9007199254740993n + BigInt(i),
});
const exact = (row: Record<string, unknown>) => ({ ...row, big: BigInt(row.big as number | bigint) });

beforeAll(async () => {
  const db = await (await DuckDBInstance.create()).connect();
  await db.run(TABLE);
  for (const codec of CODECS)
    await db.run(`copy t to '${at(`${codec}.parquet`)}' (format parquet, codec '${codec}', row_group_size 300)`);
  await db.run(`copy t to '${at("lines.data")}' (format json)`);
  await db.run(`copy t to '${at("list.data")}' (format json, array true)`);
  for (const [name, delimiter] of [
    ["comma", ","],
    ["semicolon", ";"],
    ["tab", "\t"],
    ["bar", "|"],
  ])
    await db.run(`copy t to '${at(`${name}.data`)}' (format csv, header, delimiter '${delimiter}')`);
});

describe("a file that DuckDB wrote", () => {
  it.each([...CODECS.map((codec) => `${codec}.parquet`), "lines.data", "list.data"])(
    "%s has its rows",
    async (name) => {
      expect((await rows(at(name))).map(exact)).toEqual(Array.from({ length: COUNT }, (_, i) => rowOf(i)));
    },
  );

  it.each(["comma", "semicolon", "tab", "bar"])("of CSV has its cells, by %s", async (name) => {
    const found = await rows(at(`${name}.data`));
    expect(found.map(({ id, text, big, price }) => ({ id, text, big, price }))).toEqual(
      Array.from({ length: COUNT }, (_, i) => ({
        id: String(i),
        text: rowOf(i).text,
        big: String(rowOf(i).big),
        price: rowOf(i).price.toFixed(2),
      })),
    );
  });

  it("is audited with the same result in every form, alone or after another", async () => {
    const names = [
      "snappy.parquet",
      "zstd.parquet",
      "lines.data",
      "list.data",
      "comma.data",
      "semicolon.data",
      "tab.data",
    ];
    const results = [];
    for (const name of names)
      results.push((await auditFile(at(name), { correct: "correct", kept: "kept", by: "kept" })).result);
    expect(results[0].counts).toMatchObject({ audited: 800 });
    for (const result of results.slice(1)) expect(result).toEqual(results[0]);
    const both = await auditFile([at("lines.data"), at("brotli.parquet")], { correct: "correct", kept: "kept" });
    expect(both.result.counts.audited).toBe(1600);
  });
});

describe("JSON that is not one row a line", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const layouts: [string, JsonLayout, (texts: string[], space: string) => string][] = [
    [
      "a list",
      { kind: "list" },
      (texts, space) => `${space}[${space}${texts.join(`${space},${space}`)}${space}]${space}`,
    ],
    [
      "a list under a key",
      { kind: "key", path: ["data"] },
      (texts, space) =>
        `{"schema":{"data":[1,"]}"]},${space}"x\\"data":[],"data"${space}:${space}[${texts.join(`,${space}`)}]${space},"z":"}"}\n`,
    ],
    ["values one after another", { kind: "values" }, (texts, space) => texts.join(`\n${space}`)],
  ];

  it.each(layouts)("has the elements of %s, cut anywhere", async (_, layout, written) => {
    const space = fc.constantFrom("", " ", "\n", "\r\n\t");
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { maxLength: 8 }),
        space,
        fc.nat(2),
        fc.integer({ min: 1, max: 40 }),
        async (values, gap, indent, piece) => {
          const text = written(
            values.map((one) => JSON.stringify(one, null, indent)),
            gap,
          );
          const lines = (await linesOf(text, layout, piece)).split("\n").slice(0, -1);
          expect(lines.map((line) => JSON.parse(line))).toEqual(values.map((one) => JSON.parse(JSON.stringify(one))));
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });

  it.each([
    ['[{"a":1},{"a":2}', "its JSON is truncated, after row 2"],
    ['[{"a":1},{"a"', "its JSON is truncated, after row 1"],
    ['[{"a":1} {"a":2}]', "it is not a JSON list of rows: after row 1"],
    ['[{"a":1},]', "it is not a JSON list of rows: after row 1"],
    ['[,{"a":1}]', "it is not a JSON list of rows: after row 0"],
    ['[{"a":1}]\n[{"a":2}]', "something follows the end of its JSON"],
  ])("is refused if it is broken: %s", async (text, message) => {
    await expect(linesOf(text, { kind: "list" }, 3)).rejects.toThrow(message);
  });

  it("is no better for a line end within a string, which JSON does not allow", async () => {
    const found: string[] = [];
    const path = write("broken-string.json", '[\n{"a":"x\ny"},\n{"a":"ok"},\n 7, null]');
    const got = await rows(path, { onMalformed: ({ line, reason }) => found.push(`${line}: ${reason}`) });
    expect(got).toEqual([{ a: "ok" }]);
    expect(found).toEqual(["1: not JSON", "3: not a JSON object", "4: not a JSON object"]);
  });
});

async function linesOf(text: string, layout: JsonLayout, piece: number): Promise<string> {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let start = 0; start < bytes.length; start += piece) yield bytes.subarray(start, start + piece);
  }
  const parts: Uint8Array[] = [];
  for await (const part of jsonLines(chunks(), layout)) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe("the form of a text", () => {
  it.each([
    ['{"a":1}\n{"a":2}\n', "jsonl"],
    ['{"a":1}', "jsonl"],
    ['[1,2]\n{"a":2}\n', "jsonl"],
    ['{"data":[{"a":1}]}\n{"data":[{"a":2}]}\n', "jsonl"],
    ['{"data":[{"a":1}]}\n]\n', "json key"],
    ['{"data":[{"a":1}]}\njunk', "json key"],
    ['[{"a":1}]\n[{"a":2}]\n', "json list"],
    ['{"a":1,,}\n{"a":2}\n', "jsonl"],
    ['{"a":"x", "b":{\n{"a":2}\n', "jsonl"],
    ['[{"a":1\n{"a":2}\n', "jsonl"],
    ['junk, of words\n{"a":2}\n', "jsonl"],
    ["no JSON at all", "jsonl"],
    ["", "jsonl"],
    ['[{"a":1}]', "json list"],
    ['[\n  {"a":1},\n  {"a":2}\n]', "json list"],
    ["[]", "json list"],
    ['{"data":[{"a":1}]}', "json key"],
    ['{\n "version": 1,\n "data": [\n {"a":1}]}', "json key"],
    ['{"data":[1,2],"a":1}', "jsonl"],
    ['{\n  "a": 1\n}\n{\n  "a": 2\n}\n', "json values"],
    ["a,b\n1,2\n", "csv ,"],
    ["a;b\n1,5;2,5\n", "csv ;"],
    ['a\tb\n"x\ny"\tz\n', "csv \t"],
    ["a|b|c\n1|2|3\n1|2|3\n", "csv |"],
    ["sep=;\na;b\n1;2\n", "csv ;"],
  ])("%j is %s", (text, expected) => {
    const form = textForm(text, true);
    const detail =
      form.form === "json" ? ` ${form.layout.kind}` : form.form === "csv" ? ` ${form.dialect.delimiter}` : "";
    expect(form.form + detail).toBe(expected);
  });
});

describe("CSV", () => {
  it("accounts for every record: rows with fewer or more cells are told with their line", async () => {
    const told: string[] = [];
    const path = write(
      "cells.csv",
      'id,text,text\n1,a,b\n2,"the\nmayor", who, resigned\n3,c\n\n4,"say ""hi""",x "y" z\n',
    );
    const got = await rows(path, { onMalformed: ({ line, reason }) => told.push(`${line}: ${reason}`) });
    expect(got).toEqual([
      { id: "1", text: "a", "text.1": "b" },
      { id: "4", text: 'say "hi"', "text.1": 'x "y" z' },
    ]);
    expect(told).toEqual([
      "3: it has 4 fields, and the first row names 3",
      "5: it has 2 fields, and the first row names 3",
    ]);
    await expect(rows(path)).rejects.toThrow(`${path}, line 3: it has 4 fields, and the first row names 3`);
  });
});

describe("the encoding of a text", () => {
  const text = "id,text\n1,The café cost £5 — “too much”\n";
  const utf16 = Buffer.from(text, "utf16le");
  const western = Buffer.from(text.replace("—", "\x97").replace("“", "\x93").replace("”", "\x94"), "latin1");
  it.each([
    ["UTF-8", Buffer.from(text)],
    ["UTF-8 with a mark", Buffer.from(`\ufeff${text}`)],
    ["UTF-16 with a mark", Buffer.from(`\ufeff${text}`, "utf16le")],
    ["UTF-16 without", utf16],
    ["UTF-16 the other way round", Buffer.from(Buffer.from(`\ufeff${text}`, "utf16le")).swap16()],
    ["Windows-1252", western],
    ["Windows-1252, packed", gzipSync(western)],
  ])("%s is read", async (name, bytes) => {
    const path = write(`${name}.csv`, bytes);
    expect(await rows(path)).toEqual([{ id: "1", text: "The café cost £5 — “too much”" }]);
  });

  it("of a table of prices and quotations, with fewer letters than numbers, is Windows-1252", () => {
    const prices = Array.from({ length: 50 }, (_, i) => `${i},a caf\xe9 for \xa3${i}, \x93quoted\x94\n`).join("");
    expect(encodingOf(Buffer.from(prices, "latin1"))).toBe("windows-1252");
  });

  it("is not called Windows-1252 if characters of UTF-8 are in it, or runs of what no Western text has", () => {
    expect(encodingOf(Buffer.from("caf\xe9 \xc3\xa9 more text", "latin1"))).toBe("utf-8");
    expect(encodingOf(Buffer.from("some text \xff more text", "latin1"))).toBe("utf-8");
    expect(encodingOf(Buffer.from("\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0", "latin1"))).toBe("utf-8");
    expect(encodingOf(Buffer.from("\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd", "latin1"))).toBe("utf-8");
  });

  it("ends the reading if it changes", async () => {
    const path = write("half.csv", Buffer.concat([Buffer.from("\ufeffa,b\n1,2\n", "utf16le"), Buffer.from("\n")]));
    await expect(rows(path)).rejects.toThrow("it begins as UTF-16LE, and is not UTF-16LE throughout");
  });
});

describe("a file of another kind", () => {
  it.each<[string, Buffer, RegExp]>([
    [
      "Excel",
      Buffer.from("PK\x03\x04\x14\0\x06\0"),
      /it is a ZIP archive or an Excel workbook: .* save its table as CSV/,
    ],
    ["bzip2", Buffer.from("BZh91AY&SYabc", "latin1"), /it is packed by bzip2: unpack it/],
    ["xz", Buffer.from("\xfd7zXZ\0\0\x04", "latin1"), /it is packed by xz/],
    ["LZ4", Buffer.from("\x04\x22\x4d\x18\x64@", "latin1"), /it is packed by LZ4/],
    ["SQLite", Buffer.from("SQLite format 3\0\x10"), /a database of SQLite/],
    ["HDF5", Buffer.from("\x89HDF\r\n\x1a\n\0", "latin1"), /an HDF5 file/],
    ["Avro", Buffer.from("Obj\x01\x04"), /an Avro file/],
    ["pickle", Buffer.from("\x80\x05\x95\x10", "latin1"), /a pickle of Python/],
    ["Git LFS", Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:aa\n"), /git lfs pull/],
    ["a web page", Buffer.from("\ufeff\n<!DOCTYPE html>\n<html>"), /it is a web page, and not data/],
    ["XML", Buffer.from('<?xml version="1.0"?>\n<rows/>'), /it is XML/],
  ])("is refused by its name: %s", async (name, bytes, message) => {
    const path = write(`foreign ${name}.jsonl`, bytes);
    await expect(rows(path)).rejects.toThrow(message);
    await expect(rows(write(`packed ${name}.jsonl.gz`, gzipSync(bytes)))).rejects.toThrow(message);
  });

  it("is not what a text begins with by chance", async () => {
    expect(await rows(write("orders.csv", "BZh,Obj,7z\n1,2,3\n"))).toEqual([{ BZh: "1", Obj: "2", "7z": "3" }]);
    expect(await rows(write("marks.csv", "<html,kept\n1,2\n"))).toEqual([{ "<html": "1", kept: "2" }]);
  });
});

describe("a field", () => {
  const row = {
    "a.b": 1,
    a: { b: 2, c: [{ d: 3 }, { d: 4 }] },
    scores: { "gpt-3.5-turbo": { x: 5 } },
    messages: [{ content: "first" }, { content: "last" }],
    'say "x"': 6,
  };
  it.each([
    ["a.b", 1],
    ["a.c[0].d", 3],
    ["a.c[-1].d", 4],
    ["a.c.1.d", 4],
    ["messages[-1].content", "last"],
    ["messages[2].content", undefined],
    ["scores.gpt-3.5-turbo.x", 5],
    ['scores."gpt-3.5-turbo".x', 5],
    ['scores["gpt-3.5-turbo"].x', 5],
    ['"say \\"x\\""', 6],
    ['"a"."b"', 2],
    ["constructor", undefined],
    ["a.constructor", undefined],
    ["a[", undefined],
  ])("%s is found", (path, expected) => {
    expect(fieldOf(path)(row)).toBe(expected);
  });

  it("can be in the columns that its first names may mean", () => {
    expect(columnsOf('"scores.gpt".x')).toEqual(['"scores.gpt".x', "scores.gpt"]);
    expect(columnsOf("a.b[0].c")).toEqual(["a.b[0].c", "a", "a.b"]);
  });
});

describe("paths", () => {
  it("may be files, folders and patterns", async () => {
    mkdirSync(at("many/deep"), { recursive: true });
    for (const name of ["many/b.jsonl", "many/a.csv.gz", "many/deep/c.json", "many/README.md", "many/.hidden.jsonl"])
      write(name, name.endsWith("gz") ? gzipSync("a,b\n1,2\n") : '{"a":1}\n');
    const found = async (...paths: string[]) =>
      (await filesOf(paths.map(at))).map((path) => path.slice(folder.length + 1));
    expect(await found("many")).toEqual(["many/a.csv.gz", "many/b.jsonl", "many/deep/c.json"]);
    expect(await found("many/*.jsonl")).toEqual(["many/b.jsonl"]);
    expect(await found("many/**/*.{json,jsonl}")).toEqual(["many/b.jsonl", "many/deep/c.json"]);
    expect(await found("many/[a-b].*")).toEqual(["many/a.csv.gz", "many/b.jsonl"]);
    expect(await found("many/?.jsonl", "many/a.csv.gz")).toEqual(["many/b.jsonl", "many/a.csv.gz"]);
    expect(await rows(at("many"))).toEqual([{ a: "1", b: "2" }, { a: 1 }, { a: 1 }]);
    await expect(filesOf([at("many/*.parquet")])).rejects.toThrow("no file matches");
    await expect(filesOf([at("none/*.parquet")])).rejects.toThrow();
  });

  it("are matched in linear time", async () => {
    write(`${"a".repeat(200)}`, "");
    const match = () => expect(filesOf([at(`${"a*".repeat(100)}b`)])).rejects.toThrow("no file matches");
    expect(await processorTime(match)).toBeLessThan(2000);
  });
});

describe("links in a folder", () => {
  it("to files are followed, and one to a folder is refused and named, by a pattern followed", async () => {
    const { symlinkSync } = await import("node:fs");
    for (const name of ["linked", "linked/in", "others"]) mkdirSync(at(name));
    write("others/a.jsonl", '{"id":1}\n');
    symlinkSync(at("others/a.jsonl"), at("linked/in/a.jsonl"));
    expect(await filesOf([at("linked")])).toEqual([at("linked/in/a.jsonl")]);
    for (const target of [at("others"), at("linked"), "/"]) {
      const link = at(`linked/in/to${target.length}`);
      symlinkSync(target, link);
      await expect(filesOf([at("linked")])).rejects.toThrow(`${link} is a link to a folder, which is not followed`);
      rmSync(link);
    }
    symlinkSync(at("others"), at("linked/more"));
    expect(await filesOf([at("linked/*/*.jsonl")])).toEqual([at("linked/in/a.jsonl"), at("linked/more/a.jsonl")]);
    expect(await filesOf([at("linked/**/*.jsonl")])).toEqual([at("linked/in/a.jsonl")]);
  });
});

/** Metadata whose schema is a root of one part, and that part. */
function schemaOf(part: readonly number[]): number[] {
  return [0x29, 0x2c, 0x55, 2, 0, ...part, 0, 0];
}

describe("a broken Parquet file", () => {
  it("is refused, cut or turned at any place, or the rows are those that it had", async () => {
    const { readFileSync } = await import("node:fs");
    const sound = readFileSync(at("uncompressed.parquet"));
    for (const length of [0, 3, 4, 12, 100, sound.length - 9, sound.length - 1]) {
      const path = write("cut.parquet", sound.subarray(0, length));
      const got = await rows(path).catch((error: Error) => error);
      if (length > 3) expect(got).toMatchObject({ name: "DataError" });
      else expect(got).toBeInstanceOf(length === 0 ? Array : Error);
    }
  });

  it.each([
    ["a number of a megabyte", [0x15, ...new Array<number>(1e6).fill(0xff), 1, 0], "a number that is too long"],
    [
      "a list of 2^31 elements",
      [0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0],
      "a list that is longer than what follows",
    ],
    ["a text of 2^31 bytes", [0x18, 0xff, 0xff, 0xff, 0xff, 0x07, 0], "a field that is longer than what follows"],
    ["structures in structures", [...new Array<number>(1e5).fill(0x1c), 0], "structures nested too deeply"],
    // a reader that skips the parts of a column would go back for ever
    ["a column of -1 parts", schemaOf([0x55, 1]), "an impossible number of parts"],
    ["a column of -1.0 parts", schemaOf([0x57, 0, 0, 0, 0, 0, 0, 0xf0, 0xbf]), "an impossible number of parts"],
    ["a column of 2 parts, and no others", schemaOf([0x55, 4]), "an impossible number of parts"],
    ["no schema", [0x15, 2, 0], "no schema"],
  ])("whose metadata have %s is refused at once", async (name, metadata, why) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(metadata.length);
    const bytes = Buffer.concat([Buffer.from("PAR1"), Buffer.from(metadata), length, Buffer.from("PAR1")]);
    const path = write(`${name}.parquet`, bytes);
    const took = await processorTime(() => expect(rows(path)).rejects.toThrow(why));
    expect(took).toBeLessThan(2000);
  });

  it("whose runs are longer than their pages is refused, and not unrolled for ever", async () => {
    const { parquetWriteBuffer } = await import("hyparquet-writer");
    const data = Array.from({ length: 1000 }, (_, i) => (i < 500 ? null : 1));
    const columnData = [{ name: "a", data, type: "INT32" as const, nullable: true }];
    const sound = Buffer.from(parquetWriteBuffer({ columnData, codec: "UNCOMPRESSED", statistics: false }));
    expect(await rows(write("runs.parquet", sound))).toHaveLength(1000);
    // levels: 500 times zero, 500 times one; a run's head is twice its length
    const at = sound.indexOf(Buffer.from([0xe8, 0x07, 0, 0xe8, 0x07, 1]));
    expect(at).toBeGreaterThan(0);
    sound[at + 4] = 0x7f;
    await expect(rows(write("long-runs.parquet", sound))).rejects.toThrow("a run that is longer than its page");
  });

  it("from a pipe or packed is refused with what to do", async () => {
    const { readFileSync } = await import("node:fs");
    const path = write("packed.parquet.gz", gzipSync(readFileSync(at("snappy.parquet"))));
    await expect(rows(path)).rejects.toThrow("Parquet can be read from a file only");
  });
});
