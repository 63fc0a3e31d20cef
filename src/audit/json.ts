import type { AuditResult } from "./result.js";
import type { AuditFields } from "./row.js";
import type { AuditThresholds } from "./threshold.js";

/** An audit of a file, and all that belongs to its account. */
export interface FileAudit {
  /** The file's name. */
  source: string;
  fields: AuditFields;
  /** Where a score decides: rows of at least this are kept. */
  threshold: number | null;
  result: AuditResult;
  /** The curve over all thresholds, where it was asked for or needed. */
  thresholds: AuditThresholds | null;
  /** Rows that could not be used: how many, and the first ones. */
  unreadable: { count: number; first: readonly { line: number; reason: string }[] };
}

/** The text of an audit for machines, as `pstar audit --format json` prints it and the page gives it. */
export function auditJson({ source, fields, threshold, result, thresholds, unreadable }: FileAudit): string {
  const { schema, ...rest } = result;
  const answer = {
    schema,
    source,
    fields,
    ...(threshold !== null && { threshold }),
    ...rest,
    unreadable,
    ...(thresholds !== null && { thresholds }),
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}
