import type { Audited } from "./auditFile.js";

/** The audit for machines: the result, the file that it is of, the rows that could not be used, and the thresholds. */
export function auditJson({ source, fields, threshold, result, thresholds, reading }: Audited): string {
  const { schema, ...rest } = result;
  const answer = {
    schema,
    source,
    fields,
    ...(threshold !== null && { threshold }),
    ...rest,
    unreadable: reading.unreadable,
    ...(thresholds !== null && { thresholds }),
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}
