import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/core/errors.js";
import { regressionTheory } from "../../src/core/regression.js";
import { loadTransformer } from "../../src/core/transformerCore.js";
import * as library from "../../src/eigen.js";
import { type RegressionOptions, regression } from "../../src/engine/regression.js";
import { normals, uniforms } from "../oracle/random.js";

const core = await loadTransformer();

/** Solves A x = b by elimination. */
function solve(a: number[][], b: number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i]]);
  const n = b.length;
  for (let i = 0; i < n; i++)
    for (let k = i + 1; k < n; k++) {
      const factor = rows[k][i] / rows[i][i];
      for (let j = i; j <= n; j++) rows[k][j] -= factor * rows[i][j];
    }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let rest = rows[i][n];
    for (let j = i + 1; j < n; j++) rest -= rows[i][j] * x[j];
    x[i] = rest / rows[i][i];
  }
  return x;
}

interface SlowRound {
  error: number;
  fromCentre: number;
  kept: number;
}

/** A trial as the words say it, about a truth that is not zero: rows are remembered and fitted at the end of each round. */
function trialSlow(options: Required<RegressionOptions>, normal: () => number): SlowRound[] {
  const { dim, realRows, samples, realSamples, noise, ball, centre, rounds, policy } = options;
  const truth = Array.from({ length: dim }, (_, j) => Math.sin(j + 1));
  // the verifier is off by an equal part of `centre` in each coordinate
  const verifier = truth.map((value) => value + centre / Math.sqrt(dim));
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, j) => sum + value * b[j], 0);
  const distance = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, j) => sum + (v - b[j]) ** 2, 0);
  const draw = (weights: readonly number[], count: number) =>
    Array.from({ length: count }, () => {
      const x = truth.map(normal);
      return { x, y: dot(x, weights) + noise * normal() };
    });
  let rows: { x: number[]; y: number }[] = [];
  let weights = truth;
  return Array.from({ length: rounds + 1 }, (_, round) => {
    const drawn = round === 0 ? [] : draw(weights, samples);
    const kept = drawn.filter(({ x, y }) => ball === null || Math.abs(y - dot(x, verifier)) <= ball);
    const real = round === 0 ? realRows : policy === "mix" ? realSamples : 0;
    rows = [...(policy === "accumulate" ? rows : []), ...kept, ...draw(truth, real)];
    const gram = truth.map((_, i) => truth.map((__, j) => rows.reduce((sum, { x }) => sum + x[i] * x[j], 0)));
    weights = solve(
      gram,
      truth.map((_, i) => rows.reduce((sum, { x, y }) => sum + x[i] * y, 0)),
    );
    return { error: distance(weights, truth), fromCentre: distance(weights, verifier), kept: kept.length };
  });
}

const DEFAULTS = { dim: 5, realRows: 15, samples: 30, realSamples: 0, noise: 1, ball: null, centre: 0 } as const;
const RUN = { rounds: 3, policy: "replace", trials: 600, seed: 7 } as const;

const SETTINGS: [string, RegressionOptions][] = [
  ["replace", {}],
  ["accumulate", { policy: "accumulate" }],
  ["mix", { policy: "mix", realSamples: 10 }],
  ["replace, verified", { ball: 1.2, centre: 0.6, samples: 60 }],
  ["accumulate, verified", { policy: "accumulate", ball: 0.8, centre: 0.4, noise: 0.5 }],
  ["mix, verified", { policy: "mix", realSamples: 8, ball: 1.5, centre: 1 }],
];

