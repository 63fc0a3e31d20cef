import type { Core } from "../core/core.js";
import type { AuditOptions } from "./options.js";
import type { AuditRecord, AuditResult } from "./result.js";

/** Counts the rows of an audit one by one, in memory for a few numbers a slice. */
export declare class AuditTally {
  constructor(options?: AuditOptions);
  /** @throws ArgumentError where the record is not valid, with its number, from 1. */
  add(record: AuditRecord): void;
  result(core: Core): AuditResult;
}
