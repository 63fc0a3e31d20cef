// `import … from "pstar/audit"`: what human labels of some rows say of a whole file, on the core of `load()`.

export { AuditTally, audit } from "./audit/audit.js";
export {
  auditCalibrated,
  type CalibratedQuestion,
  type Calibration,
  type CountedOf,
  calibratedPrecision,
} from "./audit/calibrated.js";
export {
  type AuditQuestion,
  auditRows,
  type FileAudit,
  type FileAuditOptions,
  type ReadingOptions,
  type RowSource,
} from "./audit/file.js";
export type { AuditOptions } from "./audit/options.js";
export { type AuditPlanQuestion, planAudit } from "./audit/plan.js";
export type {
  AuditCounts,
  AuditDesign,
  AuditEstimates,
  AuditPlan,
  AuditRecord,
  AuditResult,
  AuditSlice,
  AuditThresholds,
  AuditVerdict,
  AuditVerification,
  GaussianModel,
  HeldOut,
  Interval,
  PlannedLabels,
  ThresholdPoint,
} from "./audit/result.js";
export { auditThresholds, type ThresholdOptions, ThresholdTally } from "./audit/threshold.js";
export { load } from "./core/simulationCore.js";
export type { FileRow } from "./rows/field.js";
