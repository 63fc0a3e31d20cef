import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { startZstd, type ZstdCompressor } from "../core/zstd.js";

let started: Promise<ZstdCompressor> | undefined;

/** Starts the compressor, which few callers need: it is loaded when it is asked for. @throws MemoryLimitError, and so does a use of it */
export function zstdCompressor(): Promise<ZstdCompressor> {
  started ??= start();
  return started;
}

/**
 * The code alone is taken of the package, which keeps one instance for a whole process: whoever starts that again, another copy
 * of this module or another user of the package, leaves it with functions of the first memory and views of the second;
 * and without enough memory for it, starting it never finishes.
 */
async function start(): Promise<ZstdCompressor> {
  const folder = dirname(createRequire(import.meta.url).resolve("@bokuweb/zstd-wasm"));
  return startZstd(await readFile(join(folder, "zstd.wasm")));
}
