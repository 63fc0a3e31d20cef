/** The learners by their definitions, in double precision: `rows` are signed, each row of the data times its label. */
import { combination, dot, gram, type Matrix, norm, solve } from "./linalg.js";

/** argmin (1/M) Σ (wᵀx − t)² + λ‖w‖², by the normal equations. */
export function ridge(rows: Matrix, lambda: number): number[] {
  const [m, d] = [rows.length, rows[0].length];
  const matrix = gram(rows, d).map((row, i) => row.map((x, j) => x / m + (i === j ? lambda : 0)));
  return solve(matrix, mean(rows));
}

/** (1/M) Σ t x. */
export function mean(rows: Matrix): number[] {
  return combination(rows, new Array(rows.length).fill(1 / rows.length), rows[0].length);
}

/** −ℓ'(m) of the losses log(1 + e^−m) and ½(1 − m)². */
export const SLOPES = {
  logistic: (margin: number) => 1 / (1 + Math.exp(margin)),
  squared: (margin: number) => 1 - margin,
};

export interface Pass {
  loss: "logistic" | "squared";
  learningRate: number;
  lambda: number;
}

/** One pass w ← (1 − ηλ) w − η ℓ'(wᵀx̃) x̃ from zero, or from `start`. */
export function sgd(rows: Matrix, { loss, learningRate, lambda }: Pass, start?: number[]): number[] {
  let w = start ?? new Array<number>(rows[0].length).fill(0);
  for (const row of rows) {
    const step = learningRate * SLOPES[loss](dot(w, row));
    w = w.map((value, j) => (1 - learningRate * lambda) * value + step * row[j]);
  }
  return w;
}

/** One pass from zero: w ← w + x̃ if wᵀx̃ ≤ 0. */
export function perceptron(rows: Matrix): number[] {
  return rows.reduce(
    (w, row) => (dot(w, row) <= 0 ? w.map((value, j) => value + row[j]) : w),
    new Array<number>(rows[0].length).fill(0),
  );
}

/** ∇f of f(w) = (1/M) Σ log(1 + e^−wᵀx̃) + (λ/2)‖w‖². */
export function logisticGradient(rows: Matrix, lambda: number, w: number[]): number[] {
  const factors = rows.map((row) => -SLOPES.logistic(dot(w, row)) / rows.length);
  return combination(rows, factors, w.length).map((value, j) => value + lambda * w[j]);
}

/** The minimum of that f, by Newton's method with the whole Hessian; steps are halved until ∇f shrinks. */
export function logistic(rows: Matrix, lambda: number): number[] {
  const d = rows[0].length;
  let w = new Array<number>(d).fill(0);
  let gradient = logisticGradient(rows, lambda, w);
  const target = 1e-12 * norm(gradient);
  for (let iteration = 0; norm(gradient) > target && iteration < 100; iteration++) {
    const weighted = rows.map((row) => {
      const slope = SLOPES.logistic(dot(w, row));
      return row.map((x) => x * Math.sqrt((slope * (1 - slope)) / rows.length));
    });
    const hessian = gram(weighted, d).map((row, i) => row.map((x, j) => x + (i === j ? lambda : 0)));
    const step = solve(hessian, gradient);
    for (let size = 1; ; size /= 2) {
      const next = w.map((value, j) => value - size * step[j]);
      const nextGradient = logisticGradient(rows, lambda, next);
      if (norm(nextGradient) < norm(gradient) || size < 1e-6) {
        [w, gradient] = [next, nextGradient];
        break;
      }
    }
  }
  return w;
}
