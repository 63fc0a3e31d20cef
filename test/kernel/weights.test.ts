import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/core/errors.js";
import { loadTransformer } from "../../src/core/transformerCore.js";
import { type KernelWeighting, weightsTheory, weightsTrials } from "../../src/core/weights.js";
import * as library from "../../src/eigen.js";
import { type WeightsOptions, weights } from "../../src/engine/weights.js";
import { normals, uniforms } from "../oracle/random.js";
import { kolmogorovSmirnov, standardErrorsApart, summary } from "../oracle/statistics.js";
import { theorySlow, trialSlow } from "../oracle/weights.js";
import { shortOrLong } from "../support/edition.js";
import { startTestCore } from "./builds.js";
import { experiment, theoryAnswers } from "./experiment.js";

const core = await loadTransformer();

const WEIGHTING: KernelWeighting = {
  ...{ dim: 5, meanNorm: 1.2, samples: 25, generator: 0, errorRate: 0.3, generatorAngle: 0, rule: 0, width: 0.6 },
  ...{ verifierAngle: 0.5, phi: 0.8, psi: 0.3, lambda: 0.05, isDrawn: 0 },
};

const RULES: [string, Partial<KernelWeighting>][] = [
  ["soft", {}],
  ["soft-hard", { rule: 1, width: 1 }],
  ["soft-easy", { rule: 2 }],
  ["by-label", { rule: 3 }],
  ["soft, labels by a direction", { generator: 1, generatorAngle: 0.7 }],
  ["soft-hard, labels by a direction", { generator: 1, generatorAngle: 0.4, rule: 1, width: 1 }],
  ["by-label, labels by a direction", { generator: 1, generatorAngle: 1, rule: 3 }],
  ["soft verdicts", { isDrawn: 1 }],
  ["easy verdicts, labels by a direction", { isDrawn: 1, generator: 1, generatorAngle: 0.7, rule: 2 }],
];

const accuracies = (records: { accuracy: number }[]) => records.map(({ accuracy }) => accuracy);

describe("rows that weigh", () => {
  // 9 settings with a KS test at 1e-5, and a mean at 4.5 standard errors (7e-6)
  it.each(RULES)("are drawn and weighed as the words say it: %s", (_, overrides) => {
    const e = { ...WEIGHTING, ...overrides };
    const uniform = uniforms(21);
    const normal = normals(uniforms(22));
    const slow = Array.from({ length: shortOrLong(400, 4000) }, () => trialSlow(e, uniform, normal));
    const direct = weightsTrials(core, e, 3, 2000);
    expect(kolmogorovSmirnov(accuracies(slow), accuracies(direct))).toBeGreaterThan(1e-5);
    const sums = [slow, direct].map((trials) => trials.map(({ weight }) => weight));
    expect(standardErrorsApart(sums[0], sums[1])).toBeLessThan(4.5);
  });

  // the grid is exact where all is smooth; a jump of the label costs it 1 % of a step
  it.each(shortOrLong(RULES.slice(0, 6), RULES))("have the theory of a grid: %s", (_, overrides) => {
    const e = { ...WEIGHTING, ...overrides, dim: 40, samples: 90 };
    const isSmooth = e.generator === 0;
    const slow = theorySlow(e, isSmooth ? 28 : 50, 6.5);
    expect(Math.abs(weightsTheory(core, e).accuracy - slow)).toBeLessThan(isSmooth ? 1e-5 : 2e-3);
  });

  // within 4 standard errors and 0.3/d
  it.each(shortOrLong(RULES.slice(2, 6), RULES))("have the theory of many dimensions: %s", (_, overrides) => {
    const e = { ...WEIGHTING, ...overrides, dim: 48, samples: 160 };
    const trials = weightsTrials(core, e, 5, 300);
    const [accuracy, weight] = [summary(accuracies(trials)), summary(trials.map((trial) => trial.weight))];
    const theory = weightsTheory(core, e);
    expect(Math.abs(theory.accuracy - accuracy.mean)).toBeLessThan(4 * accuracy.se + 0.3 / 48);
    expect(Math.abs(theory.weight - weight.mean)).toBeLessThan(4.5 * weight.se + 1e-9);
  });

  it("are verdicts if they are 0 and 1: the theory of pstar run, to the last digits", async () => {
    const simulation = await startTestCore("release");
    const answer = (overrides: Parameters<typeof experiment>[0]) =>
      theoryAnswers(simulation, [experiment(overrides)])[0].accuracy;
    const shared = { data: { dim: 40, meanNorm: 1.2 }, learner: { lambda: 0.05 } } as const;
    const oracle = { ...WEIGHTING, dim: 40, samples: 100, rule: 3, phi: 1, psi: 0 };
    const kept = answer({ ...shared, generator: { errorRate: 0.3 }, verifier: { kind: "oracle" }, samples: 100 });
    expect(weightsTheory(core, oracle).accuracy).toBeCloseTo(kept, 9);
    const drawn = { ...WEIGHTING, dim: 40, samples: 100, rule: 3, isDrawn: 1 };
    const bernoulli = { kind: "bernoulli", phi: 0.8, psi: 0.3 } as const;
    expect(weightsTheory(core, drawn).accuracy).toBeCloseTo(
      answer({ ...shared, generator: { errorRate: 0.3 }, verifier: bernoulli, samples: 100 }),
      9,
    );
    // a soft verifier is a linear one but for the rows within its width, a share in proportion to it
    const linear = answer({
      ...shared,
      generator: { errorRate: 0.3 },
      verifier: { kind: "linear", angle: 0.5 },
      samples: 100,
    });
    const [near, far] = [0.01, 0.02].map((width) => {
      return weightsTheory(core, { ...WEIGHTING, dim: 40, samples: 100, width }).accuracy - linear;
    });
    expect(near).toBeLessThan(1e-3);
    expect(far / near).toBeGreaterThan(1.9);
    expect(far / near).toBeLessThan(2.1);
  });

  it("of a kind that the kernel does not know are refused", () => {
    for (const overrides of [{ rule: 4 }, { generator: 2 }]) {
      const e = { ...WEIGHTING, ...overrides };
      expect(weightsTheory(core, e).accuracy).toBeNaN();
      expect(weightsTrials(core, e, 1, 1)[0].accuracy).toBeNaN();
    }
  });
});

