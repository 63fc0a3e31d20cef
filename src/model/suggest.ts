/** The candidate that a mistyped word most likely meant, if any is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = 1 + Math.max(1, Math.floor(word.length / 3));
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** The path that a mistyped one most likely meant; the last part of a path stands for the whole: `psi`, `verifier.psi`. */
export function nearestPath(word: string, paths: readonly string[]): string | undefined {
  const lasts = new Map(paths.map((path) => [path.slice(path.lastIndexOf(".") + 1), path]));
  const last = nearest(word, lasts.keys());
  return nearest(word, paths) ?? (last === undefined ? undefined : lasts.get(last));
}

/** Edits (insert, delete, replace, swap neighbours) that turn one word into the other; Infinity if far too many. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 20) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
      if (swapped) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}
