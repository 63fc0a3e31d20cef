import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/core/errors.js";
import { parseScenario } from "../../src/model/scenario.js";
import { scenarioWarnings } from "../../src/model/warnings.js";
import { refusal } from "./refusal.js";

describe("a scenario", () => {
  it("is all defaults where nothing is said", () => {
    expect(parseScenario({})).toEqual({
      data: { kind: "mixture", dim: 50, meanNorm: 1, covariance: "identity" },
      generator: { kind: "noise", errorRate: 0.2, angle: (40 / 180) * Math.PI, samples: 200, lambda: 0.01 },
      verifier: {
        kind: "none",
        phi: 0.8,
        psi: 0.3,
        angle: (30 / 180) * Math.PI,
        angleToGenerator: null,
        keep: 0.5,
        poison: 0,
        samples: 200,
        lambda: 0.01,
        relearn: false,
      },
      learner: { kind: "ridge", lambda: 0.01, loss: "logistic", learningRate: 0.1, solver: "auto" },
      samples: 10_000,
      realSamples: 0,
      trials: 10,
      seed: 1,
      generations: 1,
      policy: "replace",
      engine: "auto",
      precision: "f32",
    });
  });

  it("keeps its name and drops the editor's $schema and an empty sweep", () => {
    const scenario = parseScenario({ $schema: "./scenario.schema.json", name: "mine", sweep: {} });
    expect(scenario.name).toBe("mine");
    expect(Object.keys(scenario)).not.toContain("$schema");
    expect(Object.keys(scenario)).not.toContain("sweep");
  });

  it.each([
    ["90deg", Math.PI / 2],
    ["180deg", Math.PI],
    [" 60 ° ", Math.PI / 3],
    ["0.5rad", 0.5],
    ["1.2", 1.2],
    ["5e-1", 0.5],
    [Math.PI, Math.PI],
    [0, 0],
  ])("takes the angle %j as %d radians", (angle, radians) => {
    expect(parseScenario({ generator: { angle } }).generator.angle).toBe(radians);
  });

  it("does not change what it was given", () => {
    const input = Object.freeze({
      verifier: Object.freeze({ angle: "30deg" }),
      sweep: Object.freeze({ samples: [1] }),
    });
    parseScenario(input);
    expect(input.verifier.angle).toBe("30deg");
  });
});

describe("a value out of its range", () => {
  it.each([
    [{ generator: { errorRate: 1.2 } }, "generator.errorRate must be in [0, 1], got 1.2"],
    [{ generator: { errorRate: "0.2" } }, 'generator.errorRate must be a number in [0, 1], got "0.2"'],
    [{ data: { meanNorm: Number.NaN } }, "data.meanNorm must be a number in [0, 100], got NaN"],
    [{ learner: { lambda: Number.POSITIVE_INFINITY } }, "learner.lambda must be a number of at least 0, got Infinity"],
    [{ learner: { lambda: -1 } }, "learner.lambda must be at least 0, got -1"],
    [{ learner: { learningRate: 0 } }, "learner.learningRate must be above 0, got 0"],
    [{ data: { dim: 0 } }, "data.dim must be in [1, 100000], got 0"],
    [{ data: { dim: 2.5 } }, "data.dim must be an integer in [1, 100000], got 2.5"],
    [{ samples: 2 ** 53 }, "samples must be in [1, 2^53 − 1], got 9007199254740992"],
    [{ samples: 0 }, "samples must be in [1, 2^53 − 1], got 0"],
    [{ seed: -1 }, "seed must be in [0, 2^53 − 1], got -1"],
    [{ trials: null }, "trials must be an integer in [1, 1000000000], got null"],
    [{ engine: "guess" }, 'engine must be one of auto, theory, reduced, direct, got "guess"'],
    [
      { generator: 3 },
      "generator must be a mapping of kind, errorRate, errorRate0, errorRate1, angle, samples, lambda, got 3",
    ],
    [
      { generator: [] },
      "generator must be a mapping of kind, errorRate, errorRate0, errorRate1, angle, samples, lambda, got []",
    ],
    [null, "the scenario must be a mapping of settings, got null"],
    [{ name: 3 }, "name must be text, got 3"],
    [{ name: "\u001b[2J" }, 'name must be without control characters, got "\\u001b[2J"'],
    [{ plot: { x: "phi" } }, 'plot.x must be the dotted path of a setting, got "phi"'],
  ])("%j: %s", (input, message) => {
    expect(refusal(input).message).toBe(message);
  });

  it.each([4, -0.1, "181deg", "-3deg", "1 turn", "deg", "", null, {}])("refuses the angle %j", (angle) => {
    const error = refusal({ verifier: { angle } });
    expect(error).toMatchObject({ field: "verifier.angle", got: angle });
    expect(error.message).toContain("in [0, π] radians");
  });

  it("carries field, rule and value, and lists every problem", () => {
    const error = refusal({ generator: { errorRate: 1.2, kind: "nose" }, samples: -3 });
    expect(error).toMatchObject({ name: "ConfigError", field: "generator.kind", got: "nose" });
    expect(error.problems).toEqual([
      'generator.kind must be one of noise, noise-by-class, linear, learned, got "nose"',
      "generator.errorRate must be in [0, 1], got 1.2",
      "samples must be in [1, 2^53 − 1], got -3",
    ]);
  });
});

