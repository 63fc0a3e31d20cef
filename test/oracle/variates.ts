/** Laws of the variates by their definitions, and the distance of a sample from a law. */
import { logGammaSlow } from "./special.js";

/** P(X ≤ x) of a gamma variate: the power series of the incomplete gamma function, all terms positive. */
export function gammaCdf(shape: number, x: number): number {
  if (x <= 0) return 0;
  let term = 1 / shape;
  let sum = term;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= x / (shape + k);
    sum += term;
  }
  return Math.min(1, sum * Math.exp(shape * Math.log(x) - x - logGammaSlow(shape)));
}

/** P(X = k) of a binomial variate, k from `from` to `to`. */
export function binomialMasses(n: number, p: number, from: number, to: number): number[] {
  const masses: number[] = [];
  for (let k = from; k <= to; k++) {
    // log C(n, k) as a sum of k logarithms: nothing large to subtract, whatever n
    let log = k * Math.log(p) + (n - k) * Math.log1p(-p);
    for (let i = 1; i <= k; i++) log += Math.log((n - k + i) / i);
    masses.push(Math.exp(log));
  }
  return masses;
}

/** √n · sup |F_n − F|, Kolmogorov's statistic: beyond 2.47 with probability 1e-5. */
export function kolmogorovStatistic(sample: readonly number[], cdf: (x: number) => number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  const n = sorted.length;
  let distance = 0;
  for (const [i, x] of sorted.entries()) {
    const below = cdf(x);
    distance = Math.max(distance, below - i / n, (i + 1) / n - below);
  }
  return distance * Math.sqrt(n);
}

/** Pearson's statistic and its degrees of freedom; cells that expect fewer than 20 are put together. */
export function pearson(
  counts: readonly number[],
  masses: readonly number[],
  n: number,
): { value: number; degrees: number } {
  let rest = n;
  let restMass = 1;
  let value = 0;
  let degrees = 0;
  for (const [i, mass] of masses.entries()) {
    if (n * mass < 20) continue;
    rest -= counts[i];
    restMass -= mass;
    value += (counts[i] - n * mass) ** 2 / (n * mass);
    degrees++;
  }
  if (n * restMass > 5) value += (rest - n * restMass) ** 2 / (n * restMass);
  else degrees--;
  return { value, degrees };
}
