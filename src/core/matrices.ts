import { CoreError, coreReason } from "./errors.js";
import { seedStreams } from "./streams.js";
import type { TransformerCore } from "./transformerCore.js";

/** Symmetric matrices and their eigenvalues, as assembly/matrices/matrices.ts writes them. */
export interface Matrices {
  count: number;
  /** Tokens of the upper triangle, three an entry. */
  inputs: Uint8Array;
  /** Tokens of the exact eigenvalues, two each. */
  answers: Uint8Array;
  /** The eigenvalues, the largest first. */
  values: Float64Array;
}

/** Tokens of an n × n matrix and of its eigenvalues, and which ones may stand where. */
export function matrixTokens(size: number) {
  const high = 10 * size + 1;
  const digits: [first: number, end: number][] = [
    [0, high],
    [high, high + 20],
  ];
  return {
    inputs: (size * (size + 1)) / 2,
    parts: 3,
    inputTokens: 23,
    outputs: 2 * size,
    outputTokens: high + 20,
    ranges: Array.from({ length: size }, () => digits).flat(),
  };
}

/**
 * Draws matrices.
 *
 * @param size n, 1 to 8.
 * @param index Tells the sets of one seed apart.
 */
export function drawMatrices(
  core: TransformerCore,
  size: number,
  count: number,
  seed: number,
  index: number,
): Matrices {
  const { inputs, parts, outputs } = matrixTokens(size);
  return core.scoped(() => {
    const inputBytes = count * inputs * parts;
    const [inputAt, answerAt, valueAt] = [
      core.reserve(inputBytes),
      core.reserve(count * outputs),
      core.reserve(8 * size * count),
    ];
    seedStreams(core, "matrices", seed, index);
    if (core.exports.drawMatrices(size, count, inputAt, answerAt, valueAt) !== 0)
      throw new CoreError(coreReason("matrix-not-converged"));
    return {
      count,
      inputs: core.u8(inputAt, inputBytes).slice(),
      answers: core.u8(answerAt, count * outputs).slice(),
      values: core.f64(valueAt, size * count).slice(),
    };
  });
}

/**
 * Relative errors Σ|λ̂ − λ| / Σ|λ| of answers, `each` of every matrix.
 *
 * @param answers Two tokens an eigenvalue.
 */
export function answerErrors(
  core: TransformerCore,
  size: number,
  answers: Uint8Array,
  values: Float64Array,
  each = 1,
): Float64Array {
  const count = values.length / size;
  return core.scoped(() => {
    const out = core.reserve(8 * count * each);
    core.exports.answerErrors(size, count, each, core.place(answers), core.place(values), out);
    return core.f64(out, count * each).slice();
  });
}
