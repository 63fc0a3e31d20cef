import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  type Column,
  columnFromArray,
  dictionary,
  int8,
  int32,
  int64,
  struct,
  tableFromColumns,
  tableToIPC,
  utf8,
} from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import { arrowRows } from "../../src/rows/arrow.js";
import { checkMessage, TYPES, ValueCheck, type Values } from "../../src/rows/arrowCheck.js";
import { rowsOf } from "../../src/rows/rowFiles.js";
import { select } from "../../src/select/select.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { processorTime } from "../support/processorTime.js";

const DATA = join(import.meta.dirname, "data");
const NAMES = ["stream.arrow", "file.arrow", "lz4.feather", "zstd.feather"];
const folder = scratchFolder();

async function rows(path: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for await (const row of rowsOf(path)) found.push(row);
  return found;
}

const rowOf = (i: number) => ({
  id: 9007199254740993n + BigInt(i),
  score: i % 7 === 0 ? null : i / 8,
  kept: i % 2 === 0,
  text: `é😀 ${i}\n`,
  kind: i % 3 === 0 ? "b" : "a",
  at: `2024-01-02T03:04:05.${String(123456 + i).replace(/0+$/, "")}`,
  day: "2024-02-29",
  list: [i, null],
  messages: [{ role: "user", content: `q${i}` }],
  big: `t${i}`,
});
const WANTED = Array.from({ length: 40 }, (_, i) => rowOf(i));

it("a mark of the end amid the messages of a file leaves no rows out: it is refused", async () => {
  const sound = readFileSync(join(DATA, "file.arrow"));
  const begins: number[] = [];
  for (let at = sound.indexOf(Buffer.alloc(4, 255), 8); at >= 0; at = sound.indexOf(Buffer.alloc(4, 255), at + 8))
    if (at % 8 === 0) begins.push(at);
  expect(begins.length).toBeGreaterThan(2);
  // the last is the end itself
  for (const at of begins.slice(0, -1)) {
    const marked = Buffer.from(sound);
    marked.writeUInt32LE(0, at + 4);
    const path = join(folder, "marked.arrow");
    writeFileSync(path, marked);
    await expect(rows(path)).rejects.toThrow("its messages end too early");
  }
});

describe("Arrow that pyarrow wrote", () => {
  it.each(NAMES)("has its rows: %s", async (name) => {
    expect(await rows(join(DATA, name))).toEqual(WANTED);
    const packed = join(folder, `${name}.gz`);
    writeFileSync(packed, gzipSync(readFileSync(join(DATA, name))));
    expect(await rows(packed)).toEqual(WANTED);
  });

  it("in a folder of a data set that was saved to disk is read in the order that this says", async () => {
    const saved = join(folder, "saved");
    mkdirSync(saved);
    writeFileSync(join(saved, "dataset_info.json"), "{}");
    const files = ["data-00001-of-00002.arrow", "data-00000-of-00002.arrow"];
    for (const file of files) cpSync(join(DATA, "stream.arrow"), join(saved, file));
    writeFileSync(join(saved, "state.json"), JSON.stringify({ _data_files: files.map((filename) => ({ filename })) }));
    expect(await rows(saved)).toEqual([...WANTED, ...WANTED]);
    const splits = join(folder, "splits");
    mkdirSync(splits);
    writeFileSync(join(splits, "dataset_dict.json"), '{"splits":["train","test"]}');
    await expect(rows(splits)).rejects.toThrow(`name one, such as ${join(splits, "train")}`);
  });

  it("is selected from", async () => {
    const out = join(folder, "selected");
    const verifiers = [{ kind: "score", field: "score" } as const];
    const { counts } = await select({
      input: join(DATA, "lz4.feather"),
      out,
      verifiers,
      keep: { rows: 2 },
      workers: 1,
    });
    expect(counts).toMatchObject({ read: 40, kept: 2, rejectedBy: { noScore: 6 } });
    const [line] = readFileSync(join(out, "kept.jsonl"), "utf8").split("\n");
    expect(line).toContain('{"id":9007199254741031,"score":4.75,');
  });

  // some bytes of each file: test/long/fuzz.test.ts turns all
  it.each([
    ["stream.arrow", shortOrLong(17, 1)],
    ["file.arrow", shortOrLong(17, 5)],
    ["lz4.feather", shortOrLong(17, 5)],
    ["zstd.feather", shortOrLong(17, 5)],
  ] as const)(
    "is refused if a byte is turned or it ends there, soon, or its rows are whole: %s",
    async (name, step) => {
      const sound = readFileSync(join(DATA, name));
      const outcome = async (bytes: Uint8Array) => {
        let count = 0;
        try {
          for await (const some of arrowRows(inPieces(bytes))) count += some.length;
          return count;
        } catch (error) {
          return (error as Error).name;
        }
      };
      const longest = { at: 0, took: 0 };
      for (let at = 0; at < sound.length; at += step) {
        if (at % (8 * step) === 0) expect(await outcome(sound.subarray(0, at)), `cut at ${at}`).toBe("DataError");
        const turned = Buffer.from(sound);
        turned[at] ^= 0x40 >> (at % 7);
        const took = await processorTime(async () => {
          const got = await outcome(turned);
          if (got !== WANTED.length) expect(got, `turned at ${at}`).toBe("DataError");
        });
        if (took > longest.took) Object.assign(longest, { at, took });
      }
      // 5 to 36 s where a vector was to have 2^30 entries; a whole reading takes some milliseconds
      expect(longest.took, `turned at ${longest.at}`).toBeLessThan(1000);
    },
  );
});

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 1000) yield bytes.subarray(start, start + 1000);
}

