import { expect, it } from "vitest";
import { gradientOf, startJax } from "../../bench/eigen_jax.mjs";
import {
  answerErrors,
  drawMatrices,
  type Encoding,
  encodingNames,
  encodings,
  entriesIn,
  matrixTokens,
  valuesIn,
} from "../../src/core/matrices.js";
import { Transformer, type TransformerShape } from "../../src/core/transformer.js";
import type { TransformerCore } from "../../src/core/transformerCore.js";
import { uniforms } from "../oracle/random.js";
import {
  adamSlow,
  answersSlow,
  attendSlow,
  layerNormSlow,
  logitsSlow,
  lossSlow,
  readWeights,
  sampleSlow,
  softmaxSlow,
} from "../oracle/transformer.js";
import { shortOrLong } from "../support/edition.js";
import { buildsOfEdition, type TestCore } from "./builds.js";

/** Numbers in (−1, 1) that f32 holds exactly. */
function drawer(seed: number): (count: number) => number[] {
  const random = uniforms(seed);
  return (count) => Array.from({ length: count }, () => Math.fround(2 * random() - 1));
}

const rowsOf = (flat: readonly number[], width: number) =>
  Array.from({ length: flat.length / width }, (_, i) => flat.slice(i * width, (i + 1) * width));

/** The largest distance between two lists. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));
}

/** 2⁻²⁴: half a unit in the last place of f32. */
const UNIT = 2 ** -24;

const base20 = (size: number) => ({ size, encoding: "base20" }) as const;

function shapeOf(layers: number, size = 2, width = 16): TransformerShape {
  return { width, heads: 4, layers, ...matrixTokens(base20(size)) };
}

/** A transformer whose weights are far from those of a fresh one: every gain, bias and embedding counts. */
function anyTransformer(core: TransformerCore, shape: TransformerShape, batch: number): Transformer {
  const transformer = new Transformer(core, shape, { batch });
  transformer.initialize(3);
  const shift = drawer(5)(transformer.count);
  transformer.restore(transformer.state().map((weight, i) => weight + 0.1 * (shift[i] as number)));
  return transformer;
}

buildsOfEdition("products", (core: TestCore) => {
  const draw = drawer(1);

  // rows of a tile of four, none, one more, one less, three tiles and one, and beyond the blocks of the transposed product
  it.each([1, 3, 4, 5, 13, 64, 67, 130])(
    "of %d rows, plain and transposed, with and without what was there",
    (rows) => {
      for (const [inner, columns] of [
        [4, 8],
        [12, 24],
        [16, 64],
      ] as const) {
        const [a, b, bias, c, y] = [rows * inner, inner * columns, columns, rows * columns, rows * columns].map(
          draw,
        ) as [number[], number[], number[], number[], number[]];
        core.scoped(() => {
          const [aPtr, bPtr, biasPtr, yPtr] = [a, b, bias, y].map((values) =>
            core.place(Float32Array.from(values)),
          ) as [number, number, number, number];
          // a stride beyond the columns: what is between the rows stays
          const stride = columns + 8;
          const padded = rowsOf(c, columns).flatMap((row) => [...row, ...Array(8).fill(7)]);
          for (const add of [0, 1]) {
            const out = core.place(Float32Array.from(padded));
            core.exports.multiply(rows, columns, inner, aPtr, 4 * inner, bPtr, biasPtr, out, 4 * stride, add);
            const expected = rowsOf(a, inner).flatMap((row, i) => [
              ...Array.from({ length: columns }, (_, j) => {
                const product = row.reduce((sum, value, k) => sum + value * (b[k * columns + j] as number), 0);
                return product + (bias[j] as number) + add * (c[i * columns + j] as number);
              }),
              ...Array(8).fill(7),
            ]);
            // inner + 2 roundings of sums below inner + 2
            expect(distance(core.f32(out, expected.length), expected)).toBeLessThan((inner + 2) ** 2 * UNIT);
          }
          const out = core.place(Float32Array.from(b));
          core.exports.multiplyTransposed(rows, columns, inner, aPtr, 4 * inner, yPtr, 4 * columns, out);
          const expected = b.map((value, place) => {
            const [k, j] = [Math.floor(place / columns), place % columns];
            return a.reduce(
              (sum, _, r) => (r < rows ? sum + (a[r * inner + k] as number) * (y[r * columns + j] as number) : sum),
              value,
            );
          });
          expect(distance(core.f32(out, expected.length), expected)).toBeLessThan((rows + 2) ** 2 * UNIT);
          const sums = core.place(Float32Array.from(bias));
          core.exports.addColumns(rows, columns, yPtr, 4 * columns, sums);
          const columnSums = bias.map((value, j) =>
            rowsOf(y, columns).reduce((sum, row) => sum + (row[j] as number), value),
          );
          expect(distance(core.f32(sums, columns), columnSums)).toBeLessThan((rows + 2) ** 2 * UNIT);
          const turned = core.reserve(4 * b.length);
          core.exports.transpose(inner, columns, bPtr, turned);
          expect([...core.f32(turned, b.length)]).toEqual(
            Array.from({ length: b.length }, (_, i) => b[(i % inner) * columns + Math.floor(i / inner)]),
          );
        });
      }
    },
  );
});

