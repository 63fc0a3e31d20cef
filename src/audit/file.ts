import type { Core } from "../core/core.js";
import { DataError } from "../core/errors.js";
import { printable } from "../core/printable.js";
import { placed, type Reason } from "../core/reasons.js";
import { type FileRow, SeenFields, withAdvice } from "../rows/field.js";
import { type FoundSlices, RepeatedPrompts, SliceFields } from "../rows/guess.js";
import { rowReason } from "../rows/reasons.js";
import type { ShapeName } from "../rows/shapes.js";
import { AuditTally, audit } from "./audit.js";
import type { AuditOptions } from "./options.js";
import { type AuditReason, auditReason } from "./reasons.js";
import type {
  AuditDocument,
  AuditRecord,
  AuditResult,
  AuditThresholds,
  CalibrationAccount,
  HeldOut,
  SheetAccount,
} from "./result.js";
import { type AuditFields, isKept, type RowFields, RowReader, Unusable } from "./row.js";
import { auditThresholds, type ThresholdOptions, ThresholdTally } from "./threshold.js";

/** A file of rows. */
export interface RowSource {
  /** What results call it. */
  source: string;
  /** What messages call it; empty if they need no name. */
  name: string;
  /**
   * Reads it from its beginning, block by block; called twice if a threshold has to be recommended.
   *
   * @param fields The fields that are asked for: a row that has one of them twice is at fault.
   */
  read(fields: readonly string[], options: ReadingOptions): AsyncIterable<Iterable<FileRow>>;
}

export interface ReadingOptions {
  signal?: AbortSignal;
  /** Whether rows are wanted with all their fields, and not only with those that are asked for. */
  whole?: boolean;
  /** Told which share of the file was read; null if its size is not known. */
  onProgress?: (share: number | null) => void;
}

/** What of a file is read, and how it is judged. */
export interface AuditQuestion {
  fields: AuditFields;
  /** With `fields.score` and no `threshold` the recommended one is taken. */
  options: AuditOptions;
  /** How thresholds are compared; `curve` asks for the curve even if the threshold is known. */
  model?: Pick<ThresholdOptions, "seed" | "dim" | "meanNorm"> & { curve?: boolean };
}

/** How an audit of a file goes about it. */
export interface FileAuditOptions {
  /** Stops at the first row that cannot be used. */
  strict?: boolean;
  signal?: AbortSignal;
  /** Told from time to time how many rows were taken, and what share of the file was read (null: not known). */
  onProgress?: (rows: number, share: number | null) => void;
}

/** A row that could not be used, by its line. */
export interface UnreadableRow {
  /** 1-based. */
  line: number;
  reason: Reason;
}

/** An audit of a file, and all that belongs to its account. */
export interface FileAudit {
  /** The file's name. */
  source: string;
  fields: AuditFields;
  /** Those of them that were not named. */
  guessed?: readonly string[];
  /** The tool whose shape the file has. */
  shape?: ShapeName;
  /** Rows of at least this score are kept; null if a decision says what is kept. */
  threshold: number | null;
  /** Whether that is the recommended one, as none was given. */
  recommended: boolean;
  /** What the labels that did not choose the threshold say of it; null if it was given. */
  heldOut: HeldOut | null;
  /** If the threshold is the recommended one, of the labels that did not choose it only. */
  result: AuditResult;
  /** The curve over all thresholds, if it was asked for or needed. */
  thresholds: AuditThresholds | null;
  /** A field by whose values the rows might be audited, if none was named and there is one. */
  slices?: FoundSlices | null;
  /** Of an audit by a label sheet. */
  labels?: SheetAccount;
  /** Of an audit of a file without labels, by the rates of a set elsewhere. */
  calibration?: CalibrationAccount;
  /** Lines that are not rows, and rows without a decision: how many, and the first ones. */
  unreadable: { count: number; first: readonly UnreadableRow[] };
}

/** So many unreadable rows are named; the others are counted. */
export const NAMED = 100;
/** A field with more values than this is a text or a number, not a slice. */
const MOST_SLICES = 1000;

/**
 * Reads and judges a file; null if the reading was aborted. Memory holds one block of the file, and with an open threshold
 * eight bytes a row.
 *
 * @throws UnknownValuesError if any label, decision, score, weight or slice is there and is not understood; DataError if
 * the file has no rows, no human label, or a field that no row has, or if most of its rows cannot be used.
 */
