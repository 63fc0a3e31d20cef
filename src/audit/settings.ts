import { betaCdf } from "../core/beta.js";
import type { Core } from "../core/core.js";
import { outOfRange } from "../core/errors.js";
import type { Cells, SlicedCells } from "./cells.js";
import type { ResolvedOptions } from "./options.js";
import { auditReason } from "./reasons.js";
import type { AuditEstimates, AuditResult } from "./result.js";
import { shareInterval } from "./share.js";
import { countedShare, errorOf, KEPT, keptCounted, labelledTwice, rowsTwice } from "./strata.js";

// What an audit says of how its labels came about, beside the estimates.

/** @throws ArgumentError if a method is asked of labels for which it does not hold. */
export function refuseMixture({ all, equalWeights }: SlicedCells, { interval }: ResolvedOptions): void {
  const clustered = all.clusters.size > 0;
  const predicted = [all.strata.kept, all.strata.rejected].some(({ predictions }) => predictions.audited.n > 0);
  const twice = labelledTwice(all);
  if (interval === "betting" && (clustered || predicted || twice || !equalWeights)) {
    throw outOfRange("interval", auditReason("betting-of-independent-labels"), interval);
  }
  if (predicted && (clustered || twice || !equalWeights)) {
    throw outOfRange("predicted", auditReason("predictions-of-independent-labels"), "predictions");
  }
}

/** The clusters of audited rows; null without any. */
export function clustersOf(core: Core, cells: Cells, options: ResolvedOptions): AuditResult["clusters"] {
  const count = cells.clusters.size;
  if (count === 0) return null;
  const labels = cells.keptCorrect.count + cells.keptWrong.count;
  return { count, kept: { labels, effective: countedShare(core, cells, KEPT, options.confidence).n } };
}

/** What two people's labels of the same rows say of how often people err; null without such rows. */
export function annotatorsOf(
  core: Core,
  cells: Cells,
  { confidence, interval }: ResolvedOptions,
): AuditResult["annotators"] {
  if (!labelledTwice(cells)) return null;
  const { kept, rejected } = cells.strata;
  const sum = (label: "correct" | "wrong") => ({
    same: kept.twice[label].same + rejected.twice[label].same,
    other: kept.twice[label].other + rejected.twice[label].other,
  });
  const twice = { correct: sum("correct"), wrong: sum("wrong") };
  const rows = rowsTwice(twice);
  const differ = twice.correct.other + twice.wrong.other;
  return {
    rows,
    disagreement: shareInterval(core, { successes: differ, n: rows }, confidence, interval),
    errorRate: errorOf(twice),
  };
}

/**
 * The chance that more than 1/K of the kept labels are correct, if before any label each share was as likely as
 * Jeffreys' prior says. Null without a label of a kept row, and if people's errors are in the interval.
 */
export function probabilityBelow(core: Core, cells: Cells, options: ResolvedOptions): number | null {
  const { successes, n } = keptCounted(core, cells, options);
  if (n === 0 || labelledTwice(cells)) return null;
  return betaCdf(core, 1 - 1 / options.classes, n - successes + 0.5, successes + 0.5);
}

/**
 * Of how many equally likely wrong answers, at least, the kept labels of an audit that is above at two classes would be
 * below: the fewest m with a > 1/(m + 1) for all of the interval. Null otherwise, and if no number is known to be enough.
 */
export function fewestWrongAnswers(
  { verdict, keptPrecision: { low } }: AuditEstimates,
  classes: number,
): number | null {
  if (verdict !== "above" || classes !== 2 || low <= 0) return null;
  const fewest = Math.floor(1 / low);
  return Number.isSafeInteger(fewest) ? fewest : null;
}
