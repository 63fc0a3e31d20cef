import { describe, expect, it } from "vitest";
import { load } from "../../src/core/simulationCore.js";
import { ridgeSolver, withSolver } from "../../src/engine/cell.js";
import { chooseEngine, type EngineName, engineFault } from "../../src/engine/choose.js";
import { theories, theory } from "../../src/engine/theory.js";
import { type CellScenario, parseScenario, type ScenarioInput } from "../../src/model/scenario.js";

// Choices and limits: which engine, which solver, how large. A law cannot show that they are wrong.

const cell = (input: ScenarioInput): CellScenario => {
  const { sweep, plot, name, description, ...scenario } = parseScenario(input);
  return scenario;
};
const fault = (engine: EngineName, input: ScenarioInput) => engineFault(engine, cell(input))?.message;

describe("the limits of an engine", () => {
  it("of the direct one are 20,000 dimensions and 2^31 − 1 rows, clean ones included", () => {
    expect(fault("direct", { data: { dim: 20_000 } })).toBeUndefined();
    expect(fault("direct", { data: { dim: 20_001 } })).toBe("data.dim must be at most 20000, got 20001");
    const rows = 2 ** 31 - 1;
    expect(fault("direct", { samples: rows })).toBeUndefined();
    expect(fault("direct", { samples: rows - 5, realSamples: 5 })).toBeUndefined();
    expect(fault("direct", { samples: rows - 5, realSamples: 6 })).toBe(
      `samples + realSamples must be at most ${rows}, got ${rows + 1}`,
    );
  });

  it("of the reduced one are the rows that a top fraction ranks, and nothing else", () => {
    const top = { kind: "top" } as const;
    expect(fault("reduced", { samples: 2 ** 31 - 1, verifier: top })).toBeUndefined();
    expect(fault("reduced", { samples: 2 ** 31, verifier: top })).toBe(
      "a top-fraction verifier ranks at most 2147483647 rows",
    );
    expect(fault("reduced", { samples: 10 ** 15, data: { dim: 100_000 } })).toBeUndefined();
  });

  it("of the theory are none", () => {
    expect(fault("theory", { samples: Number.MAX_SAFE_INTEGER, data: { dim: 100_000 } })).toBeUndefined();
  });
});

describe("the engine that auto takes", () => {
  const accumulate = { generations: 3, policy: "accumulate" } as const;
  it.each<[string, ScenarioInput, EngineName, RegExp]>([
    ["ridge", {}, "reduced", /same distribution/],
    ["the perceptron", { learner: { kind: "perceptron" } }, "reduced", /same distribution/],
    ["logistic", { learner: { kind: "logistic" } }, "direct", /learner.kind logistic has no reduction/],
    ["a covariance", { data: { covariance: { kind: "power-law", exponent: 1 } } }, "direct", /covariance identity/],
    ["ridge on accumulated rows", accumulate, "direct", /accumulated rows has no reduction/],
    [
      "the class mean on accumulated rows",
      { ...accumulate, learner: { kind: "mean" } },
      "reduced",
      /same distribution/,
    ],
    ["ridge, accumulate of one generation", { ...accumulate, generations: 1 }, "reduced", /same distribution/],
    ["what is asked for", { engine: "direct" }, "direct", /asked for/],
  ])("of %s", (_, input, engine, reason) => {
    const choice = chooseEngine(cell(input));
    expect(choice.engine).toBe(engine);
    expect(choice.reason).toMatch(reason);
  });
});

