import type { Core } from "../core/core.js";
import type { Reason } from "../core/reasons.js";
import { percentRange } from "../model/format.js";
import { checkReason } from "./checkReasons.js";
import type { FileAudit } from "./file.js";
import { nextStep, planFor, slicesAbove } from "./next.js";
import type { CheckResult } from "./result.js";
import { clopperPearson } from "./share.js";

/** Without this many labels, and so many of kept rows, nothing is called safe. */
const FEWEST = { labels: 30, kept: 10 };
/** What a first plan expects of a file of which nothing is known: one label in three is wrong. */
export const EXPECTED = { errorRate: 0.33, phi: 0.8, psi: 0.3 };
/** A third of the labels choose a threshold. */
const JUDGING = 2 / 3;

/** Whether it is safe to train on what is kept, and why. */
export interface Answer {
  answer: CheckResult["answer"];
  reason: Reason;
}

/** What an audit answers, at two classes: the worst case. */
export function answerOf(core: Core, { result, labels: sheet }: FileAudit): Answer {
  const { counts, keptPrecision, confidence, classes } = result;
  const { low, high } = keptPrecision;
  const keptLabels = counts.keptCorrect + counts.keptWrong;
  const share = percentRange(keptPrecision);
  const said = (answer: CheckResult["answer"], reason: Reason): Answer => ({ answer, reason });
  const { skipped = 0, leftOut = 0 } = sheet ?? {};
  const open = skipped + leftOut;
  /** The interval if so many of the rows that nobody has judged were right, and the others wrong. */
  const withOpen = (right: number) =>
    clopperPearson(core, { successes: counts.keptCorrect + right, n: keptLabels + open }, confidence);
  const passedOver = (isRight: boolean) => checkReason("check-skipped", { skipped, leftOut, share, isRight });
  if (counts.kept === 0) return said("unsafe", checkReason("check-none-kept"));
  const highest = open > 0 ? Math.max(high, withOpen(open).high) : high;
  if (high < 0.5 && highest >= 0.5 && keptLabels >= FEWEST.kept) return said("undecided", passedOver(false));
  if (highest < 1 / classes && keptLabels >= FEWEST.kept) {
    return said("unsafe", checkReason("check-mostly-wrong", { share, labels: keptLabels }));
  }
  if (high < 0.5 && keptLabels >= FEWEST.kept) {
    // with the wrong answers spread over enough others, each of them would still be outvoted
    if (classes > 2) return said("undecided", checkReason("check-classes-decide", { share, classes }));
    return said("unsafe", checkReason("check-mostly-wrong", { share, labels: keptLabels }));
  }
  if (low > 0.5) {
    const above = slicesAbove(result);
    if (above.length > 0) return said("unsafe", checkReason("check-slices-wrong", { slices: above }));
    if (counts.audited < FEWEST.labels || keptLabels < FEWEST.kept) {
      return said(
        "undecided",
        checkReason("check-few-labels", { labels: counts.audited, kept: keptLabels, ...needs() }),
      );
    }
    if (open > 0 && withOpen(0).low <= 0.5) return said("undecided", passedOver(true));
    return said("safe", checkReason("check-mostly-right", { share, labels: keptLabels }));
  }
  if (keptLabels === 0) return said("undecided", checkReason("check-none-kept-labelled"));
  return said("undecided", checkReason("check-open", { share, labels: keptLabels }));
}

function needs() {
  return { least: FEWEST.labels, leastKept: FEWEST.kept };
}

/** Labels beyond those that there are; null if none would probably do. */
export function labelsToDraw(core: Core, { result, recommended, labels: sheet }: FileAudit): number | null {
  const { counts } = result;
  const keptLabels = counts.keptCorrect + counts.keptWrong;
  const open = counts.rows - counts.audited;
  const atLeast = Math.max(FEWEST.labels - counts.audited, 2 * (FEWEST.kept - keptLabels), 0);
  if (result.keptPrecision.low > 0.5) {
    const again = atLeast > 0 ? atLeast : 2 * ((sheet?.skipped ?? 0) + (sheet?.leftOut ?? 0));
    return again === 0 || again > open ? null : again;
  }
  const design = sheet?.design === "simple" || recommended ? "simple" : "stratified";
  const step = nextStep(core, { ...result, classes: 2, verdict: "inconclusive" }, design);
  if (step?.kind !== "more-labels") return atLeast > 0 && atLeast <= open ? atLeast : null;
  const more = recommended ? Math.ceil(step.more.labels / JUDGING) : step.more.labels;
  // half of those that are drawn are kept rows, whatever the plan would rather have
  const wanted = step.more.of === null ? more : 2 * Math.max(step.more.of.kept, step.more.of.rejected);
  const needed = Math.max(wanted, atLeast);
  return needed > open ? null : needed;
}

/** Labels that would probably decide on a file of which nothing is known. @param open Whether some of them choose a threshold. */
export function firstLabels(core: Core, open: boolean): number {
  const { labels } = planFor(core, { ...EXPECTED, classes: 2, design: open ? "simple" : "stratified" });
  return Math.max(FEWEST.labels, open ? Math.ceil(labels / JUDGING) : labels);
}
