/** Bootstrap resampling: how often each of `rows` rows is drawn, when as many are drawn from them with replacement. */
import { nextU32 } from "./streams";

/** counts is u32[rows]. An index is the upper half of a 64-bit product, uniform to rows / 2^32. */
export function resample(rows: i32, countsPtr: usize): void {
  memory.fill(countsPtr, 0, (<usize>rows) << 2);
  for (let i = 0; i < rows; i++) {
    const index = ((<u64>nextU32()) * (<u64>rows)) >> 32;
    const at = countsPtr + ((<usize>index) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}
