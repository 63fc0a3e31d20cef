import type { AuditReason } from "./reasons.js";

/** An estimate and its confidence interval. */
export interface Interval {
  /** Null where no audited row could tell, as φ without a correct row. */
  estimate: number | null;
  /** With no row that could tell, the whole range of the quantity. */
  low: number;
  high: number;
}

/** How the audited rows were chosen: at random from all rows, or at random within the kept and within the rejected ones. */
export type AuditDesign = "simple" | "stratified";

/** How the rows of a label sheet were drawn: of the kept and of the rejected ones; of all rows; of both in each slice. */
export const sheetDesigns = ["stratified", "simple", "slices"] as const;
export type SheetDesign = (typeof sheetDesigns)[number];

/** Whether p is below p⋆: whether more than 1/K of the kept labels are correct, so that they outweigh each wrong class. */
export type AuditVerdict = "below" | "above" | "inconclusive";

/** Whether the verifier is better than none. */
export type AuditVerification = "better" | "worse" | "inconclusive";

/** Rows read, and the audited ones by verdict and label. */
export interface AuditCounts {
  rows: number;
  /** Rows that the verifier keeps, audited or not. */
  kept: number;
  rejected: number;
  audited: number;
  keptCorrect: number;
  keptWrong: number;
  rejectedCorrect: number;
  rejectedWrong: number;
}

/** What an audit says of a file, or of a slice of it. */
export interface AuditEstimates {
  /** p, the share of wrong labels before verification. */
  errorRate: Interval;
  /** φ, the share of correct labels that the verifier keeps. */
  phi: Interval;
  /** ψ, the share of wrong labels that it keeps. */
  psi: Interval;
  /** p⋆. */
  breakdown: Interval;
  /** The share of correct labels among the kept rows. */
  keptPrecision: Interval;
  keepRate: Interval;
  /** p⋆ − p: positive where more data help. */
  margin: Interval;
  verdict: AuditVerdict;
  verification: AuditVerification;
  counts: AuditCounts;
}

/** One value of the field that an audit is sliced by. */
export interface AuditSlice extends AuditEstimates {
  slice: string;
  /** Names the rates that differ from those of the other slices beyond chance. */
  differs: ("errorRate" | "phi" | "psi")[];
}

/** A whole audit; its settings are enough to run it again. */
export interface AuditResult extends AuditEstimates {
  schema: "pstar/audit@1";
  design: AuditDesign;
  /** Number of classes K; wrong labels are taken as uniform over the K − 1 others. */
  classes: number;
  /** Of each interval, such as 0.95. */
  confidence: number;
  /** How each interval was made, in words. */
  methods: Record<string, string>;
  slices: AuditSlice[];
  /** What a reader should know; each has its sentence in `message`. */
  warnings: AuditReason[];
}

/** One row of a file as an audit sees it. */
export interface AuditRecord {
  /** The human's label, or null where the row was not audited. */
  correct: boolean | null;
  /** The verifier's decision; or left out, where `score` decides. */
  kept?: boolean;
  score?: number;
  /** Design weight, the inverse of the chance to be audited; above 0. Left out: 1. */
  weight?: number;
  slice?: string;
  /** What rows that are not independent of one another have in common, such as their prompt. Left out: nothing. */
  cluster?: string;
}
