import type { Core } from "../core/core.js";
import type { AuditDesign, AuditVerdict, AuditVerification, Interval } from "./result.js";

/** What is believed of a file before it is audited: either its rates, or the precision of the kept rows. */
export interface AuditPlanQuestion {
  /** φ and ψ in [0, 1], with `errorRate` or `margin`. */
  phi?: number;
  psi?: number;
  /** p in [0, 1]. */
  errorRate?: number;
  /** The smallest distance p⋆ − p that the audit must not miss, instead of `errorRate`. */
  margin?: number;
  /** Share of correct labels among the kept rows, in [0, 1], instead of the rates; then only the verdict is planned. */
  keptPrecision?: number;
  /** Share of the file's rows that is kept, in (0, 1]; needed with `keptPrecision` for a simple design, else it follows. */
  keepRate?: number;
  /** Number of classes K ≥ 2 (2). */
  classes?: number;
  /** Of the intervals, in [0.5, 0.9999] (0.95). */
  confidence?: number;
  /** Chance that the audit reaches the verdict, in [0.5, 0.999] (0.8). */
  power?: number;
  /** `stratified` (the default): the labels are split between kept and rejected rows; `simple`: rows at random. */
  design?: AuditDesign;
  /** `verdict`: below or above; `verification`: helps or hurts; left out: each one that the question allows. */
  goal?: "verdict" | "verification" | "both";
}

/** Labels that reach one verdict with the power asked for; `kept` and `rejected` are expectations in a simple design. */
export interface PlannedLabels {
  labels: number;
  kept: number;
  rejected: number;
  /** Chance of the verdict with exactly these labels. */
  power: number;
}

/** How many labels an audit needs. */
export interface AuditPlan extends PlannedLabels {
  schema: "pstar/audit-plan@1";
  design: AuditDesign;
  classes: number;
  confidence: number;
  goal: "verdict" | "verification" | "both";
  /** What was asked for, or follows from it; null where it does not. */
  assumed: {
    errorRate: number | null;
    phi: number | null;
    psi: number | null;
    breakdown: number | null;
    margin: number | null;
    keptPrecision: number;
    /** Share of correct labels among the rejected rows. */
    rejectedPrecision: number | null;
    keepRate: number | null;
    power: number;
  };
  /** The labels for below or above alone; null where it is not a goal. */
  verdict: (PlannedLabels & { expected: Exclude<AuditVerdict, "inconclusive"> }) | null;
  /** The labels for helps or hurts alone. */
  verification: (PlannedLabels & { expected: Exclude<AuditVerification, "unclear"> }) | null;
  /** The interval of kept precision that such an audit leads one to expect. */
  precisionInterval: Interval;
  warnings: string[];
}

/** {@inheritDoc Pstar.planAudit} */
export function planAudit(_core: Core, _question: AuditPlanQuestion): AuditPlan {
  throw new Error("soon");
}
