import { describe, expect, it } from "vitest";
import { augmentTheory, augmentTrials, type KernelInputs } from "../../src/core/augment.js";
import { ArgumentError } from "../../src/core/errors.js";
import { loadTransformer } from "../../src/core/transformerCore.js";
import * as library from "../../src/eigen.js";
import { type AugmentOptions, augment } from "../../src/engine/augment.js";
import { theorySlow, trialSlow } from "../oracle/augment.js";
import { normals, uniforms } from "../oracle/random.js";
import { kolmogorovSmirnov, standardErrorsApart, summary } from "../oracle/statistics.js";
import { shortOrLong } from "../support/edition.js";

const core = await loadTransformer();

const INPUTS: KernelInputs = {
  ...{ dim: 6, meanNorm: 1.2, realRows: 12, realErrorRate: 0.1, samples: 30, errorRate: 0.3, phi: 0.8, psi: 0.4 },
  ...{ meanScale: 1, meanAngle: 0, variance: 1, exponent: 0, estimate: 0, estimateRows: 0, lambda: 0.05, countsAll: 0 },
};

const SETTINGS: [string, Partial<KernelInputs>][] = [
  ["another mean", { meanScale: 1.4, meanAngle: 0.7 }],
  ["a mean on the other side", { meanScale: 0.5, meanAngle: 2.5, countsAll: 1 }],
  ["another spectrum", { meanAngle: 0.4, variance: 0.6, exponent: 0.9 }],
  ["an estimated mean", { estimate: 1, estimateRows: 9 }],
  ["an estimated mean and another covariance", { estimate: 1, estimateRows: 5, variance: 2 }],
  ["an estimate of more rows than dimensions", { estimate: 2, estimateRows: 15 }],
  ["an estimate of as many rows as dimensions", { estimate: 2, estimateRows: 6 }],
  ["an estimate of fewer", { estimate: 2, estimateRows: 3, countsAll: 1 }],
  ["generated rows alone", { realRows: 0, meanAngle: 0.5, samples: 40 }],
  ["real rows alone", { samples: 0, realRows: 25 }],
];

const accuracies = (records: { accuracy: number }[]) => records.map(({ accuracy }) => accuracy);

