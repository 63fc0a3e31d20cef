import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { rowsOf } from "../../src/rows/rowFiles.js";
import { select } from "../../src/select/select.js";
import { scratchFolder } from "../support/folders.js";

const DATA = join(import.meta.dirname, "data");
const NAMES = ["stream.arrow", "file.arrow", "lz4.feather", "zstd.feather"];
const folder = scratchFolder();

async function rows(path: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for await (const row of rowsOf(path)) found.push(row);
  return found;
}

const rowOf = (i: number) => ({
  id: 9007199254740993n + BigInt(i),
  score: i % 7 === 0 ? null : i / 8,
  kept: i % 2 === 0,
  text: `é😀 ${i}\n`,
  kind: i % 3 === 0 ? "b" : "a",
  at: `2024-01-02T03:04:05.${String(123456 + i).replace(/0+$/, "")}`,
  day: "2024-02-29",
  list: [i, null],
  messages: [{ role: "user", content: `q${i}` }],
  big: `t${i}`,
});
const WANTED = Array.from({ length: 40 }, (_, i) => rowOf(i));

describe("Arrow that pyarrow wrote", () => {
  it.each(NAMES)("has its rows: %s", async (name) => {
    expect(await rows(join(DATA, name))).toEqual(WANTED);
    const packed = join(folder, `${name}.gz`);
    writeFileSync(packed, gzipSync(readFileSync(join(DATA, name))));
    expect(await rows(packed)).toEqual(WANTED);
  });

  it("in a folder of a data set that was saved to disk is read in the order that this says", async () => {
    const saved = join(folder, "saved");
    mkdirSync(saved);
    writeFileSync(join(saved, "dataset_info.json"), "{}");
    const files = ["data-00001-of-00002.arrow", "data-00000-of-00002.arrow"];
    for (const file of files) cpSync(join(DATA, "stream.arrow"), join(saved, file));
    writeFileSync(join(saved, "state.json"), JSON.stringify({ _data_files: files.map((filename) => ({ filename })) }));
    expect(await rows(saved)).toEqual([...WANTED, ...WANTED]);
    const splits = join(folder, "splits");
    mkdirSync(splits);
    writeFileSync(join(splits, "dataset_dict.json"), '{"splits":["train","test"]}');
    await expect(rows(splits)).rejects.toThrow(`name one, such as ${join(splits, "train")}`);
  });

  it("is selected from", async () => {
    const out = join(folder, "selected");
    const verifiers = [{ kind: "score", field: "score" } as const];
    const { counts } = await select({
      input: join(DATA, "lz4.feather"),
      out,
      verifiers,
      keep: { rows: 2 },
      workers: 1,
    });
    expect(counts).toMatchObject({ read: 40, kept: 2, rejectedBy: { noScore: 6 } });
    const [line] = readFileSync(join(out, "kept.jsonl"), "utf8").split("\n");
    expect(line).toContain('{"id":9007199254741031,"score":4.75,');
  });

  it.each(NAMES)("is refused if it is cut or turned at any place, or its rows are whole: %s", async (name) => {
    const sound = readFileSync(join(DATA, name));
    const path = join(folder, "broken.arrow");
    for (let at = 16; at < sound.length; at += 97) {
      writeFileSync(path, sound.subarray(0, at));
      await expect(rows(path)).rejects.toMatchObject({ name: "DataError" });
      const turned = Buffer.from(sound);
      turned[at] ^= 0x40;
      writeFileSync(path, turned);
      const got = await rows(path).catch((error: Error) => error.name);
      if (typeof got === "string") expect(got).toBe("DataError");
    }
  });
});
