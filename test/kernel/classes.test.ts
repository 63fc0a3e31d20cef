import { expect, it } from "vitest";
import type { Trial } from "../../src/core/trials.js";
import { breakdownPoint, expectedRates } from "../../src/model/breakdown.js";
import { parseScenario } from "../../src/model/scenario.js";
import { simulate } from "../oracle/direct.js";
import { kolmogorovSmirnov, standardErrorsApart, summary } from "../oracle/statistics.js";
import { buildsOfEdition } from "./builds.js";
import {
  type ExperimentSetting,
  experiment,
  type Overrides,
  openTrials,
  theoryAnswers,
  theoryTrajectory,
} from "./experiment.js";

// What depends on the true class is folded before it comes to the kernels; the oracle draws the class of every row and
// asks for its own rates.
const CLASSWISE = { kind: "classwise", phi0: 0.95, phi1: 0.5, psi01: 0.6, psi10: 0.05 } as const;

const NOISE = { kind: "noise-by-class", errorRate0: 0.05, errorRate1: 0.6 } as const;

const SETTINGS: [string, Overrides][] = [
  ["noise by class, bernoulli", { generator: NOISE, verifier: { kind: "bernoulli" } }],
  ["noise by class, a verifier that looks at x", { generator: NOISE, verifier: { kind: "linear", poison: 0.1 } }],
  ["noise by class, top, isotropic", { data: { kind: "isotropic" }, generator: NOISE, verifier: { kind: "top" } }],
  ["noise by class and classwise", { generator: NOISE, verifier: CLASSWISE }],
  [
    "noise by class and classwise, poisoned, isotropic",
    { data: { kind: "isotropic" }, generator: NOISE, verifier: { ...CLASSWISE, poison: 0.2 } },
  ],
  ["classwise on noise", { verifier: CLASSWISE }],
  ["classwise on noise, poisoned", { verifier: { ...CLASSWISE, poison: 0.15 } }],
  ["classwise on noise, isotropic", { data: { kind: "isotropic" }, verifier: CLASSWISE, realSamples: 10 }],
  [
    "classwise on a linear generator",
    { generator: { kind: "linear" }, verifier: CLASSWISE, learner: { kind: "mean" } },
  ],
  [
    "classwise on a linear generator, isotropic",
    { data: { kind: "isotropic" }, generator: { kind: "linear" }, verifier: CLASSWISE },
  ],
  [
    "classwise on a learned generator, in sequence",
    { generator: { kind: "learned" }, verifier: CLASSWISE, learner: { kind: "sgd" } },
  ],
];

const cosines = (trials: readonly { cosine: number; status?: string }[]) =>
  trials.filter(({ cosine, status }) => !Number.isNaN(cosine) && (status ?? "ok") === "ok").map(({ cosine }) => cosine);

buildsOfEdition("rates that depend on the true class", (core) => {
  const trialsBy = (engine: "direct" | "reduced", setting: ExperimentSetting, count: number): Trial[] => {
    const run = openTrials(engine, core, setting);
    const trials = run.run({ seed: engine === "direct" ? 1 : 2, cell: [9, 24] }, 0, count);
    run.close();
    return trials;
  };

  // each setting twice in two builds: tests at 1e-4 and differences beyond 4.5 standard errors (7e-6 each) fail by chance in one
  // choice of seeds out of 200
  it.each(SETTINGS)("have the law of rows drawn by class: %s", (name, overrides) => {
    const setting = experiment(overrides);
    const want = simulate(setting, 400, name.length);
    for (const engine of ["direct", "reduced"] as const) {
      const got = trialsBy(engine, setting, 1500);
      for (const what of ["wrong", "kept", "keptWrong"] as const) {
        const count = (trial: Pick<Trial, typeof what>) => trial[what];
        expect(standardErrorsApart(got.map(count), want.map(count)), `${engine} ${what}`).toBeLessThan(4.5);
      }
      expect(kolmogorovSmirnov(cosines(got), cosines(want)), engine).toBeGreaterThan(1e-4);
    }
  });

  it.each(SETTINGS)("have a theory that agrees with the reduced engine: %s", (_, overrides) => {
    const learner = overrides.learner?.kind === "mean" ? {} : ({ learner: { kind: "ridge" } } as const);
    const setting = experiment({ ...overrides, ...learner, data: { ...overrides.data, dim: 200 }, samples: 700 });
    const [answer] = theoryAnswers(core, [setting]);
    const trials = trialsBy("reduced", setting, 400);
    const { mean, se } = summary(trials.map(({ accuracy }) => accuracy));
    expect(Math.abs((answer?.accuracy ?? 0) - mean)).toBeLessThan(4 * se + 1 / 200);
    const kept = summary(trials.map((trial) => trial.kept / setting.samples));
    expect(Math.abs((answer?.keepRate ?? 0) - kept.mean)).toBeLessThan(4 * kept.se + 1e-9); // TOP keeps the same share in every trial
  });
});

buildsOfEdition("rates by class over generations", (core) => {
  const setting = experiment({ generator: NOISE, verifier: CLASSWISE, generations: 3, samples: 200 });
  const first = { phi: (0.95 * 0.95 + 0.4 * 0.5) / 1.35, psi: (0.05 * 0.6 + 0.6 * 0.05) / 0.65 };
  const later = { phi: 0.725, psi: 0.325 };

  // each rate is a share of so many independent rows: 12 of them beyond 5 standard errors fail once in 10⁵ choices of seeds
  it.each(["direct", "reduced"] as const)(
    "are weighted by the first labels' errors, and plain means on what a model labels: %s",
    (engine) => {
      const run = openTrials(engine, core, setting);
      const trials = run.run({ seed: 5, cell: [9, 25] }, 0, 1500);
      run.close();
      for (const [g, want] of [first, later, later].entries()) {
        const rounds = trials.map((trial) => trial.generations?.[g] as Trial).filter(({ status }) => status === "ok");
        const sum = (count: (trial: Trial) => number) => rounds.reduce((total, trial) => total + count(trial), 0);
        const [right, wrong] = [sum((trial) => trial.generated - trial.wrong), sum((trial) => trial.wrong)];
        const phi = sum((trial) => trial.kept - trial.keptWrong) / right;
        const psi = sum((trial) => trial.keptWrong) / wrong;
        expect(Math.abs(phi - want.phi), `φ of round ${g + 1}`).toBeLessThan(5 * Math.sqrt(0.25 / right));
        expect(Math.abs(psi - want.psi), `ψ of round ${g + 1}`).toBeLessThan(5 * Math.sqrt(0.25 / wrong));
      }
    },
  );

  it("are so in the theory", () => {
    const rates = theoryTrajectory(core, setting).map(({ phi, psi }) => ({ phi, psi }));
    for (const [g, want] of [first, later, later].entries()) {
      expect(rates[g]?.phi).toBeCloseTo(want.phi, 14);
      expect(rates[g]?.psi).toBeCloseTo(want.psi, 14);
    }
  });
});

it("the breakdown point of a classwise verifier is that of its means", () => {
  const scenario = parseScenario({ verifier: CLASSWISE });
  const rates = expectedRates(scenario);
  expect(rates).toEqual({ phi: 0.725, psi: 0.325 });
  expect(rates && breakdownPoint(rates)).toBeCloseTo(0.725 / 1.05, 14);
});
