import { DataError } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import type { Reason } from "../../core/reasons.js";
import type { WorkOptions } from "../../core/slices.js";
import { type ReadOptions, readRows } from "../../rows/read.js";
import type { Article, Pair, Scorer, TokenScores } from "../interfaces.js";
import { newsReason } from "../reasons.js";

/**
 * Scores that were made elsewhere, from a JSONL file with a row a pair: {id, score}, where more is better, {id, perplexity}, as
 * `pstar lm score` writes it, or {id, logprobs}, the natural logarithms of the summary's tokens. The id is the article's; where there are several summaries
 * of an article, each row says which one it means: {id, summary, score}.
 *
 * A score counts as the logarithm of a single token, so that the pairs with the highest scores have the lowest perplexity.
 *
 * @throws FileError if the file cannot be read; DataError if a row cannot be used, and while scoring if a pair has none.
 */
export async function scoresFile(file: string, options: ReadOptions = {}): Promise<Scorer> {
  const scores = new Map<string, TokenScores>();
  for await (const { rows, malformed } of readRows(file, options)) {
    for (const { line, reason } of malformed)
      throw inLine(newsReason("malformed-row", { why: reason }), { file, line });
    for (const { line, row } of rows) {
      const where = { file, line };
      const { id, summary } = row;
      if (typeof id !== "string" || (summary !== undefined && typeof summary !== "string"))
        throw inLine(newsReason("row-without-id"), where);
      const key = keyOf(id, summary);
      if (scores.has(key)) throw inLine(newsReason("two-scores", { id: quote(id) }), where);
      scores.set(key, scoresIn(row, where));
    }
  }
  if (scores.size === 0) throw new DataError(newsReason("no-scores", { file }));
  const find = ({ id }: Article, summary: string): TokenScores => {
    const found = scores.get(keyOf(id, summary.trim())) ?? scores.get(keyOf(id));
    if (found !== undefined) return found;
    throw new DataError(newsReason("pair-without-score", { file, id: quote(id) }));
  };
  return {
    async score(article, continuation) {
      return find(article, continuation);
    },
    async scoreAll(pairs: readonly Pair[], { signal, onProgress }: WorkOptions = {}) {
      signal?.throwIfAborted();
      const found = pairs.map(({ article, summary }) => find(article, summary));
      onProgress?.({ done: pairs.length, total: pairs.length });
      return found;
    },
  };
}

function keyOf(id: string, summary?: unknown): string {
  return JSON.stringify(typeof summary === "string" ? [id, summary.trim()] : [id]);
}

type Place = { file: string; line: number };

function inLine(what: Reason, place: Place): DataError {
  return new DataError(newsReason("score-line", { what, ...place }), { line: place.line });
}

function scoresIn({ score, perplexity, logprobs }: Record<string, unknown>, where: Place): TokenScores {
  if (logprobs === undefined) {
    // JSON has no NaN, but 1e999 is infinite
    if (typeof score === "number" && Number.isFinite(score)) return { tokens: [""], logprobs: [score] };
    if (
      score === undefined &&
      typeof perplexity === "number" &&
      perplexity > 0 &&
      perplexity < Number.POSITIVE_INFINITY
    )
      return { tokens: [""], logprobs: [-perplexity] };
    throw inLine(newsReason("row-without-score"), where);
  }
  if (!Array.isArray(logprobs) || logprobs.length === 0 || !logprobs.every(isLogarithm))
    throw inLine(newsReason("not-logprobs"), where);
  return { tokens: logprobs.map(() => ""), logprobs };
}

function isLogarithm(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value <= 0;
}
