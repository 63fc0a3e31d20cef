import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { type CellResult, type Core, collect, load, parseScenario } from "../../src/index.js";
import { fieldsOfStat, hasEnded, Lock } from "../../src/rows/lock.js";
import { writeResults } from "../../src/sweep/results/write.js";
import { readShard } from "../../src/sweep/shard.js";
import { differenceLines } from "../../src/sweep/store/manifest.js";
import { Merger } from "../../src/sweep/store/merge.js";
import { JOURNAL, Store } from "../../src/sweep/store/store.js";
import { scratchFolder } from "../support/folders.js";

const root = scratchFolder();

let folders = 0;
const folder = () => join(root, String(folders++));

const scenario = parseScenario({
  name: "größer", // letters of two bytes
  engine: "theory",
  verifier: { kind: "bernoulli" },
  sweep: { "verifier.psi": [0, 0.5], "generator.errorRate": [0, 0.25, 0.5] },
});
const other = parseScenario({ ...scenario, samples: 77 });
let cells: CellResult[];

beforeAll(async () => {
  const core: Core = await load();
  cells = (await collect(core, scenario)).cells;
});

async function withStore<T>(path: string, use: (store: Store) => T | Promise<T>, shard?: string): Promise<T> {
  const store = await Store.open(path, scenario, { shard: shard === undefined ? undefined : readShard(shard) });
  try {
    return await use(store);
  } finally {
    store.close();
  }
}

describe("a store", () => {
  it("takes cells in any order and gives them in that of the plan", async () => {
    const path = folder();
    await withStore(path, async (store) => {
      for (const index of [4, 0, 5, 2]) store.append(cells[index]);
      expect([...store.cells()]).toEqual([cells[0], cells[2], cells[4], cells[5]]);
      expect([0, 1, 2, 3, 4, 5].filter((index) => store.missing.has(index))).toEqual([1, 3]);
      expect(store.missing.size).toBe(2);
    });
    await withStore(path, async (store) => {
      expect(store.count).toBe(4);
      for (const index of [3, 1]) store.append(cells[index]);
      await writeResults(path, scenario, store.lines());
      store.seal();
      expect([...store.cells()]).toEqual(cells);
    });
    expect(readdirSync(path).sort()).toEqual(["results.csv", "results.jsonl", "results.parquet", "store.json"]);
    expect(readFileSync(join(path, "results.jsonl"), "utf8")).toBe(
      cells.map((cell) => `${JSON.stringify(cell)}\n`).join(""),
    );
    await withStore(path, (store) => {
      expect(store.sealed).toBe(true);
      expect([...store.cells()]).toEqual(cells);
      expect(store.missing.size).toBe(0);
    });
  });

  it("whose files are there and its journal as well is not finished: the journal counts", async () => {
    const path = folder();
    await withStore(path, async (store) => {
      for (const cell of cells) store.append(cell);
      await writeResults(path, scenario, store.lines());
    });
    // as after a crash amid another writing of the files
    truncateSync(join(path, "results.jsonl"), 100);
    await withStore(path, (store) => {
      expect(store.sealed).toBe(false);
      expect([...store.cells()]).toEqual(cells);
    });
  });

  it("accepts a result that comes twice, and refuses one that differs, is of no such cell, or of another shard", async () => {
    await withStore(folder(), (store) => {
      expect(store.accept(cells[3])).toBe(true);
      expect(store.accept(cells[3])).toBe(false);
      expect(store.count).toBe(1);
      expect(() => store.accept({ ...cells[3], trials: 1 })).toThrow(/cell 3 \(id [0-9a-f]{16}\) has another result/);
      expect(() => store.accept({ ...cells[2], id: cells[1].id })).toThrow(/cell 2 .* is not of the run/);
      expect(() => store.accept({ ...cells[2], index: 6 })).toThrow(/cell 6 .* is not of the run/);
      expect(() => store.accept({ ...cells[2], index: 0.5 })).toThrow(/is not of the run/);
    });
    await withStore(
      folder(),
      (store) => {
        const stranger = cells.find(({ index }) => !store.part.has(index)) as CellResult;
        expect(() => store.accept(stranger)).toThrow(/is not of the run/);
      },
      "1/3",
    );
  });

  it("refuses a folder of another run, and says in what it differs", async () => {
    const path = folder();
    await withStore(path, (store) => store.append(cells[0]));
    await expect(Store.open(path, other)).rejects.toMatchObject({
      name: "StoreError",
      message: expect.stringMatching(/another run; .*\n {2}samples: 10000 there, 77 now$/s),
    });
    const shard = Store.open(path, scenario, { shard: readShard("2/3") });
    await expect(shard).rejects.toThrow('\n  shard: null there, "2/3" now');
    const fewer = parseScenario({ ...scenario, sweep: { "verifier.psi": [0, 0.5] } });
    await expect(Store.open(path, fewer)).rejects.toThrow("sweep.generator.errorRate: [0,0.25,0.5] there, not set now");
    expect(await withStore(path, ({ count }) => count)).toBe(1);
  });

  it("refuses a manifest that was changed, and results that no manifest is with", async () => {
    const path = folder();
    await withStore(path, () => {});
    const manifest = join(path, "store.json");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"samples": 10000', '"samples": 10001'));
    await expect(Store.open(path, scenario)).rejects.toThrow(`${manifest} is not the manifest of a run`);
    rmSync(manifest);
    await expect(Store.open(path, scenario)).rejects.toThrow(`holds ${JOURNAL} and no store.json`);
  });
});

