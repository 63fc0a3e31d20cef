import { ArgumentError } from "../core/errors.js";
import { load } from "../core/simulationCore.js";
import { loadText } from "../core/textCore.js";
import type { RowForm } from "../rows/form.js";
import { RowFiles } from "../rows/rowFiles.js";
import type { ShapeName, SheetShapeName } from "../rows/shapes.js";
import { foundFields } from "./fields.js";
import { auditRows, type FileAudit, type FileAuditOptions } from "./file.js";
import type { AuditFields } from "./row.js";
import { type DrawnLabels, type DrawOptions, drawRows } from "./sheet/draw.js";
import { auditLabelled, auditVerifiersLabelled } from "./sheet/join.js";
import { readSheet } from "./sheet/read.js";
import { sheetReason } from "./sheet/reasons.js";
import type { ThresholdOptions } from "./threshold.js";
import { auditVerifierRows, type FileVerifiers, type VerifiersOptions } from "./verifiers.js";

/** What of a file is read, how it is judged, and how the reading goes about it. */
export type AuditFileOptions = Omit<AuditFields, "correct"> &
  ThresholdOptions &
  FileAuditOptions & {
    /** The human's label, a field or a rule; with `labels` a column of the sheet (`label`). */
    correct?: string;
    /** A label sheet, of rows drawn by `drawLabels`: its rows are joined by their keys, and it knows its design. */
    labels?: string;
  } & ReadAs;

/** What files must be, whatever their content looks like. */
interface ReadAs {
  /** The form of the files, or the shape that a tool gives them. */
  as?: RowForm | ShapeName;
  /** Whose export the sheet is. */
  sheetAs?: SheetShapeName;
}

/**
 * Audits files as `pstar audit` does, as if they were one, reading them row by row; with `score` and no `threshold` they are
 * read twice. Fields that are not named are told by the shape of the file or their names in it; the result says which (`guessed`).
 *
 * @param paths Files of rows in any form that `rowsOf` reads, folders, patterns; `-` for standard input.
 * @returns The audit, and what was read for it.
 * @throws UnknownValuesError if a value is not understood, DataError if the file cannot be judged, FileError if it cannot be
 * read, ArgumentError if an option is out of its range; the signal's reason if it was aborted.
 * @example
 * const { result } = await auditFile("answers.jsonl", { correct: "rating >= 4", kept: "kept" });
 * result.verdict // "below"
 */
export async function auditFile(paths: string | readonly string[], options: AuditFileOptions): Promise<FileAudit> {
  const { seed, dim, meanNorm, strict, signal, onProgress, labels, as, sheetAs, ...rest } = options;
  const { design, classes, confidence, threshold, interval, finitePopulation, adjust, probability, ...fields } = rest;
  const judged = { design, classes, confidence, threshold, interval, finitePopulation, adjust, probability };
  const source = new RowFiles(paths, given({ as }));
  const { found, guesses } = await completed(source, given(fields), labels !== undefined, design !== undefined);
  const about = { fields: found, options: given(judged), model: given({ seed, dim, meanNorm }) };
  const how = { strict, signal, onProgress };
  const core = await load();
  const { correct, truth, label } = found;
  if (labels === undefined && correct === undefined && (truth === undefined || label === undefined)) {
    throw new ArgumentError(sheetReason("no-label-field"), { field: "correct" });
  }
  const audited = await (labels === undefined
    ? auditRows(core, source, about, how)
    : auditLabelled(core, source, await readSheet(labels, sheetAs), about, how));
  if (audited === null) throw signal?.reason;
  return { ...audited, ...guesses };
}

/** The named fields, and those that the file itself tells. */
async function completed(source: RowFiles, named: Partial<AuditFields>, hasSheet: boolean, hasDesign: boolean) {
  const isLabelled = hasSheet || (named.correct ?? named.truth ?? named.label) !== undefined;
  const complete = isLabelled && (named.kept ?? named.score) !== undefined;
  if (complete || source.isStream) return { found: named, guesses: {} };
  const { fields, guessed, shape } = await foundFields(source, named, {
    unlabelled: hasSheet,
    designed: hasDesign || isLabelled,
  });
  return { found: fields, guesses: { ...(guessed.length > 0 && { guessed }), ...(shape !== null && { shape }) } };
}