describe("regression on its own labels", () => {
  // 6 settings, 4 rounds and 3 means each: 72 differences beyond 4.5 standard errors (7e-6 each)
  it.each(SETTINGS)("has the means of rows drawn and fitted one by one: %s", (_, overrides) => {
    const options = { ...DEFAULTS, ...RUN, ...overrides };
    const normal = normals(uniforms(31));
    const slow = Array.from({ length: 600 }, () => trialSlow(options, normal));
    const { rounds } = regression(core, options);
    for (const { round, models, error, fromCentre, kept } of rounds) {
      expect(models).toBe(options.trials);
      for (const [name, got] of Object.entries({ error, fromCentre, kept })) {
        const values = slow.map((trial) => trial[round][name as keyof SlowRound]);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
        const spread = Math.hypot(got.se ?? 0, Math.sqrt(variance / values.length));
        // rounding, where a mean is a count that every trial shares or nothing
        expect(Math.abs((got.mean ?? Number.NaN) - mean), `${name} of round ${round}`).toBeLessThan(
          4.5 * spread + 1e-9,
        );
      }
    }
  });

  // Gerstgrasser et al. 2404.01413: n σ² d/(T − d − 1) against a bounded sum; the records of one round are independent of theory
  it.each([
    ["replace", 8 / 11 + (5 * 8) / (50 - 9)],
    ["accumulate", 8 / 11 + [70, 120, 170, 220, 270].reduce((sum, all) => sum + ((50 / all) * 8) / (all - 9), 0)],
  ] as const)("has the exact theory of %s", (policy, error) => {
    const options = { dim: 8, realRows: 20, samples: 50, rounds: 5, policy, trials: 3000 };
    const last = regression(core, options).rounds[5];
    expect(last.theory).toBeCloseTo(error, 12);
    expect(Math.abs((last.error.mean ?? 0) - error)).toBeLessThan(4 * (last.error.se ?? 0));
  });

  // Yi et al. 2510.16657: with a verifier the rounds come to its centre, by a factor of Var(ε | kept)/σ² in the end
  it("converges to the verifier's centre, and has a best round on the way", () => {
    const options = { dim: 20, realRows: 40, samples: 2000, ball: 1.5, centre: 0.5, rounds: 10, trials: 60 };
    const { rounds, best } = regression(core, options);
    for (const { error, theory, fromCentre, theoryFromCentre } of rounds) {
      // what the theory leaves out is a share of order 1/d
      expect(Math.abs((error.mean ?? 0) - (theory ?? 0))).toBeLessThan(4 * (error.se ?? 0) + (theory ?? 0) / 20);
      const near = 4 * (fromCentre.se ?? 0) + (theoryFromCentre ?? 0) / 20;
      expect(Math.abs((fromCentre.mean ?? 0) - (theoryFromCentre ?? 0))).toBeLessThan(near);
    }
    const [last] = rounds.slice(-1);
    expect(Math.sqrt(last.error.mean ?? 0)).toBeGreaterThan(0.45);
    expect(last.fromCentre.mean).toBeLessThan(0.03);
    // rounds 2 and 3 have the same error but for 0.0004
    expect(Math.abs((best.simulated ?? 0) - (best.theory ?? 0))).toBeLessThanOrEqual(1);
    expect(best.theory).toBeGreaterThan(0);
    expect(best.theory).toBeLessThan(4);
    // Var(ε | |ε| ≤ 1.5) by the midpoint rule
    let [mass, second] = [0, 0];
    for (let i = 0; i < 20_000; i++) {
      const x = -1.5 + (3 * (i + 0.5)) / 20_000;
      mass += Math.exp((-x * x) / 2);
      second += x * x * Math.exp((-x * x) / 2);
    }
    const endless = { dim: 1, realRows: 40, samples: 1e12, realSamples: 0, noise: 1, ball: 1.5, centre: 0.5 };
    const distances = regressionTheory(core, { ...endless, rounds: 8, policy: 0 }).map(({ fromCentre }) =>
      Math.sqrt(fromCentre),
    );
    expect(distances[6] / distances[5]).toBeCloseTo(second / mass, 2);
  });

  it("counts the trials that end without a model, and says when it has no theory", () => {
    const few = regression(core, { dim: 5, realRows: 10, samples: 8, ball: 0.8, rounds: 4, trials: 50 });
    expect(few.rounds[0].models).toBe(50);
    expect(few.rounds[4].models).toBeLessThan(50);
    expect(few.rounds[1].models).toBeGreaterThanOrEqual(few.rounds[2].models);
    expect(few.best.theory).toBeNull(); // it needs more kept rows than d + 1
    const none = regression(core, { dim: 5, realRows: 4, trials: 3, rounds: 1 });
    expect(none.rounds.map(({ models, error }) => [models, error.mean])).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(none.best).toEqual({ simulated: null, theory: null });
    const mixed = regression(core, { policy: "mix", realSamples: 10, rounds: 1, trials: 2 });
    expect(mixed.reason?.code).toBe("regression-without-theory");
    expect(mixed.rounds[1].theory).toBeNull();
    expect(regression(core, { policy: "accumulate", ball: 1, rounds: 1, trials: 2 }).best.theory).toBeNull();
  });

  it("is runRegression of pstar/eigen, with a core of its own", async () => {
    const options = { ball: 1.5, centre: 0.5, rounds: 6, trials: 20 } as const;
    const result = await library.runRegression(options);
    expect(result).toEqual(regression(core, options));
    expect(result.best.theory).toBe(2);
    await expect(library.runRegression({ ...options, ball: 0 })).rejects.toThrow("ball must be");
  });

  it("gives the same bits for the same seed, whatever the number of trials", () => {
    const one = regression(core, { rounds: 2, trials: 1, seed: 5 });
    expect(regression(core, { rounds: 2, trials: 1, seed: 5 })).toEqual(one);
    expect(regression(core, { rounds: 2, trials: 1, seed: 6 }).rounds[2].error).not.toEqual(one.rounds[2].error);
    // of two trials the second is on streams of its own
    const two = regression(core, { rounds: 2, trials: 2, seed: 5 });
    expect(two.rounds[2].error.mean).not.toBe(one.rounds[2].error.mean);
  });

  it.each([
    [{ dim: 0 }, "dim must be"],
    [{ noise: 0 }, "noise must be"],
    [{ ball: -1 }, "ball must be"],
    [{ ball: Number.NaN }, "ball must be"],
    [{ centre: -0.1 }, "centre must be"],
    [{ policy: "keep" as "mix" }, "policy must be"],
    [{ rounds: 1.5 }, "rounds must be"],
    [{ dim: 500, trials: 100_000 }, "multiplications"],
  ] as const)("refuses %j", (options, message) => {
    expect(() => regression(core, options)).toThrow(ArgumentError);
    expect(() => regression(core, options)).toThrow(message);
  });
});
