import type { WorkOptions } from "../../core/slices.js";
import type { TextCore } from "../../core/textCore.js";
import { trainLanguageModel } from "../../text/ngramTraining.js";
import { CopyLearner } from "../copyModel.js";
import { Encoder } from "../encoder.js";
import { ExtractiveLearner } from "../extractiveModel.js";
import {
  type Article,
  type Generator,
  humanPairs,
  type Learner,
  meanNegativeLog,
  type Pair,
  type Scorer,
  type TrainOptions,
} from "../interfaces.js";
import { wordTexts } from "../vocabulary.js";
import type { NewsArm, NewsSettings } from "./options.js";
import type { NewsMeasures } from "./result.js";
import { type NewsRepetition, repetitionOf } from "./split.js";
import { rougeTriples, type Synthetic, writeSynthetic } from "./synthetic.js";

/** One piece of work: the generated summaries of a repetition, or the model of one arm. */
export type NewsTask = SyntheticTask | ArmTask;

export interface SyntheticTask {
  kind: "synthetic";
  seed: number;
  /** What a generator from outside wrote of each article of the split's `train`. */
  texts?: string[][];
}

export interface ArmTask {
  kind: "arm";
  seed: number;
  arm: NewsArm;
  /** The rows of an arm that learns from generated summaries: place in the split's `train`, and summary. */
  rows: { place: number; summary: string }[] | null;
}

/** What a task gives: plain values, which can be posted and stored. */
export type NewsTaskResult = Synthetic | ArmMeasured;

export interface ArmMeasured {
  measures: NewsMeasures;
  /** Of the first held-out articles, to be read. */
  summaries: string[];
}

/** Does tasks somewhere, several at once where it can. */
export interface NewsExecutor {
  /** Tasks that run at once. */
  readonly width: number;
  run(task: NewsTask): Promise<NewsTaskResult>;
}

/** Summaries of an arm that are kept to be read. */
export const READ = 3;

/** How a task is done, and who watches its trainings: those of the generator, the strong verifier, or the arm of that name. */
export interface NewsTaskOptions extends WorkOptions {
  watch?: (model: string, pairs: number) => Pick<TrainOptions, "onLoss" | "onEpoch">;
}

/** Does the tasks on one thread. What it gives depends on the articles, the settings and the task alone. */
export class NewsWork {
  readonly #core: TextCore;
  readonly #articles: readonly Article[];
  readonly #settings: NewsSettings;
  /** Counts the texts of all articles: no summary is read. */
  readonly #encoder: Encoder;
  readonly #repetitions = new Map<number, NewsRepetition>();

  constructor(core: TextCore, articles: readonly Article[], settings: NewsSettings) {
    this.#core = core;
    this.#articles = articles;
    this.#settings = settings;
    this.#encoder = Encoder.of(articles);
  }

  async run(task: NewsTask, options: NewsTaskOptions = {}): Promise<NewsTaskResult> {
    return task.kind === "synthetic" ? this.#synthetic(task, options) : this.#arm(task, options);
  }

  async #synthetic({ seed, texts }: SyntheticTask, options: NewsTaskOptions): Promise<Synthetic> {
    const parts = this.#repetition(seed);
    const { verifiers, scorer } = this.#settings;
    const self = texts ? undefined : await this.#trained(seed, "generator", humanPairs(parts.generator), options);
    const generator = self ?? { generate: async () => texts as string[][] };
    const others = humanPairs(parts.verifier);
    const hasStrong = verifiers.includes("strong") && scorer === null;
    const strong = hasStrong ? await this.#trained(seed, "strong", others, options) : undefined;
    const ngram = verifiers.includes("ngram")
      ? await trainLanguageModel(
          this.#core,
          others.map(({ summary }) => summary),
          options.signal === undefined ? {} : { signal: options.signal },
        )
      : undefined;
    const models = { generator, self, strong, ngram };
    return writeSynthetic(this.#core, parts.train, models, { ...this.#settings, seed }, options);
  }

  async #arm({ seed, arm, rows }: ArmTask, options: NewsTaskOptions): Promise<ArmMeasured> {
    const parts = this.#repetition(seed);
    const model = await this.#trained(seed, arm.name, pairsOf(parts, arm, rows), options);
    const { measures, summaries } = await measureModel(this.#core, model, parts.test, options);
    return { measures, summaries: summaries.slice(0, READ) };
  }

  #trained(seed: number, name: string, pairs: readonly Pair[], { watch, ...options }: NewsTaskOptions) {
    return this.#learner(seed).train(pairs, { ...options, ...watch?.(name, pairs.length) });
  }

  #repetition(seed: number): NewsRepetition {
    const known = this.#repetitions.get(seed);
    if (known) return known;
    const repetition = repetitionOf(this.#core, this.#articles, this.#settings, seed);
    this.#repetitions.set(seed, repetition);
    return repetition;
  }

  /** Every model is fresh, and of the same class; all are as brief as the human summaries that the generator knows. */
  #learner(seed: number): Learner<Generator & Scorer> {
    const options = { encoder: this.#encoder, epochs: this.#settings.epochs, seed };
    const { summaryWords } = this.#encoder.limits;
    const known = this.#repetition(seed).generator.map(({ summary }) => wordTexts(summary, summaryWords).length);
    const meanWords = known.reduce((sum, words) => sum + words, 0) / known.length;
    return this.#settings.model === "copy"
      ? new CopyLearner(this.#core, { ...options, meanWords })
      : new ExtractiveLearner(this.#core, options);
  }
}

function pairsOf({ train, generator }: NewsRepetition, { kind }: NewsArm, rows: ArmTask["rows"]): Pair[] {
  if (rows !== null) return rows.map(({ place, summary }) => ({ article: train[place], summary }));
  return humanPairs(kind === "generator" ? generator : train);
}

/** What is measured of summaries that somebody wrote of articles, in order. */
function measureSummaries(
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
