import { outOfRange } from "../core/errors.js";
import { NGRAM_BLOCK, type NgramBlock, type NgramTables } from "../core/ngram.js";
import { splitterOf, type Tokenizer } from "./tokenizer.js";

/** Holds a caller in JavaScript to what it should give: strings one after the other, and no string, whose parts are letters. */
export function stringsOf(
  field: string,
  given: Iterable<string> | AsyncIterable<string>,
): Iterable<string> | AsyncIterable<string> {
  const parts: unknown = given;
  if (typeof parts === "object" && parts !== null && (Symbol.iterator in parts || Symbol.asyncIterator in parts)) {
    return given;
  }
  const expected = "an iterable of strings";
  throw outOfRange(field, expected, given);
}

/** @throws ArgumentError unless it is a string. */
export function checkString(field: string, given: unknown): asserts given is string {
  if (typeof given === "string") return;
  throw outOfRange(field, "strings", given);
}

/** What stands before and after every text, and for every word that the model does not know. */
export const BEGIN = "<s>";
export const END = "</s>";
export const UNKNOWN = "<unk>";

/** The words of a language model, and their numbers. */
export class Vocabulary {
  /** Every word by its number, the three special ones among them. */
  readonly words: readonly string[];
  readonly begin: number;
  readonly end: number;
  readonly unknown: number;
  /** Without the special ones: in a text, `<s>` is a word like any other, and not known. */
  readonly #numbers: Map<string, number>;

  /** @param words Each once; the three special ones are among them. */
  constructor(words: readonly string[]) {
    this.words = words;
    this.#numbers = new Map(words.map((word, number) => [word, number]));
    const special = [BEGIN, END, UNKNOWN].map((word) => this.#numbers.get(word) ?? Number.NaN);
    for (const word of [BEGIN, END, UNKNOWN]) this.#numbers.delete(word);
    [this.begin, this.end, this.unknown] = special;
  }

  /** The number of a token; that of `<unk>` where it is not known. */
  numberOf(token: string): number {
    return this.#numbers.get(token) ?? this.unknown;
  }
}

/** What modified Kneser–Ney takes off the counts of one order. */
export interface Discounts {
  order: number;
  /** How many n-grams have adjusted count 1, 2, 3 and 4. */
  countsOfCounts: readonly [number, number, number, number];
  /** D₁, D₂ and D₃₊: taken off counts of 1, of 2, and of 3 or more. */
  values: readonly [number, number, number];
  /** The text is too small, or too regular, to tell them: ½, 1 and 1½ stand in. */
  fallback: boolean;
}

/** What a language model was trained on. */
export interface NgramTraining {
  texts: number;
  /** Tokens of the texts, and one end for each. */
  tokens: number;
  /** Tokens among them that were too rare and became `<unk>`. */
  unknown: number;
  minCount: number;
  /** One entry for each order. */
  discounts: readonly Discounts[];
}

/** Scores of texts, one number for each text. */
export interface NgramScores {
  /** Natural logarithm of the probability of the text and its end. */
  logProb: Float64Array;
  /** Tokens scored, the end among them. */
  tokens: Float64Array;
  /** Tokens that the model does not know; they are scored as `<unk>`. */
  unknown: Float64Array;
  /** exp(−logProb / tokens). */
  perplexity: Float64Array;
}

/** Scores of many texts taken together. */
export interface NgramEvaluation {
  texts: number;
  tokens: number;
  unknown: number;
  logProb: number;
  perplexity: number;
}

/**
 * An n-gram language model, trained by `trainLanguageModel` or read by `readLanguageModel`.
 *
 * A text is scored token by token from its start `<s>` to its end `</s>`, and the end counts as a token. A token that is
 * not in the vocabulary has the probability of `<unk>`, which all unknown words share. Probabilities over the vocabulary
 * (with `<unk>` and `</s>`) sum to one after every history. The model lives in an instance of the core of its own, which
 * goes with it: there is nothing to close.
 */
export class NgramModel {
  /** Words that a probability depends on, the predicted one included. */
  readonly order: number;
  readonly tokenizer: Tokenizer;
  /** Null for a model that was read. */
  readonly training: NgramTraining | null;
  /** @internal */
  readonly tables: NgramTables;
  /** @internal */
  readonly vocabulary: Vocabulary;
  readonly #split: (text: string) => readonly string[];

  /** @internal */
  constructor(tables: NgramTables, vocabulary: Vocabulary, tokenizer: Tokenizer, training: NgramTraining | null) {
    this.order = tables.order;
    this.tokenizer = tokenizer;
    this.training = training;
    this.tables = tables;
    this.vocabulary = vocabulary;
    this.#split = splitterOf(tokenizer);
  }

  /** Every word of the vocabulary, `<unk>`, `<s>` and `</s>` among them. */
  get words(): readonly string[] {
    return this.vocabulary.words;
  }

  /** How many n-grams of each order the model has, single words first. */
  get ngrams(): number[] {
    return Array.from({ length: this.order }, (_, i) => this.tables.count(i + 1));
  }

  /** @internal The n-grams of an order, block by block. */
  list(order: number): Iterable<NgramBlock> {
    return this.tables.list(order);
  }

  /** @internal */
  decimals(values: Float64Array): Uint8Array {
    return this.tables.decimals(values);
  }

  /** The tokens of a text, as the model sees them. */
  tokenize(text: string): readonly string[] {
    return this.#split(text);
  }

