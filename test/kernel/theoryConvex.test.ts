import { expect, it } from "vitest";
import type { CovarianceSetting } from "../../src/core/experiment.js";
import { drawRowsSlow } from "../oracle/theory.js";
import { drawnResidualsSlow, noiseResidualsSlow } from "../oracle/theoryConvex.js";
import { buildsOfEdition } from "./builds.js";
import { experiment, type Overrides, theoryAnswers } from "./experiment.js";
import { convexRule, population } from "./theoryCalls.js";

const POPULATIONS: Overrides[] = [
  { generator: { kind: "noise" }, verifier: { kind: "bernoulli" } },
  { generator: { kind: "linear" }, verifier: { kind: "linear", angleToGenerator: 0.5 } },
  { generator: { kind: "noise" }, verifier: { kind: "linear", poison: 0.2 } },
  { generator: { kind: "linear" }, verifier: { kind: "top", keep: 0.3 }, realSamples: 80 },
  { generator: { kind: "noise" }, verifier: { kind: "oracle" }, data: { kind: "isotropic" } },
  { generator: { kind: "linear" }, verifier: { kind: "linear" }, data: { kind: "isotropic" } },
];

buildsOfEdition("theory, convex losses", (core) => {
  it("gives ridge back for the squared loss", () => {
    for (const overrides of POPULATIONS) {
      // few rows, many, and so many that a face of the data is all but orthogonal to the margin
      for (const [samples, lambda] of [
        [100, 0.05],
        [900, 1e-3],
        [1e6, 1e-4],
      ] as const) {
        const setting = experiment({
          ...overrides,
          data: { ...overrides.data, dim: 50 },
          samples,
          learner: { lambda },
        });
        const { status, a, beta } = convexRule(core, setting, "squared");
        const [ridge] = theoryAnswers(core, [setting]);
        expect(status).toBe(0);
        // the solver's 1e-9, relative, on a and β
        expect(Math.abs(a[0] / Math.hypot(...a, beta) - ridge.cosine)).toBeLessThan(5e-9);
      }
    }
  });

  it("gives ridge back for the squared loss on every covariance, and what it says of I written out", () => {
    const spectra: CovarianceSetting[] = [
      { kind: "power-law", exponent: 0.8 },
      { kind: "diagonal", values: Array.from({ length: 50 }, (_, i) => (i % 3 === 0 ? 4 : 0.3)) },
    ];
    for (const overrides of POPULATIONS) {
      for (const [samples, lambda] of [
        [100, 0.05],
        [900, 1e-3],
      ] as const) {
        const of = (covariance: CovarianceSetting, kind: "ridge" | "logistic" = "ridge") =>
          experiment({
            ...overrides,
            data: { ...overrides.data, dim: 50, covariance },
            samples,
            learner: { kind, lambda },
          });
        for (const spectrum of spectra) {
          const { status, a, beta } = convexRule(core, of(spectrum), "squared");
          const [ridge] = theoryAnswers(core, [of(spectrum)]);
          expect(status).toBe(0);
          expect(Math.abs(a[0] / Math.hypot(...a, beta) - ridge.cosine)).toBeLessThan(5e-9);
        }
        const ones: CovarianceSetting = { kind: "diagonal", values: Array<number>(50).fill(1) };
        const [written] = theoryAnswers(core, [of(ones, "logistic")]);
        const [plain] = theoryAnswers(core, [of("identity", "logistic")]);
        expect(Math.abs(written.cosine - plain.cosine)).toBeLessThan(5e-9);
      }
    }
  });

  it("solves the equations of logistic regression on label noise", () => {
    for (const [samples, lambda, meanNorm] of [
      [200, 0.01, 1.2],
      [60, 0.001, 0.7],
      [2000, 1, 2],
    ] as const) {
      const setting = experiment({
        data: { dim: 100, meanNorm },
        verifier: { kind: "bernoulli" },
        samples,
        learner: { kind: "logistic", lambda },
      });
      const { rows } = population(core, setting);
      const rule = convexRule(core, setting, "logistic");
      const wrong = (0.3 * 0.3) / (0.7 * 0.8 + 0.3 * 0.3);
      const left = noiseResidualsSlow({ meanNorm, wrong, lambda, gamma: 100 / rows }, rule);
      // the solver's 1e-9 and the grid's cut at 8 standard deviations
      for (const residual of left) expect(Math.abs(residual)).toBeLessThan(1e-8);
    }
  });

  it.each(POPULATIONS.slice(1).map((overrides, i) => [i, overrides] as const))(
    "solves them on drawn rows, population %i",
    (i, overrides) => {
      const count = 40_000;
      const data = { ...overrides.data, dim: count / 2 };
      const lambda = 0.02;
      const setting = experiment({
        ...overrides,
        data,
        samples: count,
        realSamples: 0,
        learner: { kind: "logistic", lambda },
      });
      const { rows } = population(core, setting);
      const rule = convexRule(core, setting, "logistic");
      const kept = drawRowsSlow(setting, count, 40 + i).filter((row) => row.kept);
      const left = drawnResidualsSlow(
        kept.map(({ row }) => row),
        { lambda, gamma: data.dim / rows },
        rule,
        90 + i,
      );
      // 5 settings × 5 equations at 5 standard errors: all hold with probability 0.99998; 1e-9 where a term is constant
      for (const { residual, se } of left) expect(Math.abs(residual)).toBeLessThan(5 * se + 1e-9);
    },
  );

  it("converges from endless to few rows and over ten decades of λ", () => {
    for (const overrides of POPULATIONS) {
      for (const [samples, lambda] of [
        [60, 1e-4],
        [100, 100],
        [1e5, 1e-6],
        [1e12, 0.01],
      ] as const) {
        const setting = experiment({
          ...overrides,
          data: { ...overrides.data, dim: 100 },
          samples,
          learner: { kind: "logistic", lambda },
        });
        expect(theoryAnswers(core, [setting])[0].status).toBe("ok");
      }
    }
  });

  it("converges where the equations are hard", () => {
    const isotropic = { kind: "isotropic" } as const;
    const linear = (angle: number) => ({ kind: "linear", angle }) as const;
    const settings: [string, Overrides][] = [
      // Newton's method for prox cycles here
      [
        "80 dimensions a row",
        { data: { ...isotropic, dim: 20_000 }, generator: linear(0.5), verifier: linear(0), samples: 300 },
      ],
      [
        "two faces that coincide, and the rule all but along them",
        { data: { ...isotropic, dim: 500 }, generator: linear(0), verifier: { kind: "oracle" }, samples: 1e6 },
      ],
      [
        "rows that can be separated",
        { data: { dim: 50, meanNorm: 1 }, generator: linear(0.5), verifier: linear(0.01), samples: 300 },
      ],
      ["no noise at a signal of 100", { data: { dim: 50, meanNorm: 100 }, generator: { errorRate: 0 }, samples: 1000 }],
    ];
    for (const [name, overrides] of settings) {
      for (const lambda of [1, 1e-6]) {
        const [answer] = theoryAnswers(core, [experiment({ ...overrides, learner: { kind: "logistic", lambda } })]);
        expect(answer.status, `${name}, λ = ${lambda}`).toBe("ok");
      }
    }
  });
});
