import type { TextCore } from "../../core/textCore.js";
import { type FieldOf, fieldOf, numberIn, type Row } from "../../rows/field.js";
import type { AnswerStore } from "../../server/requests.js";
import { type ScoreNote, type SelectReason, selectReason } from "../reasons.js";

/** What every verifier can be given. */
export interface Weighted {
  /** Its weight beside other verifiers, above 0. @default 1 */
  weight?: number;
}

/** What a scorer works with. */
export interface ScorerContext {
  core: TextCore;
  seed: number;
  signal?: AbortSignal;
  /** Where a judge's answers are kept. */
  answers?: AnswerStore;
  /** Requests at the same time. */
  concurrency?: number;
  /** Told of each request that failed and is tried again. */
  onRetry?: (problem: string) => void;
}

/** The text of a row, beside what was read of it. */
export interface RowText {
  /** The row with integers beyond 2^53 as `bigint`. */
  exact: () => Row;
  /** Its line. */
  line: () => string;
}

/** How many rows there is something to say of, by what it is; `restarts` counts starts of a command instead. */
export type ScoreNotes = Partial<Record<ScoreNote | typeof WHOLE_VALUES | DecisionNote | UnclearNote, number>>;

/** Rows by the value that a decision has, as JSON: its field, whether the value is understood by itself, and the value. */
export type DecisionNote = `decision ${string}`;

/** The first answer of a judge that is not one of its scale, as JSON. */
export type UnclearNote = `unclear ${string}`;

/** Rows that write the whole number of their group without a point; nothing is said of them alone. */
export const WHOLE_VALUES = "whole-values";

const UNCLEAR = "unclear ";

/** What there is to say of rows, with an example if there is one. */
export function noteReason(note: ScoreNote, rows: number, notes: ScoreNotes): SelectReason {
  if (note !== "unclear") return selectReason(note, { rows });
  const example = Object.keys(notes).find((other) => other.startsWith(UNCLEAR));
  return selectReason("unclear", { rows, ...(example !== undefined && { example: example.slice(UNCLEAR.length) }) });
}

/** A verifier at work: it is shown the rows of a block one by one, and then gives their scores. */
export interface Scorer {
  /** Why a row cannot be scored; undefined if it can. */
  problem(row: Row): string | undefined;
  /**
   * Takes a row without a problem.
   *
   * @param index Its number in the block, from 0.
   */
  take(row: Row, index: number, text: RowText): void;
  /**
   * Gives the scores of the rows taken since the last call; NaN for a row without one.
   *
   * @param firstRow The number of the block's first row in the file.
   */
  scores(firstRow: number): ArrayLike<number> | Promise<ArrayLike<number>>;
  /** What there is to say of the rows scored since the last call, beside their scores. */
  notes?(): ScoreNotes;
  /** Ends what works for it outside. @throws DataError if scores that it gave turn out to be wrong. */
  close?(): Promise<void>;
}

/** Adds counts to others. */
export function addNotes(to: ScoreNotes, more: ScoreNotes): void {
  for (const [note, count = 0] of Object.entries(more)) {
    if (count > 0) to[note as keyof ScoreNotes] = (to[note as keyof ScoreNotes] ?? 0) + count;
  }
}

/** A field that a row must have, in a certain form. */
export class RequiredField<T> {
  readonly #path: string;
  readonly #of: FieldOf;
  readonly #is: (value: unknown) => value is T;
  readonly #expected: string;

  constructor(path: string, is: (value: unknown) => value is T, expected: string) {
    this.#path = path;
    this.#of = fieldOf(path);
    this.#is = is;
    this.#expected = expected;
  }

  /** Why the row does not have it; undefined if it does. */
  problem(row: Row): string | undefined {
    const value = this.#of(row);
    if (this.#is(value)) return undefined;
    if (value === undefined) return `field ${this.#path} is missing`;
    return `field ${this.#path} must be ${this.#expected}, got ${shown(value)}`;
  }

  /** The value, of a row without a problem. */
  of(row: Row): T {
    return this.#of(row) as T;
  }
}

/** A value for a message: itself if it is short, or its kind. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "string" ? (value.length <= 40 ? JSON.stringify(value) : "a text") : String(value);
}

type Scalar = string | number | boolean;

const isNumeric = (value: unknown): value is unknown => {
  const number = numberIn(value);
  return number !== undefined && (number === null || Number.isFinite(number));
};
const isOptional = (value: unknown): value is unknown =>
  value !== undefined && (typeof value !== "object" || value === null) && typeof value !== "boolean";
const isText = (value: unknown): value is string => typeof value === "string";
const isScalar = (value: unknown): value is Scalar =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";
const isGrouping = (value: unknown): value is NonNullable<unknown> => {
  if (typeof value !== "object") return value !== undefined;
  try {
    return value !== null && JSON.stringify(value) !== undefined;
  } catch {
    return false; // nested beyond the stack
  }
};

/** A number, as {@link numberIn} reads it; or no value, which is not a fault but leaves the row without a score. */
export const numberField = (path: string) => new RequiredField(path, isNumeric, "a finite number");
export const textField = (path: string) => new RequiredField(path, isText, "a text");
export const labelField = (path: string) => new RequiredField(path, isScalar, "a text, a number, true or false");
export const groupField = (path: string) => new RequiredField(path, isGrouping, "a value, not too deeply nested");
/** A text or a number; null is no value, which leaves the row without a score. */
export const optionalField = (path: string) => new RequiredField(path, isOptional, "a text or a number");
