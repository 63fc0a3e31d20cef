import { beforeAll, describe, expect, it } from "vitest";
import {
  type Core,
  DivergedError,
  EmptyKeptSetError,
  evaluate,
  fit as fitRows,
  label,
  load,
  run,
  type ScenarioInput,
  SingularSystemError,
  sample,
  verify,
} from "../../src/index.js";
import { logistic, mean, ridge, sgd } from "../oracle/learn.js";
import { norm, rowsOf } from "../oracle/linalg.js";
import { kolmogorovSmirnov, standardErrorsApart } from "../oracle/statistics.js";

let core: Core;

beforeAll(async () => {
  core = await load();
});

describe("fit", () => {
  const rows = (precision: "f32" | "f64", dim = 7) => {
    const drawn = sample(core, { samples: 151, data: { dim }, precision });
    const labels = label(core, drawn, { kind: "noise", errorRate: 0.2 });
    const keep = verify(core, { ...drawn, labels }, { kind: "bernoulli", phi: 0.9, psi: 0.4 });
    const signed = rowsOf(drawn).map((row, i) => row.map((value) => value * labels[i]));
    return { ...drawn, labels, keep, signed, chosen: signed.filter((_, i) => keep[i]) };
  };
  const distance = (a: Float64Array, b: number[]) => norm(b.map((value, j) => a[j] - value)) / norm(b);

  // kernel/{ridge,sgd,logistic}.test.ts has the sharp limits, and every dimension
  it.each([
    ["f32", 1e-4],
    ["f64", 1e-9],
  ] as const)("trains every learner on what is kept, in %s", (precision, limit) => {
    const given = rows(precision);
    const { chosen } = given;
    expect(distance(fitRows(core, given).weights, ridge(chosen, 0.01))).toBeLessThan(limit);
    expect(
      distance(fitRows(core, given, { lambda: 2, solver: "conjugate-gradients" }).weights, ridge(chosen, 2)),
    ).toBeLessThan(limit);
    expect(distance(fitRows(core, given, { kind: "mean" }).weights, mean(chosen))).toBeLessThan(limit);
    expect(
      distance(fitRows(core, given, { kind: "logistic", lambda: 0.1 }).weights, logistic(chosen, 0.1)),
    ).toBeLessThan(limit);
    for (const loss of ["logistic", "squared"] as const) {
      const pass = { loss, learningRate: 0.02, lambda: 0.1 };
      expect(distance(fitRows(core, given, { kind: "sgd", ...pass }).weights, sgd(chosen, pass))).toBeLessThan(limit);
    }
    expect(fitRows(core, given).rows).toBe(chosen.length);
  });

  it("takes all rows where no verdicts are given, and any number but zero for yes", () => {
    const { keep, signed, chosen, ...given } = rows("f64");
    expect(distance(fitRows(core, given).weights, ridge(signed, 0.01))).toBeLessThan(1e-9);
    const loud = keep.map((verdict) => verdict * 7);
    expect(fitRows(core, { ...given, keep: loud })).toEqual(fitRows(core, { ...given, keep }));
  });

  it("leaves what it is given as it was", () => {
    const given = rows("f64");
    const before = structuredClone(given);
    for (const kind of ["ridge", "mean", "sgd", "logistic"] as const) fitRows(core, given, { kind });
    expect(given).toEqual(before);
  });

  it("says why there are no weights", () => {
    const given = rows("f64");
    const none = new Uint8Array(151);
    const message = (body: () => unknown) => {
      try {
        body();
      } catch (error) {
        return error as Error;
      }
      throw new Error("nothing was thrown");
    };
    expect(message(() => fitRows(core, { ...given, keep: none }))).toBeInstanceOf(EmptyKeptSetError);
    const few = message(() => fitRows(core, { ...given, keep: none.with(3, 1).with(5, 1) }, { lambda: 0 }));
    expect(few).toBeInstanceOf(SingularSystemError);
    expect(few.message).toBe(
      "the least-squares system of 2 rows in 7 dimensions is singular; lambda must be above 0, got 0",
    );
    const wild = message(() => fitRows(core, given, { kind: "sgd", loss: "squared", learningRate: 1e6 }));
    expect(wild).toBeInstanceOf(DivergedError);
    expect(wild).toMatchObject({ field: "learningRate", got: 1e6 });
  });
});

describe("the steps one by one", () => {
  it("have the law of a run", async () => {
    const scenario = {
      data: { dim: 9, meanNorm: 1.2, covariance: { kind: "power-law", exponent: 1 } },
      generator: { errorRate: 0.3 },
      verifier: { kind: "bernoulli", phi: 0.8, psi: 0.4 },
      learner: { lambda: 0.05 },
    } satisfies ScenarioInput;
    const { data } = scenario;
    const stepwise = Array.from({ length: 400 }, (_, seed) => {
      const rows = sample(core, { data, samples: 120, seed });
      const labels = label(core, rows, { kind: "noise", errorRate: 0.3, seed });
      const keep = verify(core, { ...rows, labels }, { kind: "bernoulli", phi: 0.8, psi: 0.4, seed });
      const { weights } = fitRows(core, { ...rows, labels, keep }, scenario.learner);
      return evaluate(core, weights, { data }).accuracy;
    });
    const whole: number[] = [];
    const seeds = Array.from({ length: 400 }, (_, i) => i);
    for await (const cell of run(core, {
      ...scenario,
      engine: "direct",
      samples: 120,
      trials: 1,
      sweep: { seed: seeds },
    })) {
      whole.push(cell.accuracy.mean ?? Number.NaN);
    }
    expect(standardErrorsApart(stepwise, whole)).toBeLessThan(4.5);
    expect(kolmogorovSmirnov(stepwise, whole)).toBeGreaterThan(1e-4);
  });
});