/** Rows of Arrow that is written here, and changed before it is read. */
async function read(columns: Record<string, Column<unknown>>, change: (bytes: Uint8Array) => void = () => {}) {
  const bytes = tableToIPC(tableFromColumns(columns), { format: "stream" }) as Uint8Array;
  change(bytes);
  const found: unknown[] = [];
  for await (const some of arrowRows(inPieces(bytes))) for (const { row } of some) found.push(row);
  return found;
}

/** Sets the last place in which some bytes stand. */
function replace(bytes: Uint8Array, from: readonly number[], to: readonly number[]): void {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf(Buffer.from(from));
  expect(at).toBeGreaterThan(0);
  bytes.set(to, at);
}

const long = (value: number) => [...new Uint8Array(new BigInt64Array([BigInt(value)]).buffer)];

describe("Arrow that says what is not so", () => {
  it("of a word that its dictionary does not have is refused, and not null", async () => {
    const kind = columnFromArray(["a", "b", "a", "b", "a"], dictionary(utf8(), int8()));
    expect(await read({ kind })).toEqual(["a", "b", "a", "b", "a"].map((value) => ({ kind: value })));
    await expect(read({ kind }, (bytes) => replace(bytes, [0, 1, 0, 1, 0], [0, 1, 7, 1, 0]))).rejects.toThrow(
      "a value that its dictionary does not have",
    );
  });

  it("of nulls that are not marked, or not counted, is refused", async () => {
    const x = columnFromArray([1, null, 3], int32());
    expect(await read({ x })).toEqual([{ x: 1 }, { x: null }, { x: 3 }]);
    // a node has its length and its nulls
    const node = [...long(3), ...long(1)];
    await expect(read({ x }, (bytes) => replace(bytes, node, [...long(3), ...long(0)]))).rejects.toThrow(
      "0 nulls announced and 1 marked",
    );
    const whole = columnFromArray([1, 2, 3], int32());
    await expect(
      read({ x: whole }, (bytes) => replace(bytes, [...long(3), ...long(0)], [...long(3), ...long(2)])),
    ).rejects.toThrow("nulls that are not marked");
  });

  it("of parts outside its body is refused, and not read from the description", async () => {
    const x = columnFromArray([1n, 2n], int64());
    const region = [...long(0), ...long(16)];
    await expect(read({ x }, (bytes) => replace(bytes, region, [...long(-64), ...long(16)]))).rejects.toThrow(
      "a part that is not within the body",
    );
  });

  it("of two columns with one name keeps both, and of two fields of a struct is refused", async () => {
    const [x, y] = [columnFromArray([1, 2], int32()), columnFromArray([3, 4], int32())];
    const table = tableFromColumns([
      ["x", x],
      ["x", y],
    ] as unknown as Record<string, Column<unknown>>);
    const found: unknown[] = [];
    for await (const some of arrowRows(inPieces(tableToIPC(table, { format: "stream" }) as Uint8Array)))
      for (const { row } of some) found.push(row);
    expect(found).toEqual([
      { x: 1, "x.1": 3 },
      { x: 2, "x.1": 4 },
    ]);
    const twin = columnFromArray([{ abcd: 1, abce: 2 }], struct({ abcd: int32(), abce: int32() }));
    expect(await read({ twin })).toEqual([{ twin: { abcd: 1, abce: 2 } }]);
    const rename = (bytes: Uint8Array) => replace(bytes, [...Buffer.from("abce")], [...Buffer.from("abcd")]);
    await expect(read({ twin }, rename)).rejects.toThrow("a field of a struct is there twice");
  });

  it("whose batches each bring a dictionary are read in linear time", async () => {
    const kind = columnFromArray(["a", "b"], dictionary(utf8(), int8()));
    const bytes = tableToIPC(tableFromColumns({ kind }), { format: "stream" }) as Uint8Array;
    const messages: Uint8Array[] = [];
    for (let at = 0; at < bytes.length - 8; ) {
      const head = new DataView(bytes.buffer, bytes.byteOffset + at, 8).getInt32(4, true);
      const { bodyLength } = checkMessage(bytes.subarray(at + 8, at + 8 + head));
      const end = at + 8 + head + bodyLength;
      messages.push(bytes.subarray(at, end));
      at = end;
    }
    const [schema, words, batch] = messages as [Uint8Array, Uint8Array, Uint8Array];
    const took = async (batches: number) => {
      const stream = Buffer.concat([schema, ...Array.from({ length: batches }, () => [words, batch]).flat()]);
      let count = 0;
      const time = await processorTime(async () => {
        for await (const some of arrowRows(inPieces(Buffer.concat([stream, bytes.subarray(-8)])))) count += some.length;
      });
      expect(count).toBe(2 * batches);
      return time;
    };
    await took(300);
    const [few, many] = [await took(300), await took(3000)];
    expect(many).toBeLessThan(40 * few); // ten times if linear, a hundred times if not
  });
});

