import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { decompress } from "fzstd";
import { describe, expect, it } from "vitest";
import { type Block, readBlocks } from "../../src/rows/blocks.js";
import { fieldOf } from "../../src/rows/field.js";
import { Lines, Malformed } from "../../src/rows/lines.js";
import { type RowsRead, readRows } from "../../src/rows/read.js";
import { openSource } from "../../src/rows/source.js";
import { FileWriter } from "../../src/rows/write.js";
import { zstdCompressor } from "../../src/rows/zstd.js";
import { scratchFolder } from "../support/folders.js";

const folder = scratchFolder();
const zstd = await zstdCompressor();

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function all(path: string): Promise<RowsRead> {
  const whole: RowsRead = { rows: [], malformed: [] };
  for await (const { rows, malformed } of readRows(path)) {
    whole.rows.push(...rows);
    whole.malformed.push(...malformed);
  }
  return whole;
}

/** Bytes in pieces of the given lengths, over and over, each in the same memory as the one before. */
async function* sourceOf(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(Math.max(...lengths));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const piece = bytes.subarray(at, at + lengths[turn % lengths.length]);
    memory.set(piece);
    yield memory.subarray(0, piece.length);
    memory.fill(0);
    at += piece.length;
  }
}

async function blocksOf(source: AsyncIterable<Uint8Array>, size: number, limit: number): Promise<Block[]> {
  const blocks: Block[] = [];
  for await (const block of readBlocks(source, { size, limit })) blocks.push(block);
  return blocks;
}

describe("blocks", () => {
  it("hold every byte once, cut at ends of lines, whatever the pieces and sizes", async () => {
    const lines = fc.array(fc.nat(90), { maxLength: 40 });
    const pieces = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        lines,
        pieces,
        fc.integer({ min: 1, max: 64 }),
        fc.boolean(),
        async (lengths, turns, size, ends) => {
          const limit = 60;
          const text = lengths.map((length, i) => `${"abcdefghij"[i % 10].repeat(length)}\n`).join("");
          const bytes = Buffer.from(ends ? text : text.slice(0, -1));
          const blocks = await blocksOf(sourceOf(bytes, turns), size, limit);
          let offset = 0;
          const read: string[] = [];
          for (const block of blocks) {
            expect(block.offset).toBe(offset);
            const shown = block.oversized ?? block.bytes.length;
            expect(block.end).toBe(offset + shown);
            expect(bytes.subarray(offset, offset + block.bytes.length).equals(block.bytes)).toBe(true);
            if (block.end < bytes.length) expect(bytes[block.end - 1]).toBe(10);
            offset = block.end;
            for (const lines = new Lines(block, limit); lines.next(); ) {
              const row = lines.row();
              const long = row instanceof Malformed && row.reason.message.startsWith("longer than 60 bytes: ");
              read.push(long ? "long" : Buffer.from(block.bytes.subarray(lines.start, lines.end)).toString("latin1"));
            }
          }
          expect(offset).toBe(bytes.length);
          const want = bytes
            .toString("latin1")
            .split("\n")
            .filter((line) => line !== "");
          // the newline of a line that was skipped counts
          expect(read).toEqual(want.map((line) => (line.length > limit ? "long" : line)));
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });
});

describe("the text of a line", () => {
  it("take a byte order mark away at the beginning of a file and nowhere else, also not at that of a later block", async () => {
    const bytes = Buffer.from('\ufeff{"a":1}\n\ufeff{"a":2}\n{"a":3}\n');
    const texts: (string | null)[] = [];
    for await (const block of readBlocks(sourceOf(bytes, [4]), { size: 8 })) {
      const lines = new Lines(block);
      while (lines.next()) texts.push(lines.text() ?? null);
    }
    expect(texts).toEqual(['{"a":1}', '\ufeff{"a":2}', '{"a":3}']);
  });

  it("is the line's, in ASCII, in UTF-8 and in what is neither, with and without a byte order mark", () => {
    const line = fc.array(fc.constantFrom("a", "é", "中", "😀", "\ufeff", " ", "\r"), { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 8 }),
        fc.boolean(),
        fc.boolean(),
        fc.nat(7),
        (texts, mark, broken, late) => {
          const whole = texts.map((signs) => `${signs.join("")}\n`).join("");
          const bytes = Buffer.concat([
            Buffer.from(`${mark ? "\ufeff" : ""}${whole}`),
            Buffer.from(broken ? [0xc3, 0x28] : []),
          ]);
          const lines = new Lines({ bytes, offset: 0, end: bytes.length });
          const read: (string | null)[] = [];
          const want: string[] = [];
          for (let i = 0; lines.next(); i++) {
            if (i < late) continue; // whenever the first text is asked for
            read.push(lines.text());
            want.push(bytes.toString("utf8", lines.start, lines.end));
          }
          if (broken && want.length > 0) want[want.length - 1] = "broken";
          expect(read.map((text) => text ?? "broken")).toEqual(want);
        },
      ),
      { seed: 8, numRuns: 300 },
    );
  });
});

