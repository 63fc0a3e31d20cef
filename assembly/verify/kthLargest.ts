/**
 * The k-th largest of n numbers, in place, by quickselect with the median of three as pivot (Hoare, CACM 4, 1961,
 * algorithm 65): O(n) for scores in random order.
 */
import { at } from "../linalg/lanes";

/** `k` counts from 1. The array is reordered. */
export function kthLargest<T>(ptr: usize, n: i32, k: i32): T {
  let low = 0;
  let high = n - 1;
  const target = k - 1;
  while (low < high) {
    const middle = low + ((high - low) >> 1);
    const pivot = medianOfThree<T>(
      load<T>(at<T>(ptr, low)), load<T>(at<T>(ptr, middle)), load<T>(at<T>(ptr, high)),
    );
    let i = low;
    let j = high;
    while (i <= j) {
      while (load<T>(at<T>(ptr, i)) > pivot) i++;
      while (load<T>(at<T>(ptr, j)) < pivot) j--;
      if (i <= j) {
        const x = load<T>(at<T>(ptr, i));
        store<T>(at<T>(ptr, i), load<T>(at<T>(ptr, j)));
        store<T>(at<T>(ptr, j), x);
        i++;
        j--;
      }
    }
    if (target <= j) high = j;
    else if (target >= i) low = i;
    else break;
  }
  return load<T>(at<T>(ptr, target));
}

function medianOfThree<T>(a: T, b: T, c: T): T {
  return max<T>(min<T>(a, b), min<T>(max<T>(a, b), c));
}
