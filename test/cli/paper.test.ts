import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { collect, load } from "../../src/index.js";
import { preset, presets } from "../../src/model/presets.js";
import { paperItems } from "../../src/paper/items.js";
import { rankCorrelation } from "../../src/paper/rank.js";
import { printed, pstar } from "../support/pstar.js";

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
    if (rest.includes("proxy-correlation")) return expect(words(command)[0]).toBe("paper"); // the experiment of news
    const small = name === "news" ? ["--articles", "120", "--seeds", "1", "--verifiers", "oracle,random"] : [];
    const { code, stderr } = await pstar(
      [name, ...rest.filter((word) => word !== "1..6" && word !== "--seeds"), ...small, "--quiet"],
      { cwd: folder },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const plot = rest[rest.indexOf("--plot") + 1];
    if (rest.includes("--plot")) expect(readFileSync(join(folder, plot)).subarray(1, 4).toString()).toBe("PNG");
  });

  it.each(computed.map((item) => [item.id, item] as const))(
    "the criteria of %s hold, and fail where the answer is turned round",
    async (id, { experiment }) => {
      if (experiment.kind !== "preset") throw new Error("not a preset");
      const { cells } = await collect(await load(), preset(id));
      expect(experiment.judge(cells).criteria.filter(({ holds }) => !holds)).toEqual([]);
      const turned = (one: { mean: number | null; sd: number | null; se: number | null }) => ({
        ...one,
        mean: one.mean === null ? null : 1 - one.mean,
      });
      const half = cells.length / 2;
      const wrong = cells.map((cell, i) =>
        // two curves that agree still agree when both are turned: one is
        id === "oracle-is-clean" && i < half
          ? cell
          : { ...cell, accuracy: turned(cell.accuracy), agreement: turned(cell.agreement) },
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

  it("says what cannot be known, and what nothing here computes", async () => {
    const unknown = JSON.parse(await printed(["paper", "transformer-settings", "--format", "json"]));
    expect(unknown).toMatchObject({ status: "cannot be known", ours: null, criteria: [] });
    const missing = JSON.parse(await printed(["paper", "classes-many", "--format", "json"]));
    expect(missing).toMatchObject({ status: "not reproduced", ours: null });
  });

  it.each([
    [["paper", "sweet-spott"], "did you mean sweet-spot?"],
    [["paper", "--plot", "x.png"], "--plot draws one claim"],
    [["paper", "table1", "--out", "x"], "--out is for all claims"],
    [["paper", "classes-many", "--plot", join(folder, "none.png")], "has no figure"],
  ])("%j is wrong usage", async (args, message) => {
    const { code, stderr } = await pstar(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
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
