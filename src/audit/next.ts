import type { Core } from "../core/core.js";
import { ArgumentError } from "../core/errors.js";
import { type AuditPlanQuestion, planAudit } from "./plan.js";
import type { AuditDesign, AuditPlan, AuditResult, AuditVerdict, AuditVerification, Interval } from "./result.js";

/** A file that was audited in part, from which a plan takes its rates. */
export interface Pilot {
  /** Labels that there are, of kept and of rejected rows. */
  kept: number;
  rejected: number;
  /** What they say already. */
  verdict: AuditVerdict;
  verification: AuditVerification;
  keptPrecision: Interval;
  /** Labels that tell as much as one of another cluster, 1 without clusters. */
  alike: number;
  /** Whether people's errors are in the intervals, which labels by one of them do not make narrower. */
  twice: boolean;
  rates: { errorRate: number; phi: number; psi: number };
}

/** What an audit says to a plan; or of which rows there is no label, so that it says nothing. */
export function pilotOf({ counts, errorRate, phi, psi, ...result }: AuditResult): Pilot | "kept" | "rejected" {
  const kept = counts.keptCorrect + counts.keptWrong;
  const rejected = counts.rejectedCorrect + counts.rejectedWrong;
  if (kept === 0) return "kept";
  const { verdict, verification, keptPrecision } = result;
  const { clusters, annotators } = result;
  const alike = clusters === null ? 1 : Math.max(1, clusters.kept.labels / clusters.kept.effective);
  const about = { kept, rejected, verdict, verification, keptPrecision, alike, twice: annotators !== null };
  const k = counts.kept / counts.rows;
  const right = k * drawn(keptPrecision.estimate ?? 0.5, kept);
  if (k === 1) return { ...about, rates: { errorRate: 1 - right, phi: 1, psi: 1 } };
  if (rejected === 0) return "rejected";
  const left = (1 - k) * drawn(rejectedPrecision(errorRate, phi, psi), rejected);
  const correct = right + left;
  return { ...about, rates: { errorRate: 1 - correct, phi: right / correct, psi: (k - right) / (1 - correct) } };
}

/** A share of n labels as if one correct and one wrong row were added: six good ones are no sign that none is bad. */
function drawn(share: number, n: number): number {
  return (share * n + 1) / (n + 2);
}

/** The estimates weigh the rows where the rows have weights. A rate without an estimate is one of labels that are not there. */
function rejectedPrecision(errorRate: Interval, phi: Interval, psi: Interval): number {
  const p = errorRate.estimate ?? 0;
  const correct = (1 - p) * (1 - (phi.estimate ?? 1));
  const wrong = p * (1 - (psi.estimate ?? 1));
  return correct / (correct + wrong);
}

/**
 * The plan by which both `--plan` and the hint of an audit say how many labels more.
 *
 * @throws ArgumentError if nothing can be planned, as p is p⋆.
 */
export function planFor(core: Core, question: AuditPlanQuestion): AuditPlan {
  try {
    return planAudit(core, question);
  } catch (error) {
    // kept and rejected rows too much alike to be told apart: there is the other question still
    if (!(error instanceof ArgumentError) || error.field !== "the plan" || question.goal !== undefined) throw error;
    return planAudit(core, { ...question, goal: "verdict" });
  }
}

/** Labels that a plan asks for beyond those that there are. */
export interface MoreLabels {
  labels: number;
  /** Null if rows are drawn at random from all. */
  of: { kept: number; rejected: number } | null;
}

/** A random sample of all rows is one of the kept and one of the rejected rows too, so its labels count. */
export function moreLabels(
  { labels, kept, rejected, design }: AuditPlan,
  pilot: Pick<Pilot, "kept" | "rejected">,
): MoreLabels {
  if (design === "simple") return { labels: Math.max(0, labels - pilot.kept - pilot.rejected), of: null };
  const of = { kept: Math.max(0, kept - pilot.kept), rejected: Math.max(0, rejected - pilot.rejected) };
  return { labels: of.kept + of.rejected, of };
}

/** What follows from an audit. */
export type NextStep =
  /** So many more labels would probably decide; `left` are the rows without a label, if they are too few. */
  | { kind: "more-labels"; more: MoreLabels; left: { kept: number; rejected: number } | null; ofClusters: boolean }
  /** All rows together are below, and these slices are above: they are better left out, or judged by another verifier. */
  | { kind: "leave-out"; slices: string[] }
  /** All rows together are above: they would be below with ψ under this bound, at their p and φ. */
  | { kind: "lower-psi"; bound: number }
  /** The kept rows are good enough, and rows taken at random would be better. */
  | { kind: "drop-verifier" };

/** What to do after an audit; undefined if nothing is to be done, or nothing can be said. @param design Of the labels to come. */
export function nextStep(core: Core, result: AuditResult, design?: AuditDesign): NextStep | undefined {
  const { verdict, verification } = result;
  if (verdict === "inconclusive") return labelsToDecide(core, result, design);
  if (verdict === "above") return lowerPsi(result);
  const slices = slicesAbove(result);
  if (slices.length > 0) return { kind: "leave-out", slices };
  return verification === "worse" ? { kind: "drop-verifier" } : undefined;
}

/** The names of the slices in which most kept labels are wrong, by their adjusted verdicts. */
export function slicesAbove({ slices }: AuditResult): string[] {
  return slices.filter(({ adjusted }) => adjusted === "above").map(({ slice }) => slice);
}

function labelsToDecide(core: Core, result: AuditResult, design?: AuditDesign): NextStep | undefined {
  const { classes, confidence } = result;
  const pilot = pilotOf(result);
  if (typeof pilot === "string") return undefined; // a warning says which rows have no label
  if (pilot.twice) return undefined;
  try {
    const plan = planFor(core, { ...pilot.rates, classes, confidence, ...(design !== undefined && { design }) });
    if (plan.verdict === null) return undefined;
    const [kept, rejected] = [pilot.kept, pilot.rejected].map((labels) => Math.floor(labels / pilot.alike));
    const more = moreLabels(plan, { kept: kept ?? 0, rejected: rejected ?? 0 });
    if (more.labels === 0) return undefined;
    const { counts } = result;
    const left = { kept: counts.kept - pilot.kept, rejected: counts.rejected - pilot.rejected };
    const isEnough = more.of === null ? more.labels <= left.kept + left.rejected : isWithin(more.of, left);
    return { kind: "more-labels", more, left: isEnough ? null : left, ofClusters: result.clusters !== null };
  } catch (error) {
    if (error instanceof ArgumentError) return undefined; // rates for which nothing can be planned, such as p = p⋆
    throw error;
  }
}

function isWithin(of: { kept: number; rejected: number }, left: { kept: number; rejected: number }): boolean {
  return of.kept <= left.kept && of.rejected <= left.rejected;
}

function lowerPsi({ errorRate, phi, classes }: AuditResult): NextStep | undefined {
  const p = errorRate.estimate;
  if (p === null || p === 0 || phi.estimate === null) return undefined;
  const bound = ((classes - 1) * phi.estimate * (1 - p)) / p;
  return bound > 0 ? { kind: "lower-psi", bound } : undefined;
}
