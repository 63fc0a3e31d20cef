import type { FileAudit } from "../../audit/file.js";
import { slicesAbove } from "../../audit/next.js";
import type {
  AuditCounts,
  AuditEstimates,
  AuditResult,
  AuditSlice,
  AuditVerdict,
  AuditVerification,
  ClassResults,
  Interval,
  WrongAnswersResult,
} from "../../audit/result.js";
import { exactNumber, formatNumber, percent, percentRange, shortPercent } from "../../model/format.js";
import { guessText } from "../rows.js";
import { cut, oneLine } from "../terminal/format.js";

/** Slices that a sentence names, and how much of each. */
const NAMED = 5;
const LONGEST_NAME = 40;

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

/** The two verdicts of an audit with their reasons, for a reader to whom p⋆ is new. */
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
  const share = `${percentRange(keptPrecision)} of the kept labels are correct`;
  if (verdict === "below") {
    return {
      word: verdict,
      tone: "good",
      reason: `${share}, more than the ${point} it takes: p is below p⋆${caveat(result)}. ${outweigh(result, "correct", "wrong")}`,
    };
  }
  if (verdict === "above") {
    return {
      word: verdict,
      tone: "bad",
      reason: `${share}, fewer than the ${point} it takes: p is above p⋆. ${outweigh(result, "wrong", "correct")}${fewest(result)}`,
    };
  }
  return {
    word: verdict,
    tone: "open",
    reason:
      keptPrecision.estimate === null
        ? "No kept row has a human label, so it is not known how many of the kept labels are correct."
        : `${share}, and it takes more than ${point}: p may be below p⋆ or above it. These labels do not decide.`,
  };
}

function outweigh({ classes }: AuditResult, heavy: string, light: string): string {
  const assumed = classes === 2 ? "" : `, if wrong labels are uniform over the ${formatNumber(classes - 1)} others`;
  return `The ${heavy} labels among them outweigh the ${light} ones${assumed}.`;
}

/** Two classes are the worst case: all wrong answers agree. */
function fewest({ fewestWrongAnswers: fewest }: AuditResult): string {
  if (fewest === null) return "";
  return ` That is if all wrong answers agree: with ${formatNumber(fewest)} or more equally likely wrong answers to each question p would be below.`;
}

/** A good average hides what it is made of. */
function caveat(result: AuditResult): string {
  const above = slicesAbove(result);
  return above.length === 0 ? "" : ` on the whole, but not in ${named(above)}`;
}

/** `"product"`, `"product" and "sum"`; of many, some. */
export function named(slices: readonly string[]): string {
  const shown = slices.slice(0, NAMED).map((slice) => JSON.stringify(cut(oneLine(slice), LONGEST_NAME)));
  const rest = slices.length - shown.length;
  const parts = rest > 0 ? [...shown, `${formatNumber(rest)} more slices`] : shown;
  const last = parts.pop() as string;
  return parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
}

function verificationOf(result: AuditResult): Reasoned {
  const { verification, phi, psi } = result;
  const kept = `It keeps ${percentRange(phi)} of the correct labels (φ) and ${percentRange(psi)} of the wrong ones (ψ)`;
  if (verification === "better") {
    return {
      word: verification,
      tone: "good",
      reason: `${kept}: what it keeps is correct more often than rows taken at random.`,
    };
  }
  if (verification === "worse") {
    return {
      word: verification,
      tone: "bad",
      reason: `${kept}: what it keeps is correct less often than rows taken at random.`,
    };
  }
  return { word: verification, tone: "open", reason: `${kept}. These labels do not show which share is larger.` };
}