describe("generated inputs that differ", () => {
  // 10 settings with a KS test at 1e-5, two means at 4.5 standard errors (7e-6)
  it.each(SETTINGS)("is drawn as the words say it: %s", (_, overrides) => {
    const e = { ...INPUTS, ...overrides };
    const uniform = uniforms(11);
    const normal = normals(uniforms(12));
    const slow = Array.from({ length: shortOrLong(250, 2000) }, () => trialSlow(e, uniform, normal));
    const direct = augmentTrials(core, "direct", e, { seed: 3, part: 0, trials: 2000 });
    expect(kolmogorovSmirnov(accuracies(slow), accuracies(direct))).toBeGreaterThan(1e-5);
    for (const name of ["kept", "keptWrong"] as const) {
      const [a, b] = [slow, direct].map((trials) => trials.map((trial) => trial[name]));
      expect(standardErrorsApart(a, b), name).toBeLessThan(4.5);
    }
  });

  const reducible = SETTINGS.filter(
    ([, { variance = 1, exponent = 0, estimate = 0 }]) => variance === 1 && exponent === 0 && estimate < 2,
  );

  it.each(reducible)("has the same law in the plane of the means: %s", (_, overrides) => {
    const e = { ...INPUTS, ...overrides };
    const direct = augmentTrials(core, "direct", e, { seed: 3, part: 0, trials: 4000 });
    const reduced = augmentTrials(core, "reduced", e, { seed: 4, part: 0, trials: 4000 });
    expect(kolmogorovSmirnov(accuracies(direct), accuracies(reduced))).toBeGreaterThan(1e-5);
    for (const name of ["kept", "keptWrong"] as const) {
      expect(
        standardErrorsApart(...([direct, reduced].map((trials) => trials.map((t) => t[name])) as [number[], number[]])),
      ).toBeLessThan(4.5);
    }
  });

  it("refuses the reduction of rows with another covariance", () => {
    for (const overrides of [{ variance: 2 }, { exponent: 1 }, { estimate: 2, estimateRows: 9 }]) {
      const [{ accuracy }] = augmentTrials(
        core,
        "reduced",
        { ...INPUTS, ...overrides },
        { seed: 1, part: 0, trials: 1 },
      );
      expect(accuracy).toBeNaN();
    }
  });

  const given: Partial<KernelInputs>[] = [
    { meanAngle: 0.6, meanScale: 1.3 },
    { meanAngle: 2, variance: 3, exponent: 0.8, samples: 100 },
    { meanAngle: 0.3, exponent: 1.5, variance: 0.2, realRows: 0, samples: 50 },
    { samples: 0, realRows: 9 },
    { countsAll: 1, lambda: 1, phi: 1, psi: 0, samples: 20 },
    { phi: 0.2, psi: 0.9, errorRate: 0.6, countsAll: 1, lambda: 0.3 },
  ];
  it.each(given)("has the theory of whole matrices, corrected and as published: %j", (overrides) => {
    const e = { ...INPUTS, dim: 8, ...overrides };
    const { accuracy, published } = augmentTheory(core, e);
    expect(accuracy).toBeCloseTo(theorySlow(e, false), 10);
    expect(published).toBeCloseTo(theorySlow(e, true), 10);
  });

  it("has no published answer where the published residual variance is negative", () => {
    const e = { ...INPUTS, dim: 8, lambda: 1e-4, samples: 5, realRows: 4, meanAngle: 1 };
    const { accuracy, published } = augmentTheory(core, e);
    expect(accuracy).toBeCloseTo(theorySlow(e, false), 10);
    expect(published).toBeNaN();
  });

  // theory within 4 standard errors and 0.4/d of the trials
  const large: Partial<KernelInputs>[] = [
    { estimate: 2, estimateRows: 40, samples: 300 },
    { estimate: 2, estimateRows: 200, samples: 150, realRows: 20 },
    { estimate: 1, estimateRows: 50, exponent: 0.7, samples: 200 },
    { meanAngle: 0.6, meanScale: 0.8, variance: 2, exponent: 0.5, samples: 200 },
  ];
  it.each(large)("has the theory of estimates, and of all else, in many dimensions: %j", (overrides) => {
    const e = { ...INPUTS, dim: 64, realRows: 80, meanNorm: 1.5, ...overrides };
    const { mean, se } = summary(accuracies(augmentTrials(core, "direct", e, { seed: 5, part: 0, trials: 250 })));
    expect(Math.abs(augmentTheory(core, e).accuracy - mean)).toBeLessThan(4 * se + 0.4 / 64);
  });

  // The figure of the phase transition in arXiv 2410.08942: ‖μ‖ = 1, γ = 1, ρ = 0.3, φ = 0.8, p/m = 1. Their code gives the third
  // number of each line, and section 13 of docs/theory.md has them.
  it.each([
    [0, 0.73293, 0.73084],
    [0.3, 0.66592, 0.66097],
    [0.9, 0.39494, 0.40157],
  ])("shows at ε = %d that the published α does not belong there", (errorRate, theory, published) => {
    const options = { dim: 10_000, meanNorm: 1, realRows: 0, samples: 10_000, errorRate, phi: 0.8, psi: 0.3 };
    const trials = shortOrLong(100, 4000);
    const result = augment(core, { ...options, lambda: 1, penalty: "all", trials });
    const [row] = result.rows;
    expect(result.engine).toBe("reduced");
    expect(row.theory?.toFixed(5)).toBe(theory.toFixed(5));
    expect(row.published?.toFixed(5)).toBe(published.toFixed(5));
    const { mean, se } = row.accuracy as { mean: number; se: number };
    expect(Math.abs(mean - theory)).toBeLessThan(4 * se + 5e-5); // and a term of order 1/d
    expect(Math.abs(mean - published)).toBeGreaterThan(6 * se);
  });
});

