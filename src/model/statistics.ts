import type { MeanWithError, Moments } from "./document.js";

export type { MeanWithError, Moments };

/** The moments of values, in two passes. */
export function moments(values: readonly number[]): Moments {
  const { n, mean, squares } = deviations(values);
  if (n < 2) return { mean: n === 0 ? null : mean, sd: null, se: null };
  const sd = Math.sqrt(squares / (n - 1));
  return { mean, sd, se: sd / Math.sqrt(n) };
}

/** The quantile of a share, straight between the ordered values (type 7 of Hyndman and Fan 1996). @param values At least one. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return low + (at - Math.floor(at)) * (high - low);
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

/** The chance of an error of the first kind at which Student's t decides. */
const LEVEL = 0.05;

/**
 * The chance that a difference of nothing lies beyond so many standard errors: Student's t with one degree of freedom fewer
 * than repetitions. Its last bits may differ between engines.
 *
 * @param repetitions At least 2.
 * @param errors At least 0.
 * @see Abramowitz and Stegun, 26.7.3 and 26.7.4
 */
export function chanceBeyond(repetitions: number, errors: number): number {
  const freedom = repetitions - 1;
  const angle = Math.atan(errors / Math.sqrt(freedom));
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? Math.cos(angle) : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= (Math.cos(angle) ** 2 * (k - 1)) / k;
    sum += term;
  }
  const within = isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return 1 - within;
}

export type PairedVerdict = "better" | "worse" | "inconclusive";

/**
 * What a mean of paired differences says by Student's t: it counts if chance alone goes as far in less than 5 % of cases. Null
 * for fewer than two repetitions, which give no standard error.
 *
 * @param lessIsBetter As of −log p.
 * @see Student, The probable error of a mean, Biometrika 6 (1908)
 */
export function studentVerdict(
  { mean, se }: MeanWithError,
  repetitions: number,
  lessIsBetter = false,
): PairedVerdict | null {
  if (mean === null || se === null) return null;
  const isBeyond = mean !== 0 && (se === 0 || chanceBeyond(repetitions, Math.abs(mean) / se) < LEVEL);
  if (!isBeyond) return "inconclusive";
  return mean > 0 !== lessIsBetter ? "better" : "worse";
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, equal values sharing the mean of theirs. Null with fewer than two
 * points, or if all values of one side are equal.
 */
export function rankCorrelation(points: readonly (readonly [number, number])[]): number | null {
  const [x, y] = [ranks(points.map(([first]) => first)), ranks(points.map(([, second]) => second))];
  const middle = (points.length + 1) / 2;
  const product = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, rank, i) => sum + (rank - middle) * ((b[i] as number) - middle), 0);
  const spread = Math.sqrt(product(x, x) * product(y, y));
  return spread === 0 ? null : product(x, y) / spread;
}

function ranks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}
