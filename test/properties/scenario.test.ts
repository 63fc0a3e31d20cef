import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { ConfigError } from "../../src/core/errors.js";
import { breakdownPoint, keepRate, keptPrecision } from "../../src/model/breakdown.js";
import { cellId, planCells } from "../../src/model/cells.js";
import { dataKinds, generatorKinds, learnerKinds, namesOf, verifierKinds } from "../../src/model/kinds.js";
import { applyOverrides, readScenario } from "../../src/model/read.js";
import { parseScenario } from "../../src/model/scenario.js";
import { shortOrLong } from "../support/edition.js";

const SEED = { seed: 20240615 };
const SAFE = Number.MAX_SAFE_INTEGER;

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const penalty = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const rows = fc.integer({ min: 1, max: 1_000_000 });
const angle = fc.oneof(
  fc.double({ min: 0, max: Math.PI, noNaN: true }),
  fc.integer({ min: 0, max: 180 }).map((degrees) => `${degrees}deg`),
);
const some = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { requiredKeys: [] });

/** Scenarios as a person may write them, any key left out; all of them valid. */
const written = some({
  name: fc.string({ maxLength: 20 }),
  data: some({
    kind: fc.constantFrom(...namesOf(dataKinds)),
    dim: fc.integer({ min: 3, max: 1000 }),
    meanNorm: fc.double({ min: 0, max: 100, noNaN: true }),
    covariance: fc.oneof(
      fc.constant("identity"),
      fc.record({ kind: fc.constant("power-law"), exponent: fc.double({ min: 0, max: 5, noNaN: true }) }),
    ),
  }),
  generator: some({
    kind: fc.constantFrom(...namesOf(generatorKinds)),
    errorRate: unit,
    errorRate0: unit,
    errorRate1: unit,
    angle,
    samples: rows,
    lambda: penalty,
  }),
  verifier: some({
    kind: fc.constantFrom(...namesOf(verifierKinds)),
    phi: unit,
    psi: unit,
    phi0: unit,
    phi1: unit,
    psi01: unit,
    psi10: unit,
    angle,
    keep: unit,
    poison: unit,
    samples: rows,
    lambda: penalty,
  }),
  learner: some({
    kind: fc.constantFrom(...namesOf(learnerKinds)),
    lambda: penalty,
    loss: fc.constantFrom("logistic", "squared"),
    learningRate: penalty,
  }),
  samples: fc.integer({ min: 1, max: SAFE }),
  realSamples: fc.integer({ min: 0, max: SAFE }),
  trials: fc.integer({ min: 1, max: 1000 }),
  seed: fc.integer({ min: 0, max: SAFE }),
  precision: fc.constantFrom("f32", "f64"),
  sweep: some({
    "generator.errorRate": fc.uniqueArray(
      unit.map((value) => value + 0),
      { minLength: 1, maxLength: 4, comparator: "SameValueZero" },
    ),
    "verifier.angle": fc.record({
      from: fc.constant("0deg"),
      to: fc.constant(Math.PI),
      steps: fc.integer({ min: 2, max: 5 }),
    }),
    samples: fc.record({
      from: fc.integer({ min: 1, max: 10 }),
      to: fc.integer({ min: 11, max: 1_000_000 }),
      steps: fc.integer({ min: 2, max: 6 }),
      scale: fc.constantFrom("linear", "log"),
    }),
  }),
});

/** The same value with the keys of every mapping in another order. */
function shuffled(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, shuffled(member)] as const)
      .reverse(),
  );
}

