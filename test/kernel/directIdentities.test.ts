import { describe, expect, it } from "vitest";
import type { Trial } from "../../src/core/trials.js";
import { bivariateNormalCdfSlow, normalCdfSlow } from "../oracle/special.js";
import { kolmogorovSmirnov, standardErrorsApart, summary } from "../oracle/statistics.js";
import { buildsOfEdition } from "./builds.js";
import { experiment, type Overrides, trialsOf } from "./experiment.js";

const ANGLES: Overrides = { generator: { kind: "linear" }, verifier: { kind: "linear", angleToGenerator: 1.1 } };
const TRIALS = 400;

// One law in two ways, ten comparisons a build: 4.5 standard errors, and a Kolmogorov–Smirnov p of 1e-4, together fail
// by chance with probability 0.003.
function expectSameLaw(a: number[], b: number[]): void {
  expect(standardErrorsApart(a, b)).toBeLessThan(4.5);
  expect(kolmogorovSmirnov(a, b)).toBeGreaterThan(1e-4);
}

buildsOfEdition("the direct engine", (core) => {
  const run = (overrides: Overrides, trials = TRIALS, seed = 1) => trialsOf(core, experiment(overrides), trials, seed);
  const accuracies = (trials: Trial[]) => trials.map(({ accuracy }) => accuracy);
  const cosines = (trials: Trial[]) => trials.map(({ cosine }) => cosine);

  it("learns the truth from what an oracle keeps of many rows, and its opposite from too many wrong ones", () => {
    const large: Overrides = { data: { dim: 20 }, samples: 20_000 };
    for (const errorRate of [0.1, 0.6, 0.9]) {
      const [{ agreement }] = run({ ...large, generator: { errorRate }, verifier: { kind: "oracle" } }, 1);
      expect(agreement).toBeGreaterThan(0.95);
    }
    const [{ accuracy, agreement, cosine }] = run({ ...large, generator: { errorRate: 0.9 } }, 1);
    expect(agreement).toBeLessThan(0.05);
    expect(accuracy).toBeLessThan(1 - normalCdfSlow(1.1)); // Bayes: Φ(1.2)
    expect(cosine).toBeLessThan(-0.98);
  });

  it("reports what its cosine means, with its sign", () => {
    const meanNorm = 1.2;
    for (const { accuracy, agreement, cosine } of run({ generator: { errorRate: 0.6 } }, 20)) {
      const a = meanNorm * cosine;
      expect(Math.abs(accuracy - normalCdfSlow(a))).toBeLessThan(1e-13);
      const alike = bivariateNormalCdfSlow(a, meanNorm, cosine) + bivariateNormalCdfSlow(-a, -meanNorm, cosine);
      expect(Math.abs(agreement - alike)).toBeLessThan(2e-13);
    }
    for (const { accuracy, agreement, cosine } of run({ data: { kind: "isotropic" } }, 20)) {
      expect(Math.abs(accuracy - (1 - Math.acos(cosine) / Math.PI))).toBeLessThan(1e-15);
      expect(agreement).toBe(accuracy);
    }
  });

  it("turns around when right and wrong change places: (p, φ, ψ) and (1 − p, ψ, φ)", () => {
    const one = run({ generator: { errorRate: 0.35 }, verifier: { kind: "bernoulli", phi: 0.9, psi: 0.2 } });
    const other = run(
      { generator: { errorRate: 0.65 }, verifier: { kind: "bernoulli", phi: 0.2, psi: 0.9 } },
      TRIALS,
      2,
    );
    expectSameLaw(
      accuracies(one),
      accuracies(other).map((accuracy) => 1 - accuracy),
    );
    expectSameLaw(
      one.map(({ kept, keptWrong }) => keptWrong / kept),
      other.map(({ kept, keptWrong }) => 1 - keptWrong / kept),
    );
  });

  it("is not moved by a random verifier that keeps everything", () => {
    for (const data of [{ kind: "mixture" }, { kind: "isotropic" }] as const) {
      const none = run({ data });
      const all = run({ data, verifier: { kind: "random", keep: 1 } }, TRIALS, 2);
      expect(all.every(({ kept, generated }) => kept === generated)).toBe(true);
      expectSameLaw(accuracies(none), accuracies(all));
    }
  });

  it("has one law in both precisions", () => {
    const single = run({ ...ANGLES, samples: 300 });
    const double = run({ ...ANGLES, samples: 300, precision: "f64" }, TRIALS, 2);
    expectSameLaw(accuracies(single), accuracies(double));
    expectSameLaw(
      single.map(({ kept }) => kept),
      double.map(({ kept }) => kept),
    );
  });

  it("judges alike where labels are drawn before the rows, and after them", () => {
    const before = run({ verifier: { kind: "bernoulli", phi: 0.5, psi: 0.5 } });
    const orthogonal = Math.PI / 2;
    const after = run({ verifier: { kind: "linear", angle: orthogonal } }, TRIALS, 2);
    // a direction orthogonal to the truth keeps half of the right and half of the wrong labels, but must see the rows
    expectSameLaw(
      before.map(({ kept }) => kept),
      after.map(({ kept }) => kept),
    );
    expectSameLaw(
      before.map(({ keptWrong }) => keptWrong),
      after.map(({ keptWrong }) => keptWrong),
    );
  });

  it("keeps exactly the asked share at the top", () => {
    for (const [samples, keep] of [
      [301, 0],
      [301, 0.25],
      [301, 1 / 3],
      [301, 0.5],
      [301, 1],
      [1, 0.5],
      [3, 0.1],
    ]) {
      for (const poison of [0, 0.4]) {
        for (const { kept, generated } of run(
          { ...ANGLES, samples, realSamples: 1, verifier: { kind: "top", keep, poison } },
          3,
        )) {
          expect(generated).toBe(samples);
          expect(kept).toBe(Math.round(keep * samples));
        }
      }
    }
  });

  it("keeps exactly the asked share where scores are equal", () => {
    // at 100 from the origin f32 scores are 8e-6 apart: among 50 000 some other one equals the threshold in every sixth trial
    const crowded: Overrides = {
      data: { dim: 2, meanNorm: 100 },
      generator: { errorRate: 0 },
      verifier: { kind: "top", keep: 0.5, angle: 0 },
      learner: { kind: "mean" },
      samples: 50_000,
    };
    for (const { kept } of run(crowded, 60)) expect(kept).toBe(25_000);
  });

  it("turns every verdict over under full poison", () => {
    const wrongOnly = run({ verifier: { kind: "oracle", poison: 1 } }, 5);
    expect(wrongOnly.every(({ kept, keptWrong, wrong }) => kept === wrong && keptWrong === wrong)).toBe(true);
    expect(run({ verifier: { poison: 1 } }, 5).every(({ status, kept }) => status === "empty" && kept === 0)).toBe(
      true,
    );
    const plain = run({ ...ANGLES, verifier: { ...ANGLES.verifier, poison: 1 } });
    const opposite = run(
      { ...ANGLES, verifier: { kind: "linear", angle: Math.PI - 0.7, angleToGenerator: Math.PI - 1.1 } },
      TRIALS,
      2,
    );
    expectSameLaw(
      plain.map(({ kept }) => kept),
      opposite.map(({ kept }) => kept),
    );
    expectSameLaw(accuracies(plain), accuracies(opposite));
  });

  describe.each(["f32", "f64"] as const)("in %s, on the same draws,", (precision) => {
    it("finds by conjugate gradients what Cholesky finds", () => {
      for (const overrides of [{}, ANGLES, { samples: 5 }, { data: { dim: 33 }, samples: 700 }] as Overrides[]) {
        const direct = cosines(run({ ...overrides, precision }, 10));
        const iterated = cosines(run({ ...overrides, precision, learner: { solver: "conjugate-gradients" } }, 10));
        const limit = precision === "f32" ? 1e-4 : 1e-9;
        for (const [i, cosine] of direct.entries()) expect(Math.abs(cosine - iterated[i])).toBeLessThan(limit);
      }
    });

    it("comes to the class mean as λ grows", () => {
      // w = (I + A/λ)^−1 b/λ, so the direction is that of b up to ‖A‖/λ < 20 / 1e8
      const ridge = cosines(run({ precision, learner: { lambda: 1e8 } }, 10));
      const mean = cosines(run({ precision, learner: { kind: "mean" } }, 10));
      for (const [i, cosine] of ridge.entries()) expect(Math.abs(cosine - mean[i])).toBeLessThan(2e-7);
    });
  });

  it("learns more from more rows, below the breakdown point", () => {
    const means = [50, 200, 800].map((samples) => summary(accuracies(run({ samples }))).mean);
    expect(means[0]).toBeLessThan(means[1]);
    expect(means[1]).toBeLessThan(means[2]);
    expect(means[2]).toBeLessThan(normalCdfSlow(1.2));
  });

  it("tells how a trial ended", () => {
    const status = (overrides: Overrides) => run(overrides, 1)[0].status;
    expect(status({})).toBe("ok");
    expect(status({ verifier: { kind: "random", keep: 0 } })).toBe("empty");
    expect(status({ verifier: { kind: "random", keep: 0 }, realSamples: 9 })).toBe("ok");
    expect(status({ samples: 7, learner: { lambda: 0 } })).toBe("singular");
    expect(status({ samples: 8, learner: { lambda: 0 } })).toBe("ok");
    expect(status({ learner: { kind: "sgd", loss: "squared", learningRate: 1e6 } })).toBe("diverged");
    expect(status({ generator: { kind: "learned", samples: 5, lambda: 0 } })).toBe("singular");
  });

  it("counts no rows where it never came to draw them", () => {
    const [trial] = run({ verifier: { kind: "learned", samples: 5, lambda: 0 } }, 1);
    expect(trial).toMatchObject({ status: "singular", generated: 0, wrong: 0, kept: 0, keptWrong: 0 });
  });
});
