import type { FileAudit } from "./file.js";
import type { VerifierCard } from "./result.js";

/** @param date ISO 8601, such as `2026-11-27`; what is not said is not guessed. */
export function verifierCard(audited: FileAudit, date: string | null = null): VerifierCard {
  const { source, fields, threshold, recommended, result, labels } = audited;
  const { phi, psi } = result;
  const { correct, true: yes, false: no, missing, kept, score = "", weight } = fields;
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
    youden: result.youden,
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
