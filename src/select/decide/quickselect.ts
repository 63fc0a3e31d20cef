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
