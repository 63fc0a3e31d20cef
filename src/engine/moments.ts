import type { Moments } from "./result.js";

/** Mean, standard deviation (n − 1) and standard error, in two passes; null where there are too few values. */
export function moments(values: readonly number[]): Moments {
  const n = values.length;
  if (n === 0) return { mean: null, sd: null, se: null };
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  if (n === 1) return { mean, sd: null, se: null };
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  const sd = Math.sqrt(squares / (n - 1));
  return { mean, sd, se: sd / Math.sqrt(n) };
}
