import { coreReason, DataError, outOfRange } from "../core/errors.js";
import { placed, type Reason, rule } from "../core/reasons.js";
import { type FieldOf, fieldOf, isMissing, numberIn, type Row, shownValue } from "../rows/field.js";
import { isWideInteger } from "../rows/jsonText.js";
import { type Answer, LabelReader, type LabelWords, missingWords, NOT_UNDERSTOOD, wordOf } from "../rows/labels.js";
import { auditReason } from "./reasons.js";
import type { AuditRecord } from "./result.js";

/**
 * The fields of a row that an audit reads, and what their words mean. A name is a key of the row, or a path with dots into
 * it; `correct` and `kept` may be rules as well, such as `rating >= 4` (see `LabelReader`).
 */
export interface AuditFields extends LabelWords {
  /** The human's label; may be left out if `truth` and `label` are there. */
  correct?: string;
  /** The verifier's decision; or its `score`. */
  kept?: string;
  /** Or the decisions of several verifiers, each as `kept`. */
  verifiers?: readonly string[];
  score?: string;
  /** Design weight of an audited row. */
  weight?: string;
  /** The value that slices are made by. */
  by?: string;
  /** What rows have in common that are not independent, such as their prompt. */
  cluster?: string;
  /** The label of a second person, who did not know the first one. */
  second?: string;
  /** A prediction of the label, a number of every row. */
  predicted?: string;
  /** The class that a human found, and the one that the data say. */
  truth?: string;
  label?: string;
  /** The answer itself, to see how much wrong ones agree. */
  answer?: string;
}

/** The same where no label is read, as of rows that are to be labelled, or no decision, as of a sheet of labels. */
export type RowFields = Omit<AuditFields, "correct"> & { correct?: string };

/** What a field is read for. */
export type AuditRole =
  | "correct"
  | "kept"
  | "score"
  | "weight"
  | "by"
  | "cluster"
  | "second"
  | "predicted"
  | "truth"
  | "label"
  | "answer";

/** Why a row cannot be used. */
export class Unusable {
  readonly reason: Reason;

  constructor(reason: Reason) {
    this.reason = reason;
  }
}

/** How a decision that is not there is shown. */
export const NO_VALUE = "(no value)";
/** Longest name of a slice; what is longer is a text, not a name. */
const LONGEST = 200;
/** So many different values of a field are counted one by one, and so many of them are shown. */
const COUNTED = 1000;
const SHOWN = 12;

/** Values of a field that are not understood, the most frequent first. */
export interface UnknownValues {
  role: AuditRole;
  /** The name of the field. */
  field: string;
  rows: number;
  /** What a value must be, in words. */
  expected: string;
  values: { value: string; rows: number; line: number }[];
  /** Whether there are more than these. */
  more: boolean;
  /** Words of the field that are understood. */
  understood: { value: string; rows: number; means: boolean }[];
}

/**
 * A file has values that are not understood. Nothing is estimated from the others: which rows would be left out depends on
 * these very values, so that the estimates would be wrong in a way that their intervals do not show.
 */
export class UnknownValuesError extends DataError {
  override name = "UnknownValuesError";
  readonly unknown: readonly UnknownValues[];

  /** @param where What the message begins with: the name of the file and a colon. */
  constructor(where: string, unknown: readonly UnknownValues[]) {
    const fields = unknown.map(({ role, expected: _, ...rest }) => ({ ...rest, rule: EXPECTED[role] }));
    const reason = auditReason("values-not-understood", { fields });
    super(placed(reason, where), { field: unknown[0]?.field });
    this.unknown = unknown;
  }
}

/** Whether a row is kept: by its decision, or by a score of at least the threshold; one without either is not. */
export function isKept({ kept, score }: AuditRecord, threshold: number | undefined): boolean {
  return kept ?? (score !== undefined && threshold !== undefined && score >= threshold);
}

