/**
 * A slow twin of the transformer, from its description: one example at a time, every position a vector, everything double
 * precision; attention is a mask over all positions, and nothing is kept from one token of an answer to the next.
 */

export interface Shape {
  width: number;
  heads: number;
  layers: number;
  inputs: number;
  parts: number;
  inputTokens: number;
  outputs: number;
  outputTokens: number;
}

type Vector = number[];
/** Rows of a matrix W[in][out]. */
type Matrix = Vector[];

interface Affine {
  matrix: Matrix;
  bias: Vector;
}

interface Layer {
  norm1: { gain: Vector; bias: Vector };
  query: Affine;
  keyValue: Affine;
  mix: Affine;
  norm2: { gain: Vector; bias: Vector };
  expand: Affine;
  contract: Affine;
}

interface Weights {
  inputTokens: Matrix;
  positions: Matrix;
  outputTokens: Matrix;
  layers: Layer[];
  norm: { gain: Vector; bias: Vector };
  output: Affine;
}

/** Reads the weights in the order in which the core has them. */
export function readWeights(flat: ArrayLike<number>, shape: Shape): Weights {
  const { width: d, layers, inputs, inputTokens, outputs, outputTokens } = shape;
  let place = 0;
  const vector = (n: number): Vector => Array.from({ length: n }, () => flat[place++] as number);
  const matrix = (rows: number, columns: number): Matrix => Array.from({ length: rows }, () => vector(columns));
  const affine = (rows: number, columns: number): Affine => ({ matrix: matrix(rows, columns), bias: vector(columns) });
  const norm = () => ({ gain: vector(d), bias: vector(d) });
  const columns = 8 * Math.ceil(outputTokens / 8);
  const weights = {
    inputTokens: matrix(inputTokens, d),
    positions: matrix(inputs + outputs, d),
    outputTokens: matrix(outputTokens + 1, d),
    layers: Array.from({ length: layers }, () => ({
      norm1: norm(),
      query: affine(d, d),
      keyValue: affine(d, 2 * d),
      mix: affine(d, d),
      norm2: norm(),
      expand: affine(d, 4 * d),
      contract: affine(4 * d, d),
    })),
    norm: norm(),
    output: affine(d, columns),
  };
  if (place !== flat.length) throw new Error(`${flat.length} weights, and a shape of ${place}`);
  return weights;
}

const sum = (values: Vector) => values.reduce((total, value) => total + value, 0);
const add = (a: Vector, b: Vector) => a.map((value, i) => value + (b[i] as number));
const dot = (a: Vector, b: Vector) => sum(a.map((value, i) => value * (b[i] as number)));

function apply({ matrix, bias }: Affine, x: Vector): Vector {
  return bias.map((b, j) => b + sum(x.map((value, i) => value * (matrix[i]?.[j] as number))));
}

export function layerNormSlow(x: Vector, gain: Vector, bias: Vector): Vector {
  const mean = sum(x) / x.length;
  const variance = sum(x.map((value) => (value - mean) ** 2)) / x.length;
  return x.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * (gain[i] as number) + (bias[i] as number));
}

export function softmaxSlow(scores: Vector): Vector {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  return powers.map((power) => power / sum(powers));
}

/** Attention of a query over keys and values, head by head. */
export function attendSlow(query: Vector, keys: Matrix, values: Matrix, heads: number): Vector {
  const size = query.length / heads;
  return Array.from({ length: heads }, (_, h) => {
    const part = (x: Vector) => x.slice(h * size, (h + 1) * size);
    const weights = softmaxSlow(keys.map((key) => dot(part(query), part(key)) / Math.sqrt(size)));
    return Array.from({ length: size }, (_, i) =>
      sum(values.map((value, t) => (weights[t] as number) * (part(value)[i] as number))),
    );
  }).flat();
}

