import { ArgumentError } from "../../core/errors.js";
import { Slices, type WorkOptions } from "../../core/slices.js";
import { TEXT_CORE_HASH } from "../../core/text.generated.js";
import type { TextCore } from "../../core/textCore.js";
import { sha256Stream } from "../../model/digest.js";
import { each } from "../../threads/waiting.js";
import type { Article } from "../interfaces.js";
import { newsReason } from "../reasons.js";
import { type NewsArm, type NewsOptions, type NewsSettings, newsArms, newsSettings } from "./options.js";
import { type NewsModelProgress, type NewsModels, OutsideModels } from "./outside.js";
import type { NewsData, NewsOutcome, NewsResult } from "./result.js";
import { type NewsRepetition, repetitionOf, splitSizes } from "./split.js";
import { newsResult } from "./summary.js";
import { keptRows, type Synthetic } from "./synthetic.js";
import {
  type ArmMeasured,
  type ArmTask,
  type NewsExecutor,
  type NewsTask,
  type NewsTaskResult,
  NewsWork,
} from "./work.js";

/** Keeps what is finished, under a name each, so that a run that was stopped goes on where it was. */
export interface NewsStore {
  read(name: string): Promise<unknown>;
  write(name: string, value: unknown): Promise<void>;
}

export interface NewsRunOptions extends WorkOptions {
  /** The file that the articles came from, for the result. */
  source?: string;
  store?: NewsStore;
  /** The models that the options name as `generator` and `scorer`. */
  models?: NewsModels;
  /** Told how far a model from outside has come. */
  onModel?: (progress: NewsModelProgress) => void;
  /** Told of each arm as it ends; with it, a run that was stopped still has a result. */
  onArm?: (outcome: NewsOutcome, measured: ArmMeasured, task: ArmTask) => void;
  /** Told of the summaries of each repetition. */
  onSynthetic?: (seed: number, synthetic: Synthetic) => void;
}

/** What tells one experiment from another. */
export interface NewsIdentity {
  settings: Omit<NewsSettings, "seeds" | "fractions" | "threshold">;
  /** SHA-256 of the articles. */
  articles: string;
  /** SHA-256 of the core. */
  core: string;
}

/**
 * The news experiment on this thread: a generator that learned from a part of the human pairs writes summaries, verifiers
 * keep some, fresh models learn from those, and ROUGE on held-out articles says what became of them.
 *
 * @param articles At least 40, each with an id of its own.
 * @param runOptions `signal` ends it, `onProgress` is told of each finished step, `store` keeps finished arms.
 * @throws ArgumentError if an option is out of range, or the articles are too few or share an id.
 * @example
 * const { comparisons } = await runNews(core, newswire(core), { verifiers: ["oracle", "random"], seeds: [1, 2, 3] });
 * @see Feng, Dohmatob, Yang, Charton, Kempe, Beyond Model Collapse, arXiv 2406.07515
 */
export async function runNews(
  core: TextCore,
  articles: readonly Article[],
  options: NewsOptions = {},
  runOptions: NewsRunOptions = {},
): Promise<NewsResult> {
  const experiment = await NewsExperiment.plan(core, articles, options, runOptions.source, {
    signal: runOptions.signal,
  });
  const work = new NewsWork(core, articles, experiment.settings);
  const { signal } = runOptions;
  return experiment.run({ width: 1, run: (task) => work.run(task, { signal }) }, runOptions);
}

/** What is to be done, checked; and the order in which it is done. */
export class NewsExperiment {
  readonly settings: NewsSettings;
  readonly arms: readonly NewsArm[];
  readonly data: NewsData;
  readonly articles: readonly Article[];
  readonly core: TextCore;

  private constructor(core: TextCore, articles: readonly Article[], settings: NewsSettings, data: NewsData) {
    this.core = core;
    this.articles = articles;
    this.settings = settings;
    this.arms = newsArms(settings);
    this.data = data;
  }

  /**
   * @param work `signal` ends it.
   * @throws ArgumentError if an option is out of range, or the articles are too few or share an id.
   */
  static async plan(
    core: TextCore,
    articles: readonly Article[],
    options: NewsOptions,
    source = "articles",
    work: WorkOptions = {},
  ): Promise<NewsExperiment> {
    const settings = newsSettings(options);
    checkArticles(articles);
    const { generatorShare } = settings;
    repetitionOf(core, articles, settings, settings.seeds[0]);
    const sizes = splitSizes(articles.length, generatorShare);
    const data = { source, hash: await hashOf(articles, work), articles: articles.length, ...sizes };
    return new NewsExperiment(core, articles, settings, data);
  }

