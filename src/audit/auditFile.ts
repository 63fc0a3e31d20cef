import { load } from "../core/simulationCore.js";
import { auditRows, type FileAudit, type FileAuditOptions } from "./file.js";
import { JsonlFile } from "./jsonlFile.js";
import type { AuditFields } from "./row.js";
import type { ThresholdOptions } from "./threshold.js";

/** What of a file is read, how it is judged, and how the reading goes about it. */
export type AuditFileOptions = AuditFields & ThresholdOptions & FileAuditOptions;

/**
 * Audits a file as `pstar audit` does, reading it row by row; with `score` and no `threshold` it is read twice.
 *
 * @param file JSONL, plain or packed by gzip or zstd; `-` for standard input.
 * @returns The audit, and what was read for it.
 * @throws UnknownValuesError if a value is not understood, DataError if the file cannot be judged, FileError if it cannot be
 * read, ArgumentError if an option is out of its range; the signal's reason if it was aborted.
 * @example
 * const { result } = await auditFile("answers.jsonl", { correct: "rating >= 4", kept: "kept" });
 * result.verdict // "below"
 */
export async function auditFile(file: string, options: AuditFileOptions): Promise<FileAudit> {
  const { correct, kept, score, weight, by, true: yes, false: no, missing, ...rest } = options;
  const { seed, dim, meanNorm, strict, signal, onProgress, ...judged } = rest;
  const fields = { correct, kept, score, weight, by, true: yes, false: no, missing };
  const given = <T extends object>(all: T) =>
    Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as T;
  const question = { fields: given(fields), options: judged, model: given({ seed, dim, meanNorm }) };
  const audited = await auditRows(await load(), new JsonlFile(file), question, { strict, signal, onProgress });
  if (audited === null) throw signal?.reason;
  return audited;
}