  /**
   * The natural log-probability of every token of a text, and of its end: one number more than {@link tokenize} gives.
   *
   * @param options `prompt`: text that goes before and is not scored itself; of it the model sees the last order − 1 tokens.
   * @example model.logProbs("the cat sat") // Float64Array of 4 numbers ≤ 0
   */
  logProbs(text: string, options?: { prompt?: string }): Float64Array;
  /** @param options `prompts`: one for each text. */
  logProbs(texts: readonly string[], options?: { prompts?: readonly string[] }): Float64Array[];
  logProbs(
    texts: string | readonly string[],
    options: { prompt?: string; prompts?: readonly string[] } = {},
  ): Float64Array | Float64Array[] {
    const given = options.prompt === undefined ? undefined : [options.prompt];
    if (typeof texts === "string") return this.#tokenLogs([texts], given)[0];
    return this.#tokenLogs(texts, options.prompts);
  }

  /**
   * The perplexity of each text, exp(−mean log-probability of its tokens and its end): low for what the model expects.
   *
   * @param options `prompts`: texts that go before, one for each, and are not scored themselves.
   * @returns One number ≥ 1 for each text.
   * @example model.perplexity(["the cat sat", "sat cat the"])
   */
  perplexity(texts: readonly string[], options: { prompts?: readonly string[] } = {}): Float64Array {
    return this.score(texts, options).perplexity;
  }

  /** Log-probability, tokens, unknown words and perplexity of each text. */
  score(texts: readonly string[], options: { prompts?: readonly string[] } = {}): NgramScores {
    const numbers = () => new Float64Array(texts.length);
    const scores = { logProb: numbers(), tokens: numbers(), unknown: numbers(), perplexity: numbers() };
    for (const batch of this.#batches(texts, options.prompts)) {
      const answers = this.tables.score(batch.tokens, batch.lengths, batch.given);
      for (const [i, length] of batch.lengths.entries()) {
        const at = batch.first + i;
        scores.logProb[at] = answers[2 * i];
        scores.perplexity[at] = answers[2 * i + 1];
        scores.tokens[at] = length - batch.given[i];
        scores.unknown[at] = batch.unknown[i];
      }
    }
    return scores;
  }

  /** The perplexity of many texts together, as of a held-out file: exp(−Σ log-probability / Σ tokens). */
  async evaluate(texts: Iterable<string> | AsyncIterable<string>): Promise<NgramEvaluation> {
    const sums = { texts: 0, tokens: 0, unknown: 0, logProb: 0 };
    let batch: string[] = [];
    const take = () => {
      const { logProb, tokens, unknown } = this.score(batch);
      sums.texts += batch.length;
      for (let i = 0; i < batch.length; i++) {
        sums.logProb += logProb[i];
        sums.tokens += tokens[i];
        sums.unknown += unknown[i];
      }
      batch = [];
    };
    for await (const text of texts) {
      batch.push(text);
      if (batch.length === 1024) take();
    }
    take();
    return { ...sums, perplexity: this.perplexityOf(sums.logProb, sums.tokens) };
  }

  /** The perplexity of texts whose log-probabilities and tokens have been added up. */
  perplexityOf(logProb: number, tokens: number): number {
    return this.tables.perplexity(logProb, tokens);
  }

  #tokenLogs(texts: readonly string[], prompts: readonly string[] | undefined): Float64Array[] {
    const all: Float64Array[] = [];
    for (const { tokens, lengths, given } of this.#batches(texts, prompts)) {
      const logs = new Float64Array(tokens.length);
      this.tables.score(tokens, lengths, given, logs);
      let start = 0;
      for (const [i, length] of lengths.entries()) {
        all.push(logs.slice(start + given[i], start + length));
        start += length;
      }
    }
    return all;
  }

  /** Texts as numbers, so many together that a crossing costs nothing. */
  *#batches(texts: readonly string[], prompts?: readonly string[]): Generator<Batch> {
    if (!Array.isArray(texts)) throw outOfRange("texts", "an array of strings", texts);
    if (prompts !== undefined && prompts.length !== texts.length) {
      throw outOfRange("prompts", `as many as there are texts (${texts.length})`, prompts.length);
    }
    for (let first = 0; first < texts.length; ) {
      const tokens: number[] = [];
      const batch = { lengths: [] as number[], given: [] as number[], unknown: [] as number[] };
      let next = first;
      while (next < texts.length && tokens.length < NGRAM_BLOCK) {
        const start = tokens.length;
        tokens.push(this.vocabulary.begin);
        if (prompts !== undefined) this.#append(prompts[next], "prompts", tokens);
        batch.given.push(tokens.length - start);
        batch.unknown.push(this.#append(texts[next], "texts", tokens));
        tokens.push(this.vocabulary.end);
        batch.lengths.push(tokens.length - start);
        next++;
      }
      yield {
        first,
        tokens: Uint32Array.from(tokens),
        lengths: Uint32Array.from(batch.lengths),
        given: Uint32Array.from(batch.given),
        unknown: batch.unknown,
      };
      first = next;
    }
  }

  /** Appends the numbers of a text's tokens; returns how many are not known. */
  #append(text: string, field: string, tokens: number[]): number {
    checkString(field, text);
    let unknown = 0;
    for (const token of this.#split(text)) {
      const number = this.vocabulary.numberOf(token);
      if (number === this.vocabulary.unknown) unknown++;
      tokens.push(number);
    }
    return unknown;
  }
}

interface Batch {
  /** Which of the texts is the first of these. */
  first: number;
  tokens: Uint32Array;
  lengths: Uint32Array;
  given: Uint32Array;
  unknown: number[];
}