buildsOfEdition("the layers", (core: TestCore) => {
  const draw = drawer(2);
  const placed = (values: readonly number[]) => core.place(Float32Array.from(values));

  it.each([8, 24, 32])("normalize rows of width %d, and differentiate it", (width) => {
    const [x, gain, bias, dy] = [3 * width, width, width, 3 * width].map(draw) as [
      number[],
      number[],
      number[],
      number[],
    ];
    core.scoped(() => {
      const [xPtr, gainPtr, dyPtr] = [placed(x), placed([...gain, ...bias]), placed(dy)];
      const [y, stats, dx, dGain] = [3 * width, 6, 3 * width, 2 * width].map((n) => placed(Array(n).fill(0))) as [
        number,
        number,
        number,
        number,
      ];
      core.exports.normalize(3, width, xPtr, gainPtr, y, stats);
      const forward = (values: readonly number[], g = gain) =>
        rowsOf([...values], width).flatMap((row) => layerNormSlow(row, g, bias));
      expect(distance(core.f32(y, 3 * width), forward(x))).toBeLessThan(1e-5);
      core.exports.normalizeGradient(3, width, xPtr, gainPtr, stats, dyPtr, dx, dGain);
      const loss = (values: readonly number[]) => values.reduce((sum, value, i) => sum + value * (dy[i] as number), 0);
      const slope = (f: (h: number) => number) => (f(1e-5) - f(-1e-5)) / 2e-5;
      const shifted = (values: readonly number[], place: number, h: number) =>
        values.map((value, i) => (i === place ? value + h : value));
      const expected = x.map((_, i) => slope((h) => loss(forward(shifted(x, i, h)))));
      expect(distance(core.f32(dx, 3 * width), expected)).toBeLessThan(2e-5);
      const ofGain = gain.map((_, i) => slope((h) => loss(forward(x, shifted(gain, i, h)))));
      expect(distance(core.f32(dGain, width), ofGain)).toBeLessThan(2e-5);
      const ofBias = bias.map((_, i) => rowsOf(dy, width).reduce((sum, row) => sum + (row[i] as number), 0));
      expect(distance(core.f32(dGain + 4 * width, width), ofBias)).toBeLessThan(1e-5);
    });
  });

  it.each([
    [16, 4, 3, 0],
    [32, 4, 3, 2],
    [32, 8, 1, 4],
    [48, 4, 6, 7],
  ])("attend at width %d with %d heads over %d and %d rows, and differentiate it", (width, heads, first, second) => {
    const total = first + second;
    const query = draw(width).map((value) => 3 * value);
    const rows = rowsOf(draw(2 * width * total), 2 * width);
    const dOut = draw(width);
    const positions = total + 2;
    const forward = (q: readonly number[], table: readonly number[][]) =>
      attendSlow(
        [...q],
        table.map((row) => row.slice(0, width)),
        table.map((row) => row.slice(width)),
        heads,
      );
    core.scoped(() => {
      const [q, keys, answers] = [placed(query), placed(rows.slice(0, first).flat()), placed(rows.slice(first).flat())];
      const weights = core.reserve(4 * heads * positions);
      const [out, dOutPtr, dQuery] = [placed(dOut), placed(dOut), placed(dOut)];
      core.exports.attend(width, heads, positions, q, keys, first, answers, second, weights, out);
      expect(distance(core.f32(out, width), forward(query, rows))).toBeLessThan(2e-6);
      const before = draw(2 * width * total);
      const dKeys = placed(before.slice(0, 2 * width * first));
      const dAnswers = placed(before.slice(2 * width * first));
      const run = [q, keys, first, answers, second, weights, dOutPtr, dQuery, dKeys, dAnswers];
      core.exports.attendGradient(width, heads, positions, ...run);
      const loss = (o: readonly number[]) => o.reduce((sum, value, i) => sum + value * (dOut[i] as number), 0);
      const slope = (f: (h: number) => number) => (f(1e-5) - f(-1e-5)) / 2e-5;
      const shifted = (values: readonly number[], place: number, h: number) =>
        values.map((value, i) => (i === place ? value + h : value));
      const ofQuery = query.map((_, i) => slope((h) => loss(forward(shifted(query, i, h), rows))));
      expect(distance(core.f32(dQuery, width), ofQuery)).toBeLessThan(5e-6);
      const ofRows = rows.flatMap((row, t) =>
        row.map((_, i) =>
          slope((h) =>
            loss(
              forward(
                query,
                rows.map((other, s) => (s === t ? shifted(row, i, h) : other)),
              ),
            ),
          ),
        ),
      );
      const added = [...core.f32(dKeys, 2 * width * first), ...core.f32(dAnswers, 2 * width * second)];
      expect(
        distance(
          added.map((value, i) => value - (before[i] as number)),
          ofRows,
        ),
      ).toBeLessThan(5e-6);
    });
  });

  it("take the cross-entropy of rows, with gradient 0 behind the last token", () => {
    const [tokens, columns] = [41, 48];
    const logits = draw(3 * columns).map((value) => 9 * value);
    const targets = [0, 40, 17];
    core.scoped(() => {
      const at = placed(logits);
      const loss = core.exports.crossEntropy(3, tokens, columns, at, core.place(Uint8Array.from(targets)));
      const shares = rowsOf(logits, columns).map((row) => softmaxSlow(row.slice(0, tokens)));
      const expected = shares.reduce((sum, row, i) => sum - Math.log(row[targets[i] as number] as number), 0);
      expect(loss).toBeCloseTo(expected, 4);
      const gradient = shares.flatMap((row, i) => [
        ...row.map((share, j) => (share - (j === targets[i] ? 1 : 0)) / 3),
        ...Array(columns - tokens).fill(0),
      ]);
      expect(distance(core.f32(at, 3 * columns), gradient)).toBeLessThan(1e-6);
    });
  });

  it("learn by Adam, with clipping, warm-up and cosine", () => {
    const count = 24;
    const start = draw(count);
    // norms on both sides of 1
    const gradients = [0.05, 4, 0.2].map((size) => draw(count).map((value) => Math.fround(size * value)));
    const rates = gradients.map((_, i) => core.exports.learningRate(i + 1, 9, 2, 0.01));
    core.scoped(() => {
      const weights = placed([...start, ...Array(2 * count).fill(0)]);
      for (const [i, gradient] of gradients.entries())
        core.exports.adam(weights, placed(gradient), 4 * count, i + 1, rates[i] as number);
      expect(distance(core.f32(weights, count), adamSlow(start, gradients, rates))).toBeLessThan(1e-6);
    });
    const rate = (t: number) =>
      t <= 2 ? (0.01 * t) / 2 : 0.01 * (0.05 + 0.95 * 0.5 * (1 + Math.cos((Math.PI * (t - 2)) / (9 - 2 + 1))));
    for (let t = 1; t <= 9; t++) expect(core.exports.learningRate(t, 9, 2, 0.01)).toBeCloseTo(rate(t), 12);
  });
});

