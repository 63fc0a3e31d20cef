import type { AuditReason } from "./reasons.js";

/** How the interval of a share is made. `betting` holds at every time: labels may be looked at after each of them. */
export const intervalMethods = ["clopper-pearson", "wilson", "jeffreys", "mid-p", "betting"] as const;
export type IntervalMethod = (typeof intervalMethods)[number];

/** How the verdicts of many slices are kept from being wrong by chance. */
export const adjustments = ["holm", "benjamini-hochberg"] as const;
export type Adjustment = (typeof adjustments)[number];

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

/**
 * How many rows with correct labels only would leave a learner (the class mean) as far from the truth: n·((Ka − 1)/(K − 1))²
 * for n rows of which a share a is correct; below 0 if they teach the opposite. More are worth more only by this count, which
 * holds if errors depend on nothing but chance.
 */
export interface AuditWorth {
  /** Of the kept rows. */
  kept: Interval;
  /** Of all rows. */
  unselected: Interval;
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
  /** p⋆ − p: above 0 if most of the kept labels are correct (of K classes, more than 1/K). */
  margin: Interval;
  /** Youden's J = φ − ψ, in [−1, 1]: above 0 if the verifier keeps correct labels more often than wrong ones. */
  youden: Interval;
  /** The verifier's gain: the share of correct labels among the kept rows less that among all rows. */
  gain: Interval;
  /** What the rows are worth in clean ones. */
  worth: AuditWorth;
  verdict: AuditVerdict;
  verification: AuditVerification;
  counts: AuditCounts;
}

/** One value of the field that an audit is sliced by. */
export interface AuditSlice extends AuditEstimates {
  slice: string;
  /** The verdict, adjusted for the number of slices; the one to act on. */
  adjusted: AuditVerdict;
  /** What is adjusted: the smallest level at which this slice, one of many, has a verdict. */
  pValue: number;
  /** Names the rates that differ from those of the other slices beyond chance. */
  differs: ("errorRate" | "phi" | "psi")[];
}

/** One class of the kept rows. */
export interface ClassResult {
  class: string;
  /** Share of the class among all rows with a human's class. */
  share: number;
  /** Labelled kept rows that are truly of this class, by the label that the data give them. */
  labels: Record<string, number>;
  /**
   * `below`: each wrong label of this class is rarer than the correct one, so that a learner of enough rows gets it right;
   * `above`: some wrong label is more frequent.
   */
  verdict: AuditVerdict;
  /** The wrong label that is most frequent, and the share of correct ones among the rows of either; null without any. */
  rival: { label: string; correct: Interval } | null;
}

/** What true classes and labels say of the kept rows. */
export interface ClassResults {
  classes: ClassResult[];
  /** Share of rows whose class survives: that of the classes below, to that of all that are not above. */
  accuracyLimit: { low: number; high: number };
  /**
   * Whether wrong labels are uniform over the other classes: Pearson's X², and its p-value by random draws; null with
   * fewer than three classes, or without a wrong label.
   */
  uniform: { statistic: number; pValue: number; draws: number } | null;
}

/** A whole audit; its settings are enough to run it again. */
export interface AuditResult extends AuditEstimates {
  schema: "pstar/audit@1";
  design: AuditDesign;
  /** Number of classes K; wrong labels are taken as uniform over the K − 1 others. */
  classes: number;
  /** Of each interval, such as 0.95. */
  confidence: number;
  intervals: {
    /** How the interval of a share is made; all others are made from those. */
    method: IntervalMethod;
    /** Whether the rows of the file are all that is asked about. */
    finitePopulation: boolean;
  };
  /** Rows that are not independent: clusters with audited rows, and what the labels of kept rows are worth. Null: none. */
  clusters: { count: number; kept: { labels: number; effective: number } } | null;
  /** Rows that two people labelled: the share on which they differ, and how often one errs if both err alike. Null: none. */
  annotators: { rows: number; disagreement: Interval; errorRate: number | null } | null;
  /** The chance of below by Jeffreys' prior, if it was asked for. */
  probabilityBelow: number | null;
  /** Of an audit that is above at two classes: from so many equally likely wrong answers on it would be below. */
  fewestWrongAnswers: number | null;
  /** Verdicts by class, if true classes and labels are known; null otherwise. */
  confusion: ClassResults | null;
  /** How the verdicts of slices were adjusted; null without slices. */
  adjustment: Adjustment | null;
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
  /** The label that a second person gave to an audited row, without knowing the first one. */
  second?: boolean | null;
  /** A prediction of whether the label is correct, on any scale; best on rows without a label too. */
  predicted?: number;
  /** The class that a human found, and the one that the data say. */
  truth?: string;
  label?: string;
  /** The answer, to see how much wrong ones agree. */
  answer?: string;
}
