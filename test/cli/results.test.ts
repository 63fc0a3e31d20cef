import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadImage } from "@napi-rs/canvas";
import { beforeAll, describe, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";

const root = scratchFolder();
const out = join(root, "results");
const file = (form: string) => join(out, `results.${form}`);
const SCENARIO = `
name: three
engine: theory
verifier: {kind: bernoulli}
sweep:
  samples: [100, 1000]
  generator.errorRate: {from: 0, to: 1, steps: 15}
  verifier.psi: {from: 0, to: 1, steps: 14}
`;

beforeAll(async () => {
  const { code, stderr } = await pstar(["run", "-", "--out", out, "--quiet", "--format", "csv"], { stdin: SCENARIO });
  expect([code, stderr]).toEqual([0, ""]);
});

describe("pstar export", () => {
  it.each([
    ["jsonl", "csv"],
    ["csv", "parquet"],
    ["parquet", "jsonl"],
    ["csv", "jsonl"],
    ["jsonl", "parquet"],
  ])("of %s to %s gives the bytes that the run wrote", async (from, to) => {
    const made = join(root, `${from}.${to}`);
    const { code, stderr } = await pstar(["export", file(from), "--out", made]);
    expect(stderr).toBe(`wrote ${made}\n`);
    expect(code).toBe(0);
    expect(readFileSync(made).equals(readFileSync(file(to)))).toBe(true);
  });

  it("goes to standard output, from a folder too, and from what --format json printed", async () => {
    const csv = readFileSync(file("csv"), "utf8");
    expect((await pstar(["export", out, "--to", "csv"])).stdout).toBe(csv);
    const json = join(root, "result.json");
    writeFileSync(json, (await pstar(["run", join(out, "config.yaml"), "--format", "json"])).stdout);
    expect((await pstar(["export", json, "--to", "csv"])).stdout).toBe(csv);
  });

  it("of a CSV file that a spreadsheet saved, with a byte order mark and CRLF, is the same", async () => {
    const csv = readFileSync(file("csv"), "utf8");
    const saved = join(root, "saved.csv");
    writeFileSync(saved, `\ufeff${csv.replaceAll("\n", "\r\n")}`);
    expect((await pstar(["export", saved, "--to", "csv"])).stdout).toBe(csv);
  });

  it("reads a last line of JSONL that has no line end, and refuses one that was cut", async () => {
    const jsonl = readFileSync(file("jsonl"), "utf8");
    const cut = join(root, "cut.jsonl");
    writeFileSync(cut, jsonl.trimEnd());
    expect((await pstar(["export", cut, "--to", "jsonl"])).stdout).toBe(jsonl);
    writeFileSync(cut, jsonl.slice(0, -20));
    const { code, stderr } = await pstar(["export", cut, "--to", "jsonl"]);
    expect(stderr).toMatch(/^error: .*cut.jsonl is not valid JSON in line 420: [^\n]*\n$/);
    expect(code).toBe(3);
  });

  it("refuses CSV that was damaged, by its line: no row is lost in silence", async () => {
    const [head, ...rows] = readFileSync(file("csv"), "utf8").split("\n");
    const damaged = async (...lines: string[]) => {
      const path = join(root, "stray.csv");
      writeFileSync(path, [head, ...lines].join("\n"));
      const { code, stdout, stderr } = await pstar(["export", path, "--to", "jsonl"]);
      return { code, stdout, stderr: stderr.replace(path, "stray.csv") };
    };
    expect(await damaged(`"${rows[0]}`, ...rows.slice(1, 100))).toEqual({
      code: 3,
      stdout: "",
      stderr: "error: stray.csv: the quotation mark in line 2 is never closed\n",
    });
    expect(await damaged(`"${rows[0]}`, ...rows.slice(1))).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("the quotation mark in line 2 is closed in line 198, and its field goes on"),
    });
    // of two stray quotation marks the rows between them are one field
    const two = await damaged(rows[0], `"${rows[1]}`, rows[2], `${rows[3]}"`, rows[4]);
    expect(two).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^error: stray\.csv, line 3: the row has 1 field/),
    });
  });

  it("of a shard has the cells that are there", async () => {
    const part = join(root, "part");
    await pstar(["run", join(out, "config.yaml"), "--shard", "2/5", "--out", part, "--quiet", "--format", "csv"]);
    const { stdout } = await pstar(["export", part, "--to", "jsonl"]);
    const whole = new Set(readFileSync(file("jsonl"), "utf8").split("\n"));
    const lines = stdout.trimEnd().split("\n");
    expect(JSON.parse(lines.pop() as string)).toEqual({ complete: false, cells: 84, cellsPlanned: whole.size - 1 });
    expect(lines).toHaveLength(84);
    expect(lines.every((line) => whole.has(line))).toBe(true);
  });

  it("of a file without its scenario that says it lacks cells says so as well, in every form", async () => {
    const lines = readFileSync(file("jsonl"), "utf8").split("\n").slice(0, 3);
    const mark = { complete: false, cells: 3, cellsPlanned: 7 };
    const exported = async (from: string, to: string) => {
      const { code, stdout } = await pstar(["export", from, "--to", to]);
      expect(code).toBe(0);
      return stdout;
    };
    const alone = join(root, "alone");
    mkdirSync(alone);
    const jsonl = join(alone, "part.jsonl");
    writeFileSync(jsonl, `${[...lines, JSON.stringify(mark)].join("\n")}\n`);
    const csv = await exported(jsonl, "csv");
    expect(csv.trimEnd().split("\n").at(-1)).toBe("# complete: false; 3 of 7 cells");
    const table = join(alone, "part.csv");
    writeFileSync(table, csv);
    const again = (await exported(table, "jsonl")).trimEnd().split("\n");
    expect(again).toHaveLength(4);
    expect(JSON.parse(again[3])).toEqual(mark);
    // a cell that says the same of itself is a cell all the same
    writeFileSync(
      jsonl,
      `${[lines[0].replace("{", '{"complete":false,"cells":3,"cellsPlanned":7,'), ...lines.slice(1)].join("\n")}\n`,
    );
    expect((await exported(jsonl, "csv")).trimEnd().split("\n")).toHaveLength(4);
  });

  it.each([
    ["no form", [], "--to is missing: one of jsonl, csv, parquet", 2],
    ["Parquet to a terminal", ["--to", "parquet"], "name a file with --out", 2],
    ["another form", ["--to", "xlsx"], "Allowed choices are jsonl, csv, parquet", 2],
  ])("refuses %s", async (_, args, message, exitCode) => {
    const { code, stderr } = await pstar(["export", file("csv"), ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(exitCode);
  });

  it("refuses what is not there, and what holds no results", async () => {
    const missing = await pstar(["export", join(root, "no.csv"), "--to", "jsonl"]);
    expect(missing.stderr).toContain("there is no such file");
    expect(missing.code).toBe(1);
    mkdirSync(join(root, "empty"));
    const empty = await pstar(["export", join(root, "empty"), "--to", "jsonl"]);
    expect(empty.stderr).toContain("is not the folder of a run: it has no store.json");
    expect(empty.code).toBe(3);
  });
});

