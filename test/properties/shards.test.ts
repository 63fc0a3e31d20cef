import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readShard, shardPart } from "../../src/sweep/shard.js";

function shards(cells: number, count: number): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const { has } = shardPart(cells, { index: i + 1, count });
    return Array.from({ length: cells }, (_, index) => index).filter(has);
  });
}

describe("shards", () => {
  it("have every cell once, and differ by at most one cell, however many there are", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 400 }), (cells, count) => {
        const parts = shards(cells, count);
        expect(parts.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: cells }, (_, i) => i));
        const sizes = parts.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        for (const [i, { length }] of parts.entries()) {
          expect(shardPart(cells, { index: i + 1, count }).size).toBe(length);
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("have the largest plan's cells too", () => {
    const count = 7;
    const parts = Array.from({ length: count }, (_, i) => shardPart(1_000_000, { index: i + 1, count }));
    expect(parts.reduce((sum, { size }) => sum + size, 0)).toBe(1_000_000);
    for (const index of [0, 1, 499_999, 999_999]) expect(parts.filter(({ has }) => has(index))).toHaveLength(1);
  });

  it("get their share of every value of every axis, also where its length divides the number of shards", () => {
    for (const [slow, fast, count] of [
      [10, 2, 2],
      [2, 10, 2],
      [8, 4, 4],
      [30, 7, 7],
      [100, 100, 16],
    ]) {
      for (const part of shards(slow * fast, count)) {
        for (const [length, at] of [
          [fast, (index: number) => index % fast],
          [slow, (index: number) => Math.floor(index / fast)],
        ] as const) {
          const share = part.length / length;
          for (let value = 0; value < length; value++) {
            const cells = part.filter((index) => at(index) === value).length;
            expect(Math.abs(cells - share)).toBeLessThan(2);
          }
        }
      }
    }
  });

  it("are read from i/n, and from nothing else", () => {
    expect(readShard("2/7")).toEqual({ index: 2, count: 7 });
    for (const text of ["0/7", "8/7", "1", "1/0", "-1/2", "1/2/3", "a/b", "1/1000001", ""]) {
      expect(readShard(text)).toBeUndefined();
    }
  });
});
