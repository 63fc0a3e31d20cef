import type { WorkOptions } from "../../core/slices.js";
import type { TextCore } from "../../core/textCore.js";
import { type Article, type Generator, humanPairs, meanNegativeLog, type Scorer } from "../interfaces.js";
import { wordTexts } from "../vocabulary.js";
import type { NewsMeasures } from "./result.js";
import { rougeTriples } from "./synthetic.js";

/** What is measured of summaries that somebody wrote of articles, in order. */
export function measureSummaries(
  core: TextCore,
  articles: readonly Article[],
  summaries: readonly string[],
): Omit<NewsMeasures, "nll"> {
  const triples = rougeTriples(
    core,
    summaries,
    articles.map(({ summary }) => summary),
  );
  const meanOf = (column: 0 | 1 | 2) => mean(triples.map((triple) => triple[column]));
  return {
    rouge1: meanOf(0),
    rouge2: meanOf(1),
    rougeL: meanOf(2),
    words: mean(summaries.map((summary) => wordTexts(summary, Number.POSITIVE_INFINITY).length)),
  };
}

/** Lets a model write the likeliest summary of each article, and say how likely the human ones are. */
export async function measureModel(
  core: TextCore,
  model: Generator & Partial<Scorer>,
  articles: readonly Article[],
  { signal }: WorkOptions = {},
): Promise<{ measures: NewsMeasures; summaries: string[] }> {
  const texts = await model.generate(articles, { temperature: 0, signal });
  const summaries = texts.map(([first]) => first);
  const scores = await model.scoreAll?.(humanPairs(articles), { signal });
  const logs = scores?.filter(({ logprobs }) => logprobs.length > 0).map(meanNegativeLog);
  return {
    measures: { ...measureSummaries(core, articles, summaries), nll: logs?.length ? mean(logs) : null },
    summaries,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