/** Takes from rows what an audit needs, and keeps an account of the values that it does not understand. */
export class RowReader {
  /** Rows without a score, which are not kept. */
  unscored = 0;
  readonly #fields: RowFields;
  readonly #correct: LabelReader | null;
  readonly #second: LabelReader | null;
  readonly #kept: LabelReader | null;
  readonly #verifiers: readonly LabelReader[];
  readonly #score: FieldOf | null;
  readonly #weight: FieldOf | null;
  readonly #by: FieldOf | null;
  readonly #predicted: FieldOf | null;
  readonly #texts: readonly (readonly ["cluster" | "truth" | "label" | "answer", string, FieldOf])[];
  readonly #missing: ReadonlySet<string>;
  /** By role and field. */
  readonly #unknown = new Map<string, Census>();

  /** @throws ArgumentError if a rule cannot be read, a word has two meanings, or a field would be held against itself. */
  constructor(fields: RowFields) {
    const { correct, kept, score, weight, by, missing } = fields;
    this.#fields = fields;
    this.#correct = correct === undefined ? null : new LabelReader(correct, fields);
    this.#second = fields.second === undefined ? null : new LabelReader(fields.second, fields);
    this.#predicted = fields.predicted === undefined ? null : fieldOf(fields.predicted);
    this.#texts = (["cluster", "truth", "label", "answer"] as const).flatMap((role) => {
      const name = fields[role];
      return name === undefined ? [] : [[role, name, fieldOf(name)] as const];
    });
    this.#kept = kept === undefined ? null : new LabelReader(kept, { missing });
    this.#verifiers = (fields.verifiers ?? []).map((name) => new LabelReader(name, { missing }));
    this.#score = score === undefined ? null : fieldOf(score);
    this.#weight = weight === undefined ? null : fieldOf(weight);
    this.#by = by === undefined ? null : fieldOf(by);
    this.#missing = missingWords(fields);
    this.#refuseOneForTwo();
  }

  /** @throws ArgumentError if a field would be held against itself: it would always be right. */
  #refuseOneForTwo(): void {
    const { score, predicted, truth, label } = this.#fields;
    const ofLabel = this.#correct?.field ?? truth;
    const others = [
      ["kept", this.#kept?.field],
      ...this.#verifiers.map(({ field }) => ["verifiers", field] as const),
      ["score", score],
      ["second", this.#second?.field],
      ["predicted", predicted],
      ["label", truth === undefined ? undefined : label],
    ] as const;
    const same = others.find(([, field]) => field !== undefined && field === ofLabel);
    if (same === undefined) return;
    throw outOfRange(same[0], auditReason("another-field-than-the-label"), same[1]);
  }

  /** The names of the fields that are read: of a rule, that of its field. */
  get names(): string[] {
    const { score, weight, by, predicted } = this.#fields;
    const read = [this.#correct?.field, this.#kept?.field, score, weight, by, this.#second?.field, predicted];
    const names = [...read, ...this.#verifiers.map(({ field }) => field), ...this.#texts.map(([, name]) => name)];
    return [...new Set(names.filter((name) => name !== undefined))];
  }

  /**
   * The record of a row, or why there is none.
   *
   * @param line Where the row is.
   * @param exact The row with its wide integers as `bigint`.
   */
  record(row: Row, line: number, exact: () => Row = () => row): AuditRecord | Unusable {
    const { score, weight, by } = this.#fields;
    const faults: Unusable[] = [];
    const note = <T>(value: T | Unusable): T | undefined => {
      if (!(value instanceof Unusable)) return value;
      faults.push(value);
      return undefined;
    };
    const record: AuditRecord = { correct: null };
    for (const [role, name, of] of this.#texts) {
      const text = note(this.#text(role, name, of(row), line, () => of(exact())));
      if (text != null) record[role] = text;
    }
    const { truth, label } = record;
    if (this.#correct !== null) record.correct = note(this.#answer("correct", this.#correct, row, line)) ?? null;
    else if (truth !== undefined && label !== undefined) {
      record.correct = truth === label;
      if (!record.correct && alike(truth) === alike(label)) {
        faults.push(this.#unknownValue("truth", this.#fields.truth ?? "", `${truth} beside ${label}`, line));
      }
    } else if (truth !== undefined)
      faults.push(new Unusable(auditReason("field-missing", { field: this.#fields.label ?? "" })));
    if (record.correct !== null && this.#fields.cluster !== undefined) record.cluster ??= `\u0000${line}`;
    if (this.#second !== null) {
      const second = note(this.#answer("second", this.#second, row, line));
      if (second != null) record.second = second;
    }
    if (this.#predicted !== null) {
      const name = this.#fields.predicted ?? "";
      const value = note(this.#number("predicted", name, this.#predicted(row), line));
      if (value === null) faults.push(new Unusable(auditReason("field-missing", { field: name })));
      else if (value !== undefined) record.predicted = value;
    }
    if (this.#kept !== null) {
      const decision = note(this.#answer("kept", this.#kept, row, line));
      if (decision === null) faults.push(new Unusable(auditReason("field-missing", { field: this.#kept.field })));
      else if (decision !== undefined) record.kept = decision;
    }
    if (this.#verifiers.length > 0) {
      record.decisions = this.#verifiers.map((reader) => {
        const decision = note(this.#answer("kept", reader, row, line));
        if (decision === null) faults.push(new Unusable(auditReason("field-missing", { field: reader.field })));
        return decision ?? false;
      });
    }
    if (score !== undefined && this.#score !== null) {
      const value = note(this.#number("score", score, this.#score(row), line));
      // a verifier that says nothing of a row does not keep it
      if (value === null) record.kept = false;
      else if (value !== undefined) record.score = value;
    }
    if (weight !== undefined && this.#weight !== null && record.correct !== null) {
      const value = note(this.#number("weight", weight, this.#weight(row), line));
      if (value === null) faults.push(new Unusable(auditReason("field-missing", { field: weight })));
      else if (value !== undefined) record.weight = value;
    }
    if (by !== undefined && this.#by !== null) {
      const slice = note(this.#slice(by, row, exact, line));
      if (slice !== undefined) record.slice = slice;
    }
    const [fault] = faults;
    if (fault === undefined && score !== undefined && record.score === undefined) this.unscored++;
    return fault ?? record;
  }

  /** @throws UnknownValuesError if any value was not understood. */
  check(where: string): void {
    const readers: [AuditRole, LabelReader | null][] = [
      ["correct", this.#correct],
      ["second", this.#second],
      ...[this.#kept, ...this.#verifiers].map((reader): [AuditRole, LabelReader | null] => ["kept", reader]),
    ];
    for (const [role, reader] of readers) {
      for (const { word, line, rows } of reader?.doubtful ?? []) {
        this.#census(role, (reader as LabelReader).field).add(word, line, rows);
      }
      const unmarked = role === "kept" ? reader?.unmarked : undefined;
      if (unmarked !== undefined) {
        this.#census(role, (reader as LabelReader).field).add(NO_VALUE, unmarked.line, unmarked.rows);
      }
    }
    if (this.#unknown.size === 0) return;
    throw new UnknownValuesError(
      where,
      [...this.#unknown.values()].map((census) => {
        const values = census.values();
        const reader = readers.find(([role, one]) => role === values.role && one?.field === values.field)?.[1];
        const understood = [...(reader?.understood ?? [])].map(([value, { rows, means }]) => ({ value, rows, means }));
        return { ...values, understood };
      }),
    );
  }

  #answer(
    role: "correct" | "kept" | "second",
    reader: LabelReader,
    row: Row,
    line: number,
  ): Exclude<Answer, symbol> | Unusable {
    const answer = reader.answer(row, line);
    return answer === NOT_UNDERSTOOD ? this.#unknownValue(role, reader.field, reader.value(row), line) : answer;
  }

  /** One value as a text; null if there is none. */
  #text(
    role: "cluster" | "truth" | "label" | "answer",
    name: string,
    read: unknown,
    line: number,
    exact: () => unknown,
  ): string | null | Unusable {
    const value = isWideInteger(read) ? exact() : read;
    if (isMissing(value)) return null;
    if (typeof value !== "object" || value === null) {
      return this.#missing.size > 0 && this.#missing.has(wordOf(value)) ? null : nameOf(value);
    }
    // a conversation is a cluster as well
    return role === "cluster" ? JSON.stringify(value) : this.#unknownValue(role, name, value, line);
  }

  #number(
    role: "score" | "weight" | "predicted",
    name: string,
    value: unknown,
    line: number,
  ): number | null | Unusable {
    if (this.#missing.size > 0 && typeof value !== "object" && this.#missing.has(wordOf(value))) return null;
    const number = numberIn(value);
    const fits = role !== "weight" ? Number.isFinite(number) : number != null && number >= 1e-100 && number <= 1e100;
    if (number === null || (number !== undefined && fits)) return number;
    return this.#unknownValue(role, name, value, line);
  }

  #slice(name: string, row: Row, exact: () => Row, line: number): string | Unusable {
    const read = this.#by?.(row);
    const value = isWideInteger(read) ? this.#by?.(exact()) : read;
    if (isMissing(value)) return "(none)";
    if (typeof value === "object") return this.#unknownValue("by", name, value, line);
    const text = String(value);
    return text.length <= LONGEST ? text : this.#unknownValue("by", name, value, line);
  }

  #unknownValue(role: AuditRole, name: string, value: unknown, line: number): Unusable {
    const shown = shownValue(value);
    this.#census(role, name).add(shown, line, 1);
    return new Unusable(coreReason("must-be", { field: name, rule: EXPECTED[role], got: shown }));
  }

  #census(role: AuditRole, field: string): Census {
    const key = `${role} ${field}`;
    const found = this.#unknown.get(key) ?? new Census(role, field);
    this.#unknown.set(key, found);
    return found;
  }
}

/**
 * A class, a cluster or an answer as one text: 7, 7.0 and "7.0" (as pandas writes whole numbers beside empty cells) are one, and
 * white space at the ends and the form of accents are not part of it.
 */
function nameOf(value: unknown): string {
  const text = String(value).trim().normalize("NFC");
  const whole = /^([+-]?(?:0|[1-9]\d*))\.0+$/.exec(text)?.[1];
  return whole === undefined ? text : whole;
}

/** What two names have in common that a person would read as one: upper and lower case, and zeros of a number. */
function alike(name: string): string {
  const text = name.normalize("NFKC");
  // of integers beyond 2^53 only equal digits are one number
  return /^-?\d{16,}$/.test(text) ? text : wordOf(text);
}

const EXPECTED: Record<AuditRole, Reason> = {
  correct: rule("true-or-false"),
  kept: rule("true-or-false"),
  score: rule("a-finite-number"),
  weight: auditReason("a-weight"),
  by: auditReason("one-value-of-characters", { most: LONGEST }),
  cluster: auditReason("one-value"),
  second: rule("true-or-false"),
  predicted: rule("a-finite-number"),
  truth: auditReason("one-class"),
  label: auditReason("one-value"),
  answer: auditReason("one-value"),
};

/** Counts the values of a field that are not understood. */
class Census {
  readonly #role: AuditRole;
  readonly #field: string;
  readonly #values = new Map<string, { value: string; rows: number; line: number }>();
  #rows = 0;
  #more = false;

  constructor(role: AuditRole, field: string) {
    this.#role = role;
    this.#field = field;
  }

  add(value: string, line: number, rows: number): void {
    this.#rows += rows;
    const known = this.#values.get(value);
    if (known !== undefined) known.rows += rows;
    else if (this.#values.size < COUNTED) this.#values.set(value, { value, rows, line });
    else this.#more = true;
  }

  values(): Omit<UnknownValues, "understood"> {
    const values = [...this.#values.values()].sort((a, b) => b.rows - a.rows || a.line - b.line);
    return {
      role: this.#role,
      field: this.#field,
      rows: this.#rows,
      expected: EXPECTED[this.#role].message,
      values: values.slice(0, SHOWN),
      more: this.#more || values.length > SHOWN,
    };
  }
}
