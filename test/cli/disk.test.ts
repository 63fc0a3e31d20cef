// In a process of its own: it starts processes.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { smallDisk } from "../support/smallDisk.js";
import { describeWith } from "../support/tools.js";

const root = scratchFolder();
const config = join(root, "grid.yaml");
const whole = join(root, "whole");
const NAMES = ["results.jsonl", "results.csv", "results.parquet", "config.yaml"];

// 400 cells of about 600 bytes: a journal of 240 kB, and results.csv of half of that
beforeAll(async () => {
  writeFileSync(
    config,
    "engine: theory\nverifier: {kind: bernoulli}\nsweep:\n  generator.errorRate: {from: 0, to: 1, steps: 200}\n  verifier.psi: [0.2, 0.3]\n",
  );
  expect((await pstar(["run", config, "--out", whole, "--quiet", "--format", "csv"])).code).toBe(0);
});

/** Cells in a journal; fails where any line but the last is not whole. */
function cellsIn(journal: string): number {
  const lines = readFileSync(journal, "latin1").split("\n").slice(0, -1);
  for (const line of lines) {
    expect(line.slice(0, 8)).toBe(
      crc32(Buffer.from(line.slice(9), "latin1"))
        .toString(16)
        .padStart(8, "0"),
    );
  }
  return lines.length;
}

function expectWhole(out: string): void {
  const differing = NAMES.filter((name) => !readFileSync(join(out, name)).equals(readFileSync(join(whole, name))));
  expect(differing).toEqual([]);
}

describe("a full disk", () => {
  it("ends a command that writes one file, of which nothing is left", async () => {
    const disk = smallDisk(root, "one", 40);
    for (const name of ["a.csv", "a.parquet"]) {
      const { code, stderr } = await disk.pstar(["export", whole, "--out", join(disk.folder, name)]);
      expect(stderr).toMatch(/^error: cannot write .*: /);
      expect(stderr).toMatch(disk.full);
      expect(code).toBe(1);
      expect(readdirSync(disk.folder)).toEqual([]);
    }
  });

  it("ends the run with a clear error, leaves the journal intact, and the run goes on where there is room", async () => {
    const disk = smallDisk(root, "disk", 120);
    const out = join(disk.folder, "results");
    const full = await disk.pstar(["run", config, "--out", out, "--format", "csv"]);
    expect(full.stderr).toMatch(/error: cannot write .*journal\.jsonl: /);
    expect(full.stderr).toMatch(disk.full);
    expect(full.stderr).toMatch(/stopped: [\d,]+ of 400 cells finished; resume with: pstar run .* --resume\n/);
    expect(full.code).toBe(1);
    const kept = cellsIn(join(out, "journal.jsonl"));
    // how many depends on how much room the drafts of the results had taken by then
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(400);

    disk.resize(400); // the journal would fit, and not all that is made of it beside it
    const later = await disk.pstar(["run", config, "--out", out, "--resume", "--format", "csv"]);
    if (later.code !== 0) {
      expect(later.stderr).toMatch(disk.full);
      expect(cellsIn(join(out, "journal.jsonl"))).toBeGreaterThan(kept);
      expect(readdirSync(out).filter((name) => name.startsWith("results"))).toEqual([]);
    }
    disk.resize(20_000);
    const last = await pstar(["run", config, "--out", out, "--resume", "--format", "csv"]);
    expect(last.stderr).toMatch(/wrote|nothing is computed/);
    expect(last.code).toBe(0);
    expectWhole(out);
    expect(readdirSync(out).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("keeps every cell that there was room for", async () => {
    const disk = smallDisk(root, "shard", 120);
    const out = join(disk.folder, "part");
    const { code, stderr } = await disk.pstar(["run", config, "--shard", "1/1", "--out", out, "--quiet"]);
    expect(stderr).toMatch(disk.full);
    expect(code).toBe(1);
    const journal = join(out, "journal.jsonl");
    expect(cellsIn(journal)).toBe(Number(/stopped: (\d+) of 400 cells finished/.exec(stderr)?.[1]));
    // beside it are two small files, and a cell takes less than a kilobyte
    expect(statSync(journal).size).toBeGreaterThan(100 << 10);
  });

  it("while the results are written leaves the journal, and --resume writes them", async () => {
    const disk = smallDisk(root, "later", 300);
    const out = join(disk.folder, "results");
    mkdirSync(out);
    const full = await disk.pstar(["run", config, "--shard", "1/1", "--out", out, "--format", "csv"]);
    expect(full.code).toBe(0); // a shard is its journal
    const journal = cellsIn(join(out, "journal.jsonl"));
    expect(journal).toBe(400);
    const merged = join(disk.folder, "merged");
    const { code, stderr } = await disk.pstar(["merge", out, "--out", merged]);
    expect(stderr).toMatch(disk.full);
    expect(code).toBe(1);
    expect(readdirSync(merged).filter((name) => name.startsWith("results"))).toEqual([]);
    disk.resize(20_000);
    expect((await pstar(["merge", out, "--out", merged])).code).toBe(0);
    expectWhole(merged);
  });
});

describeWith("read-only", "a folder that cannot be written to", () => {
  it("is told before anything is computed, and a journal in it stays as it is", async () => {
    const disk = smallDisk(root, "locked", 20_000);
    const out = disk.folder;
    await disk.lock(true);
    const fresh = await disk.pstar(["run", config, "--out", out]);
    expect(fresh.stderr).toMatch(disk.readOnly);
    expect([fresh.code, fresh.stdout]).toEqual([1, ""]);
    await disk.lock(false);
    await disk.pstar(["run", config, "--shard", "1/2", "--out", out, "--quiet"]);
    const journal = readFileSync(join(out, "journal.jsonl"));
    await disk.lock(true);
    const again = await disk.pstar(["run", config, "--shard", "1/2", "--out", out, "--resume"]);
    expect(again.stderr).toMatch(disk.readOnly);
    expect(again.code).toBe(1);
    expect(readFileSync(join(out, "journal.jsonl")).equals(journal)).toBe(true);
    await disk.lock(false);
  });
});
