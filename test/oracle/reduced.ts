/**
 * The reduced ridge with its matrices written out: the rotated data [R_Z H; 0 B] and labels [r_t; 0], solved as any
 * other ridge problem. Only the random entries are the core's, drawn in the order that assembly/reduced/band.ts states.
 */
import { dot, gram, type Matrix, solve, times, transposed } from "./linalg.js";

export interface Draws {
  normal(): number;
  chi(k: number): number;
}

/** What is learned: coordinates in the span that labels see, and the squared length outside it. */
export interface Model {
  along: number[];
  across: number;
}

/** The triangular factor of a QR decomposition by Gram and Schmidt, min(rows, columns) rows. */
export function triangularRoot(rows: Matrix): Matrix {
  const columns = transposed(rows);
  const height = Math.min(rows.length, columns.length);
  const root = Array.from({ length: height }, () => new Array<number>(columns.length).fill(0));
  for (let i = 0; i < height; i++) {
    const length = Math.sqrt(dot(columns[i], columns[i]));
    const unit = columns[i].map((x) => x / length);
    for (let j = i; j < columns.length; j++) {
      root[i][j] = dot(unit, columns[j]);
      columns[j] = columns[j].map((x, l) => x - root[i][j] * unit[l]);
    }
  }
  return root;
}

/** Upper triangular, χ of falling degrees on the diagonal: the root of a Wishart matrix. */
function frame(degrees: number, columns: number, { chi, normal }: Draws): Matrix {
  return Array.from({ length: Math.min(degrees, columns) }, (_, i) =>
    Array.from({ length: columns }, (_, j) => (j < i ? 0 : j === i ? chi(degrees - i) : normal())),
  );
}

/** The m × p normal matrix brought to upper band form, drawn from its last row to its first. */
function band(m: number, p: number, width: number, { chi, normal }: Draws): Matrix {
  const rows: Matrix = [];
  for (let i = Math.min(m, p) - 1; i >= 0; i--) {
    const row = new Array<number>(p).fill(0);
    row[i] = chi(m - i);
    for (let j = i + 1; j < Math.min(i + width, p); j++) row[j] = normal();
    if (i + width < p) row[i + width] = chi(p - width - i);
    rows.unshift(row);
  }
  return rows;
}

/** Ridge on rows (t z, 1) of k + 1 numbers, in d dimensions. */
export function explicitRidge(rows: Matrix, d: number, lambda: number, draws: Draws): Model {
  const k = rows[0].length - 1;
  const root = triangularRoot(rows);
  const outside = beside(root.length, frame(d - k, root.length, draws), d - k);
  const data = root.map((row, i) => [...row.slice(0, k), ...outside[i]]);
  const labels = root.map((row) => row[k]);
  for (const row of band(rows.length - root.length, d - k, root.length, draws)) {
    data.push([...new Array<number>(k).fill(0), ...row]);
    labels.push(0);
  }
  const normal = gram(data, d).map((row, i) => row.map((x, j) => (i === j ? x + rows.length * lambda : x)));
  return split(solve(normal, times(transposed(data), labels)), k);
}

/** The shortest w that fits M ≤ d rows exactly. */
export function explicitInterpolation(rows: Matrix, d: number, draws: Draws): Model {
  const k = rows[0].length - 1;
  const root = triangularRoot(rows);
  const free = d - k - (rows.length - root.length);
  const outside = beside(root.length, frame(free, root.length, draws), free);
  const data = root.map((row, i) => [...row.slice(0, k), ...outside[i]]);
  const dual = solve(
    data.map((row) => data.map((other) => dot(row, other))),
    root.map((row) => row[k]),
  );
  return split(times(transposed(data), dual), k);
}

/** H, s × width: the transposed frame in its first columns, zeros in the others. */
function beside(s: number, frame: Matrix, width: number): Matrix {
  return Array.from({ length: s }, (_, i) => Array.from({ length: width }, (_, j) => frame[j]?.[i] ?? 0));
}

function split(w: number[], k: number): Model {
  return { along: w.slice(0, k), across: w.slice(k).reduce((sum, x) => sum + x * x, 0) };
}
