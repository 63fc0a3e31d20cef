import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { init } from "@bokuweb/zstd-wasm";
import { afterAll, describe, expect, it, vi } from "vitest";
import xxhash from "xxhash-wasm";
import { zstdCompressor as builtCompressor } from "../../dist/rows/zstd.js";
import { readRows } from "../../src/rows/read.js";
import { decompressedZstd } from "../../src/rows/unzstd.js";
import { zstdCompressor } from "../../src/rows/zstd.js";
import { uniforms } from "../oracle/random.js";
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

/** A frame of one block that is nothing but literals in one stream, behind the tree that they are packed by. */
function literals(tree: readonly number[], count: number, stream: readonly number[]): Buffer {
  const size = tree.length + stream.length;
  const header = Buffer.alloc(3);
  header.writeUIntLE(2 | (count << 4) | (size << 14), 0, 3);
  const head = Buffer.alloc(3);
  head.writeUIntLE(((3 + size + 1) << 3) | (2 << 1) | 1, 0, 3);
  return Buffer.from([...MAGIC, 0, 0, ...head, ...header, ...tree, ...stream, 0]);
}

/** What unpacking ends with, in a thread that is stopped if it takes too long. */
async function unpackedInThread(packed: Uint8Array): Promise<string> {
  const script = `
    const { parentPort, workerData: { module, packed } } = require("node:worker_threads");
    import(module).then(async ({ decompressedZstd }) => {
      for await (const _ of decompressedZstd((async function* () { yield packed; })()));
    }).then(() => "read", ({ message }) => message).then((end) => parentPort.postMessage(end));`;
  const module = pathToFileURL(join(import.meta.dirname, "../../dist/rows/unzstd.js")).href;
  const worker = new Worker(script, { eval: true, workerData: { module, packed } });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      timer = setTimeout(() => resolve("it hangs"), 25_000);
      worker.on("message", resolve).on("error", reject);
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
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

  it("without a checksum whose match begins before the frame or its window is refused, not read as zeros", async () => {
    // the literals ab and then a match of three bytes; the tables are of one symbol each, so all bits are those of the distance
    const matched = (literalCode: number, offsetCode: number, bits: number, before: Uint8Array = Buffer.alloc(0)) => {
      const body = [2 << 3, 97, 98, 1, 0b01010100, literalCode, offsetCode, 0, (1 << offsetCode) | bits];
      const head = Buffer.alloc(3);
      head.writeUIntLE((body.length << 3) | (2 << 1) | 1, 0, 3);
      const raw = Buffer.alloc(3);
      raw.writeUIntLE(before.length << 3, 0, 3);
      return Buffer.from([...MAGIC, 0, 0, ...(before.length > 0 ? [...raw, ...before] : []), ...head, ...body]);
    };
    const result = async (...args: Parameters<typeof matched>) =>
      String(await unpack(matched(...args)).catch(() => null));
    // distances 1 to 4, of which two are there
    expect(await result(2, 2, 0)).toBe("abbbb");
    expect(await result(2, 2, 1)).toBe("ababa");
    expect(await result(2, 2, 2)).toBe("null");
    expect(await result(2, 2, 2, Buffer.from("c"))).toBe("cabcab");
    // the last distances, which are 1, 4 and 8 at first; without literals 4, 8 and 0, and the literals come behind
    expect(await result(2, 0, 0)).toBe("abbbb");
    expect(await result(2, 1, 0)).toBe("null");
    expect(await result(2, 1, 0, Buffer.from("cd"))).toBe("cdabcda");
    expect(await result(2, 1, 1, Buffer.from("12345"))).toBe("null");
    expect(await result(2, 1, 1, Buffer.from("123456"))).toBe("123456ab123");
    expect(await result(0, 0, 0, Buffer.from("xyz"))).toBe("null");
    expect(await result(0, 0, 0, Buffer.from("wxyz"))).toBe("wxyzwxyab");
    expect(await result(0, 1, 0, Buffer.from("wxyzwxy"))).toBe("null");
    expect(await result(0, 1, 1, Buffer.from("wxyz"))).toBe("null");
    // 1,024 bytes are the window, and more than those are there
    const far = Buffer.from(Array.from({ length: 1000 }, (_, i) => 97 + (i % 26)));
    const long = (distance: number) => {
      const value = distance + 3 - 1024;
      const body = [2 << 3, 97, 98, 1, 0b01010100, 2, 10, 0, value & 255, (value >> 8) | 4];
      const head = Buffer.alloc(3);
      head.writeUIntLE((body.length << 3) | (2 << 1) | 1, 0, 3);
      const raw = Buffer.alloc(3);
      raw.writeUIntLE(far.length << 3, 0, 3);
      return Buffer.from([...MAGIC, 0, 0, ...raw, ...far, ...raw, ...far, ...head, ...body]);
    };
    expect((await unpack(long(1024))).length).toBe(2005);
    await expect(unpack(long(1025))).rejects.toThrow("invalid zstd data");
  });

  it("whose matches take the last distances again is read as RFC 8878 says, in every order of them", async () => {
    const header = (type: number, size: number, last: boolean) => {
      const head = Buffer.alloc(3);
      head.writeUIntLE((size << 3) | (type << 1) | (last ? 1 : 0), 0, 3);
      return head;
    };
    /** Sequences of so many literals and a match of three bytes, the bits of whose distances stand one before the other. */
    const block = (literals: string, each: number, code: number, values: readonly number[], last: boolean) => {
      const bits = values.map((value) => (value - 2 ** code).toString(2).padStart(code, "0").slice(0, code));
      const stream = [];
      for (let rest = BigInt(`0b1${bits.join("")}`); rest > 0n; rest >>= 8n) stream.push(Number(rest & 255n));
      const tables = [values.length, 0b01010100, each, code, 0];
      const body = Buffer.from([literals.length << 3, ...Buffer.from(literals), ...tables, ...stream]);
      return Buffer.concat([header(2, body.length, last), body]);
    };
    /** What it unpacks to, told by the RFC's table of repeated offsets; null if a match begins before the frame. */
    const meant = (begin: string, parts: { literals: string; each: number; values: readonly number[] }[]) => {
      let text = begin;
      let [a, b, c] = [1, 4, 8];
      for (const { literals, each, values } of parts) {
        let at = 0;
        for (const value of values) {
          text += literals.slice(at, at + each);
          at += each;
          const shifted = value <= 3 && each === 0 ? value + 1 : value;
          if (value > 3) [a, b, c] = [value - 3, a, b];
          else if (shifted === 2) [a, b] = [b, a];
          else if (shifted === 3) [a, b, c] = [c, a, b];
          else if (shifted === 4) [a, b, c] = [a - 1, a, b];
          if (a < 1 || a > text.length) return null;
          for (let i = 0; i < 3; i++) text += text[text.length - a];
        }
        text += literals.slice(at);
      }
      return text;
    };
    const letters = "abcdefghijklmnopqrstuvwxyz";
    let [read, refused] = [0, 0];
    for (let kind = 0; kind < 256; kind++) {
      const each = kind & 1;
      // two distances of their own or none, four that are taken again, and one or two of the first kind, in two orders
      const own = [4 + ((kind >> 1) & 3), 4 + ((kind >> 3) & 3)];
      const again = [0, 1, 2, 3].map((i) => 2 + ((kind >> (i + 1)) & 1));
      const some = [
        { literals: letters.slice(0, 4), each: 1, values: kind < 128 ? [] : own, code: 2 },
        { literals: letters.slice(4, 10), each, values: again, code: 1 },
        { literals: letters.slice(10, 13), each, values: (kind & 32) > 0 ? [1, 1] : [1], code: 0 },
        { literals: letters.slice(13, 17), each, values: again.toReversed(), code: 1 },
      ].filter(({ values }) => values.length > 0);
      const parts = (kind & 64) > 0 ? some : some.toReversed();
      if ((kind & 96) === 96) parts.unshift(...parts.splice(1, 1)); // begins with what is taken again without a bit
      for (const begin of ["vw", "wxyz", "uvwxy", "opqrstuvwxyz"]) {
        const packed = Buffer.concat([
          Buffer.from([...MAGIC, 0, 0]),
          header(0, begin.length, false),
          Buffer.from(begin),
          ...parts.map((one, i) => block(one.literals, one.each, one.code, one.values, i === parts.length - 1)),
        ]);
        const expected = meant(begin, parts);
        if (expected === null) {
          refused++;
          await expect(unpack(packed)).rejects.toThrow("invalid zstd data");
        } else {
          read++;
          expect(String(await unpack(packed))).toBe(expected);
        }
      }
    }
    expect(Math.min(read, refused)).toBeGreaterThan(100);
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

  it("whose Huffman tree takes no bit for a weight is refused, not read for ever", { timeout: 60_000 }, async () => {
    // found by test/long/fuzz.test.ts; in a thread, as what hangs cannot be ended otherwise
    const packed =
      "28b52ffd64cd0035040022850e12f09f9880b0256d2c99de921468919b36ed94b553b91862b03d2c490a85bfb359b5ea2f2a996df3e3ce19" +
      "b5bfbb5d21cd3f7fa8e7996210610002823108262050d34cf42989638818785fcebc34ad28a6b14cbb1b2336b6b18d3736cc6ebbdd0d76db" +
      "1b51c632b6e00d8377c34abbdbeeb661c4dbe08217bce028d8a360a660618a68b9cd0612578ede8d28b52ffd";
    expect(await unpackedInThread(Buffer.from(packed, "hex"))).toBe("invalid zstd data");
    // the same tree alone: its table gives the symbol 1 all 32 states
    const tree = [4, 0x10, 0xf8, 0x01, 0xff];
    expect(await unpackedInThread(literals(tree, 2, [4]))).toBe("invalid zstd data");
  });

  it("whose sequences are longer than its block may be is refused before they are copied", {
    timeout: 60_000,
  }, async () => {
    // found by the same test: 17,920 sequences of a block of 50 bytes, which took a minute
    const packed =
      "28b52ffd644200cd0300e4037b226f6e65223a307d0a31343931363235333634393634383131303234343639393632323538393332343336" +
      "313434343438353235373636373732397d0ac6006023300cec067603bbc16e7b30029401ca0005ef18bcb161a034b01bd86dc788171b0c0a" +
      "0605838241c12e0533551014068a80729b15244fdcad8c";
    expect(await unpackedInThread(Buffer.from(packed, "hex"))).toBe("invalid zstd data");
    // 100,000 sequences, each of 65,539 bytes and more, whose codes take no bit
    const rle = [0, 255, 0xff, 0xff, 0b01010100, 0, 0, 52, 1];
    const head = Buffer.alloc(3);
    head.writeUIntLE((rle.length << 3) | (2 << 1) | 1, 0, 3);
    expect(await unpackedInThread(Buffer.from([...MAGIC, 0, 7 << 3, ...head, ...rle]))).toBe("invalid zstd data");
  });

  it("whose Huffman tree is none that zstd reads is refused", async () => {
    const plain = (...weights: number[]) => {
      const bytes = Array.from({ length: Math.ceil(weights.length / 2) }, (_, i) => weights.slice(2 * i, 2 * i + 2));
      return [127 + weights.length, ...bytes.map(([high, low = 0]) => (high << 4) | low)];
    };
    // two literals of a bit each, 0 and 1
    expect([...(await unpack(literals(plain(1), 2, [0b101])))]).toEqual([0, 1]);
    // of codes of a bit in a tree of two; of 12 bits; of no weights; of a sum that no last weight fills; cut short
    const trees = [plain(2), plain(11, 11), plain(0, 0), plain(3, 1, 1, 1), [255, 0x11]];
    for (const tree of trees) await expect(unpack(literals(tree, 1, [2]))).rejects.toThrow("invalid zstd data");
    await expect(unpack(literals(plain(2), 2, [4]))).rejects.toThrow("invalid zstd data");
    // a table of more than 64 states
    await expect(unpack(literals([4, 0x12, 0xf8, 0x01, 0xff], 2, [4]))).rejects.toThrow("invalid zstd data");
  });

  it("of texts with few and many letters, evenly and unevenly spread, is read as it was written", async () => {
    const compress = await zstdCompressor();
    for (const length of [100, 1000, 10_000, 200_000]) {
      for (const letters of [2, 3, 7, 20, 90, 250]) {
        for (const skew of [1, 3, 6]) {
          const uniform = uniforms(length + 31 * letters + skew);
          const text = Uint8Array.from({ length }, () => letters * uniform() ** skew);
          expect((await unpack(compress(text), 5000)).equals(text)).toBe(true);
        }
      }
    }
  });
});

describe("what is written as zstd", () => {
  /** A copy of the module, as a process has that loads the sources and the package built of them. */
  const copyOf = async (name: string): Promise<typeof zstdCompressor> => {
    const file = pathToFileURL(join(import.meta.dirname, "../../dist/rows/zstd.js"));
    return (await import(/* @vite-ignore */ `${file}?${name}`)).zstdCompressor;
  };

  it("is the same from every copy of the module in a process, in turns, whoever else starts the package", async () => {
    const texts = [1, 2, 3].map((round) => Buffer.from(`${round}: ${"never the same text ".repeat(1000 * round)}`));
    const frames: Uint8Array[][] = [];
    for (const text of texts) {
      const ofText: Uint8Array[] = [];
      for (const start of [zstdCompressor, builtCompressor, await copyOf(`turn-${frames.length}`)]) {
        ofText.push((await start())(text));
        await init(); // once more, by a stranger
        await new Promise((later) => setImmediate(later));
      }
      frames.push(ofText);
    }
    for (const [i, text] of texts.entries()) {
      for (const frame of frames[i] ?? []) {
        expect(Buffer.from(frame)).toEqual(Buffer.from(frames[i]?.[0] ?? []));
        expect((await unpack(frame, 5000)).equals(text)).toBe(true);
      }
    }
  });

  it("has the bytes that compress() of the package gave at level 3 in a process that started it once", async () => {
    const compress = await zstdCompressor();
    const sums = [new Uint8Array(0), text, Buffer.from("ab".repeat(100_000))].map((bytes) =>
      createHash("sha256").update(compress(bytes)).digest("hex").slice(0, 16),
    );
    expect(sums).toEqual(["6fb8543883dafcc2", "e54a221c81ccafc6", "73546d5dc286dc24"]);
  });

  it("without memory to start in is an error, and not a promise that never ends", async () => {
    const start = await copyOf("without-addresses");
    const spy = vi.spyOn(WebAssembly, "instantiate").mockRejectedValue(new RangeError("Out of memory"));
    try {
      await expect(start()).rejects.toThrow("the system gave WebAssembly no addresses to start in");
    } finally {
      spy.mockRestore();
    }
  });

  it("of more than the memory that the machine gives is an error that says how much it would take", async () => {
    const compress = await (await copyOf("without-memory"))();
    const bytes = new Uint8Array(1 << 24);
    const spy = vi.spyOn(WebAssembly.Memory.prototype, "grow").mockImplementation(() => {
      throw new RangeError("out of memory");
    });
    try {
      expect(() => compress(bytes)).toThrow("this needs 32 MiB of memory, and the machine gave no more");
    } finally {
      spy.mockRestore();
    }
    expect((await unpack(compress(bytes))).equals(bytes)).toBe(true);
  });
});
