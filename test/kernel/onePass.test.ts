import { expect, it } from "vitest";
import { theoryApplies } from "../../src/engine/theory.js";
import { collect, load } from "../../src/index.js";
import { parseScenario, type ScenarioInput } from "../../src/model/scenario.js";
import { passSlow } from "../oracle/theoryConvex.js";
import { eachBuild } from "./builds.js";
import { experiment, theoryAnswers } from "./experiment.js";

const cosineOf = ({ a, square }: { a: number; square: number }) => a / Math.sqrt(a * a + square);

eachBuild("theory, one pass of SGD", (core) => {
  it.each([
    ["logistic", 0.1, 0.01],
    ["logistic", 0.4, 0.2],
    ["squared", 0.02, 0.01],
    ["squared", 0.05, 0],
  ] as const)("is the recursion, row by row: %s, η = %d, λ = %d", (loss, rate, lambda) => {
    const problem = { meanNorm: 1.2, wrong: 0.3, dim: 20, rate, lambda, loss };
    for (const rows of [1, 2, 7, 40, 120]) {
      const [answer] = theoryAnswers(core, [
        experiment({
          data: { dim: 20, meanNorm: 1.2 },
          samples: rows,
          learner: { kind: "sgd", loss, learningRate: rate, lambda },
        }),
      ]);
      expect(answer.status).toBe("ok");
      // the first row is exact; then 1e-5 a step, and what the field of second order leaves of steps this large
      const limit = rows === 1 ? 1e-6 : 2e-3;
      expect(Math.abs(answer.cosine - cosineOf(passSlow(problem, rows)))).toBeLessThan(limit);
    }
  });

  it("reads the clean rows last", () => {
    const problem = { meanNorm: 1.2, dim: 20, rate: 0.1, lambda: 0.05, loss: "logistic" } as const;
    const [answer] = theoryAnswers(core, [
      experiment({
        data: { dim: 20, meanNorm: 1.2 },
        generator: { errorRate: 0.9 },
        samples: 60,
        realSamples: 25,
        learner: { kind: "sgd", learningRate: 0.1, lambda: 0.05 },
      }),
    ]);
    const first = passSlow({ ...problem, wrong: 0.9 }, 60);
    const lastly = passSlow({ ...problem, wrong: 0 }, 25, first);
    const turned = passSlow({ ...problem, wrong: 0.9 }, 60, passSlow({ ...problem, wrong: 0 }, 25));
    expect(Math.abs(answer.cosine - cosineOf(lastly))).toBeLessThan(2e-3);
    expect(Math.abs(answer.cosine - cosineOf(turned))).toBeGreaterThan(0.1);
  });

  it("comes to the same equilibrium for any number of rows", () => {
    const at = (samples: number) =>
      experiment({ data: { dim: 50 }, samples, learner: { kind: "sgd", learningRate: 0.05, lambda: 0.01 } });
    const answers = theoryAnswers(core, [1e4, 1e6, 1e15].map(at));
    for (const { status, cosine } of answers) {
      expect(status).toBe("ok");
      expect(Math.abs(cosine - (answers[2]?.cosine ?? 0))).toBeLessThan(1e-4);
    }
  });
});

it("is refused with a reason for large steps and other covariances, and says if the weights have no bound", async () => {
  const fault = (input: ScenarioInput) => {
    const { sweep, ...cell } = parseScenario(input);
    return theoryApplies(cell)?.message;
  };
  const learner = { kind: "sgd" } as const;
  expect(fault({ learner })).toBeUndefined();
  expect(fault({ learner: { ...learner, learningRate: 0.6 } })).toBe(
    "the theory of sgd is one of small steps: learner.learningRate × (λ + c(1 + r²)), c = 1 (squared loss) or 1/4 (logistic), must be at most 0.25, and is 0.306",
  );
  expect(fault({ learner, data: { covariance: { kind: "power-law", exponent: 1 } } })).toBe(
    "learner.kind sgd: the theory needs data.covariance identity",
  );
  const scenario: ScenarioInput = {
    engine: "theory",
    data: { dim: 50 },
    learner: { ...learner, loss: "squared" },
    samples: 1000,
  };
  const core = await load();
  const { cells } = await collect(core, scenario);
  expect(cells[0]).toMatchObject({ status: "diverged", accuracy: { mean: null } });
  expect(cells[0]?.message).toBe("the weights grow without a bound: learner.learningRate must be smaller, got 0.1");
  const swept = { ...scenario, sweep: { "learner.learningRate": [0.01, 0.2] } };
  await expect(collect(core, swept)).rejects.toThrow("the theory of sgd is one of small steps");
});
