// The transformer of assembly/transformer in jax-js, written from its formulas: an implementation of its own to hold gradients
// against (test/kernel/transformer.test.ts) and to measure beside (bench/eigen.mjs). It takes and gives weights as one
// list, in the layout of assembly/transformer/shape.ts.
import { init, jit, nn, numpy as np, valueAndGrad } from "@jax-js/jax";

/** Starts the wasm backend. */
export async function startJax() {
  const backends = await init("wasm");
  if (!backends.includes("wasm")) throw new Error(`jax-js must have its wasm backend, has ${backends}`);
}

const columnsOf = ({ outputTokens }) => Math.ceil(outputTokens / 8) * 8;

/** Names and shapes of the weights, in their order. */
function layout(shape) {
  const { width: d, layers, inputs, outputs, inputTokens, outputTokens } = shape;
  const matrix = (name, rows, columns) => [
    [name, [rows, columns]],
    [`${name}Bias`, [columns]],
  ];
  const norm = (name) => [
    [`${name}Gain`, [d]],
    [`${name}Bias`, [d]],
  ];
  return [
    ["inputs", [inputTokens, d]],
    ["positions", [inputs + outputs, d]],
    ["outputs", [outputTokens + 1, d]],
    ...Array.from({ length: layers }, (_, l) => [
      ...norm(`first${l}`),
      ...matrix(`query${l}`, d, d),
      ...matrix(`keyValue${l}`, d, 2 * d),
      ...matrix(`mix${l}`, d, d),
      ...norm(`second${l}`),
      ...matrix(`expand${l}`, d, 4 * d),
      ...matrix(`contract${l}`, 4 * d, d),
    ]).flat(),
    ...norm("last"),
    ...matrix("out", d, columnsOf(shape)),
  ];
}

/** A list of weights as arrays by name. */
export function treeOf(shape, flat) {
  let place = 0;
  const tree = {};
  for (const [name, dims] of layout(shape)) {
    const count = dims.reduce((product, n) => product * n, 1);
    tree[name] = np.array(Float32Array.from(flat.slice(place, place + count))).reshape(dims);
    place += count;
  }
  if (place !== flat.length) throw new Error(`the shape has ${place} weights, got ${flat.length}`);
  return tree;
}

/** Arrays by name as one list. */
export function listOf(shape, tree) {
  const parts = layout(shape).map(([name]) => tree[name].dataSync());
  const flat = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    flat.set(part, place);
    place += part.length;
  }
  return flat;
}

/** Tokens as counts and one-hot rows: of the inputs, of what stands before each answer position, and of the answers. */
export function batchOf(shape, inputs, answers) {
  const { parts, outputs, inputTokens, outputTokens } = shape;
  const batch = answers.length / outputs;
  const columns = columnsOf(shape);
  const read = new Float32Array((inputs.length / parts) * inputTokens);
  for (const [i, token] of inputs.entries()) read[Math.floor(i / parts) * inputTokens + token]++;
  const before = new Float32Array(answers.length * (outputTokens + 1));
  const target = new Float32Array(answers.length * columns);
  for (const [i, token] of answers.entries()) {
    before[i * (outputTokens + 1) + (i % outputs === 0 ? outputTokens : answers[i - 1])] = 1;
    target[i * columns + token] = 1;
  }
  return {
    read: np.array(read).reshape([batch, shape.inputs, inputTokens]),
    before: np.array(before).reshape([batch, outputs, outputTokens + 1]),
    target: np.array(target).reshape([batch, outputs, columns]),
  };
}

/** Which positions attend to which: the input to itself, the answer to the input and to itself so far. */
function maskOf({ inputs, outputs }) {
  const positions = inputs + outputs;
  return Array.from({ length: positions * positions }, (_, k) => {
    const [i, j] = [Math.floor(k / positions), k % positions];
    return j < inputs || (i >= inputs && j <= i) ? 0 : -1e30;
  });
}

