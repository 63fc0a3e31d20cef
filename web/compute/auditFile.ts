import { AuditTally } from "../../src/audit/audit.js";
import type { AuditOptions } from "../../src/audit/options.js";
import type { AuditRecord, AuditResult } from "../../src/audit/result.js";
import { type AuditFields, RowReader, Unusable } from "../../src/audit/row.js";
import { type AuditThresholds, ThresholdTally } from "../../src/audit/threshold.js";
import { DataError } from "../../src/core/errors.js";
import type { Library } from "./library.js";
import { fileRows } from "./rows.js";
import { textOf } from "./unpacked.js";

/** What of a file is read, and how it is judged; `fields.score` without `options.threshold` takes the recommended one. */
export interface AuditQuestion {
  fields: AuditFields;
  options: AuditOptions;
}

/** An audit, and what was read for it: the fields of the command line's JSON, but for the name of the file. */
export interface Audited {
  result: AuditResult;
  threshold: number | null;
  /** Where a threshold had to be recommended. */
  thresholds: AuditThresholds | null;
  unreadable: { count: number; first: { line: number; reason: string }[] };
}

/** So many unreadable rows are named; the others are counted. */
const NAMED = 100;
/** Names of fields are looked for in so many rows. */
const LOOKED_AT = 200;
/** A field with more values than this is a text or a number, not a slice. */
const MOST_SLICES = 1000;

/** The names of the fields in the first rows of a file. */
export async function fieldNames(file: File): Promise<string[]> {
  const names = new Set<string>();
  let looked = 0;
  for await (const rows of fileRows(
    textOf(file, () => {}),
    formOf(file),
  )) {
    for (const { row } of rows) for (const name of Object.keys(row ?? {})) names.add(name);
    looked += rows.length;
    if (looked >= LOOKED_AT) break;
  }
  if (names.size === 0) throw new DataError(`${file.name} has no rows`);
  return [...names];
}

/** Reads and judges a file, as `pstar audit` does. The file is read piece by piece, here, and goes nowhere. */
export async function auditFile(
  pstar: Library,
  file: File,
  { fields, options }: AuditQuestion,
  onProgress: (share: number) => void,
): Promise<Audited> {
  const open = fields.score !== undefined && options.threshold === undefined;
  if (open && options.design === "stratified") {
    throw new DataError("rows drawn within kept and rejected ones need the threshold by which they were drawn");
  }
  if (!open) {
    const tally = new AuditTally(options);
    const unreadable = await read(file, fields, (record) => tally.add(record), onProgress);
    return { result: pstar.audit(tally), threshold: options.threshold ?? null, thresholds: null, unreadable };
  }
  const scores = new ThresholdTally(options);
  await read(file, fields, (record) => scores.add(record), onProgress);
  const thresholds = pstar.auditThresholds(scores);
  const threshold = thresholds.recommended?.threshold.estimate;
  if (threshold == null) throw new DataError("these labels recommend no threshold; set one");
  const tally = new AuditTally({ ...options, threshold });
  const unreadable = await read(file, fields, (record) => tally.add(record), onProgress);
  return { result: pstar.audit(tally), threshold, thresholds, unreadable };
}

async function read(
  file: File,
  fields: AuditFields,
  take: (record: AuditRecord) => void,
  onProgress: (share: number) => void,
): Promise<Audited["unreadable"]> {
  const form = formOf(file);
  const reader = new RowReader(fields);
  const unreadable: Audited["unreadable"] = { count: 0, first: [] };
  const slices = new Set<string>();
  let used = 0;
  let audited = 0;
  const refuse = (line: number, reason: string) => {
    unreadable.count++;
    if (unreadable.first.length < NAMED) unreadable.first.push({ line, reason });
  };
  for await (const rows of fileRows(textOf(file, onProgress), form)) {
    for (const { line, row, fault } of rows) {
      const record =
        row === undefined ? new Unusable(fault ?? "") : reader.record(form === "csv" ? numbersOf(row, fields) : row);
      if (record instanceof Unusable) {
        refuse(line, record.reason);
        continue;
      }
      used++;
      if (record.correct !== null) audited++;
      if (record.slice !== undefined) slices.add(record.slice);
      if (slices.size > MOST_SLICES)
        throw new DataError(`${fields.by} has more than ${MOST_SLICES} values: it is no slice`);
      take(record);
    }
  }
  // Rates of a smaller part of a file say nothing of the file.
  if (used < unreadable.count || used === 0) {
    const [first] = unreadable.first;
    const why = first ? `; line ${first.line}: ${first.reason}` : "";
    throw new DataError(`${unreadable.count} of its ${used + unreadable.count} rows cannot be used${why}`);
  }
  if (audited === 0)
    throw new DataError(`none of its ${used} rows has a human label in ${JSON.stringify(fields.correct)}`);
  return unreadable;
}

/** In a CSV all is text: what must be a number becomes one. */
function numbersOf(row: Record<string, unknown>, { score, weight }: AuditFields): Record<string, unknown> {
  const made = { ...row };
  for (const name of [score, weight]) {
    const text = name === undefined ? undefined : row[name];
    if (name !== undefined && typeof text === "string" && text.trim() !== "") made[name] = Number(text);
  }
  return made;
}

function formOf(file: File): "jsonl" | "csv" {
  return /\.csv(\.gz|\.zst)?$/i.test(file.name) || file.type === "text/csv" ? "csv" : "jsonl";
}
