import type { Matrix } from "../oracle/linalg.js";
import { normals, uniforms } from "../oracle/random.js";
import { type Precision, stored } from "./layout.js";

/** Rows as a user gives them, and the same as an oracle wants them. */
export interface UserRows {
  x: Float32Array | Float64Array;
  labels: Int8Array;
  keep: Uint8Array;
  dim: number;
  /** The kept rows, each times its label. */
  signed: Matrix;
}

/** Dimensions on both sides of the eight columns of a panel, with odd and even numbers of rows. */
export const USER_SHAPES = [
  { dim: 1, count: 9 },
  { dim: 2, count: 31 },
  { dim: 7, count: 64 },
  { dim: 8, count: 257 },
  { dim: 9, count: 515 },
  { dim: 33, count: 301 },
] as const;

/** Two classes one unit from the origin, nine tenths of the labels right and four fifths of the rows kept. */
export function userRows(kind: Precision, dim: number, count: number, seed: number): UserRows {
  const uniform = uniforms(seed);
  const draw = normals(uniform);
  const signs = Array.from({ length: count }, () => (uniform() < 0.5 ? 1 : -1));
  const rows = signs.map((y) => Array.from({ length: dim }, () => stored(kind, draw() + y / Math.sqrt(dim))));
  const labels = Int8Array.from(signs, (y) => (uniform() < 0.9 ? y : -y));
  const keep = Uint8Array.from(signs, () => (uniform() < 0.8 ? 1 : 0));
  const x = kind.bytes === 4 ? Float32Array.from(rows.flat()) : Float64Array.from(rows.flat());
  const signed = rows.map((row, i) => row.map((value) => value * labels[i])).filter((_, i) => keep[i]);
  return { x, labels, keep, dim, signed };
}

export const LEARNER = { kind: "ridge", lambda: 0.1, loss: "logistic", learningRate: 0.05, solver: "auto" } as const;
