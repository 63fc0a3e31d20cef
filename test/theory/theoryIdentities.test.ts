import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { load } from "../../src/core/simulationCore.js";
import { breakdownPoint, verdict } from "../../src/model/breakdown.js";
import type { ExperimentSetting } from "../../src/model/experiment.js";
import { experiment, type Overrides, theoryAnswers } from "../kernel/experiment.js";
import { normalCdfSlow } from "../oracle/special.js";

const core = await load();
const answer = (setting: ExperimentSetting) => theoryAnswers(core, [setting])[0];
const RUNS = { seed: 2406_07515, numRuns: 200 };

const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const angle = real(0.001, Math.PI - 0.001);
const share = real(0, 1);
const data = fc.record({
  kind: fc.constantFrom("mixture" as const, "isotropic" as const),
  meanNorm: real(0.1, 4),
  dim: fc.integer({ min: 3, max: 5000 }),
});
/** A linear generator and verifier at any angles that three directions can have. */
const pair = fc.record({ data, gen: angle, prune: angle, open: share }).map(({ data, gen, prune, open }) => {
  const [low, high] = [Math.abs(gen - prune), Math.min(gen + prune, 2 * Math.PI - gen - prune)];
  const angleToGenerator = low + open * (high - low);
  return experiment({
    data,
    generator: { kind: "linear", angle: gen },
    verifier: { kind: "linear", angle: prune, angleToGenerator },
  });
});
/** Errors of order 1e-15 in p, φ and ψ. */
const ROUNDING = 1e-12;

describe("a verifier that keeps what it agrees with", () => {
  it("has (1 − p)φ − pψ = 1 − p − e_v whatever its angle to the generator", () => {
    fc.assert(
      fc.property(pair, (setting) => {
        const { errorRate, phi, psi } = answer(setting);
        const { kind, meanNorm } = setting.data;
        const along = Math.cos(setting.verifier.angle);
        const verifierError = kind === "mixture" ? normalCdfSlow(-meanNorm * along) : setting.verifier.angle / Math.PI;
        const [right, wrong] = [(1 - errorRate) * phi, errorRate * psi];
        expect(Math.abs(right - wrong - (1 - errorRate - verifierError))).toBeLessThan(ROUNDING);
      }),
      RUNS,
    );
  });

  it("is below the breakdown exactly where θ_gen + θ_prune < π", () => {
    fc.assert(
      fc.property(pair, (setting) => {
        const together = setting.generator.angle + setting.verifier.angle;
        const { errorRate, phi, psi } = answer(setting);
        // so far from the edge that p and p⋆ differ by more than rounding, as neither class is empty
        fc.pre(Math.abs(together - Math.PI) > 1e-3 && errorRate > 1e-6 && errorRate < 1 - 1e-6);
        expect(verdict(errorRate, breakdownPoint({ phi, psi }))).toBe(together < Math.PI ? "below" : "above");
      }),
      RUNS,
    );
  });
});

describe("verifiers that do not look", () => {
  const generators: Overrides["generator"][] = [{ kind: "noise" }, { kind: "linear" }, { kind: "learned" }];

  it("break down at 1 (oracle), 1/2 (random, none), 1 − poison (poisoned oracle)", () => {
    fc.assert(
      fc.property(data, share, fc.constantFrom(...generators), (inputs, poison, generator) => {
        const point = (verifier: Overrides["verifier"]) =>
          breakdownPoint(answer(experiment({ data: inputs, generator, verifier })));
        expect(point({ kind: "oracle" })).toBe(1);
        expect(point({ kind: "none" })).toBe(0.5);
        expect(point({ kind: "random", keep: 0.3, poison })).toBeCloseTo(0.5, 12);
        expect(point({ kind: "oracle", poison })).toBeCloseTo(1 - poison, 12);
      }),
      RUNS,
    );
  });

  it("a random one only makes the rows fewer", () => {
    const fewer = answer(experiment({ samples: 300, generator: { kind: "linear" } }));
    const random = answer(
      experiment({ samples: 1000, generator: { kind: "linear" }, verifier: { kind: "random", keep: 0.3 } }),
    );
    expect(random.cosine).toBeCloseTo(fewer.cosine, 12);
  });
});

