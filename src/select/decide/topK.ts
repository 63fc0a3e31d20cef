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