function normalized(x, gain, bias) {
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
  const variance = np.mean(centred.ref.mul(centred.ref), -1, { keepdims: true });
  return centred
    .div(np.sqrt(variance.add(1e-5)))
    .mul(gain)
    .add(bias);
}

/** The mean of −log p a token. */
export function lossOf(shape) {
  const { width: d, heads, layers, inputs, outputs, outputTokens } = shape;
  const positions = inputs + outputs;
  const columns = columnsOf(shape);
  const mask = maskOf(shape);
  const absent = Array.from({ length: columns }, (_, j) => (j < outputTokens ? 0 : -1e30));
  const affine = (p, name, x) => np.matmul(x, p[name]).add(p[`${name}Bias`]);
  const norm = (p, name, x) => normalized(x, p[`${name}Gain`], p[`${name}Bias`]);
  return (p, { read, before, target }) => {
    const batch = read.shape[0];
    let x = np.concatenate([np.matmul(read, p.inputs), np.matmul(before, p.outputs)], 1).add(p.positions);
    for (let l = 0; l < layers; l++) {
      const y = norm(p, `first${l}`, x.ref);
      const split = (rows) => rows.reshape([batch, positions, heads, d / heads]).transpose([0, 2, 1, 3]);
      const q = split(affine(p, `query${l}`, y.ref));
      const [keys, values] = np.split(affine(p, `keyValue${l}`, y), 2, 2);
      const scores = np
        .matmul(q, split(keys).transpose([0, 1, 3, 2]))
        .mul(1 / Math.sqrt(d / heads))
        .add(np.array(mask).reshape([positions, positions]));
      const attended = np.matmul(nn.softmax(scores, -1), split(values));
      x = x.add(affine(p, `mix${l}`, attended.transpose([0, 2, 1, 3]).reshape([batch, positions, d])));
      const hidden = nn.relu(affine(p, `expand${l}`, norm(p, `second${l}`, x.ref)));
      x = x.add(affine(p, `contract${l}`, hidden));
    }
    const [, answers] = np.split(x, [inputs], 1);
    const logits = affine(p, "out", norm(p, "last", answers)).add(np.array(absent));
    return np.sum(nn.logSoftmax(logits, -1).mul(target)).mul(-1 / (batch * outputs));
  };
}

/** Loss and gradient of a batch. */
export function gradientOf(shape, flat, inputs, answers) {
  const [loss, gradient] = valueAndGrad(lossOf(shape))(treeOf(shape, flat), batchOf(shape, inputs, answers));
  return { loss: loss.item(), gradient: listOf(shape, gradient) };
}

/** A training step, compiled: the forward pass, the gradient and Adam with clipping, as assembly/transformer/adam.ts. */
export function stepOf(shape) {
  const value = valueAndGrad(lossOf(shape));
  const names = layout(shape).map(([name]) => name);
  return jit((weights, first, second, batch, rate, correction1, correction2) => {
    const [loss, gradient] = value(Object.fromEntries(names.map((name) => [name, weights[name].ref])), batch);
    const square = names
      .map((name) => np.sum(gradient[name].ref.mul(gradient[name].ref)))
      .reduce((sum, part) => sum.add(part));
    const clip = np.minimum(np.array(1), np.array(1).div(np.sqrt(square)));
    const next = { weights: {}, first: {}, second: {} };
    for (const name of names) {
      const g = gradient[name].mul(clip.ref);
      const m = first[name].mul(0.9).add(g.ref.mul(0.1));
      const v = second[name].mul(0.98).add(g.ref.mul(g).mul(0.02));
      const size = np.sqrt(v.ref.mul(correction2.ref)).add(1e-8);
      next.weights[name] = weights[name].sub(m.ref.mul(correction1.ref).div(size).mul(rate.ref));
      next.first[name] = m;
      next.second[name] = v;
    }
    for (const used of [clip, rate, correction1, correction2]) used.dispose();
    return [loss, next.weights, next.first, next.second];
  });
}
