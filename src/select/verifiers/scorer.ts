import type { TextCore } from "../../core/textCore.js";
import type { Row } from "../../rows/field.js";
import { isWideInteger } from "../../rows/json.js";
import { numberIn } from "../../rows/value.js";
import type { ResolvedVerifier } from "../settings.js";
import { LanguageModelScorer } from "./languageModel.js";
import { ModuleScorer } from "./module.js";
import { PerplexityScorer } from "./perplexity.js";
import { RougeScorer } from "./rouge.js";
import { wantedLabel, wantedNumber } from "./values.js";
import type { Scorer } from "./verifier.js";

/** The scorer of a verifier; none for `random`, which asks nothing of a row. */
export async function scorerOf(core: TextCore, verifier: ResolvedVerifier, seed: number): Promise<Scorer | undefined> {
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
  }
}

class NumberScorer implements Scorer {
  readonly #field;
  #taken: number[] = [];

  constructor(field: string) {
    this.#field = wantedNumber(field);
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
    this.#label = wantedLabel(label);
    this.#against = wantedLabel(against);
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
