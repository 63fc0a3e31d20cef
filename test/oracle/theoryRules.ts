/** Slow twins of the theory's linear learners: the formulas of docs/theory.md, section 3, with d × d matrices and its κ. */
import { dot, type Matrix, solve, times } from "./linalg.js";

/** κ = (1/M) tr Σ(Σ/(1 + κ) + λI)⁻¹ by bisection. */
export function kappaSlow(eigenvalues: readonly number[], rows: number, lambda: number): number {
  let [low, high] = [0, 1e9];
  for (let i = 0; i < 200; i++) {
    const kappa = (low + high) / 2;
    const trace = eigenvalues.reduce((sum, s) => sum + s / (s / (1 + kappa) + lambda), 0) / rows;
    if (trace > kappa) low = kappa;
    else high = kappa;
  }
  return (low + high) / 2;
}

/** u, b₁, b₂ as model/directions.ts says: (1, …, 1)/√d and the next Walsh patterns, orthogonal by Gram and Schmidt. */
export function basisSlow(d: number): Matrix {
  const found: Matrix = [new Array<number>(d).fill(1 / Math.sqrt(d))];
  for (let bit = 0; found.length < 3; bit++) {
    let vector = Array.from({ length: d }, (_, i) => ((i >> bit) & 1 ? -1 : 1) / Math.sqrt(d));
    for (const other of found) {
      const along = dot(vector, other);
      vector = vector.map((x, i) => x - along * other[i]);
    }
    const length = Math.sqrt(dot(vector, vector));
    found.push(vector.map((x) => x / length));
  }
  return found;
}

/** The formulas of docs/theory.md, section 3, on d × d matrices: uᵀω̄ and E‖ω‖² in whitened coordinates. */
export function ridgeSlow(eigenvalues: readonly number[], rows: number, c: number[], excess: Matrix, lambda: number) {
  const d = eigenvalues.length;
  const basis = basisSlow(d);
  const root = eigenvalues.map(Math.sqrt);
  const lifted = basis.map((vector) => vector.map((x, i) => x * root[i])); // Σ^½ B
  const mean = root.map((_, i) =>
    dot(
      c,
      lifted.map((vector) => vector[i]),
    ),
  );
  const second = eigenvalues.map((s, i) =>
    root.map((_, j) => {
      let sum = i === j ? s : 0;
      for (let l = 0; l < 3; l++) for (let m = 0; m < 3; m++) sum += lifted[l][i] * excess[l][m] * lifted[m][j];
      return sum;
    }),
  );
  const kappa = kappaSlow(eigenvalues, rows, lambda);
  const system = second.map((row, i) => row.map((x, j) => x / (1 + kappa) + (i === j ? lambda : 0)));
  const weights = solve(
    system,
    mean.map((x) => x / (1 + kappa)),
  );
  const spread =
    eigenvalues.reduce((sum, s) => sum + (s / (s / (1 + kappa) + lambda)) ** 2, 0) / rows / (1 + kappa) ** 2;
  const residual = 1 - 2 * dot(mean, weights) + dot(weights, times(second, weights));
  const whitened = weights.map((w, i) => w * root[i]);
  return { along: dot(whitened, basis[0]), square: dot(whitened, whitened) + (spread / (1 - spread)) * residual };
}

/** uᵀω̄ and E‖ω‖² of the class mean, on d × d matrices. */
export function meanSlow(eigenvalues: readonly number[], rows: number, c: number[], excess: Matrix) {
  const basis = basisSlow(eigenvalues.length);
  const root = eigenvalues.map(Math.sqrt);
  const lifted = basis.map((vector) => vector.map((x, i) => x * root[i]));
  const mean = root.map((_, i) => c[0] * lifted[0][i] + c[1] * lifted[1][i] + c[2] * lifted[2][i]);
  let square = 0;
  for (const [i, s] of eigenvalues.entries()) {
    let variance = s - mean[i] * mean[i];
    for (let l = 0; l < 3; l++) for (let m = 0; m < 3; m++) variance += lifted[l][i] * excess[l][m] * lifted[m][i];
    square += s * (mean[i] * mean[i] + variance / rows);
  }
  return {
    along: dot(
      mean.map((x, i) => x * root[i]),
      basis[0],
    ),
    square,
  };
}
