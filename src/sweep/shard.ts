import { type Part, Plan, wholePart } from "../model/cells.js";
import type { Scenario } from "../model/scenario.js";

/** One of `count` parts that a plan is dealt into; `index` counts from 1. */
export interface Shard {
  index: number;
  count: number;
}

/**
 * The cells of one shard. Of `cells` cells, the one at k has the place (k · m mod cells), where m is near the golden section
 * of `cells` and has no factor in common with it; each shard takes a stretch of places. So the shards differ by at most one
 * cell, and each gets its share of every value of every axis, whatever the number of shards: an axis whose values cost
 * more and more is dealt out evenly too. There may be more shards than cells.
 */
export function shardPart(cells: number, { index, count }: Shard): Part {
  const step = stepOf(cells);
  const owner = (cell: number) => Math.floor((((cell * step) % cells) * count) / cells);
  // place t belongs to shard floor(t · count / cells), so shard s begins at ceil(s · cells / count)
  const start = (shard: number) => Math.ceil((shard * cells) / count);
  return {
    size: start(index) - start(index - 1),
    has: (cell) => cell >= 0 && cell < cells && owner(cell) === index - 1,
  };
}

/** The cells that a shard of a scenario computes; without a shard, all of them. */
export function partOf(scenario: Scenario, shard: Shard | undefined): Part {
  const { length } = new Plan(scenario);
  return shard === undefined ? wholePart(length) : shardPart(length, shard);
}

/** `2/7`: the second of seven. */
export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/** Reads `i/n` with 1 ≤ i ≤ n ≤ 10⁶; undefined if it is something else. */
export function readShard(text: string): Shard | undefined {
  const [, index, count] = (/^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? []).map(Number);
  return index >= 1 && index <= count && count <= SHARD_LIMIT ? { index, count } : undefined;
}

/** As many as the largest plan has cells. */
const SHARD_LIMIT = 1_000_000;

function stepOf(cells: number): number {
  let step = Math.max(1, Math.round(cells * 0.6180339887498949));
  while (greatestCommonDivisor(step, cells) !== 1) step++;
  return step;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
