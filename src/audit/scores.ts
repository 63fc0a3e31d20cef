const BLOCK = 65_536;
const MOST_CUTS = 100;

/** The scores of all rows of a file, eight bytes each; −∞ for a row without one. */
export class Scores {
  length = 0;
  lowest = Infinity;
  readonly #blocks: Float64Array[] = [];

  push(score: number): void {
    if (this.length % BLOCK === 0) this.#blocks.push(new Float64Array(BLOCK));
    this.#blocks[this.#blocks.length - 1][this.length % BLOCK] = score;
    this.length++;
    if (score < this.lowest && score > -Infinity) this.lowest = score;
  }

  /** How many scores are at least each of the cuts, which are in growing order. */
  countFrom(cuts: Float64Array): number[] {
    const counts = new Array<number>(cuts.length + 1).fill(0);
    for (const [i, block] of this.#blocks.entries()) {
      const end = Math.min(BLOCK, this.length - i * BLOCK);
      for (let j = 0; j < end; j++) counts[reached(cuts, block[j])]++;
    }
    for (let i = cuts.length - 1; i >= 0; i--) counts[i] += counts[i + 1];
    return counts.slice(1);
  }
}

/** How many of the cuts, in growing order, a score reaches. */
export function reached(cuts: Float64Array, score: number): number {
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cuts[middle] <= score) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Thresholds to look at: the lowest score of all, and up to 100 distinct scores of audited rows, evenly by rank. */
export function cutsOf(scores: Scores, audited: readonly number[]): Float64Array {
  const distinct = [...new Set(Float64Array.from(audited.filter(Number.isFinite)).sort())];
  const last = distinct.length - 1;
  const some =
    last < MOST_CUTS
      ? distinct
      : Array.from({ length: MOST_CUTS }, (_, i) => distinct[Math.round((i * last) / (MOST_CUTS - 1))]);
  // −0 and 0 are one threshold
  const all = new Set([scores.lowest, ...some].filter(Number.isFinite).map((cut) => cut + 0));
  return Float64Array.from(all).sort();
}
