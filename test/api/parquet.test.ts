import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, it } from "vitest";
import { type CellResult, collect, load, parseScenario, type ScenarioInput } from "../../src/index.js";
import { openParquet, ParquetTable } from "../../src/sweep/results/parquet.js";
import { readResults } from "../../src/sweep/results/read.js";
import { type Column, csvHeader, csvRow, resultColumns } from "../../src/sweep/results/table.js";
import { writeResults } from "../../src/sweep/results/write.js";
import { scratchFolder } from "../support/folders.js";

const root = scratchFolder();

// every type of axis: numbers, whole numbers small and large, words, yes and no, null, and mappings among words
const INPUT: ScenarioInput = {
  name: "columns",
  trials: 2,
  generator: { kind: "linear" },
  verifier: { kind: "linear" },
  data: { dim: 4 },
  sweep: {
    "data.covariance": ["identity", { kind: "diagonal", values: [1, 2, 3, 4] }],
    samples: [40, 60],
    seed: [1, 2 ** 40],
    "verifier.angleToGenerator": [null, 1],
    "verifier.relearn": [false, true],
    "learner.kind": ["ridge", "logistic"],
    "generator.angle": [0.5, 1],
  },
};
const scenario = parseScenario(INPUT);
let cells: CellResult[];
const file = join(root, "results.parquet");

beforeAll(async () => {
  cells = (await collect(await load(), INPUT)).cells;
  await writeResults(root, scenario, lines());
});

function* lines(): Generator<Buffer> {
  for (const cell of cells) yield Buffer.from(JSON.stringify(cell));
}

describe("results.parquet", () => {
  it("opens in DuckDB with the right types and every value, bit by bit", async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${file}'`);
    const types = Object.fromEntries(described.getRowObjects().map((row) => [row.column_name, row.column_type]));
    expect(types).toMatchObject({
      index: "INTEGER",
      id: "VARCHAR",
      "param:data.covariance": "VARCHAR",
      "param:samples": "INTEGER",
      "param:seed": "BIGINT",
      "param:verifier.angleToGenerator": "DOUBLE",
      "param:verifier.relearn": "BOOLEAN",
      "param:learner.kind": "VARCHAR",
      "param:generator.angle": "DOUBLE",
      engine: "VARCHAR",
      status: "VARCHAR",
      trials: "INTEGER",
      "accuracy.mean": "DOUBLE",
      "accuracy.se": "DOUBLE",
      "kept.share": "DOUBLE",
      theory: "DOUBLE",
      breakdown: "DOUBLE",
      verdict: "VARCHAR",
      "convergence.converged": "INTEGER",
      message: "VARCHAR",
    });
    const columns = resultColumns(scenario);
    expect(Object.keys(types)).toEqual(columns.map(({ name }) => name));
    const rows = (await connection.runAndReadAll(`SELECT * FROM '${file}' ORDER BY index`)).getRowObjects();
    expect(rows).toHaveLength(cells.length);
    for (const [i, cell] of cells.entries()) {
      for (const { name, type, value } of columns) {
        const expected = value(cell) ?? null;
        const text = type === "string" && typeof expected === "object" && expected !== null;
        const plain = text ? JSON.stringify(expected) : type === "int64" ? BigInt(expected as number) : expected;
        if (!Object.is(rows[i][name], plain)) expect(`${name}: ${rows[i][name]}`).toBe(`${name}: ${plain}`);
      }
    }
    const nulls = await connection.runAndReadAll(
      `SELECT count(*) FILTER (WHERE "param:verifier.angleToGenerator" IS NULL) FROM '${file}'`,
    );
    expect(Number(nulls.getRows()[0][0])).toBe(cells.length / 2);
  });

  it("holds its configuration, and where it comes from, and nothing of the machine or the time", async () => {
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(file));
    const values = Object.fromEntries(metadata.key_value_metadata?.map(({ key, value }) => [key, value ?? ""]) ?? []);
    expect(Object.keys(values)).toEqual(["pstar.config", "pstar.provenance", "pstar.units"]);
    expect(parseScenario(JSON.parse(values["pstar.config"]))).toEqual(JSON.parse(JSON.stringify(scenario)));
    expect(JSON.parse(values["pstar.provenance"])).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      coreHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      engine: "direct, reduced",
      seed: 1,
    });
    expect(metadata.created_by).toMatch(/^pstar \d/);
    const before = readFileSync(file);
    await writeResults(root, scenario, lines());
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("is written in row groups, so that a grid of any size is never held whole", async () => {
    const many = parseScenario({
      engine: "theory",
      sweep: { "generator.errorRate": { from: 0, to: 1, steps: 20_000 } },
    });
    const folder = mkdtempSync(join(root, "many-"));
    const [first] = (await collect(await load(), { engine: "theory" })).cells;
    await writeResults(
      folder,
      many,
      (function* () {
        for (let index = 0; index < 20_000; index++) {
          yield Buffer.from(JSON.stringify({ ...first, index, params: { "generator.errorRate": index / 19_999 } }));
        }
      })(),
    );
    const path = join(folder, "results.parquet");
    const buffer = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(buffer);
    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([8192, 8192, 3616]);
    const rows = await parquetReadObjects({ file: buffer, rowStart: 15_000, rowEnd: 16_000 });
    expect(rows[10].index).toBe(15_010);
    expect(rows[10]["param:generator.errorRate"]).toBe(15_010 / 19_999);
  });
});