describe("learners", () => {
  const rates = fc.record({ errorRate: real(0.01, 0.99), phi: real(0.01, 1), psi: real(0.01, 1) });
  const learner = fc.record({
    kind: fc.constantFrom("ridge" as const, "mean" as const, "logistic" as const),
    lambda: real(1e-3, 10),
  });
  const noisy = (
    inputs: Overrides["data"],
    { errorRate, phi, psi }: { errorRate: number; phi: number; psi: number },
    rest: Overrides,
  ) =>
    experiment({
      data: inputs,
      generator: { errorRate },
      verifier: { kind: "bernoulli", phi, psi },
      samples: 4000,
      ...rest,
    });

  it("turn accuracy into 1 − accuracy as (p, φ, ψ) turns into (1 − p, ψ, φ)", () => {
    fc.assert(
      fc.property(data, rates, learner, (inputs, { errorRate, phi, psi }, learner) => {
        const here = answer(noisy(inputs, { errorRate, phi, psi }, { learner }));
        const there = answer(noisy(inputs, { errorRate: 1 - errorRate, phi: psi, psi: phi }, { learner }));
        expect(here.status).toBe("ok");
        // 1e-9 is what the logistic equations are solved to; √ of rounding where isotropic accuracy is near 1
        expect(Math.abs(here.accuracy + there.accuracy - 1)).toBeLessThan(1e-7);
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  const anyData = fc.record({
    data,
    spectrum: fc.constantFrom("identity" as const, { kind: "power-law" as const, exponent: 0.9 }),
  });

  it("ridge with an endless penalty is the class mean", () => {
    fc.assert(
      fc.property(anyData, pair, ({ data, spectrum }, { generator, verifier }) => {
        const inputs = { ...data, covariance: spectrum };
        const rule = (learner: Overrides["learner"]) =>
          answer(experiment({ data: inputs, generator, verifier, learner, samples: 500_000 }));
        const [ridge, mean] = [rule({ kind: "ridge", lambda: 1e12 }), rule({ kind: "mean" })];
        fc.pre(mean.status === "ok"); // a verifier nearly opposed to the generator keeps less than one row
        // ridge leaves out of E‖ω‖² ≥ tr Σ²/M what the class mean has exactly, (tr G₂D − cᵀG₂c)/M: a share (r² + 3)/d
        expect(Math.abs(ridge.cosine - mean.cosine)).toBeLessThan(1e-6 + (data.meanNorm ** 2 + 3) / data.dim);
      }),
      { ...RUNS, numRuns: 50 },
    );
  });

  it("ridge goes on to λ = 0, with more rows than dimensions and with fewer", () => {
    fc.assert(
      fc.property(anyData, pair, fc.constantFrom(0.2, 0.5, 2, 7), ({ data, spectrum }, { generator }, ratio) => {
        const inputs = { ...data, dim: Math.max(data.dim, 20), covariance: spectrum };
        const samples = Math.round(ratio * inputs.dim);
        const rule = (lambda: number) =>
          answer(experiment({ data: inputs, generator, samples, learner: { lambda } })).cosine;
        expect(Math.abs(rule(1e-11) - rule(0))).toBeLessThan(1e-7);
      }),
      { ...RUNS, numRuns: 50 },
    );
  });

  it("least squares reaches its limit on endless rows, whatever the spectrum", () => {
    fc.assert(
      fc.property(anyData, pair, ({ data, spectrum }, { generator, verifier }) => {
        const inputs = { ...data, covariance: spectrum };
        const { accuracy, limitSelected } = answer(
          experiment({ data: inputs, generator, verifier, samples: 1e15, learner: { lambda: 0 } }),
        );
        // the theory's own distance from it is near d/N = 5e-12, under a square root in the isotropic accuracy
        expect(Math.abs(accuracy - limitSelected)).toBeLessThan(1e-5);
      }),
      { ...RUNS, numRuns: 50 },
    );
  });
});
