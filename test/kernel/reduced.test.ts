import { describe, expect, it } from "vitest";
import type { Core } from "../../src/core/core.js";
import type { Trial } from "../../src/core/trials.js";
import { simulate } from "../oracle/direct.js";
import { uniforms } from "../oracle/random.js";
import { kolmogorovSmirnov, standardErrorsApart, summary } from "../oracle/statistics.js";
import { kolmogorovStatistic } from "../oracle/variates.js";
import { buildsOfEdition } from "./builds.js";
import { type ExperimentSetting, experiment, type Overrides, openTrials } from "./experiment.js";

type Engine = "reduced" | "direct";

function trialsBy(engine: Engine, core: Core, setting: ExperimentSetting, trials: number, seed: number): Trial[] {
  const run = openTrials(engine, core, setting);
  try {
    return run.run({ seed, cell: [24, 6] }, 0, trials);
  } finally {
    run.close();
  }
}

const cosines = (trials: readonly { cosine: number; status?: string }[]) =>
  trials.filter(({ cosine, status }) => !Number.isNaN(cosine) && (status ?? "ok") === "ok").map(({ cosine }) => cosine);

/** Of every kind of data, generator, verifier and learner at least one. */
const AGAINST_ROWS: [string, Overrides][] = [
  ["noise", { verifier: { kind: "bernoulli" } }],
  ["noise, fewer rows than dimensions", { samples: 6, learner: { lambda: 0.01 } }],
  ["noise, fewer rows than moments", { samples: 2, verifier: { kind: "random" } }],
  ["isotropic noise", { data: { kind: "isotropic" }, verifier: { kind: "oracle", poison: 0.2 } }],
  ["noise, linear verifier", { verifier: { kind: "linear", poison: 0.2 } }],
  ["noise, top, sgd", { verifier: { kind: "top" }, learner: { kind: "sgd" } }],
  ["linear both", { generator: { kind: "linear" }, verifier: { kind: "linear", angleToGenerator: 1.1 } }],
  ["linear, top, isotropic", { data: { kind: "isotropic" }, generator: { kind: "linear" }, verifier: { kind: "top" } }],
  [
    "learned, linear verifier, mean",
    { generator: { kind: "learned" }, verifier: { kind: "linear" }, learner: { kind: "mean" } },
  ],
  ["learned both, clean rows", { generator: { kind: "learned" }, verifier: { kind: "learned" }, realSamples: 20 }],
  [
    "sgd, squared loss, clean rows last",
    { realSamples: 20, learner: { kind: "sgd", loss: "squared", learningRate: 0.03 } },
  ],
  ["mean, clean rows", { realSamples: 20, learner: { kind: "mean" } }],
];

// 12 experiments and two builds: 24 Kolmogorov–Smirnov tests at 1e-4 and 96 differences of means beyond 4.5 standard
// errors (7e-6 each) fail by chance in one choice of seeds out of 300
buildsOfEdition("the reduced engine has the law of rows really drawn", (core) => {
  it.each(AGAINST_ROWS)("%s", (name, overrides) => {
    const setting = experiment(overrides);
    const want = simulate(setting, 300, name.length);
    const got = trialsBy("reduced", core, setting, 2000, 1);
    for (const what of ["wrong", "kept", "keptWrong"] as const) {
      const count = (trial: Pick<Trial, typeof what>) => trial[what];
      expect(standardErrorsApart(got.map(count), want.map(count)), what).toBeLessThan(4.5);
    }
    expect(standardErrorsApart(cosines(got), cosines(want))).toBeLessThan(4.5);
    expect(kolmogorovSmirnov(cosines(got), cosines(want))).toBeGreaterThan(1e-4);
  });
});

/** A setting of any kinds and sizes, drawn by `uniform`. */
function anySetting(uniform: () => number): ExperimentSetting {
  const pick = <T>(...choices: T[]): T => choices[Math.floor(uniform() * choices.length)];
  return experiment({
    data: { kind: pick("mixture", "isotropic"), dim: pick(1, 2, 3, 4, 5, 8, 20), meanNorm: pick(0.5, 1.5) },
    generator: { kind: pick("noise", "linear", "learned"), samples: pick(20, 40) },
    verifier: {
      kind: pick("none", "random", "oracle", "bernoulli", "linear", "learned", "top"),
      angleToGenerator: pick(null, 0.6, 1.5),
      poison: pick(0, 0, 0.2),
    },
    learner: {
      kind: pick("ridge", "ridge", "mean", "sgd"),
      lambda: pick(0, 0.01, 1),
      loss: pick("logistic", "squared"),
      learningRate: pick(0.05, 0.3),
    },
    samples: pick(3, 10, 20, 40, 80),
    realSamples: pick(0, 0, 7),
    precision: "f64",
  });
}