describe("results that are read again", () => {
  it.each(["jsonl", "csv", "parquet"])("are the cells that were written as %s", async (form) => {
    const read = await readResults(join(root, `results.${form}`));
    const found: CellResult[] = [];
    for await (const cell of read.cells()) found.push(cell);
    expect(found).toEqual(cells);
    expect(JSON.stringify(found)).toBe(JSON.stringify(cells));
  });

  it("show what was swept where nothing says the scenario", async () => {
    const lone = join(root, "lone.csv");
    const columns = resultColumns(scenario);
    writeFileSync(lone, csvHeader(columns) + cells.map((cell) => csvRow(cell, columns)).join(""));
    const { scenario: guessed, known } = await readResults(lone);
    expect(known).toBe(false);
    expect(guessed.sweep).toEqual(scenario.sweep);
    expect((await readResults(file)).known).toBe(true);
  });

  it.each([
    ["no columns of results", "a.csv", "x,y\n1,2\n", "has no column index, id, status, accuracy.mean"],
    ["nothing", "b.csv", "", "holds no results"],
    ["nothing", "b.jsonl", "", "holds no results"],
    ["no cell", "n.csv", "index,id,status,accuracy.mean\n", "holds no results"],
    [
      "a row that is too short",
      "c.csv",
      "index,id,status,accuracy.mean\n0,x\n",
      "c.csv, line 2: the row has 2 fields, not 4",
    ],
    [
      "an open quotation mark",
      "h.csv",
      'index,id,status,accuracy.mean\n0,x,"ok,1\n',
      "the quotation mark in line 2 is never closed",
    ],
    ["no JSON", "d.jsonl", '{"index":\n', "is not valid JSON in line 1"],
    ["other JSON", "e.jsonl", "{}\n", "e.jsonl, line 1, is not a result of pstar run: accuracy"],
    ["no Parquet", "f.parquet", "PAR0", "it is not a sound Parquet file"],
    ["another name", "g.txt", "", "must end in .jsonl, .csv, .parquet or .json"],
  ])("are refused where a file holds %s", async (_, name, text, message) => {
    const path = join(root, name);
    writeFileSync(path, text);
    const all = async () => {
      const { cells } = await readResults(path);
      for await (const _cell of cells());
    };
    await expect(all()).rejects.toThrow(message);
  });
});

