import type { MeanWithError, Moments } from "./document.js";

export type { MeanWithError, Moments };

/** The moments of values, in two passes. */
export function moments(values: readonly number[]): Moments {
  const { n, mean, squares } = deviations(values);
  if (n < 2) return { mean: n === 0 ? null : mean, sd: null, se: null };
  const sd = Math.sqrt(squares / (n - 1));
  return { mean, sd, se: sd / Math.sqrt(n) };
}

/** The mean of those values that are known. Its error is rounded once less than that of {@link moments}. */
export function meanWithError(values: readonly (number | null)[]): MeanWithError {
  const { n, mean, squares } = deviations(values.filter((value) => value !== null));
  if (n < 2) return { mean: n === 0 ? null : mean, se: null };
  return { mean, se: Math.sqrt(squares / (n - 1) / n) };
}

function deviations(values: readonly number[]): { n: number; mean: number; squares: number } {
  const n = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return { n, mean, squares };
}
