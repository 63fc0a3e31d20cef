import { beforeAll, describe, expect, it } from "vitest";
import { ArgumentError, ConfigError, load, type Pstar } from "../../src/index.js";

let pstar: Pstar;

beforeAll(async () => {
  pstar = await load();
});

const four = { x: new Float32Array(12), y: new Int8Array(4).fill(1), dim: 3 };
const labelled = { ...four, labels: new Int8Array(4).fill(1) };
const three = new Float64Array(3);
const two = new Float64Array(2);

/** What a call throws: its class, and the field, rule and value that it names. */
function refusal(body: () => unknown): { name: string; field?: string; expected?: string; got?: unknown } {
  try {
    body();
  } catch (error) {
    if (!(error instanceof ArgumentError || error instanceof ConfigError)) throw error;
    const { name, field, expected, got, message } = error;
    expect(message).toContain(field);
    return { name, field, expected, got };
  }
  throw new Error("the arguments were accepted");
}

type Case = [string, (pstar: Pstar) => unknown, string, unknown];

// deliberately of the wrong type, as a caller without TypeScript may
const wrong = (value: unknown) => value as never;

const SHAPES: Case[] = [
  ["label: x too short", (p) => p.label({ ...four, dim: 4 }, { kind: "noise", errorRate: 0 }), "x", 12],
  ["label: weights of another dimension", (p) => p.label(four, { kind: "linear", weights: two }), "weights", 2],
  ["verify: x too short", (p) => p.verify({ ...labelled, x: new Float32Array(11) }, { kind: "none" }), "x", 11],
  ["verify: classes too few", (p) => p.verify({ ...labelled, y: new Int8Array(3) }, { kind: "none" }), "y", 3],
  ["verify: labels too few", (p) => p.verify({ ...labelled, labels: new Int8Array(3) }, { kind: "none" }), "x", 12],
  [
    "verify: weights of another dimension",
    (p) => p.verify(labelled, { kind: "top", weights: two, keep: 1 }),
    "weights",
    2,
  ],
  ["verify: no weights", (p) => p.verify(labelled, wrong({ kind: "linear" })), "weights", undefined],
  ["fit: x too short", (p) => p.fit({ ...labelled, x: new Float64Array(1) }), "x", 1],
  ["fit: verdicts too few", (p) => p.fit({ ...labelled, keep: new Uint8Array(3) }), "keep", 3],
  ["fit: no array", (p) => p.fit({ ...labelled, x: wrong([1, 2, 3]) }), "x", "object"],
  ["fit: dim 0", (p) => p.fit({ ...labelled, dim: 0 }), "dim", 0],
  ["fit: dim 1.5", (p) => p.fit({ ...labelled, dim: 1.5 }), "dim", 1.5],
  ["evaluate: weights of another dimension", (p) => p.evaluate(three, { data: { dim: 4 } }), "weights", 3],
  ["evaluate: no weights", (p) => p.evaluate(new Float64Array(0)), "data.dim", 0],
];

