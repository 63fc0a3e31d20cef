import type { ColumnMetaData, SchemaTree } from "hyparquet";
import { describe, expect, it } from "vitest";
import { checkPages } from "../../src/rows/parquetCheck.js";

// Thrift's compact protocol: the head of a field is its distance from the one before and its type, an i32 is a zigzag number.
const [I32, FALSE, STRUCT] = [5, 2, 12];
const i32 = (value: number, distance = 1) => [16 * distance + I32, 2 * value];

/** A data page of the first or the second version, with its header. */
function page({ version, values, nulls = 0 }: { version: 1 | 2; values: number; nulls?: number }): number[] {
  // three values and a null: runs of levels, then the numbers
  const levels = [...[6, 1], ...[2, 0]];
  const numbers = new Array<number>(12).fill(0);
  const PLAIN = 0;
  const body = version === 1 ? [levels.length, 0, 0, 0, ...levels, ...numbers] : [...levels, ...numbers];
  const head = [...i32(version === 1 ? 0 : 3), ...i32(body.length), ...i32(body.length)];
  const first = [16 * 2 + STRUCT, ...i32(values), ...i32(PLAIN), ...i32(3), ...i32(3), 0];
  const counts = [...i32(values), ...i32(nulls), ...i32(values), ...i32(PLAIN), ...i32(levels.length), ...i32(0)];
  const second = [16 * 5 + STRUCT, ...counts, 16 + FALSE, 0];
  return [...head, ...(version === 1 ? first : second), 0, ...body];
}

/** Checks a column of numbers, any of which may be missing. */
function check(pages: readonly number[], rows: number): void {
  const metadata = { codec: "UNCOMPRESSED", num_values: BigInt(rows) } as ColumnMetaData;
  const path = [{ element: { name: "a", type: "INT32", repetition_type: "OPTIONAL" } }] as SchemaTree[];
  checkPages(Uint8Array.from(pages), metadata, path, rows, {});
}

describe("the pages of a Parquet column", () => {
  it.each([1, 2] as const)("of version %d that have what they announce are taken", (version) => {
    const sound = page({ version, values: 4, nulls: 1 });
    expect(() => check(sound, 4)).not.toThrow();
    expect(() => check([...sound, ...sound], 8)).not.toThrow();
  });

  it.each([0, 2, 4])("that announce %d nulls and have one are refused", (nulls) => {
    expect(() => check(page({ version: 2, values: 4, nulls }), 4)).toThrow("nulls are not those that it announces");
  });

  it.each([1, 2] as const)("of version %d that end before the last row are refused", (version) => {
    const sound = page({ version, values: 4, nulls: 1 });
    for (const pages of [[], sound]) expect(() => check(pages, 5)).toThrow("a column without all of its values");
    expect(() => check(sound, 3)).toThrow("a page of more values than its column");
  });
});
