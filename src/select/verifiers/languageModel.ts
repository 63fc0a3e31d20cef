import { loadText } from "../../core/textCore.js";
import type { Row } from "../../rows/field.js";
import { textPieces } from "../../rows/read.js";
import { readLanguageModel } from "../../text/arpaReader.js";
import type { NgramModel } from "../../text/ngramModel.js";
import type { LanguageModelSpec } from "../options.js";
import { wantedText } from "./values.js";
import type { Scorer } from "./verifier.js";

/** The perplexity of a text to an n-gram model. */
export class LanguageModelScorer implements Scorer {
  readonly #model: NgramModel;
  readonly #text;
  readonly #prompt;
  #texts: string[] = [];
  #prompts: string[] = [];

  private constructor(model: NgramModel, { text, prompt }: LanguageModelSpec) {
    this.#model = model;
    this.#text = wantedText(text);
    this.#prompt = prompt === undefined ? undefined : wantedText(prompt);
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

/** @throws FileError where the file cannot be read, DataError where it is no ARPA file. */
async function loadModel({ model, tokenizer }: LanguageModelSpec): Promise<NgramModel> {
  return readLanguageModel(await loadText(), textPieces(model), { tokenizer, name: model });
}
