import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { EigenFolder } from "../../src/eigen/folder.js";
import { NewsFolder } from "../../src/news/experiment/folder.js";
import { NewsExperiment } from "../../src/news/experiment/run.js";
import { newswire } from "../../src/news.js";
import { type SelectOptions, select } from "../../src/node.js";
import { loadText } from "../../src/text.js";
import { scratchFolder } from "../support/folders.js";

const core = await loadText();
const experiment = (seed: number) =>
  NewsExperiment.plan(core, newswire(core, { articles: 40, seed: 2 }), { seeds: [seed] });
const identity = (seed: number) => ({ settings: { seed }, core: "core" });

// Of two with other seeds in one folder the result of one would take the place of the other's.
it.each([
  ["news", async (folder: string, seed: number) => NewsFolder.open(folder, await experiment(seed), [])],
  ["eigen", (folder: string, seed: number) => EigenFolder.open(folder, identity(seed))],
] as const)("the folder of %s is one process's at a time", async (_, open) => {
  const folder = scratchFolder();
  const first = await open(folder, 1);
  for (const seed of [1, 2])
    await expect(open(folder, seed)).rejects.toThrow(`${folder} is being written to by process ${process.pid}: `);
  first.close();
  expect(existsSync(join(folder, "lock"))).toBe(false);
  // a folder that cannot be opened is not kept locked
  await open(folder, 2).then(
    (second) => second.close(),
    (error) => expect(error.message).toContain("holds another experiment"),
  );
  expect(existsSync(join(folder, "lock"))).toBe(false);
});

it("the folder of a selection is one process's at a time, to begin again as well", async () => {
  const folder = scratchFolder();
  const input = join(folder, "rows.jsonl");
  writeFileSync(input, Array.from({ length: 100 }, (_, i) => `{"score": ${i}}\n`).join(""));
  const out = join(folder, "kept");
  const options: SelectOptions = {
    ...{ input, out, workers: 1 },
    verifiers: [{ kind: "score", field: "score" }],
    keep: { rows: 10 },
  };
  let refused: Promise<unknown[]> | undefined;
  const onProgress = () => {
    const others = [options, { ...options, keep: { rows: 20 } }, { ...options, restart: true }];
    refused ??= Promise.all(others.map((other) => select(other).catch(({ message }) => message)));
  };
  const { counts } = await select({ ...options, onProgress });
  const message = `${out} is being written to by process ${process.pid}: `;
  expect(await refused).toEqual([0, 1, 2].map(() => expect.stringContaining(message)));
  expect(counts.kept).toBe(10);
  expect(readFileSync(join(out, "kept.jsonl"), "utf8").split("\n")).toHaveLength(11);
  expect(existsSync(join(out, "lock"))).toBe(false);
  // what has ended is told, and needs no lock
  expect((await select(options)).counts).toEqual(counts);
});
