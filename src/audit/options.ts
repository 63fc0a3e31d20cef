import { outOfRange } from "../core/errors.js";
import { rule } from "../core/reasons.js";
import { auditReason } from "./reasons.js";

export const auditDesigns = ["simple", "stratified"] as const;
/** How the audited rows were chosen: at random from all rows, or at random within the kept and within the rejected ones. */
export type AuditDesign = (typeof auditDesigns)[number];

/** How the interval of a share is made. `betting` holds at every time: labels may be looked at after each of them. */
export const intervalMethods = ["clopper-pearson", "wilson", "jeffreys", "mid-p", "betting"] as const;
export type IntervalMethod = (typeof intervalMethods)[number];

/** How the verdicts of many slices are kept from being wrong by chance. */
export const adjustments = ["holm", "benjamini-hochberg"] as const;
export type Adjustment = (typeof adjustments)[number];

/** How several verifiers are joined into one: a row is kept if all keep it, if any does, or if more than half of them do. */
export const joinedRules = ["all", "any", "majority"] as const;
export type JoinedRule = (typeof joinedRules)[number];

/** How the rows of a label sheet were drawn: of the kept and of the rejected ones; of all rows; of both in each slice. */
export const sheetDesigns = ["stratified", "simple", "slices"] as const;
export type SheetDesign = (typeof sheetDesigns)[number];

/** How the rows of an audit were chosen, and what is asked of it. */
export interface AuditOptions {
  /** `simple` (the default): audited rows are a random sample of all rows; `stratified`: of the kept, and of the rejected ones. */
  design?: AuditDesign;
  /** Number of classes K ≥ 2 (2). */
  classes?: number;
  /** Of each interval, in [0.5, 0.9999] (0.95). */
  confidence?: number;
  /** Rows whose score is at least this are kept; needed if records carry a score and no decision. */
  threshold?: number;
  /** How the interval of a share is made (`clopper-pearson`). `betting` holds however often the labels are looked at. */
  interval?: IntervalMethod;
  /** Whether the rows of the file are all that is asked about, and no sample of more such rows (false). */
  finitePopulation?: boolean;
  /**
   * How the verdicts of slices are adjusted, as they are many: `holm` (the default) keeps the chance of any wrong one at
   * 1 − confidence, `benjamini-hochberg` the expected share of wrong ones among those that are given.
   */
  adjust?: Adjustment;
  /** Whether to say the chance of below as well, by Jeffreys' prior (false). */
  probability?: boolean;
}

/** Options with their defaults. */
export interface ResolvedOptions {
  design: AuditDesign;
  classes: number;
  confidence: number;
  threshold: number | null;
  interval: IntervalMethod;
  finitePopulation: boolean;
  adjust: Adjustment;
  probability: boolean;
}

/** @throws ArgumentError if an option is out of its range. */
export function resolveOptions(options: AuditOptions = {}): ResolvedOptions {
  const { design = "simple", classes = 2, confidence = 0.95, threshold = null } = options;
  const { interval = "clopper-pearson", finitePopulation = false, adjust = "holm", probability = false } = options;
  if (design !== "simple" && design !== "stratified")
    throw outOfRange("design", auditReason("simple-or-stratified"), design);
  requireClasses(classes);
  requireConfidence(confidence);
  if (threshold !== null && !Number.isFinite(threshold)) {
    throw outOfRange("threshold", rule("a-finite-number"), threshold);
  }
  requireOneOf("interval", intervalMethods, interval);
  requireOneOf("adjust", adjustments, adjust);
  for (const [name, value] of Object.entries({ finitePopulation, probability })) {
    if (typeof value !== "boolean") throw outOfRange(name, rule("true-or-false"), value);
  }
  return { design, classes, confidence, threshold, interval, finitePopulation, adjust, probability };
}

function requireOneOf(field: string, values: readonly string[], value: string): void {
  if (!values.includes(value)) throw outOfRange(field, rule("one-of", { values }), value);
}

export function requireClasses(classes: number): void {
  if (!Number.isSafeInteger(classes) || classes < 2)
    throw outOfRange("classes", rule("an-integer", { low: 2 }), classes);
}

export function requireConfidence(confidence: number): void {
  if (confidence >= 0.5 && confidence <= 0.9999) return;
  throw outOfRange("confidence", rule("in-interval", { low: 0.5, high: 0.9999 }), confidence);
}
