import { describe, expect, it } from "vitest";
import { MEMORY_LIMIT } from "../../src/core/core.js";
import { compileTextCore } from "../../src/core/textCore.js";
import { CoreError, load, MemoryLimitError } from "../../src/index.js";
import { loadText } from "../../src/text.js";

const PAGE = 65_536;

describe("the core's memory", () => {
  it("is reserved like a stack, aligned to 64", async () => {
    const core = await load();
    const mark = core.mark();
    const first = core.reserve(1);
    const second = core.reserve(100);
    expect(first % 64).toBe(0);
    expect(first).toBeGreaterThanOrEqual(core.exports.heapBase());
    expect(second).toBe(first + 64);
    core.release(mark);
    expect(core.reserve(7)).toBe(first);
  });

  it("grows by what is missing, and keeps what is there", async () => {
    const core = await load();
    const { memory } = core.exports;
    const values = core.place(Float64Array.of(1, 2, 3));
    const before = memory.buffer.byteLength;
    const mark = core.mark();
    const large = core.reserve(3 * PAGE);
    expect(memory.buffer.byteLength).toBe(Math.ceil((large + 3 * PAGE) / PAGE) * PAGE);
    expect([...core.f64(values, 3)]).toEqual([1, 2, 3]);
    core.release(mark);
    const grown = memory.buffer.byteLength;
    core.reserve(3 * PAGE);
    expect(memory.buffer.byteLength).toBe(grown);
    expect(grown).toBeGreaterThan(before);
  });

  it("is zero where that is asked for, whatever stood there before", async () => {
    const core = await load();
    const mark = core.mark();
    const before = core.place(new Uint8Array(1000).fill(7));
    core.release(mark);
    // what was used, and what was not, in one
    const start = core.zeros(3000);
    expect(start).toBe(before);
    expect(core.u8(start, 3000).every((byte) => byte === 0)).toBe(true);
    core.u8(start, 3000).fill(9);
    core.release(mark);
    expect(core.u8(core.zeros(500), 500).every((byte) => byte === 0)).toBe(true);
    const next = core.zeros(5000);
    expect(core.u8(next, 5000).every((byte) => byte === 0)).toBe(true);
  });

  it("is not touched by a request that cannot be met", async () => {
    const core = await load();
    const before = { mark: core.mark(), bytes: core.exports.memory.buffer.byteLength };
    expect(() => core.reserve(MEMORY_LIMIT, "a monster")).toThrow(MemoryLimitError);
    expect(() => core.reserve(1e15, "a monster")).toThrow(
      "a monster needs 953674316 MiB of memory, and WebAssembly addresses at most 4 GiB",
    );
    expect({ mark: core.mark(), bytes: core.exports.memory.buffer.byteLength }).toEqual(before);
  });

  it("is one's own for each instance", async () => {
    const a = await loadText();
    const b = await a.another();
    a.exports.seedStreams(1, 0, 0, 0, 0);
    b.exports.seedStreams(2, 0, 0, 0, 0);
    const [first, second] = [a.exports.uniform53(), b.exports.uniform53()];
    a.exports.seedStreams(1, 0, 0, 0, 0);
    expect(a.exports.uniform53()).toBe(first);
    expect(second).not.toBe(first);
  });
});

describe("the host", () => {
  it("refuses a core that speaks another version", async () => {
    // (module (global (export "ABI_VERSION") i32 (i32.const 99)))
    const name = [...new TextEncoder().encode("ABI_VERSION")];
    const globals = [6, 7, 1, 0x7f, 0, 0x41, 0xe3, 0, 0x0b];
    const exported = [7, 15, 1, 11, ...name, 3, 0];
    const bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...globals, ...exported);
    const start = load({ module: await WebAssembly.compile(bytes) });
    await expect(start).rejects.toThrow(CoreError);
    await expect(start).rejects.toThrow("the core speaks version 99");
  });

  it("refuses the other core", async () => {
    const start = load({ module: await compileTextCore() });
    await expect(start).rejects.toThrow(CoreError);
    await expect(start).rejects.toThrow("the module is that of another core");
  });
});
