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
