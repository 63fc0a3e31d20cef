import type { WorkOptions } from "../../core/slices.js";
import { shuffled } from "../../core/streams.js";
import type { TextCore } from "../../core/textCore.js";
import type { NgramModel } from "../../text/ngramModel.js";
import { ROUGE_COLUMNS, ROUGE_WIDTH, rougeBatch } from "../../text/rouge.js";
import { type Article, type Generator, meanNegativeLog, type Pair, type Scorer } from "../interfaces.js";
import type { NewsArm, NewsSettings, NewsVerifier } from "./options.js";
import { lowest } from "./split.js";

/** F of ROUGE-1, -2 and -L, of tokens of every script, English ones by their stem. */
export type RougeTriple = [rouge1: number, rouge2: number, rougeL: number];

/** What was written of each training article, and what the verifiers say of it. Plain values, to be posted or stored. */
export interface Synthetic {
  summaries: string[];
  rouge: RougeTriple[];
  /** The lower, the sooner it is kept: minus ROUGE, or −log p a token. */
  scores: Partial<Record<NewsVerifier, number[]>>;
  /** Of several summaries of each article, the oracle's choice; null if only one was asked for. */
  best: { summaries: string[]; rouge: RougeTriple[] } | null;
}

/** Who writes and who judges: models of any kind. A verifier without one gives no scores. */
export interface SyntheticParts {
  generator: Generator;
  /** Of the strong verifier, which learned from other articles. */
  strong?: Scorer;
  /** Of the verifier `self`: the generator's own. */
  self?: Scorer;
  /** Trained on human summaries of other articles. */
  ngram?: NgramModel;
}

/** A score that keeps a summary last. */
const LAST = Number.MAX_VALUE;

/** Writes a summary of each article, and asks the verifiers about it. */
export async function writeSynthetic(
  core: TextCore,
  articles: readonly Article[],
  parts: SyntheticParts,
  settings: Pick<NewsSettings, "verifiers" | "oracle" | "bestOf" | "temperature"> & { seed: number },
  options: WorkOptions = {},
): Promise<Synthetic> {
  const { seed, temperature, bestOf, oracle } = settings;
  const { signal } = options;
  const texts = await parts.generator.generate(articles, { n: bestOf, temperature, seed, signal });
  const references = articles.map(({ summary }) => summary);
  const rougeOf = (summaries: readonly string[]) => rougeTriples(core, summaries, references);
  const summaries = texts.map(([first]) => first);
  const rouge = rougeOf(summaries);
  const pairs = pairsOf(articles, summaries);

  const scores: Synthetic["scores"] = {};
  for (const verifier of settings.verifiers) {
    if (verifier === "oracle") scores.oracle = rouge.map((triple) => -oracleScore(triple, oracle));
    else if (verifier === "random") scores.random = shuffled(core, seed, "randomScores", articles.length);
    else if (verifier === "ngram") scores.ngram = parts.ngram && [...parts.ngram.perplexity(summaries)];
    else scores[verifier] = await perplexities(parts[verifier], pairs, { signal });
  }
  return { summaries, rouge, scores, best: bestOf === 1 ? null : bestChoice(texts, rougeOf, oracle) };
}

/** What a verifier that goes by perplexity says of each pair: −log p a token. */
export async function perplexities(
  scorer: Scorer | undefined,
  pairs: readonly Pair[],
  options: WorkOptions = {},
): Promise<number[] | undefined> {
  const scores = await scorer?.scoreAll(pairs, options);
  return scores?.map((score) => (score.logprobs.length === 0 ? LAST : meanNegativeLog(score)));
}

export function pairsOf(articles: readonly Article[], summaries: readonly string[]): Pair[] {
  return articles.map((article, i) => ({ article, summary: summaries[i] }));
}

/** Of each article the summary that the oracle likes most; of equal ones the first. */
function bestChoice(
  texts: readonly string[][],
  rougeOf: (summaries: readonly string[]) => RougeTriple[],
  oracle: NewsSettings["oracle"],
): Synthetic["best"] {
  const summaries = texts.map(([first]) => first);
  const rouge = rougeOf(summaries);
  for (let n = 1; n < texts[0].length; n++) {
    const others = texts.map((candidates) => candidates[n]);
    for (const [i, triple] of rougeOf(others).entries()) {
      if (oracleScore(triple, oracle) <= oracleScore(rouge[i], oracle)) continue;
      summaries[i] = others[i];
      rouge[i] = triple;
    }
  }
  return { summaries, rouge };
}

function oracleScore([rouge1, rouge2, rougeL]: RougeTriple, oracle: NewsSettings["oracle"]): number {
  return oracle === "rouge1" ? rouge1 : (rouge1 + rouge2 + rougeL) / 3;
}

/** What an arm that learns from synthetic summaries is given: which articles, by their place, and their summaries. */
export function keptRows(
  synthetic: Synthetic,
  arm: NewsArm,
  oracle: NewsSettings["oracle"],
): { kept: number[]; summaries: string[]; rouge: RougeTriple[] } {
  const best = arm.kind === "best" ? synthetic.best : null;
  const { summaries, rouge } = best ?? synthetic;
  const scores = best ? best.rouge.map((triple) => -oracleScore(triple, oracle)) : scoresOf(synthetic, arm);
  return { kept: lowest(scores, arm.fraction), summaries, rouge };
}

function scoresOf({ scores, summaries }: Synthetic, { verifier }: NewsArm): readonly number[] {
  return (verifier && scores[verifier]) ?? summaries.map(() => 0);
}

export function rougeTriples(
  core: TextCore,
  candidates: readonly string[],
  references: readonly string[],
): RougeTriple[] {
  const scores = rougeBatch(core, candidates, references, { stemmer: true, tokenizer: "unicode" });
  const { rouge1, rouge2, rougeL } = ROUGE_COLUMNS;
  return candidates.map((_, i) => {
    const row = ROUGE_WIDTH * i;
    return [scores[row + rouge1.f], scores[row + rouge2.f], scores[row + rougeL.f]];
  });
}