/** The rates of an audit in the order in which they are read. */
export function ratesOf(result: AuditEstimates): Rate[] {
  const { errorRate, phi, psi, breakdown, margin, keptPrecision, keepRate, youden, gain } = result;
  return [
    { symbol: "p", name: "wrong labels", interval: errorRate },
    { symbol: "φ", name: "correct labels kept", interval: phi },
    { symbol: "ψ", name: "wrong labels kept", interval: psi },
    { symbol: "p⋆", name: "breakdown point", interval: breakdown },
    { symbol: "p⋆ − p", name: "margin", interval: margin },
    { symbol: "", name: "kept labels correct", interval: keptPrecision },
    { symbol: "", name: "rows kept", interval: keepRate },
    { symbol: "J", name: "φ − ψ (Youden)", interval: youden },
    { symbol: "", name: "verifier's gain", interval: gain },
  ];
}

/** An interval on the axis from 0 to 1, and the value that it is to be held against. */
export interface Pictured {
  name: string;
  interval: Interval;
  against: number | null;
}

/** What the verdict is read from: p and p⋆ against each other, the kept labels against one half (1/K). */
export function pictured({ errorRate, breakdown, keptPrecision, classes }: AuditResult): Pictured[] {
  return [
    { name: "p", interval: errorRate, against: breakdown.estimate },
    { name: "p⋆", interval: breakdown, against: errorRate.estimate },
    { name: "kept correct", interval: keptPrecision, against: balance(classes) },
  ];
}

/** What the audit is of: the file, its labels, how they were chosen, and how sure the intervals are. */
export function headline(audited: FileAudit): string {
  const { result, fields, threshold, unreadable, guessed = [], shape, calibration } = audited;
  const { counts, classes, design, clusters, intervals, confusion } = result;
  const unused = unreadable.count;
  const flags = guessed.map((role) => [role, String(fields[role as "kept"])] as const);
  const found = guessText(shape, flags);
  const parts = [
    ...(found === "" ? [] : [flags.length === 0 ? found : `${found} (guessed)`]),
    `${formatNumber(counts.rows, 15)} rows`,
    ...(unused === 0 ? [] : [`${formatNumber(unused, 15)} more that could not be used`]),
    calibration === undefined
      ? `${formatNumber(counts.audited, 15)} with a human label, drawn at random ${design === "stratified" ? "within the kept and within the rejected ones" : "from all"}`
      : "none of their labels used",
    ...(threshold === null ? [] : [`kept where ${fields.score} ≥ ${exactNumber(threshold)}`]),
    classes === 2
      ? "2 classes: the worst case, in which all wrong answers agree"
      : `${formatNumber(classes)} classes, with uniform wrong labels ${confusion === null ? "as an assumption" : "for the verdict of the whole"}`,
    ...(clusters === null ? [] : [`${formatNumber(clusters.count, 15)} clusters`]),
    ...(intervals.method === "clopper-pearson" ? [] : [`${intervals.method} intervals`]),
    `intervals of ${shortPercent(result.confidence)} confidence`,
  ];
  return parts.join("; ");
}

/** The headings of the table of counts. */
export const COUNT_HEADS = ["", "rows", "audited", "correct", "wrong"];

/** Kept, rejected and all rows under those headings. */
export function countRows(counts: AuditCounts): string[][] {
  const { kept, rejected, rows, keptCorrect, keptWrong, rejectedCorrect, rejectedWrong } = counts;
  const numbers: [name: string, ...counts: number[]][] = [
    ["kept", kept, keptCorrect + keptWrong, keptCorrect, keptWrong],
    ["rejected", rejected, rejectedCorrect + rejectedWrong, rejectedCorrect, rejectedWrong],
    ["all", rows, counts.audited, keptCorrect + rejectedCorrect, keptWrong + rejectedWrong],
  ];
  return numbers.map(([name, ...counts]) => [name, ...counts.map((count) => formatNumber(count, 15))]);
}

/** The headings of the table of rates. */
export function rateHeads(result: AuditResult): string[] {
  return ["", "rate", "estimate", `${shortPercent(result.confidence)} interval`];
}

/** The rates under those headings. */
export function rateRows(result: AuditResult): string[][] {
  return ratesOf(result).map(({ symbol, name, interval }) => [
    symbol,
    name,
    rate(interval.estimate),
    between(interval),
  ]);
}