buildsOfEdition("a transformer", (core: TestCore, build) => {
  const own = core as unknown as TransformerCore;

  const shapes = [
    [1, 2],
    [2, 2],
    [2, 3],
  ] as const;
  it.each(shortOrLong(shapes.slice(0, 2), build === "debug" ? shapes.slice(0, 1) : shapes))(
    "of %d layers has the loss and the gradient of its twin for matrices of size %d",
    (layers, size) => {
      core.scoped(() => {
        const shape = shapeOf(layers, size);
        const batch = 3; // rows that no tile of four holds evenly
        const transformer = anyTransformer(own, shape, batch);
        const { inputs, answers } = drawMatrices(own, base20(size), batch, 5, 0);
        const { loss, gradient } = transformer.learnFrom({ count: batch, inputs, answers }).gradient();
        const examples = [
          rowsOf([...inputs], shape.inputs * shape.parts),
          rowsOf([...answers], shape.outputs),
        ] as const;
        const weights = [...transformer.state()];
        expect(loss).toBeCloseTo(lossSlow(weights, shape, ...examples), 6);
        // central differences of some weights; f32 keeps some 1e-7 of gradients below 1
        const step = build === "debug" ? 211 : shortOrLong(127, 61);
        for (let k = 0; k < weights.length; k += step) {
          const at = (h: number) => {
            const moved = [...weights];
            moved[k] = (moved[k] as number) + h;
            return lossSlow(moved, shape, ...examples);
          };
          expect(Math.abs((at(1e-5) - at(-1e-5)) / 2e-5 - (gradient[k] as number)), `weight ${k}`).toBeLessThan(1e-6);
        }
      });
    },
  );

  it.each([
    [1, 2, 32],
    [2, 3, 16],
  ])(
    "of %d layers has the gradient that jax-js takes, for matrices of size %d at width %d",
    async (layers, size, width) => {
      await startJax();
      core.scoped(() => {
        const shape = shapeOf(layers, size, width);
        const transformer = anyTransformer(own, shape, 6);
        const examples = drawMatrices(own, base20(size), 6, 5, 0);
        const { loss, gradient } = transformer.learnFrom(examples).gradient();
        const jax = gradientOf(shape, transformer.state(), examples.inputs, examples.answers);
        expect(loss).toBeCloseTo(jax.loss, 5);
        // both are f32; entries are of up to 1
        expect(distance(gradient, jax.gradient)).toBeLessThan(1e-6);
        expect(Math.max(...gradient)).toBeGreaterThan(0.01);
      });
    },
  );

  it.each([1, 2])(
    "of %d layers finds the likeliest answers and their probabilities, greedily and by beams",
    (layers) => {
      core.scoped(() => {
        // few tokens, so that all answers can be looked at: 3 · 4 · 3 · 4
        const ranges = [
          [0, 3],
          [3, 7],
          [0, 3],
          [3, 7],
        ] as const;
        const shape = { ...shapeOf(layers), outputTokens: 7, ranges };
        const transformer = anyTransformer(own, shape, 1);
        const { inputs } = drawMatrices(own, base20(2), 5, 6, 1);
        const all = 144;
        const { answers, logs } = transformer.decode(inputs, all);
        const greedy = transformer.decode(inputs);
        for (const [e, input] of rowsOf([...inputs], 9).entries()) {
          const expected = answersSlow([...transformer.state()], shape, input, ranges);
          const found = rowsOf([...answers.subarray(4 * all * e, 4 * all * (e + 1))], 4);
          const scores = logs.subarray(all * e, all * (e + 1));
          expect(found.map(String).sort()).toEqual(expected.map(({ answer }) => String(answer)).sort());
          expect(
            distance(
              scores,
              expected.map(({ log }) => log),
            ),
          ).toBeLessThan(2e-5);
          const logOf = new Map(expected.map(({ answer, log }) => [String(answer), log]));
          for (const [i, answer] of found.entries())
            expect(scores[i]).toBeCloseTo(logOf.get(String(answer)) as number, 4);
          // greedy: at each position the likeliest token of the range
          let tokens: number[] = [];
          for (const [j, [first, end]] of ranges.entries()) {
            const logits = logitsSlow(readWeights([...transformer.state()], shape), shape, input, tokens)[
              j
            ] as number[];
            const part = logits.slice(first, end);
            tokens = [...tokens, first + part.indexOf(Math.max(...part))];
          }
          expect([...greedy.answers.subarray(4 * e, 4 * e + 4)]).toEqual(tokens);
          expect(greedy.logs[e]).toBeCloseTo(logOf.get(String(tokens)) as number, 4);
        }
      });
    },
  );

  it.each([
    [1, 1],
    [1, 0.3],
    [2, 4],
  ])("of %d layers draws the answers of its twin at a temperature of %d", (layers, temperature) => {
    core.scoped(() => {
      const ranges = [
        [0, 3],
        [3, 7],
        [0, 3],
        [3, 7],
      ] as const;
      const shape = { ...shapeOf(layers), outputTokens: 7, ranges };
      const transformer = anyTransformer(own, shape, 1);
      const count = 40;
      const { inputs } = drawMatrices(own, base20(2), count, 6, 1);
      const random = uniforms(11);
      const drawn = Array.from({ length: 4 * count }, random);
      // both ends of what a uniform number can be
      drawn.splice(0, 4, 0, 0, 0, 0);
      drawn.splice(4, 4, ...Array(4).fill(1 - 2 ** -53));
      const { answers, logs } = transformer.sample(inputs, temperature, Float64Array.from(drawn));
      let compared = 0;
      for (const [e, input] of rowsOf([...inputs], 9).entries()) {
        const own = drawn.slice(4 * e, 4 * e + 4);
        const { answer, log, margin } = sampleSlow([...transformer.state()], shape, input, ranges, temperature, own);
        if (margin < 1e-5 && e > 1) continue;
        compared++;
        expect([...answers.subarray(4 * e, 4 * e + 4)], `answer ${e}`).toEqual(answer);
        expect(logs[e]).toBeCloseTo(log, 4);
      }
      expect(compared).toBeGreaterThan(count - 5);
      expect(new Set(rowsOf([...answers], 4).map(String)).size).toBeGreaterThan(3);
    });
  });

  it("draws tokens as often as they are probable, and the likeliest ones when it is cold", () => {
    core.scoped(() => {
      const shape = shapeOf(1);
      const transformer = anyTransformer(own, shape, 1);
      const one = drawMatrices(own, base20(2), 1, 6, 1).inputs;
      const count = 20_000;
      const inputs = Uint8Array.from({ length: 9 * count }, (_, i) => one[i % 9] as number);
      const random = uniforms(12);
      const drawn = Float64Array.from({ length: 4 * count }, random);
      const { answers, logs } = transformer.sample(inputs, 1, drawn);
      const [first, end] = shape.ranges[0] as [number, number];
      const shares = softmaxSlow(
        (logitsSlow(readWeights([...transformer.state()], shape), shape, [...one], [])[0] as number[]).slice(
          first,
          end,
        ),
      );
      const firsts = rowsOf([...answers], 4).map(([token]) => token);
      let square = 0;
      for (const [k, share] of shares.entries()) {
        const seen = firsts.filter((token) => token === first + k).length;
        square += (seen - count * share) ** 2 / (count * share);
      }
      // chi-square of as many degrees of freedom as there are tokens but one: five standard deviations above its mean
      const freedom = shares.length - 1;
      expect(square).toBeLessThan(freedom + 5 * Math.sqrt(2 * freedom));
      // the mean of log p is minus the entropy of the answers: it cannot be above that of greedy decoding
      const greedy = transformer.decode(one);
      expect(logs.reduce((sum, log) => sum + log, 0) / count).toBeLessThan(greedy.logs[0] as number);
      const cold = transformer.sample(inputs.subarray(0, 9 * 600), 0.01, drawn.subarray(0, 2400));
      expect(new Set(rowsOf([...cold.answers], 4).map(String))).toEqual(new Set([String([...greedy.answers])]));
      // beyond one block of rows, and one by one
      for (const e of [0, 511, 512, 599]) {
        const alone = transformer.sample(one, 1, drawn.slice(4 * e, 4 * e + 4));
        expect([...alone.answers]).toEqual([...answers.subarray(4 * e, 4 * e + 4)]);
        expect(alone.logs[0]).toBe(logs[e]);
      }
      expect(() => transformer.sample(one, 0, drawn.slice(0, 4))).toThrow(
        "temperature must be a number in [0.01, 100]",
      );
      expect(() => transformer.sample(one, 1, drawn.slice(0, 3))).toThrow("uniforms must be 4 numbers, got 3");
    });
  });

  it("gives the same answers one by one and together, with any number of beams above", () => {
    core.scoped(() => {
      const shape = shapeOf(1, 2, 32);
      const transformer = anyTransformer(own, shape, 1);
      const { inputs } = drawMatrices(own, base20(2), 37, 8, 1);
      const together = transformer.decode(inputs, 50);
      for (const e of [0, 9, 10, 36]) {
        const alone = transformer.decode(inputs.slice(9 * e, 9 * (e + 1)), 50);
        expect([...alone.answers]).toEqual([...together.answers.subarray(200 * e, 200 * (e + 1))]);
        expect([...alone.logs]).toEqual([...together.logs.subarray(50 * e, 50 * (e + 1))]);
        expect([...alone.logs]).toEqual([...alone.logs].sort((a, b) => b - a));
      }
      expect(() => transformer.decode(inputs, 513)).toThrow("beams must be an integer in [1, 512], got 513");
    });
  });

  it("learns the same in one go and in parts, from its weights and moments alone", () => {
    core.scoped(() => {
      const shape = shapeOf(1);
      const examples = drawMatrices(own, base20(2), 50, 9, 0);
      const plan = { steps: 40, warmUp: 5, rate: 0.01, seed: 4 };
      const train = (cuts: readonly number[]) =>
        core.scoped(() => {
          let state: Float32Array | undefined;
          for (const [i, first] of cuts.entries()) {
            state = core.scoped(() => {
              const transformer = new Transformer(own, shape, { batch: 7 });
              transformer.initialize(1);
              if (state) transformer.restore(state);
              transformer.learnFrom(examples).train(plan, first, (cuts[i + 1] ?? plan.steps) - first);
              return transformer.state({ moments: true });
            });
          }
          return state as Float32Array;
        });
      const whole = train([0]);
      expect(train([0, 1, 17, 39])).toEqual(whole);
      expect(whole.some(Number.isNaN)).toBe(false);
      const transformer = new Transformer(own, shape, { batch: 7 });
      transformer.restore(whole);
      const after = transformer.learnFrom(examples).gradient().loss;
      transformer.initialize(1);
      expect(after).toBeLessThan(transformer.learnFrom(examples).gradient().loss);
    });
  });

  it("refuses what its kernels cannot take", () => {
    const refusal = (changes: Partial<TransformerShape>) =>
      expect(() => core.scoped(() => new Transformer(own, { ...shapeOf(1), ...changes })));
    refusal({ heads: 3 }).toThrow("heads must be a multiple of 4, got 3");
    refusal({ width: 24 }).toThrow("width must be a multiple of 4 · heads, got 24");
    refusal({ inputs: 61 }).toThrow("positions must be an integer in [2, 64], got 65");
    refusal({ outputTokens: 257 }).toThrow("tokens must be at most 256, got 257");
    refusal({ ranges: [] }).toThrow("ranges must be of 4 positions");
    core.scoped(() => {
      const transformer = new Transformer(own, shapeOf(1));
      const inputs = new Uint8Array(9).fill(23);
      const examples = { count: 1, inputs, answers: new Uint8Array(4) };
      expect(() => transformer.learnFrom(examples)).toThrow("examples must be tokens that the shape has");
      expect(() => transformer.learnFrom({ ...examples, count: 2 })).toThrow("examples must be tokens of 2 inputs");
      expect(() => transformer.learnFrom({ ...examples, count: 0 })).toThrow("examples must be at least one, got 0");
      expect(() => transformer.restore(new Float32Array(3))).toThrow(`state must be of ${transformer.count}`);
    });
  });
});