buildsOfEdition("reduced and direct engine answer alike", (core, build) => {
  const count = build === "debug" ? 15 : 120;

  it(`on ${count} settings drawn at random`, () => {
    const uniform = uniforms(7515);
    const values: number[] = [];
    for (let i = 0; i < count; i++) {
      const setting = anySetting(uniform);
      const [direct, reduced] = (["direct", "reduced"] as const).map((engine) =>
        trialsBy(engine, core, setting, 500, 2 * i + (engine === "direct" ? 1 : 0)),
      );
      const [a, b] = [cosines(direct), cosines(reduced)];
      const named = JSON.stringify(setting);
      // how many trials end without a model, as a proportion: 5 standard errors
      expect(Math.abs(a.length - b.length), named).toBeLessThanOrEqual(5 * Math.sqrt(0.5 * 500));
      if (setting.data.dim === 1 || a.length < 50 || b.length < 50) continue; // the cosine is ±1, or hardly any
      const p = kolmogorovSmirnov(a, b);
      expect(p, named).toBeGreaterThan(1e-5);
      values.push(p);
    }
    // the p-values themselves are uniform, but for the few near 1 that the series rounds up
    expect(kolmogorovStatistic(values, (p) => Math.min(1, p))).toBeLessThan(2.2);
  });

  it("over generations that replace, mix and accumulate", () => {
    const policies: Overrides[] = [
      { policy: "replace", verifier: { kind: "bernoulli" } },
      { policy: "mix", realSamples: 15, verifier: { kind: "linear" } },
      { policy: "mix", realSamples: 15, verifier: { kind: "learned", relearn: true }, learner: { kind: "sgd" } },
      { policy: "replace", generator: { kind: "learned" }, verifier: { kind: "learned" } },
      { policy: "replace", generator: { kind: "linear" }, verifier: { kind: "linear", angleToGenerator: 1.1 } },
      { policy: "accumulate", verifier: { kind: "top" }, learner: { kind: "mean" } },
      { policy: "accumulate", verifier: { kind: "learned", relearn: true }, learner: { kind: "mean" } },
      { policy: "accumulate", verifier: { kind: "linear" }, learner: { kind: "sgd" } },
    ];
    for (const overrides of policies) {
      const setting = experiment({ ...overrides, samples: 30, generations: 4, precision: "f64" });
      const [direct, reduced] = (["direct", "reduced"] as const).map((engine) =>
        trialsBy(engine, core, setting, 600, engine === "direct" ? 3 : 4).map(({ generations }) => generations ?? []),
      );
      for (const g of [1, 3]) {
        const [a, b] = [direct, reduced].map((trials) => cosines(trials.map((generations) => generations[g])));
        expect(kolmogorovSmirnov(a, b), `${JSON.stringify(overrides)}, generation ${g}`).toBeGreaterThan(1e-5);
      }
      // what one generation hands to the next, not only each by itself
      const [a, b] = [direct, reduced].map((trials) => trials.map((run) => run[1].cosine * run[3].cosine));
      expect(kolmogorovSmirnov(a, b), JSON.stringify(overrides)).toBeGreaterThan(1e-5);
    }
  });
});

