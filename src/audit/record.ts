import { outOfRange } from "../core/errors.js";
import { rule } from "../core/reasons.js";
import { auditReason } from "./reasons.js";
import type { AuditRecord } from "./result.js";

/** Squares of weights beyond this leave the numbers. */
const MAX_WEIGHT = 1e100;

/** A record that has been checked. */
export interface CheckedRecord {
  correct: boolean | null;
  kept: boolean;
  score: number | null;
  weight: number;
  slice: string | null;
  cluster: string | null;
  /** A second person's label. */
  second: boolean | null;
  /** A prediction of the label. */
  predicted: number | null;
  truth: string | null;
  label: string | null;
  answer: string | null;
}

/**
 * Checks one record.
 *
 * @param row Its number, from 1, for the message.
 * @throws ArgumentError if a field is not valid.
 */
export function checkRecord(record: AuditRecord, row: number, threshold: number | null): CheckedRecord {
  // one for each row of a file: nothing is made here that a valid row does not need
  const {
    correct,
    kept,
    score,
    weight = 1,
    slice = null,
    cluster = null,
    second = null,
    predicted = null,
    truth = null,
    label = null,
    answer = null,
  } = record ?? {};
  if (correct !== true && correct !== false && correct !== null) {
    throw outOfRange("correct", "true, false or null", correct, place(row));
  }
  if (score !== undefined && !Number.isFinite(score)) {
    throw outOfRange("score", rule("a-finite-number"), score, place(row));
  }
  if (kept !== undefined && typeof kept !== "boolean") {
    throw outOfRange("kept", rule("true-or-false"), kept, place(row));
  }
  if (kept === undefined && (score === undefined || threshold === null)) {
    throw outOfRange("kept", "true or false, or score a number and a threshold given", kept, place(row));
  }
  // the weights of rows that were not audited are of no use
  if (correct !== null && !(weight >= 1 / MAX_WEIGHT && weight <= MAX_WEIGHT)) {
    throw outOfRange("weight", auditReason("a-weight"), weight, place(row));
  }
  if (slice !== null) requireText("slice", slice, row);
  if (cluster !== null) requireText("cluster", cluster, row);
  if (truth !== null) requireText("truth", truth, row);
  if (label !== null) requireText("label", label, row);
  if (answer !== null) requireText("answer", answer, row);
  if (second !== null && typeof second !== "boolean") {
    throw outOfRange("second", "true, false or null", second, place(row));
  }
  if (predicted !== null && !Number.isFinite(predicted)) {
    throw outOfRange("predicted", rule("a-finite-number"), predicted, place(row));
  }
  const isKept = kept ?? (score as number) >= (threshold as number);
  return {
    correct,
    kept: isKept,
    score: score ?? null,
    weight,
    slice,
    cluster,
    second,
    predicted,
    truth,
    label,
    answer,
  };
}

function requireText(name: string, text: unknown, row: number): void {
  if (typeof text !== "string") throw outOfRange(name, "a string", text, place(row));
}

function place(row: number): string {
  return ` (row ${row})`;
}
