import type { PackedPair } from "../core/newsLayout.js";
import type { WorkOptions } from "../core/slices.js";
import { Slices } from "../core/slices.js";
import type { Pair } from "./article.js";
import type { Encoder } from "./encoder.js";
import type { TokenScores } from "./interfaces.js";

/**
 * Scores pairs slice by slice.
 *
 * @param logs The logarithms of a slice's pairs.
 * @param tokensOf What they are the logarithms of, of the words of a summary.
 */
export async function scoredPairs(
  encoder: Encoder,
  pairs: readonly Pair[],
  options: WorkOptions,
  logs: (packed: PackedPair[]) => ArrayLike<number>[],
  tokensOf: (words: string[]) => string[],
): Promise<TokenScores[]> {
  const scores: TokenScores[] = [];
  await new Slices(pairs.length, options).run(pairs.length, (first, count) => {
    const encoded = pairs.slice(first, first + count).map(({ article, summary }) => ({
      article: encoder.article(article).packed,
      summary: encoder.summary(article, summary),
    }));
    const found = logs(encoded.map(({ article, summary }) => ({ article, summary: summary.packed })));
    for (const [i, { summary }] of encoded.entries()) {
      scores.push({ tokens: tokensOf(summary.words), logprobs: Array.from(found[i]) });
    }
  });
  return scores;
}
