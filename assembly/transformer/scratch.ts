/** What a transformer needs beside its weights, which the host reserves. */
import { decodeScratchBytes } from "./decode";
import { Transformer } from "./shape";
import { trainScratchBytes } from "./train";

/** Bytes of the scratch block: gradient, transposed matrices, and the larger of what training and decoding need. */
export function transformerBytes(t: Transformer): i32 {
  return <i32>(2 * t.weightBytes + max<usize>(trainScratchBytes(t), decodeScratchBytes(t)));
}
