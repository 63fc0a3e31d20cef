/** What modified Kneser–Ney takes off the counts of one order. */
export interface Discounts {
  order: number;
  /** How many n-grams have adjusted count 1, 2, 3 and 4. */
  countsOfCounts: readonly [number, number, number, number];
  /** D₁, D₂ and D₃₊: taken off counts of 1, of 2, and of 3 or more. */
  values: readonly [number, number, number];
  /** The text is too small, or too regular, to tell them: ½, 1 and 1½ stand in. */
  fallback: boolean;
}

const FALLBACK = [0.5, 1, 1.5] as const;

/**
 * D_j = j − (j + 1) Y t_{j+1} / t_j with Y = t₁ / (t₁ + 2 t₂).
 *
 * They must lie in (0, j], so that every count stays at or above zero and something is left for what was not seen. Where
 * one does not, all three of the order are the fallback's.
 *
 * @see Chen and Goodman, TR-10-98, equation 26
 */
export function discountsOf(order: number, countsOfCounts: readonly [number, number, number, number]): Discounts {
  const [t1, t2, t3, t4] = countsOfCounts;
  const y = t1 / (t1 + 2 * t2);
  const values = [1 - (2 * y * t2) / t1, 2 - (3 * y * t3) / t2, 3 - (4 * y * t4) / t3] as const;
  const fallback = !values.every((value, i) => value > 0 && value <= i + 1);
  return { order, countsOfCounts, values: fallback ? FALLBACK : values, fallback };
}
