import { ArgumentError } from "../../core/errors.js";
import type { TextCore } from "../../core/textCore.js";
import { numberIn, type Row } from "../../rows/field.js";
import { isWideInteger } from "../../rows/jsonText.js";
import { ROUGE_COLUMNS, ROUGE_WIDTH, type RougeOptions, rougeBatch } from "../../text/rouge.js";
import { isMostlyUnread } from "../../text/tokenizer.js";
import type { RougeSpec } from "../options.js";
import type { ResolvedVerifier } from "../settings.js";
import { ModuleScorer } from "./module.js";
import { LanguageModelScorer, PerplexityScorer } from "./perplexity.js";
import { labelField, numberField, type Scorer, textField } from "./scorer.js";

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