describe("an unknown key", () => {
  it.each([
    [{ generator: { errorrate: 0.1 } }, "generator.errorrate is not a setting; did you mean generator.errorRate?"],
    [{ verfier: {} }, "verfier is not a setting; did you mean verifier?"],
    [{ smaples: 3 }, "smaples is not a setting; did you mean samples?"],
    [{ errorRate: 0.1 }, "errorRate is not a setting; did you mean generator.errorRate?"],
    [{ zzzzzzzz: 1 }, "zzzzzzzz is not a setting"],
    [
      { sweep: { errorRate: [0] } },
      "sweep.errorRate is not a setting that can be swept; did you mean sweep.generator.errorRate?",
    ],
    [
      { sweep: { "verifier.knd": [0] } },
      "sweep.verifier.knd is not a setting that can be swept; did you mean sweep.verifier.kind?",
    ],
    [{ sweep: { trials: [1, 2] } }, "sweep.trials is not a setting that can be swept"],
    [JSON.parse('{"__proto__": {"samples": 3}}'), "__proto__ is not a setting"],
  ])("%j: %s", (input, message) => {
    expect(refusal(input).message).toBe(message);
  });

  it("is listed with the others up to twenty, however many there are", () => {
    const input = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, 1]));
    expect(refusal(input).problems).toHaveLength(20);
  });

  it("does not reach the prototype of objects", () => {
    expect(() => parseScenario(JSON.parse('{"generator": {"__proto__": {"polluted": true}}}'))).toThrow(ConfigError);
    expect(() => parseScenario(JSON.parse('{"constructor": {"prototype": {"polluted": true}}}'))).toThrow(ConfigError);
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("settings that do not go together", () => {
  const linear = { generator: { kind: "linear", angle: "30deg" }, verifier: { kind: "linear", angle: "40deg" } };
  const between = (angleToGenerator: string) => ({ ...linear, verifier: { ...linear.verifier, angleToGenerator } });

  it.each(["10deg", "35deg", "70deg"])("lets directions at 30° and 40° be %s apart", (angle) => {
    expect(() => parseScenario(between(angle))).not.toThrow();
  });

  it.each(["9deg", "71deg"])("does not let directions at 30° and 40° be %s apart", (angle) => {
    const error = refusal(between(angle));
    expect(error.field).toBe("verifier.angleToGenerator");
    expect(error.message).toContain("(10° to 70°)");
  });

  it("counts past the half turn the other way round", () => {
    const wide = (angleToGenerator: string) => ({
      generator: { kind: "linear", angle: "120deg" },
      verifier: { kind: "top", angle: "100deg", angleToGenerator },
    });
    expect(() => parseScenario(wide("140deg"))).not.toThrow();
    expect(refusal(wide("141deg")).message).toContain("(20° to 140°)");
  });

  it.each([
    [1, { verifier: { kind: "linear", angle: 0 } }],
    [1, { verifier: { kind: "linear", angle: Math.PI } }],
    [2, { verifier: { kind: "linear", angle: "30deg" } }],
    [2, { generator: linear.generator, verifier: { kind: "oracle" } }],
    [2, between("10deg")],
    [2, between("70deg")],
    [3, linear],
    [3, between("35deg")],
  ])("needs at least %i dimensions for %j", (dim, settings) => {
    expect(() => parseScenario({ ...settings, data: { dim } })).not.toThrow();
    if (dim > 1)
      expect(refusal({ ...settings, data: { dim: dim - 1 } })).toMatchObject({ field: "data.dim", got: dim - 1 });
  });

  it("refuses λ = 0 where the rows can never determine the weights", () => {
    const learner = { lambda: 0 };
    expect(refusal({ learner, samples: 30, realSamples: 19 }).field).toBe("learner.lambda");
    expect(() => parseScenario({ learner, samples: 30, realSamples: 20 })).not.toThrow();
    expect(refusal({ generator: { kind: "learned", samples: 49, lambda: 0 } }).field).toBe("generator.lambda");
    expect(refusal({ verifier: { kind: "learned", samples: 49, lambda: 0 } }).field).toBe("verifier.lambda");
    expect(() => parseScenario({ verifier: { samples: 49, lambda: 0 } })).not.toThrow();
    expect(refusal({ learner: { kind: "logistic", lambda: 0 } }).field).toBe("learner.lambda");
    expect(() => parseScenario({ learner: { kind: "mean", lambda: 0 }, samples: 3 })).not.toThrow();
  });

  it("refuses a solver of another learner", () => {
    expect(refusal({ learner: { solver: "newton-cg" } }).field).toBe("learner.solver");
    expect(refusal({ learner: { kind: "logistic", solver: "cholesky" } }).field).toBe("learner.solver");
    expect(() => parseScenario({ learner: { kind: "logistic", solver: "newton-cg" } })).not.toThrow();
    expect(() => parseScenario({ learner: { kind: "mean", solver: "cholesky" } })).not.toThrow();
  });
});

describe("a covariance", () => {
  const data = (covariance: unknown, dim = 2) => ({ data: { dim, covariance } });

  it.each([
    "identity",
    { kind: "power-law", exponent: 0.8 },
    { kind: "diagonal", values: [1, 2] },
    {
      kind: "matrix",
      rows: [
        [2, 1],
        [1, 2],
      ],
    },
  ])("may be %j", (covariance) => {
    expect(parseScenario(data(covariance)).data.covariance).toEqual(covariance);
  });

  it.each([
    ["diagonal", "data.covariance"],
    [{ kind: "spherical" }, "data.covariance.kind"],
    [{ kind: "power-law" }, "data.covariance.exponent"],
    [{ kind: "power-law", exponent: 6 }, "data.covariance.exponent"],
    [{ kind: "diagonal", values: [1] }, "data.covariance.values"],
    [{ kind: "diagonal", values: [1, 0] }, "data.covariance.values[1]"],
    [{ kind: "diagonal", values: [1, Number.NaN] }, "data.covariance.values[1]"],
    [{ kind: "matrix", rows: [[1, 0]] }, "data.covariance.rows"],
    [{ kind: "matrix", rows: [[1, 0], [0]] }, "data.covariance.rows[1]"],
    [
      {
        kind: "matrix",
        rows: [
          [1, 0.5],
          [0.4, 1],
        ],
      },
      "data.covariance.rows[1][0]",
    ],
    [
      {
        kind: "matrix",
        rows: [
          [1, 2],
          [2, 1],
        ],
      },
      "data.covariance.rows",
    ],
    [
      {
        kind: "matrix",
        rows: [
          [1, 1],
          [1, 1],
        ],
      },
      "data.covariance.rows",
    ],
  ])("may not be %j", (covariance, field) => {
    expect(refusal(data(covariance)).field).toBe(field);
  });

  it("is given as a matrix up to 256 dimensions", () => {
    const identity = (dim: number) =>
      Array.from({ length: dim }, (_, i) => Array.from({ length: dim }, (_, j) => (i === j ? 1 : 0)));
    expect(() => parseScenario(data({ kind: "matrix", rows: identity(256) }, 256))).not.toThrow();
    expect(refusal(data({ kind: "matrix", rows: identity(257) }, 257)).message).toContain("at most 256 rows");
  });
});

describe("warnings", () => {
  const warnings = (input: unknown) => scenarioWarnings(parseScenario(input)).map(({ message }) => message);

  it("are not given without a reason", () => {
    expect(warnings({})).toEqual([]);
    expect(warnings({ verifier: { kind: "bernoulli", phi: 0.9, psi: 0.1, poison: 0.2 } })).toEqual([]);
  });

  it("name a setting that no cell reads, even when it was written at its default", () => {
    const expected = ["verifier.phi has no effect: it is read only if verifier.kind is bernoulli or classwise"];
    expect(warnings({ verifier: { phi: 0.8 } })).toEqual(expected);
    expect(warnings({ verifier: { phi: 0.9 } })).toEqual(expected);
    expect(warnings({ sweep: { "verifier.phi": [0.8, 0.9] } })).toEqual(expected);
    expect(warnings({ verifier: { phi: 0.9 }, sweep: { "verifier.kind": ["none", "bernoulli"] } })).toEqual([]);
  });

  it("name what isotropic inputs have not, and the two conditions of an angle between directions", () => {
    expect(warnings({ data: { kind: "isotropic", meanNorm: 2 } })).toEqual([
      "data.meanNorm has no effect: it is read only if data.kind is mixture",
    ]);
    expect(warnings({ verifier: { kind: "linear", angleToGenerator: "30deg" } })).toEqual([
      "verifier.angleToGenerator has no effect: it is read only if verifier.kind is linear or top or keep-hard or keep-easy or slab and generator.kind is linear",
    ]);
  });

  it("name poison that only thins the rows", () => {
    expect(warnings({ verifier: { poison: 0.2 } })[0]).toContain("verifier.poison only changes how many rows are kept");
    expect(warnings({ verifier: { kind: "random", poison: 0.2 } })).toHaveLength(1);
  });

  it("do not take the echo of a scenario for settings that were written", () => {
    expect(warnings(JSON.parse(JSON.stringify(parseScenario({}))))).toEqual([]);
  });
});
