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
