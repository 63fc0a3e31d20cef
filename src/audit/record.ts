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
 * @throws ArgumentError where a field is not valid.
 */
export function checkRecord(record: AuditRecord, row: number, threshold: number | null): CheckedRecord {
  const where = ` (row ${row})`;
  const {
    correct,
    kept,
    score,
    weight = 1,
    slice = null,
    cluster = null,
    second = null,
    predicted = null,
  } = record ?? {};
  const { truth = null, label = null, answer = null } = record ?? {};
  if (correct !== true && correct !== false && correct !== null) {
    throw outOfRange("correct", "true, false or null", correct, where);
  }
  if (score !== undefined && !Number.isFinite(score)) throw outOfRange("score", rule("a-finite-number"), score, where);
  if (kept !== undefined && typeof kept !== "boolean") {
    throw outOfRange("kept", rule("true-or-false"), kept, where);
  }
  if (kept === undefined && (score === undefined || threshold === null)) {
    throw outOfRange("kept", "true or false, or score a number and a threshold given", kept, where);
  }
  // the weights of rows that were not audited are of no use
  if (correct !== null && !(weight >= 1 / MAX_WEIGHT && weight <= MAX_WEIGHT)) {
    throw outOfRange("weight", auditReason("a-weight"), weight, where);
  }
  for (const [name, text] of Object.entries({ slice, cluster, truth, label, answer })) {
    if (text !== null && typeof text !== "string") throw outOfRange(name, "a string", text, where);
  }
  if (second !== null && typeof second !== "boolean") throw outOfRange("second", "true, false or null", second, where);
  if (predicted !== null && !Number.isFinite(predicted)) {
    throw outOfRange("predicted", rule("a-finite-number"), predicted, where);
  }
  const decision = kept ?? (score as number) >= (threshold as number);
  return {
    ...{ correct, kept: decision, score: score ?? null, weight, slice },
    ...{ cluster, second, predicted, truth, label, answer },
  };
}
