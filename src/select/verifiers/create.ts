import { ArgumentError } from "../../core/errors.js";
import { loadText, type TextCore } from "../../core/textCore.js";
import { numberIn, type Row } from "../../rows/field.js";
import { isWideInteger } from "../../rows/jsonText.js";
import { textPieces } from "../../rows/read.js";
import { readLanguageModel } from "../../text/arpa.js";
import type { NgramModel } from "../../text/ngramModel.js";
import { ROUGE_COLUMNS, ROUGE_WIDTH, type RougeOptions, rougeBatch } from "../../text/rouge.js";
import { isMostlyUnread } from "../../text/tokenizer.js";
import type { LanguageModelSpec, RougeSpec } from "../options.js";
import type { ResolvedVerifier } from "../settings.js";
import { ModuleScorer } from "./module.js";
import { labelField, numberField, RequiredField, type Scorer, textField } from "./scorer.js";

/** The scorer of a verifier; undefined for `random`, which reads nothing of a row. */
export async function createScorer(
  core: TextCore,
  verifier: ResolvedVerifier,
  seed: number,
): Promise<Scorer | undefined> {
  switch (verifier.kind) {
    case "score":
      return new NumberScorer(verifier.field);
    case "match":
      return new MatchScorer(verifier.label, verifier.against);
    case "perplexity":
      if ("logprobs" in verifier) return new PerplexityScorer(core, verifier.logprobs);
      return LanguageModelScorer.load(verifier);
    case "module":
      return ModuleScorer.load(verifier.file, seed);
    case "rouge":
      return new RougeScorer(core, verifier);
    case "random":
      return undefined;
    default:
      verifier satisfies never;
      throw new ArgumentError(`unknown verifier ${(verifier as ResolvedVerifier).kind}`);
  }
}

class NumberScorer implements Scorer {
  readonly #field;
  #taken: number[] = [];

  constructor(field: string) {
    this.#field = numberField(field);
  }

  problem(row: Row): string | undefined {
    return this.#field.problem(row);
  }

  take(row: Row): void {
    this.#taken.push(numberIn(this.#field.of(row)) ?? Number.NaN);
  }

  scores(): number[] {
    const taken = this.#taken;
    this.#taken = [];
    return taken;
  }
}

class MatchScorer implements Scorer {
  readonly #label;
  readonly #against;
  #taken: number[] = [];

  constructor(label: string, against: string) {
    this.#label = labelField(label);
    this.#against = labelField(against);
  }

  problem(row: Row): string | undefined {
    return this.#label.problem(row) ?? this.#against.problem(row);
  }

  take(row: Row, _: number, exact: () => Row): void {
    let [label, against] = [this.#label.of(row), this.#against.of(row)];
    if (label === against && isWideInteger(label)) {
      const whole = exact();
      [label, against] = [this.#label.of(whole), this.#against.of(whole)];
    }
    this.#taken.push(label === against ? 1 : 0);
  }

  scores(): number[] {
    const taken = this.#taken;
    this.#taken = [];
    return taken;
  }
}

/** The F-measure of ROUGE of one field against another. */
class RougeScorer implements Scorer {
  readonly #core: TextCore;
  readonly #candidate;
  readonly #reference;
  readonly #options: RougeOptions;
  readonly #column: number;
  #candidates: string[] = [];
  #references: string[] = [];
  #doubtful = 0;

  constructor(core: TextCore, { candidate, reference, measure = "rougeL", stemmer, tokenizer }: RougeSpec) {
    this.#core = core;
    this.#candidate = textField(candidate);
    this.#reference = textField(reference);
    this.#options = { stemmer, tokenizer };
    this.#column = ROUGE_COLUMNS[measure].f;
  }

  problem(row: Row): string | undefined {
    return this.#candidate.problem(row) ?? this.#reference.problem(row);
  }

  take(row: Row): void {
    const candidate = this.#candidate.of(row);
    const reference = this.#reference.of(row);
    this.#candidates.push(candidate);
    this.#references.push(reference);
    if (this.#options.tokenizer !== "unicode" && (isMostlyUnread(candidate) || isMostlyUnread(reference)))
      this.#doubtful++;
  }

  scores(): Float64Array {
    const all = rougeBatch(this.#core, this.#candidates, this.#references, this.#options);
    const scores = new Float64Array(this.#candidates.length);
    for (let i = 0; i < scores.length; i++) scores[i] = all[ROUGE_WIDTH * i + this.#column];
    this.#candidates = [];
    this.#references = [];
    return scores;
  }

  /** Rows with a text that the tokenizer all but empties. */
  doubtful(): number {
    const doubtful = this.#doubtful;
    this.#doubtful = 0;
    return doubtful;
  }
}

type Logprobs = readonly (number | null | { logprob: number })[];

/** Perplexity from the log-probabilities that a model's server gave for the tokens of a text: exp(−mean). */
class PerplexityScorer implements Scorer {
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
class LanguageModelScorer implements Scorer {
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
