import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  bestWeight,
  type Core,
  collect,
  explainedShare,
  keptPrecision,
  load,
  rewardFlow,
  type ScenarioInput,
  verifierGain,
  worthLimits,
  worthOfRow,
  youden,
} from "../../src/index.js";
import { uniforms } from "../oracle/random.js";
import { shortOrLong } from "../support/edition.js";

let core: Core;

beforeAll(async () => {
  core = await load();
});

const share = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
const seed = 20261127;

/** 1 − the cosine with the truth that a learner of N rows of this precision reaches, by the reduced engine. */
async function shortfall(scenario: ScenarioInput, samples: number, errorRate: number): Promise<number> {
  const { cells } = await collect(core, {
    ...scenario,
    samples: Math.round(samples),
    generator: { kind: "noise", errorRate },
    trials: 400,
    seed: 7,
    engine: "reduced",
  });
  return 1 - Math.abs(cells[0]?.cosine.mean ?? Number.NaN);
}

describe("the worth of a row", () => {
  it("is 1 of a right label, 0 of a label right by chance, and falls in between", () => {
    for (const classes of [2, 3, 10]) {
      expect(worthOfRow(1, { classes })).toBe(1);
      expect(worthOfRow(1 / classes, { classes })).toBeCloseTo(0, 14);
    }
    expect(worthOfRow(0)).toBe(-1);
    expect(worthOfRow(0.9)).toBeCloseTo(0.64, 14);
    expect(worthOfRow(0.9, { classes: 10 })).toBeCloseTo((8 / 9) ** 2, 14);
    expect(worthOfRow(0.9, { explained: 0.5 })).toBeCloseTo(0.32 / 0.68, 14);
    const check = (a: number, b: number, explained: number) => {
      fc.pre(Math.abs(a - b) > 1e-9);
      const [worse, better] = a < b ? [a, b] : [b, a];
      expect(worthOfRow(worse, { explained })).toBeLessThanOrEqual(worthOfRow(better, { explained }));
    };
    fc.assert(
      fc.property(
        share,
        share,
        share.map((value) => 0.99 * value),
        check,
      ),
      { seed },
    );
  });

  it("is as negative of the opposite labels as it is positive of the labels", () => {
    const check = (a: number, explained: number) => {
      expect(worthOfRow(1 - a, { explained })).toBeCloseTo(-worthOfRow(a, { explained }), 13);
    };
    fc.assert(
      fc.property(
        share,
        share.map((value) => 0.99 * value),
        check,
      ),
      { seed },
    );
  });

  // N rows of precision a and N·ω clean rows leave the same shortfall of the cosine, (d − 1)/(2N·ω·r²) to first order. 400 trials
  // of a shortfall that varies by √(2/49) know it to 1.5 %, two of them to 2.1 %; the next orders are 1 % here (N = 20,000 upwards).
  const learners: [string, ScenarioInput, number][] = [
    ["class mean", { data: { meanNorm: 1.5 }, learner: { kind: "mean" } }, 0],
    ["least squares", { data: { meanNorm: 1.5 }, learner: { lambda: 0 } }, explainedShare(1.5)],
    ["least squares, r = 0.7", { data: { meanNorm: 0.7 }, learner: { lambda: 0 } }, explainedShare(0.7)],
    ["ridge", { data: { meanNorm: 2 }, learner: { lambda: 1 } }, explainedShare(2, 1)],
    ["isotropic, class mean", { data: { kind: "isotropic" }, learner: { kind: "mean" } }, 0],
    ["isotropic, least squares", { data: { kind: "isotropic" }, learner: { lambda: 0 } }, explainedShare(null)],
    ["isotropic, ridge", { data: { kind: "isotropic" }, learner: { lambda: 0.5 } }, explainedShare(null, 0.5)],
  ];
  it.each(shortOrLong(learners.slice(1, 4), learners))(
    "is what the reduced engine needs of clean rows: %s",
    async (_, setting, explained) => {
      for (const errorRate of [0.05, 0.25, 0.9]) {
        const worth = worthOfRow(1 - errorRate, { explained });
        const samples = 60_000;
        const noisy = await shortfall(setting, samples, errorRate);
        const clean = await shortfall(setting, samples * Math.abs(worth), 0);
        expect(Math.abs(noisy / clean - 1), `p = ${errorRate}`).toBeLessThan(4 * 0.021 + 0.01);
      }
    },
  );

  it("is refused out of range", () => {
    expect(() => worthOfRow(1.2)).toThrow("precision must be in [0, 1], got 1.2");
    expect(() => worthOfRow(0.5, { classes: 1 })).toThrow("classes must be an integer of at least 2, got 1");
    expect(() => worthOfRow(0.5, { explained: -1 })).toThrow("explained must be in [0, 1], got -1");
    expect(() => worthOfRow(0.5, { classes: 3, explained: 0.5 })).toThrow("explained must be in [0, 0], got 0.5");
    expect(() => bestWeight(Number.NaN)).toThrow("precision must be in [0, 1]");
  });
});

