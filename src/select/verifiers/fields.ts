import { DataError } from "../../core/errors.js";
import type { TextCore } from "../../core/textCore.js";
import { fieldOf, numberIn, type Row, shownValue } from "../../rows/field.js";
import { isWideInteger } from "../../rows/jsonText.js";
import { LabelReader, NOT_UNDERSTOOD } from "../../rows/labels.js";
import { type Answer, normalized, readAnswer, readNumber, sameAnswer, type Tolerance } from "../../text/answers.js";
import { ROUGE_COLUMNS, ROUGE_WIDTH, type RougeOptions, rougeBatch } from "../../text/rouge.js";
import { isMostlyUnread } from "../../text/tokenizer.js";
import { selectReason } from "../reasons.js";
import {
  type DecisionNote,
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

/** A number that each row carries: the judgement of a model, a reward, a length; or a decision, which is 1 or 0. */
export interface ScoreSpec extends Weighted {
  kind: "score";
  /**
   * The field, or a dotted path to it; or a rule about one, `grade in [C, P]` or `rating >= 4`. A field that has words and no number in
   * the first rows is a decision, in the words of an audit (yes and no, pass and fail, C and I): what is not understood ends the selection.
   */
  field: string;
  /** Low numbers are good. @default false */
  lowest?: boolean;
  /** Whether the field is a decision. Left out: that of a rule is, and otherwise the first rows tell. */
  decision?: boolean;
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

/** Whether a score is a decision, by some rows: it is a rule about a field, or a field that has words for yes or no, and no number. */
export function isDecision(field: string, rows: readonly Row[]): boolean {
  const whole = fieldOf(field);
  const values = rows.map(whole).filter((value) => value !== undefined);
  const reader = new LabelReader(field);
  if (values.length === 0) return reader.isRule;
  if (values.some((value) => typeof numberIn(value) === "number")) return false;
  return rows.some((row) => typeof whole(row) === "string" && typeof reader.answer(row, 0) === "boolean");
}

/** Different values that are not understood, of a block. */
const MOST_UNKNOWN = 20;

/** A decision as 1 or 0, by words or by a rule. It tells how many rows have each value: {@link judgeDecisions} judges all of them. */
export class DecisionScorer implements Scorer {
  readonly #field: string;
  #reader: LabelReader;
  #taken: number[] = [];
  #unknown = new Map<string, number>();

  constructor(field: string) {
    this.#field = field;
    this.#reader = new LabelReader(field);
  }

  problem(row: Row): string | undefined {
    return this.#reader.value(row) === undefined ? `field ${this.#reader.field} is missing` : undefined;
  }

  take(row: Row): void {
    const answer = this.#reader.answer(row, 0);
    this.#taken.push(typeof answer === "boolean" ? Number(answer) : Number.NaN);
    if (answer !== NOT_UNDERSTOOD) return;
    const shown = shownValue(this.#reader.value(row));
    const value = this.#unknown.has(shown) || this.#unknown.size < MOST_UNKNOWN ? shown : "…";
    this.#unknown.set(value, (this.#unknown.get(value) ?? 0) + 1);
  }

  scores(): number[] {
    const taken = this.#taken;
    this.#taken = [];
    return taken;
  }

  notes(): ScoreNotes {
    const note = (isKnown: boolean, [value, rows]: [string, number]): [DecisionNote, number] => [
      `decision ${JSON.stringify([this.#field, isKnown, value])}`,
      rows,
    ];
    const notes = [
      ...this.#reader.counted().map((one) => note(true, one)),
      ...[...this.#unknown].map((one) => note(false, one)),
    ];
    this.#reader = new LabelReader(this.#field);
    this.#unknown = new Map();
    return Object.fromEntries(notes);
  }
}

/** A field of decisions in words, and what these were taken for. */
export interface DecisionWords {
  field: string;
  yes: string[];
  no: string[];
}

/**
 * Judges the values of decisions once all rows are read: whether each is understood, and all of them together.
 *
 * @returns What words were taken for; nothing of a rule.
 * @throws DataError that lists values which are not understood.
 */
export function judgeDecisions(source: string, notes: ScoreNotes): DecisionWords[] {
  const fields = new Map<string, [isKnown: boolean, value: string, rows: number][]>();
  for (const [note, rows = 0] of Object.entries(notes)) {
    if (!note.startsWith("decision ")) continue;
    const [field, isKnown, value] = JSON.parse(note.slice("decision ".length));
    fields.set(field, [...(fields.get(field) ?? []), [isKnown, value, rows]]);
  }
  return [...fields].flatMap(([field, values]) => {
    const reader = new LabelReader("word");
    const unknown = values.filter(([isKnown]) => !isKnown).map(([, value, rows]) => ({ value, rows }));
    for (const [isKnown, word, rows] of values) if (isKnown) reader.answer({ word }, 0, rows);
    const doubtful = reader.doubtful;
    unknown.push(...doubtful.map(({ word, rows }) => ({ value: JSON.stringify(word), rows })));
    const understood = [...reader.understood]
      .filter(([word]) => !doubtful.some((one) => one.word === word))
      .map(([value, { rows, means }]) => ({ value, rows, means }))
      .sort((a, b) => b.rows - a.rows);
    if (unknown.length > 0) {
      unknown.sort((a, b) => b.rows - a.rows || (a.value < b.value ? -1 : 1));
      throw new DataError(selectReason("decisions-not-understood", { source, field, unknown, understood }), { field });
    }
    const words = (wanted: boolean) => understood.filter(({ means }) => means === wanted).map(({ value }) => value);
    return understood.length === 0 ? [] : [{ field, yes: words(true), no: words(false) }];
  });
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
