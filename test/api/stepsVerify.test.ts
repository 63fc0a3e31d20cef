import { beforeAll, describe, expect, it } from "vitest";
import { type Core, label, load, sample, type VerifyRule, verify } from "../../src/index.js";
import { dot, rowsOf } from "../oracle/linalg.js";
import { deviationsOff } from "../oracle/statistics.js";

let core: Core;

beforeAll(async () => {
  core = await load();
});

describe("verify", () => {
  const n = 20_000;
  const weights = new Float64Array([1, 0.2, -0.3]);
  const rows = () => {
    const drawn = sample(core, { samples: n, data: { dim: 3 }, seed: 8 });
    return { ...drawn, labels: label(core, drawn, { kind: "noise", errorRate: 0.4 }) };
  };
  /** How many correct labels were kept of all correct ones, and how many wrong ones of the wrong. */
  const count = (rule: VerifyRule) => {
    const { y, labels, ...rest } = rows();
    const keep = verify(core, { y, labels, ...rest }, rule);
    expect(keep.every((verdict) => verdict === 0 || verdict === 1)).toBe(true);
    const number = (test: (i: number) => boolean) => labels.filter((_, i) => test(i)).length;
    const isCorrect = (i: number) => labels[i] === y[i];
    return {
      keep,
      kept: number((i) => keep[i] === 1),
      correct: number(isCorrect),
      keptCorrect: number((i) => keep[i] === 1 && isCorrect(i)),
      keptWrong: number((i) => keep[i] === 1 && !isCorrect(i)),
    };
  };

  it("keeps by the label alone: none, oracle, random, bernoulli", () => {
    expect(count({ kind: "none" }).kept).toBe(n);
    const oracle = count({ kind: "oracle" });
    expect([oracle.keptCorrect, oracle.keptWrong]).toEqual([oracle.correct, 0]);
    expect(deviationsOff(count({ kind: "random", keep: 0.3 }).kept, n, 0.3)).toBeLessThan(4.5);
    const some = count({ kind: "bernoulli", phi: 0.8, psi: 0.1 });
    expect(deviationsOff(some.keptCorrect, some.correct, 0.8)).toBeLessThan(4.5);
    expect(deviationsOff(some.keptWrong, n - some.correct, 0.1)).toBeLessThan(4.5);
  });

  it("keeps what a direction agrees with, or agrees with most", () => {
    const { labels, ...rest } = rows();
    const margins = rowsOf(rest).map((row, i) => labels[i] * dot(row, weights));
    expect([...count({ kind: "linear", weights }).keep]).toEqual(margins.map((margin) => (margin > 0 ? 1 : 0)));
    const least = margins.toSorted((a, b) => b - a)[Math.round(0.1 * n) - 1];
    expect([...count({ kind: "top", weights, keep: 0.1 }).keep]).toEqual(
      margins.map((margin) => (margin >= least ? 1 : 0)),
    );
    expect(count({ kind: "top", weights, keep: 0 }).kept).toBe(0);
    expect(count({ kind: "top", weights, keep: 1 }).kept).toBe(n);
  });

  it("takes ties at the top in order", () => {
    const x = new Float32Array([1, 1, 1, 2, 1]);
    const signs = new Int8Array(5).fill(1);
    const tied = { x, y: signs, labels: signs, dim: 1 };
    const keep = verify(core, tied, { kind: "top", weights: new Float64Array([1]), keep: 0.6 });
    expect([...keep]).toEqual([1, 1, 0, 1, 0]);
  });

  it("turns verdicts over by poison; at the top, scores, so that the share stays", () => {
    const oracle = count({ kind: "oracle", poison: 0.25 });
    expect(deviationsOff(oracle.keptCorrect, oracle.correct, 0.75)).toBeLessThan(4.5);
    expect(deviationsOff(oracle.keptWrong, n - oracle.correct, 0.25)).toBeLessThan(4.5);
    expect(count({ kind: "none", poison: 1 }).kept).toBe(0);
    const clean = count({ kind: "top", weights, keep: 0.3 });
    const poisoned = count({ kind: "top", weights, keep: 0.3, poison: 0.25 });
    expect([clean.kept, poisoned.kept]).toEqual([6000, 6000]);
    expect(poisoned.keptWrong).toBeGreaterThan(clean.keptWrong);
  });

  it("draws judgement and poison anew for another seed only", () => {
    const judge = (seed?: number) => count({ kind: "bernoulli", phi: 0.5, psi: 0.5, poison: 0.5, seed }).keep;
    expect(judge(3)).toEqual(judge(3));
    expect(judge(3)).not.toEqual(judge(4));
    expect(judge()).toEqual(judge(1));
  });
});
