import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, it } from "vitest";
import type { RunResult } from "../../src/engine/result.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";

// Rounds, angles, a verifier that keeps nothing, and a fixed setting of each type.
const SCENARIO = `
name: analysis
samples: 60
trials: 4
generations: 3
data: {dim: 3, kind: isotropic}
generator: {kind: linear, angle: 40deg}
verifier: {kind: top, angle: 20deg}
sweep: {verifier.keep: [0, 0.5], verifier.angleToGenerator: [null, 30deg]}
`;

const root = scratchFolder();
const file = (name: string) => join(root, name);
const rowsOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
let result: RunResult;
let trials: string;

beforeAll(async () => {
  writeFileSync(file("scenario.yaml"), SCENARIO);
  const outputs = ["--trials-out", file("trials.csv"), "--out", file("whole")];
  const run = await pstar(["run", file("scenario.yaml"), "--format", "json", ...outputs]);
  expect(run.code).toBe(0);
  result = JSON.parse(run.stdout);
  trials = readFileSync(file("trials.csv"), "utf8");
});

describe("run --trials-out", () => {
  it("has a row for each trial and generation, of which the cells are the means", () => {
    const [head, ...rows] = rowsOf(trials);
    expect(rows).toHaveLength(4 * 4 * 3);
    const at = (row: string[], name: string) => row[head.indexOf(name)];
    for (const cell of result.cells) {
      for (const generation of cell.generations ?? []) {
        const own = rows.filter(
          (row) => at(row, "id") === cell.id && Number(at(row, "generation")) === generation.generation,
        );
        expect(own.map((row) => at(row, "trial"))).toEqual(["0", "1", "2", "3"]);
        const mean = (name: string) => own.reduce((sum, row) => sum + Number(at(row, name)), 0) / own.length;
        expect(mean("kept")).toBeCloseTo(generation.kept.mean as number, 12);
        if (generation.accuracy.mean === null) {
          expect(own.map((row) => [at(row, "status"), at(row, "accuracy")])).toEqual(Array(4).fill(["empty", ""]));
        } else {
          expect(mean("accuracy")).toBeCloseTo(generation.accuracy.mean, 12);
          expect(mean("agreement")).toBeCloseTo(generation.agreement.mean as number, 12);
          expect(mean("cosine")).toBeCloseTo(generation.cosine.mean as number, 12);
        }
      }
    }
  });

  it("has every setting as a column, and the unit of an angle in its name", () => {
    const [head, first] = rowsOf(trials);
    const columns = Object.fromEntries(head.map((name, i) => [name, first[i]]));
    expect(columns).toMatchObject({
      "param:data.dim": "3",
      "param:samples": "60",
      "param:verifier.keep": "0",
      "param:verifier.kind": "top",
      "param:verifier.angleToGenerator_rad": "",
    });
    expect(Number(columns["param:generator.angle_rad"])).toBeCloseTo((40 * Math.PI) / 180, 14);
    expect(head.filter((name) => /angle/i.test(name)).every((name) => name.endsWith("_rad"))).toBe(true);
  });

  it("has the same bytes on one worker or two, and the same values in JSONL and Parquet", async () => {
    await pstar(["run", file("scenario.yaml"), "--workers", "1", "--trials-out", file("one.csv")]);
    expect(readFileSync(file("one.csv"), "utf8")).toBe(trials);
    for (const form of ["jsonl", "parquet"])
      await pstar(["run", file("scenario.yaml"), "--trials-out", file(`t.${form}`)]);
    const [head, ...rows] = rowsOf(trials);
    const lines = readFileSync(file("t.jsonl"), "utf8").trimEnd().split("\n");
    expect(lines.map((line) => Object.values(JSON.parse(line)).map((value) => String(value ?? "")))).toEqual(rows);
    const buffer = await asyncBufferFromFile(file("t.parquet"));
    const { key_value_metadata = [] } = await parquetMetadataAsync(buffer);
    const metadata = new Map(key_value_metadata.map(({ key, value }) => [key, value]));
    expect(JSON.parse(metadata.get("pstar.units") as string)).toEqual({
      "param:generator.angle_rad": "rad",
      "param:verifier.angle_rad": "rad",
      "param:verifier.angleToGenerator_rad": "rad",
    });
    expect(metadata.has("pstar.complete")).toBe(false);
    const objects = await parquetReadObjects({ file: buffer });
    expect(objects.map((row) => head.map((name) => String(row[name] ?? "")))).toEqual(rows);
  });

  it("computes the finished cells of a folder again, and says so", async () => {
    const again = await pstar([
      "run",
      file("scenario.yaml"),
      "--out",
      file("whole"),
      "--trials-out",
      file("again.csv"),
    ]);
    expect(again.stderr).toContain("computed again");
    expect(readFileSync(file("again.csv"), "utf8")).toBe(trials);
  });

  it("says that the theory has no trials, and refuses what cannot give them", async () => {
    const theory = ["--set", "learner.kind=mean", "--set", "generations=1", "--engine", "theory"];
    const of = await pstar(["run", file("scenario.yaml"), ...theory, "--trials-out", file("none.csv")]);
    expect(of.stderr).toContain("theory computed 4 cells, which have no trials");
    expect(rowsOf(readFileSync(file("none.csv"), "utf8"))).toHaveLength(1);
    const queue = ["--queue", "redis://localhost:1", "--out", file("q"), "--trials-out", file("q.csv")];
    expect(await pstar(["run", file("scenario.yaml"), ...queue])).toMatchObject({ code: 2 });
    expect(await pstar(["run", file("scenario.yaml"), "--trials-out", file("t.txt")])).toMatchObject({ code: 2 });
  });
});

