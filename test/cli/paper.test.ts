import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadClasses } from "../../src/classes.js";
import type { EigenResult } from "../../src/eigen/result.js";
import { collect, load } from "../../src/index.js";
import { preset, presets } from "../../src/model/presets.js";
import { rankCorrelation } from "../../src/model/statistics.js";
import { paperItems } from "../../src/paper/items.js";
import { printed, pstar } from "../support/inProcess.js";

const folder = mkdtempSync(join(tmpdir(), "pstar-paper-"));
afterAll(() => rmSync(folder, { recursive: true }));

const computed = paperItems.filter(({ experiment }) => experiment.kind === "preset");

/** Words of a command; none of them has a space. */
const words = (command: string) => command.split(" ").slice(1);

describe("the table of claims", () => {
  it("has an id for each, which its preset carries", () => {
    const ids = paperItems.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(presets().flatMap(({ paper }) => paper ?? [])).toEqual(computed.map(({ id }) => id));
    for (const { id, command } of computed) expect(words(command).slice(0, 2)).toEqual(["run", id]);
  });

  it.each(paperItems.map(({ id, command }) => [id, command]))("%s: %s runs", async (_, command) => {
    const [name, ...rest] = words(command);
    // experiments of minutes: of news, and of transformers
    if (["proxy-correlation", "table1", "fig4"].some((id) => rest.includes(id))) return expect(name).toBe("paper");
    const small = name === "news" ? ["--articles", "60", "--seeds", "1", "--verifiers", "oracle,random"] : [];
    const few = name === "run" ? ["--trials", "2"] : [];
    const { code, stderr } = await pstar(
      [name, ...rest.filter((word) => word !== "1..6" && word !== "--seeds"), ...small, ...few, "--quiet"],
      { cwd: folder },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const plot = rest[rest.indexOf("--plot") + 1];
    if (rest.includes("--plot")) expect(readFileSync(join(folder, plot)).subarray(1, 4).toString()).toBe("PNG");
  });

  it.each(computed.map((item) => [item.id, item] as const))(
    "the criteria of %s hold, and fail where the answer is turned round",
    async (id, { experiment, recorded }) => {
      if (experiment.kind !== "preset") throw new Error("not a preset");
      const classes = id === "classes-many" ? await loadClasses() : undefined;
      const { cells } = await collect(await load(), preset(id), { classes });
      expect(experiment.judge(cells).criteria.filter(({ holds }) => !holds)).toEqual([]);
      expect(recorded).toBe("reproduced");
      const turned = (one: { mean: number | null; sd: number | null; se: number | null }) => ({
        ...one,
        mean: one.mean === null ? null : 1 - one.mean,
      });
      const half = cells.length / 2;
      const wrong = cells.map((cell, i) =>
        // two curves that agree still agree when both are turned: one is
        id === "oracle-is-clean" && i < half
          ? cell
          : {
              ...cell,
              accuracy: turned(cell.accuracy),
              agreement: turned(cell.agreement),
              ...(cell.classes && { classes: { ...cell.classes, recall: cell.classes.recall.map(turned) } }),
            },
      );
      expect(experiment.judge(wrong).criteria.some(({ holds }) => !holds)).toBe(true);
      expect(experiment.judge([]).criteria.every(({ holds }) => holds)).toBe(false);
    },
  );
});

describe("pstar paper", () => {
  it("prints a claim beside what was computed, and why they differ", async () => {
    const answer = JSON.parse(await printed(["paper", "sweet-spot", "--format", "json"]));
    expect(answer).toMatchObject({ schema: "pstar/paper@1", id: "sweet-spot", status: "reproduced", difference: null });
    expect(answer.ours).toMatch(/best 93\.\d+ % at N = /);
    expect(Object.keys(answer)).toEqual(expect.arrayContaining(["paper", "why", "where", "claim", "command"]));
    const text = await printed(["paper", "sweet-spot"]);
    expect(text).toMatch(/^sweet-spot {2}reproduced\n/);
  });

  it("says what cannot be known", async () => {
    const unknown = JSON.parse(await printed(["paper", "transformer-settings", "--format", "json"]));
    expect(unknown).toMatchObject({ status: "cannot be known", ours: null, criteria: [] });
  });

  it.each([
    [["paper", "sweet-spott"], "did you mean sweet-spot?"],
    [["paper", "--plot", "x.png"], "--plot draws one claim"],
    [["paper", "--out", "x"], "--out is for what is computed"],
    [["paper", "--eigen", "x"], "--eigen is for what is computed"],
    [["paper", "transformer-settings", "--plot", join(folder, "none.png")], "has no figure"],
  ])("%j is wrong usage", async (args, message) => {
    const { code, stderr } = await pstar(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("the folder of the page", () => {
  it.each(["paper.md", "paper-class-retention.png"])(
    "is refused before anything is computed if %s cannot be written there",
    async (name) => {
      const out = join(folder, `taken ${name}`);
      mkdirSync(join(out, name), { recursive: true });
      const { code, stdout, stderr } = await pstar(["paper", "class-retention", "--out", out, "--quiet"]);
      expect(code).toBe(1);
      expect(stdout).toBe("");
      expect(stderr).toContain(`cannot write ${join(out, name)}: it is a folder`);
      expect(readdirSync(out)).toEqual([name]);
    },
  );
});

describe("the list of claims", () => {
  it("has the five fields, computes nothing, and says what docs/paper.md says", async () => {
    const page = readFileSync(new URL("../../docs/paper.md", import.meta.url), "utf8");
    const list = JSON.parse(await printed(["paper", "--format", "json"]));
    expect(list).toHaveLength(paperItems.length);
    for (const [i, one] of list.entries()) {
      expect(Object.keys(one)).toEqual(["id", "where", "claim", "command", "status"]);
      expect(one.status).toBe(paperItems[i]?.recorded);
      expect(page).toMatch(new RegExp(`^\\| \\[${one.id}\\]\\(#${one.id}\\) .* \\| ${one.status} \\| `, "m"));
    }
    expect(await printed(["paper"])).toContain("Computed anew: pstar paper ID");
  });
});

// What pstar eigen --preset paper --seeds 1..6 gave (docs/eigen.md), as far as it is judged.
const MEASURED = {
  complete: true,
  config: { size: 2, tolerance: 0.02, generatorRows: 2500, steps: 6000 },
  generator: {
    greedy: { mean: 0.284, se: 0.045 },
    beams: {
      oracle: { 10: { mean: 0.669, se: 0.047 }, 25: { mean: 0.81, se: 0.034 }, 50: { mean: 0.889, se: 0.023 } },
      perplexity: { mean: 0.279, se: 0.044 },
    },
  },
  arms: [
    ["generator", null, 0.284, null, null, null],
    ["oracle", "oracle", 0.388, 0.104, "better", "below"],
    ["noisy-0.05", "noisy:0.05", 0.339, 0.055, "better", "below"],
    ["noisy-0.3", "noisy:0.3", 0.285, 0.001, "inconclusive", "below"],
    ["noisy-0.7", "noisy:0.7", 0.258, -0.026, "worse", "above"],
    ["unverified", "none", 0.252, -0.032, "worse", "above"],
    ["unverified-40x", "none", 0.259, -0.025, "inconclusive", "above"],
  ].map(([name, verifier, mean, gain, verdict, prediction]) => ({
    name,
    verifier,
    accuracy: { mean, se: 0.04 },
    difference: { mean: gain, se: 0.006, verdict },
    prediction,
  })),
  seeds: [1, 2, 3, 4, 5, 6],
} as unknown as EigenResult;

describe("the transformer experiment", () => {
  const judged = (id: string, result: EigenResult) => {
    const experiment = paperItems.find((item) => item.id === id)?.experiment;
    if (experiment?.kind !== "eigen") throw new Error("no transformer experiment");
    return experiment.judge(result);
  };
  const holds = (id: string, result: EigenResult) => judged(id, result).criteria.map((one) => one.holds);
  const changed = (change: (result: EigenResult) => void) => {
    const result = structuredClone(MEASURED);
    change(result);
    return result;
  };
  const arm = (result: EigenResult, name: string) =>
    result.arms.find((one) => one.name === name) as EigenResult["arms"][number];

  it("is judged as docs/paper.md has it", () => {
    expect(holds("table1", MEASURED)).toEqual([true, true, true]);
    expect(holds("fig4", MEASURED)).toEqual([true, false, false, true]);
    expect(judged("fig4", MEASURED).ours).toContain("2 of the 2 noisy oracles that differ");
  });

  it.each<[string, number, (result: EigenResult) => void]>([
    ["table1", 0, ({ generator }) => Object.assign(generator.greedy, { se: 0.4 })],
    ["table1", 1, ({ generator }) => Object.assign(generator.beams?.oracle["25"] ?? {}, { mean: 0.9 })],
    ["table1", 2, ({ generator }) => Object.assign(generator.beams?.perplexity ?? {}, { mean: 0.29 })],
    ["fig4", 0, (result) => Object.assign(arm(result, "oracle").difference, { verdict: "inconclusive" })],
    ["fig4", 3, (result) => Object.assign(arm(result, "noisy-0.7").difference, { verdict: "better" })],
  ])("%s: criterion %i fails where the result is another", (id, criterion, change) => {
    expect(holds(id, changed(change))[criterion]).toBe(false);
  });

  it.each<[number, (result: EigenResult) => void]>([
    [1, (result) => Object.assign(arm(result, "oracle").accuracy, { mean: 0.52 })],
    [2, (result) => Object.assign(arm(result, "unverified-40x").difference, { verdict: "worse" })],
  ])("fig4: criterion %i holds where the result is the paper's", (criterion, change) => {
    expect(holds("fig4", changed(change))[criterion]).toBe(true);
  });

  it("refuses a result that is not one, or lacks arms", async () => {
    const file = join(folder, "other.json");
    writeFileSync(file, '{"schema":"pstar/result@1"}');
    const { code, stderr } = await pstar(["paper", "table1", "--eigen", file]);
    expect(code).toBe(3);
    expect(stderr).toContain("must be a result of pstar eigen");
  });
});

describe("Spearman's rank correlation", () => {
  /** Pearson's of ranks that are counted: a value's is the mean of the places that it and its equals take. */
  const slow = (points: readonly (readonly [number, number])[]) => {
    const ranked = [0, 1].map((k) =>
      points.map((point) => {
        const less = points.filter((other) => (other[k] as number) < (point[k] as number)).length;
        const equal = points.filter((other) => other[k] === point[k]).length;
        return less + (equal + 1) / 2;
      }),
    ) as [number[], number[]];
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const [x, y] = ranked;
    const covariance = mean(x.map((a, i) => a * (y[i] as number))) - mean(x) * mean(y);
    const variance = (values: number[]) => mean(values.map((a) => a * a)) - mean(values) ** 2;
    return covariance / Math.sqrt(variance(x) * variance(y));
  };

  it("is that of counted ranks", () => {
    const points = [
      [1, 3],
      [2, 3],
      [2, 8],
      [5, 1],
      [0.5, -2],
    ] as const;
    expect(rankCorrelation(points)).toBeCloseTo(slow(points), 12);
    expect(
      rankCorrelation([
        [1, 5],
        [2, 6],
        [3, 70],
      ]),
    ).toBe(1);
    expect(
      rankCorrelation([
        [1, 5],
        [2, 4],
        [3, -7],
      ]),
    ).toBe(-1);
  });

  it("is not there where nothing varies", () => {
    expect(rankCorrelation([])).toBeNull();
    expect(rankCorrelation([[1, 2]])).toBeNull();
    expect(
      rankCorrelation([
        [1, 2],
        [1, 3],
      ]),
    ).toBeNull();
  });
});
