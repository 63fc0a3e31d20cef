// A table of formats × commands × {command line, library, page}, on files that pandas, pyarrow and polars wrote.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { load } from "../../src/core/simulationCore.js";
import { auditFile, check, drawLabels, rowsOf } from "../../src/node.js";
import type { Row } from "../../src/rows/field.js";
import { auditFile as auditOnPage, lookAt } from "../../web/compute/auditFile.js";
import { auditQuestion, guessAnswers } from "../../web/model/auditForm.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { processorTime } from "../support/processorTime.js";

const folder = scratchFolder();
const data = join(import.meta.dirname, "data");

/** What write.py put into each of them. */
const expected = Array.from({ length: 60 }, (_, i) => ({
  id: `r${i}`,
  wide: String(9007199254740993n + BigInt(i)),
  question: `What is ${i} + ${i + 1}, “in words”? Café; ${i}`,
  answer: i % 7 ? `It is ${2 * i + 1}, I think` : 'He said "none",\nand left',
  summary: `Sum ${i} in ${i + 1} words`,
  score: i / 64,
  kept: i % 3 !== 0,
  correct: i % 2 ? null : i % 12 !== 0,
}));

const names = readdirSync(data).filter((name) => name.startsWith("forms."));

/** A cell of any form as it was meant: cells of CSV are texts. */
function plain(row: Row): object {
  const flag = (value: unknown) => (value === "" || value == null ? null : String(value).toLowerCase() === "true");
  return {
    ...row,
    wide: String(row.wide),
    score: Number(row.score),
    kept: flag(row.kept),
    correct: flag(row.correct),
  };
}

async function rowsIn(path: string): Promise<object[]> {
  const rows: object[] = [];
  for await (const row of rowsOf(path)) rows.push(plain(row));
  return rows;
}

const withoutSource = ({ source: _, ...rest }: Record<string, unknown>) => rest;
const reference = join(data, "forms.lines.jsonl");

async function json(args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await pstar([...args, "--format", "json"]);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

const of = { audit: {}, check: {}, model: "", scores: "" } as {
  audit: Record<string, unknown>;
  check: Record<string, unknown>;
  model: string;
  scores: string;
};

beforeAll(async () => {
  of.audit = await json(["audit", reference]);
  of.check = await json(["check", reference]);
  of.model = (await pstar(["lm", "train", reference, "--order", "2"])).stdout;
});

it("has a file of every form", () => {
  expect(names).toHaveLength(20);
});

describe.each(names)("%s", (name) => {
  const path = join(data, name);

  it("has its rows, exactly, in the library", async () => {
    expect(await rowsIn(path)).toEqual(expected);
  });

  it("is audited the same by the command line, the library and the page", async () => {
    const found = await json(["audit", path]);
    expect(withoutSource(found)).toEqual(withoutSource(of.audit));
    expect(found).toMatchObject({ guessed: ["correct", "kept"], counts: { rows: 60, audited: 30, kept: 40 } });
    const { result } = await auditFile(path, {});
    expect(JSON.parse(JSON.stringify(result))).toEqual(
      Object.fromEntries(Object.keys(result).map((key) => [key, found[key]])),
    );
    if (name === "forms.saved") return; // a page takes files
    const file = new File([readFileSync(path)], name);
    const look = await lookAt(file);
    const question = auditQuestion(guessAnswers(look.guess));
    if (question === undefined) throw new Error("the page found no fields");
    const { audited } = await auditOnPage(await load(), file, question, () => {});
    expect(audited.result).toEqual(result);
  });

  // how its pages are packed matters to the reader alone
  if (/^forms\.((gzip|zstd|brotli|lz4)\.parquet|packed\.arrow)$/.test(name)) return;
  // `npm test` has one of those that are alike here; all are read and audited above
  const alike = /^forms\.((comma|semicolon)\.csv|list\.json|members\.jsonl\.gz|(polars|stream)\.arrow)$/;
  if (shortOrLong(alike.test(name), false)) return;

  it("is checked, and what is kept has its form", async () => {
    const { next, out: _, ...checked } = withoutSource(await json(["check", path]));
    const { next: __, ...known } = withoutSource(of.check);
    expect(checked).toEqual(known);
    expect(await check(path)).toMatchObject(checked);
    const [command] = next as [string];
    const form = name.includes("csv") || name.endsWith("tsv") ? "csv" : name.endsWith("parquet") ? "parquet" : "jsonl";
    expect(command).toContain(`--out kept.${form}`);
    const out = join(folder, `${name}.kept.${form}`);
    await json(["check", path, "--out", out]);
    const kept = expected.filter(({ kept }) => kept);
    expect(await rowsIn(out)).toEqual(kept);
    if (form === "jsonl" && !/saved|list|table|arrow/.test(name)) {
      const lines = readFileSync(reference, "utf8").split("\n");
      expect(readFileSync(out, "utf8").split("\n")).toEqual([...lines.filter((_, i) => i % 3 !== 0 && i < 60), ""]);
    }
    if (form === "csv") {
      const encoding = name.includes("utf16") ? "utf-16le" : name.includes("western") ? "windows-1252" : "utf-8";
      const [heading] = new TextDecoder(encoding).decode(readFileSync(path)).split(/\r?\n/);
      expect(readFileSync(out, "utf8").split(/\r?\n/)[0]).toBe(heading);
    }
    const converted = join(folder, `${name}.to.parquet`);
    await json(["check", path, "--out", converted, "--to", "parquet"]);
    expect(await rowsIn(converted)).toEqual(kept);
    if (form !== "jsonl") {
      const wrong = await pstar(["check", path, "--out", join(folder, "wrong.jsonl")]);
      expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("give --to jsonl") });
    }
  });

  it("gives rows to label, and to keep", async () => {
    const sheet = join(folder, `${name}.sheet.csv`);
    await json(["label", "draw", path, "--labels", "60", "--design", "simple", "--seed", "1", "--out", sheet]);
    const drawn = await rowsIn(sheet);
    expect(Object.keys(drawn[0] ?? {}).slice(0, 8)).toEqual([
      "key",
      "weight",
      "stratum",
      "id",
      "wide",
      "question",
      "answer",
      "summary",
    ]);
    const shown = (rows: readonly object[]) => rows.map((row) => (row as { answer: string }).answer).sort();
    expect(shown(drawn)).toEqual(shown(expected));
    expect((await drawLabels(path, { labels: 20, seed: 1 })).drawn).toHaveLength(20);
    const out = join(folder, `${name}.selected`);
    expect(await json(["select", path, "--keep", "50%", "--out", out])).toMatchObject({
      counts: { read: 60, kept: 30 },
    });
    const [kept = ""] = readdirSync(out).filter((file) => file.startsWith("kept."));
    expect(await rowsIn(join(out, kept))).toEqual(expected.slice(30));
  });

  it("trains a language model, is scored by it, and is evaluated", async () => {
    const model = join(folder, `${name}.arpa`);
    const trained = await pstar(["lm", "train", path, "--order", "2", "--out", model]);
    expect(trained.stderr).toContain(`note: ${path}: read with --field answer`);
    expect(readFileSync(model, "utf8")).toBe(of.model);
    const scored = await pstar(["lm", "score", path, "--lm", model, "--quiet"]);
    const scores = scored.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(scores.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    if (name === "forms.saved") return;
    const { arms } = (await json(["news", "evaluate", path, "--references", reference])) as {
      arms: { name: string; rows: number; rouge1: { mean: number } }[];
    };
    const stem = basename(name).replace(/\.(jsonl|json|csv|tsv|parquet|arrow)(\.gz|\.zst)?$/, "");
    expect(arms).toMatchObject([{ name: stem, rows: 60, rouge1: { mean: 1 } }]);
  });
});

