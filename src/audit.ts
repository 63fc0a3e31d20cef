// `import … from "pstar/audit"`: what human labels of some rows say of a whole file, on the core of `load()`.

export { AuditTally, audit } from "./audit/audit.js";
export {
  type AuditQuestion,
  auditRows,
  type FileAudit,
  type FileAuditOptions,
  type ReadingOptions,
  type RowSource,
} from "./audit/file.js";
export type { AuditOptions } from "./audit/options.js";
export { type AuditPlan, type AuditPlanQuestion, type PlannedLabels, planAudit } from "./audit/plan.js";
export type {
  AuditCounts,
  AuditDesign,
  AuditEstimates,
  AuditRecord,
  AuditResult,
  AuditSlice,
  AuditVerdict,
  AuditVerification,
  Interval,
} from "./audit/result.js";
export {
  type AuditThresholds,
  auditThresholds,
  type HeldOut,
  type ThresholdOptions,
  type ThresholdPoint,
  ThresholdTally,
} from "./audit/threshold.js";
export { load } from "./core/simulationCore.js";
export type { FileRow } from "./rows/fileRow.js";
