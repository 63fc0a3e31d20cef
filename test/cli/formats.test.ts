import { describe, expect, it } from "vitest";
import type { CellResult, RunResult } from "../../src/engine/result.js";
import { pstar } from "../support/inProcess.js";
import { SMALL } from "../support/pstar.js";

const small = { stdin: SMALL };

describe("--format json", () => {
  it("is a result that names its scenario, its cells and where it comes from", async () => {
    const { code, stdout } = await pstar(["run", "-", "--format", "json"], small);
    expect(code).toBe(0);
    const result: RunResult = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual(["schema", "config", "cells", "provenance"]);
    expect(result.schema).toBe("pstar/result@1");
    expect(result.config).toMatchObject({ samples: 200, trials: 3, seed: 1, learner: { kind: "ridge" } });
    expect(result.provenance).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      coreHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      engine: "reduced",
      seed: 1,
    });
    expect(result.cells.map((cell) => cell.params)).toEqual(
      ["none", "oracle"].flatMap((kind) =>
        [0, 0.5, 1].map((errorRate) => ({ "verifier.kind": kind, "generator.errorRate": errorRate })),
      ),
    );
    const moments = { mean: expect.any(Number), sd: expect.any(Number), se: expect.any(Number) };
    expect(result.cells[0]).toMatchObject({
      params: { "verifier.kind": "none", "generator.errorRate": 0 },
      trials: 3,
      accuracy: moments,
      agreement: moments,
      cosine: moments,
      kept: { ...moments, share: 1 },
      errorRate: 0,
      phi: 1,
      psi: 1,
      breakdown: 0.5,
    });
    expect(result.cells[5]).toMatchObject({ status: "empty", accuracy: { mean: null, sd: null, se: null } });
  });

  it("has the same bytes for the same seed, on one worker or two, and others for another seed", async () => {
    const run = async (...args: string[]) => (await pstar(["run", "-", "--format", "json", ...args], small)).stdout;
    const first = await run("--workers", "1");
    expect(await run("--workers", "2")).toBe(first);
    expect(JSON.parse(await run("--seed", "2")).cells).not.toEqual(JSON.parse(first).cells);
  });
});

describe("--format csv", () => {
  it("has a row for each cell and every number of the JSON, digit by digit", async () => {
    const csv = await pstar(["run", "-", "--format", "csv"], small);
    const json = await pstar(["run", "-", "--format", "json"], small);
    expect(csv.code).toBe(0);
    const [head, ...rows] = csv.stdout.trimEnd().split("\n");
    const cells: CellResult[] = JSON.parse(json.stdout).cells;
    expect(rows).toHaveLength(cells.length);
    const names = head.split(",");
    expect(new Set(names).size).toBe(names.length);
    for (const [i, row] of rows.entries()) {
      const fields = fieldsOf(row);
      expect(fields).toHaveLength(names.length);
      for (const [name, value] of flat(cells[i])) {
        const field = fields[names.indexOf(name)];
        expect(`${name}=${field}`).toBe(`${name}=${value ?? ""}`);
      }
    }
  });

  it("quotes what holds commas and quotation marks", async () => {
    const stdin = `
samples: 50
data: {dim: 2}
trials: 1
sweep: {data.covariance: [identity, {kind: diagonal, values: [1, 2]}]}
`;
    const { stdout } = await pstar(["run", "-", "--format", "csv"], { stdin });
    expect(stdout).toContain(
      `,"{""kind"":""diagonal"",""values"":[1,2]}",direct,the reduction needs data.covariance identity,ok,`,
    );
  });
});

/** The fields of a line of CSV; those with commas are in quotation marks. */
function fieldsOf(row: string): string[] {
  return [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain);
}

/** The leaves of a cell by their names in the CSV. */
function flat(cell: CellResult): [string, unknown][] {
  return Object.entries(cell).flatMap(([name, value]) => {
    if (name === "params")
      return Object.entries(cell.params).map(([path, at]) => [`param:${path}`, at]) as [string, unknown][];
    if (typeof value !== "object" || value === null) return [[name, value] as [string, unknown]];
    return Object.entries(value).map(([key, inner]) => [`${name}.${key}`, inner] as [string, unknown]);
  });
}

describe("--format table", () => {
  it("of the theory has no standard error, and calls p at the point itself neither below nor above", async () => {
    const args = ["run", "phase-transition", "--engine", "theory", "--set", "sweep.generator.errorRate=[0.4, 0.5, 1]"];
    const { stdout } = await pstar(args, { env: { COLUMNS: "100" } });
    expect(stdout).toMatch(/^verifier +p set +accuracy +agreement +kept/m);
    expect(stdout).toMatch(/^none +0\.4 .* below$/m);
    expect(stdout).toMatch(/^none +0\.5 .* 0\.500 {2}p⋆$/m);
    expect(stdout).toMatch(/^oracle +1\.0 +no row kept .* 1\.000 {2}p⋆$/m);
  });

  it("has a line for each cell with its numbers and the word below or above", async () => {
    const { code, stdout } = await pstar(["run", "-"], small);
    expect(code).toBe(0);
    expect(stdout).toContain("small: d = 5, N = 200, r = 1, ridge learner, λ = 0.01, 3 trials, seed 1");
    expect(stdout).toMatch(/^verifier +p set +accuracy ± se +agreement +kept +p +φ +ψ +p⋆ +p is$/m);
    expect(stdout).toMatch(/^none +0\.0 +0\.8\d{3} ± \S+ +0\.\d{4} +100 % +0\.000 +1\.000 +1\.000 +0\.500 +below$/m);
    expect(stdout).toMatch(/^none +1\.0 +0\.1\d{3} ± \S+ +0\.\d{4} +100 % +1\.000 +1\.000 +1\.000 +0\.500 +above$/m);
  });

  it("is followed by a sketch of the curve with p⋆, chance and a mark for each series", async () => {
    const { stdout } = await pstar(["run", "-"], small);
    const sketch = stdout.slice(stdout.indexOf("test accuracy"));
    for (const part of ["p⋆ 0.5", "p⋆ 1", "┄┄┄", "┊", "● no verifier", "■ oracle", "error rate of the generator, p"]) {
      expect(sketch).toContain(part);
    }
  });

  it("shows another measure in the sketch when asked to", async () => {
    const { stdout } = await pstar(["run", "-", "--y", "agreement"], small);
    expect(stdout).toContain("\nagreement with the Bayes rule\n");
  });

  it.each([60, 70, 80])("fits %d columns and says what it left out", async (columns) => {
    const { stdout } = await pstar(["run", "phase-transition", "--set", "samples=100", "--trials", "2"], {
      env: { COLUMNS: String(columns) },
    });
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
    expect(stdout.replaceAll("\n", " ")).toContain(`Left out to fit ${columns} characters: p`);
    expect(stdout).toMatch(/^none .* (below|above)$/m);
  });

  it("is plain ASCII where the locale has no more", async () => {
    const { stdout } = await pstar(["run", "-"], { ...small, env: { LC_ALL: "C", COLUMNS: "70" } });
    expect(stdout).toMatch(/^[\n\x20-\x7e]*$/);
    expect(stdout).toContain("accuracy +/- se");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(70);
  });

  it("has colour only where it is wanted", async () => {
    const colored = async (env: Record<string, string>) =>
      (await pstar(["run", "-"], { ...small, env })).stdout.includes("\u001b[");
    expect(await colored({})).toBe(false);
    expect(await colored({ FORCE_COLOR: "1" })).toBe(true);
    expect(await colored({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
  });
});