buildsOfEdition("the reduced engine", (core) => {
  const bernoulli: Overrides = { verifier: { kind: "bernoulli" } };

  it("gives the same trials whatever is computed before or beside them", () => {
    for (const overrides of [
      bernoulli,
      { verifier: { kind: "top" }, generator: { kind: "learned" } } satisfies Overrides,
    ]) {
      const run = openTrials("reduced", core, experiment(overrides));
      const key = { seed: 5, cell: [1, 2] } as const;
      const all = run.run(key, 0, 6);
      expect([...run.run(key, 3, 3), ...run.run(key, 0, 3)]).toEqual([...all.slice(3), ...all.slice(0, 3)]);
      run.close();
    }
  });

  describe("from 10^3 to 10^12 rows", () => {
    // Least squares on M kept rows, a share q of them wrong: with c = r(1 − 2q) and C = 1 + r², a → c/C, and outside
    // b = W⁻¹Gᵀe has M‖b‖²/p → σ² = 1 − c²/C, so M tan²(w, u) / p → σ²C²/c² as d/M → 0
    it.each([1e6, 1e9, 1e12])("meets the limit of least squares at %d", (samples) => {
      const dim = 120;
      const setting = experiment({
        ...bernoulli,
        samples,
        data: { dim },
        generator: { errorRate: 0.3 },
        learner: { lambda: 1e-15 },
      });
      const trials = trialsBy("reduced", core, setting, 400, 6);
      const [correct, wrong] = [0.7 * 0.8, 0.3 * 0.3];
      const c = (1.2 * (correct - wrong)) / (correct + wrong);
      const spread = 1 + 1.2 ** 2;
      const limit = ((1 - c ** 2 / spread) * spread ** 2) / c ** 2;
      const scaled = trials.map(({ cosine, kept }) => (kept * (1 - cosine ** 2)) / cosine ** 2 / (dim - 1) / limit);
      // relative sd of χ²_119/119 is 0.13; the finite M adds d/M = 1e-4
      expect(Math.abs(summary(scaled).mean - 1)).toBeLessThan((4.5 * 0.13) / Math.sqrt(400) + 1e-4);
    });

    it("counts what it would have drawn", () => {
      const setting = experiment({ ...bernoulli, samples: 1e12, generator: { errorRate: 0.3 } });
      for (const { wrong, kept, keptWrong, generated } of trialsBy("reduced", core, setting, 50, 7)) {
        expect(generated).toBe(1e12);
        // standard deviations are 4.6e5, 4.8e5 and 2.9e5
        expect(Math.abs(wrong - 3e11)).toBeLessThan(5 * 4.6e5);
        expect(Math.abs(kept - 6.5e11)).toBeLessThan(5 * 4.8e5);
        expect(Math.abs(keptWrong - 9e10)).toBeLessThan(5 * 2.9e5);
      }
    });
  });

  it("turns over when correct and wrong labels change places", () => {
    const there = experiment({ verifier: { kind: "bernoulli", phi: 0.8, psi: 0.3 }, generator: { errorRate: 0.2 } });
    const back = experiment({ verifier: { kind: "bernoulli", phi: 0.3, psi: 0.8 }, generator: { errorRate: 0.8 } });
    const [a, b] = [there, back].map((setting, i) => cosines(trialsBy("reduced", core, setting, 2000, 8 + i)));
    expect(
      kolmogorovSmirnov(
        a,
        b.map((cosine) => -cosine),
      ),
    ).toBeGreaterThan(1e-4);
  });

  it("learns the class mean as the ridge penalty grows", () => {
    const [ridge, mean] = (["ridge", "mean"] as const).map((kind, i) =>
      cosines(trialsBy("reduced", core, experiment({ ...bernoulli, learner: { kind, lambda: 1e8 } }), 2000, 10 + i)),
    );
    expect(kolmogorovSmirnov(ridge, mean)).toBeGreaterThan(1e-4);
  });

  it("says how a trial without a model ended", () => {
    const statuses = (overrides: Overrides) =>
      new Set(trialsBy("reduced", core, experiment(overrides), 20, 12).map(({ status }) => status));
    expect(statuses({ verifier: { kind: "bernoulli", phi: 0, psi: 0 } })).toEqual(new Set(["empty"]));
    expect(statuses({ samples: 0 })).toEqual(new Set(["empty"]));
    expect(statuses({ samples: 7, learner: { lambda: 0 } })).toEqual(new Set(["singular"]));
    expect(statuses({ samples: 8, learner: { lambda: 0 } })).toEqual(new Set(["ok"]));
    expect(statuses({ generator: { kind: "learned", samples: 5, lambda: 0 } })).toEqual(new Set(["singular"]));
    expect(statuses({ samples: 3000, learner: { kind: "sgd", loss: "squared", learningRate: 50 } })).toEqual(
      new Set(["diverged"]),
    );
  });
});
