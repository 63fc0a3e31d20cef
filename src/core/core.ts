import { CoreError, coreReason, MemoryLimitError, reasonOf } from "./errors.js";
import type { CommonExports, SimulationExports } from "./exports.js";
import { described, type Reason } from "./reasons.js";

/** The number of the calling convention in assembly/abi.ts that this host speaks. */
const ABI_VERSION = 2;
const PAGE = 65_536;
/** The smallest module that uses a SIMD instruction, and the smallest of all. */
const SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];
const EMPTY = SIMD.slice(0, 8);

/** Why no core compiles here: the engine lacks SIMD, or a page's policy forbids WebAssembly; null if neither is so. */
export function compilesNothing(): "no-simd" | "forbidden" | null {
  const wasm = (globalThis as { WebAssembly?: typeof WebAssembly }).WebAssembly;
  if (!wasm?.validate(new Uint8Array(SIMD))) return "no-simd";
  try {
    new wasm.Module(new Uint8Array(EMPTY));
    return null;
  } catch {
    return "forbidden";
  }
}

/** What a 32-bit WebAssembly memory can address. */
export const MEMORY_LIMIT = 2 ** 32;

/** The compiled core, which can be posted to workers. */
export type CoreModule = WebAssembly.Module;

/**
 * Compiles a core that is embedded in a module.
 *
 * @param bytes WebAssembly, raw deflate, base64.
 */
export async function compileEmbedded(bytes: string): Promise<CoreModule> {
  try {
    const text = atob(bytes);
    const packed = new Uint8Array(text.length);
    // Uint8Array.from takes twenty times as long, which is most of the start of a core
    for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    // not by a Response: in Node that loads a WebAssembly module of its own, whose failure nothing could catch
    const parts: BlobPart[] = [];
    const reader = unpacked.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) parts.push(part.value);
    return await WebAssembly.compile(await new Blob(parts).arrayBuffer());
  } catch (cause) {
    throw new CoreError(coreReason("core-not-compiled", { why: reasonOf(cause) }), {}, { cause });
  }
}

/** What a debug build imports; the cores that are shipped import nothing. */
const imports = {
  env: {
    abort(_message: number, _file: number, line: number, column: number): never {
      throw new WebAssembly.RuntimeError(`the core stopped at ${line}:${column} of a source file`);
    },
  },
};

/** An instance of a core; each reserves gigabytes of addresses. @throws MemoryLimitError if the system gives none */
async function started(module: CoreModule): Promise<WebAssembly.Instance> {
  try {
    return await WebAssembly.instantiate(module, imports);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new MemoryLimitError(coreReason("core-without-memory"), {}, { cause });
  }
}

/**
 * One instance of a core and its memory. Memory above the core's own data belongs to the host, which reserves and releases
 * it like a stack: {@link scoped} gives back what its body has reserved. Views are made fresh at each use, since they
 * detach when the memory grows; none leaves src/core.
 */
export class Core<Exports extends CommonExports = SimulationExports> {
  /** The compiled code: post it to a worker, and start it there. */
  readonly module: CoreModule;
  readonly exports: Exports;
  #top: number;
  /** What lies from here on was never reserved, so that it is zero. */
  #untouched: number;

  private constructor(module: CoreModule, exports: Exports) {
    this.module = module;
    this.exports = exports;
    this.#top = exports.heapBase() >>> 0;
    this.#untouched = this.#top;
  }

  /**
   * @param own An export that the other cores lack.
   * @throws CoreError if the module is not that core, or not of this version.
   */
  static async start<Exports extends CommonExports>(
    module: CoreModule,
    own: keyof Exports & string,
  ): Promise<Core<Exports>> {
    const { exports } = await started(module);
    const core = exports as unknown as Exports;
    const version = core.ABI_VERSION?.value;
    if (version !== ABI_VERSION) {
      throw new CoreError(coreReason("core-of-another-version", { core: version, host: ABI_VERSION }));
    }
    if (!(own in core)) {
      throw new CoreError(coreReason("other-core"));
    }
    return new Core(module, core);
  }

  /** Another instance of the same code, with a memory of its own. */
  async another(): Promise<Core<Exports>> {
    const { exports } = await started(this.module);
    return new Core(this.module, exports as unknown as Exports);
  }

  /** Bytes of the memory of this instance, which grows and never shrinks. */
  get memoryBytes(): number {
    return this.exports.memory.buffer.byteLength;
  }

  /** Runs `body`, and gives back what it has reserved. */
  scoped<R>(body: () => R): R {
    const mark = this.#top;
    try {
      return body();
    } finally {
      this.#top = mark;
    }
  }

  /** Where the next reservation begins; give it back to {@link release}. */
  mark(): number {
    return this.#top;
  }

  /** Gives back everything reserved since `mark`. The pages stay with the instance. */
  release(mark: number): void {
    this.#top = mark;
  }

  /**
   * Reserves bytes, aligned to 64.
   *
   * @param what What it is for, which the error says; in words alone for what the page never asks for.
   * @throws MemoryLimitError if WebAssembly cannot address that much, or the machine does not give it.
   */
  reserve(bytes: number, what: Reason | string = coreReason("this-work")): number {
    const start = Math.ceil(this.#top / 64) * 64;
    const end = start + bytes;
    const { memory } = this.exports;
    if (end > MEMORY_LIMIT) throw tooMuch("memory-beyond-webassembly", what, bytes);
    const pages = Math.ceil(end / PAGE) - memory.buffer.byteLength / PAGE;
    if (pages > 0) {
      try {
        memory.grow(pages);
      } catch {
        throw tooMuch("memory-not-given", what, bytes);
      }
    }
    this.#top = end;
    this.#untouched = Math.max(this.#untouched, end);
    return start;
  }

  /** Reserves bytes that are zero. Pages that were never touched stay so, and take no memory of the machine yet. */
  zeros(bytes: number): number {
    const untouched = this.#untouched;
    const start = this.reserve(bytes);
    if (untouched > start) this.u8(start, Math.min(bytes, untouched - start)).fill(0);
    return start;
  }

  /** Reserves room for `values` and copies them in. */
  place(values: Float64Array | Float32Array | Int32Array | Uint32Array | Int8Array | Uint8Array): number {
    const start = this.reserve(values.byteLength);
    this.u8(start, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return start;
  }

  f64(address: number, length: number): Float64Array {
    return new Float64Array(this.exports.memory.buffer, address >>> 0, length);
  }

  f32(address: number, length: number): Float32Array {
    return new Float32Array(this.exports.memory.buffer, address >>> 0, length);
  }

  i32(address: number, length: number): Int32Array {
    return new Int32Array(this.exports.memory.buffer, address >>> 0, length);
  }

  u32(address: number, length: number): Uint32Array {
    return new Uint32Array(this.exports.memory.buffer, address >>> 0, length);
  }

  u8(address: number, length: number): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer, address >>> 0, length);
  }

  i8(address: number, length: number): Int8Array {
    return new Int8Array(this.exports.memory.buffer, address >>> 0, length);
  }
}

function tooMuch(
  code: "memory-beyond-webassembly" | "memory-not-given",
  what: Reason | string,
  bytes: number,
): MemoryLimitError {
  const mebibytes = (bytes / 2 ** 20).toFixed(0);
  return new MemoryLimitError(coreReason(code, { what: described(what), mebibytes }), {
    expected: coreReason("at-most-4-gibibytes").message,
    got: `${mebibytes} MiB`,
  });
}
