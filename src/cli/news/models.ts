import { type NewsVerifier, newsVerifiers } from "../../news/experiment/options.js";
import type { NewsModels } from "../../news/experiment/outside.js";
import type { Generator, Scorer } from "../../news/interfaces.js";
import { generatorNamed, type ModelOptions, scorerNamed } from "../../news/llm/models.js";
import { CannotScoreError } from "../../news/llm/openAi.js";
import { DEFAULT_PROMPT } from "../../news/llm/prompt.js";
import { AnswerJournal } from "../../server/requests.js";
import { UsageError } from "../failure.js";
import type { NewsFlags } from "./options.js";

type Named = Pick<NewsFlags, "generator" | "scorer" | "prompt" | "concurrency" | "verifiers">;

/** The models from outside that the flags name, open. */
export class OpenModels {
  readonly models: NewsModels = {};
  /** What the flags say of them, and what the models can do, as options of the experiment. */
  readonly options: { generator?: string; scorer?: string; prompt?: string; verifiers?: readonly NewsVerifier[] } = {};
  #journal: AnswerJournal | undefined;
  readonly #closing: { close(): Promise<void> }[] = [];

  /**
   * Opens the models, and asks servers what they can.
   *
   * @param say Told what a person should know.
   * @throws UsageError if a name means no model; CannotScoreError if a model is to judge that cannot.
   */
  static async open(flags: Named, signal: AbortSignal, say: (text: string) => void): Promise<OpenModels> {
    const opened = new OpenModels();
    try {
      await opened.#open(flags, signal, say);
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  /** Keeps the answers of servers in a file from now on: what it holds already is not asked again. */
  async keepAnswers(file: string): Promise<void> {
    if (this.models.generator || this.models.scorer) this.#journal = await AnswerJournal.open(file);
  }

  async close(): Promise<void> {
    await this.#journal?.close();
    for (const model of this.#closing.splice(0)) await model.close();
  }

  async #open(
    { generator, scorer, prompt, concurrency, verifiers }: Named,
    signal: AbortSignal,
    say: (text: string) => void,
  ) {
    if (generator === undefined && scorer === undefined) return;
    if (scorer !== undefined && verifiers?.includes("strong") === false)
      throw new UsageError("--scorer is for the verifier strong, which --verifiers must include");
    const told = prompt?.replaceAll("\\n", "\n") ?? DEFAULT_PROMPT;
    const options: ModelOptions = {
      prompt: told,
      concurrency,
      signal,
      onRetry: say,
      answers: {
        get: async (key) => this.#journal?.get(key),
        put: async (key, answer) => this.#journal?.put(key, answer),
      },
    };
    this.options.prompt = told;
    if (verifiers) this.options.verifiers = verifiers;
    if (generator !== undefined) {
      const writes = this.#kept(await generatorNamed(generator, options));
      const judge =
        verifiers?.includes("self") === false ? undefined : await judgeOf(writes, generator, options, verifiers);
      if (judge === undefined && verifiers === undefined) {
        this.options.verifiers = newsVerifiers.filter((name) => name !== "self");
        say(
          `${generator} cannot report the likelihood of a given text: the verifier self, which needs it, is left out`,
        );
      }
      // bound: a model may be an object of a class
      this.models.generator = judge
        ? {
            generate: writes.generate.bind(writes),
            score: judge.score.bind(judge),
            scoreAll: judge.scoreAll.bind(judge),
          }
        : { generate: writes.generate.bind(writes) };
      this.options.generator = generator;
      if (scorer === generator && judge) this.models.scorer = judge;
    }
    if (scorer !== undefined) {
      this.models.scorer ??= this.#kept(await scorerNamed(scorer, options));
      this.options.scorer = scorer;
    }
  }

  #kept<Model extends object>(model: Model & { close?: () => Promise<void> }): Model {
    const { close } = model;
    if (close) this.#closing.push({ close: () => close.call(model) });
    return model;
  }
}

/** What the generator itself says of texts; nothing where it cannot, but for a person who asks for it. */
async function judgeOf(
  model: Generator & Partial<Scorer>,
  name: string,
  options: ModelOptions,
  verifiers: readonly NewsVerifier[] | undefined,
): Promise<Scorer | undefined> {
  if (isScorer(model)) return model;
  try {
    return await scorerNamed(name.replace(/^openai-chat:/, "openai:"), options);
  } catch (error) {
    if (verifiers === undefined && error instanceof CannotScoreError) return undefined;
    throw error;
  }
}

function isScorer(model: Partial<Scorer>): model is Scorer {
  return model.score !== undefined && model.scoreAll !== undefined;
}
