import { RowUniforms } from "../../core/streams.js";
import type { TextCore } from "../../core/textCore.js";
import type { RowColumns } from "../score/columns.js";
import type { ResolvedSettings, ResolvedVerifier } from "../settings.js";
import { present, type Quantiles, quantilesOf } from "./quickselect.js";

/** One number for each row, NaN where it has none, and how it came about. */
export interface CombinedScores {
  scores: Float64Array;
  /** Low scores are good. */
  lowest: boolean;
  /** Of each verifier's own scores. */
  verifiers: (Quantiles | null)[];
}

/** Says whether low scores of a verifier are good. */
export function isLowest(verifier: ResolvedVerifier): boolean {
  return verifier.kind === "perplexity" || (verifier.kind === "score" && verifier.lowest === true);
}

/**
 * The scores by which rows are selected. A single verifier's are left as they are. Several speak in scales that cannot be
 * compared (a perplexity of 30, a ROUGE of 0.4), so that each row gets from each verifier the share of rows that it beats,
 * equal ones by half; its score is the weighted mean of these, in [0, 1]. Neither the unit of a verifier nor any
 * other rising transformation of it changes the selection, and an outlier counts for no more than the best rank.
 *
 * @param scratch Room for a number a row.
 */
export function combinedScores(
  core: TextCore,
  columns: RowColumns,
  settings: ResolvedSettings,
  scratch: Float64Array,
): CombinedScores {
  const { verifiers, seed } = settings;
  const single = verifiers.length === 1;
  const total = verifiers.reduce((sum, { weight }) => sum + weight, 0);
  const combined = new Float64Array(single ? 0 : columns.rows);
  const quantiles: (Quantiles | null)[] = [];
  for (const [v, verifier] of verifiers.entries()) {
    const scores = verifier.kind === "random" ? randomScores(core, columns, seed) : columns.scores[v];
    const sorted = present(scores, scratch);
    if (!single) sorted.sort();
    quantiles.push(quantilesOf(sorted));
    if (single) return { scores, lowest: isLowest(verifier), verifiers: quantiles };
    const turned = isLowest(verifier);
    for (let row = 0; row < scores.length; row++) {
      const beaten = shareBeaten(sorted, scores[row]);
      combined[row] += (verifier.weight * (turned ? 1 - beaten : beaten)) / total;
    }
    columns.scores[v] = new Float64Array(0); // gives its memory back
  }
  return { scores: combined, lowest: false, verifiers: quantiles };
}

function randomScores(core: TextCore, { rows, malformed }: RowColumns, seed: number): Float64Array {
  const uniforms = new RowUniforms(core, seed, "randomScore");
  const scores = new Float64Array(rows);
  for (let row = 0; row < rows; row++) scores[row] = malformed[row] === 1 ? Number.NaN : uniforms.at(row);
  return scores;
}

/** The share of the scores that one is above, equal ones by half; NaN for NaN. */
function shareBeaten(sorted: Float64Array, score: number): number {
  if (Number.isNaN(score)) return Number.NaN;
  return (countBelow(sorted, score, false) + countBelow(sorted, score, true)) / (2 * sorted.length);
}

/** How many scores are below one, or with `equal` not above it. */
function countBelow(sorted: Float64Array, score: number, equal: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < score || (equal && sorted[middle] === score)) low = middle + 1;
    else high = middle;
  }
  return low;
}
