import { AuditTally } from "../../audit/audit.js";
import type { FileAudit } from "../../audit/json.js";
import type { AuditRecord } from "../../audit/result.js";
import { type ThresholdOptions, ThresholdTally } from "../../audit/threshold.js";
import { DataError, printable } from "../../core/errors.js";
import type { Pstar } from "../../index.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import { numberOf, withFlagNames } from "../numbers.js";
import { ReadingProgress } from "../terminal/readingProgress.js";
import { type AuditFlags, type AuditQuestion, auditQuestion, FLAG_OF } from "./options.js";
import { fieldNames, nameOf, type Reading, readRecords } from "./read.js";

/** An audit, and what was read for it. */
export interface Audited extends Omit<FileAudit, "unreadable"> {
  /** Whether that is the recommended one, as none was asked for. */
  recommended: boolean;
  reading: Reading;
}

/** A field with more values than this is a text or a number, not a slice. */
const MOST_SLICES = 1000;
/** Rows that cannot be used are named up to here on standard error; the JSON has more of them. */
const NAMED_HERE = 10;

/** Reads and judges a file; null where it was interrupted. */
export async function auditFile(
  pstar: Pstar,
  source: string,
  flags: AuditFlags,
  signal: AbortSignal,
  context: Context,
): Promise<Audited | null> {
  const question = await questionOf(source, flags);
  const { fields, options } = question;
  const open = fields.score !== undefined && options.threshold === undefined;
  if (open && source === "-") {
    throw new UsageError(
      "--score needs a --threshold where the rows come from standard input: to recommend one, the rows are read twice",
    );
  }
  if (open && options.design === "stratified") {
    throw new UsageError(
      "--design stratified needs a --threshold where a score decides: the one by which the audited rows were chosen",
    );
  }
  const tallies = withFlagNames(FLAG_OF, () => talliesOf(question, flags, open));
  const reading = await read(source, question, flags, signal, context, (record) => {
    tallies.audit?.add(record);
    tallies.thresholds?.add(record);
  });
  if (reading === null) return null;
  warnOf(reading, flags, context);
  const thresholds = tallies.thresholds === null ? null : pstar.auditThresholds(tallies.thresholds);
  const about = { source, fields, thresholds, reading, recommended: open };
  if (tallies.audit !== null) {
    return { ...about, result: pstar.audit(tallies.audit), threshold: options.threshold ?? null };
  }
  const threshold = thresholds?.recommended?.threshold.estimate;
  if (threshold == null) throw new DataError(`${source}: these labels recommend no threshold; --threshold sets one`);
  const tally = new AuditTally({ ...options, threshold });
  const again = await read(source, question, flags, signal, context, (record) => tally.add(record));
  return again === null ? null : { ...about, result: pstar.audit(tally), threshold };
}

/** What is asked; who did not say which field is which is told which fields there are. */
async function questionOf(source: string, flags: AuditFlags): Promise<AuditQuestion> {
  const { correct, kept, score } = flags;
  const names = source === "-" || (correct && (kept || score)) ? [] : await fieldNames(source);
  try {
    return auditQuestion(flags);
  } catch (error) {
    if (!(error instanceof UsageError) || names.length === 0) throw error;
    throw new UsageError(printable(`${error.message}\n  the fields of ${source} are ${names.join(", ")}`));
  }
}

/** The counts that one reading fills; without a threshold the audit has to wait for one. */
function talliesOf({ fields, options }: AuditQuestion, flags: AuditFlags, open: boolean) {
  const { plot, format, dim, meanNorm, seed } = flags;
  const curve = fields.score !== undefined && (open || plot !== undefined || format === "html");
  const model: ThresholdOptions = {
    ...options,
    ...(seed !== undefined && { seed }),
    ...(dim !== undefined && { dim: numberOf("--dim", dim, "a whole number of at least 1") }),
    ...(meanNorm !== undefined && { meanNorm: numberOf("--mean-norm", meanNorm, "a number in [0, 100]") }),
  };
  return {
    audit: open ? null : new AuditTally(options),
    thresholds: curve ? new ThresholdTally(model) : null,
  };
}

/** Reads the file once; null where it was interrupted. */
async function read(
  source: string,
  { fields }: AuditQuestion,
  { strict, quiet = false }: AuditFlags,
  signal: AbortSignal,
  context: Context,
  take: (record: AuditRecord) => void,
): Promise<Reading | null> {
  const slices = new Set<string>();
  const taken = (record: AuditRecord) => {
    if (record.slice !== undefined) countSlices(slices, record.slice, source, fields.by);
    take(record);
  };
  const progress = new ReadingProgress(context.streams.err, quiet);
  try {
    const reading = await readRecords(source, fields, taken, { strict, signal, onProgress: progress.update });
    if (signal.aborted) return null;
    if (reading.audited > 0) return reading;
    const field = JSON.stringify(fields.correct);
    throw new DataError(`${nameOf(source)}: none of its ${reading.rows} rows has a human label in ${field}`);
  } finally {
    progress.stop();
  }
}

function countSlices(slices: Set<string>, slice: string, source: string, by = ""): void {
  if (slices.has(slice)) return;
  slices.add(slice);
  if (slices.size <= MOST_SLICES) return;
  const some = [...slices].slice(0, 3).join(", ");
  throw new DataError(
    `${nameOf(source)}: ${by} has more than ${MOST_SLICES} values (${some}, …): --by takes a field with few`,
  );
}

/** Says which rows could not be used. */
function warnOf({ unreadable: { count, first } }: Reading, { quiet }: AuditFlags, { streams: { err } }: Context): void {
  if (count === 0 || quiet) return;
  const lines = first.slice(0, NAMED_HERE).map(({ line, reason }) => `  line ${line}: ${reason}`);
  if (count > lines.length) lines.push(`  and ${count - lines.length} more`);
  err.write(
    `${err.colors.yellow("warning:")} ${count === 1 ? "1 row" : `${count} rows`} could not be used\n${lines.join("\n")}\n`,
  );
}