describe("the lengths of an Arrow column", () => {
  const kind = (typeId: number): Values["type"] => ({ typeId });
  const numbers = (values: number[]): Values => ({
    length: values.length,
    nullCount: 0,
    type: kind(TYPES.Int),
    values: Int32Array.from(values),
  });
  const check = (batch: Values) => () => new ValueCheck().column([batch]);

  it("allow the last word of a dictionary and no word after it", () => {
    const words = numbers([7, 8, 9]);
    const keys = (values: number[]): Values => ({
      ...numbers(values),
      type: kind(TYPES.Dictionary),
      dictionary: { data: [words], length: 3 },
    });
    expect(check(keys([0, 2]))).not.toThrow();
    for (const key of [3, -1]) expect(check(keys([0, key]))).toThrow("a value that its dictionary does not have");
  });

  it("allow a list to end with the values it is of, and not behind them", () => {
    const lists = (offset: number, size: number): Values => ({
      length: 1,
      nullCount: 0,
      type: kind(TYPES.ListView),
      offsets: Int32Array.of(offset),
      sizes: Int32Array.of(size),
      children: [numbers([1, 2, 3, 4])],
    });
    for (const [offset, size] of [
      [0, 4],
      [1, 3],
      [4, 0],
    ])
      expect(check(lists(offset, size))).not.toThrow();
    for (const [offset, size] of [
      [1, 4],
      [3, 2],
      [-1, 1],
      [0, -1],
    ])
      expect(check(lists(offset, size))).toThrow("its lengths do not fit together");
  });

  it("allow a view to show the last byte of its part, and none behind it", () => {
    const view = (from: number, bytes: number): Values => {
      const values = new Int32Array(4);
      values.set([bytes, 0, 0, from]);
      return {
        length: 1,
        nullCount: 0,
        type: kind(TYPES.Utf8View),
        values: new Uint8Array(values.buffer),
        data: [new Uint8Array(20)],
      };
    };
    for (const from of [0, 7]) expect(check(view(from, 13))).not.toThrow();
    for (const from of [8, -1]) expect(check(view(from, 13))).toThrow("its lengths do not fit together");
  });
});
