import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/core/errors.js";
import { load } from "../../src/core/simulationCore.js";
import { type RewardsOptions, rewards } from "../../src/engine/rewards.js";
import { uniforms } from "../oracle/random.js";

const core = await load();

type Rates = Pick<RewardsOptions, "phi" | "psi" | "errorRate">;

/** What one group moves the share of wrong answers by, at a rate of 1, from its answers and its rewards. */
function stepOf(correct: readonly boolean[], rewarded: readonly boolean[], kind: string, { phi, psi }: Rates): number {
  const values = rewarded.map((one) => (kind === "corrected" ? (Number(one) - psi) / (phi - psi) : Number(one)));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  if (sd === 0) return 0;
  const scale = kind === "corrected" ? 1 : sd;
  const gains = values.map((value, i) => (correct[i] ? (value - mean) / scale : 0));
  return -gains.reduce((sum, gain) => sum + gain, 0) / values.length;
}

/** The mean step of a group, over all 4^G outcomes. */
function meanStep(group: number, kind: string, rates: Rates): number {
  const { phi, psi, errorRate } = rates;
  let mean = 0;
  for (let code = 0; code < 4 ** group; code++) {
    const digits = Array.from({ length: group }, (_, i) => Math.floor(code / 4 ** i) % 4);
    const correct = digits.map((digit) => digit < 2);
    const rewarded = digits.map((digit) => digit % 2 === 0);
    const chance = digits.reduce((product, _, i) => {
      const rate = correct[i] ? phi : psi;
      return product * (correct[i] ? 1 - errorRate : errorRate) * (rewarded[i] ? rate : 1 - rate);
    }, 1);
    mean += chance * stepOf(correct, rewarded, kind, rates);
  }
  return mean;
}

/** A policy that takes steps on answers drawn one by one. */
function simulateSlow(options: Required<RewardsOptions>, uniform: () => number): number {
  let p = options.errorRate;
  for (let step = 0; step < options.steps; step++) {
    let change = 0;
    for (let question = 0; question < options.questions; question++) {
      const correct = Array.from({ length: options.group }, () => uniform() >= p);
      const rewarded = correct.map((one) => uniform() < (one ? options.phi : options.psi));
      change += stepOf(correct, rewarded, options.reward, options) / options.questions;
    }
    p = Math.min(1, Math.max(0, p + options.rate * change));
  }
  return p;
}

const CASES: [Rates, "normalized" | "corrected"][] = [
  [{ phi: 0.8, psi: 0.3, errorRate: 0.6 }, "normalized"],
  [{ phi: 0.4, psi: 0.6, errorRate: 0.3 }, "normalized"],
  [{ phi: 0.4, psi: 0.6, errorRate: 0.3 }, "corrected"],
  [{ phi: 1, psi: 0, errorRate: 0.5 }, "normalized"],
];