export async function auditRows(
  core: Core,
  source: RowSource,
  question: AuditQuestion,
  how: FileAuditOptions = {},
): Promise<FileAudit | null> {
  const { fields, options, model: { curve = false, ...model } = {} } = question;
  const open = fields.score !== undefined && options.threshold === undefined;
  if (open && options.design === "stratified") {
    throw new DataError(auditReason("stratified-without-threshold"));
  }
  const tally = open ? null : new AuditTally(options);
  const scores = fields.score !== undefined && (open || curve) ? new ThresholdTally({ ...options, ...model }) : null;
  const take = (record: AuditRecord) => {
    tally?.add(record);
    scores?.add(record);
  };
  const reading = await readRecords(source, fields, how, take, options.threshold);
  if (reading === null) return null;
  const thresholds = scores === null ? null : auditThresholds(core, scores);
  const judged = (tally: AuditTally) => {
    const result = audit(core, tally);
    refuseMarks(source, result.warnings);
    const given = fields.score !== undefined && !open ? [auditReason("threshold-of-others")] : [];
    return { ...result, warnings: [...result.warnings, ...given, ...remarks(reading, options)] };
  };
  const { unreadable } = reading;
  const about = { source: source.source, fields, thresholds, unreadable, recommended: open, slices: reading.slices };
  if (tally !== null) {
    return { ...about, result: judged(tally), threshold: options.threshold ?? null, heldOut: null };
  }
  const { threshold: { estimate: threshold } = { estimate: null }, heldOut } = thresholds?.recommended ?? {};
  if (threshold === null || heldOut === undefined) throw faultOf(source, auditReason("no-threshold-recommended"));
  const again = new AuditTally({ ...options, threshold });
  const chooses = scores?.chooses(core) ?? [];
  let labels = 0;
  const judge = (record: AuditRecord) => {
    const judges = record.correct === null || chooses[labels++] === 0;
    again.add(judges ? record : { ...record, correct: null });
  };
  const read = await readRecords(source, fields, how, judge, threshold);
  if (read === null) return null;
  reading.slices = read.slices;
  return { ...about, slices: read.slices, result: judged(again), threshold, heldOut };
}

/** What one reading of a file has told of it. */
export interface Reading {
  /** Records taken. */
  rows: number;
  /** Records with a human label. */
  audited: number;
  /** Rows without a score, and rows with numbers that JSON does not have. */
  unscored: number;
  nonFinite: number;
  /** Lines that a word without quotation marks, such as Python's True, keeps from being JSON. */
  bare: { rows: number; word: string; line: number };
  /** A field of prompts whose values repeat among the labelled rows, if nothing says what rows have in common. */
  repeated: { field: string; rows: number; values: number } | null;
  /** A field of few values among the labelled rows, if nothing says which slices are asked about. */
  slices: FoundSlices | null;
  unreadable: { count: number; first: UnreadableRow[] };
}

/** Reads the file once; null if it was aborted. Without a field of the human's label no row needs one. */
export async function readRecords(
  source: RowSource,
  fields: RowFields,
  { strict = false, signal, onProgress }: FileAuditOptions,
  take: (record: AuditRecord) => void,
  threshold?: number,
): Promise<Reading | null> {
  const reader = new RowReader(fields);
  const reading: Reading = {
    rows: 0,
    audited: 0,
    unscored: 0,
    nonFinite: 0,
    bare: { rows: 0, word: "", line: 0 },
    repeated: null,
    slices: null,
    unreadable: { count: 0, first: [] },
  };
  const seen = new SeenFields(reader.names);
  const slices = new Set<string>();
  const prompts = fields.cluster === undefined ? new RepeatedPrompts() : null;
  const kinds = fields.by === undefined ? new SliceFields(reader.names) : null;
  const { unreadable } = reading;
  const refuse = (line: number, reason: Reason) => {
    if (strict) {
      const told = rowReason("row-unusable", { line, why: reason });
      const where = source.name === "" ? "" : `${source.name}, `;
      throw new DataError(placed(told, where), { line });
    }
    if (reason.code === "bare-word" && reading.bare.rows++ === 0) {
      reading.bare = { rows: 1, word: (reason.params as { word: string }).word, line };
    }
    unreadable.count++;
    if (unreadable.first.length < NAMED) unreadable.first.push({ line, reason });
  };
  let share: number | null = null;
  const told = (now: number | null) => {
    share = now;
  };
  for await (const rows of source.read(reader.names, { signal, onProgress: told })) {
    if (signal?.aborted) return null;
    for (const { line, row, fault, exact, nonFinite } of rows) {
      if (nonFinite) reading.nonFinite++;
      if (row === undefined) {
        if (fault !== undefined) refuse(line, fault);
        continue;
      }
      seen.look(row);
      const record = fault === undefined ? reader.record(row, line, exact) : new Unusable(fault);
      if (record instanceof Unusable) {
        refuse(line, record.reason);
        continue;
      }
      reading.rows++;
      if (record.correct !== null) {
        reading.audited++;
        prompts?.look(row);
        kinds?.look(row, { correct: record.correct, kept: isKept(record, threshold) });
      }
      if (record.slice !== undefined) countSlices(slices, record.slice, source, fields.by);
      take(record);
    }
    onProgress?.(reading.rows, share);
  }
  if (signal?.aborted) return null;
  reading.unscored = reader.unscored;
  reading.repeated = prompts?.found() ?? null;
  reading.slices = kinds?.found() ?? null;
  checkUsable(source, reading, seen, reader, fields.correct !== undefined || fields.truth !== undefined);
  return reading;
}