describe("a file on the page", () => {
  it.each([
    ["jsonl", "\n"],
    ["csv", "\n"],
    ["csv", "\r\n"],
  ])("of empty lines alone (.%s, %j) is told as it is read, and costs little", async (form, line) => {
    const part = Buffer.from(line.repeat(2e5));
    const told: number[] = [];
    const time = await processorTime(() =>
      expect(lookAt(new File(Array(25).fill(part), `empty.${form}`), (share) => told.push(share))).rejects.toThrow(
        /no rows/,
      ),
    );
    expect(told.length).toBeGreaterThan(20);
    expect(told.at(-1)).toBe(1);
    // some 20 ns a line, where an array for each took 200; another program may double it
    expect(time).toBeLessThan(5e6 * 100e-6);
  });

  it.each(["jsonl", "csv"])("of rows of very many fields (.%s) is looked at", async (form) => {
    const names = ["correct", "kept", ...Array.from({ length: shortOrLong(30_000, 100_000) }, (_, i) => `field ${i}`)];
    const values = (i: number) => [i % 3 > 0, i % 2 > 0, ...names.slice(2).map((_, j) => i + j)];
    const row = (i: number) => {
      const all = values(i);
      return Object.fromEntries(names.map((name, j) => [name, all[j]]));
    };
    const rows = [0];
    const lines =
      form === "csv" ? [names.join(), ...rows.map((i) => values(i).join())] : rows.map((i) => JSON.stringify(row(i)));
    const look = await lookAt(new File([lines.join("\n")], `wide.${form}`));
    expect(look.names).toHaveLength(1000);
    expect(look.guess).toMatchObject({ correct: "correct", kept: "kept" });
    expect(look.preview.map((shown) => Object.keys(shown).length)).toEqual([1000]);
  });

  it("of Label Studio with 200,000 choices in a row is looked at", async () => {
    const result = Array.from({ length: 200_000 }, () => ({ value: { choices: ["right"] } }));
    const task = { data: { answer: "x" }, annotations: [{ result }] };
    expect((await lookAt(new File([JSON.stringify([task])], "tasks.json"))).names).not.toEqual([]);
  });
});