describe("a journal that was cut off", () => {
  it("anywhere loses the last line alone, and goes on from there", async () => {
    const path = folder();
    await withStore(path, (store) => {
      for (const index of [0, 5, 3]) store.append(cells[index]);
    });
    const file = join(path, JOURNAL);
    const whole = readFileSync(file);
    const ends = [...whole.keys()].filter((byte) => whole[byte] === 10).map((byte) => byte + 1);
    expect(ends).toHaveLength(3);
    const near = (length: number) => [0, ...ends].some((end) => Math.abs(length - end) <= 11);
    for (let length = whole.length; length >= 0; length--) {
      if (!near(length) && length % 97 !== 0) continue;
      writeFileSync(file, whole.subarray(0, length));
      await withStore(path, (store) => {
        expect(store.count).toBe(ends.filter((end) => end <= length).length);
        expect(store.dropped).toBe(length === 0 || ends.includes(length) ? 0 : 1);
        for (const index of [0, 3, 5]) if (!store.has(index)) store.append(cells[index]);
        expect([...store.cells()]).toEqual([cells[0], cells[3], cells[5]]);
      });
      await withStore(path, (store) => expect([store.count, store.dropped]).toEqual([3, 0]));
    }
  });

  it("or damaged in the middle loses the lines that were hit", async () => {
    const path = folder();
    await withStore(path, (store) => {
      for (const cell of cells) store.append(cell);
    });
    const file = join(path, JOURNAL);
    const damaged = readFileSync(file);
    const second = damaged.indexOf(10) + 1;
    damaged.fill(0, second + 20, second + 40); // as where a page never reached the disk
    writeFileSync(file, damaged);
    await withStore(path, (store) => {
      expect([store.count, store.dropped]).toEqual([5, 1]);
      expect(store.has(1)).toBe(false);
      store.append(cells[1]);
      expect([...store.cells()]).toEqual(cells);
    });
    truncateSync(file, second + 5);
    appendFileSync(file, Buffer.alloc(4096)); // a file that grew before its bytes came
    await withStore(path, (store) => expect([store.count, store.dropped]).toEqual([1, 1]));
    await withStore(path, (store) => expect([store.count, store.dropped]).toEqual([1, 0]));
  });

  it("refuses what no such plan has", async () => {
    const path = folder();
    await withStore(path, (store) => {
      store.append({ ...cells[0], index: 5 });
      store.append({ ...cells[1], index: 5 });
    });
    await expect(Store.open(path, scenario)).rejects.toThrow("disagrees with itself on cell 5");
  });
});

