import { describe, expect, it } from "vitest";
import type { Trial } from "../../src/core/trials.js";
import { CellTrials } from "../../src/engine/cell.js";
import { load, type ScenarioInput } from "../../src/index.js";
import { Plan } from "../../src/model/cells.js";
import { parseScenario } from "../../src/model/scenario.js";
import { arePossible } from "../../src/sweep/queue/possible.js";

const core = await load();

const BASE: ScenarioInput = { data: { dim: 6 }, samples: 200, trials: 6 };

/** Every kind, engine and ending; the trials of each are really computed. */
const SCENARIOS: Record<string, ScenarioInput> = {
  plain: {},
  "no clean row and nothing kept": { verifier: { kind: "oracle" }, generator: { errorRate: 1 } },
  "nothing kept beside clean rows": { verifier: { kind: "oracle" }, generator: { errorRate: 1 }, realSamples: 20 },
  bernoulli: { verifier: { kind: "bernoulli", phi: 0.9, psi: 0.2, poison: 0.1 } },
  "certain verdicts": { verifier: { kind: "bernoulli", phi: 1, psi: 0 } },
  classwise: {
    verifier: { kind: "classwise", phi0: 0.9, phi1: 0.5 },
    generator: { kind: "noise-by-class", errorRate0: 0.1, errorRate1: 0.6 },
  },
  top: { verifier: { kind: "top", keep: 0.33 } },
  "top, direct": { verifier: { kind: "top", keep: 0.33 }, engine: "direct" },
  direction: { verifier: { kind: "linear" }, generator: { kind: "linear" } },
  learned: { verifier: { kind: "learned", samples: 40 }, generator: { kind: "learned", samples: 40 } },
  singular: { samples: 30, generator: { errorRate: 0.9 }, verifier: { kind: "oracle" }, learner: { lambda: 0 } },
  isotropic: { data: { dim: 6, kind: "isotropic" } },
  "a covariance": { data: { dim: 3, covariance: { kind: "diagonal", values: [1, 2, 5] } } },
  logistic: { learner: { kind: "logistic" } },
  "logistic in f64": { learner: { kind: "logistic" }, precision: "f64" },
  "conjugate gradients that do not converge": {
    data: { dim: 300, covariance: { kind: "power-law", exponent: 5 } },
    learner: { solver: "conjugate-gradients", lambda: 1e-30 },
    samples: 400,
    precision: "f64",
    engine: "direct",
  },
  "conjugate gradients": { learner: { solver: "conjugate-gradients" }, engine: "direct" },
  "conjugate gradients in f64": { learner: { solver: "conjugate-gradients" }, engine: "direct", precision: "f64" },
  sgd: { learner: { kind: "sgd" } },
  "sgd that diverges": { learner: { kind: "sgd", loss: "squared", learningRate: 50 }, samples: 5000, engine: "direct" },
  mean: { learner: { kind: "mean" } },
  perceptron: { learner: { kind: "perceptron" } },
  "generations, replaced": { generations: 4, policy: "replace", verifier: { kind: "bernoulli" } },
  "generations, mixed": { generations: 4, policy: "mix", realSamples: 30, verifier: { kind: "oracle" } },
  "generations, accumulated": { generations: 4, policy: "accumulate", realSamples: 30 },
  "generations that end": {
    generations: 3,
    policy: "replace",
    verifier: { kind: "oracle" },
    generator: { errorRate: 1 },
  },
};

function trialsOf(change: ScenarioInput) {
  const cell = new Plan(parseScenario({ ...BASE, ...change })).cell(0);
  const computed = new CellTrials(core, cell);
  const trials = computed.run(0, 6);
  computed.close();
  return { cell, trials };
}

describe("trials that were computed", () => {
  it.each(Object.entries(SCENARIOS))("are possible: %s", (_, change) => {
    const { cell, trials } = trialsOf(change);
    expect(arePossible(core, cell, trials)).toBe(true);
  });

  it("end in every way among these", () => {
    const endings = Object.values(SCENARIOS).flatMap((change) => trialsOf(change).trials.map(({ status }) => status));
    expect([...new Set(endings)].sort()).toEqual(["diverged", "empty", "not-converged", "ok", "singular"]);
  });
});

describe("trials that cannot be", () => {
  const change = (name: string, edit: (trial: Trial) => Partial<Trial>) => {
    const { cell, trials } = trialsOf(SCENARIOS[name] as ScenarioInput);
    return arePossible(
      core,
      cell,
      trials.map((trial, i) => (i === 3 ? { ...trial, ...edit(trial) } : trial)),
    );
  };

  it.each<[string, (trial: Trial) => Partial<Trial>]>([
    ["plain", () => ({ generated: 7, wrong: 0, kept: 7, keptWrong: 0 })],
    ["plain", () => ({ iterations: 9e15 })],
    ["plain", () => ({ gradientNorm: Number.POSITIVE_INFINITY })],
    ["plain", ({ accuracy }) => ({ accuracy: accuracy + 2 ** -53 })],
    ["plain", ({ agreement }) => ({ agreement: agreement - 2 ** -52 })],
    ["plain", ({ cosine }) => ({ cosine: -cosine })],
    ["plain", ({ kept }) => ({ kept: kept - 1 })],
    ["plain", () => ({ wrong: 200, keptWrong: 200 })],
    ["plain", () => ({ status: "not-converged" })],
    ["plain", () => ({ status: "empty" })],
    ["plain", () => ({ status: "diverged" })],
    ["mean", () => ({ status: "singular", accuracy: 0, agreement: 0, cosine: 0 })],
    ["certain verdicts", ({ kept }) => ({ kept: kept + 1, keptWrong: 1 })],
    ["bernoulli", () => ({ kept: 0, keptWrong: 0 })],
    ["top", ({ kept }) => ({ kept: kept + 1 })],
    ["isotropic", ({ accuracy }) => ({ agreement: accuracy / 2 })],
    ["logistic", () => ({ iterations: 31_000 })],
    ["logistic", () => ({ gradientNorm: 0.5 })],
    ["logistic", () => ({ status: "not-converged", gradientNorm: Number.POSITIVE_INFINITY })],
    ["conjugate gradients", () => ({ iterations: 2001 })],
    ["conjugate gradients in f64", () => ({ gradientNorm: 1e-9 })],
    ["no clean row and nothing kept", () => ({ status: "ok" })],
    [
      "generations that end",
      ({ generations = [] }) => ({
        generations: generations.map((one, g) => (g === 2 ? { ...one, generated: 200 } : one)),
      }),
    ],
    [
      "generations, mixed",
      ({ generations = [] }) => ({
        generations: generations.map((one, g) => (g === 1 ? { ...one, status: "empty" } : one)),
      }),
    ],
  ])("are told from those of: %s, changed by %s", (name, edit) => {
    expect(change(name, edit)).toBe(false);
  });
});
