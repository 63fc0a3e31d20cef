import { type AuditRecord, auditThresholds } from "../../src/audit.js";
import type { Core } from "../../src/index.js";

// What a statistician would try: audits of files whose truth is known, again and again, and how often the answer is wrong.

/** Uniform numbers in [0, 1): the generator "mulberry32". */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What at most may be wrong of so many, if each is wrong with the nominal chance: three standard errors above it. */
export function mostWrong(nominal: number, of: number): number {
  return of * nominal + 3 * Math.sqrt(of * nominal * (1 - nominal));
}

/**
 * Scores that say nothing of labels of which half are correct: no threshold is below p⋆. How often the held-out labels say
 * so of the recommended one, and by how much they overstate its precision on average.
 */
export function uselessScores(core: Core, audits: number, seed: number): { below: number; bias: number } {
  const uniform = uniforms(seed);
  let below = 0;
  let excess = 0;
  for (let audit = 0; audit < audits; audit++) {
    const records = Array.from({ length: 400 }, (_, i): AuditRecord => {
      const correct = uniform() < 0.5;
      return { correct: i < 90 ? correct : null, score: Math.floor(uniform() * 20) };
    });
    const { recommended } = auditThresholds(core, records, { seed: audit });
    if (recommended?.heldOut.verdict === "below") below++;
    excess += (recommended?.heldOut.keptPrecision.estimate ?? 0.5) - 0.5;
  }
  return { below, bias: excess / audits };
}
