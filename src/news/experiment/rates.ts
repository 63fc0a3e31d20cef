/** What a selection does to correct and wrong summaries; null where there are none of the kind. */
export interface NewsRates {
  /** ROUGE-1 F from which a summary counts as correct. */
  threshold: number;
  /** p: the share of wrong summaries among those that could be kept. */
  errorRate: number;
  /** φ: the share of the correct ones that is kept. */
  phi: number | null;
  /** ψ: the share of the wrong ones that is kept. */
  psi: number | null;
  /** p⋆ = φ/(φ+ψ): the kept ones are mostly correct where p is below it. */
  breakdown: number | null;
  /** The share of correct summaries among the kept. */
  precision: number;
}

/** Thresholds at which the rates are given beside the stated one. */
export const SWEEP = [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7] as const;

/** @param kept Places of the summaries that are kept. */
export function ratesAt(threshold: number, rouge1: readonly number[], kept: readonly number[]): NewsRates {
  const isCorrect = (place: number) => rouge1[place] >= threshold;
  const correct = rouge1.filter((value) => value >= threshold).length;
  const wrong = rouge1.length - correct;
  const keptCorrect = kept.filter(isCorrect).length;
  const phi = correct === 0 ? null : keptCorrect / correct;
  const psi = wrong === 0 ? null : (kept.length - keptCorrect) / wrong;
  return {
    threshold,
    errorRate: wrong / rouge1.length,
    phi,
    psi,
    breakdown: phi === null || psi === null || phi + psi === 0 ? null : phi / (phi + psi),
    precision: keptCorrect / kept.length,
  };
}
