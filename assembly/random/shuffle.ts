import { nextU32 } from "./streams";

/** A number below `bound` from the scalar stream; its bias, at most bound/2³², is left. */
// @ts-ignore: decorator
@inline
export function below(bound: u32): u32 {
  return <u32>(((<u64>nextU32()) * (<u64>bound)) >> 32);
}

/** Shuffles `count` i32 in place (Fisher & Yates, as in Knuth, TAOCP 2, Algorithm P). */
export function shuffle(itemsPtr: usize, count: i32): void {
  for (let i = count - 1; i > 0; i--) {
    const a = itemsPtr + ((<usize>i) << 2), b = itemsPtr + ((<usize>below(i + 1)) << 2);
    const item = load<i32>(a);
    store<i32>(a, load<i32>(b));
    store<i32>(b, item);
  }
}
