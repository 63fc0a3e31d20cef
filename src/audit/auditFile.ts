import { ArgumentError } from "../core/errors.js";
import { load } from "../core/simulationCore.js";
import { loadText } from "../core/textCore.js";
import { RowFiles } from "../rows/rowFiles.js";
import { auditRows, type FileAudit, type FileAuditOptions } from "./file.js";
import type { AuditFields } from "./row.js";
import { type DrawnLabels, type DrawOptions, drawRows } from "./sheet/draw.js";
import { auditLabelled } from "./sheet/join.js";
import type { ThresholdOptions } from "./threshold.js";

/** What of a file is read, how it is judged, and how the reading goes about it. */
export type AuditFileOptions = Omit<AuditFields, "correct"> &
  ThresholdOptions &
  FileAuditOptions & {
    /** The human's label, a field or a rule; with `labels` a column of the sheet (`label`). */
    correct?: string;
    /** A label sheet, of rows drawn by `drawLabels`: its rows are joined by their keys, and it knows its design. */
    labels?: string;
  };

/**
 * Audits files as `pstar audit` does, as if they were one, reading them row by row; with `score` and no `threshold` they are
 * read twice.
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
  const { seed, dim, meanNorm, strict, signal, onProgress, labels, ...rest } = options;
  const { design, classes, confidence, threshold, interval, finitePopulation, adjust, probability, ...fields } = rest;
  const judged = { design, classes, confidence, threshold, interval, finitePopulation, adjust, probability };
  const given = <T extends object>(all: T) =>
    Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as T;
  const about = { fields: given(fields), options: given(judged), model: given({ seed, dim, meanNorm }) };
  const how = { strict, signal, onProgress };
  const [core, source] = [await load(), new RowFiles(paths)];
  const { correct, truth, label } = fields;
  if (labels === undefined && correct === undefined && (truth === undefined || label === undefined)) {
    throw new ArgumentError("correct must name the field of the human's label, got none", { field: "correct" });
  }
  const audited = await (labels === undefined
    ? auditRows(core, source, about, how)
    : auditLabelled(core, source, labels, about, how));
  if (audited === null) throw signal?.reason;
  return audited;
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
  options: DrawOptions & FileAuditOptions,
): Promise<DrawnLabels> {
  const { strict, signal, onProgress, ...asked } = options;
  const drawn = await drawRows(await loadText(), new RowFiles(paths), asked, { strict, signal, onProgress });
  if (drawn === null) throw signal?.reason;
  return drawn;
}
