import { DataError } from "../../core/errors.js";
import { selectReason } from "../reasons.js";
import type { ResolvedSettings } from "../settings.js";

/** A number for a row. */
export type OfRow = (row: number) => number;

/** How the last places of a choice were given away. */
export interface Edge {
  /** The lowest merit that was taken. */
  merit: number;
  /** Members of that merit, and how many of them were taken. */
  equal: number;
  taken: number;
}

/** Rows, in rising order. */
export interface Members {
  length: number;
  each(visit: (row: number) => void): void;
}

/** The rows of a list. */
export function listed(rows: Uint32Array): Members {
  const each: Members["each"] = (visit) => {
    for (const row of rows) visit(row);
  };
  return { length: rows.length, each };
}

/**
 * Chooses the `count` members of the highest merit; equal ones by the higher `lot`, and by place where these are equal too.
 *
 * @param leave Told of each member that is not chosen, which may cease to be a member then.
 * @returns What lay at the edge; null if all or none are chosen.
 */
export function chooseTop(
  members: Members,
  count: number,
  merit: OfRow,
  lot: OfRow,
  leave: (row: number) => void,
): Edge | null {
  if (count >= members.length) return null;
  if (count <= 0) {
    members.each(leave);
    return null;
  }
  const cut = nthLargest(members, count, merit);
  let above = 0;
  let equal = 0;
  members.each((row) => {
    const value = merit(row);
    if (value > cut) above++;
    else if (value === cut) equal++;
    else leave(row);
  });
  const taken = count - above;
  if (taken < equal) {
    const equals: Members = {
      length: equal,
      each: (visit) =>
        members.each((row) => {
          if (merit(row) === cut) visit(row);
        }),
    };
    const lotCut = nthLargest(equals, taken, lot);
    let room = taken;
    equals.each((row) => {
      if (lot(row) > lotCut) room--;
    });
    equals.each((row) => {
      const drawn = lot(row);
      if (drawn < lotCut || (drawn === lotCut && room-- <= 0)) leave(row);
    });
  }
  return { merit: cut, equal, taken };
}

function nthLargest(members: Members, n: number, of: OfRow): number {
  const values: Values = (visit) => members.each((row) => visit(of(row)));
  return atRanks(values, members.length, [members.length - n])[0];
}

/**
 * How many candidates each slice keeps. Of a share: the share of its candidates, rounded, and one at least. Of a number:
 * in proportion to the candidates, by largest remainders, and one at least.
 *
 * @param candidates The candidates of each slice; a slice without any keeps none. One slice stands for no slices.
 * @throws DataError if there are more slices than rows to keep.
 */
export function quotas(keep: ResolvedSettings["keep"], candidates: readonly number[], sliced: boolean): number[] {
  if (keep === null) return [...candidates];
  const least = (count: number) => (sliced && count > 0 ? 1 : 0);
  if ("share" in keep) return candidates.map((count) => Math.max(least(count), Math.round(keep.share * count)));
  const total = candidates.reduce((sum, count) => sum + count, 0);
  if (keep.rows >= total) return [...candidates];
  const slices = candidates.filter((count) => count > 0).length;
  if (sliced && keep.rows < slices) {
    throw new DataError(selectReason("fewer-rows-than-slices", { slices, rows: keep.rows }));
  }
  const exact = candidates.map((count) => (keep.rows * count) / total);
  const given = exact.map((quota, i) => Math.max(least(candidates[i]), Math.floor(quota)));
  for (let left = keep.rows - given.reduce((sum, n) => sum + n, 0); left !== 0; left -= Math.sign(left)) {
    // the slice that is furthest from its due, upwards or downwards
    const step = Math.sign(left);
    let best = -1;
    for (const [i, count] of candidates.entries()) {
      const possible = step > 0 ? given[i] < count : given[i] > least(count);
      if (possible && (best < 0 || step * (exact[i] - given[i]) > step * (exact[best] - given[best]))) best = i;
    }
    given[best] += step;
  }
  return given;
}

/** Ranges below this are sorted. */
const FEW = 32;

/**
 * Brings the value of rank k (from 0) to its place in [low, high): none before it is larger, none after it smaller.
 * Quickselect in three parts, as many values may be equal; where the pivots keep missing, what is left is sorted.
 *
 * @param values No NaN among them.
 */
export function placeNth(values: Float64Array, k: number, low = 0, high = values.length): number {
  let chances = 2 * Math.ceil(Math.log2(high - low + 2));
  while (high - low > FEW && chances-- > 0) {
    const pivot = median(values[low], values[(low + high) >>> 1], values[high - 1]);
    let less = low;
    let more = high;
    for (let i = low; i < more; ) {
      const value = values[i];
      if (value < pivot) {
        values[i++] = values[less];
        values[less++] = value;
      } else if (value > pivot) {
        values[i] = values[--more];
        values[more] = value;
      } else {
        i++;
      }
    }
    if (k < less) high = less;
    else if (k >= more) low = more;
    else return values[k];
  }
  values.subarray(low, high).sort();
  return values[k];
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** Where the scores of some rows lie. */
export interface Quantiles {
  rows: number;
  min: number;
  p05: number;
  p25: number;
  median: number;
  p75: number;
  p95: number;
  max: number;
}

const SHARES = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];

