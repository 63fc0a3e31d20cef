import { expect, it } from "vitest";
import { ArgumentError } from "../../src/core/errors.js";
import { rowHashes } from "../../src/core/text.js";
import { xxh64 } from "../oracle/hash.js";
import { uniforms } from "../oracle/random.js";
import { eachBuild } from "./builds.js";

/** The buffer of xxHash's own sanity checks (tests/sanity_test.c): the high bytes of 2654435761 · prime^i. */
function sanityBuffer(length: number): Uint8Array {
  let word = 2654435761n;
  return Uint8Array.from({ length }, () => {
    const byte = Number(word >> 56n);
    word = BigInt.asUintN(64, word * 11400714785074694797n);
    return byte;
  });
}

const ascii = (text: string) => new TextEncoder().encode(text);

/** Published values: the sanity checks, and well-known words. */
const KNOWN: [string, Uint8Array, bigint][] = [
  ["no byte", sanityBuffer(0), 0xef46db3751d8e999n],
  ["1 byte", sanityBuffer(1), 0xe934a84adb052768n],
  ["14 bytes", sanityBuffer(14), 0x8282dcc4994e35c8n],
  ["222 bytes", sanityBuffer(222), 0xb641ae8cb691c174n],
  ["a", ascii("a"), 0xd24ec4f1a98c6e5bn],
  ["abc", ascii("abc"), 0x44bc2cf5ad770999n],
  ["39 letters", ascii("Nobody inspects the spammish repetition"), 0xfbcea83c8a378bf1n],
];

eachBuild("row hashes", (core) => {
  const hashes = (bytes: Uint8Array, bounds: number[]) => {
    const words = rowHashes(core, bytes, Uint32Array.from(bounds));
    return Array.from(
      { length: bounds.length / 2 },
      (_, i) => (BigInt(words[2 * i + 1]) << 32n) | BigInt(words[2 * i]),
    );
  };

  it.each(KNOWN)("are the published ones of %s", (_, bytes, published) => {
    expect(hashes(bytes, [0, bytes.length])).toEqual([published]);
    expect(xxh64(bytes)).toBe(published);
  });

  it("are the oracle's at every length and place", () => {
    const draw = uniforms(64);
    const bytes = Uint8Array.from({ length: 400 }, () => 256 * draw());
    const rows = Array.from({ length: 140 }, (_, length) => [length % 7, (length % 7) + length]);
    rows.push([0, 400], [399, 400], [400, 400], [3, 259]);
    expect(hashes(bytes, rows.flat())).toEqual(rows.map(([start, end]) => xxh64(bytes.subarray(start, end))));
    expect(hashes(bytes, [])).toEqual([]);
  });

  it("go where they are told", () => {
    const out = new Uint32Array(5).fill(7);
    expect(rowHashes(core, ascii("a\nabc"), Int32Array.of(0, 1, 2, 5), out)).toBe(out);
    expect([...out]).toEqual([0xa98c6e5b, 0xd24ec4f1, 0xad770999, 0x44bc2cf5, 7]);
  });

  it.each([
    ["an end outside", [0, 4]],
    ["an end before its start", [2, 1]],
    ["a start below 0", [-1, 2]],
    ["half a row", [0, 1, 2]],
  ])("are refused for %s", (_, bounds) => {
    expect(() => rowHashes(core, ascii("abc"), Int32Array.from(bounds))).toThrow(ArgumentError);
  });

  it("are refused where there is no room for them", () => {
    expect(() => rowHashes(core, ascii("abc"), Int32Array.of(0, 1), new Uint32Array(1))).toThrow(
      "out must be of at least 2 words, got 1",
    );
  });
});