  repetition(seed: number): NewsRepetition {
    return repetitionOf(this.core, this.articles, this.settings, seed);
  }

  /** All that finished arms depend on; more seeds and fractions may be added to them. */
  get identity(): NewsIdentity {
    const { seeds: _, fractions: _also, threshold: _neither, ...settings } = this.settings;
    return { settings, articles: this.data.hash, core: TEXT_CORE_HASH };
  }

  /** Tasks in all. */
  get tasks(): number {
    return this.settings.seeds.length * (this.arms.length + 1);
  }

  /** The result of the arms that are there. */
  result(outcomes: readonly NewsOutcome[]): NewsResult {
    return newsResult(this.core, this.arms, outcomes, this.settings, this.data);
  }

  /**
   * Has all tasks done that the store does not hold yet. The result does not depend on the executor.
   *
   * @throws the signal's reason when aborted; what is finished is in the store by then.
   */
  async run(executor: NewsExecutor, options: NewsRunOptions = {}): Promise<NewsResult> {
    const { signal, store, onProgress, onArm, onSynthetic, models = {}, onModel } = options;
    const workers = new OutsideModels(executor, this, models, { signal, onProgress: onModel });
    const outcomes: NewsOutcome[] = [];
    let done = 0;
    const finished = async <R extends NewsTaskResult>(name: string, task: NewsTask): Promise<R> => {
      signal?.throwIfAborted();
      let result = (await store?.read(name)) as R | undefined;
      if (result === undefined) {
        result = (await workers.run(task)) as R;
        await store?.write(name, result);
      }
      onProgress?.({ done: ++done, total: this.tasks });
      return result;
    };
    const repetition = async (seed: number): Promise<void> => {
      const synthetic = await finished<Synthetic>(`seed-${seed}-summaries`, { kind: "synthetic", seed });
      onSynthetic?.(seed, synthetic);
      const measureArm = async (arm: NewsArm) => {
        const { task, selection, rows } = this.#armTask(arm, seed, synthetic);
        const measured = await finished<ArmMeasured>(`seed-${seed}-${arm.name}`, task);
        const outcome: NewsOutcome = { seed, arm, rows, measures: measured.measures, selection };
        outcomes.push(outcome);
        onArm?.(outcome, measured, task);
      };
      await each(this.arms, executor.width, measureArm);
    };
    await each(this.settings.seeds, executor.width, repetition);
    return this.result(outcomes);
  }

  /** What an arm learns from. */
  #armTask(arm: NewsArm, seed: number, synthetic: Synthetic) {
    if (arm.kind === "original" || arm.kind === "generator") {
      // what a model from outside has learned from is not known here
      const learned = this.settings.generator === null ? this.data.generator : 0;
      const rows = arm.kind === "original" ? this.data.train : learned;
      return { task: { kind: "arm" as const, seed, arm, rows: null }, selection: null, rows };
    }
    const { kept, summaries, rouge } = keptRows(synthetic, arm, this.settings.oracle);
    const rows = kept.map((place) => ({ place, summary: summaries[place] }));
    return { task: { kind: "arm" as const, seed, arm, rows }, selection: { rouge, kept }, rows: kept.length };
  }
}

function checkArticles(articles: readonly Article[]): void {
  if (!Array.isArray(articles)) throw new ArgumentError(newsReason("articles-not-a-list"), { field: "articles" });
  const isArticle = (given: Partial<Article> | null) =>
    [given?.id, given?.text, given?.summary].every((text) => typeof text === "string");
  const wrong = articles.findIndex((given) => !isArticle(given));
  if (wrong < 0) return;
  throw new ArgumentError(newsReason("article-not-whole", { number: wrong }), {
    field: "articles",
  });
}

async function hashOf(articles: readonly Article[], work: WorkOptions): Promise<string> {
  const hash = sha256Stream();
  await new Slices(articles.length, work).run(articles.length, (first, count) => {
    for (const { id, text, summary } of articles.slice(first, first + count))
      hash.add(`${JSON.stringify([id, text, summary])}\n`);
  });
  return hash.hex();
}
