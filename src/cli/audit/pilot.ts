import type { AuditPlan, AuditPlanQuestion } from "../../audit/plan.js";
import type { AuditResult, AuditVerdict, AuditVerification, Interval } from "../../audit/result.js";
import { ArgumentError } from "../../core/errors.js";
import type { Pstar } from "../../index.js";

/** A file that was audited in part, from which a plan takes its rates. */
export interface Pilot {
  /** Labels that there are, of kept and of rejected rows. */
  kept: number;
  rejected: number;
  /** What they say already. */
  verdict: AuditVerdict;
  verification: AuditVerification;
  keptPrecision: Interval;
  rates: { errorRate: number; phi: number; psi: number };
}

/** What an audit says to a plan; or of which rows there is no label, so that it says nothing. */
export function pilotOf({ counts, errorRate, phi, psi, ...result }: AuditResult): Pilot | "kept" | "rejected" {
  const kept = counts.keptCorrect + counts.keptWrong;
  const rejected = counts.rejectedCorrect + counts.rejectedWrong;
  if (kept === 0) return "kept";
  const { verdict, verification, keptPrecision } = result;
  const about = { kept, rejected, verdict, verification, keptPrecision };
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
 * @throws ArgumentError where nothing can be planned, as p is p⋆.
 */
export function planFor(pstar: Pstar, question: AuditPlanQuestion): AuditPlan {
  try {
    return pstar.planAudit(question);
  } catch (error) {
    // kept and rejected rows too much alike to be told apart: there is the other question still
    if (!(error instanceof ArgumentError) || error.field !== "the plan" || question.goal !== undefined) throw error;
    return pstar.planAudit({ ...question, goal: "verdict" });
  }
}

/** Labels that a plan asks for beyond those that there are. */
export interface MoreLabels {
  labels: number;
  /** Null where rows are drawn at random from all. */
  of: { kept: number; rejected: number } | null;
}

/** A random sample of all rows is one of the kept and one of the rejected rows too, so its labels count. */
export function moreLabels({ labels, kept, rejected, design }: AuditPlan, pilot: Pilot): MoreLabels {
  if (design === "simple") return { labels: Math.max(0, labels - pilot.kept - pilot.rejected), of: null };
  const of = { kept: Math.max(0, kept - pilot.kept), rejected: Math.max(0, rejected - pilot.rejected) };
  return { labels: of.kept + of.rejected, of };
}