/** The headings of the table of slices. */
export const SLICE_HEADS = ["slice", "rows", "audited", "p", "φ", "ψ", "kept correct", "p is", "differs in"];

const SYMBOLS = { errorRate: "p", phi: "φ", psi: "ψ" } as const;

/** A slice under those headings. */
export function sliceFields(slice: AuditSlice, rangeText = percentRange): string[] {
  const { counts, errorRate, phi, psi, keptPrecision, adjusted, differs } = slice;
  return [
    slice.slice,
    formatNumber(counts.rows, 15),
    formatNumber(counts.audited, 15),
    ...[errorRate, phi, psi].map(({ estimate }) => rate(estimate)),
    keptPrecision.estimate === null ? "–" : rangeText(keptPrecision),
    adjusted,
    differs.map((name) => SYMBOLS[name]).join(", "),
  ];
}

/** `0.214`; with more digits where those would hide that it is not zero. */
export function rate(value: number | null): string {
  if (value === null) return "–";
  return value > 0 && value < 5e-4 ? formatNumber(value, 2) : value.toFixed(3).replace("-", "−");
}

/** `0.171 to 0.262`; what is counted and not estimated has no interval. */
export function between({ estimate, low, high }: Interval): string {
  if (estimate !== null && low === estimate && high === estimate) return "counted";
  return `${rate(low)} to ${rate(high)}`;
}

/** What the rows are worth, and what else was asked for, in sentences. */
export function facts({ result, calibration }: FileAudit): string[] {
  const { worth, counts, keptPrecision, annotators, clusters, probabilityBelow, adjustment, confusion } = result;
  const rows = ({ estimate, low, high }: Interval) => `${whole(estimate)} (${whole(low)} to ${whole(high)})`;
  const kept = formatNumber(counts.kept, 15);
  return [
    ...(calibration === undefined
      ? []
      : [
          `By the calibration set ${calibration.source}, of whose ${formatNumber(calibration.correct.of, 15)} correct rows the verifier keeps ${formatNumber(calibration.correct.kept, 15)}, and of whose ${formatNumber(calibration.wrong.of, 15)} wrong ones ${formatNumber(calibration.wrong.kept, 15)} (Rogan and Gladen).`,
        ]),
    ...(result.youden.estimate === null ? [] : [rewardSentence(result.youden)]),
    ...(keptPrecision.estimate === null
      ? []
      : [
          `To a learner of class means the ${kept} kept rows are worth ${rows(worth.kept)} with correct labels only, and all ${formatNumber(counts.rows, 15)} rows ${rows(worth.unselected)}.`,
        ]),
    ...(clusters === null
      ? []
      : [
          `The ${formatNumber(clusters.kept.labels, 15)} labels of kept rows tell about as much as ${formatNumber(clusters.kept.effective, 3)} of different clusters would.`,
        ]),
    ...(annotators === null
      ? []
      : [
          `Two people differ on ${percentRange(annotators.disagreement)} of ${formatNumber(annotators.rows, 15)} rows${annotators.errorRate === null ? "" : `: each errs on about ${percent(annotators.errorRate)}, if both err alike${errorsText(annotators.errors)}`}. The intervals hold whatever the rates of their errors are, if they err independently.`,
        ]),
    ...(probabilityBelow === null
      ? []
      : [`By Jeffreys' prior p is below p⋆ with a chance of ${percent(probabilityBelow)}.`]),
    ...(result.wrongAnswers === null ? [] : [wrongAnswersSentence(result.wrongAnswers)]),
    ...(confusion === null ? [] : classSentences(confusion)),
    ...(adjustment === null
      ? []
      : [`The verdicts of slices are adjusted for their number by ${ADJUSTMENTS[adjustment]}.`]),
  ];
}

function errorsText(errors: { plus: number; minus: number } | null): string {
  if (errors === null) return "";
  return `, or on ${percent(errors.plus)} of the wrong rows (ε₊) and ${percent(errors.minus)} of the correct ones (ε₋)`;
}

