import { describe, expect, it } from "vitest";
import { ClassTrialRun, type KernelClasses } from "../../src/core/classes.js";
import type { ClassesCore } from "../../src/core/classesCore.js";
import { classesOf } from "../../src/model/classes.js";
import { kindOf } from "../../src/model/kinds.js";
import { parseScenario, type ScenarioInput } from "../../src/model/scenario.js";
import { classTrial, type SlowProblem } from "../oracle/classes.js";
import { normals, uniforms } from "../oracle/random.js";
import { summary } from "../oracle/statistics.js";
import { buildsOfEdition, type TestCore } from "./builds.js";

type Input = ScenarioInput & { classes: NonNullable<ScenarioInput["classes"]> };

const MEANS = [
  [1.5, 0],
  [-1, 1],
  [0, -1.6],
];
const CONFUSION = [
  [0.7, 0.3, 0],
  [0.1, 0.8, 0.1],
  [0, 0.45, 0.55],
];
const RETENTION = [
  [0.9, 0.2, 0.5],
  [0.3, 0.6, 0],
  [1, 0.4, 0.8],
];

const CASES: [string, Input][] = [
  ["ridge, three at corners", { classes: { count: 3 }, data: { dim: 4, meanNorm: 1.5 }, samples: 40 }],
  [
    "ridge without intercepts, unbalanced, matrices, clean rows",
    {
      classes: { means: MEANS, weights: [0.2, 0.5, 0.3], confusion: CONFUSION, retention: RETENTION, intercept: false },
      data: { dim: 5 },
      samples: 60,
      realSamples: 8,
    },
  ],
  [
    "nearest mean of unbalanced classes",
    {
      classes: { means: MEANS, weights: [0.2, 0.5, 0.3], confusion: CONFUSION },
      data: { dim: 3 },
      learner: { kind: "mean" },
      verifier: { kind: "bernoulli", poison: 0.1 },
      samples: 30,
    },
  ],
  [
    "class mean without intercepts, wrong labels to the next of five",
    {
      classes: { count: 5, errors: "next", intercept: false },
      data: { dim: 9, meanNorm: 2.5 },
      generator: { errorRate: 0.4 },
      learner: { kind: "mean" },
      samples: 60,
    },
  ],
  [
    "softmax of unbalanced classes",
    {
      classes: { means: MEANS, weights: [0.6, 0.1, 0.3] },
      data: { dim: 3 },
      learner: { kind: "logistic", lambda: 0.1 },
      samples: 40,
    },
  ],
];

function problemOf(input: Input): SlowProblem {
  const scenario = parseScenario(input);
  const { data, learner, samples, realSamples, classes } = scenario;
  if (classes === undefined) throw new Error("no classes");
  const kind = learner.kind as SlowProblem["learner"];
  return {
    ...classesOf({ ...scenario, classes }),
    ...{ dim: data.dim, samples, realSamples, lambda: learner.lambda, learner: kind },
  };
}

function kernelOf(e: SlowProblem, precision: number, points = 64): KernelClasses {
  return { ...e, learner: kindOf("learner", e.learner).code, precision, points };
}

function trialsOf(
  core: TestCore,
  e: SlowProblem,
  precision: number,
  count: number,
  engine: "direct" | "reduced" = "direct",
  points?: number,
) {
  const run = new ClassTrialRun(core as unknown as ClassesCore, kernelOf(e, precision, points), engine);
  const trials = run.run({ seed: 7, cell: [1, 2] }, 0, count);
  run.close();
  return trials;
}

const SLOW = new Map<string, ReturnType<typeof classTrial>[]>();

/** Trials of the slow engine, which each case needs once. */
function slowTrials(name: string, problem: SlowProblem) {
  const known = SLOW.get(name);
  if (known !== undefined) return known;
  const uniform = uniforms(SLOW.size + 1);
  const normal = normals(uniform);
  const count = problem.learner === "logistic" ? 30 : 200;
  const trials = Array.from({ length: count }, () => classTrial(problem, uniform, normal, 30));
  SLOW.set(name, trials);
  return trials;
}

buildsOfEdition("trials of several classes", (core) => {
  // 5 cases, 2 precisions, 2 builds, some 6 means each: 4.5 standard errors are passed by chance in one choice of seeds out of 1,000
  describe.each([4, 8])("in %d bytes", (precision) => {
    it.each(CASES)("have the means of the slow engine: %s", (name, input) => {
      const problem = problemOf(input);
      const slow = slowTrials(name, problem);
      const fast = trialsOf(core, problem, precision, 500);
      const near = (a: readonly number[], b: readonly number[]) => {
        const [first, second] = [summary(a), summary(b)];
        expect(Math.abs(first.mean - second.mean)).toBeLessThanOrEqual(4.5 * Math.hypot(first.se, second.se) + 1e-12);
      };
      for (const field of ["accuracy", "wrong", "kept", "keptWrong"] as const) {
        near(
          slow.map((trial) => trial[field]),
          fast.map((trial) => trial[field]),
        );
      }
      for (const c of problem.weights.keys()) {
        near(
          slow.map(({ recall }) => recall[c] as number),
          fast.map(({ recall }) => recall[c] as number),
        );
      }
    });
  });

  it("depend on seed and number alone, not on how many are computed together", () => {
    const problem = problemOf(CASES[1]?.[1] as Input);
    const run = new ClassTrialRun(core as unknown as ClassesCore, kernelOf(problem, 4), "direct");
    const key = { seed: 3, cell: [5, 6] as [number, number] };
    const together = run.run(key, 0, 4);
    expect([...run.run(key, 2, 2)]).toEqual(together.slice(2));
    run.close();
  });

  it("never answer a class that no row is labelled with, and are empty without a row", () => {
    const only = problemOf({
      classes: {
        count: 3,
        confusion: [
          [1, 0, 0],
          [0.5, 0.5, 0],
          [1, 0, 0],
        ],
      },
      data: { dim: 4 },
      samples: 50,
    });
    for (const learner of ["ridge", "mean", "logistic"] as const) {
      for (const { recall } of trialsOf(core, { ...only, learner }, 4, 20)) expect(recall[2]).toBe(0);
    }
    const none = { ...only, retention: only.weights.map(() => [0, 0, 0]) };
    expect(trialsOf(core, none, 4, 2).map(({ status, kept }) => [status, kept])).toEqual([
      ["empty", 0],
      ["empty", 0],
    ]);
  });
});
