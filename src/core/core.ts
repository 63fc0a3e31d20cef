import { instantiate } from "@assemblyscript/loader";
import { CORE_BASE64 } from "./bytes.generated.js";
import { CoreError, coreReason, MemoryLimitError, reasonOf } from "./errors.js";
import type { CoreExports } from "./exports.js";
import type { Reason } from "./reasons.js";
import { described } from "./rules.js";

/** The number of the calling convention in assembly/index.ts that this host speaks. */
const ABI_VERSION = 1;
const PAGE = 65_536;
/** What a 32-bit WebAssembly memory can address. */
export const MEMORY_LIMIT = 2 ** 32;

/** The compiled core, which can be posted to workers. */
export type CoreModule = WebAssembly.Module;

/** Compiles the embedded core. */
export function compileCore(): Promise<CoreModule> {
  return compiled(() => Uint8Array.from(atob(CORE_BASE64), (byte) => byte.charCodeAt(0)));
}

/** Compiles the core from its own file, for a page that has it beside its scripts. */
export function compileCoreFile(response: Promise<Response>): Promise<CoreModule> {
  return compiled(async () => {
    const found = await response;
    if (!found.ok) throw new CoreError(coreReason("core-file-not-served", { status: found.status }));
    return found.arrayBuffer();
  });
}

async function compiled(bytes: () => BufferSource | Promise<BufferSource>): Promise<CoreModule> {
  try {
    return await WebAssembly.compile(await bytes());
  } catch (cause) {
    throw new CoreError(coreReason("core-not-compiled", { why: reasonOf(cause) }), {}, { cause });
  }
}

/**
 * One instance of the core and its memory. Memory above the core's own data belongs to the host, which reserves and
 * releases it like a stack: `const mark = core.mark(); try { … core.reserve(n) … } finally { core.release(mark); }`.
 * Views are made fresh at each use, since they detach when the memory grows; none leaves src/core.
 */
export class Core {
  readonly exports: CoreExports;
  #top: number;

  private constructor(exports: CoreExports) {
    this.exports = exports;
    this.#top = exports.heapBase() >>> 0;
  }

  /** @param module A compiled core; left out, the embedded one is compiled. */
  static async start(module?: CoreModule): Promise<Core> {
    const { exports } = await instantiate(module ?? (await compileCore()));
    const core = exports as unknown as CoreExports;
    const version = core.ABI_VERSION?.value;
    if (version !== ABI_VERSION) {
      throw new CoreError(coreReason("core-of-another-version", { core: version, host: ABI_VERSION }));
    }
    return new Core(core);
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