describe("blocks from the middle of a file", () => {
  it("are those of a reading from its beginning", async () => {
    const lines = fc.array(fc.oneof(fc.nat(20), fc.nat(200)), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 150 }),
        async (lengths, size, limit) => {
          const bytes = Buffer.from(lengths.map((length) => `${"x".repeat(length)}\n`).join(""));
          const whole = await blocksOf(sourceOf(bytes, [33]), size, limit);
          const shape = ({ offset, end, oversized }: Block) => [offset, end, oversized];
          for (const [i, { offset }] of whole.entries()) {
            const rest: Block[] = [];
            for await (const block of readBlocks(sourceOf(bytes.subarray(offset), [19]), { size, limit, offset }))
              rest.push(block);
            expect(rest.map(shape)).toEqual(whole.slice(i).map(shape));
          }
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });
});

describe("rows", () => {
  const SMILE = "\u{1f642}";
  const parts = [
    `\ufeff{"a":1}`,
    "",
    `{"a":"${SMILE}"}\r`,
    " \t\r",
    "[1]",
    "null",
    "{",
    `{"a":NaN}`,
    `{"a":1,"a":2}`,
    `{"a":1e999}`,
    `{"a":"\\ud800"}`,
    `\ufeff{"a":1}`,
    `{"a":"\u0000"}`,
    `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
    "[".repeat(100_000),
    `{"__proto__":{"a":7}}`,
  ];
  const bytes = Buffer.concat([
    Buffer.from(parts.join("\n")),
    Buffer.from('\n{"a":"'),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from('"}\n{"a":"'),
    Buffer.from([0xff]),
    Buffer.from('"}\r\n{"last":true}'),
  ]);
  const good = [1, 3, 8, 9, 10, 11, 12, 14, 16, 19];
  const bad = {
    5: "not a JSON object",
    6: "not a JSON object",
    7: "not JSON",
    13: "not JSON",
    15: "not JSON",
    17: "not UTF-8",
    18: "not UTF-8",
  };

  it("are told from what is none, with its line and the reason", async () => {
    const { rows, malformed } = await all(file("hostile.jsonl", bytes));
    expect(rows.map(({ line }) => line)).toEqual(good);
    expect(Object.fromEntries(malformed.map(({ line, reason }) => [line, reason]))).toEqual(bad);
    const a = fieldOf("a");
    expect(rows.map(({ row }) => a(row)).filter((value) => typeof value !== "object")).toEqual([
      1,
      SMILE,
      Number.NaN, // as Python writes it
      2,
      Number.POSITIVE_INFINITY,
      "\ud800",
      1, // behind a byte order mark, as of files that were joined
      undefined,
      undefined,
    ]);
    expect(malformed.at(-1)?.text).toBe('{"a":"\ufffd"}');
    expect(malformed.find(({ line }) => line === 15)?.text).toBe(`${"[".repeat(200)}…`);
  });

  it("are the same from gzip of many members and zstd of many frames, whatever the name", async () => {
    const shallow = ({ rows, ...rest }: RowsRead) => ({ ...rest, rows: rows.filter(({ line }) => line !== 14) });
    const want = shallow(await all(file("plain.jsonl", bytes)));
    const [one, two] = [bytes.subarray(0, 1000), bytes.subarray(1000)];
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]);
    const packed = {
      gz: [gzipSync(one), gzipSync(two)],
      zst: [skippable, zstd(one), zstd(Buffer.alloc(0)), skippable, zstd(two)],
    };
    for (const [kind, members] of Object.entries(packed)) {
      const path = file(`packed-${kind}`, Buffer.concat(members));
      expect(shallow(await all(path))).toEqual(want);
      const source = await openSource(path, { from: 500 });
      expect(source.compression).toBe(kind);
      for await (const [first] of source) {
        expect(first).toBe(bytes[500]);
        break;
      }
      await source.close();
    }
  });

  it("behind zeros in a gzip file are not lost without a word; zeros alone are", async () => {
    const member = gzipSync('{"a":1}\n');
    const padded = await all(file("padded.gz", Buffer.concat([member, member, Buffer.alloc(3)])));
    expect(padded.rows).toHaveLength(2);
    await expect(all(file("gap.gz", Buffer.concat([member, Buffer.alloc(3), member])))).rejects.toThrow(
      "its gzip data are broken: something follows their end",
    );
    // more packed bytes than are read at a time
    const digests = Array.from({ length: 50_000 }, (_, i) => createHash("sha256").update(String(i)).digest("base64"));
    const long = gzipSync(digests.map((digest) => `{"a":"${digest}"}\n`).join(""));
    expect(long.length).toBeGreaterThan(1 << 20);
    await expect(all(file("long-gap.gz", Buffer.concat([long, Buffer.alloc(3), member])))).rejects.toThrow(
      "its gzip data are broken: something follows their end",
    );
  });

  it("of numbers that Python does not have either are refused", async () => {
    const lines = ["-Infinity5", "1Infinity", "0.Infinity", "NaN1", "-NaN", "Infinity", "[-Infinity]"];
    const { rows, malformed } = await all(file("infinite", lines.map((value) => `{"a":${value}}\n`).join("")));
    expect(rows.map(({ line }) => line)).toEqual([6, 7]);
    expect(malformed.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
  });

  it("come from a file of very many zstd frames", async () => {
    const different = Array.from({ length: 1000 }, (_, i) => zstd(Buffer.from(`{"i":${i}}\n`)));
    const frames = Array.from({ length: 30_000 }, (_, i) => different[i % 1000] as Uint8Array);
    const { rows } = await all(file("frames.zst", Buffer.concat(frames)));
    expect(rows.map(({ row }) => row.i)).toEqual(frames.map((_, i) => i % 1000));
  });

  it("are none in an empty file", async () => {
    expect(await all(file("empty", ""))).toEqual({ rows: [], malformed: [] });
    expect(await all(file("newline", "\n\n"))).toEqual({ rows: [], malformed: [] });
  });

  it.each([
    ["gz", (whole: Buffer) => gzipSync(whole), "gzip"],
    ["zst", (whole: Buffer) => Buffer.from(zstd(whole)), "zstd"],
  ] as const)("of broken %s data are refused with the reason", async (_, pack, name) => {
    const packed = pack(bytes);
    const cut = file("cut", packed.subarray(0, packed.length - 5));
    await expect(all(cut)).rejects.toMatchObject({
      name: "FileError",
      message: `cannot read ${cut}: its ${name} data are broken: they are truncated`,
    });
    const harmed = Buffer.from(packed);
    harmed.fill(0xff, 60, 90);
    await expect(all(file("harmed", harmed))).rejects.toThrow(`its ${name} data are broken`);
  });

  it("of a file that is not there are refused", async () => {
    const nowhere = join(folder, "nowhere");
    await expect(all(nowhere)).rejects.toMatchObject({
      name: "FileError",
      message: `cannot read ${nowhere}: there is no such file or folder`,
    });
    const empty = join(folder, "empty folder");
    mkdirSync(empty);
    await expect(all(empty)).rejects.toThrow("has no files of rows");
  });
});

describe("fields", () => {
  const row = { a: { b: [{ c: 7 }], "x.y": 8 }, "a.b": 1, s: "text" };

  it.each([
    ["a.b", 1],
    ["a.b.0.c", 7],
    ["a.b.1.c", undefined],
    ["a.b.length", 1],
    ["s.length", undefined],
    ["constructor", undefined],
    ["a.constructor.name", undefined],
    ["missing", undefined],
  ])("%s", (path, value) => {
    const given = path === "a.b.0.c" || path.startsWith("a.b.") ? { a: row.a } : row;
    expect(fieldOf(path)(given)).toBe(value);
  });
});

describe("files written", () => {
  const text = Buffer.from(Array.from({ length: 400_000 }, (_, i) => `{"row":${i}}\n`).join(""));

  it.each(["none", "gz", "zst"] as const)(
    "%s: come back whole, and are in their place only at the end",
    async (kind) => {
      const path = join(folder, `written.${kind}`);
      const writer = await FileWriter.open(path, kind);
      for (let start = 0; start < text.length; start += 777_777)
        await writer.write(text.subarray(start, start + 777_777));
      await writer.close();
      expect(existsSync(path)).toBe(false);
      writer.publish();
      const written = readFileSync(path);
      const unpacked =
        kind === "gz" ? gunzipSync(written) : kind === "zst" ? Buffer.from(decompress(written)) : written;
      expect(unpacked.equals(text)).toBe(true);
      expect(writer.bytes).toBe(text.length);
    },
  );

  it.each(["gz", "zst"] as const)("%s: of nothing are still such files", async (kind) => {
    const path = join(folder, `nothing.${kind}`);
    const writer = await FileWriter.open(path, kind);
    await writer.close();
    writer.publish();
    expect(await all(path)).toEqual({ rows: [], malformed: [] });
    const source = await openSource(path);
    expect(source.compression).toBe(kind);
    await source.close();
  });

  it("say why they cannot be", async () => {
    await expect(FileWriter.open(join(folder, "no", "where"))).rejects.toThrow("there is no such file or folder");
  });
});
