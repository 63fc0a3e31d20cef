import { loadText, type TextCore } from "../../core/textCore.js";
import type { Row } from "../../rows/field.js";
import { textPieces } from "../../rows/read.js";
import { readLanguageModel } from "../../text/arpa.js";
import type { NgramModel } from "../../text/ngramModel.js";
import type { TokenizerName } from "../../text/tokenizer.js";
import { RequiredField, type Scorer, textField, type Weighted } from "./scorer.js";

/** How surprising a text is to a language model, by the log-probabilities of its tokens; low is good. */
export interface LogprobsSpec extends Weighted {
  kind: "perplexity";
  /** The field of the natural logarithms: a list of numbers, or of objects with a `logprob`. */
  logprobs: string;
}

/** How surprising a text is to a language model of `pstar lm train`, KenLM or SRILM; low is good. */
export interface LanguageModelSpec extends Weighted {
  kind: "perplexity";
  /** The ARPA file, as it is or packed. */
  model: string;
  /** The field of the text. */
  text: string;
  /** The field of what goes before the text and is not scored itself. */
  prompt?: string;
  /** How text becomes tokens; left out, as the model says, or else what stands between spaces. */
  tokenizer?: TokenizerName;
}

type Logprobs = readonly (number | null | { logprob: number })[];

/** Perplexity from the log-probabilities that a model's server gave for the tokens of a text: exp(−mean). */
export class PerplexityScorer implements Scorer {
  readonly #core: TextCore;
  readonly #field: RequiredField<Logprobs>;
  #taken: number[] = [];

  constructor(core: TextCore, field: string) {
    this.#core = core;
    this.#field = new RequiredField(field, areLogprobs, "a list of log-probabilities, numbers of at most 0");
  }

  problem(row: Row): string | undefined {
    return this.#field.problem(row);
  }

  take(row: Row): void {
    const logprobs = this.#field.of(row);
    let sum = 0;
    let count = 0;
    for (const entry of logprobs) {
      const value = logprobOf(entry);
      if (value === null) continue;
      sum += value;
      count++;
    }
    this.#taken.push(count === 0 ? Number.NaN : this.#core.exports.perplexity(sum, count));
  }

  scores(): number[] {
    const taken = this.#taken;
    this.#taken = [];
    return taken;
  }
}

function areLogprobs(value: unknown): value is Logprobs {
  if (!Array.isArray(value)) return false;
  return value.every((entry, i) => {
    const logprob = logprobOf(entry);
    // servers that echo the prompt have nothing to say of its first token
    return logprob === null ? i === 0 && entry === null : logprob <= 0;
  });
}

function logprobOf(entry: unknown): number | null {
  const value = typeof entry === "object" && entry !== null ? (entry as { logprob?: unknown }).logprob : entry;
  return typeof value === "number" && !Number.isNaN(value) ? value : null;
}

/** The perplexity of a text to an n-gram model. */
export class LanguageModelScorer implements Scorer {
  readonly #model: NgramModel;
  readonly #text;
  readonly #prompt;
  #texts: string[] = [];
  #prompts: string[] = [];

  private constructor(model: NgramModel, { text, prompt }: LanguageModelSpec) {
    this.#model = model;
    this.#text = textField(text);
    this.#prompt = prompt === undefined ? undefined : textField(prompt);
  }

  static async load(spec: LanguageModelSpec): Promise<LanguageModelScorer> {
    return new LanguageModelScorer(await loadModel(spec), spec);
  }

  problem(row: Row): string | undefined {
    return this.#text.problem(row) ?? this.#prompt?.problem(row);
  }

  take(row: Row): void {
    this.#texts.push(this.#text.of(row));
    if (this.#prompt !== undefined) this.#prompts.push(this.#prompt.of(row));
  }

  scores(): Float64Array {
    const prompts = this.#prompt === undefined ? {} : { prompts: this.#prompts };
    const scores = this.#model.perplexity(this.#texts, prompts);
    this.#texts = [];
    this.#prompts = [];
    return scores;
  }
}

/** @throws FileError if the file cannot be read, DataError if it is not an ARPA file. */
async function loadModel({ model, tokenizer }: LanguageModelSpec): Promise<NgramModel> {
  return readLanguageModel(await loadText(), textPieces(model), { tokenizer, name: model });
}