describe("verdicts as rewards", () => {
  it.each(CASES)("has the flow of groups of four by all their outcomes: %j, %s", (rates, reward) => {
    // one step of 1e-6: the flow's change over the rate is its slope, but for half the rate times |f f′| ≤ 1/4, and rounding
    const rate = 1e-6;
    const { steps } = rewards(core, { ...rates, reward, group: 4, rate, steps: 1, trials: 1 });
    const slope = ((steps.at(-1)?.flow ?? 0) - rates.errorRate) / rate;
    expect(Math.abs(slope - meanStep(4, reward, rates))).toBeLessThan(1.3e-7);
  });

  // 4 cases: differences beyond 4.5 standard errors (7e-6 each)
  it.each(CASES)("has the law of answers drawn one by one: %j, %s", (rates, reward) => {
    const options = { ...rates, reward, group: 5, questions: 3, rate: 0.1, steps: 12, trials: 1500, seed: 3 } as const;
    const uniform = uniforms(77);
    const slow = Array.from({ length: 1500 }, () => simulateSlow(options, uniform));
    const mean = slow.reduce((sum, value) => sum + value, 0) / slow.length;
    const variance = slow.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (slow.length - 1);
    const last = rewards(core, options).steps.at(-1)?.errorRate;
    const se = Math.sqrt(variance / slow.length);
    expect(Math.abs((last?.mean ?? 0) - mean)).toBeLessThan(4.5 * Math.hypot(se, last?.se ?? 0));
    // the spread too: of 1500 values its logarithm is known to about 0.02
    expect(Math.abs(Math.log((last?.se ?? 0) / se))).toBeLessThan(0.1);
  });

  it("follows its flow for small steps, and the endless one for large groups", () => {
    const rates = { phi: 0.8, psi: 0.3, errorRate: 0.6 };
    const { steps, direction, youden } = rewards(core, { ...rates, rate: 0.01, steps: 300, questions: 32, trials: 60 });
    for (const { errorRate, flow, endless } of steps) {
      // steps of length η leave O(η) to the flow
      expect(Math.abs((errorRate.mean ?? 0) - flow)).toBeLessThan(4 * (errorRate.se ?? 0) + 0.01 / 4);
      expect(flow).toBeGreaterThanOrEqual(endless ?? 1);
    }
    expect([direction, youden]).toEqual(["learns", 0.5]);
    const large = rewards(core, { ...rates, group: 1000, questions: 1, trials: 1, steps: 50 });
    for (const { flow, endless } of large.steps) expect(Math.abs(flow - (endless ?? 0))).toBeLessThan(1e-3);
  });

  it("costs 1/J² in variance to correct", () => {
    const spread = (phi: number, psi: number) => {
      // the step of one question from p = 1/2, q = 1/2: the variance of r over J² beside that of a perfect verifier
      const { steps } = rewards(core, {
        ...{ phi, psi, errorRate: 0.5, reward: "corrected", rate: 0.01 },
        ...{ group: 200, questions: 1, steps: 1, trials: 4000 },
      });
      return (steps.at(-1)?.errorRate.se ?? 0) ** 2;
    };
    // Var of the step, G → ∞: Var((c − ½)(r − ½))/J² = (1 − J²)/(16 J²) at q = ½; 4000 trials know a variance to 2.2 %
    expect(spread(0.6, 0.4) / spread(0.7, 0.3)).toBeGreaterThan(0.85 * ((1 - 0.04) / 0.04 / ((1 - 0.16) / 0.16)));
    expect(spread(0.6, 0.4) / spread(0.7, 0.3)).toBeLessThan(1.15 * ((1 - 0.04) / 0.04 / ((1 - 0.16) / 0.16)));
  });

  it("says what the flow does, and nothing moves if no reward varies", () => {
    const direction = (phi: number, psi: number, errorRate = 0.4) =>
      rewards(core, { phi, psi, errorRate, steps: 2, trials: 2 }).direction;
    expect(direction(0.7, 0.2)).toBe("learns");
    expect(direction(0.2, 0.7)).toBe("unlearns");
    expect(direction(0.5, 0.5)).toBe("neither");
    expect(direction(1, 1)).toBe("neither");
    expect(direction(0.7, 0.2, 0)).toBe("neither");
    const still = rewards(core, { phi: 1, psi: 1, errorRate: 0.4, steps: 20, trials: 5 });
    for (const { errorRate, flow } of still.steps) expect([errorRate.mean, flow]).toEqual([0.4, 0.4]);
    expect(rewards(core, { phi: 0.4, psi: 0.6, errorRate: 0.4, reward: "corrected", trials: 1 }).direction).toBe(
      "learns",
    );
  });

  it("gives the same bits for the same seed", () => {
    const ask = (seed: number) => rewards(core, { phi: 0.8, psi: 0.3, errorRate: 0.5, trials: 2, steps: 5, seed });
    expect(ask(4)).toEqual(ask(4));
    expect(ask(5).steps).not.toEqual(ask(4).steps);
  });

  it.each([
    [{ phi: 1.1 }, "phi must be in [0, 1], got 1.1"],
    [{ psi: Number.NaN }, "psi must be"],
    [{ errorRate: -1 }, "errorRate must be"],
    [{ group: 1 }, "group must be"],
    [{ rate: 0 }, "rate must be in (0, 1], got 0"],
    [{ reward: "none" as "corrected" }, "reward must be one of normalized, corrected"],
    [{ phi: 0.3, reward: "corrected" }, "normalized if φ = ψ"],
    [{ trials: 10_000, steps: 10_000 }, "answers"],
  ] as const)("refuses %j", (options, message) => {
    const ask = () => rewards(core, { phi: 0.8, psi: 0.3, errorRate: 0.5, ...options });
    expect(ask).toThrow(ArgumentError);
    expect(ask).toThrow(message);
  });
});