/** What J says of verdicts as rewards; of the policy that wrote these rows, as later ones are not in the file. */
function rewardSentence({ low, high }: Interval): string {
  const policy = "As rewards, the verdicts would at first";
  if (low > 0)
    return `${policy} raise the share of correct answers of a policy that answers as these rows do: J is above 0.`;
  if (high < 0)
    return `${policy} lower the share of correct answers of a policy that answers as these rows do: J is below 0.`;
  if (low === 0 && high === 0) return "As rewards, the verdicts would teach nothing: they are the same for every row.";
  return "These labels do not show whether the verdicts, as rewards, would teach or unteach: J may be above 0 or below it.";
}

const ADJUSTMENTS = { holm: "Holm's procedure", "benjamini-hochberg": "Benjamini and Hochberg's procedure" };

function whole(rows: number | null): string {
  return rows === null ? "–" : formatNumber(Math.round(rows), 15).replace("-", "−");
}

function wrongAnswersSentence({ questions, agree, number }: WrongAnswersResult): string {
  const low = Math.floor(number.low * 10) / 10;
  return `Of ${formatNumber(questions, 15)} ${questions === 1 ? "question" : "questions"} with two wrong answers, both agree in ${percentRange(agree)}: as if at least ${formatNumber(low)} wrong answers were equally likely. The verdict is that of the worst case, in which all agree.`;
}

function classSentences({ classes, accuracyLimit: { low, high }, uniform }: ClassResults): string[] {
  const of = (verdict: AuditVerdict) => classes.filter((one) => one.verdict === verdict).map((one) => one.class);
  const part = (verdict: AuditVerdict, text: string) =>
    of(verdict).length === 0 ? [] : [`${named(of(verdict))} ${of(verdict).length === 1 ? "is" : "are"} ${text}`];
  const parts = [...part("below", "below"), ...part("above", "above"), ...part("inconclusive", "not decided")];
  return [
    `By class: ${parts.join("; ")}. A learner of enough such rows comes to an accuracy of ${percent(low)} to ${percent(high)}.`,
    ...(uniform === null
      ? []
      : [
          `Wrong labels ${uniform.pValue < 0.05 ? "are not uniform over the other classes" : "may be uniform over the other classes"} (X² = ${formatNumber(uniform.statistic, 4)}, p-value ${formatNumber(uniform.pValue, 2)}).`,
        ]),
  ];
}

/** The library's warnings as sentences. */
export function sentences({ result, thresholds }: FileAudit): string[] {
  const warnings = [...result.warnings, ...(thresholds?.warnings ?? [])].map(({ message }) => sentence(message));
  return [...new Set(warnings)];
}

/** A warning of the library as a sentence. */
export function sentence(warning: string): string {
  return `${warning.charAt(0).toUpperCase()}${warning.slice(1)}${/[.?!]$/.test(warning) ? "" : "."}`;
}

/** What the curve of a score says: the recommended threshold, by what model, and how far to trust it. */
export function thresholdSentences({ thresholds, threshold, recommended: taken }: FileAudit): string[] {
  if (thresholds === null) return [];
  const { recommended, model } = thresholds;
  if (recommended === null || model === null) return ["No threshold can be recommended from these labels."];
  const { threshold: best, keepRate, accuracy, heldOut } = recommended;
  const place = `${best.estimate === null ? "–" : exactNumber(best.estimate)} (${exactRange(best)})`;
  const learner = `a ridge learner on N = ${formatNumber(model.samples)} rows of d = ${formatNumber(model.dim)} dimensions and r = ${formatNumber(model.meanNorm)}`;
  const [chose, judge] = [labelsOf(heldOut.chosenBy), labelsOf(heldOut.n)];
  const foretold =
    accuracy === null
      ? ""
      : ` In the Gaussian model it gives ${learner} an accuracy of ${accuracy.toFixed(3)}, at the rates of the labels that judge it: a model, no promise.`;
  return [
    `Recommended: a threshold of ${place}, which keeps ${percentRange(keepRate)} of the rows: the best of all thresholds by ${chose}, drawn by lot; ${judge} judge it.${foretold}`,
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
