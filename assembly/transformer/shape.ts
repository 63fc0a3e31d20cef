/**
 * What a transformer is, as its kernels see it: a struct in memory, written by the host. It is a language model of answers
 * after a prefix: the positions of the input attend to all of the input, those of the answer to the input and to the answer
 * up to themselves. Pre-LayerNorm, ReLU, a feed-forward layer of four times the width, learned positions.
 *
 * An input position is the sum of `parts` tokens (for a number: its sign, whole part and tenths); an answer position is one
 * token, preceded by the token before it, or by a token of its own at the beginning.
 *
 * Rows of activations: the input positions of all examples, then the answer positions of all examples, so that both parts
 * are one block each for the matrix products. The last layer computes queries of answer positions only.
 *
 * Weights, f32, in this order: input tokens, positions, answer tokens and the beginning, layers, the last LayerNorm, the
 * output matrix and its bias. Every block is a multiple of eight numbers; the gradient and the transposed matrices have the
 * same layout, so one offset serves all three.
 */
@unmanaged
export class Transformer {
  /** A multiple of four heads, whose width is a multiple of four: the kernels take four heads at a time, a lane each. */
  width: i32;
  heads: i32;
  layers: i32;
  /** Positions of an input, tokens that are summed at each, and how many different ones there are. */
  inputs: i32;
  parts: i32;
  inputTokens: i32;
  /** Positions of an answer, and how many different tokens there are. */
  outputs: i32;
  outputTokens: i32;
  /** Examples of a training step. */
  batch: i32;
  /** Rows that decoding works on at once, a multiple of the number of beams. */
  decodeRows: i32;
  /** i32[2] an answer position: its first token, and the one behind its last. */
  rangesPtr: usize;
  /** f32[weightCount]: the weights; behind them the two moments of Adam, as many each. */
  weightsPtr: usize;
  /** Of `transformerBytes()`: everything else. */
  scratchPtr: usize;
  /** i32: the order of the rows in the current epoch. */
  orderPtr: usize;
  /** The epoch whose order stands there, or −1. */
  orderEpoch: i32;

  @inline
  get positions(): i32 {
    return this.inputs + this.outputs;
  }
  /** Columns of the output matrix: the tokens, rounded up to a multiple of eight. */
  @inline
  get columns(): i32 {
    return (this.outputTokens + 7) & ~7;
  }
  /** Width of the feed-forward layer. */
  @inline
  get hidden(): i32 {
    return this.width << 2;
  }
  /** Bytes of a row of activations. */
  @inline
  get row(): usize {
    return (<usize>this.width) << 2;
  }

  // Byte offsets into the weights.
  @inline
  get atPositions(): usize {
    return this.row * <usize>this.inputTokens;
  }
  @inline
  get atOutputs(): usize {
    return this.atPositions + this.row * <usize>this.positions;
  }
  @inline
  get atLayers(): usize {
    return this.atOutputs + this.row * <usize>(this.outputTokens + 1);
  }
  @inline
  get atLast(): usize {
    return this.atLayers + <usize>this.layers * layerBytes(this.width);
  }
  @inline
  get atOutput(): usize {
    return this.atLast + 2 * this.row;
  }
  @inline
  get atOutputBias(): usize {
    return this.atOutput + this.row * <usize>this.columns;
  }
  @inline
  get weightBytes(): usize {
    return this.atOutputBias + ((<usize>this.columns) << 2);
  }
  @inline
  layerAt(layer: i32): usize {
    return this.atLayers + <usize>layer * layerBytes(this.width);
  }

  // Addresses in the scratch block.
  @inline
  get gradientPtr(): usize {
    return this.scratchPtr;
  }
  @inline
  get transposedPtr(): usize {
    return this.scratchPtr + this.weightBytes;
  }
  @inline
  get activationsPtr(): usize {
    return this.scratchPtr + 2 * this.weightBytes;
  }
}

// Byte offsets within a layer: two LayerNorms (gain, then bias), and the matrices W[in][out] with a bias each behind them.

// @ts-ignore: decorator
@inline
function matrix(width: i32, times: i32): usize {
  return (<usize>(width * width * times)) << 2;
}
// @ts-ignore: decorator
@inline
function vector(width: i32, times: i32): usize {
  return (<usize>(width * times)) << 2;
}

export const NORM_1: usize = 0;
// @ts-ignore: decorator
@inline
export function queryAt(width: i32): usize {
  return vector(width, 2);
}
// @ts-ignore: decorator
@inline
/** Keys and values in one matrix of 2 · width columns. */
export function keyValueAt(width: i32): usize {
  return matrix(width, 1) + vector(width, 3);
}
// @ts-ignore: decorator
@inline
export function mixAt(width: i32): usize {
  return matrix(width, 3) + vector(width, 5);
}
// @ts-ignore: decorator
@inline
export function norm2At(width: i32): usize {
  return matrix(width, 4) + vector(width, 6);
}
// @ts-ignore: decorator
@inline
export function expandAt(width: i32): usize {
  return matrix(width, 4) + vector(width, 8);
}
// @ts-ignore: decorator
@inline
export function contractAt(width: i32): usize {
  return matrix(width, 8) + vector(width, 12);
}
// @ts-ignore: decorator
@inline
export function layerBytes(width: i32): usize {
  return matrix(width, 12) + vector(width, 13);
}

/** The bias behind a matrix of so many rows and columns. */
// @ts-ignore: decorator
@inline
export function biasOf(matrixPtr: usize, rows: i32, columns: i32): usize {
  return matrixPtr + ((<usize>(rows * columns)) << 2);
}

/** Attention weights of a row: one for each head and position. */
// @ts-ignore: decorator
@inline
export function attentionBytes(t: Transformer): usize {
  return ((<usize>(t.heads * t.positions)) << 2);
}

/** How many weights a transformer has. */
export function transformerWeights(t: Transformer): i32 {
  return <i32>(t.weightBytes >> 2);
}
