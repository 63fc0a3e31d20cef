import type { FileAudit } from "../../audit/file.js";
import type { Interval } from "../../audit/result.js";
import { exactNumber, formatNumber } from "../../model/format.js";
import { percent } from "./words.js";

/** What the curve of a score says: the recommended threshold, by what model, and how far to trust it. */
export function thresholdSentences({ thresholds, threshold, recommended: taken }: FileAudit): string[] {
  if (thresholds === null) return [];
  const { recommended, model } = thresholds;
  if (recommended === null || model === null) return ["No threshold can be recommended from these labels."];
  const { threshold: best, keepRate, accuracy, heldOut } = recommended;
  const place = `${best.estimate === null ? "–" : exactNumber(best.estimate)} (${exactRange(best)})`;
  const share = `${percent(keepRate.estimate)} (${range(keepRate, 100)} %)`;
  const learner = `a ridge learner on N = ${formatNumber(model.samples)} rows of d = ${formatNumber(model.dim)} dimensions and r = ${formatNumber(model.meanNorm)}`;
  const [chose, judge] = [labelsOf(heldOut.chosenBy), labelsOf(heldOut.n)];
  const foretold =
    accuracy === null
      ? ""
      : ` In the Gaussian model it gives ${learner} an accuracy of ${accuracy.toFixed(3)}, at the rates of the labels that judge it: a model, no promise.`;
  return [
    `Recommended: a threshold of ${place}, which keeps ${share} of the rows: the best of all thresholds by ${chose}, drawn by lot; ${judge} judge it.${foretold}`,
    ...(taken
      ? []
      : [`All else here is at the threshold ${threshold === null ? "–" : exactNumber(threshold)}, as asked.`]),
  ];
}

function labelsOf(count: number): string {
  return count === 1 ? "1 label" : `${formatNumber(count, 15)} labels`;
}

function exactRange({ low, high }: Interval): string {
  return `${exactNumber(low)} to ${exactNumber(high)}`;
}

function range({ low, high }: Interval, times = 1): string {
  return `${number(times * low)} to ${number(times * high)}`;
}

function number(value: number | null): string {
  return value === null ? "–" : formatNumber(value, 3);
}
