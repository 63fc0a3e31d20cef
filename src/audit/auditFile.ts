import { load } from "../core/simulationCore.js";
import { RowFiles } from "../rows/rowFiles.js";
import { auditRows, type FileAudit, type FileAuditOptions } from "./file.js";
import type { AuditFields } from "./row.js";
import type { ThresholdOptions } from "./threshold.js";

/** What of a file is read, how it is judged, and how the reading goes about it. */
export type AuditFileOptions = AuditFields & ThresholdOptions & FileAuditOptions;

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
  const { correct, kept, score, weight, by, true: yes, false: no, missing, ...rest } = options;
  const { seed, dim, meanNorm, strict, signal, onProgress, ...judged } = rest;
  const fields = { correct, kept, score, weight, by, true: yes, false: no, missing };
  const given = <T extends object>(all: T) =>
    Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as T;
  const question = { fields: given(fields), options: judged, model: given({ seed, dim, meanNorm }) };
  const audited = await auditRows(await load(), new RowFiles(paths), question, { strict, signal, onProgress });
  if (audited === null) throw signal?.reason;
  return audited;
}
