/** What statistical tests measure with; every test states its own limits and how often they fail by chance. */

export interface Summary {
  n: number;
  mean: number;
  /** Standard error of the mean. */
  se: number;
}

export function summary(values: readonly number[]): Summary {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, se: Math.sqrt(squares / (n - 1) / n) };
}

/** How many standard errors two means are apart; 0 where both samples are the same constant. */
export function standardErrorsApart(a: readonly number[], b: readonly number[]): number {
  const [first, second] = [summary(a), summary(b)];
  const apart = Math.abs(first.mean - second.mean);
  return apart === 0 ? 0 : apart / Math.hypot(first.se, second.se);
}

/** How many standard deviations a count of n draws is from its binomial law; infinite where p is 0 or 1 and it is off. */
export function deviationsOff(count: number, n: number, p: number): number {
  return count === n * p ? 0 : Math.abs(count - n * p) / Math.sqrt(n * p * (1 - p));
}

/** The p-value of the two-sample Kolmogorov–Smirnov test by Kolmogorov's series; ties only make it larger. */
export function kolmogorovSmirnov(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [a, b].map((values) => values.toSorted((p, q) => p - q));
  let distance = 0;
  for (let i = 0, j = 0; i < x.length && j < y.length; ) {
    const at = Math.min(x[i], y[j]);
    while (x[i] === at) i++;
    while (y[j] === at) j++;
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length));
  }
  const size = Math.sqrt((x.length * y.length) / (x.length + y.length));
  const t = (size + 0.12 + 0.11 / size) * distance; // Stephens 1970
  if (t < 0.3) return 1;
  let p = 0;
  for (let k = 1; k <= 50; k++) p += 2 * (k % 2 ? 1 : -1) * Math.exp(-2 * k * k * t * t);
  return p;
}

/** Pearson's statistic of counts that should all be equal. */
export function chiSquareOfEqual(counts: ArrayLike<number>): number {
  const all = Array.from(counts);
  const expected = all.reduce((sum, count) => sum + count, 0) / all.length;
  return all.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** What a chi-square variate exceeds with probability 1e-6, by the Wilson–Hilferty cube root (within 1 % from k = 10). */
export function chiSquareLimit(degrees: number): number {
  const ninth = 2 / (9 * degrees);
  return degrees * (1 - ninth + 4.7534 * Math.sqrt(ninth)) ** 3;
}
