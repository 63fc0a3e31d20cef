// Several Gaussian classes as the words say it: rows are lists, weights come from elimination or plain descent, and the share of
// right answers from fresh rows.

import type { Classes } from "../../src/model/classes.js";

export interface SlowProblem extends Classes {
  dim: number;
  samples: number;
  realSamples: number;
  lambda: number;
  learner: "ridge" | "mean" | "logistic";
}

interface Row {
  x: number[];
  label: number;
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

function pick(shares: readonly number[], uniform: () => number): number {
  const at = uniform();
  let sum = 0;
  for (const [j, share] of shares.entries()) {
    sum += share;
    if (at < sum) return j;
  }
  return shares.length - 1;
}

/** Solves A X = B by elimination with pivots. */
export function solve(a: readonly number[][], b: readonly number[][]): number[][] {
  const n = a.length;
  const rows = a.map((row, i) => [...row, ...(b[i] as number[])]);
  for (let i = 0; i < n; i++) {
    let best = i;
    for (let k = i; k < n; k++) if (Math.abs(rows[k][i]) > Math.abs(rows[best][i])) best = k;
    [rows[i], rows[best]] = [rows[best], rows[i]];
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = rows[k][i] / rows[i][i];
      for (let j = i; j < rows[k].length; j++) rows[k][j] -= factor * rows[i][j];
    }
  }
  return rows.map((row, i) => row.slice(n).map((value) => value / row[i]));
}

const extended = (x: readonly number[], { intercept }: SlowProblem) => (intercept ? [...x, 1] : [...x]);

function ridge(rows: readonly Row[], e: SlowProblem): number[][] {
  const n = e.dim + Number(e.intercept);
  const xs = rows.map(({ x }) => extended(x, e));
  const gram = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => {
      const sum = xs.reduce((total, x) => total + x[i] * x[j], 0) / rows.length;
      return i === j && i < e.dim ? sum + e.lambda : sum;
    }),
  );
  const sums = Array.from({ length: n }, (_, i) =>
    e.weights.map((_, j) => xs.reduce((sum, x, r) => sum + (rows[r].label === j ? x[i] : 0), 0) / rows.length),
  );
  const solution = solve(gram, sums);
  return e.weights.map((_, j) => solution.map((row) => row[j]));
}

function mean(rows: readonly Row[], e: SlowProblem): number[][] {
  return e.weights.map((_, j) => {
    const own = rows.filter(({ label }) => label === j);
    const sum = Array.from({ length: e.dim }, (_, i) => own.reduce((total, { x }) => total + x[i], 0));
    if (!e.intercept) return sum.map((value) => value / rows.length);
    const centre = sum.map((value) => value / Math.max(1, own.length));
    return [...centre, -dot(centre, centre) / 2];
  });
}

/** Softmax regression by many small steps downhill, on the classes that have a row. */
function logistic(rows: readonly Row[], e: SlowProblem): number[][] {
  const n = e.dim + Number(e.intercept);
  const present = e.weights.map((_, j) => rows.some(({ label }) => label === j));
  const xs = rows.map(({ x }) => extended(x, e));
  const largest = Math.max(...xs.map((x) => dot(x, x)));
  let weights = e.weights.map(() => new Array<number>(n).fill(0));
  let before = weights;
  const step = 1 / (largest / 2 + 2 * e.lambda);
  for (let round = 1; round <= 400; round++) {
    // Nesterov's momentum
    const momentum = (round - 1) / (round + 2);
    const ahead = weights.map((row, j) => row.map((value, i) => value + momentum * (value - before[j][i])));
    const gradient = ahead.map((row) => row.map((value, i) => (i < e.dim ? 2 * e.lambda * value : 0)));
    for (const [r, x] of xs.entries()) {
      const powers = ahead.map((row, j) => (present[j] ? Math.exp(dot(row, x)) : 0));
      const total = powers.reduce((sum, value) => sum + value, 0);
      for (const [j, power] of powers.entries()) {
        const factor = (power / total - Number(rows[r].label === j)) / rows.length;
        if (present[j]) for (let i = 0; i < n; i++) gradient[j][i] += factor * x[i];
      }
    }
    before = weights;
    weights = ahead.map((row, j) => row.map((value, i) => value - step * gradient[j][i]));
  }
  return weights;
}

/** What one trial gives: shares of right answers among `fresh` rows of each class, and the counts. */
export function classTrial(e: SlowProblem, uniform: () => number, normal: () => number, fresh: number) {
  const input = (c: number) => Array.from({ length: e.dim }, (_, i) => (e.means[c][i] ?? 0) + normal());
  const rows: Row[] = [];
  let [wrong, kept, keptWrong] = [0, 0, 0];
  for (let r = 0; r < e.samples; r++) {
    const c = pick(e.weights, uniform);
    const label = pick(e.confusion[c], uniform);
    const x = input(c);
    wrong += Number(label !== c);
    if (uniform() >= e.retention[c][label]) continue;
    kept++;
    keptWrong += Number(label !== c);
    rows.push({ x, label });
  }
  for (let r = 0; r < e.realSamples; r++) {
    const c = pick(e.weights, uniform);
    rows.push({ x: input(c), label: c });
  }
  const weights = { ridge, mean, logistic }[e.learner](rows, e);
  const known = e.weights.map((_, j) => rows.some(({ label }) => label === j));
  const answer = (x: readonly number[]) => {
    const scores = weights.map((row, j) => (known[j] ? dot(row, extended(x, e)) : -Infinity));
    return scores.indexOf(Math.max(...scores));
  };
  const recall = e.weights.map((_, c) => {
    let right = 0;
    for (let r = 0; r < fresh; r++) right += Number(answer(input(c)) === c);
    return right / fresh;
  });
  return { recall, accuracy: dot(recall, e.weights), wrong, kept, keptWrong };
}
