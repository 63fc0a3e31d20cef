/** An audit's intervals from their definitions: sums of binomial masses, bisection, and a dense walk of the quarter circle. */

export interface SlowInterval {
  estimate: number;
  low: number;
  high: number;
}

/** P(X = x) for x = 0 … n. */
export function binomialLaw(n: number, p: number): number[] {
  const logs = [0];
  for (let i = 1; i <= n; i++) logs[i] = logs[i - 1] + Math.log(i);
  return logs.map((_, x) => {
    if (p === 0 || p === 1) return x === n * p ? 1 : 0;
    return Math.exp(logs[n] - logs[x] - logs[n - x] + x * Math.log(p) + (n - x) * Math.log1p(-p));
  });
}

/** The shares that x of n does not contradict: each tail at least half of 1 − confidence. */
export function exactInterval(x: number, n: number, confidence: number): SlowInterval {
  if (n === 0) return { estimate: Number.NaN, low: 0, high: 1 };
  const tail = (1 - confidence) / 2;
  const atLeast = (p: number) => binomialLaw(n, p).reduce((sum, mass, k) => sum + (k >= x ? mass : 0), 0);
  const atMost = (p: number) => binomialLaw(n, p).reduce((sum, mass, k) => sum + (k <= x ? mass : 0), 0);
  const root = (below: (p: number) => boolean) => {
    let [low, high] = [0, 1];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (below(middle)) low = middle;
      else high = middle;
    }
    return low;
  };
  return {
    estimate: x / n,
    low: x === 0 ? 0 : root((p) => atLeast(p) < tail),
    high: x === n ? 1 : root((p) => atMost(p) > tail),
  };
}

/** The share off its estimate by `part` of the way to a limit, on the chord between (√p, √(1 − p)) of the two. */
function off({ estimate, low, high }: SlowInterval, side: number, part: number): number {
  const limit = side < 0 ? low : high;
  const angle = Math.atan2(
    (1 - part) * Math.sqrt(estimate) + part * Math.sqrt(limit),
    (1 - part) * Math.sqrt(1 - estimate) + part * Math.sqrt(1 - limit),
  );
  return Math.sin(angle) ** 2;
}

/** The extremes of f over all that two shares may be, in any direction and up to the circle. */
export function extremesSlow(f: (x: number, y: number) => number, x: SlowInterval, y: SlowInterval): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  const steps = 400;
  for (const sideX of [-1, 1]) {
    for (const sideY of [-1, 1]) {
      for (let i = 0; i <= steps; i++) {
        const angle = ((i / steps) * Math.PI) / 2;
        for (const radius of [0, 0.25, 0.5, 0.75, 0.9, 1]) {
          const value = f(off(x, sideX, radius * Math.cos(angle)), off(y, sideY, radius * Math.sin(angle)));
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
  }
  return [low, high];
}

/** What two strata of keep rate k are, from their shares of correct labels. */
export function quantities(k: number, a: number, b: number, classes: number) {
  const [right, wrong] = [k * a + (1 - k) * b, k * (1 - a) + (1 - k) * (1 - b)];
  const [phi, psi] = [(k * a) / right, (k * (1 - a)) / wrong];
  const breakdown = ((classes - 1) * phi) / ((classes - 1) * phi + psi);
  const rates = { errorRate: wrong, phi, psi, breakdown, keptPrecision: a };
  return { ...rates, margin: breakdown - wrong, youden: phi - psi, gain: a - right };
}

type Matrix = number[][];

const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * (b[k]?.[j] ?? 0), 0)));
const transposed = (a: Matrix): Matrix => (a[0] ?? []).map((_, j) => a.map((row) => row[j] as number));
const identity = (n: number): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));
const combined = (a: Matrix, b: Matrix, f: (x: number, y: number) => number): Matrix =>
  a.map((row, i) => row.map((x, j) => f(x, b[i]?.[j] as number)));

/** A^(−1/2) of a symmetric matrix with eigenvalues in (0, 2), by the iteration of Newton and Schulz. */
function inverseRoot(a: Matrix): Matrix {
  let [y, z] = [a, identity(a.length)];
  for (let i = 0; i < 60; i++) {
    const step = combined(identity(a.length), product(z, y), (one, x) => (3 * one - x) / 2);
    [y, z] = [product(y, step), product(step, z)];
  }
  return z;
}

/**
 * Bell and McCaffrey's CR2 variance of a mean, and its degrees of freedom if rows of a cluster are wholly alike: as a regression on a
 * constant, with all its matrices.
 *
 * @param clusters Of each so many correct ones of so many rows.
 */
export function clusteredMean(clusters: readonly (readonly [correct: number, rows: number])[]) {
  const y = clusters.flatMap(([correct, rows]) => Array.from({ length: rows }, (_, i) => Number(i < correct)));
  const of = clusters.flatMap(([, rows], cluster) => new Array<number>(rows).fill(cluster));
  const n = y.length;
  const residual = combined(identity(n), identity(n), (one) => one - 1 / n); // I − H
  const e = product(
    residual,
    y.map((value) => [value]),
  ).map(([value]) => value as number);
  let variance = 0;
  const rows = clusters.map((_, cluster) => {
    const places = of.flatMap((other, i) => (other === cluster ? [i] : []));
    const block = places.map((i) => places.map((j) => residual[i]?.[j] as number));
    const weights = inverseRoot(block).map((row) => row.reduce((sum, x) => sum + x, 0));
    variance += (places.reduce((sum, i, k) => sum + (weights[k] as number) * (e[i] as number), 0) / n) ** 2;
    const full = new Array<number>(n).fill(0);
    for (const [k, i] of places.entries()) full[i] = weights[k] as number;
    return product([full], residual)[0] as number[];
  });
  const alike = of.map((one) => of.map((other) => Number(one === other)));
  const form = product(product(rows, alike), transposed(rows));
  const trace = form.reduce((sum, row, i) => sum + (row[i] as number), 0);
  const squares = form.flat().reduce((sum, x) => sum + x * x, 0);
  return { variance, freedom: (trace * trace) / squares };
}
