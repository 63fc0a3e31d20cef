const LEVEL = 3;

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