/** Says what is wrong with a file from which nothing can be learned. */
function checkUsable(
  source: RowSource,
  { rows, audited, unreadable, bare }: Reading,
  seen: SeenFields,
  reader: RowReader,
  labelled: boolean,
) {
  const [first] = unreadable.first;
  if (!seen.any && first === undefined) {
    throw new DataError(rowReason("no-rows", { file: source.name || source.source }));
  }
  const problem = seen.any ? seen.problem() : undefined;
  if (problem !== undefined) throw faultOf(source, problem);
  reader.check(named(source));
  if (bare.rows > 0) throw faultOf(source, auditReason("bare-words", bare), bare.line);
  // Rates of a smaller part of a file say nothing of the file.
  if (first !== undefined && rows < unreadable.count) {
    const { line, reason } = first;
    const [bad, all] = [unreadable.count, rows + unreadable.count];
    throw faultOf(source, auditReason("rows-unusable", { bad, all, line, why: withAdvice(reason) }), line);
  }
  if (labelled && audited === 0) {
    throw faultOf(source, auditReason("no-human-label", { rows, field: JSON.stringify(reader.names[0]) }));
  }
}

function countSlices(slices: Set<string>, slice: string, source: RowSource, by = ""): void {
  if (slices.has(slice)) return;
  slices.add(slice);
  if (slices.size <= MOST_SLICES) return;
  const some = [...slices].slice(0, 3);
  throw faultOf(source, auditReason("too-many-slices", { field: by, most: MOST_SLICES, some }));
}

/**
 * Labels that all say the same, of rows that are not a random sample, are marks: rows without one may be the other answer.
 *
 * @throws DataError if the warnings say so.
 */
export function refuseMarks(source: RowSource, warnings: readonly AuditReason[]): void {
  for (const warning of warnings) {
    const one = (warning.code === "of-verifier" ? warning.params.why : warning) as AuditReason;
    if (one.code !== "labels-all-alike" || one.params.isSample) continue;
    throw faultOf(source, auditReason("labels-of-one-kind", one.params));
  }
}

/** What was read in another way than a reader might expect. */
export function remarks(
  { unscored, nonFinite, repeated, slices }: Reading,
  { finitePopulation }: Pick<AuditOptions, "finitePopulation"> = {},
): AuditReason[] {
  const found: AuditReason[] = [];
  // rows drawn at random from the very rows that are asked about are independent draws, however alike those are
  if (repeated !== null && !finitePopulation) found.push(auditReason("repeated-field", repeated));
  if (slices?.worst) found.push(auditReason("slice-mostly-wrong", slices.worst));
  if (unscored > 0) found.push(auditReason("without-score", { rows: unscored }));
  if (nonFinite > 0) found.push(auditReason("non-finite", { rows: nonFinite }));
  return found;
}

/** What is wrong with a file, whose name the message begins with. */
function faultOf(source: RowSource, reason: Reason, line?: number): DataError {
  return new DataError(placed(reason, named(source)), { line });
}

function named({ name }: RowSource): string {
  return name === "" ? "" : printable(`${name}: `);
}

/** The text of an audit for machines, as `pstar audit --format json` prints it and the page gives it. */
export function auditJson({
  source,
  fields,
  guessed,
  shape,
  threshold,
  recommended,
  heldOut,
  result,
  thresholds,
  unreadable,
  labels,
  calibration,
}: FileAudit): string {
  const { schema, ...rest } = result;
  const answer: AuditDocument = {
    schema,
    source,
    fields,
    guessed: guessed === undefined ? undefined : [...guessed],
    shape,
    threshold: threshold === null ? undefined : { value: threshold, recommended, heldOut },
    labels,
    calibration,
    ...rest,
    unreadable: {
      count: unreadable.count,
      first: unreadable.first.map(({ line, reason: { code, message } }) => ({ line, code, reason: message })),
    },
    thresholds: thresholds ?? undefined,
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}