describe("export --tidy", () => {
  it("has a row for each generation with the numbers of the JSON, and is not read back as cells", async () => {
    const { stdout, code } = await pstar(["export", file("whole"), "--tidy", "--to", "jsonl"]);
    expect(code).toBe(0);
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const generations = result.cells.flatMap((cell) => cell.generations ?? []);
    expect(rows).toHaveLength(generations.length);
    for (const [i, row] of rows.entries()) {
      expect(row).not.toHaveProperty("generations");
      expect(row).toMatchObject({
        "accuracy.mean": generations[i].accuracy.mean,
        "accuracy.se": generations[i].accuracy.se,
        "kept.share": generations[i].kept.share,
        generation: generations[i].generation,
        "param:data.kind": "isotropic",
        "param:verifier.angleToGenerator_rad": i < 3 || (i >= 6 && i < 9) ? null : Math.PI / 6,
      });
    }
    await pstar(["export", file("whole"), "--tidy", "--out", file("tidy.csv")]);
    const back = await pstar(["export", file("tidy.csv"), "--to", "jsonl"]);
    expect(back).toMatchObject({ code: 3 });
    expect(back.stderr).toContain("several rows for each cell, by generation");
  });

  it("is refused if no file says the settings", async () => {
    const { stdout } = await pstar(["export", file("whole"), "--to", "csv"]);
    writeFileSync(file("cells.csv"), stdout);
    expect(await pstar(["export", file("cells.csv"), "--tidy", "--to", "csv"])).toMatchObject({ code: 2 });
  });
});

describe("results that lack cells", () => {
  it("say so in every form, and are still read", async () => {
    await pstar(["run", file("scenario.yaml"), "--shard", "1/2", "--out", file("part")]);
    const { stdout: csv } = await pstar(["export", file("part"), "--to", "csv"]);
    const [, ...lines] = csv.trimEnd().split("\n");
    const cells = lines.length - 1;
    expect(lines.at(-1)).toBe(`# complete: false; ${cells} of 4 cells`);
    expect(cells).toBeLessThan(4);
    const { stdout: jsonl } = await pstar(["export", file("part"), "--to", "jsonl"]);
    expect(JSON.parse(jsonl.trimEnd().split("\n").at(-1) as string)).toEqual({
      complete: false,
      cells,
      cellsPlanned: 4,
    });
    await pstar(["export", file("part"), "--out", file("part.parquet")]);
    const { key_value_metadata = [] } = await parquetMetadataAsync(await asyncBufferFromFile(file("part.parquet")));
    const mark = key_value_metadata.find(({ key }) => key === "pstar.complete")?.value;
    expect(JSON.parse(mark as string)).toEqual({ complete: false, cells, cellsPlanned: 4 });
    for (const [form, text] of [
      ["csv", csv],
      ["jsonl", jsonl],
    ]) {
      writeFileSync(file(`part.${form}`), text);
      const back = await pstar(["export", file(`part.${form}`), "--to", "jsonl"]);
      expect(back.code).toBe(0);
      expect(
        back.stdout
          .trimEnd()
          .split("\n")
          .filter((line) => line.includes('"id"')),
      ).toHaveLength(cells);
    }
  });
});

describe("schema --dictionary", () => {
  it("is the page docs/dictionary.md, and names every column of the trials", async () => {
    const { stdout } = await pstar(["schema", "--dictionary"]);
    expect(stdout).toBe(readFileSync("docs/dictionary.md", "utf8"));
    const listed = new Set([...stdout.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name));
    const [head] = rowsOf(trials);
    for (const name of head) expect(listed).toContain(name.replace(/^param:/, "").replace(/_rad$/, ""));
  });

  it("gives each field a description of its own, and ranges and units as they are", async () => {
    const { stdout } = await pstar(["schema", "--dictionary"]);
    const line = (path: string) => stdout.split("\n").find((one) => one.startsWith(`| \`${path}\``));
    expect(line("accuracy")).toContain("Test accuracy against the true labels");
    expect(line("cosine")).toContain("Cosine with the Bayes direction");
    expect(line("verifier.angleToGenerator")).toContain("| number or null | rad | [0, 3.141592653589793] | `null` |");
    expect(line("learner.learningRate")).toContain("| number |  | (0, ∞) | `0.1` |");
    expect(line("data.covariance.kind")).toContain('"power-law", "diagonal", "matrix"');
    const { stdout: audit } = await pstar(["schema", "--dictionary", "audit"]);
    expect(audit).toContain("φ, the share of correct labels that the verifier keeps.");
  });
});
