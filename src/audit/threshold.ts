import type { Core } from "../core/core.js";
import type { AuditOptions } from "./options.js";
import type { AuditDesign, AuditRecord, Interval } from "./result.js";

/** How thresholds are judged. */
export interface ThresholdOptions extends AuditOptions {
  /** Of the bootstrap, an integer in [0, 2^53) (0). */
  seed?: number;
  /** Dimension d of the Gaussian model (50). */
  dim?: number;
  /** Its signal-to-noise r (1.5). */
  meanNorm?: number;
  /** Rows of synthetic data N in the model; left out: the rows of the file. */
  samples?: number;
}

/** One threshold: rows of at least this score are kept. */
export interface ThresholdPoint {
  threshold: number;
  /** Share of all rows that it keeps: counted, not estimated. */
  keepRate: number;
  phi: Interval;
  psi: Interval;
  breakdown: Interval;
  keptPrecision: Interval;
  /** Of the Gaussian model at the estimates; null where it has none. */
  accuracy: number | null;
}

/** The thresholds of a score, from the smallest (keeps every row) to the largest, and the best one of the model. */
export interface AuditThresholds {
  schema: "pstar/audit-thresholds@1";
  design: AuditDesign;
  classes: number;
  confidence: number;
  seed: number;
  /** The Gaussian model that the accuracies are of. */
  model: { dim: number; meanNorm: number; samples: number; learner: "ridge"; lambda: number };
  rows: number;
  audited: number;
  errorRate: Interval;
  points: ThresholdPoint[];
  /** The threshold of the largest accuracy, with bootstrap intervals; null where no accuracy can be had. */
  recommended: { threshold: Interval; keepRate: Interval; accuracy: number } | null;
  methods: Record<string, string>;
  warnings: string[];
}

/** Gathers scored rows one by one: eight bytes a row, and the audited ones. */
export class ThresholdTally {
  constructor(_options?: ThresholdOptions) {}
  add(_record: AuditRecord): void {}
  result(_core: Core): AuditThresholds {
    throw new Error("soon");
  }
}
