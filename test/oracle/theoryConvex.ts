/** Slow twins of the theory's convex learners: what the equations of docs/theory.md, section 5, leave at a claimed solution. */
import { dot } from "./linalg.js";
import { normals, uniforms } from "./random.js";

/**
 * What the three equations of docs/theory.md, section 5, leave at (a, β, τ), each relative to one of its sides: exact sums over
 * label noise (a grid in z and ξ), prox by bisection.
 */
export function noiseResidualsSlow(
  problem: { meanNorm: number; wrong: number; lambda: number; gamma: number },
  { a, beta, tau }: { a: readonly number[]; beta: number; tau: number },
): number[] {
  const { meanNorm, wrong, lambda, gamma } = problem;
  let [row, square, flat] = [0, 0, 0];
  for (const [sign, share] of [
    [1, 1 - wrong],
    [-1, wrong],
  ] as const) {
    for (let i = -80; i <= 80; i++) {
      for (let j = -80; j <= 80; j++) {
        // the trapezoidal rule, step 0.1, converges geometrically for analytic integrands
        const [g, xi] = [i / 10, j / 10];
        const weight = (share * Math.exp(-(g * g + xi * xi) / 2)) / (200 * Math.PI);
        const z = sign * meanNorm + g;
        const v = proxSlow(a[0] * z + beta * xi, tau);
        const slope = -1 / (1 + Math.exp(v));
        const curvature = Math.exp(v) / (1 + Math.exp(v)) ** 2;
        row += weight * slope * z;
        square += weight * slope * slope;
        flat += (weight * curvature) / (1 + tau * curvature);
      }
    }
  }
  return [
    1 + row / (lambda * a[0]),
    1 - (tau * tau * square) / (gamma * beta * beta),
    1 - (tau * (lambda + flat)) / gamma,
  ];
}

/**
 * (a, β²) after a pass of SGD over rows with label noise, one row at a time by the recursion of docs/theory.md, section 5: exact sums
 * over a grid in z and ξ.
 */
export function passSlow(
  problem: { meanNorm: number; wrong: number; dim: number; rate: number; lambda: number; loss: "logistic" | "squared" },
  rows: number,
  start = { a: 0, square: 0 },
): { a: number; square: number } {
  const { meanNorm, wrong, dim, rate, lambda, loss } = problem;
  const decay = 1 - rate * lambda;
  let { a, square } = start;
  for (let row = 0; row < rows; row++) {
    let [along, steps, flat] = [0, 0, 0];
    for (const [sign, share] of [
      [1, 1 - wrong],
      [-1, wrong],
    ] as const) {
      for (let i = -18; i <= 18; i++) {
        for (let j = -18; j <= 18; j++) {
          const [g, xi] = [i / 3, j / 3];
          const weight = (share * Math.exp(-(g * g + xi * xi) / 2)) / (18 * Math.PI);
          const z = sign * meanNorm + g;
          const margin = a * z + Math.sqrt(square) * xi;
          const slope = loss === "squared" ? margin - 1 : -1 / (1 + Math.exp(margin));
          along += weight * slope * z;
          steps += weight * slope * slope;
          flat += weight * (loss === "squared" ? 1 : Math.exp(margin) / (1 + Math.exp(margin)) ** 2);
        }
      }
    }
    square = (decay * decay - 2 * decay * rate * flat) * square + rate * rate * dim * steps;
    a = decay * a - rate * along;
  }
  return { a, square };
}

/** The same by the mean over drawn rows, with the standard error of each. */
export function drawnResidualsSlow(
  rows: readonly (readonly number[])[],
  { lambda, gamma }: { lambda: number; gamma: number },
  { a, beta, tau }: { a: readonly number[]; beta: number; tau: number },
  seed: number,
): { residual: number; se: number }[] {
  const normal = normals(uniforms(seed));
  const terms = rows.map((row) => {
    const v = proxSlow(dot(a, row) + beta * normal(), tau);
    const slope = -1 / (1 + Math.exp(v));
    const curvature = Math.exp(v) / (1 + Math.exp(v)) ** 2;
    const equations = row.map((x, i) => lambda * a[i] + slope * x);
    return [
      ...equations,
      gamma * beta * beta - (tau * slope) ** 2,
      tau * (lambda + curvature / (1 + tau * curvature)) - gamma,
    ];
  });
  return terms[0].map((_, i) => {
    const mean = terms.reduce((sum, term) => sum + term[i], 0) / terms.length;
    const variance = terms.reduce((sum, term) => sum + (term[i] - mean) ** 2, 0) / terms.length;
    return { residual: mean, se: Math.sqrt(variance / terms.length) };
  });
}

/** The root of v − τ/(1 + e^v) = u by bisection. */
function proxSlow(u: number, tau: number): number {
  let [low, high] = [u, u + tau];
  for (let i = 0; i < 60; i++) {
    const v = (low + high) / 2;
    if (v - tau / (1 + Math.exp(v)) > u) high = v;
    else low = v;
  }
  return (low + high) / 2;
}