describe("a lock", () => {
  it("keeps a second writer out as long as the first lives, and not longer", async () => {
    const path = folder();
    await withStore(path, () => {});
    const code = `
      import { fieldsOfStat, hasEnded, Lock } from ${JSON.stringify(join(import.meta.dirname, "../../dist/rows/lock.js"))};
      await Lock.take(${JSON.stringify(path)});
      console.log("locked");
      setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    await expect(Store.open(path, scenario)).rejects.toMatchObject({
      name: "FileError",
      message: expect.stringContaining(`${path} is being written to by process ${holder.pid}: `),
    });
    holder.kill("SIGKILL");
    await once(holder, "exit");
    await withStore(path, (store) => expect(store.count).toBe(0));
    expect(readdirSync(path)).not.toContain("lock");
  });

  it("of a number that another process has by now is none", async () => {
    const path = folder();
    await withStore(path, () => {});
    const lock = { host: hostname(), pid: process.pid, born: "another boot 1", token: "x" };
    writeFileSync(join(path, "lock"), JSON.stringify(lock));
    await (await Lock.take(path)).release();
    writeFileSync(join(path, "lock"), ""); // the process died before it wrote its name
    await (await Lock.take(path)).release();
  });

  it.runIf(existsSync("/proc/self/stat"))(
    "of a process that has ended and whose parent does not ask is none",
    async () => {
      const path = folder();
      await withStore(path, () => {});
      // the shell's child becomes one of sleep, which never asks for its children, and ends after that
      const parent = spawn("sh", ["-c", "read line <&3 & echo $!; exec sleep 600"], {
        stdio: ["ignore", "pipe", "inherit", "pipe"],
      });
      onTestFinished(() => void parent.kill("SIGKILL"));
      const [text] = (await once(parent.stdout as Readable, "data")) as [Buffer];
      const pid = Number(text);
      while (readFileSync(`/proc/${parent.pid}/comm`, "utf8") !== "sleep\n") await pause(10);
      (parent.stdio[3] as Writable).end("\n");
      const stat = () => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
      while (stat()[0] !== "Z") await pause(10);
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      for (const born of [`${boot} ${stat()[19]}`, null]) {
        writeFileSync(join(path, "lock"), JSON.stringify({ host: hostname(), pid, born, token: "x" }));
        await (await Lock.take(path)).release();
      }
    },
  );

  it("is one in every state of a process but those in which it has ended, whatever its name", () => {
    for (const name of ["node", "a) Z (b", "X) R"]) {
      const ended = [..."RSDTtIZX"].filter((state) => hasEnded(fieldsOfStat(`7 (${name}) ${state} 1 7 7 0`)));
      expect(ended).toEqual(["Z", "X"]);
    }
  });

  it("of a process of another user, which may not be asked, stands", async () => {
    const path = folder();
    await withStore(path, () => {});
    writeFileSync(join(path, "lock"), JSON.stringify({ host: hostname(), pid: process.pid, born: null, token: "x" }));
    const refusal = vi.spyOn(process, "kill").mockImplementation(() => {
      throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
    });
    onTestFinished(() => refusal.mockRestore());
    await expect(Lock.take(path)).rejects.toThrow(`is being written to by process ${process.pid}`);
    expect(refusal).toHaveBeenCalledWith(process.pid, 0);
  });

  it("of another machine is waited for, and stands where it gives a sign of life", async () => {
    const path = folder();
    await withStore(path, () => {});
    const file = join(path, "lock");
    const text = JSON.stringify({ host: "elsewhere", pid: 7, born: null, token: "x" });
    writeFileSync(file, text);
    const waits: string[] = [];
    const options = { onWait: (whom: string) => waits.push(whom), patience: 200 };
    const beat = setInterval(() => writeFileSync(file, text), 20);
    await expect(Lock.take(path, options)).rejects.toThrow("is being written to by process 7 on elsewhere");
    clearInterval(beat);
    (await Lock.take(path, options)).release();
    expect(waits).toEqual(["process 7 on elsewhere", "process 7 on elsewhere"]);
  });
});

describe("a merge", () => {
  async function shard(text: string, indices?: readonly number[]): Promise<string> {
    const path = folder();
    await withStore(
      path,
      (store) => {
        for (const cell of cells) {
          if (store.part.has(cell.index) && (indices?.includes(cell.index) ?? true)) store.append(cell);
        }
      },
      text,
    );
    return path;
  }
  const refusal = (paths: string[]) => {
    try {
      new Merger(paths).close();
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };

  it("has every cell once, in the order of the plan, also of shards of two divisions", async () => {
    const halves = [await shard("1/2"), await shard("2/2")];
    const merger = new Merger([...halves, await shard("3/4")]);
    expect([...merger.cells()]).toEqual(cells);
    merger.close();
  });

  it("names cells that are missing, and why", async () => {
    const first = await shard("1/2");
    expect(refusal([first])).toMatch(
      /^3 of 6 cells are missing: cells (\d \(id [0-9a-f]{16}, verifier\.psi = [\d.]+, generator\.errorRate = [\d.]+\)(; )?){3}\n {2}no folder has shard 2\/2$/,
    );
    const begun = await shard("2/2", [...cells.keys()].slice(0, 3));
    expect(refusal([first, begun])).toContain(`${begun} (shard 2/2) is unfinished, `);
  });

  it.each([
    [1, ""],
    [0, " and 1 more"],
  ])("names at most five cells: with %i of six there", async (count, more) => {
    const text = refusal([await shard("1/1", [...cells.keys()].slice(0, count))]);
    const [line = ""] = text.split("\n");
    expect(line.startsWith(`${6 - count} of 6 cells are missing: cells ${count} (id `)).toBe(true);
    expect(line.match(/\(id /g)).toHaveLength(5);
    expect(line.endsWith(`)${more}`)).toBe(true);
  });

  it("refuses a folder of another run, or of none", async () => {
    const first = await shard("1/2");
    const path = folder();
    (await Store.open(path, other, { shard: readShard("2/2") })).close();
    expect(refusal([first, path])).toContain(`do not belong together:\n  samples: 77 in ${path}, 10000 in ${first}`);
    expect(refusal([first, root])).toBe(`${root} is not the folder of a run: it has no store.json`);
  });

  it("names cells that are foreign: of another shard, or under another id", async () => {
    const [first, second] = [await shard("1/2"), await shard("2/2")];
    const journal = join(second, JOURNAL);
    const good = readFileSync(journal);
    writeFileSync(journal, Buffer.concat([good, readFileSync(join(first, JOURNAL))]));
    expect(refusal([first, second])).toMatch(/holds cells that do not belong to shard 2\/2 of this run: cells \d \(id/);
    writeFileSync(journal, good);
    const stolen = folder();
    await withStore(stolen, (store) => {
      for (const cell of cells) store.append(cell.index === 2 ? { ...cell, id: "0123456789abcdef" } : cell);
    });
    expect(refusal([stolen])).toContain("holds cells that do not belong to this run: cell 2 (id ");
  });

  it("names cells on which two folders disagree", async () => {
    const first = await shard("1/2");
    const whole = folder();
    await withStore(whole, (store) => {
      for (const cell of cells) store.append(cell.index === 0 ? { ...cell, errorRate: 0.5 } : cell);
    });
    const both = [first, whole, await shard("2/2")];
    expect(refusal(both)).toMatch(
      / disagree on cell 0 \(id [0-9a-f]{16}, verifier\.psi = 0, generator\.errorRate = 0\): the same cell/,
    );
  });
});

it.each([
  [12, 12, "p11: 11 there, 12 now"],
  [13, 13, "and 1 more"],
])("the difference of two runs is told in at most twelve lines: of %i", (count, lines, last) => {
  const found = Array.from({ length: count }, (_, i) => ({ path: `p${i}`, there: i, here: i + 1 }));
  const told = differenceLines(found, "there", "now");
  expect(told).toHaveLength(lines);
  expect(told[0]).toBe("p0: 0 there, 1 now");
  expect(told.at(-1)).toBe(last);
});
