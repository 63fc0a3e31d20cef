import type { FileAudit } from "./file.js";
import type { AuditEstimates, AuditResult, AuditSlice, Interval } from "./result.js";
import type { AuditFields } from "./row.js";

/** A slice on a card. */
export interface CardSlice
  extends Pick<AuditSlice, "slice" | "errorRate" | "phi" | "psi" | "keptPrecision" | "verdict"> {
  rows: number;
  labels: number;
}

/** What is known of a verifier by an audit, for whoever uses it or its rows. */
export interface VerifierCard
  extends Pick<AuditEstimates, "errorRate" | "phi" | "psi" | "breakdown" | "keptPrecision" | "keepRate">,
    Pick<AuditResult, "verdict" | "verification" | "classes" | "confidence" | "methods"> {
  schema: "pstar/verifier-card@1";
  /** When it was audited, `2026-11-27`; null if nobody has said. */
  date: string | null;
  /** What was judged. */
  source: string;
  /** By which rule a row is kept. */
  rule: { kept: string } | { score: string; threshold: number; recommended: boolean };
  /** What the human's label is. */
  label: Pick<AuditFields, "correct" | "true" | "false" | "missing">;
  /** How the labelled rows were drawn; `weighted` if their weights say so. */
  design: "simple" | "stratified" | "slices" | "weighted";
  counts: AuditEstimates["counts"];
  /** J = φ − ψ, between φ's lower less ψ's upper limit and the reverse: wide enough however φ and ψ depend on one another. */
  youden: Interval;
  slices: CardSlice[];
  /** What a reader should know. */
  notes: string[];
}

/** @param date ISO 8601, such as `2026-11-27`; what is not said is not guessed. */
export function verifierCard(audited: FileAudit, date: string | null = null): VerifierCard {
  const { source, fields, threshold, recommended, result, labels } = audited;
  const { phi, psi } = result;
  const { correct, true: yes, false: no, missing, kept, score = "", weight } = fields;
  const estimate = phi.estimate === null || psi.estimate === null ? null : phi.estimate - psi.estimate;
  return {
    schema: "pstar/verifier-card@1",
    date,
    source,
    rule: kept !== undefined ? { kept } : { score, threshold: threshold ?? Number.NaN, recommended },
    label: {
      correct,
      ...(yes !== undefined && { true: yes }),
      ...(no !== undefined && { false: no }),
      ...(missing !== undefined && { missing }),
    },
    design: labels?.design ?? (weight === undefined ? result.design : "weighted"),
    verdict: result.verdict,
    verification: result.verification,
    counts: result.counts,
    errorRate: result.errorRate,
    phi,
    psi,
    youden: { estimate, low: phi.low - psi.high, high: phi.high - psi.low },
    breakdown: result.breakdown,
    keptPrecision: result.keptPrecision,
    keepRate: result.keepRate,
    slices: result.slices.map(({ slice, errorRate, phi, psi, keptPrecision, verdict, counts }) => ({
      slice,
      rows: counts.rows,
      labels: counts.audited,
      errorRate,
      phi,
      psi,
      keptPrecision,
      verdict,
    })),
    classes: result.classes,
    confidence: result.confidence,
    methods: result.methods,
    notes: result.warnings.map(({ message }) => message),
  };
}
