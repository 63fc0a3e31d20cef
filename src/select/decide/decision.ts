/** What becomes of a row. */
export const Decision = {
  kept: 0,
  malformed: 1,
  noScore: 2,
  duplicate: 3,
  notBest: 4,
  threshold: 5,
  share: 6,
  /** Not decided yet. */
  open: 7,
} as const;

const reasons = ["", "", "no-score", "duplicate", "not-best", "threshold", "share"];

/** Why a row is rejected, as files say it. */
export function reasonOf(decision: number): string {
  return reasons[decision];
}
