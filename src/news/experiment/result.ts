import * as z from "zod/mini";
import { count, documentOf, fieldsOf, meanWithErrorSchema, orNull, real, share, text } from "../../model/document.js";
import { described } from "../../model/fields.js";
import { type NewsArm, newsModels, newsOracles, newsVerifiers } from "./options.js";
import type { RougeTriple } from "./synthetic.js";

/** The measures of which differences are taken. */
export const newsMeasures = ["rouge1", "rouge2", "rougeL", "nll"] as const;
export type NewsMeasure = (typeof newsMeasures)[number];

const measures = {
  rouge1: share("Mean of ROUGE-1 F over the articles."),
  rouge2: share("Of ROUGE-2 F."),
  rougeL: share("Of ROUGE-L F."),
  nll: orNull(
    real("Mean over the articles of −log p a token of the human summary."),
    "if the model cannot score given text",
  ),
  words: real("Mean words of the summaries."),
};

const measuresSchema = fieldsOf(measures);

const rates = {
  threshold: real("ROUGE-1 F from which a summary counts as correct."),
  errorRate: share("p: the share of wrong summaries among those that could be kept."),
  phi: orNull(share("φ: the share of the correct ones that is kept."), "if there are none"),
  psi: orNull(share("ψ: the share of the wrong ones that is kept."), "if there are none"),
  breakdown: orNull(share("p⋆ = φ/(φ+ψ): the kept ones are mostly correct where p is below it.")),
  precision: share("The share of correct summaries among the kept."),
};

const ratesSchema = fieldsOf(rates);

const mean = meanWithErrorSchema;

const meanRates = {
  errorRate: described(mean, "p."),
  phi: described(mean, "φ."),
  psi: described(mean, "ψ."),
  breakdown: described(mean, "p⋆."),
  precision: described(mean, "Precision of what is kept."),
};

const verdict = z.enum(["better", "worse", "inconclusive"]);

const arm = fieldsOf({
  name: text("Of the arm."),
  kind: described(
    z.enum(["original", "generator", "unselected", "selected", "best"]),
    "`original`: all human pairs; `generator`: the human pairs of the generator; `unselected`: all its summaries; `selected`: those that a verifier keeps; `best`: each article's best of several, and of those what the oracle keeps.",
  ),
  verifier: orNull(described(z.enum(newsVerifiers), "What selected."), "if nothing selects"),
  fraction: share("Of the articles."),
  bestOf: count("Summaries of each article that there was a choice of."),
  repetitions: count(),
  rows: count("Pairs that it learns from."),
  rouge1: mean,
  rouge2: mean,
  rougeL: mean,
  nll: mean,
  words: mean,
  selected: orNull(
    fieldsOf({ rouge1: mean, rouge2: mean, rougeL: mean }, "ROUGE of the summaries that it learns from."),
    "of human ones",
  ),
  rates: orNull(fieldsOf(meanRates, "At the stated threshold."), "of human summaries"),
  prediction: described(
    z.nullable(z.enum(["below", "above"])),
    "Whether the theory of noisy labels expects the kept summaries to teach what is right: p is below p⋆.",
  ),
  outcome: described(z.nullable(verdict), "What came of it: ROUGE-1 against the original model."),
  thresholds: described(
    z.array(fieldsOf({ threshold: z.number(), ...meanRates, prediction: z.nullable(z.enum(["below", "above"])) })),
    "The rates and the side of p⋆ with other thresholds.",
  ),
  perSeed: z.array(fieldsOf({ seed: count(), ...measures })),
});

const comparison = fieldsOf({
  arm: text("Whose mean this is."),
  against: text("From whose it is taken."),
  measure: z.enum(newsMeasures),
  difference: real("Mean of the paired differences over the repetitions, arm minus the other."),
  se: orNull(real("Its standard error.")),
  repetitions: count(),
  verdict: described(
    z.nullable(verdict),
    "By Student's t on the paired seeds at the level of 5 %; of `nll`, less is better. Null with fewer than two repetitions.",
  ),
});

