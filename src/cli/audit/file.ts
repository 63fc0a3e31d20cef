import { auditCalibrated } from "../../audit/calibrated.js";
import { foundFields } from "../../audit/fields.js";
import { auditRows, type FileAudit, type FileAuditOptions } from "../../audit/file.js";
import { NO_VALUE, type UnknownValues, UnknownValuesError } from "../../audit/row.js";
import { auditLabelled, auditVerifiersLabelled } from "../../audit/sheet/join.js";
import { readSheet } from "../../audit/sheet/read.js";
import { auditVerifierRows, type FileVerifiers } from "../../audit/verifiers.js";
import { ArgumentError, DataError } from "../../core/errors.js";
import type { Core } from "../../index.js";
import { counted, shellWord } from "../../model/format.js";
import { exampleRule, unquoted } from "../../rows/labels.js";
import type { RowFiles } from "../../rows/rowFiles.js";
import { type Context, commandWith } from "../context.js";
import { UsageError } from "../failure.js";
import { withFlagNames } from "../options.js";
import { noteGuess, rowFiles } from "../rows.js";
import { progressLine } from "../terminal/progress.js";
import { type AuditFlags, auditQuestion, calibratedQuestion, FLAG_OF, verifiersQuestion } from "./options.js";

/** Rows that cannot be used are named up to here on standard error; the JSON has more of them. */
const NAMED_HERE = 10;

/** Reads and judges a file; null if it was interrupted. */
export async function auditFile(
  core: Core,
  paths: readonly string[],
  flags: AuditFlags,
  signal: AbortSignal,
  context: Context,
): Promise<FileAudit | null> {
  const file = rowFiles(paths, flags, context);
  if (flags.calibration !== undefined) {
    const set = rowFiles([flags.calibration], flags, context);
    const { question, about } = await questionOf(set, flags, calibratedQuestion, context);
    const judged = await reading(flags, signal, context, (how) => auditCalibrated(core, file, set, question, how));
    return judged === null ? null : { ...judged, ...about };
  }
  const { question, about } = await questionOf(file, flags, auditQuestion, context);
  const { fields, options } = question;
  const open = fields.score !== undefined && options.threshold === undefined;
  if (open && file.isStream) {
    throw new UsageError(
      "--score needs a --threshold if the rows come from standard input: to recommend one, the rows are read twice",
    );
  }
  if (open && options.design === "stratified") {
    throw new UsageError(
      "--design stratified needs a --threshold if a score decides: the one by which the audited rows were chosen",
    );
  }
  const audited = await reading(flags, signal, context, async (how) =>
    flags.labels === undefined
      ? auditRows(core, file, question, how)
      : auditLabelled(core, file, await readSheet(flags.labels, flags.as?.sheet), question, how),
  );
  return audited === null ? null : { ...audited, ...about };
}

/** Reads a file with the decisions of several verifiers; null if it was interrupted. */
export async function auditVerifiersFile(
  core: Core,
  paths: readonly string[],
  flags: AuditFlags,
  verifiers: readonly string[],
  signal: AbortSignal,
  context: Context,
): Promise<FileVerifiers | null> {
  const file = rowFiles(paths, flags, context);
  const { question } = await questionOf(file, flags, (flags) => verifiersQuestion(flags, verifiers), context);
  return reading(flags, signal, context, async (how) =>
    flags.labels === undefined
      ? auditVerifierRows(core, file, question, how)
      : auditVerifiersLabelled(core, file, await readSheet(flags.labels, flags.as?.sheet), question, how),
  );
}

/** Reads a file and shows how far it is; what goes wrong names the flags. */
async function reading<T extends { unreadable: FileAudit["unreadable"] }>(
  { strict, quiet = false, sequential }: AuditFlags,
  signal: AbortSignal,
  context: Context,
  read: (how: FileAuditOptions) => Promise<T | null>,
): Promise<T | null> {
  const progress = progressLine(context.streams.err, quiet);
  const onProgress = (rows: number, share: number | null) => progress.update(`${counted(rows, "row")} read`, share);
  try {
    const audited = await read({ strict, signal, onProgress });
    progress.stop();
    if (audited !== null && !quiet) warnOfRows(audited.unreadable, context);
    return audited;
  } catch (error) {
    if (error instanceof UnknownValuesError) throw withValueAdvice(error);
    if (error instanceof ArgumentError && error.expected === undefined)
      throw new UsageError(error, { lines: error.lines });
    const named = { ...FLAG_OF, ...(sequential && { interval: "--sequential" }) };
    return withFlagNames(named, () => {
      throw error;
    });
  } finally {
    progress.stop();
  }
}

