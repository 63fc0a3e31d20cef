import { Decompress } from "fzstd";

/** The decompressor calls itself once for each frame in a piece: so small a piece holds too few to exhaust the stack. */
const PIECE = 16_384;

/** The bytes of a zstd file of one or many frames, piece by piece. */
export async function* decompressedZstd(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const decompressor = new Decompress((piece) => {
    if (piece.length > 0) ready.push(piece);
  });
  for await (const chunk of compressed) {
    for (let start = 0; start < chunk.length; start += PIECE) {
      decompressor.push(chunk.subarray(start, start + PIECE));
      const pieces = ready;
      ready = [];
      yield* pieces;
    }
  }
  decompressor.push(new Uint8Array(0), true); // throws where a frame is cut short
  yield* ready;
}
