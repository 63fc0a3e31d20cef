import { CoreError, coreReason } from "./errors.js";
import { seedStreams } from "./streams.js";
import type { TransformerShape } from "./transformer.js";
import type { TransformerCore } from "./transformerCore.js";

/** Symmetric matrices and their eigenvalues, as assembly/matrices/matrices.ts writes them. */
export interface Matrices {
  count: number;
  /** Tokens of the upper triangle. */
  inputs: Uint8Array;
  /** Tokens of the exact eigenvalues. */
  answers: Uint8Array;
  /** The eigenvalues, the largest first. */
  values: Float64Array;
}

/** What is asked: size × size matrices, and how their numbers are written. */
export interface MatrixTask {
  /** 1 to 8. */
  size: number;
  encoding: Encoding;
}

type Tokens = Pick<TransformerShape, "inputs" | "parts" | "inputTokens" | "outputs" | "outputTokens" | "ranges">;

interface EncodingRecord {
  /** Its number in assembly/matrices/encodings.ts. */
  id: number;
  description: string;
  /** Tokens of a matrix and of its eigenvalues, and which ones may stand where. */
  tokens(size: number): Tokens;
  /** The numbers of tokens, in tenths. */
  entry(tokens: Uint8Array): number;
  value(tokens: Uint8Array, size: number): number;
}

/** The names of all encodings; the first is the default. */
export const encodingNames = ["base20", "base20-edge", "digits"] as const;

export type Encoding = (typeof encodingNames)[number];

/** Every way to write numbers as tokens. */
export const encodings: Readonly<Record<Encoding, EncodingRecord>> = {
  base20: {
    id: 0,
    description:
      "an entry at one position, the sum of its sign, whole part and tenths; an eigenvalue as two digits in base 20, zero amid a digit",
    tokens: base20Tokens,
    entry: base20Entry,
    value: (tokens, size) => base20Value(tokens, size) - 100 * size - 10,
  },
  "base20-edge": {
    id: 1,
    description: "as base20, but zero is at the edge of a digit",
    tokens: base20Tokens,
    entry: base20Entry,
    value: (tokens, size) => base20Value(tokens, size) - 100 * size,
  },
  digits: {
    id: 2,
    description: "entries and eigenvalues as a sign and three decimal digits, a position each",
    tokens: (size) => {
      const digit = [2, 12] as const;
      // no eigenvalue is beyond 10 times the size
      const number = [[0, 2], [2, 3 + size], digit, digit] as const;
      return {
        inputs: 4 * entriesOf(size),
        parts: 1,
        inputTokens: 12,
        outputs: 4 * size,
        outputTokens: 12,
        ranges: Array.from({ length: size }, () => number).flat(),
      };
    },
    entry: signedDigits,
    value: signedDigits,
  },
};

function entriesOf(size: number): number {
  return (size * (size + 1)) / 2;
}

function base20Tokens(size: number): Tokens {
  const high = 10 * size + 1;
  const digits = [
    [0, high],
    [high, high + 20],
  ] as const;
  return {
    inputs: entriesOf(size),
    parts: 3,
    inputTokens: 23,
    outputs: 2 * size,
    outputTokens: high + 20,
    ranges: Array.from({ length: size }, () => digits).flat(),
  };
}

function base20Entry([sign = 0, whole = 2, tenths = 13]: Uint8Array): number {
  return (sign === 1 ? -1 : 1) * (10 * (whole - 2) + tenths - 13);
}

function base20Value([high = 0, low = 0]: Uint8Array, size: number): number {
  return 20 * high + low - 10 * size - 1;
}

function signedDigits([sign = 0, tens = 2, ones = 2, tenths = 2]: Uint8Array): number {
  return (sign === 1 ? -1 : 1) * (100 * tens + 10 * ones + tenths - 222);
}

export function matrixTokens({ size, encoding }: MatrixTask): Tokens {
  return encodings[encoding].tokens(size);
}

/** The entries of the upper triangle of a matrix, row by row, as its tokens say. */
export function entriesIn(task: MatrixTask, tokens: Uint8Array): number[] {
  return numbersIn(tokens, entriesOf(task.size), (part) => encodings[task.encoding].entry(part));
}

/** The eigenvalues of an answer. */
export function valuesIn(task: MatrixTask, tokens: Uint8Array): number[] {
  return numbersIn(tokens, task.size, (part) => encodings[task.encoding].value(part, task.size));
}

function numbersIn(tokens: Uint8Array, count: number, tenthsOf: (part: Uint8Array) => number): number[] {
  const width = tokens.length / count;
  // a model may write −0
  return Array.from({ length: count }, (_, i) => tenthsOf(tokens.subarray(width * i, width * (i + 1))) / 10 || 0);
}

/**
 * Draws matrices.
 *
 * @param index Tells the sets of one seed apart.
 */
export function drawMatrices(
  core: TransformerCore,
  task: MatrixTask,
  count: number,
  seed: number,
  index: number,
): Matrices {
  const { inputs, parts, outputs } = matrixTokens(task);
  const { size, encoding } = task;
  return core.scoped(() => {
    const inputBytes = count * inputs * parts;
    const [inputAt, answerAt, valueAt] = [
      core.reserve(inputBytes),
      core.reserve(count * outputs),
      core.reserve(8 * size * count),
    ];
    seedStreams(core, "matrices", seed, index);
    check(core.exports.drawMatrices(encodings[encoding].id, size, count, inputAt, answerAt, valueAt));
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
 * @param answers Their tokens.
 */
export function answerErrors(
  core: TransformerCore,
  { size, encoding }: MatrixTask,
  answers: Uint8Array,
  values: Float64Array,
  each = 1,
): Float64Array {
  const count = values.length / size;
  return core.scoped(() => {
    const out = core.reserve(8 * count * each);
    const { id } = encodings[encoding];
    check(core.exports.answerErrors(id, size, count, each, core.place(answers), core.place(values), out));
    return core.f64(out, count * each).slice();
  });
}

/** The codes of assembly/status.ts that these kernels have. */
function check(status: number): void {
  if (status === 4) throw new CoreError(coreReason("matrix-not-converged"));
  if (status !== 0) throw new CoreError(coreReason("core-unknown-kind"));
}
