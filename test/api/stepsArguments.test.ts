import { beforeAll, describe, expect, it } from "vitest";
import {
  ArgumentError,
  ConfigError,
  type Core,
  directions,
  evaluate,
  fit as fitRows,
  label,
  load,
  sample,
  verify,
} from "../../src/index.js";

let core: Core;

beforeAll(async () => {
  core = await load();
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

type Case = [string, (core: Core) => unknown, string, unknown];

// deliberately of the wrong type, as a caller without TypeScript may
const wrong = (value: unknown) => value as never;

const SHAPES: Case[] = [
  ["label: x too short", (core) => label(core, { ...four, dim: 4 }, { kind: "noise", errorRate: 0 }), "x", 12],
  ["label: weights of another dimension", (core) => label(core, four, { kind: "linear", weights: two }), "weights", 2],
  ["verify: x too short", (core) => verify(core, { ...labelled, x: new Float32Array(11) }, { kind: "none" }), "x", 11],
  ["verify: classes too few", (core) => verify(core, { ...labelled, y: new Int8Array(3) }, { kind: "none" }), "y", 3],
  [
    "verify: labels too few",
    (core) => verify(core, { ...labelled, labels: new Int8Array(3) }, { kind: "none" }),
    "x",
    12,
  ],
  [
    "verify: weights of another dimension",
    (core) => verify(core, labelled, { kind: "top", weights: two, keep: 1 }),
    "weights",
    2,
  ],
  ["verify: no weights", (core) => verify(core, labelled, wrong({ kind: "linear" })), "weights", undefined],
  ["fit: x too short", (core) => fitRows(core, { ...labelled, x: new Float64Array(1) }), "x", 1],
  ["fit: verdicts too few", (core) => fitRows(core, { ...labelled, keep: new Uint8Array(3) }), "keep", 3],
  ["fit: no array", (core) => fitRows(core, { ...labelled, x: wrong([1, 2, 3]) }), "x", "object"],
  ["fit: dim 0", (core) => fitRows(core, { ...labelled, dim: 0 }), "dim", 0],
  ["fit: dim 1.5", (core) => fitRows(core, { ...labelled, dim: 1.5 }), "dim", 1.5],
  ["evaluate: weights of another dimension", (core) => evaluate(core, three, { data: { dim: 4 } }), "weights", 3],
  ["evaluate: no weights", (core) => evaluate(core, new Float64Array(0)), "data.dim", 0],
];

const RANGES: Case[] = [
  ["sample: samples", (core) => sample(core, { samples: 0 }), "samples", 0],
  ["sample: seed", (core) => sample(core, { samples: 1, seed: -1 }), "seed", -1],
  [
    "sample: meanNorm",
    (core) => sample(core, { samples: 1, data: { meanNorm: Number.NaN } }),
    "data.meanNorm",
    Number.NaN,
  ],
  ["sample: precision", (core) => sample(core, { samples: 1, precision: wrong("f16") }), "precision", "f16"],
  ["directions: angle", (core) => directions(core, { generator: { angle: 4 } }), "generator.angle", 4],
  ["label: errorRate", (core) => label(core, four, { kind: "noise", errorRate: 1.1 }), "errorRate", 1.1],
  ["label: NaN", (core) => label(core, four, { kind: "noise", errorRate: Number.NaN }), "errorRate", Number.NaN],
  ["label: seed", (core) => label(core, four, { kind: "noise", errorRate: 0, seed: 0.5 }), "seed", 0.5],
  [
    "label: classes",
    (core) => label(core, { ...four, y: Int8Array.of(1, 1, 0, 1) }, { kind: "noise", errorRate: 0 }),
    "y[2]",
    0,
  ],
  ["verify: phi", (core) => verify(core, labelled, { kind: "bernoulli", phi: -0.1, psi: 0 }), "phi", -0.1],
  ["verify: psi", (core) => verify(core, labelled, { kind: "bernoulli", phi: 0, psi: 2 }), "psi", 2],
  ["verify: keep", (core) => verify(core, labelled, { kind: "random", keep: 1.5 }), "keep", 1.5],
  ["verify: keep at the top", (core) => verify(core, labelled, { kind: "top", weights: three, keep: -1 }), "keep", -1],
  ["verify: poison", (core) => verify(core, labelled, { kind: "none", poison: 1.5 }), "poison", 1.5],
  ["verify: poison NaN", (core) => verify(core, labelled, { kind: "none", poison: Number.NaN }), "poison", Number.NaN],
  [
    "verify: labels",
    (core) => verify(core, { ...labelled, labels: Int8Array.of(1, -1, 2, 1) }, { kind: "none" }),
    "labels[2]",
    2,
  ],
  ["fit: labels", (core) => fitRows(core, { ...labelled, labels: Int8Array.of(0, 1, 1, 1) }), "labels[0]", 0],
  ["fit: lambda", (core) => fitRows(core, labelled, { lambda: -1 }), "learner.lambda", -1],
  [
    "fit: lambda of separable rows",
    (core) => fitRows(core, labelled, { kind: "logistic", lambda: 0 }),
    "learner.lambda",
    0,
  ],
  ["fit: learningRate", (core) => fitRows(core, labelled, { kind: "sgd", learningRate: 0 }), "learner.learningRate", 0],
  [
    "fit: NaN",
    (core) => fitRows(core, { ...labelled, x: new Float32Array(12).fill(Number.NaN, 5) }),
    "x[5]",
    Number.NaN,
  ],
  ["fit: ∞", (core) => fitRows(core, { ...labelled, x: new Float64Array(12).fill(Infinity, 11) }), "x[11]", Infinity],
];

describe("a wrong shape", () => {
  it.each(SHAPES)("is refused by its name: %s", (_, body, field, got) => {
    expect(refusal(() => body(core))).toMatchObject({ field, got });
  });
});

describe("an array of another type", () => {
  it("gives what the core's own type gives", () => {
    const drawn = sample(core, { samples: 50, data: { dim: 3 }, seed: 5 });
    const labels = label(core, drawn, { kind: "noise", errorRate: 0.2 });
    const keep = verify(core, { ...drawn, labels }, { kind: "oracle" });
    const { weights } = fitRows(core, { ...drawn, labels, keep });
    const plain = { ...drawn, y: [...(drawn.y as Int8Array)] };
    expect(label(core, plain, { kind: "noise", errorRate: 0.2 })).toEqual(labels);
    expect(verify(core, { ...plain, labels: Float64Array.from(labels) }, { kind: "oracle" })).toEqual(keep);
    const kept = Array.from(keep, (verdict) => verdict === 1);
    expect(fitRows(core, { ...plain, labels: [...labels], keep: kept }).weights).toEqual(weights);
    expect(evaluate(core, [...weights])).toEqual(evaluate(core, weights));
  });
});

describe("a value out of range", () => {
  it.each(RANGES)("is refused by its name: %s", (_, body, field, got) => {
    const { expected, ...rest } = refusal(() => body(core));
    expect(rest).toMatchObject({ field, got });
    expect(expected).toBeTypeOf("string");
  });

  it("is refused where a weight is not a number", () => {
    expect(refusal(() => evaluate(core, new Float64Array([1, Number.NaN])))).toMatchObject({ field: "weights[1]" });
    expect(refusal(() => evaluate(core, ["a", 1] as never))).toMatchObject({ field: "weights[0]", got: "a" });
  });
});
