/**
 * The k-th largest of n numbers, in place, by quickselect with the median of three as pivot (Hoare, CACM 4, 1961,
 * algorithm 65): O(n) for scores in random order.
 */
import { at } from "../linalg/lanes";

/** `k` counts from 1. The array is reordered. */
export function kthLargest<T>(ptr: usize, n: i32, k: i32): T {
  // places in memory, not indices: the loops then have nothing to compute but the next place
  let low = ptr;
  let high = at<T>(ptr, n - 1);
  const target = at<T>(ptr, k - 1);
  while (low < high) {
    const middle = at<T>(low, <i32>((high - low) / (2 * sizeof<T>())));
    const pivot = medianOfThree<T>(load<T>(low), load<T>(middle), load<T>(high));
    let i = low;
    let j = high;
    for (;;) {
      let fromLeft = load<T>(i), fromRight = load<T>(j);
      while (fromLeft > pivot) fromLeft = load<T>((i += sizeof<T>()));
      while (fromRight < pivot) fromRight = load<T>((j -= sizeof<T>()));
      if (i > j) break;
      store<T>(i, fromRight);
      store<T>(j, fromLeft);
      i += sizeof<T>();
      j -= sizeof<T>();
      if (i > j) break;
    }
    if (target <= j) high = j;
    else if (target >= i) low = i;
    else break;
  }
  return load<T>(target);
}

function medianOfThree<T>(a: T, b: T, c: T): T {
  return max<T>(min<T>(a, b), min<T>(max<T>(a, b), c));
}
