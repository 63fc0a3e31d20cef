import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadClasses } from "../../src/classes.js";
import { collect, load, type ScenarioInput, theory } from "../../src/index.js";
import { readResults } from "../../src/sweep/results/read.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { printed, pstar } from "../support/inProcess.js";

const folder = scratchFolder();

const MATRICES = {
  means: [
    [0, 0],
    [4, 0],
    [0, 4],
  ],
  weights: [0.5, 0.3, 0.2],
  confusion: [
    [0.7, 0.2, 0.1],
    [0.3, 0.6, 0.1],
    [0.1, 0.5, 0.4],
  ],
  retention: [
    [1, 1, 1],
    [1, 1, 1],
    [1, 0.5, 1],
  ],
};

function file(name: string, scenario: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(scenario));
  return path;
}

const whole = file("classes.json", { classes: MATRICES, samples: 500, trials: 3 });

describe("pstar run with a section of classes", () => {
  it("says of each class whether it survives, and what of its rows is answered rightly", async () => {
    const { cells, config } = JSON.parse(await printed(["run", whole, "--format", "json", "--quiet"]));
    expect(config.classes).toEqual({ ...MATRICES, errors: "uniform", intercept: true });
    expect(cells).toMatchObject([
      {
        engine: "reduced",
        status: "ok",
        trials: 3,
        agreement: { mean: null },
        breakdown: null,
        verdict: "below",
        classes: { survives: [true, true, true], limit: 1 },
      },
    ]);
    // with all rows kept the third class has more labels of the second than of its own
    const kept = ["--set", "classes.retention=[[1,1,1],[1,1,1],[1,1,1]]"];
    const all = JSON.parse(await printed(["run", whole, "--format", "json", "--quiet", ...kept]));
    expect(all.cells[0]).toMatchObject({ verdict: null, classes: { survives: [true, true, false], limit: 0.8 } });
    expect(all.cells[0].classes.recall).toHaveLength(3);
  });

  it("keeps, reads, plots and exports what it computed, and takes it up again", async () => {
    const out = join(folder, "out");
    const swept = ["--set", "sweep.generator.errorRate=[0.2, 0.7]", "--set", "sweep.classes.errors=[uniform, next]"];
    const scenario = file("ten.json", { classes: { count: 5 }, data: { meanNorm: 4 }, samples: 400, trials: 3 });
    const trials = join(folder, "trials.csv");
    const args = ["run", scenario, ...swept, "--out", out, "--plot", join(folder, "curve.png"), "--trials-out", trials];
    expect(await pstar([...args, "--quiet"])).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(folder, "curve.png")).subarray(1, 4).toString()).toBe("PNG");
    expect(readFileSync(trials, "utf8").split("\n")[0]).toContain("param:classes.count");
    const again = await printed(["run", join(out, "config.yaml"), "--format", "json", "--quiet"]);
    const { cells } = JSON.parse(again);
    for (const form of ["results.jsonl", "results.csv", "results.parquet"]) {
      const read = [];
      for await (const cell of (await readResults(join(out, form))).cells()) read.push(cell);
      expect(read).toEqual(cells);
    }
    const limits = cells.map((cell: { classes: { limit: number } }) => Math.round(cell.classes.limit));
    expect(limits).toEqual([1, 1, 1, 0]); // uniform and next at 0.2, then at 0.7
  });

  it.each([
    ["classes.count=40", "classes.count must be in [2, 32], got 40"],
    ["classes.weights=[0.5,0.5]", "classes.weights must be a list of 3 numbers, one for each class (it has 2), got 2"],
    ["classes.weights=[0.5,0.6,0.2]", "classes.weights must be probabilities that sum to 1 (they sum to 1.3)"],
    ["classes.weights=[0.5,0,0.5]", "classes.weights[1] must be in (0, 1], got 0"],
    ["classes.confusion=[[1,0.1,0],[0,1,0],[0,0,1]]", "classes.confusion[0] must be probabilities that sum to 1"],
    ["classes.confusion=[[1,0],[0,1,0],[0,0,1]]", "classes.confusion[0] must be a list of 3 numbers"],
    ["classes.confusion=[[1,0,0]]", "classes.confusion must be a list of 3 rows"],
    ["classes.retention=[[1,0,2],[0,1,0],[0,0,1]]", "classes.retention[0][2] must be in [0, 1], got 2"],
    [
      "classes.means=[[0,0],[1],[1,1]]",
      "classes.means[1] must be a list of 2 coordinates, as the first mean (it has 1)",
    ],
    ["classes.means=[[0,0]]", "classes.count must be at least 2, got 1"],
    ["data.dim=1", "data.dim must be at least 2, got 1"],
    ["data.kind=isotropic", "data.kind must be one of mixture for classes"],
    ["data.covariance={kind: power-law, exponent: 1}", "data.covariance must be one of identity for classes"],
    ["generator.kind=linear", "generator.kind must be one of noise for classes"],
    ["verifier.kind=oracle", "verifier.kind must be one of none for classes.retention"],
    ["learner.kind=sgd", "learner.kind must be one of ridge, mean, logistic for classes"],
    ["learner.solver=conjugate-gradients", "learner.solver must be one of auto, cholesky for classes"],
    ["generations=3", "generations must be one of 1 for classes, got 3"],
    ["sweep.classes.weights=[[0.5,0.5]]", "sweep.classes.weights[0] must be a list of 3 numbers"],
  ])("refuses %s in one line", async (setting, message) => {
    const { code, stdout, stderr } = await pstar(["run", whole, "--set", setting, "--quiet"]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr.split("\n")[0]).toContain(`error: ${message}`);
  });

  it.each([
    [{ classes: {} }, "classes.count must be the number of classes, or classes.means must say where they are"],
    [{ classes: { count: 5 }, data: { dim: 3 } }, "data.dim must be at least 4, got 3"],
    [
      { classes: { count: 3 }, learner: { kind: "logistic" }, engine: "theory" },
      "logistic of several classes has no theory",
    ],
    [
      { classes: { count: 3 }, learner: { kind: "logistic" }, engine: "reduced" },
      "logistic of several classes has no reduction",
    ],
    [{ classes: { count: 3 }, learner: { lambda: 0 }, engine: "reduced" }, "needs learner.lambda above 0"],
  ])("refuses %j", async (scenario, message) => {
    const { code, stderr } = await pstar(["run", file("refused.json", scenario), "--quiet"]);
    expect(code).toBe(3);
    expect(stderr).toContain(message);
  });

  it("warns of an error rate that a confusion matrix takes the place of", async () => {
    const { stderr } = await pstar(["run", whole, "--set", "generator.errorRate=0.3"]);
    expect(stderr).toContain("generator.errorRate has no effect: it is read only if classes.confusion is left out");
    expect((await pstar(["run", whole])).stderr).toBe("");
  });

  it("is refused by what answers two classes only", async () => {
    const { code, stderr } = await pstar(["breakdown", whole]);
    expect(code).toBe(3);
    expect(stderr).toContain("this answer is of two classes");
    const scenario = { classes: { count: 3 } };
    const core = await load();
    expect(() => theory(core, scenario)).toThrow("this answer is of two classes");
    await expect(collect(core, scenario)).rejects.toThrow("give run(…, { classes: await loadClasses() })");
  });
});

