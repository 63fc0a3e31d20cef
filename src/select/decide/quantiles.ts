import { placeNth } from "./quickselect.js";

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
