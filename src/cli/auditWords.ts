import type { AuditEstimates, AuditResult, AuditVerdict, AuditVerification, Interval } from "../audit/result.js";
import { formatNumber } from "../figure/labels.js";

/** A verdict in a word, and why. */
export interface Reasoned {
  word: AuditVerdict | AuditVerification;
  /** Whether it is good news, bad news, or none. */
  tone: "good" | "bad" | "open";
  reason: string;
}

/** One rate of an audit: the letter it has in the field, and what it is in words. */
export interface Rate {
  symbol: string;
  name: string;
  interval: Interval;
}

/** The two verdicts of an audit with their reasons, for somebody who has not met p⋆ yet. */
export function verdictsOf(result: AuditResult): [Reasoned, Reasoned] {
  return [sideOf(result), verificationOf(result)];
}

/** The share of correct labels that as many wrong ones of one class balance: 1/K. */
export function balance(classes: number): number {
  return 1 / classes;
}

function sideOf(result: AuditResult): Reasoned {
  const { verdict, keptPrecision, classes } = result;
  const point = percent(balance(classes));
  const share = `${range(result, keptPrecision)} of the kept labels are correct`;
  if (verdict === "below") {
    return {
      word: verdict,
      tone: "good",
      reason: `${share}, more than the ${point} it takes: p is below p⋆. More such data help.`,
    };
  }
  if (verdict === "above") {
    return {
      word: verdict,
      tone: "bad",
      reason: `${share}, fewer than the ${point} it takes: p is above p⋆. More such data harm: what is trained on them learns the opposite of the truth.`,
    };
  }
  return {
    word: verdict,
    tone: "open",
    reason:
      keptPrecision.estimate === null
        ? "No kept row has a human label: nothing is known of what is trained on."
        : `${share}, and it takes more than ${point}: p may be below p⋆ or above it. These labels do not decide.`,
  };
}

function verificationOf(result: AuditResult): Reasoned {
  const { verification, phi, psi } = result;
  const kept = `It keeps ${range(result, phi)} of the correct labels (φ) and ${range(result, psi)} of the wrong ones (ψ)`;
  if (verification === "helps") {
    return {
      word: verification,
      tone: "good",
      reason: `${kept}: what the verifier keeps is better than what it was given.`,
    };
  }
  if (verification === "hurts") {
    return {
      word: verification,
      tone: "bad",
      reason: `${kept}: what the verifier keeps is worse than rows taken at random.`,
    };
  }
  return { word: verification, tone: "open", reason: `${kept}: these labels do not say which is more.` };
}

/** `87.1 % (82.0 to 91.2 %)`. */
function range({ confidence }: AuditResult, { estimate, low, high }: Interval): string {
  void confidence;
  if (estimate === null) return "an unknown share";
  return `${percent(estimate)} (${(100 * low).toFixed(1)} to ${percent(high)})`;
}

/** The rates of an audit in the order in which they are read. */
export function ratesOf({ errorRate, phi, psi, breakdown, margin, keptPrecision, keepRate }: AuditEstimates): Rate[] {
  return [
    { symbol: "p", name: "labels that are wrong", interval: errorRate },
    { symbol: "φ", name: "correct labels that are kept", interval: phi },
    { symbol: "ψ", name: "wrong labels that are kept", interval: psi },
    { symbol: "p⋆", name: "breakdown point", interval: breakdown },
    { symbol: "p⋆ − p", name: "margin", interval: margin },
    { symbol: "", name: "kept labels that are correct", interval: keptPrecision },
    { symbol: "", name: "rows that are kept", interval: keepRate },
  ];
}

/** How the audited rows were chosen, in words. */
export function designWords({ design }: Pick<AuditResult, "design">): string {
  return design === "stratified"
    ? "audited rows drawn at random within the kept and within the rejected ones"
    : "audited rows drawn at random from all rows";
}

/** `0.214`; with more digits where those would hide that it is not zero. */
export function rate(value: number | null): string {
  if (value === null) return "–";
  return value > 0 && value < 5e-4 ? formatNumber(value, 2) : value.toFixed(3);
}

/** `21.4 %` */
export function percent(share: number | null): string {
  return share === null ? "–" : `${(100 * share).toFixed(1)} %`;
}

/** `0.171 to 0.262` */
export function between({ low, high }: Interval): string {
  return `${rate(low)} to ${rate(high)}`;
}

/** `95 %` */
export function confidenceText({ confidence }: Pick<AuditResult, "confidence">): string {
  return `${formatNumber(100 * confidence, 6)} %`;
}
