import { expect, it } from "vitest";
import { load } from "../../src/index.js";
import { compare, GRID, scenarioOf, simulator } from "../theory/atN.js";

const core = await load();
const scenarios = GRID.map(scenarioOf);

// a difference beyond 3 standard errors has the wrong sign by chance once in 700 settings whose true difference is 0
it.each([
  ["reduced", 4000],
  ["direct", 150],
] as const)("the verdict at N is right in 345 settings by the %s engine", (engine, trials) => {
  const { wrong, ...count } = compare(core, scenarios, simulator(core, engine, trials));
  console.log(engine, JSON.stringify(count));
  expect(wrong.length).toBeLessThanOrEqual(1);
  expect(count.told).toBeGreaterThan(engine === "reduced" ? 330 : 200);
  expect(count.right).toBeGreaterThanOrEqual(0.99 * count.told);
  expect(count.purityWrong).toBeGreaterThan(10);
});
