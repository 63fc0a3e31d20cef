import { coreReason, MemoryLimitError } from "./errors.js";

const LEVEL = 3;

const PAGE = 65_536;

/** Makes one zstd frame of some bytes. */
export type ZstdCompressor = (bytes: Uint8Array) => Uint8Array;

/** What zstd.wasm of @bokuweb/zstd-wasm exports, by the names of its source; its linker gave shorter ones. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  /** Makes the instance ready. */
  start(): void;
  ZSTD_isError(code: number): number;
  ZSTD_compressBound(size: number): number;
  ZSTD_compress(target: number, room: number, source: number, size: number, level: number): number;
  malloc(size: number): number;
  free(address: number): void;
}

/**
 * Starts zstd in a memory of its own.
 *
 * @param code The bytes of zstd.wasm.
 * @throws MemoryLimitError, and so does a use of the compressor
 */
export async function startZstd(code: BufferSource): Promise<ZstdCompressor> {
  let zstd: Exports;
  const fail = () => {
    throw new Error("zstd stopped");
  };
  const grow = (size: number) => {
    try {
      zstd.memory.grow(Math.ceil(((size >>> 0) - zstd.memory.buffer.byteLength) / PAGE));
      return 1;
    } catch {
      return 0;
    }
  };
  // exit, keep alive, abort, set a timer, grow the memory
  const imports = { a: { a: fail, b: () => undefined, c: fail, d: () => 0, e: grow } };
  const { instance } = await WebAssembly.instantiate(code, imports).catch((cause: unknown) => {
    if (!(cause instanceof RangeError)) throw cause;
    throw new MemoryLimitError(coreReason("core-without-memory"), {}, { cause });
  });
  const { f, g, h, i, m, s, t } = instance.exports as Record<string, never>;
  zstd = { memory: f, start: g, ZSTD_isError: h, ZSTD_compressBound: i, ZSTD_compress: m, malloc: s, free: t };
  zstd.start();
  return (bytes) => compress(zstd, bytes);
}

function compress(zstd: Exports, bytes: Uint8Array): Uint8Array {
  const room = zstd.ZSTD_compressBound(bytes.length);
  const target = zstd.malloc(room);
  const source = zstd.malloc(bytes.length);
  try {
    if (target === 0 || source === 0) throw noMemory(room + bytes.length);
    new Uint8Array(zstd.memory.buffer).set(bytes, source);
    const size = zstd.ZSTD_compress(target, room, source, bytes.length, LEVEL);
    if (zstd.ZSTD_isError(size)) throw noMemory(room + bytes.length); // it has room for any result, so that memory alone can lack
    return new Uint8Array(zstd.memory.buffer, target, size >>> 0).slice();
  } finally {
    zstd.free(target);
    zstd.free(source);
  }
}

function noMemory(bytes: number): MemoryLimitError {
  const mebibytes = (bytes / 2 ** 20).toFixed(0);
  return new MemoryLimitError(coreReason("memory-not-given", { what: coreReason("this-work"), mebibytes }));
}
