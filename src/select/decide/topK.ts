import { DataError } from "../../core/errors.js";
import { selectReason } from "../reasons.js";
import type { ResolvedSettings } from "../settings.js";
import { placeNth } from "./quickselect.js";

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