buildsOfEdition("matrices", (core: TestCore) => {
  const own = core as unknown as TransformerCore;

  /** The matrix that tokens say. */
  function matrixOf(tokens: readonly number[], size: number): number[][] {
    const entries = rowsOf([...tokens], 3).map(([sign, whole, tenths]) => {
      const value = (whole as number) - 2 + ((tenths as number) - 13) / 10;
      return sign === 1 ? -value : value;
    });
    const matrix = Array.from({ length: size }, () => Array<number>(size).fill(0));
    for (let i = 0, k = 0; i < size; i++)
      for (let j = i; j < size; j++, k++) {
        (matrix[i] as number[])[j] = entries[k] as number;
        (matrix[j] as number[])[i] = entries[k] as number;
      }
    return matrix;
  }

  const determinant = (m: number[][]): number =>
    m.length === 1
      ? (m[0]?.[0] as number)
      : (m[0] as number[]).reduce(
          (sum, value, j) =>
            sum + (-1) ** j * value * determinant(m.slice(1).map((row) => row.filter((_, k) => k !== j))),
          0,
        );

  it.each([1, 2, 3, 4])("of size %d have the eigenvalues that are the roots of their polynomials", (size) => {
    const count = 200;
    const { inputs, answers, values } = drawMatrices(own, base20(size), count, 7, 0);
    const entries: number[] = [];
    for (let e = 0; e < count; e++) {
      const width = (3 * size * (size + 1)) / 2;
      const matrix = matrixOf([...inputs.subarray(width * e, width * (e + 1))], size);
      entries.push(...matrix.flat());
      const roots = [...values.subarray(size * e, size * (e + 1))];
      expect(roots).toEqual(roots.toSorted((a, b) => b - a));
      const trace = matrix.reduce((sum, row, i) => sum + (row[i] as number), 0);
      expect(roots.reduce((sum, root) => sum + root, 0)).toBeCloseTo(trace, 9);
      for (const root of roots) {
        const shifted = matrix.map((row, i) => row.map((value, j) => value - (i === j ? root : 0)));
        expect(Math.abs(determinant(shifted))).toBeLessThan(1e-8 * 40 ** size);
      }
      const tokens = [...answers.subarray(2 * size * e, 2 * size * (e + 1))];
      const said = rowsOf(tokens, 2).map(
        ([high, low]) => (20 * (high as number) + (low as number) - (10 * size + 1) - 100 * size - 10) / 10,
      );
      expect(distance(said, roots)).toBeLessThan(0.05 + 1e-9);
    }
    // uniform in [−10, 10]: the mean of N entries has deviation 10/√(3N); each off-diagonal entry stands twice
    const mean = entries.reduce((sum, value) => sum + value, 0) / entries.length;
    expect(Math.abs(mean)).toBeLessThan((4 * 10 * Math.SQRT2) / Math.sqrt(3 * entries.length));
    expect(Math.max(...entries.map(Math.abs))).toBeLessThanOrEqual(10);
    expect(drawMatrices(own, base20(size), count, 7, 1).inputs).not.toEqual(inputs);
  });

  /** Tokens of a number of tenths, as the heads of the encodings say it. */
  const written: Record<Encoding, Record<"entry" | "value", (z: number, size: number) => number[]>> = {
    base20: { entry: parted, value: (z, size) => shifted(z + 100 * size + 10, size) },
    "base20-edge": { entry: parted, value: (z, size) => shifted(z + 100 * size, size) },
    digits: { entry: digitByDigit, value: digitByDigit },
  };
  function parted(z: number): number[] {
    const [whole, tenths] = (Math.abs(z) / 10).toFixed(1).split(".");
    return [z < 0 ? 1 : 0, 2 + Number(whole), 13 + Number(tenths)];
  }
  function shifted(z: number, size: number): number[] {
    return [
      Number.parseInt(z.toString(20).slice(0, -1) || "0", 20),
      10 * size + 1 + Number.parseInt(z.toString(20).slice(-1), 20),
    ];
  }
  function digitByDigit(z: number): number[] {
    return [z < 0 ? 1 : 0, ...[...String(Math.abs(z)).padStart(3, "0")].map((digit) => 2 + Number(digit))];
  }

  it.each(encodingNames)("are written in the encoding %s, and read again", (encoding) => {
    for (const size of [1, 2, 3, 8]) {
      const task = { size, encoding };
      const { inputs, parts, inputTokens, outputs, outputTokens, ranges } = matrixTokens(task);
      const plain = drawMatrices(own, base20(size), 40, 7, 0);
      const drawn = drawMatrices(own, task, 40, 7, 0);
      // the matrices do not depend on the encoding
      expect(drawn.values).toEqual(plain.values);
      const width = inputs * parts;
      for (let e = 0; e < 40; e++) {
        const tokens = drawn.inputs.subarray(width * e, width * (e + 1));
        const plainWidth = plain.inputs.length / 40;
        const entries = entriesIn(base20(size), plain.inputs.subarray(plainWidth * e, plainWidth * (e + 1)));
        expect(entries).toHaveLength((size * (size + 1)) / 2);
        expect([...tokens]).toEqual(entries.flatMap((x) => written[encoding].entry(Math.round(10 * x), size)));
        expect(entriesIn(task, tokens)).toEqual(entries);
        const answer = drawn.answers.subarray(outputs * e, outputs * (e + 1));
        const tenths = [...drawn.values.subarray(size * e, size * (e + 1))].map((value) => {
          // halves to the even one, as WebAssembly's nearest does
          const [z, half] = [Math.round(10 * value), Math.abs((10 * value) % 1) === 0.5];
          return (half && z % 2 !== 0 ? z - 1 : z) || 0;
        });
        expect([...answer]).toEqual(tenths.flatMap((z) => written[encoding].value(z, size)));
        expect(valuesIn(task, answer)).toEqual(tenths.map((z) => z / 10));
        for (const [i, token] of answer.entries()) {
          const [first, end] = ranges[i] as readonly [number, number];
          expect(token >= first && token < end && end <= outputTokens).toBe(true);
        }
        expect(Math.max(...tokens)).toBeLessThan(inputTokens);
      }
      // the ends of what an eigenvalue can be stand within the ranges
      for (const z of [-100 * size, -1, 0, 1, 100 * size]) {
        const tokens = written[encoding].value(z, size);
        for (const [i, token] of tokens.entries()) {
          const [first, end] = ranges[i] as readonly [number, number];
          expect(token >= first && token < end).toBe(true);
        }
        expect(valuesIn(task, Uint8Array.from(Array(size).fill(tokens).flat()))).toEqual(Array(size).fill(z / 10));
      }
      const exact = answerErrors(own, task, drawn.answers, drawn.values);
      const rounded = answerErrors(own, base20(size), plain.answers, plain.values);
      expect(exact).toEqual(rounded);
    }
  });

  it("are refused in an encoding that is not known", () => {
    for (const id of [-1, encodingNames.length]) {
      expect(own.exports.drawMatrices(id, 2, 1, 0, 0, 0)).toBe(5);
      expect(own.exports.answerErrors(id, 2, 1, 1, 0, 0, 0)).toBe(5);
    }
    expect(encodingNames.map((name) => encodings[name].id)).toEqual([...encodingNames.keys()]);
  });

  it("have answers whose errors are relative to all eigenvalues", () => {
    const token = (value: number) => {
      const z = Math.round(10 * value) + 210;
      return [Math.floor(z / 20), 21 + (z % 20)];
    };
    const answers = Uint8Array.from([...token(10), ...token(-5), ...token(10.3), ...token(-4.9)]);
    const errors = answerErrors(own, base20(2), answers, Float64Array.of(10, -5), 2);
    expect(errors[0]).toBe(0);
    expect(errors[1]).toBeCloseTo(0.4 / 15, 12);
    const zero = Uint8Array.from([...token(0), ...token(0), ...token(0.1), ...token(0)]);
    expect([...answerErrors(own, base20(2), zero, Float64Array.of(0, 0), 2)]).toEqual([0, Number.POSITIVE_INFINITY]);
  });
});