describe("what files are worth", () => {
  // 1,000 files each: between 95 % ± 3 standard errors of 0.7 % are within, and what is outside is on both sides
  it.each([
    [6000, 0.36, 0.8, 0.3, 0],
    [300, 0.2, 0.6, 0.4, 0.6],
    [1000, 0.45, 0.5, 0.5, 0],
    [2000, 0.6, 1, 1, 0.5],
  ])(
    "is within the limits in 95 %% of draws: N = %i, p = %f, φ = %f, ψ = %f, A = %f",
    (samples, p, phi, psi, explained) => {
      const uniform = uniforms(20261127);
      const keepRate = (1 - p) * phi + p * psi;
      const limits = worthLimits(samples, { keepRate, precision: ((1 - p) * phi) / keepRate }, { explained });
      const outside = { low: 0, high: 0 };
      for (let file = 0; file < 1000; file++) {
        let [right, wrong] = [0, 0];
        for (let row = 0; row < samples; row++) {
          if (uniform() < p) wrong += Number(uniform() < psi);
          else right += Number(uniform() < phi);
        }
        const worth = (right + wrong) * worthOfRow(right / (right + wrong), { explained });
        if (worth < limits.low) outside.low++;
        if (worth > limits.high) outside.high++;
      }
      expect(outside.low + outside.high).toBeGreaterThan(50 - 3 * 7);
      expect(outside.low + outside.high).toBeLessThan(50 + 3 * 7);
      for (const side of Object.values(outside)) expect(side).toBeGreaterThan(25 - 3 * 5);
    },
  );

  it("are those of the very rows if nothing is left to chance", () => {
    expect(worthLimits(100, { keepRate: 1, precision: 1 })).toEqual({
      low: expect.closeTo(100, 9),
      high: expect.closeTo(100, 9),
    });
    expect(() => worthLimits(100, { keepRate: 1.5, precision: 1 })).toThrow("keepRate must be in [0, 1], got 1.5");
  });
});

describe("the best weight of a row", () => {
  it("leaves the class mean the largest worth, n + M·q²", () => {
    const check = (precision: number, clean: number, kept: number, other: number) => {
      // of weight v: the signal n + vMq, against the noise n + v²M
      const q = 2 * precision - 1;
      const worth = (v: number) => {
        const signal = clean + v * kept * q;
        return (Math.sign(signal) * signal ** 2) / (clean + v * v * kept);
      };
      const best = worth(bestWeight(precision));
      expect(best).toBeGreaterThanOrEqual(worth(other) * (1 - 1e-12));
      if (q >= 0) expect(best).toBeCloseTo(clean + kept * worthOfRow(precision), 8);
    };
    const rows = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(
        share,
        rows,
        rows,
        share.map((value) => 2 * value),
        check,
      ),
      { seed },
    );
  });

  it("is (Ka − 1)/(K − 1) of K classes, and never negative", () => {
    expect(bestWeight(0.4, 5)).toBeCloseTo(0.25, 14);
    expect(bestWeight(0.1)).toBe(0);
  });
});

