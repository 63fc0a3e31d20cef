import { describe, expect, it } from "vitest";
import { augmentTheory, augmentTrials, type KernelInputs } from "../../src/core/augment.js";
import { loadTransformer } from "../../src/core/transformerCore.js";
import { type WeightsOptions, weights } from "../../src/engine/weights.js";
import { uniforms } from "../oracle/random.js";
import { kolmogorovSmirnov, standardErrorsApart, summary } from "../oracle/statistics.js";

const core = await loadTransformer();
const SETTINGS = 120;
const DRAWN = 400;

/** Of a few choices, and between two bounds, by one source. */
function choices(uniform: () => number) {
  return {
    pick: <T>(...from: T[]): T => from[Math.floor(uniform() * from.length)],
    between: (low: number, high: number) => low + (high - low) * uniform(),
  };
}

/** The p-value that a sample is uniform on [0, 1]. */
function uniformity(values: readonly number[]): number {
  return kolmogorovSmirnov(
    values,
    Array.from({ length: 100_000 }, (_, i) => (i + 0.5) / 100_000),
  );
}

/** Generated inputs that differ, given or estimated; 20 to 60 dimensions. */
function anyInputs(uniform: () => number): KernelInputs {
  const { pick, between } = choices(uniform);
  const estimate = pick(0, 0, 1, 2);
  const isGiven = estimate === 0;
  return {
    dim: pick(20, 35, 60),
    meanNorm: between(0.5, 2),
    realRows: pick(20, 60, 150),
    realErrorRate: pick(0, 0.1, 0.3),
    samples: pick(0, 40, 120, 400),
    errorRate: between(0, 0.6),
    phi: between(0.4, 1),
    psi: between(0, 0.7),
    meanScale: isGiven ? between(0.4, 1.6) : 1,
    meanAngle: isGiven ? between(0, 2.5) : 0,
    variance: estimate < 2 ? pick(1, 1, 0.5, 2) : 1,
    exponent: estimate < 2 ? pick(0, 0, 0.7) : 0,
    estimate,
    estimateRows: isGiven ? 0 : pick(15, 60, 200),
    lambda: pick(0.01, 0.05, 0.2, 1),
    countsAll: pick(0, 1),
  };
}

describe(`${SETTINGS} random settings`, () => {
  it("of generated inputs that differ: two engines have one law, and the theory their means", () => {
    const uniform = uniforms(20261127);
    const chances: number[] = [];
    let [largest, reducible] = [0, 0];
    for (let i = 0; i < SETTINGS; i++) {
      const e = anyInputs(uniform);
      const of = (engine: "direct" | "reduced", seed: number, trials: number) =>
        augmentTrials(core, engine, e, { seed, part: i, trials }).map(({ accuracy }) => accuracy);
      const drawn = of("direct", 21, DRAWN);
      const { mean, se } = summary(drawn);
      largest = Math.max(largest, (Math.abs(augmentTheory(core, e).accuracy - mean) - 4 * se) * e.dim);
      if (e.variance !== 1 || e.exponent !== 0 || e.estimate === 2) continue;
      reducible++;
      const reduced = of("reduced", 22, 4 * DRAWN);
      chances.push(kolmogorovSmirnov(drawn, reduced));
      expect(standardErrorsApart(drawn, reduced), JSON.stringify(e)).toBeLessThan(4.5);
    }
    console.log(
      `of ${reducible}: smallest p ${Math.min(...chances).toExponential(1)}, uniformity ${uniformity(chances).toFixed(2)}; theory of ${SETTINGS}: C ≤ ${largest.toFixed(2)}`,
    );
    expect(reducible).toBeGreaterThan(30);
    expect(Math.min(...chances)).toBeGreaterThan(1e-5);
    expect(uniformity(chances)).toBeGreaterThan(1e-3);
    expect(largest).toBeLessThan(0.5);
  });

  it("of rows that weigh: the theory has the means of drawn trials, of weights and of verdicts", () => {
    const uniform = uniforms(20261128);
    const { pick, between } = choices(uniform);
    let largest = 0;
    for (let i = 0; i < SETTINGS; i++) {
      const rule = pick("soft", "soft-hard", "soft-easy", "by-label" as const);
      const isLinear = pick(false, true);
      const options = {
        dim: pick(20, 35, 60),
        meanNorm: between(0.5, 2),
        samples: pick(60, 150, 400),
        rule,
        ...(isLinear ? { generatorAngle: between(0, 1.5) } : { errorRate: between(0, 0.5) }),
        ...(rule === "by-label"
          ? { phi: between(0.3, 1), psi: between(0, 0.8) }
          : { width: between(0.2, 2), verifierAngle: between(0, 1.5) }),
        lambda: pick(0.01, 0.05, 0.2, 1),
        trials: DRAWN,
        seed: i,
      } satisfies WeightsOptions;
      const [row] = weights(core, options).rows;
      for (const name of ["weights", "verdicts"] as const) {
        const { accuracy, theory, models } = row[name];
        if (models < DRAWN || accuracy.mean === null || accuracy.se === null || theory === null) continue;
        largest = Math.max(largest, (Math.abs(theory - accuracy.mean) - 4 * accuracy.se) * options.dim);
      }
    }
    console.log(`theory of ${SETTINGS} settings of weights and of verdicts: C ≤ ${largest.toFixed(2)}`);
    expect(largest).toBeLessThan(0.5);
  });
});
