import { placeNth } from "./nth.js";

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

/**
 * The quantiles of scores, between two of them in proportion (type 7 of Hyndman & Fan); null of none.
 *
 * @param values Without NaN; they change their order.
 */
export function quantilesOf(values: Float64Array): Quantiles | null {
  const { length } = values;
  if (length === 0) return null;
  let placed = 0;
  const place = (rank: number) => {
    const value = placeNth(values, rank, Math.min(placed, rank));
    placed = rank; // those before it are no larger: the next, higher rank is found behind it
    return value;
  };
  const at = (share: number) => {
    const exact = share * (length - 1);
    const below = Math.floor(exact);
    const low = place(below);
    const high = exact === below ? low : place(below + 1);
    return low === high ? low : low + (exact - below) * (high - low);
  };
  const [min, p05, p25, median, p75, p95, max] = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1].map(at);
  return { rows: length, min, p05, p25, median, p75, p95, max };
}

/** Copies the scores that there are to the beginning of `into`, as long as they, and gives that part. */
export function present(scores: Float64Array, into: Float64Array): Float64Array {
  let filled = 0;
  for (const score of scores) if (!Number.isNaN(score)) into[filled++] = score + 0; // no −0
  return into.subarray(0, filled);
}
