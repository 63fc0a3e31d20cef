import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/core/errors.js";
import {
  breakdownPoint,
  expectedErrorRate,
  expectedRates,
  keepRate,
  keptPrecision,
  verdict,
} from "../../src/model/breakdown.js";
import { parseScenario } from "../../src/model/scenario.js";

describe("the breakdown point", () => {
  it("is φ / (φ + ψ) with two classes", () => {
    expect(breakdownPoint({ phi: 0.8, psi: 0.3 })).toBe(0.8 / 1.1);
    expect(breakdownPoint({ phi: 1, psi: 0 })).toBe(1); // oracle
    expect(breakdownPoint({ phi: 0.4, psi: 0.4 })).toBe(0.5); // random
    expect(breakdownPoint({ phi: 0, psi: 1 })).toBe(0); // perfectly adversarial
    expect(breakdownPoint({ phi: 0, psi: 0 })).toBeNull();
  });

  it("is 1 − 1/K for a random verifier of K classes", () => {
    for (const classes of [2, 3, 10, 1000]) {
      expect(breakdownPoint({ phi: 0.5, psi: 0.5, classes })).toBeCloseTo(1 - 1 / classes, 15);
    }
  });

  it("is where the kept rows are as often right as wrong", () => {
    const [phi, psi] = [0.8, 0.3];
    const errorRate = breakdownPoint({ phi, psi }) ?? Number.NaN;
    expect(keptPrecision({ errorRate, phi, psi })).toBeCloseTo(0.5, 15);
  });

  it("is refused out of range", () => {
    expect(() => breakdownPoint({ phi: 1.1, psi: 0 })).toThrow("phi must be in [0, 1], got 1.1");
    expect(() => breakdownPoint({ phi: Number.NaN, psi: 0 })).toThrow(ArgumentError);
    expect(() => breakdownPoint({ phi: 1, psi: 0, classes: 1 })).toThrow(
      "classes must be an integer of at least 2, got 1",
    );
    expect(() => keptPrecision({ errorRate: -1, phi: 1, psi: 0 })).toThrow("errorRate must be in [0, 1], got -1");
  });
});

describe("what a verifier leaves", () => {
  it("is a share of the rows, and of these a share that is right", () => {
    expect(keepRate({ errorRate: 0.5, phi: 0.6, psi: 0.2 })).toBeCloseTo(0.4, 15);
    expect(keptPrecision({ errorRate: 0.5, phi: 0.6, psi: 0.2 })).toBeCloseTo(0.75, 15);
    expect(keptPrecision({ errorRate: 1, phi: 1, psi: 0 })).toBeNull();
  });

  it("is below or above the breakdown point, above on the point itself", () => {
    expect(verdict(0.4, 0.5)).toBe("below");
    expect(verdict(0.5, 0.5)).toBe("above");
    expect(verdict(null, 0.5)).toBeNull();
    expect(verdict(0.5, null)).toBeNull();
  });
});

describe("the rates that a scenario was given", () => {
  const rates = (verifier: object) => expectedRates(parseScenario({ verifier }));

  it("are known for the verifiers that look at labels alone", () => {
    expect(rates({ kind: "none" })).toEqual({ phi: 1, psi: 1 });
    expect(rates({ kind: "random", keep: 0.25 })).toEqual({ phi: 0.25, psi: 0.25 });
    expect(rates({ kind: "oracle" })).toEqual({ phi: 1, psi: 0 });
    expect(rates({ kind: "bernoulli", phi: 0.9, psi: 0.2 })).toEqual({ phi: 0.9, psi: 0.2 });
    for (const kind of ["linear", "learned", "top"]) expect(rates({ kind })).toBeNull();
  });

  it("are turned over by poison", () => {
    expect(rates({ kind: "oracle", poison: 1 })).toEqual({ phi: 0, psi: 1 });
    const half = rates({ kind: "bernoulli", poison: 0.5 });
    expect(half?.phi).toBeCloseTo(0.5, 15);
    expect(half?.psi).toBeCloseTo(0.5, 15);
  });

  it("are known for a generator of noise", () => {
    expect(expectedErrorRate(parseScenario({ generator: { errorRate: 0.35 } }))).toBe(0.35);
    expect(expectedErrorRate(parseScenario({ generator: { kind: "linear" } }))).toBeNull();
  });
});
