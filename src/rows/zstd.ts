import { Decompress } from "fzstd";

/** The decompressor calls itself once for each frame in a piece: so small a piece holds too few to exhaust the stack. */
const PIECE = 16_384;
const LEVEL = 3;

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

/** Makes one zstd frame of some bytes. */
export type ZstdCompressor = (bytes: Uint8Array) => Uint8Array;

let started: Promise<ZstdCompressor> | undefined;

/** Starts the compressor, which few callers need: it is loaded when it is asked for. */
export function zstdCompressor(): Promise<ZstdCompressor> {
  started ??= start(); // once: a second start would take its memory from the first
  return started;
}

async function start(): Promise<ZstdCompressor> {
  const { init, compress } = await import("@bokuweb/zstd-wasm");
  await init();
  return (bytes) => compress(bytes, LEVEL);
}