describe("every scenario", () => {
  it("is resolved to an echo that parses to itself", () => {
    fc.assert(
      fc.property(written, (input) => {
        const scenario = parseScenario(input);
        expect(parseScenario(JSON.parse(JSON.stringify(scenario)))).toEqual(scenario);
      }),
      SEED,
    );
  });

  it("says the same in YAML and in JSON", () => {
    fc.assert(
      fc.property(written, (input) => {
        const scenario = parseScenario(input);
        expect(readScenario(stringify(input))).toEqual(scenario);
        expect(readScenario(JSON.stringify(input))).toEqual(scenario);
      }),
      SEED,
    );
  });

  it("has cells that are named by their settings in any order of keys", () => {
    fc.assert(
      fc.property(written, (input) => {
        const cells = planCells(parseScenario(input));
        for (const { id, scenario } of [cells[0], cells[cells.length - 1]]) {
          expect(id).toMatch(/^[0-9a-f]{16}$/);
          expect(cellId(scenario)).toBe(id);
          const [again] = planCells(parseScenario(shuffled(scenario)));
          expect(again.id).toBe(id);
        }
      }),
      SEED,
    );
  });

  it("has a grid in order: the first path slowest, no two cells alike", () => {
    fc.assert(
      fc.property(written, (input) => {
        const cells = planCells(parseScenario(input));
        const lists = Object.keys(input.sweep ?? {}).map((path) => [
          ...new Set(cells.map(({ params }) => params[path])),
        ]);
        const grid = lists.reduce<unknown[][]>(
          (all, list) => all.flatMap((row) => list.map((value) => [...row, value])),
          [[]],
        );
        expect(cells.map(({ params }) => Object.values(params))).toEqual(grid);
        expect(cells.map(({ index }) => index)).toEqual(grid.map((_, i) => i));
        expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
      }),
      SEED,
    );
  });

  it("can be written as overrides of nothing", () => {
    fc.assert(
      fc.property(written, (input) => {
        const flags = Object.entries(input).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
        expect(parseScenario(applyOverrides({}, flags))).toEqual(parseScenario(input));
      }),
      SEED,
    );
  });
});

describe("a range", () => {
  const decimal = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);

  it.each(["linear", "log"])("starts and ends where it says, and goes one way (%s)", (scale) => {
    fc.assert(
      fc.property(penalty, penalty, fc.integer({ min: 2, max: 60 }), (from, to, steps) => {
        fc.pre(from !== to);
        const cells = planCells(parseScenario({ sweep: { "learner.lambda": { from, to, steps, scale } } }));
        const values = cells.map(({ params }) => params["learner.lambda"] as number);
        expect([values[0], values.at(-1)]).toEqual([from, to]);
        expect(values).toEqual([...values].sort((a, b) => (from < to ? a - b : b - a)));
      }),
      SEED,
    );
  });

  it("between decimals of three places, in steps of a thousandth, has points of three places", () => {
    fc.assert(
      fc.property(decimal, decimal, (from, to) => {
        const steps = Math.round(Math.abs(to - from) * 1000) + 1;
        fc.pre(steps > 1);
        const cells = planCells(parseScenario({ sweep: { "generator.errorRate": { from, to, steps } } }));
        for (const { params } of cells) expect(String(params["generator.errorRate"]).length).toBeLessThanOrEqual(5);
      }),
      { ...SEED, numRuns: 30 },
    );
  });
});

describe("any input at all", () => {
  it("gives a scenario or a ConfigError that names a field", () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }),
        (input) => {
          expectScenarioOrConfigError(() => parseScenario(input));
          expectScenarioOrConfigError(() =>
            parseScenario({ generator: input, samples: input, sweep: { seed: input } }),
          );
        },
      ),
      SEED,
    );
  });

  it("in text gives a scenario or a ConfigError", () => {
    const alphabet = fc.constantFrom(
      ..."{}[]:,-?&*!|>'\"%#\n\t ab1.",
      "samples",
      "sweep:\n  seed:",
      "&a ",
      "*a",
      "<<: ",
      "__proto__: ",
    );
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 40 }), (words) => {
        expectScenarioOrConfigError(() => readScenario(words.join("")));
      }),
      { ...SEED, numRuns: shortOrLong(800, 2000) },
    );
  });
});

function expectScenarioOrConfigError(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).field).toBeTruthy();
  }
}

describe("the breakdown point", () => {
  it("separates the error rates at which most of the kept rows are right from the others", () => {
    fc.assert(
      fc.property(unit, unit, unit, (errorRate, phi, psi) => {
        const point = breakdownPoint({ phi, psi });
        const precision = keptPrecision({ errorRate, phi, psi });
        // Within 1e-12 of the point, rounding decides.
        fc.pre(point !== null && precision !== null && Math.abs(errorRate - point) > 1e-12);
        fc.pre(keepRate({ errorRate, phi, psi }) > 1e-300);
        expect((precision as number) > 0.5).toBe(errorRate < (point as number));
      }),
      SEED,
    );
  });

  it("is mirrored when the verifier takes wrong for right", () => {
    fc.assert(
      fc.property(unit, unit, (phi, psi) => {
        fc.pre(phi + psi > 1e-300);
        expect(
          (breakdownPoint({ phi, psi }) as number) + (breakdownPoint({ phi: psi, psi: phi }) as number),
        ).toBeCloseTo(1, 12);
      }),
      SEED,
    );
  });
});