describe("the library", () => {
  it("knows classes that a sweep alone has, zipped or not, and never takes them for two", async () => {
    const several = { data: { meanNorm: 4 }, engine: "theory" } satisfies ScenarioInput;
    const counts = [3, 6];
    const sweeps = [{ "classes.count": counts }, { zip: [{ "classes.count": counts, samples: [500, 10_000] }] }];
    for (const sweep of sweeps) {
      const input = { ...several, sweep } as ScenarioInput;
      const { cells } = await collect(await load(), input, { classes: await loadClasses() });
      expect(cells.map(({ classes }) => classes?.recall.length)).toEqual(counts);
      for (const engine of ["theory", "reduced", "direct"] as const)
        await expect(collect(await load(), { ...input, engine })).rejects.toThrow(
          "several classes have a core of their own",
        );
    }
  });

  it.each(["direct", "reduced", "theory"] as const)(
    "gives the same bits on any number of workers: %s",
    async (engine) => {
      const input: ScenarioInput = { classes: { count: 4, errors: "next" }, samples: 300, trials: 7, engine };
      const { cells } = await collect(await load(), input, { classes: await loadClasses() });
      const path = file(`${engine}.json`, input);
      for (const workers of shortOrLong(["2"], ["1", "2"])) {
        const result = JSON.parse(await printed(["run", path, "--workers", workers, "--format", "json", "--quiet"]));
        expect(result.cells).toEqual(cells);
      }
    },
  );
});