describe("verdicts as rewards", () => {
  /** One step on a group: the rewards to mean 0 and variance 1, and each answer's odds grow by e^(rate · advantage). */
  function step(
    p: number,
    rates: { phi: number; psi: number },
    size: number,
    rate: number,
    uniform: () => number,
  ): number {
    const wrong = Array.from({ length: size }, () => uniform() < p);
    const rewards = wrong.map((isWrong) => Number(uniform() < (isWrong ? rates.psi : rates.phi)));
    const mean = rewards.reduce((sum, reward) => sum + reward, 0) / size;
    const sd = Math.sqrt(mean * (1 - mean));
    if (sd === 0) return p;
    // the policy's gradient along log-odds, by the natural metric: the wrong answers' share of the advantages
    const gain = rewards.reduce((sum, reward, i) => sum + (wrong[i] ? (reward - mean) / sd : 0), 0) / size;
    return Math.min(1, Math.max(0, p + rate * gain));
  }

  // 4000 groups of 200: the mean step is known to √(p(1 − p)/200/4000) = 6e-4 at most, and a group's own mean and deviation
  // take O(1/200) of it: 0.5/200 with these rates
  it.each([
    [0.3, 0.8, 0.3],
    [0.7, 0.9, 0.2],
    [0.4, 0.3, 0.7],
    [0.5, 0.6, 0.6],
    [0.9, 0.4, 0.1],
  ])("move the share of wrong answers as the flow says: p = %f, φ = %f, ψ = %f", (errorRate, phi, psi) => {
    const uniform = uniforms(20261127);
    let sum = 0;
    for (let i = 0; i < 4000; i++) sum += step(errorRate, { phi, psi }, 200, 1, uniform) - errorRate;
    expect(Math.abs(sum / 4000 - rewardFlow({ errorRate, phi, psi }))).toBeLessThan(4 * 6e-4 + 0.5 / 200);
  });

  it("teach if J > 0, unteach if J < 0, and do nothing if J = 0: the policy after 400 groups", () => {
    const uniform = uniforms(7);
    const shareAfter = (phi: number, psi: number) => {
      let p = 0.5;
      for (let i = 0; i < 400; i++) p = step(p, { phi, psi }, 64, 0.05, uniform);
      return p;
    };
    expect(shareAfter(0.7, 0.5)).toBeLessThan(0.1);
    expect(shareAfter(0.5, 0.7)).toBeGreaterThan(0.9);
    expect(Math.sign(rewardFlow({ errorRate: 0.5, phi: 0.7, psi: 0.5 }))).toBe(-1);
    expect(rewardFlow({ errorRate: 0.5, phi: 0.5, psi: 0.5 })).toBe(0);
    expect(rewardFlow({ errorRate: 0.5, phi: 1, psi: 1 })).toBe(0); // no reward varies
    expect(() => rewardFlow({ errorRate: 2, phi: 1, psi: 0 })).toThrow("errorRate must be in [0, 1], got 2");
  });
});

describe("Youden's J and the verifier's gain", () => {
  it("have one sign, if rows are kept and labels are neither all right nor all wrong", () => {
    const check = (phi: number, psi: number, errorRate: number) => {
      fc.pre(phi !== psi && errorRate > 0 && errorRate < 1);
      const gain = verifierGain({ errorRate, phi, psi }) as number;
      expect(Math.sign(gain)).toBe(Math.sign(youden({ phi, psi })));
      expect(gain).toBeCloseTo((keptPrecision({ errorRate, phi, psi }) as number) - (1 - errorRate), 14);
    };
    fc.assert(fc.property(share, share, share, check), { seed });
  });

  it("are φ − ψ, and null of a verifier that keeps nothing", () => {
    expect(youden({ phi: 0.8, psi: 0.3 })).toBe(0.5);
    expect(verifierGain({ errorRate: 0.3, phi: 0, psi: 0 })).toBeNull();
    expect(() => youden({ phi: -1, psi: 0 })).toThrow("phi must be in [0, 1], got -1");
  });
});
