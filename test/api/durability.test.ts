// In a process of its own: it counts the calls of node:fs, which every module has imported.
import { fdatasync, fdatasyncSync, fsyncSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { type CellResult, collect, load, parseScenario } from "../../src/index.js";
import { writeResults } from "../../src/sweep/results/write.js";
import { JOURNAL, Store } from "../../src/sweep/store/store.js";
import { scratchFolder } from "../support/folders.js";

// What the disk is asked to keep, and when: a power cut cannot be tried here, so the calls are counted.
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const { fdatasync, fdatasyncSync, fsyncSync, renameSync } = fs;
  const counted = { fdatasync, fdatasyncSync, fsyncSync, renameSync };
  return { ...fs, ...Object.fromEntries(Object.entries(counted).map(([name, call]) => [name, vi.fn(call as never)])) };
});

const root = scratchFolder();
const scenario = parseScenario({ engine: "theory", sweep: { "generator.errorRate": [0, 0.25, 0.5] } });
let cells: CellResult[];
let folder: string;
let folders = 0;
let store: Store;

beforeAll(async () => {
  cells = (await collect(await load(), scenario)).cells;
});

beforeEach(async () => {
  folder = join(root, String(folders++));
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  store = await Store.open(folder, scenario);
  vi.clearAllMocks();
});

afterEach(() => {
  store.close();
  vi.useRealTimers();
});

it("a cell is on the disk when a sync or the end of the store returns, and nothing is asked twice", () => {
  store.append(cells[0]);
  expect(fdatasyncSync).toHaveBeenCalledTimes(0);
  store.sync();
  expect(fdatasyncSync).toHaveBeenCalledTimes(1);
  store.sync();
  expect(fdatasyncSync).toHaveBeenCalledTimes(1);
  store.append(cells[1]);
  store.close();
  expect(fdatasyncSync).toHaveBeenCalledTimes(2);
});

it("a cell is in the file after 0.2 s and on the disk after 2 s", async () => {
  const lines = () => readFileSync(join(folder, JOURNAL), "utf8").split("\n").length - 1;
  store.append(cells[0]);
  expect(lines()).toBe(0);
  vi.advanceTimersByTime(200);
  expect(lines()).toBe(1);
  expect(fdatasync).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(2000);
  // what is under way may fail: who waits for the disk asks again
  store.sync();
  expect(fdatasyncSync).toHaveBeenCalledTimes(1);
  await expect.poll(() => vi.mocked(fdatasync).mock.calls.length).toBe(1);
  vi.advanceTimersByTime(20_000);
  expect(fdatasync).toHaveBeenCalledTimes(1);
});

it("files of results are on the disk before they are in their place, and their names after", async () => {
  for (const cell of cells) store.append(cell);
  await writeResults(folder, scenario, store.lines());
  const order = (call: unknown) => vi.mocked(call as typeof fsyncSync).mock.invocationCallOrder;
  const [syncs, renames] = [order(fsyncSync), order(renameSync)];
  expect([syncs.length, renames.length]).toEqual([4, 3]); // three files, and the folder
  for (const [i, rename] of renames.entries()) expect(syncs[i]).toBeLessThan(rename);
  expect(syncs[3]).toBeGreaterThan(renames[2]);
});

it("the manifest of a store is on the disk, and its name as well, before any cell is taken", async () => {
  const other = await Store.open(join(root, "other"), scenario);
  expect(fsyncSync).toHaveBeenCalledTimes(2);
  other.close();
});