/**
 * Draws rows of a file for people to label, as `pstar label draw` does: at random, in the core's streams, without showing what the
 * verifier decided. {@link sheetText} writes them as a sheet, by which `auditFile` and `check` audit the file.
 *
 * @param paths Files of rows in any form that `rowsOf` reads, folders, patterns; `-` for standard input.
 * @param options `labels` rows in all; of a stratified design (the default with `kept`) half of them kept ones.
 * @throws UnknownValuesError if a decision is not understood, DataError if there are too few rows, FileError if a file cannot be
 * read, ArgumentError if an option is out of its range; the signal's reason if it was aborted.
 * @example
 * const drawn = await drawLabels("answers.jsonl", { kept: "kept", labels: 36, seed: 1 });
 * await writeFile("sheet.csv", sheetText(drawn, "csv", "sheet"));
 */
export async function drawLabels(
  paths: string | readonly string[],
  options: DrawOptions & FileAuditOptions & Pick<ReadAs, "as">,
): Promise<DrawnLabels> {
  const { strict, signal, onProgress, as, ...asked } = options;
  const source = new RowFiles(paths, given({ as }));
  const named = given({ kept: asked.kept, score: asked.score });
  const found = source.isStream ? { fields: named } : await foundFields(source, named, { unlabelled: true });
  const { kept, score } = found.fields;
  const decided = { ...given({ kept, score, show: "show" in found ? found.show : undefined }), ...given(asked) };
  const drawn = await drawRows(await loadText(), source, decided, { strict, signal, onProgress });
  if (drawn === null) throw signal?.reason;
  return drawn;
}

/** What of a file with several verifiers is read, and how they are judged. */
export type AuditVerifiersOptions = Pick<AuditFields, "weight" | "cluster" | "true" | "false" | "missing"> &
  VerifiersOptions &
  Pick<FileAuditOptions, "strict" | "signal" | "onProgress"> & {
    /** The fields of the verifiers' decisions, or rules about fields. */
    kept: readonly string[];
    /** As in {@link AuditFileOptions}. */
    correct?: string;
    labels?: string;
  } & ReadAs;

/**
 * Audits several verifiers of the same files, each alone and joined: by all, by any, by more than half of them; from the data, and as
 * they would be if they decided independently of each other.
 *
 * @throws As {@link auditFile}; ArgumentError if there are not at least two verifiers.
 * @example
 * const { result } = await auditVerifiers("answers.jsonl", { correct: "correct", kept: ["judge", "filter"] });
 * result.joined[0].phi // of the rows that both keep, { estimate, low, high }
 */
export async function auditVerifiers(
  paths: string | readonly string[],
  options: AuditVerifiersOptions,
): Promise<FileVerifiers> {
  const { strict, signal, onProgress, labels, kept, correct, weight, cluster, as, sheetAs, ...rest } = options;
  const { true: yes, false: no, missing, ...judged } = rest;
  const words = { true: yes, false: no, missing };
  const about = {
    fields: { ...given({ correct, weight, cluster, ...words }), verifiers: kept },
    options: given(judged),
  };
  const how = { strict, signal, onProgress };
  if (labels === undefined && correct === undefined) {
    throw new ArgumentError(sheetReason("no-label-field"), { field: "correct" });
  }
  const [core, source] = [await load(), new RowFiles(paths, given({ as }))];
  const audited = await (labels === undefined
    ? auditVerifierRows(core, source, about, how)
    : auditVerifiersLabelled(core, source, await readSheet(labels, sheetAs), about, how));
  if (audited === null) throw signal?.reason;
  return audited;
}

function given<T extends object>(all: T): T {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as T;
}
