import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import xxhash from "xxhash-wasm";
import { readRows } from "../../src/rows/read.js";
import { decompressedZstd } from "../../src/rows/unzstd.js";
import { processorTime } from "../support/processorTime.js";

const folder = mkdtempSync(join(tmpdir(), "pstar-zstd-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { h64Raw } = await xxhash();

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const text = Buffer.from(Array.from({ length: 400 }, (_, i) => `{"score":${i}}\n`).join(""));

/** Blocks that hold their bytes as they are, as RFC 8878 has them. */
function blocks(content: Uint8Array): Buffer {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < content.length || start === 0; start += 1000) {
    const part = content.subarray(start, start + 1000);
    const head = Buffer.alloc(3);
    head.writeUIntLE(part.length * 8 + (start + 1000 >= content.length ? 1 : 0), 0, 3);
    parts.push(head, part);
  }
  return Buffer.concat(parts);
}

/** A frame of one segment with its size (four bytes), and a checksum. */
function frame(content: Uint8Array, sum: Uint8Array = content): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32LE(Number(h64Raw(sum) & 0xffffffffn));
  return Buffer.concat([Buffer.from([...MAGIC, 0xa4]), size, blocks(content), check]);
}

async function unpack(packed: Uint8Array, piece = 100): Promise<Buffer> {
  async function* chunks() {
    for (let start = 0; start < packed.length; start += piece) yield packed.subarray(start, start + piece);
  }
  const pieces: Uint8Array[] = [];
  for await (const some of decompressedZstd(chunks())) pieces.push(some.slice());
  return Buffer.concat(pieces);
}

async function rowsIn(name: string, packed: Uint8Array): Promise<number> {
  const file = join(folder, name);
  writeFileSync(file, packed);
  let count = 0;
  for await (const { rows } of readRows(file)) count += rows.length;
  return count;
}

describe("zstd", () => {
  it("of several frames with checksums, an empty and skippable ones among them, is read in pieces of any length", async () => {
    const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const parts = [frame(text), skippable, frame(Buffer.alloc(0)), frame(text.subarray(0, 5)), skippable];
    for (const piece of [1, 7, 10_000]) {
      expect((await unpack(Buffer.concat(parts), piece)).toString()).toBe(`${text}${text.subarray(0, 5)}`);
    }
  });

  it("with one bit turned is refused, in any frame", async () => {
    const sound = Buffer.concat([frame(text), frame(text)]);
    expect(await rowsIn("sound.jsonl.zst", sound)).toBe(800);
    for (const place of [50, sound.length - 50, sound.length - 1]) {
      const flipped = Buffer.from(sound);
      flipped[place] ^= 1;
      await expect(rowsIn("flipped.jsonl.zst", flipped)).rejects.toThrow(
        "its zstd data are broken: the checksum does not match",
      );
    }
  });

  it("cut short anywhere is refused", async () => {
    const whole = frame(text.subarray(0, 50));
    for (let length = 1; length < whole.length; length++) {
      await expect(unpack(whole.subarray(0, length))).rejects.toThrow("unexpected EOF");
    }
    await expect(unpack(Buffer.concat([whole, Buffer.from([1])]))).rejects.toThrow();
    await expect(unpack(Buffer.concat([whole, Buffer.from("more")]))).rejects.toThrow("invalid zstd data");
  });

  it("whose length is not the one that it says is refused", async () => {
    const lying = frame(text);
    lying.writeUInt32LE(text.length + 1, 5);
    await expect(unpack(lying)).rejects.toThrow("invalid zstd data");
  });

  it("with too large a window, or a dictionary, is refused by name", async () => {
    const large = (window: number) => Buffer.concat([Buffer.from([...MAGIC, 0, window]), blocks(text)]);
    await expect(rowsIn("window.jsonl.zst", large(21 << 3))).rejects.toThrow(
      "its zstd data need a window of 2 GiB, and at most 128 MiB is supported",
    );
    expect((await unpack(large(10 << 3))).equals(text)).toBe(true);
    const dictionary = Buffer.concat([Buffer.from([...MAGIC, 0x21, 7, 5]), blocks(text)]);
    await expect(rowsIn("dictionary.jsonl.zst", dictionary)).rejects.toThrow("its zstd data need a dictionary");
  });

  it("in blocks of a byte with a large window is refused after a second's work, not read for hours", async () => {
    const run = (last: number) => {
      const head = Buffer.alloc(4);
      head.writeUIntLE((1 << 3) | (1 << 1) | last, 0, 3); // once
      head[3] = 65;
      return head;
    };
    const hostile = (window: number, count: number) =>
      Buffer.concat([
        Buffer.from([...MAGIC, 0, window << 3]),
        ...Array.from({ length: count }, (_, i) => run(i + 1 < count ? 0 : 1)),
      ]);
    // 80 kB, for which 128 MiB would be moved 20,000 times
    const took = await processorTime(() => expect(unpack(hostile(17, 20_000))).rejects.toThrow("in very small blocks"));
    expect(took).toBeLessThan(20_000);
    expect((await unpack(hostile(0, 20_000))).length).toBe(20_000);
  });

  it("whose block is longer than any may be is refused", async () => {
    const head = Buffer.alloc(4);
    head.writeUIntLE((0x1fffff << 3) | (1 << 1) | 1, 0, 3);
    await expect(unpack(Buffer.concat([Buffer.from([...MAGIC, 0, 8 << 3]), head]))).rejects.toThrow(
      "invalid zstd data",
    );
  });
});
