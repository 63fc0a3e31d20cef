import { describe, expect, it } from "vitest";
import { load } from "../../src/core/simulationCore.js";
import { normals, uniforms } from "../oracle/random.js";
import { kolmogorovSmirnov, summary } from "../oracle/statistics.js";
import { buildsOfEdition } from "./builds.js";
import { experiment, type Overrides, openTrials, theoryAnswers, trialsOf } from "./experiment.js";

/** Score and label of fresh rows for a rule of this cosine and length, drawn in the plane of truth and rule. */
function drawnSlow(
  kind: "mixture" | "isotropic",
  r: number,
  cosine: number,
  norm: number,
  count: number,
  seed: number,
) {
  const [uniform, normal] = [uniforms(seed), normals(uniforms(seed + 1))];
  return Array.from({ length: count }, () => {
    const side = uniform() < 0.5 ? -1 : 1;
    const along = normal() + (kind === "mixture" ? side * r : 0);
    const y = kind === "mixture" ? side : Math.sign(along);
    return { y, score: norm * (cosine * along + Math.sqrt(1 - cosine * cosine) * normal()) };
  });
}

const RULES = [
  ["mixture", 1.5, 0.7, 1.2],
  ["mixture", 0.8, -0.4, 6],
  ["isotropic", 1, 0.6, 2],
  ["isotropic", 1, -0.9, 0.5],
] as const;

buildsOfEdition("risk and calibration", (core) => {
  const { riskAt, calibrationAt } = core.exports;
  it.each(RULES)("have the mean loss of drawn rows: %s, r = %d, cosine %d, length %d", (kind, r, cosine, norm) => {
    const rows = drawnSlow(kind, r, cosine, norm, 200_000, 7);
    const data = kind === "mixture" ? 0 : 1;
    const losses = [(m: number) => Math.log(1 + Math.exp(-m)), (m: number) => (1 - m) ** 2];
    losses.forEach((loss, code) => {
      const { mean, se } = summary(rows.map(({ y, score }) => loss(y * score)));
      // 16 means, each within 4.5 standard errors of its own law with probability 0.9999
      expect(Math.abs(riskAt(data, r, cosine, norm, code) - mean)).toBeLessThan(4.5 * se);
    });
    expect(riskAt(data, r, cosine, norm, -1)).toBeNaN();
  });

  it.each(RULES)(
    "have the slope of the log-odds of drawn rows: %s, r = %d, cosine %d, length %d",
    (kind, r, cosine, norm) => {
      // rows near the boundary: P(y = 1 | score = h) = 1/(1 + exp(−slope·h)), so that E[y h]/E[h²] is half the slope to first order
      const width = 0.2 * norm;
      const near = drawnSlow(kind, r, cosine, norm, 400_000, 11).filter(({ score }) => Math.abs(score) < width);
      const slope = calibrationAt(kind === "mixture" ? 0 : 1, r, cosine, norm);
      const terms = near.map(({ y, score }) => y * score - Math.tanh((slope * score) / 2) * score);
      const { mean, se } = summary(terms);
      expect(near.length).toBeGreaterThan(10_000);
      expect(Math.abs(mean)).toBeLessThan(4.5 * se);
      const wrong = summary(near.map(({ y, score }) => y * score + Math.tanh((slope * score) / 2) * score));
      expect(Math.abs(wrong.mean)).toBeGreaterThan(4.5 * wrong.se);
    },
  );

  it("are those of no weights, and of endless ones", () => {
    expect(riskAt(0, 1.5, 0, 0, 0)).toBeCloseTo(Math.log(2), 14);
    expect(riskAt(1, 1.5, 0, 0, 1)).toBe(1);
    expect(calibrationAt(0, 1.5, 0, 0)).toBeNaN();
    // of a long rule the log loss is s·E[max(0, −m/s)], and here N(1, 1) at r c = 1: φ(1) − Φ(−1)
    expect(riskAt(0, 2, 0.5, 1e6, 0) / 1e6).toBeCloseTo(0.08331547058768, 9);
  });
});

const core = await load();
const DIM = 120;

const SETTINGS: Record<string, Overrides> = {
  ridge: { verifier: { kind: "bernoulli" }, samples: 500, learner: { lambda: 0.05 } },
  mean: { verifier: { kind: "linear" }, samples: 400, learner: { kind: "mean" } },
  logistic: { generator: { kind: "linear" }, samples: 500, learner: { kind: "logistic", lambda: 0.02 } },
  sgd: { verifier: { kind: "bernoulli" }, samples: 900, learner: { kind: "sgd", learningRate: 0.04, lambda: 0.05 } },
  "isotropic ridge": { data: { kind: "isotropic" }, verifier: { kind: "linear" }, samples: 500 },
};

describe("norm, risk and calibration by three engines", () => {
  it.each(Object.entries(SETTINGS))("%s", (kind, overrides) => {
    const setting = experiment({ ...overrides, data: { ...overrides.data, dim: DIM } });
    const direct = trialsOf(core, setting, 80, 5);
    const [answer] = theoryAnswers(core, [setting]);
    for (const name of ["norm", "risk", "calibration"] as const) {
      const { mean, se } = summary(direct.map((trial) => trial[name]));
      if (name === "risk" && kind === "mean") expect([answer.risk, mean]).toEqual([Number.NaN, Number.NaN]);
      // the terms in 1/d that the theory leaves out; 14 means within 4 standard errors with probability 0.999
      else expect(Math.abs(answer[name] - mean)).toBeLessThan(4 * se + (2 * Math.max(1, mean)) / DIM);
    }
    if (kind === "logistic") return;
    const run = openTrials("reduced", core, setting);
    const reduced = run.run({ seed: 6, cell: [0, 2] }, 0, 400);
    run.close();
    // 4 laws, each refused once in 10⁴
    expect(
      kolmogorovSmirnov(
        direct.map(({ norm }) => norm),
        reduced.map(({ norm }) => norm),
      ),
    ).toBeGreaterThan(1e-4);
  });
});
