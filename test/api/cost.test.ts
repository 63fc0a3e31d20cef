import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { expectation } from "../../src/cli/terminal/progress.js";
import { ridgeSolver } from "../../src/engine/cell.js";
import { expectedSeconds } from "../../src/engine/cost.js";
import { collect, load, parseScenario, readScenario } from "../../src/index.js";
import { pstar } from "../support/inProcess.js";
import { processorTime } from "../support/processorTime.js";
import { ending, start } from "../support/pstar.js";
import { until } from "../support/until.js";

it.each([
  ["direct, by conjugate gradients", "{engine: direct, data: {dim: 200}, samples: 2000, trials: 200}"],
  [
    "direct, by Cholesky",
    "{engine: direct, data: {dim: 200}, samples: 2000, trials: 100, learner: {solver: cholesky}}",
  ],
  ["direct, logistic", "{engine: direct, data: {dim: 100}, samples: 2000, trials: 60, learner: {kind: logistic}}"],
  ["direct, sgd", "{engine: direct, data: {dim: 100}, samples: 4000, trials: 200, learner: {kind: sgd}}"],
  ["direct, perceptron", "{engine: direct, data: {dim: 100}, samples: 2000, trials: 60, learner: {kind: perceptron}}"],
  ["direct, mean", "{engine: direct, data: {dim: 100}, samples: 4000, trials: 200, learner: {kind: mean}}"],
  ["reduced", "{engine: reduced, data: {dim: 500}, samples: 100000, trials: 6000}"],
  ["reduced, generations", "{engine: reduced, data: {dim: 500}, samples: 1000, generations: 100, trials: 30}"],
])("the cost of %s is expected within a factor of eight", async (_, text) => {
  const core = await load();
  const scenario = readScenario(text);
  await collect(core, { ...scenario, trials: 2 });
  const took = (await processorTime(() => collect(core, scenario))) / 1000;
  const ratio = expectedSeconds(scenario) / took;
  expect(ratio).toBeGreaterThan(1 / 8);
  expect(ratio).toBeLessThan(8);
});

const map = readFileSync("bench/MAP.md", "utf8").split("## Solvers of ridge")[1];
const sizes = [...map.matchAll(/^\| (\d+) \| (\d+) \| [\d.e-]+ \| ([\d.]+) \| ([\d.]+) \|$/gm)].map((row) =>
  row.slice(1).map(Number),
);

it("both solvers of ridge were measured at all sizes that fit", () => {
  expect(sizes).toHaveLength(19);
});

it.each(sizes)(
  "ridge with d = %d, N = %d is solved by the faster way, within a quarter",
  (dim, samples, cholesky, steps) => {
    const setting = { data: { dim, meanNorm: 1.5 }, learner: { kind: "ridge", lambda: 0.01 }, samples } as const;
    const [chosen, other] = ridgeSolver(parseScenario(setting)) === "cholesky" ? [cholesky, steps] : [steps, cholesky];
    expect(chosen).toBeLessThanOrEqual(1.25 * other);
  },
);

it("counts the cells of a part alone", () => {
  const scenario = readScenario("{trials: 1000, sweep: {generator.errorRate: {from: 0, to: 1, steps: 9}}}");
  const whole = expectedSeconds(scenario);
  expect(expectedSeconds(scenario, { size: 2, has: (index) => index < 2 })).toBeCloseTo((2 / 9) * whole, 9);
  expect(expectedSeconds(scenario, { size: 0, has: () => false })).toBe(0);
});

it("a run of days says so before it begins, and one of seconds does not", async () => {
  const long = start(["run", "phase-transition", "--trials", "1000000000", "--workers", "2"]);
  let said = "";
  long.stderr.on("data", (text) => (said += text));
  const end = ending(long);
  await until(() => said.includes("\n"));
  long.kill("SIGINT");
  expect(said).toMatch(/^this takes about [\d,]+ days on 2 threads, by its sizes/);
  expect((await end).code).toBe(130);
  const short = await pstar(["run", "-", "--format", "csv"], { stdin: "{trials: 5, samples: 100}" });
  expect(short).toMatchObject({ code: 0, stderr: "" });
});

it("what nobody watches says once how long it will take, if that is more than a minute of work", () => {
  const told: string[] = [];
  let seconds = 0;
  const observe = (rate: number) => {
    const update = expectation(
      (text) => told.push(text),
      () => 3 * seconds,
      () => seconds,
    );
    for (seconds = 0; seconds < 20; seconds++) update("", Math.min(1, rate * seconds));
  };
  observe(1 / 30);
  expect(told).toEqual([]);
  observe(1 / 300);
  expect(told).toEqual(["about 14 min 45 s left at this rate"]);
});