describe("pstar plot", () => {
  it("draws curves and heat maps of any form of results", async () => {
    for (const [i, [source, ...flags]] of [
      [file("csv"), "--at", "samples=1000", "--x", "generator.errorRate", "--series", "verifier.psi"],
      [file("jsonl"), "--at", "samples=100", "--heatmap", "--y", "cosine"],
      [file("parquet"), "--at", "verifier.psi=0.31", "--heatmap", "--x", "generator.errorRate"],
    ].entries()) {
      const picture = join(root, `plot${i}.png`);
      const { code, stderr } = await pstar(["plot", source, ...flags, "--out", picture]);
      expect(stderr).toContain(`wrote ${picture}`);
      if (i === 2) expect(stderr).toContain("--at verifier.psi: the nearest value is 0.307692");
      expect(code).toBe(0);
      const { width, height } = await loadImage(picture);
      expect([width, height]).toEqual([2400, 1500]);
    }
  });

  it("needs no store beside a CSV file, and then tells no settings", async () => {
    const lone = join(root, "lone.csv");
    writeFileSync(lone, readFileSync(file("csv")));
    const picture = join(root, "lone.svg");
    const { code } = await pstar(["plot", lone, "--at", "samples=100", "--x", "generator.errorRate", "--out", picture]);
    expect(code).toBe(0);
    expect(readFileSync(picture, "utf8")).toContain("<svg ");
  });

  it.each([
    [
      "a setting that is not swept",
      ["--x", "verifier.phi"],
      "--x must be one of samples, generator.errorRate, verifier.psi",
    ],
    ["a misspelt one", ["--series", "verifier.ps"], "did you mean verifier.psi?"],
    ["the last part of one", ["--series", "psi"], "did you mean verifier.psi?"],
    ["a third setting under a heat map", ["--heatmap"], "choose one value of each other setting: --at verifier.psi=…"],
    [
      "the same setting twice",
      ["--heatmap", "--x", "samples", "--series", "samples", "--at", "verifier.psi=0"],
      "another",
    ],
    ["a value that is none", ["--at", "samples=many"], '--at samples must be one of 100, 1,000, got "many"'],
    ["no value", ["--at", "samples"], "--at must be path=value"],
  ])("refuses %s: exit code 2", async (_, args, message) => {
    const { code, stderr } = await pstar(["plot", file("csv"), ...args, "--out", join(root, "no.png")]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