describe("weights", () => {
  const small: WeightsOptions = { dim: 8, samples: [20, 60], trials: 30 };

  it("gives the same numbers for the same seed, whatever other numbers of rows", () => {
    const result = weights(core, small);
    expect(weights(core, small)).toEqual(result);
    expect(weights(core, { ...small, samples: 60 }).rows).toEqual(result.rows.slice(1));
    expect(weights(core, { ...small, seed: 2 }).rows[0].weights.accuracy).not.toEqual(result.rows[0].weights.accuracy);
    expect(result).toMatchObject({ engine: "direct", reason: { code: "weights-without-reduction" } });
  });

  it("has the theory alone, if that is asked for", () => {
    const theory = weights(core, { ...small, engine: "theory", trials: 100_000 });
    expect(theory.rows.map((row) => row.weights.theory)).toEqual(
      weights(core, small).rows.map((row) => row.weights.theory),
    );
    expect(theory.rows[0].weights).toMatchObject({ models: 0, accuracy: { mean: null } });
  });

  it("counts trials without a model, and has no theory of rows without weight", () => {
    const none = weights(core, { ...small, rule: "by-label", phi: 0, psi: 0 }).rows[0];
    expect([none.weights.models, none.weights.theory, none.verdicts.models]).toEqual([0, null, 0]);
    expect(none.all).toBeGreaterThan(0.5);
  });

  it("is runWeights of pstar/eigen, with a core of its own", async () => {
    expect(await library.runWeights(small)).toEqual(weights(core, small));
    const documented = await library.runWeights({ samples: 500, engine: "theory" });
    expect(documented.rows[0].weights.theory?.toFixed(6)).toBe("0.807354");
  });

  it.each([
    [{ dim: 2 }, "dim must be"],
    [{ samples: 0 }, "samples must be"],
    [{ samples: [5, 5] }, "samples must be"],
    [{ errorRate: -0.1 }, "errorRate must be"],
    [{ errorRate: 0.2, generatorAngle: 0.5 }, "errorRate must be left out"],
    [{ generatorAngle: 4 }, "generatorAngle must be"],
    [{ rule: "hard" as "soft" }, "rule must be"],
    [{ width: 0 }, "width must be"],
    [{ rule: "by-label", width: 1 }, "width must be left out"],
    [{ rule: "by-label", verifierAngle: 1 }, "verifierAngle must be left out"],
    [{ phi: 0.5 }, "phi must be left out"],
    [{ rule: "by-label", psi: 2 }, "psi must be"],
    [{ lambda: 0 }, "lambda must be"],
    [{ engine: "reduced" }, "engine must be theory or direct: rows of different weights"],
    [{ engine: "fast" as "direct" }, "engine must be"],
    [{ dim: 1000, samples: 100_000 }, "multiplications"],
  ] as const)("refuses %j", (options, message) => {
    expect(() => weights(core, options)).toThrow(ArgumentError);
    expect(() => weights(core, options)).toThrow(message);
  });
});