/** Numbers that can be gone through again and again, none of them NaN. */
export type Values = (visit: (value: number) => void) => void;

/** The quantiles of scores, between two of them in proportion (type 7 of Hyndman & Fan); null of none. */
export function quantilesOf(values: Values): Quantiles | null {
  let rows = 0;
  values(() => rows++);
  if (rows === 0) return null;
  const places = SHARES.map((share) => share * (rows - 1));
  const ranks = [...new Set(places.flatMap((place) => [Math.floor(place), Math.ceil(place)]))];
  const found = atRanks(values, rows, ranks);
  const at = (rank: number) => found[ranks.indexOf(rank)];
  const [min, p05, p25, median, p75, p95, max] = places.map((place) => {
    const [low, high] = [at(Math.floor(place)), at(Math.ceil(place))];
    return low === high ? low : low + (place - Math.floor(place)) * (high - low);
  });
  return { rows, min, p05, p25, median, p75, p95, max };
}

/** So many values are copied to be placed; more are counted. */
const COPIED = 1 << 16;

/**
 * The values of some ranks, rising from 0, as sorting would place them; no −0.
 *
 * @param ranks Rising.
 */
export function atRanks(values: Values, count: number, ranks: readonly number[], copied = COPIED): number[] {
  if (count > copied) return countedRanks(values, ranks);
  const copy = new Float64Array(count);
  let filled = 0;
  values((value) => {
    copy[filled++] = value + 0;
  });
  placeAll(copy, ranks, 0, count);
  return ranks.map((rank) => copy[rank]);
}

const DIGIT = 16;
const DIGITS = 1 << DIGIT;

/** Values that begin with the same digits, and which ranks among them are sought. */
interface Prefix {
  high: number;
  low: number;
  sought: { place: number; rank: number }[];
}

/**
 * The same without a copy, by radix: 64 bits that rise with the value, as digits of 16. Each pass counts the next digit of the
 * values that begin as a sought one does; the fourth knows it to the last bit.
 */
function countedRanks(values: Values, ranks: readonly number[]): number[] {
  const number = new Float64Array(1);
  const words = new Uint32Array(number.buffer);
  let prefixes: Prefix[] = [{ high: 0, low: 0, sought: ranks.map((rank, place) => ({ place, rank })) }];
  /** By digit: 1 + the prefix that a prefix goes on to with it; 0 if none is sought there. */
  const onward: Uint8Array[] = [];
  for (let level = 0; level < 64 / DIGIT; level++) {
    const counts = new Uint32Array(prefixes.length * DIGITS);
    values((value) => {
      number[0] = value + 0;
      // the bits of a negative number fall as it rises
      const turn = words[1] >>> 31 === 1 ? 0xffffffff : 0;
      const high = (words[1] ^ (turn | 0x80000000)) >>> 0;
      const low = (words[0] ^ turn) >>> 0;
      let prefix = 0;
      for (let before = 0; before < level; before++) {
        prefix = onward[before][prefix * DIGITS + digitOf(high, low, before)] - 1;
        if (prefix < 0) return;
      }
      counts[prefix * DIGITS + digitOf(high, low, level)]++;
    });
    const next = new Uint8Array(counts.length);
    const longer: Prefix[] = [];
    for (const [p, { high, low, sought }] of prefixes.entries()) {
      let below = 0;
      for (let digit = 0, i = 0; i < sought.length; digit++) {
        const here = counts[p * DIGITS + digit];
        const found: Prefix["sought"] = [];
        for (; i < sought.length && sought[i].rank < below + here; i++)
          found.push({ place: sought[i].place, rank: sought[i].rank - below });
        below += here;
        if (found.length === 0) continue;
        const shifted = digit << (level % 2 === 0 ? DIGIT : 0);
        longer.push({
          high: (level < 2 ? high | shifted : high) >>> 0,
          low: (level < 2 ? low : low | shifted) >>> 0,
          sought: found,
        });
        next[p * DIGITS + digit] = longer.length;
      }
    }
    onward.push(next);
    prefixes = longer;
  }
  const found = new Array<number>(ranks.length);
  for (const { high, low, sought } of prefixes) {
    const turn = high >>> 31 === 0 ? 0xffffffff : 0;
    words[1] = high ^ (turn | 0x80000000);
    words[0] = low ^ turn;
    for (const { place } of sought) found[place] = number[0];
  }
  return found;
}

function digitOf(high: number, low: number, level: number): number {
  const word = level < 2 ? high : low;
  return level % 2 === 0 ? word >>> DIGIT : word & (DIGITS - 1);
}

/** Brings the values of rising ranks to their places: the middle one first, which halves the work for the others. */
function placeAll(values: Float64Array, ranks: readonly number[], low: number, high: number): void {
  if (ranks.length === 0) return;
  const middle = ranks.length >> 1;
  placeNth(values, ranks[middle], low, high);
  placeAll(values, ranks.slice(0, middle), low, ranks[middle]);
  placeAll(values, ranks.slice(middle + 1), ranks[middle] + 1, high);
}

/** The scores that there are. */
export function present(scores: Float64Array): Values {
  return (visit) => {
    for (const score of scores) if (!Number.isNaN(score)) visit(score);
  };
}