describe("augment", () => {
  const small: AugmentOptions = { dim: 10, realRows: 20, samples: [5, 40], trials: 30 };

  it("gives the same numbers for the same seed, whatever other numbers of rows and of trials", () => {
    const result = augment(core, small);
    expect(augment(core, small)).toEqual(result);
    expect(augment(core, { ...small, samples: 40 }).rows).toEqual(result.rows.slice(1));
    expect(augment(core, { ...small, seed: 2 }).rows[0].accuracy).not.toEqual(result.rows[0].accuracy);
  });

  it("takes the reduced engine if it can, and says why not", () => {
    expect(augment(core, small)).toMatchObject({ engine: "reduced", reason: { code: "same-law" } });
    expect(augment(core, { ...small, estimate: "mean" }).engine).toBe("reduced");
    const why = { engine: "direct", reason: { code: "reduction-needs-equal-covariance" } };
    for (const other of [{ estimate: "both" }, { variance: 0.5 }, { exponent: 1 }] as const) {
      expect(augment(core, { ...small, ...other })).toMatchObject(why);
    }
    const theory = augment(core, { ...small, engine: "theory", trials: 100_000 });
    expect(theory.rows.map(({ models, accuracy }) => [models, accuracy.mean])).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(theory.rows.map((row) => row.theory)).toEqual(augment(core, small).rows.map((row) => row.theory));
  });

  it("counts trials without a model, and has no theory of them", () => {
    const nothing = augment(core, { ...small, realRows: 0, phi: 0, psi: 0 });
    expect(nothing.rows.map(({ models, theory, published }) => [models, theory, published])).toEqual([
      [0, null, null],
      [0, null, null],
    ]);
    const rare = augment(core, { ...small, realRows: 0, samples: 2, phi: 0.3, psi: 0.3, trials: 200 }).rows[0];
    expect(rare.models).toBeLessThan(150); // 1 − 0.7² = 0.51 of 200, and 7 standard deviations
    expect(rare.models).toBeGreaterThan(50);
  });

  it("is runAugment of pstar/eigen, with a core of its own", async () => {
    expect(await library.runAugment(small)).toEqual(augment(core, small));
    const asDocumented = await library.runAugment({ samples: 1000, meanAngle: 0.5, engine: "theory" });
    expect(asDocumented.rows[0].theory?.toFixed(6)).toBe("0.860417");
  });

  it.each([
    [{ dim: 2 }, "dim must be"],
    [{ dim: 1001, variance: 2 }, "dim must be"],
    [{ samples: [] }, "samples must be"],
    [{ samples: [3, 3] }, "samples must be"],
    [{ samples: 0, realRows: 0 }, "samples must be"],
    [{ samples: 1.5 }, "samples must be"],
    [{ errorRate: 1.1 }, "errorRate must be"],
    [{ realErrorRate: Number.NaN }, "realErrorRate must be"],
    [{ phi: -0.1 }, "phi must be"],
    [{ meanAngle: 4 }, "meanAngle must be"],
    [{ lambda: 0 }, "lambda must be"],
    [{ variance: 0 }, "variance must be"],
    [{ estimate: "some" as "mean" }, "estimate must be"],
    [{ penalty: "some" as "all" }, "penalty must be"],
    [{ engine: "fast" as "direct" }, "engine must be"],
    [{ estimate: "mean", meanAngle: 0.1 }, "meanAngle must be left out"],
    [{ estimate: "both", variance: 1 }, "variance must be left out"],
    [{ estimateRows: 10 }, "estimateRows must be left out"],
    [{ estimate: "both", estimateRows: 1 }, "estimateRows must be"],
    [{ engine: "reduced", exponent: 1 }, "engine must be theory or direct: the reduction needs"],
    [{ dim: 1000, exponent: 1, samples: 10_000 }, "multiplications"],
    [{ dim: 100_000, trials: 100_000 }, "multiplications"],
  ] as const)("refuses %j", (options, message) => {
    expect(() => augment(core, options)).toThrow(ArgumentError);
    expect(() => augment(core, options)).toThrow(message);
  });
});