/** What is asked, with the fields that nobody named but the file tells; if it does not, which fields there are. */
async function questionOf<T>(
  file: RowFiles,
  flags: AuditFlags,
  ask: (flags: AuditFlags) => T,
  context: Context,
): Promise<{ question: T; about: Pick<FileAudit, "guessed" | "shape"> }> {
  const { correct, labels, truth, label, kept, score, weight, design } = flags;
  const complete = (correct ?? labels ?? truth ?? label) !== undefined && (kept ?? score) !== undefined;
  if (complete || file.isStream) return { question: ask(flags), about: {} };
  const named = {
    ...((correct ?? truth ?? label) !== undefined && { correct: correct ?? truth ?? label }),
    ...(kept !== undefined && { kept }),
    ...(score !== undefined && { score }),
    ...(weight !== undefined && { weight }),
  };
  // a weight goes with the label beside it
  const designed = design !== undefined || named.correct !== undefined;
  const { fields, guessed, shape, names } = await foundFields(file, named, {
    unlabelled: labels !== undefined,
    designed,
  });
  const found = guessed.map((role) => [role, fields[role] as string] as const);
  if (flags.gate !== undefined && found.length > 0) {
    const words = found.flatMap(([role, field]) => [`--${role}`, field]);
    throw new UsageError(
      `--gate judges by fields that are named, and ${found.map(([role]) => `--${role}`).join(", ")} would be guessed: if it is right, run`,
      { lines: [`  ${commandWith(context, ...words)}`] },
    );
  }
  noteGuess(file.source, { shape, flags: found }, flags, context);
  const about = { ...(found.length > 0 && { guessed }), ...(shape !== null && { shape }) };
  try {
    return { question: ask({ ...flags, ...Object.fromEntries(found) }), about };
  } catch (error) {
    if (!(error instanceof UsageError) || names.length === 0) throw error;
    throw new UsageError(error, { lines: [`  the fields of ${file.source} are ${names.join(", ")}`] });
  }
}

/** Says what to add so that the values are understood. */
export function withValueAdvice(error: UnknownValuesError): DataError {
  return new DataError(error, { field: error.field, lines: error.unknown.map(adviceOn) });
}

function adviceOn(found: UnknownValues): string {
  const { role, values, field, more, understood = [] } = found;
  const rule = exampleRule({ field, unknown: values.map(({ value }) => value), understood });
  const missing = "--missing VALUES, with commas, if they mean that there is none";
  const isMany = more && values.every(({ value }) => Number.isFinite(Number(unquoted(value))));
  switch (role) {
    case "correct":
    case "second":
      if (rule === undefined) return `Correct them in the file; or ${missing}.`;
      return `${isMany ? `${field} has so many different numbers that it may be another field. ` : ""}Say which values mean correct, all others being wrong, such as --${role} '${rule}'; or say it with --true VALUES and --false VALUES, with commas; or ${missing}.`;
    case "kept":
      if (values.every(({ value }) => value === NO_VALUE)) {
        return `Write false in ${field} of the rows that are not kept: rows without a decision are left out, and which ones would depend on it.`;
      }
      if (rule === undefined) return `Correct them in the file; or ${missing}.`;
      return `${isMany ? `If ${field} is a score, name it with --score ${shellWord(field)}. ` : ""}Say which mean that the row is kept, such as --kept '${rule}'; or ${missing}.`;
    case "score":
    case "weight":
    case "predicted":
    case "cluster":
    case "truth":
    case "label":
    case "answer":
      return `Correct them in the file; or ${missing}.`;
    case "by":
      return "--by takes a field with a few short values.";
    default:
      return role satisfies never;
  }
}

/** Says which rows could not be used. */
export function warnOfRows({ count, first }: FileAudit["unreadable"], { streams: { err } }: Context): void {
  if (count === 0) return;
  const lines = first.slice(0, NAMED_HERE).map(({ line, reason }) => `  line ${line}: ${reason.message}`);
  if (count > lines.length) lines.push(`  and ${count - lines.length} more`);
  err.print(
    `${err.colors.yellow("warning:")} ${count === 1 ? "1 row" : `${count} rows`} could not be used\n${lines.join("\n")}\n`,
  );
}
