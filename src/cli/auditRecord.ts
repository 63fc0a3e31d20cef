import type { AuditRecord } from "../audit/result.js";

/** The fields of a row that an audit reads. A name is a key of the row, or a path with dots into it. */
export interface AuditFields {
  /** The human's label. */
  correct: string;
  /** The verifier's decision; or its `score`. */
  kept?: string;
  score?: string;
  weight?: string;
  /** The value that slices are made by. */
  by?: string;
}

/** A row of the file, as JSON gives it. */
export type Row = Record<string, unknown>;

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

/** A row that an audit cannot use, and why. */
export class UnusableRow extends Error {}

/**
 * What an audit takes from a row.
 *
 * @throws UnusableRow where a field is missing or has another type.
 */
export function auditRecord(row: Row, { correct, kept, score, weight, by }: AuditFields): AuditRecord {
  const label = fieldOf(row, correct);
  const record: AuditRecord = { correct: isAbsent(label) ? null : yesOrNo(correct, label, CORRECT) };
  if (kept !== undefined) record.kept = yesOrNo(kept, present(row, kept), KEPT);
  if (score !== undefined) record.score = numberOf(score, present(row, score));
  if (weight !== undefined && record.correct !== null) record.weight = weightOf(weight, present(row, weight));
  if (by !== undefined) record.slice = sliceOf(by, fieldOf(row, by));
  return record;
}

/** The value of a field: the key of that name, else the path of that name; undefined where there is none. */
export function fieldOf(row: Row, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name];
  if (!name.includes(".")) return undefined;
  let value: unknown = row;
  for (const key of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Row)[key];
  }
  return value;
}

/** A label that was left empty is one that nobody gave. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

function present(row: Row, name: string): unknown {
  const value = fieldOf(row, name);
  if (isAbsent(value)) throw new UnusableRow(`${name} is missing`);
  return value;
}

function yesOrNo(name: string, value: unknown, known: ReadonlyMap<string, boolean>): boolean {
  if (typeof value === "boolean") return value;
  const answer =
    typeof value === "number" || typeof value === "string" ? known.get(String(value).trim().toLowerCase()) : undefined;
  if (answer === undefined) throw new UnusableRow(`${name} must be true or false, got ${shown(value)}`);
  return answer;
}

function numberOf(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new UnusableRow(`${name} must be a finite number, got ${shown(value)}`);
}

function weightOf(name: string, value: unknown): number {
  const weight = numberOf(name, value);
  if (weight > 0) return weight;
  throw new UnusableRow(`${name} must be above 0, got ${shown(value)}`);
}

function sliceOf(name: string, value: unknown): string {
  if (isAbsent(value)) return "(none)";
  if (typeof value === "object") throw new UnusableRow(`${name} must be one value, got ${shown(value)}`);
  const text = String(value);
  if (text.length <= LONGEST) return text;
  throw new UnusableRow(`${name} must have at most ${LONGEST} characters, got ${text.length}`);
}

/** A value in a message: short, and on one line. */
function shown(value: unknown): string {
  if (typeof value === "number") return String(value); // JSON has no infinity, but 1e999 reads as one
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function words(yes: string, no: string): ReadonlyMap<string, boolean> {
  return new Map([
    ...yes.split(" ").map((word) => [word, true] as const),
    ...no.split(" ").map((word) => [word, false] as const),
  ]);
}