const RANGES: Case[] = [
  ["sample: samples", (p) => p.sample({ samples: 0 }), "samples", 0],
  ["sample: seed", (p) => p.sample({ samples: 1, seed: -1 }), "seed", -1],
  ["sample: meanNorm", (p) => p.sample({ samples: 1, data: { meanNorm: Number.NaN } }), "data.meanNorm", Number.NaN],
  ["sample: precision", (p) => p.sample({ samples: 1, precision: wrong("f16") }), "precision", "f16"],
  ["directions: angle", (p) => p.directions({ generator: { angle: 4 } }), "generator.angle", 4],
  ["label: errorRate", (p) => p.label(four, { kind: "noise", errorRate: 1.1 }), "errorRate", 1.1],
  ["label: NaN", (p) => p.label(four, { kind: "noise", errorRate: Number.NaN }), "errorRate", Number.NaN],
  ["label: seed", (p) => p.label(four, { kind: "noise", errorRate: 0, seed: 0.5 }), "seed", 0.5],
  [
    "label: classes",
    (p) => p.label({ ...four, y: Int8Array.of(1, 1, 0, 1) }, { kind: "noise", errorRate: 0 }),
    "y[2]",
    0,
  ],
  ["verify: phi", (p) => p.verify(labelled, { kind: "bernoulli", phi: -0.1, psi: 0 }), "phi", -0.1],
  ["verify: psi", (p) => p.verify(labelled, { kind: "bernoulli", phi: 0, psi: 2 }), "psi", 2],
  ["verify: keep", (p) => p.verify(labelled, { kind: "random", keep: 1.5 }), "keep", 1.5],
  ["verify: keep at the top", (p) => p.verify(labelled, { kind: "top", weights: three, keep: -1 }), "keep", -1],
  ["verify: poison", (p) => p.verify(labelled, { kind: "none", poison: 1.5 }), "poison", 1.5],
  ["verify: poison NaN", (p) => p.verify(labelled, { kind: "none", poison: Number.NaN }), "poison", Number.NaN],
  [
    "verify: labels",
    (p) => p.verify({ ...labelled, labels: Int8Array.of(1, -1, 2, 1) }, { kind: "none" }),
    "labels[2]",
    2,
  ],
  ["fit: labels", (p) => p.fit({ ...labelled, labels: Int8Array.of(0, 1, 1, 1) }), "labels[0]", 0],
  ["fit: lambda", (p) => p.fit(labelled, { lambda: -1 }), "learner.lambda", -1],
  ["fit: lambda of separable rows", (p) => p.fit(labelled, { kind: "logistic", lambda: 0 }), "learner.lambda", 0],
  ["fit: learningRate", (p) => p.fit(labelled, { kind: "sgd", learningRate: 0 }), "learner.learningRate", 0],
  ["fit: NaN", (p) => p.fit({ ...labelled, x: new Float32Array(12).fill(Number.NaN, 5) }), "x[5]", Number.NaN],
  ["fit: ∞", (p) => p.fit({ ...labelled, x: new Float64Array(12).fill(Infinity, 11) }), "x[11]", Infinity],
];

describe("a wrong shape", () => {
  it.each(SHAPES)("is refused by its name: %s", (_, body, field, got) => {
    expect(refusal(() => body(pstar))).toMatchObject({ field, got });
  });
});

describe("an array of another type", () => {
  it("gives what the core's own type gives", () => {
    const drawn = pstar.sample({ samples: 50, data: { dim: 3 }, seed: 5 });
    const labels = pstar.label(drawn, { kind: "noise", errorRate: 0.2 });
    const keep = pstar.verify({ ...drawn, labels }, { kind: "oracle" });
    const { weights } = pstar.fit({ ...drawn, labels, keep });
    const plain = { ...drawn, y: [...(drawn.y as Int8Array)] };
    expect(pstar.label(plain, { kind: "noise", errorRate: 0.2 })).toEqual(labels);
    expect(pstar.verify({ ...plain, labels: Float64Array.from(labels) }, { kind: "oracle" })).toEqual(keep);
    const kept = Array.from(keep, (verdict) => verdict === 1);
    expect(pstar.fit({ ...plain, labels: [...labels], keep: kept }).weights).toEqual(weights);
    expect(pstar.evaluate([...weights])).toEqual(pstar.evaluate(weights));
  });
});

describe("a value out of range", () => {
  it.each(RANGES)("is refused by its name: %s", (_, body, field, got) => {
    const { expected, ...rest } = refusal(() => body(pstar));
    expect(rest).toMatchObject({ field, got });
    expect(expected).toBeTypeOf("string");
  });

  it("is refused where a weight is not a number", () => {
    expect(refusal(() => pstar.evaluate(new Float64Array([1, Number.NaN])))).toMatchObject({ field: "weights[1]" });
    expect(refusal(() => pstar.evaluate(["a", 1] as never))).toMatchObject({ field: "weights[0]", got: "a" });
  });
});
