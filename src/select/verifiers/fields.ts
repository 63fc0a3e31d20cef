import type { TextCore } from "../../core/textCore.js";
import { numberIn, type Row } from "../../rows/field.js";
import { isWideInteger } from "../../rows/jsonText.js";
import { type Answer, normalized, readAnswer, readNumber, sameAnswer, type Tolerance } from "../../text/answers.js";
import { ROUGE_COLUMNS, ROUGE_WIDTH, type RougeOptions, rougeBatch } from "../../text/rouge.js";
import { isMostlyUnread } from "../../text/tokenizer.js";
import {
  labelField,
  numberField,
  optionalField,
  type RowText,
  type ScoreNotes,
  type Scorer,
  textField,
  type Weighted,
} from "./scorer.js";

// Verifiers that only read fields of a row.

/** A number that each row carries: the judgement of a model, a reward, a length. */
export interface ScoreSpec extends Weighted {
  kind: "score";
  /** The field, or a dotted path to it. */
  field: string;
  /** Low numbers are good. @default false */
  lowest?: boolean;
}

/** How alike a candidate text is to a reference text: the F-measure of ROUGE. */
export interface RougeSpec extends Weighted {
  kind: "rouge";
  /** @default "rougeL" */
  measure?: "rouge1" | "rouge2" | "rougeL" | "rougeLsum";
  candidate: string;
  reference: string;
  /** Reduces English words to their stems. @default false */
  stemmer?: boolean;
  /** What a word is: of [a-z0-9], as the reference implementation has it, or of letters and digits of all scripts. @default "ascii" */
  tokenizer?: "ascii" | "unicode";
}

/** Whether two labels of a row agree: 1 or 0. */
export interface MatchSpec extends Weighted {
  kind: "match";
  label: string;
  /** The field of the verifier's label. */
  against: string;
}

/**
 * Whether an answer is the reference, letter by letter: 1 or 0. Both are brought to NFC, runs of white space become one space,
 * and none is left at the ends; numbers, true and false are their JSON text. Nothing else is changed.
 */
export interface ExactSpec extends Weighted {
  kind: "exact";
  answer: string;
  reference: string;
  /** Compares in lower case. @default false */
  ignoreCase?: boolean;
}

/** Whether a pattern is found in a text: 1 or 0. Written as RE2 takes it, which is linear in the text: no lookaround, no backreferences. */
export interface RegexSpec extends Weighted {
  kind: "regex";
  /** The field of the text. */
  text: string;
  pattern: string;
  /** @default false */
  ignoreCase?: boolean;
}

/** Whether two fields that are numbers as a whole are equal, within a tolerance: 1 or 0. A row where one of them is not a number has no score. */
export interface NumericSpec extends Weighted {
  kind: "numeric";
  answer: string;
  reference: string;
  /** @default { absolute: 0 } */
  tolerance?: Tolerance;
}

/**
 * Whether the final answer of a text, boxed or the last number in it, is that of the reference: 1 or 0. A row where one of them
 * cannot be read for certain, or cannot be compared for certain, has no score.
 */
export interface MathSpec extends Weighted {
  kind: "math";
  answer: string;
  reference: string;
  /** @default { absolute: 0 } */
  tolerance?: Tolerance;
}

export class NumberScorer implements Scorer {
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

export class MatchScorer implements Scorer {
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

  take(row: Row, _: number, { exact }: RowText): void {
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
export class RougeScorer implements Scorer {
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
  notes(): ScoreNotes {
    const doubtful = this.#doubtful;
    this.#doubtful = 0;
    return { "mostly-unread": doubtful };
  }
}

/** A verifier that says 1, 0, or nothing (NaN) of each row by itself. */
abstract class Decider implements Scorer {
  #taken: number[] = [];
  #abstained = 0;

  abstract problem(row: Row): string | undefined;

  /** Null if it cannot be said. */
  protected abstract decide(row: Row, text: RowText): boolean | null;

  take(row: Row, _: number, text: RowText): void {
    const decided = this.decide(row, text);
    if (decided === null) this.#abstained++;
    this.#taken.push(decided === null ? Number.NaN : Number(decided));
  }

  scores(): number[] {
    const taken = this.#taken;
    this.#taken = [];
    return taken;
  }

  notes(): ScoreNotes {
    const abstained = this.#abstained;
    this.#abstained = 0;
    return { undecided: abstained };
  }
}

/** Equal texts, once white space and the form of characters are the same. */
export class ExactScorer extends Decider {
  readonly #answer;
  readonly #reference;
  readonly #ignoreCase: boolean;

  constructor({ answer, reference, ignoreCase = false }: ExactSpec) {
    super();
    this.#answer = labelField(answer);
    this.#reference = labelField(reference);
    this.#ignoreCase = ignoreCase;
  }

  problem(row: Row): string | undefined {
    return this.#answer.problem(row) ?? this.#reference.problem(row);
  }

  protected decide(row: Row, { exact }: RowText): boolean {
    const isWide = isWideInteger(this.#answer.of(row)) || isWideInteger(this.#reference.of(row));
    const from = isWide ? exact() : row;
    const [answer, reference] = [this.#answer.of(from), this.#reference.of(from)].map((value) =>
      normalized(String(value), this.#ignoreCase),
    );
    return answer === reference;
  }
}

/** What is used of a compiled pattern; the types of its package need a newer TypeScript than ours. */
interface Pattern {
  matcher(text: string): { find(): boolean };
}

/** A pattern that is found in a text. */
export class RegexScorer extends Decider {
  readonly #text;
  readonly #pattern: Pattern;

  constructor({ text }: RegexSpec, pattern: Pattern) {
    super();
    this.#text = textField(text);
    this.#pattern = pattern;
  }

  problem(row: Row): string | undefined {
    return this.#text.problem(row);
  }

  protected decide(row: Row): boolean {
    return this.#pattern.matcher(this.#text.of(row)).find();
  }
}

/** The same number, or the same final answer of a text. */
export class AnswerScorer extends Decider {
  readonly #answer;
  readonly #reference;
  readonly #tolerance;
  readonly #read: (text: string) => Answer | null;

  constructor({ kind, answer, reference, tolerance }: NumericSpec | MathSpec) {
    super();
    this.#answer = optionalField(answer);
    this.#reference = optionalField(reference);
    this.#tolerance = tolerance;
    this.#read = kind === "math" ? readAnswer : readNumber;
  }

  problem(row: Row): string | undefined {
    return this.#answer.problem(row) ?? this.#reference.problem(row);
  }

  protected decide(row: Row, { exact }: RowText): boolean | null {
    const isWide = isWideInteger(this.#answer.of(row)) || isWideInteger(this.#reference.of(row));
    const from = isWide ? exact() : row;
    const answer = this.#answerIn(this.#answer.of(from));
    const reference = this.#answerIn(this.#reference.of(from));
    return answer === null || reference === null ? null : sameAnswer(answer, reference, this.#tolerance);
  }

  /** Null for a value that says nothing, or nothing certain. */
  #answerIn(value: unknown): Answer | null {
    if (typeof value === "number" || typeof value === "bigint") return readNumber(String(value));
    return typeof value === "string" ? this.#read(value) : null;
  }
}
