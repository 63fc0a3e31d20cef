import { ArgumentError } from "../../core/errors.js";
import type { WorkOptions } from "../../core/slices.js";
import type { TextCore } from "../../core/textCore.js";
import type { Generator, Scorer } from "../interfaces.js";
import { newsReason } from "../reasons.js";
import type { NewsSettings } from "./options.js";
import type { NewsRepetition } from "./split.js";
import { pairsOf, perplexities, type Synthetic } from "./synthetic.js";
import {
  type ArmMeasured,
  measureModel,
  type NewsExecutor,
  type NewsTask,
  type NewsTaskResult,
  READ,
  type SyntheticTask,
} from "./work.js";

/** Models from outside, such as language models behind a server. */
export interface NewsModels {
  /** Writes the summaries. Where it can say how likely a text is, it is the verifier `self` as well. */
  generator?: Generator & Partial<Scorer>;
  /** Is the verifier `strong`. */
  scorer?: Scorer;
}

/** What a model from outside is doing. */
export interface NewsModelProgress {
  work: "writing" | "scoring";
  seed: number;
  done: number;
  total: number;
}

/** What is read of an experiment. */
interface Planned {
  readonly core: TextCore;
  readonly settings: NewsSettings;
  repetition(seed: number): NewsRepetition;
}

/** Has the models from outside do their part, on this thread, and all else done elsewhere. */
export class OutsideModels implements NewsExecutor {
  readonly width: number;
  readonly #inner: NewsExecutor;
  readonly #experiment: Planned;
  readonly #models: NewsModels;
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: ((progress: NewsModelProgress) => void) | undefined;
  /** A model works for one repetition at a time: it may hold a state. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    inner: NewsExecutor,
    experiment: Planned,
    models: NewsModels,
    options: { signal?: AbortSignal; onProgress?: (progress: NewsModelProgress) => void },
  ) {
    checkModels(experiment.settings, models);
    this.width = inner.width;
    this.#inner = inner;
    this.#experiment = experiment;
    this.#models = models;
    this.#signal = options.signal;
    this.#onProgress = options.onProgress;
  }

  async run(task: NewsTask): Promise<NewsTaskResult> {
    if (task.kind === "synthetic") return this.#synthetic(task);
    const { generator } = this.#models;
    if (task.arm.kind !== "generator" || generator === undefined) return this.#inner.run(task);
    return this.#inTurn(() => this.#measure(generator, task.seed));
  }

  async #synthetic(task: SyntheticTask): Promise<Synthetic> {
    const { seed } = task;
    const { bestOf, temperature, verifiers } = this.#experiment.settings;
    const { generator, scorer } = this.#models;
    const { train } = this.#experiment.repetition(seed);
    const draws = { n: bestOf, temperature, seed };
    const texts = generator
      ? await this.#inTurn(() => generator.generate(train, { ...draws, ...this.#work("writing", seed) }))
      : undefined;
    const synthetic = (await this.#inner.run({ ...task, texts })) as Synthetic;
    const pairs = pairsOf(train, synthetic.summaries);
    const judges = { strong: scorer, self: canScore(generator) ? generator : undefined };
    for (const name of ["strong", "self"] as const) {
      const judge = judges[name];
      if (judge === undefined || !verifiers.includes(name)) continue;
      synthetic.scores[name] = await this.#inTurn(() => perplexities(judge, pairs, this.#work("scoring", seed)));
    }
    return synthetic;
  }

  /** Without −log p of the human summaries: its tokens are not those of pstar's models, so the two could not be compared. */
  async #measure(generator: Generator, seed: number): Promise<ArmMeasured> {
    const { core } = this.#experiment;
    const { test } = this.#experiment.repetition(seed);
    const work = this.#work("writing", seed);
    const writer: Generator = { generate: (...args) => generator.generate(...args) };
    const { measures, summaries } = await measureModel(core, writer, test, work);
    return { measures, summaries: summaries.slice(0, READ) };
  }

  #work(work: NewsModelProgress["work"], seed: number): WorkOptions {
    return { signal: this.#signal, onProgress: ({ done, total }) => this.#onProgress?.({ work, seed, done, total }) };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    return mine;
  }
}

/** Each model that the settings name must be there, and no other; who judges must be able to. */
function checkModels({ generator, scorer, verifiers }: NewsSettings, models: NewsModels): void {
  for (const [field, name] of Object.entries({ generator, scorer })) {
    if ((name === null) === (models[field as keyof NewsModels] === undefined)) continue;
    throw new ArgumentError(newsReason("model-named-or-given", { field }), { field });
  }
  if (models.generator !== undefined && verifiers.includes("self") && !canScore(models.generator)) {
    throw new ArgumentError(newsReason("self-cannot-score"), { field: "verifiers" });
  }
  if (models.scorer !== undefined && !verifiers.includes("strong")) {
    throw new ArgumentError(newsReason("scorer-without-strong"), { field: "verifiers" });
  }
}

function canScore(model: (Generator & Partial<Scorer>) | undefined): model is Generator & Scorer {
  return model?.scoreAll !== undefined;
}
