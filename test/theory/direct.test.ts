import { describe, expect, it } from "vitest";
import { load } from "../../src/core/simulationCore.js";
import { experiment, type Overrides, trialsOf } from "../kernel/experiment.js";
import { bivariateNormalCdfSlow, normalCdfSlow } from "../oracle/special.js";
import { deviationsOff, summary } from "../oracle/statistics.js";

const core = await load();
const run = (overrides: Overrides, trials: number) => trialsOf(core, experiment(overrides), trials, 2406);

/** The pooled counts of a run: p, φ and ψ, each a share of so many rows. */
function counts(overrides: Overrides) {
  const trials = run({ samples: 4000, learner: { kind: "mean" }, ...overrides }, 25);
  const total = (count: (trial: (typeof trials)[number]) => number) =>
    trials.reduce((sum, trial) => sum + count(trial), 0);
  const [generated, wrong, kept, keptWrong] = [
    total((trial) => trial.generated),
    total((trial) => trial.wrong),
    total((trial) => trial.kept),
    total((trial) => trial.keptWrong),
  ];
  return { generated, wrong, correct: generated - wrong, keptCorrect: kept - keptWrong, keptWrong };
}

const ANGLES = [
  { gen: 0.3, prune: 0.5, between: 0.7 },
  { gen: 0.9, prune: 0.4, between: null },
  { gen: 1.2, prune: 1.9, between: 0.8 },
  { gen: 2.0, prune: 0.3, between: 1.8 },
];

// 24 shares with a limit of 4.5 standard errors: all hold with probability 0.9998
describe("rates of a linear generator and a linear verifier, 10^5 rows", () => {
  const scenario = (kind: "mixture" | "isotropic", { gen, prune, between }: (typeof ANGLES)[number]) => ({
    data: { kind, meanNorm: 1.3 },
    generator: { kind: "linear" as const, angle: gen },
    verifier: { kind: "linear" as const, angle: prune, angleToGenerator: between },
  });
  const cosineOf = ({ gen, prune, between }: (typeof ANGLES)[number]) =>
    between === null ? Math.cos(gen) * Math.cos(prune) : Math.cos(between);

  it.each(ANGLES)("mixture: p = Φ(−r cos θ_gen), φ and ψ by Φ₂; $gen, $prune, $between", (angles) => {
    const { generated, wrong, correct, keptCorrect, keptWrong } = counts(scenario("mixture", angles));
    const [a, b] = [1.3 * Math.cos(angles.gen), 1.3 * Math.cos(angles.prune)];
    const rho = cosineOf(angles);
    expect(deviationsOff(wrong, generated, normalCdfSlow(-a))).toBeLessThan(4.5);
    expect(deviationsOff(keptCorrect, correct, bivariateNormalCdfSlow(a, b, rho) / normalCdfSlow(a))).toBeLessThan(4.5);
    expect(deviationsOff(keptWrong, wrong, bivariateNormalCdfSlow(-a, -b, rho) / normalCdfSlow(-a))).toBeLessThan(4.5);
  });

  it.each(ANGLES)("isotropic: areas of spherical triangles; $gen, $prune, $between", (angles) => {
    const { generated, wrong, correct, keptCorrect, keptWrong } = counts(scenario("isotropic", angles));
    const p = angles.gen / Math.PI;
    // P(three half-spaces) = 1/8 + Σ asin ρ / 4π (Sheppard; David 1953)
    const triangle = (a: number, b: number, c: number) =>
      1 / 8 + (Math.asin(a) + Math.asin(b) + Math.asin(c)) / (4 * Math.PI);
    const [g, v, rho] = [Math.cos(angles.gen), Math.cos(angles.prune), cosineOf(angles)];
    expect(deviationsOff(wrong, generated, p)).toBeLessThan(4.5);
    expect(deviationsOff(keptCorrect, correct, (2 * triangle(g, v, rho)) / (1 - p))).toBeLessThan(4.5);
    expect(deviationsOff(keptWrong, wrong, (2 * triangle(-g, -v, rho)) / p)).toBeLessThan(4.5);
  });
});

// Feng et al. 2024, arXiv 2406.07515, §3: with endless data the learner agrees with the Bayes rule below p⋆ = φ/(φ+ψ)
// and contradicts it above. Here d = 50, N = 50 000, so N finite leaves a few hundredths.
describe("the breakdown point, φ = 0.8, ψ = 0.3: p⋆ = 8/11", () => {
  const agreement = (errorRate: number, kind: "bernoulli" | "oracle" | "none") => {
    const overrides: Overrides = { data: { dim: 50, meanNorm: 1.5 }, generator: { errorRate }, verifier: { kind } };
    return run({ ...overrides, samples: 50_000, learner: { lambda: 0.01 } }, 1)[0].agreement;
  };

  it.each([
    { kind: "bernoulli", p: 0.3, above: 0.95 },
    { kind: "bernoulli", p: 0.68, above: 0.8 },
    { kind: "oracle", p: 0.9, above: 0.95 },
    { kind: "none", p: 0.45, above: 0.8 },
  ] as const)("$kind at p = $p agrees", ({ kind, p, above }) => {
    expect(agreement(p, kind)).toBeGreaterThan(above);
  });

  it.each([
    { kind: "bernoulli", p: 0.9, below: 0.08 },
    { kind: "bernoulli", p: 0.77, below: 0.2 },
    { kind: "none", p: 0.55, below: 0.2 },
  ] as const)("$kind at p = $p contradicts", ({ kind, p, below }) => {
    expect(agreement(p, kind)).toBeLessThan(below);
  });
});

/** Accuracy of ridge on label noise as d, M → ∞ at γ = d/M: the deterministic equivalent of Marchenko & Pastur, Σ = I. */
function limit(gamma: number, lambda: number, errorRate: number, r: number): number {
  const root = Math.sqrt((1 - gamma + lambda) ** 2 + 4 * gamma * lambda);
  const kappa = (root - (1 - gamma + lambda)) / (2 * lambda);
  const signal = (1 - 2 * errorRate) * r;
  const second = 1 + r * r;
  const along = signal / (1 + kappa) / (second / (1 + kappa) + lambda);
  const trace = gamma / (1 + lambda * (1 + kappa)) ** 2;
  const residual = 1 - 2 * signal * along + second * along * along;
  return normalCdfSlow((r * along) / Math.sqrt(along * along + (trace / (1 - trace)) * residual));
}

describe("ridge where dimension and rows grow together", () => {
  it.each([
    { gamma: 0.2, lambda: 0.01 },
    { gamma: 0.5, lambda: 0.1 },
    { gamma: 1, lambda: 0.05 },
    { gamma: 1.75, lambda: 0.5 },
  ])("has the accuracy of the Marchenko–Pastur limit: γ = $gamma, λ = $lambda", ({ gamma, lambda }) => {
    const dim = 140;
    const trials = run(
      { data: { dim, meanNorm: 1.5 }, generator: { errorRate: 0.2 }, samples: dim / gamma, learner: { lambda } },
      400,
    );
    const { mean, se } = summary(trials.map(({ accuracy }) => accuracy));
    // 4.5 standard errors (0.001 to 0.002 each here) and a finite-size term of 0.2/d
    expect(Math.abs(mean - limit(gamma, lambda, 0.2, 1.5))).toBeLessThan(4.5 * se + 0.2 / dim);
  });
});