/** The logits at every answer position up to the one behind the answer's tokens, which may be its first ones alone. */
export function logitsSlow(weights: Weights, shape: Shape, input: Vector, answer: Vector): Matrix {
  const { width, heads, inputs, parts, outputs, outputTokens } = shape;
  const length = inputs + Math.min(outputs, answer.length + 1);
  let stream: Matrix = Array.from({ length }, (_, t) => {
    const tokens =
      t < inputs
        ? input.slice(t * parts, (t + 1) * parts).map((token) => weights.inputTokens[token] as Vector)
        : [weights.outputTokens[t === inputs ? outputTokens : (answer[t - inputs - 1] as number)] as Vector];
    return tokens.reduce(add, weights.positions[t] as Vector);
  });
  for (const { norm1, query, keyValue, mix, norm2, expand, contract } of weights.layers) {
    const normal = stream.map((x) => layerNormSlow(x, norm1.gain, norm1.bias));
    const pairs = normal.map((x) => apply(keyValue, x));
    const keys = pairs.map((pair) => pair.slice(0, width));
    const values = pairs.map((pair) => pair.slice(width));
    stream = stream.map((x, t) => {
      const seen = Math.max(inputs, t + 1);
      const attended = attendSlow(apply(query, normal[t] as Vector), keys.slice(0, seen), values.slice(0, seen), heads);
      const middle = add(x, apply(mix, attended));
      const hidden = apply(expand, layerNormSlow(middle, norm2.gain, norm2.bias)).map((value) => Math.max(value, 0));
      return add(middle, apply(contract, hidden));
    });
  }
  return stream
    .slice(inputs)
    .map((x) => apply(weights.output, layerNormSlow(x, weights.norm.gain, weights.norm.bias)).slice(0, outputTokens));
}

/** −log p a token in the mean over examples, over all tokens. */
export function lossSlow(flat: ArrayLike<number>, shape: Shape, inputs: Matrix, answers: Matrix): number {
  const weights = readWeights(flat, shape);
  const losses = inputs.flatMap((input, e) => {
    const answer = answers[e] as Vector;
    const logits = logitsSlow(weights, shape, input, answer);
    return answer.map((token, j) => -Math.log(softmaxSlow(logits[j] as Vector)[token] as number));
  });
  return sum(losses) / losses.length;
}

/** All answers whose tokens lie in the ranges, with log p among the tokens of the range, the likeliest first. */
export function answersSlow(
  flat: ArrayLike<number>,
  shape: Shape,
  input: Vector,
  ranges: readonly (readonly [number, number])[],
): { answer: Vector; log: number }[] {
  const weights = readWeights(flat, shape);
  let beams: { answer: Vector; log: number }[] = [{ answer: [], log: 0 }];
  for (const [j, [first, end]] of ranges.entries()) {
    beams = beams.flatMap(({ answer, log }) => {
      const logits = logitsSlow(weights, shape, input, answer)[j] as Vector;
      const logs = softmaxSlow(logits.slice(first, end)).map(Math.log);
      return logs.map((value, k) => ({ answer: [...answer, first + k], log: log + value }));
    });
  }
  return beams.sort((a, b) => b.log - a.log);
}

/** The answer that sampling draws with given uniform numbers, one a position, and its log-probability at a temperature of 1. */
export function sampleSlow(
  flat: ArrayLike<number>,
  shape: Shape,
  input: Vector,
  ranges: readonly (readonly [number, number])[],
  temperature: number,
  uniforms: Vector,
): { answer: Vector; log: number; margin: number } {
  const weights = readWeights(flat, shape);
  let answer: Vector = [];
  let log = 0;
  let margin = 1;
  for (const [j, [first, end]] of ranges.entries()) {
    const part = (logitsSlow(weights, shape, input, answer)[j] as Vector).slice(first, end);
    const shares = softmaxSlow(part.map((z) => z / temperature));
    const ends = shares.map((_, k) => shares.slice(0, k + 1).reduce((sum, one) => sum + one, 0));
    const uniform = uniforms[j] as number;
    // how far the number is from a border that rounding could move over it
    for (const border of ends.slice(0, -1)) margin = Math.min(margin, Math.abs(border - uniform));
    const drawn = ends.filter((border) => border <= uniform).length;
    const token = Math.min(drawn, shares.length - 1);
    log += Math.log(softmaxSlow(part)[token] as number);
    answer = [...answer, first + token];
  }
  return { answer, log, margin };
}

/** Adam over a list of gradients, as in its paper, with the gradient's norm clipped at 1 and rates of each step. */
export function adamSlow(start: Vector, gradients: Matrix, rates: Vector): Vector {
  const weights = [...start];
  const m = weights.map(() => 0);
  const v = weights.map(() => 0);
  for (const [i, gradient] of gradients.entries()) {
    const t = i + 1;
    const norm = Math.sqrt(dot(gradient, gradient));
    for (const [k, raw] of gradient.entries()) {
      const g = raw / Math.max(1, norm);
      m[k] = 0.9 * (m[k] as number) + 0.1 * g;
      v[k] = 0.98 * (v[k] as number) + 0.02 * g * g;
      const mean = (m[k] as number) / (1 - 0.9 ** t);
      const square = (v[k] as number) / (1 - 0.98 ** t);
      weights[k] = (weights[k] as number) - ((rates[i] as number) * mean) / (Math.sqrt(square) + 1e-8);
    }
  }
  return weights;
}
