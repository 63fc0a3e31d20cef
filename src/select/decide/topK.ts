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

/**
 * Chooses the `count` members of the highest merit; equal ones by the higher `lot`, and by place where these are equal too.
 *
 * @param scratch Room for a number a member.
 * @param leave Told of each member that is not chosen.
 * @returns What lay at the edge; null where all or none are chosen.
 */
export function chooseTop(
  members: Uint32Array,
  count: number,
  merit: OfRow,
  lot: OfRow,
  scratch: Float64Array,
  leave: (row: number) => void,
): Edge | null {
  if (count >= members.length) return null;
  if (count <= 0) {
    members.forEach(leave);
    return null;
  }
  const cut = nthLargest(members, count, merit, scratch);
  let above = 0;
  let equal = 0;
  for (const row of members) {
    const value = merit(row);
    if (value > cut) above++;
    else if (value === cut) equal++;
    else leave(row);
  }
  const taken = count - above;
  if (taken < equal) {
    const equals = new Uint32Array(equal);
    let filled = 0;
    for (const row of members) if (merit(row) === cut) equals[filled++] = row;
    const lotCut = nthLargest(equals, taken, lot, scratch);
    let room = taken;
    for (const row of equals) if (lot(row) > lotCut) room--;
    for (const row of equals) {
      const drawn = lot(row);
      if (drawn < lotCut || (drawn === lotCut && room-- <= 0)) leave(row);
    }
  }
  return { merit: cut, equal, taken };
}

function nthLargest(members: Uint32Array, n: number, of: OfRow, scratch: Float64Array): number {
  const values = scratch.subarray(0, members.length);
  for (let i = 0; i < members.length; i++) values[i] = of(members[i]);
  return placeNth(values, values.length - n);
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

/**
 * The quantiles of scores, between two of them in proportion (type 7 of Hyndman & Fan); null of none.
 *
 * @param values Without NaN; they change their order.
 */
export function quantilesOf(values: Float64Array): Quantiles | null {
  const { length } = values;
  if (length === 0) return null;
  const places = SHARES.map((share) => share * (length - 1));
  const ranks = new Set(places.flatMap((place) => [Math.floor(place), Math.ceil(place)]));
  placeAll(values, [...ranks], 0, length);
  const [min, p05, p25, median, p75, p95, max] = places.map((place) => {
    const [low, high] = [values[Math.floor(place)], values[Math.ceil(place)]];
    return low === high ? low : low + (place - Math.floor(place)) * (high - low);
  });
  return { rows: length, min, p05, p25, median, p75, p95, max };
}

/** Brings the values of rising ranks to their places: the middle one first, which halves the work for the others. */
function placeAll(values: Float64Array, ranks: readonly number[], low: number, high: number): void {
  if (ranks.length === 0) return;
  const middle = ranks.length >> 1;
  placeNth(values, ranks[middle], low, high);
  placeAll(values, ranks.slice(0, middle), low, ranks[middle]);
  placeAll(values, ranks.slice(middle + 1), ranks[middle] + 1, high);
}

/** Copies the scores that there are to the beginning of `into`, as long as they, and gives that part. */
export function present(scores: Float64Array, into: Float64Array): Float64Array {
  let filled = 0;
  for (const score of scores) if (!Number.isNaN(score)) into[filled++] = score + 0; // no −0
  return into.subarray(0, filled);
}
