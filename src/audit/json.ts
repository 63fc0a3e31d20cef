import type { FileAudit } from "./file.js";
import type { AuditDocument } from "./result.js";

/** The text of an audit for machines, as `pstar audit --format json` prints it and the page gives it. */
export function auditJson({
  source,
  fields,
  threshold,
  recommended,
  heldOut,
  result,
  thresholds,
  unreadable,
  labels,
}: FileAudit): string {
  const { schema, ...rest } = result;
  const answer: AuditDocument = {
    schema,
    source,
    fields,
    threshold: threshold === null ? undefined : { value: threshold, recommended, heldOut },
    labels,
    ...rest,
    unreadable: {
      count: unreadable.count,
      first: unreadable.first.map(({ line, reason: { code, message } }) => ({ line, code, reason: message })),
    },
    thresholds: thresholds ?? undefined,
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}