describe("the solver of ridge", () => {
  const solver = (input: ScenarioInput) => ridgeSolver(cell(input));
  const iterated = "conjugate-gradients";

  // With λ = 0.01, r = 1 and N = 10,000 the bound on the steps is 11.8 for d = 90 and 11.9 for d = 100 (½√κ·log 2/ε, by hand), and
  // conjugate gradients must be twice as cheap: 2·4·M·d·steps < M·d² + d³, which is d > 93.8 and d > 94.5.
  it("is the cheaper one by twice: about eight times as many dimensions as steps", () => {
    expect(solver({ data: { dim: 90 } })).toBe("cholesky");
    expect(solver({ data: { dim: 100 } })).toBe(iterated);
    // rows that span the space badly take more steps: M = d, κ = (4 + 1 + 0.01)/0.01, 162 steps, and 8 · 162 < 2d
    expect(solver({ data: { dim: 640 }, samples: 640 })).toBe("cholesky");
    expect(solver({ data: { dim: 660 }, samples: 660 })).toBe(iterated);
  });

  it("counts no eigenvalues outside the span of few rows, and no more steps than they are", () => {
    // M = 0.8d: κ = (4.486 + 1 + 0.01)/(0.0139 + 0.01), 110 steps, and 8 · 110 < d + 1.25d is d > 391
    expect(solver({ data: { dim: 385 }, samples: 308 })).toBe("cholesky");
    expect(solver({ data: { dim: 395 }, samples: 316 })).toBe(iterated);
    // M = 4: 4 · 4 < d + d²/4 is d > 6.2
    expect(solver({ data: { dim: 6 }, samples: 4 })).toBe("cholesky");
    expect(solver({ data: { dim: 7 }, samples: 4 })).toBe(iterated);
  });

  it("counts the signal of two classes, which one Gaussian has not, and clean rows", () => {
    expect(solver({ data: { dim: 78 } })).toBe("cholesky");
    expect(solver({ data: { dim: 78, kind: "isotropic" } })).toBe(iterated);
    expect(solver({ data: { dim: 100, meanNorm: 2 } })).toBe("cholesky");
    expect(solver({ data: { dim: 130 }, samples: 150 })).toBe("cholesky");
    expect(solver({ data: { dim: 130 }, samples: 150, realSamples: 9_850 })).toBe(iterated);
  });

  it("is Cholesky if the rows are more than a gigabyte, in f64, without a penalty and with a covariance", () => {
    const dim = 128;
    const most = 2 ** 30 / (4 * dim);
    expect(solver({ data: { dim }, samples: most })).toBe(iterated);
    expect(solver({ data: { dim }, samples: most + 1 })).toBe("cholesky");
    expect(solver({ data: { dim }, precision: "f64" })).toBe("cholesky");
    expect(solver({ data: { dim }, learner: { lambda: 0 } })).toBe("cholesky");
    expect(solver({ data: { dim, covariance: { kind: "power-law", exponent: 0 } } })).toBe("cholesky");
  });

  it("is the one asked for, and no matter of other learners", () => {
    for (const asked of ["cholesky", iterated] as const) {
      for (const dim of [20, 128]) expect(solver({ data: { dim }, learner: { solver: asked } })).toBe(asked);
    }
    const logistic = cell({ data: { dim: 128 }, learner: { kind: "logistic" } });
    expect(withSolver(logistic)).toBe(logistic);
    expect(withSolver(cell({ data: { dim: 128 } })).learner.solver).toBe(iterated);
  });
});

describe("a batch of the theory", () => {
  it("has the answers of its cells alone, if dimensions and covariances change from one to the next", async () => {
    const core = await load();
    const powerLaw = { kind: "power-law", exponent: 1 } as const;
    const cells = [50, 100, 400, 50].flatMap((dim) =>
      (["identity", powerLaw, { ...powerLaw, exponent: 0.5 }] as const).map((covariance) =>
        cell({ data: { dim, covariance }, samples: 500 }),
      ),
    );
    const alone = cells.map((one) => theories(core, [one])[0]?.accuracy);
    expect(theories(core, cells).map(({ accuracy }) => accuracy)).toEqual(alone);
    expect(new Set(alone).size).toBe(9);
    const swept: ScenarioInput = {
      data: { covariance: powerLaw },
      samples: 500,
      sweep: { "data.dim": [50, 100, 400] },
    };
    expect(theory(core, swept).map(({ accuracy }) => accuracy)).toEqual([alone[1], alone[4], alone[7]]);
  });
});
