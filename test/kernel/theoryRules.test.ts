import { expect, it } from "vitest";
import type { CovarianceSetting } from "../../src/core/experiment.js";
import { kappaSlow, meanSlow, ridgeSlow } from "../oracle/theoryRules.js";
import { eachBuild } from "./builds.js";
import { experiment, type Overrides, theoryAnswers } from "./experiment.js";
import { penalty, population } from "./theoryCalls.js";

const D = 24;

function powerLaw(exponent: number): number[] {
  const raw = Array.from({ length: D }, (_, i) => (i + 1) ** -exponent);
  return raw.map((value) => (value * D) / raw.reduce((sum, other) => sum + other, 0));
}

const VALUES = Array.from({ length: D }, (_, i) => 0.2 + ((7 * i) % 11) / 3);
const SPECTRA: [CovarianceSetting, number[]][] = [
  ["identity", new Array(D).fill(1)],
  [{ kind: "power-law", exponent: 1.3 }, powerLaw(1.3)],
  [{ kind: "diagonal", values: VALUES }, VALUES],
];
const POPULATIONS: Overrides[] = [
  { generator: { kind: "noise" }, verifier: { kind: "bernoulli" } },
  { generator: { kind: "linear" }, verifier: { kind: "linear", angleToGenerator: 0.5 } },
  { generator: { kind: "linear" }, verifier: { kind: "top" }, realSamples: 7, data: { kind: "isotropic" } },
  { generator: { kind: "noise" }, verifier: { kind: "linear", poison: 0.2 } },
];

/** Everything here is a sum of some hundred terms of size one, or the root of one: 1e-10 leaves room for κ's bisection. */
const TOLERANCE = 1e-10;

eachBuild("theory, rules", (core) => {
  it.each(SPECTRA)("ridge is the formula of docs/theory.md on d × d matrices: %j", (covariance, eigenvalues) => {
    for (const overrides of POPULATIONS) {
      for (const samples of [15, 40, 900]) {
        for (const lambda of [1e-4, 0.1, 30]) {
          const data = { ...overrides.data, dim: D, covariance };
          const setting = experiment({ ...overrides, data, samples, learner: { lambda } });
          const { rows, mean, excess } = population(core, setting);
          const { along, square } = ridgeSlow(eigenvalues, rows, mean, excess, lambda);
          const [answer] = theoryAnswers(core, [setting]);
          expect(Math.abs(answer.cosine - along / Math.sqrt(square))).toBeLessThan(TOLERANCE);
        }
      }
    }
  });

  it.each(SPECTRA)("the class mean's length is exact: %j", (covariance, eigenvalues) => {
    for (const overrides of POPULATIONS) {
      const data = { ...overrides.data, dim: D, covariance };
      const setting = experiment({ ...overrides, data, samples: 40, learner: { kind: "mean" } });
      const { rows, mean, excess } = population(core, setting);
      const { along, square } = meanSlow(eigenvalues, rows, mean, excess);
      const [answer] = theoryAnswers(core, [setting]);
      expect(Math.abs(answer.cosine - along / Math.sqrt(square))).toBeLessThan(TOLERANCE);
    }
  });

  it.each(SPECTRA)(
    "the effective penalty is λ(1 + κ), and the interpolator's has df₁ = M: %j",
    (covariance, eigenvalues) => {
      const setting = experiment({ data: { dim: D, covariance } });
      for (const rows of [3, 24, 25, 500]) {
        for (const lambda of [1e-3, 0.1, 20]) {
          const want = lambda * (1 + kappaSlow(eigenvalues, rows, lambda));
          expect(Math.abs(penalty(core, setting, rows, lambda) / want - 1)).toBeLessThan(TOLERANCE);
        }
        const rho = penalty(core, setting, rows, 0);
        const freedom = eigenvalues.reduce((sum, s) => sum + s / (s + rho), 0);
        if (rows < D) expect(Math.abs(freedom / rows - 1)).toBeLessThan(TOLERANCE);
        else expect(rho).toBe(0);
      }
    },
  );

  it("has no direction where λ = 0 and M = d", () => {
    for (const [covariance] of SPECTRA) {
      const setting = experiment({ data: { dim: D, covariance }, samples: D, learner: { lambda: 0 } });
      const [answer] = theoryAnswers(core, [setting]);
      // M is a sum that may miss d by a rounding, and the cosine is near √|1 − M/d|
      expect(answer.cosine).toBeLessThan(1e-7);
      expect(answer.accuracy).toBeCloseTo(0.5, 7);
    }
  });

  it("answers a batch as it answers one", () => {
    const settings = SPECTRA.flatMap(([covariance]) =>
      POPULATIONS.map((overrides) => experiment({ ...overrides, data: { ...overrides.data, dim: D, covariance } })),
    );
    const alone = settings.map((setting) => theoryAnswers(core, [setting])[0]);
    expect(theoryAnswers(core, [...settings, ...settings])).toEqual([...alone, ...alone]);
  });
});
