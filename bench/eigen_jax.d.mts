import type { TransformerShape } from "../src/core/transformer.js";

export function startJax(): Promise<void>;
export function gradientOf(
  shape: TransformerShape,
  weights: ArrayLike<number>,
  inputs: Uint8Array,
  answers: Uint8Array,
): { loss: number; gradient: Float32Array };
