import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Log, LogReader } from "../../src/rows/log.js";
import { scratchFolder } from "../support/folders.js";

const folder = scratchFolder();

afterEach(() => {
  vi.useRealTimers();
});

describe("a record with data", () => {
  it.each(["its JSON", "its data"])("of which a bit was turned in %s is left out, and the others stay", (where) => {
    const file = join(folder, `turned in ${where}`);
    const log = new Log(file);
    for (const name of ["first", "second", "third"]) log.append(`{"name":"${name}"}`, [Buffer.from(`data of ${name}`)]);
    log.close();
    const bytes = readFileSync(file);
    const at = bytes.indexOf(where === "its data" ? "data of second" : '"second"') + 3;
    bytes[at] ^= 1;
    writeFileSync(file, bytes);
    const reader = new LogReader(file);
    const found = Array.from(reader.records(), ({ json, data }) => [String(json), String(data)]);
    reader.close();
    expect(found[0]).toEqual(['{"name":"first"}', "data of first"]);
    expect(found.map(([json]) => json)).not.toContain('{"name":"second"}');
    expect(found.map(([, data]) => data)).not.toContain("data of second");
    expect(reader.dropped).toBeGreaterThan(0);
  });
});

describe.skipIf(!existsSync("/dev/full"))("a log on a full disk", () => {
  const full = () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    const log = new Log("/dev/full", { fresh: true, delayed: true });
    log.append('{"a":1}');
    vi.advanceTimersByTime(1000); // it is written meanwhile, and nobody is there to be told
    return log;
  };
  const WHY = "cannot write /dev/full: no space is left";

  it("tells at its end what nothing has told", () => {
    const log = full();
    expect(() => log.close()).toThrow(WHY);
    expect(log.added).toBe(0);
  });

  it("tells the next record, and its end says nothing more", () => {
    const log = full();
    expect(() => log.append('{"a":2}')).toThrow(WHY);
    expect(() => log.close()).not.toThrow();
  });
});
