import { DataError } from "../../core/errors.js";
import type { ResolvedSettings } from "../settings.js";

/**
 * How many candidates each slice keeps. Of a share: the share of its candidates, rounded, and one at least. Of a number:
 * in proportion to the candidates, by largest remainders, and one at least.
 *
 * @param candidates The candidates of each slice; a slice without any keeps none. One slice stands for no slices.
 * @throws DataError where there are more slices than rows to keep.
 */
export function quotas(keep: ResolvedSettings["keep"], candidates: readonly number[], sliced: boolean): number[] {
  if (keep === null) return [...candidates];
  const least = (count: number) => (sliced && count > 0 ? 1 : 0);
  if ("share" in keep) return candidates.map((count) => Math.max(least(count), Math.round(keep.share * count)));
  const total = candidates.reduce((sum, count) => sum + count, 0);
  if (keep.rows >= total) return [...candidates];
  const slices = candidates.filter((count) => count > 0).length;
  if (sliced && keep.rows < slices) {
    throw new DataError(
      `keep must be at least as many rows as there are slices, ${slices}, so that none vanishes, got ${keep.rows}`,
    );
  }
  const exact = candidates.map((count) => (keep.rows * count) / total);
  const given = exact.map((quota, i) => Math.max(least(candidates[i]), Math.floor(quota)));
  for (let left = keep.rows - given.reduce((sum, n) => sum + n, 0); left !== 0; left -= Math.sign(left)) {
    // the slice that is furthest from its due, upwards or downwards
    const step = Math.sign(left);
    let best = -1;
    for (const [i, count] of candidates.entries()) {
      const possible = step > 0 ? given[i] < count : given[i] > least(count);
      if (possible && (best < 0 || step * (exact[i] - given[i]) > step * (exact[best] - given[best]))) best = i;
    }
    given[best] += step;
  }
  return given;
}
