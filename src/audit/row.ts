import { type FieldOf, fieldOf, type Row } from "../rows/field.js";
import type { AuditRecord } from "./result.js";

/** The fields of a row that an audit reads. A name is a key of the row, or a path with dots into it. */
export interface AuditFields {
  /** The human's label. */
  correct: string;
  /** The verifier's decision; or its `score`. */
  kept?: string;
  score?: string;
  /** Design weight of an audited row. */
  weight?: string;
  /** The value that slices are made by. */
  by?: string;
}

/** Why a row cannot be used. */
export class Unusable {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Words for yes and no, for files that were made by hand or by a spreadsheet. */
const CORRECT = words(
  "true 1 yes y t correct right ok good pass passed",
  "false 0 no n f wrong incorrect bad fail failed",
);
const KEPT = words(
  "true 1 yes y t keep kept accept accepted select selected pass passed",
  "false 0 no n f drop dropped reject rejected discard discarded fail failed",
);

/** Longest name of a slice; what is longer is a text, not a name. */
const LONGEST = 200;

/** Takes from rows what an audit needs. */
export class RowReader {
  readonly #fields: AuditFields;
  readonly #of: Partial<Record<keyof AuditFields, FieldOf>> = {};

  constructor(fields: AuditFields) {
    this.#fields = fields;
    for (const [role, name] of Object.entries(fields)) this.#of[role as keyof AuditFields] = fieldOf(name);
  }

  /** The record of a row, or why there is none. */
  record(row: Row): AuditRecord | Unusable {
    const { correct, kept, score, weight, by } = this.#fields;
    const label = this.#of.correct?.(row);
    const answer = isAbsent(label) ? null : yesOrNo(correct, label, CORRECT);
    if (answer instanceof Unusable) return answer;
    const record: AuditRecord = { correct: answer };
    if (kept !== undefined) {
      const decision = yesOrNo(kept, this.#of.kept?.(row), KEPT);
      if (decision instanceof Unusable) return decision;
      record.kept = decision;
    }
    if (score !== undefined) {
      const value = numberOf(score, this.#of.score?.(row));
      if (value instanceof Unusable) return value;
      record.score = value;
    }
    if (weight !== undefined && record.correct !== null) {
      const value = numberOf(weight, this.#of.weight?.(row), "a number above 0");
      if (value instanceof Unusable) return value;
      if (!(value >= 1e-100 && value <= 1e100))
        return new Unusable(`${weight} must be a number above 0 (1e-100 to 1e100), got ${shown(value)}`);
      record.weight = value;
    }
    if (by !== undefined) {
      const slice = sliceOf(by, this.#of.by?.(row));
      if (slice instanceof Unusable) return slice;
      record.slice = slice;
    }
    return record;
  }
}

/** A label that was left empty is one that nobody gave. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

function yesOrNo(name: string, value: unknown, known: ReadonlyMap<string, boolean>): boolean | Unusable {
  if (typeof value === "boolean") return value;
  if (isAbsent(value)) return new Unusable(`${name} is missing`);
  const isWord = typeof value === "number" || typeof value === "string";
  const answer = isWord ? known.get(String(value).trim().toLowerCase()) : undefined;
  return answer ?? new Unusable(`${name} must be true or false, got ${shown(value)}`);
}

function numberOf(name: string, value: unknown, expected = "a finite number"): number | Unusable {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (isAbsent(value)) return new Unusable(`${name} is missing`);
  return new Unusable(`${name} must be ${expected}, got ${shown(value)}`);
}

function sliceOf(name: string, value: unknown): string | Unusable {
  if (isAbsent(value)) return "(none)";
  if (typeof value === "object") return new Unusable(`${name} must be one value, got ${shown(value)}`);
  const text = String(value);
  if (text.length <= LONGEST) return text;
  return new Unusable(`${name} must have at most ${LONGEST} characters, got ${text.length}`);
}

/** A value in a message: short, on one line, and nothing in it that steers a terminal. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value !== "string") return typeof value === "object" ? "an object" : String(value);
  const text = JSON.stringify(value.slice(0, 40)).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd");
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function words(yes: string, no: string): ReadonlyMap<string, boolean> {
  return new Map([
    ...yes.split(" ").map((word) => [word, true] as const),
    ...no.split(" ").map((word) => [word, false] as const),
  ]);
}