describe("a table of several row groups", () => {
  it("has the same bytes whether its columns are written one at a time or a group at once, and all of its rows", async () => {
    const columns: Column<number>[] = [
      { name: "index", type: "int32", value: (i) => i },
      { name: "x", type: "double", value: (i) => (i % 3 === 0 ? null : i / 7) },
      { name: "word", type: "string", value: (i) => `w${i % 5}` },
    ];
    const rows = 20_000;
    const written = (steps: boolean) => {
      const parts: Buffer[] = [];
      const table = new ParquetTable(columns, (bytes) => parts.push(Buffer.from(bytes)), "a test");
      for (let i = 0; i < rows; i++) {
        table.add(i);
        if (steps) while (table.step());
      }
      table.finish({});
      return Buffer.concat(parts);
    };
    const bytes = written(false);
    expect(bytes.equals(written(true))).toBe(true);
    const path = join(root, "groups.parquet");
    writeFileSync(path, bytes);
    let i = 0;
    const read = await openParquet(path);
    for await (const row of read.rows()) {
      if (row[0] !== i || row[1] !== (i % 3 === 0 ? null : i / 7) || row[2] !== `w${i % 5}`) break;
      i++;
    }
    expect(i).toBe(rows);
  });

  it("has its values and its footer right if a column has one value in some groups, and another or several in others", async () => {
    // row groups of 8192, 8192, 8192, 8192 and 100 rows
    const rows = 4 * 8192 + 100;
    const group = (i: number) => Math.floor(i / 8192);
    const columns: Column<number>[] = [
      { name: "index", type: "int32", value: (i) => i },
      { name: "gap", type: "double", value: () => null },
      { name: "some", type: "double", value: (i) => (group(i) === 1 && i % 2 === 0 ? 7 : null) },
      { name: "sign", type: "double", value: (i) => [0, 0, -0, 0, -0][group(i)] },
      { name: "last", type: "double", value: (i) => (i % 8192 === 8191 && group(i) === 2 ? 2 : 1) },
      { name: "whole", type: "int64", value: (i) => [5, 5, 6, 6, 5][group(i)] },
      { name: "flag", type: "boolean", value: () => true },
      { name: "word", type: "string", value: (i) => (group(i) === 2 ? "a" : "b") },
    ];
    const parts: Buffer[] = [];
    const table = new ParquetTable(columns, (bytes) => parts.push(Buffer.from(bytes)), "a test");
    for (let i = 0; i < rows; i++) table.add(i);
    table.finish({});
    const path = join(root, "constants.parquet");
    writeFileSync(path, Buffer.concat(parts));
    let i = 0;
    for await (const row of (await openParquet(path)).rows()) {
      if (!columns.every(({ value }, column) => Object.is(row[column], value(i)))) break;
      i++;
    }
    expect(i).toBe(rows);
    const connection = await (await DuckDBInstance.create()).connect();
    const sums = `sum(gap), sum("some"), sum("last"), sum(whole)::INT, count(*) FILTER (word = 'a' AND flag)`;
    const read = await connection.runAndReadAll(`SELECT ${sums} FROM '${path}'`);
    expect(read.getRows()[0]).toEqual([null, 7 * 4096, rows + 1, 5 * (rows - 16384) + 6 * 16384, 8192n]);
    const { row_groups } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    for (const { columns, total_byte_size, total_compressed_size } of row_groups) {
      const found = columns.map(({ meta_data, file_offset }) => ({ ...meta_data, file_offset }));
      expect(total_byte_size).toBe(
        found.reduce((sum, { total_uncompressed_size = 0n }) => sum + total_uncompressed_size, 0n),
      );
      expect(total_compressed_size).toBe(
        found.reduce((sum, { total_compressed_size = 0n }) => sum + total_compressed_size, 0n),
      );
    }
    const ends = row_groups.flatMap(({ columns }) =>
      columns.map(({ meta_data, file_offset }) => {
        const first = meta_data?.dictionary_page_offset ?? meta_data?.data_page_offset;
        expect(first).toBe(file_offset);
        return [file_offset, file_offset + (meta_data?.total_compressed_size ?? 0n)];
      }),
    );
    // each column begins where the one before it ends
    expect(ends.slice(1).map(([start]) => start)).toEqual(ends.slice(0, -1).map(([, end]) => end));
    const words = row_groups.map(({ columns }) => columns[7].meta_data?.statistics);
    expect(words.map((one) => one?.min_value)).toEqual(["b", "b", "a", "b", "b"]);
    const gaps = row_groups.map(({ columns }) => columns[2].meta_data?.statistics?.null_count);
    expect(gaps).toEqual([8192n, 4096n, 8192n, 8192n, 100n]);
  });
});