export const correlationSchema = fieldsOf(
  {
    estimate: real("Spearman's, in [−1, 1]."),
    low: real("Lower limit of the percentile interval of 95 %, by a bootstrap of the arms."),
    high: real("Upper limit."),
    arms: count("Arms that have both."),
    replicates: count("Of the bootstrap, without those of one arm only."),
  },
  "The rank correlation of p⋆ and ROUGE-1 over the arms.",
);

const data = fieldsOf({
  source: text("The file, or `newswire`."),
  hash: text("SHA-256 of the articles."),
  articles: count(),
  train: count(),
  generator: count(),
  verifier: count(),
  test: count(),
});

const settings = fieldsOf({
  seeds: z.readonly(z.array(count())),
  fractions: z.readonly(z.array(share("Shares of the summaries that are kept."))),
  verifiers: z.readonly(z.array(z.enum(newsVerifiers))),
  model: z.enum(newsModels),
  oracle: z.enum(newsOracles),
  bestOf: count("Summaries of each article among which the oracle picks one."),
  generatorShare: share("Of the human pairs that the generator learns from."),
  noise: share("Of the human summaries that belong to another article."),
  temperature: real("Of the generator."),
  epochs: count("Passes of every training over its pairs."),
  threshold: orNull(share("ROUGE-1 F from which a summary counts as correct."), "for the mean of the original model"),
  generator: orNull(text("A model from outside that writes the summaries.")),
  scorer: orNull(text("A model from outside that is the verifier `strong`.")),
  prompt: orNull(text("What models from outside are told, with {text} for the article's.")),
});

const example = fieldsOf({
  verifier: z.enum(newsVerifiers),
  kept: z.boolean(),
  id: text("Of the article."),
  lead: text("How the article begins."),
  reference: text("The human's summary."),
  summary: text("The generated one."),
  rouge1: share("ROUGE-1 F of the two."),
});

const news = documentOf(
  "pstar/news@1",
  {
    complete: described(z.boolean(), "Whether all arms are finished."),
    settings,
    data,
    threshold: fieldsOf({ rule: z.enum(["given", "mean of the original model"]), value: mean }),
    arms: z.array(arm),
    correlation: orNull(correlationSchema, "with fewer than three such arms, or if all are equal"),
    comparisons: z.array(comparison),
    version: text("Version of pstar."),
    coreHash: text("SHA-256 of the WebAssembly core of texts and models."),
  },
  "The result of the news experiment.",
);

/** What `pstar news --format json` prints. */
export const newsSchema = fieldsOf(
  { ...news.shape, examples: described(z.array(example), "Generated summaries, to be read beside their articles.") },
  "The result of the news experiment.",
);

/** What a model does on held-out articles: means over these. */
export interface NewsMeasures extends z.output<typeof measuresSchema> {}

/** What a selection does to correct and wrong summaries; null if there are none of the kind. */
export interface NewsRates extends z.output<typeof ratesSchema> {}

/** An arm over all repetitions. */
export interface NewsArmResult extends z.output<typeof arm> {}

/** Means of paired differences over the repetitions, arm minus the other. */
export interface NewsComparison extends z.output<typeof comparison> {}

/** A generated summary, to be read beside its article. */
export interface NewsExample extends z.output<typeof example> {}

export interface NewsData extends z.output<typeof data> {}

/** The result of the experiment. */
export interface NewsResult extends z.output<typeof news> {}

/** One arm of one repetition, finished. */
export interface NewsOutcome {
  seed: number;
  arm: NewsArm;
  rows: number;
  measures: NewsMeasures;
  /** Of an arm that learns from generated summaries: ROUGE of all that could be kept, and the places of those kept. */
  selection: { rouge: readonly RougeTriple[]; kept: readonly number[] } | null;
}
