import { printable } from "../core/printable.js";
import { type Reason, type ReasonOf, reasonsOf } from "../core/reasons.js";
import { counted, exactNumber, formatNumber, percent, percentRange, shortPercent } from "../model/format.js";
import type { FileAudit } from "./file.js";
import { type MoreLabels, type NextStep, slicesAbove } from "./next.js";
import type { Adjustment, IntervalMethod } from "./options.js";
import type { AuditReason } from "./reasons.js";
import type { AuditResult, AuditVerdict, AuditVerification, Interval } from "./result.js";

// What an audit says, line by line and in its order: the one text of the command and of the page. A line is a reason, so that its
// English is here, in Chinese in web/words, and whoever prints it adds no more than commands. No line claims more than was
// tested: labels are correct or wrong; of a learner it says what holds if errors depend on chance alone, and says so.

interface Share {
  share: Interval;
  classes: number;
  /** Whether the labels show that wrong ones are not uniform over the other classes, as more than two are taken to be. */
  isRefuted: boolean;
}

/** As the next step says. */
type More = MoreLabels & Pick<Extract<NextStep, { kind: "more-labels" }>, "left" | "ofClusters">;

interface Rates {
  phi: Interval;
  psi: Interval;
}

const lineSentences = {
  "file-rows": ({ rows }: { rows: number }) => counted(rows, "row"),
  "rows-not-used": ({ rows }: { rows: number }) => `${whole(rows)} more that could not be used`,
  "labels-drawn": ({ labels, how }: { labels: number; how: "simple" | "stratified" | "weighted" }) =>
    `${whole(labels)} with a human label, drawn at random ${{ simple: "from all", stratified: "within the kept and within the rejected ones", weighted: "with the chances that their weights tell" }[how]}`,
  "no-label-used": () => "none of their labels used",
  "kept-from-score": ({ field, threshold }: { field: string; threshold: number }) =>
    `kept where ${field} ≥ ${exactNumber(threshold)}`,
  "two-classes": () => "2 classes, the worst case: all wrong answers to a question are the same",
  "uniform-classes": ({ classes, isTested }: { classes: number; isTested: boolean }) =>
    `${formatNumber(classes)} classes, with uniform wrong labels ${isTested ? "for the overall verdict" : "as an assumption"}`,
  "clusters-counted": ({ clusters }: { clusters: number }) => counted(clusters, "cluster"),
  "interval-method": ({ method }: { method: IntervalMethod }) => `${method} intervals`,
  "interval-confidence": ({ confidence }: { confidence: number }) =>
    `intervals of ${shortPercent(confidence)} confidence`,

  "mostly-correct": ({ except, ...of }: Share & { except: readonly string[] }) =>
    `${kept(of)}, more than the ${balance(of)} it takes: p is below p⋆${except.length === 0 ? "" : ` over all rows, but not in ${named(except)}`}. ${outweigh(of, "correct", "wrong")}.`,
  "mostly-wrong": ({ fewest, ...of }: Share & { fewest: number | null }) =>
    `${kept(of)}, fewer than the ${balance(of)} it takes: p is above p⋆. ${outweigh(of, "wrong", "correct")}.${fewest === null ? "" : ` That is if all wrong answers agree: with ${formatNumber(fewest)} or more equally likely wrong answers to each question p would be below.`}`,
  "labels-do-not-decide": (of: Share) =>
    `${kept(of)}, and it takes more than ${balance(of)}: p may be below p⋆ or above it. These labels do not decide.`,
  "on-the-point": (of: Share) => `${kept(of)}, exactly ${balance(of)}: p is p⋆ itself.`,
  "calibration-does-not-tell": () =>
    "By the rates of the calibration set it cannot be told how many of the kept labels are correct.",
  "no-kept-label": () => "No kept row has a human label, so it is not known how many of the kept labels are correct.",
  "keeps-more-correct": (of: Rates) => `${keeps(of)}: what it keeps is correct more often than rows taken at random.`,
  "keeps-fewer-correct": (of: Rates) => `${keeps(of)}: what it keeps is correct less often than rows taken at random.`,
  "keeps-not-decided": (of: Rates) => `${keeps(of)}. These labels do not show which share is larger.`,
  "keeps-all": () => "It keeps every row, whether its label is correct or wrong, so it verifies nothing.",
  "keeps-none": () => "It keeps no row, whether its label is correct or wrong.",

  "no-recommended-threshold": () => "No threshold can be recommended from these labels.",
  "recommended-threshold": ({
    threshold,
    keepRate,
    chosenBy,
    judgedBy,
    model,
  }: {
    threshold: Interval;
    keepRate: Interval;
    chosenBy: number;
    judgedBy: number;
    model: { samples: number; dim: number; meanNorm: number; accuracy: number } | null;
  }) =>
    `Recommended: a threshold of ${exactRange(threshold)}, which keeps ${percentRange(keepRate)} of the rows: the best of all thresholds by ${labels(chosenBy)} chosen at random; the other ${labels(judgedBy)} judge it.${
      model === null
        ? ""
        : ` In the Gaussian model it gives a ridge learner on N = ${formatNumber(model.samples)} rows of d = ${formatNumber(model.dim)} dimensions and r = ${formatNumber(model.meanNorm)} an accuracy of ${model.accuracy.toFixed(3)}, at the rates of the labels that judge it; that is a model, not a forecast.`
    }`,
  "threshold-as-asked": ({ threshold }: { threshold: number }) =>
    `All else here is at the threshold ${exactNumber(threshold)}, as asked.`,

  "by-calibration": ({ source, correct, wrong }: NonNullable<FileAudit["calibration"]>) =>
    `By the calibration set ${source}, of whose ${whole(correct.of)} correct rows the verifier keeps ${whole(correct.kept)}, and of whose ${whole(wrong.of)} wrong ones ${whole(wrong.kept)} (Rogan and Gladen).`,
  "rewards-raise": () =>
    `${POLICY} raise the share of correct answers of a policy that answers as these rows do: J is above 0.`,
  "rewards-lower": () =>
    `${POLICY} lower the share of correct answers of a policy that answers as these rows do: J is below 0.`,
  "rewards-alike": () => "As rewards, the verdicts would teach nothing: they are the same for every row.",
  "rewards-not-decided": () =>
    "These labels do not show whether the verdicts, as rewards, would teach or unteach: J may be above 0 or below it.",
  "worth-of-rows": ({
    kept,
    all,
    worth,
  }: {
    kept: number;
    all: number;
    worth: { kept: Interval; unselected: Interval };
  }) =>
    `To a learner of class means the ${kept === 1 ? "only kept row is" : `${whole(kept)} kept rows are`} worth ${rowsRange(worth.kept)} with correct labels only, and ${all === 1 ? "the only row" : `all ${whole(all)} rows`} ${rowsRange(worth.unselected)}, if errors depend on chance alone${isNegative(worth) ? "; below 0, they teach the opposite" : ""}.`,
  "clusters-tell": ({ labels, effective }: { labels: number; effective: number }) =>
    `The ${counted(labels, "label")} of kept rows ${labels === 1 ? "tells" : "tell"} about as much as ${formatNumber(effective, 3)} of different clusters would.`,
  "people-differ": ({ disagreement, rows, errorRate, errors }: NonNullable<AuditResult["annotators"]>) =>
    `Two people differ on ${percentRange(disagreement)} of ${counted(rows, "row")}${errorRate === null ? "" : `: each errs on about ${percent(errorRate)}, if both err alike${errors === null ? "" : `, or on ${percent(errors.plus)} of the wrong rows (ε₊) and ${percent(errors.minus)} of the correct ones (ε₋)`}`}. The intervals hold whatever the rates of their errors are, if they err independently.`,
  "chance-of-below": ({ chance }: { chance: number }) =>
    `By Jeffreys' prior p is below p⋆ with a chance of ${percent(chance)}.`,
  "wrong-answers-agree": ({ questions, agree, number }: NonNullable<AuditResult["wrongAnswers"]>) =>
    `Of ${whole(questions)} ${questions === 1 ? "question" : "questions"} with two wrong answers, both agree in ${percentRange(agree)}: as if at least ${formatNumber(tenths(number.low))} wrong answers were equally likely. The verdict is that of the worst case, in which all agree.`,
  "classes-by-class": ({ below, above, inconclusive, accuracy }: ByClass) =>
    `By class: ${[part(below, "below"), part(above, "above"), part(inconclusive, "not decided")].flat().join("; ")}. A learner of enough such rows comes to an accuracy of ${percent(accuracy.low)} to ${percent(accuracy.high)}, if errors depend on the class alone.`,
  "errors-over-classes": ({
    statistic,
    pValue,
    areUniform,
  }: {
    statistic: number;
    pValue: number;
    areUniform: boolean;
  }) =>
    `Wrong labels ${areUniform ? "may be" : "are not"} uniform over the other classes (X² = ${formatNumber(statistic, 4)}, p-value ${formatNumber(pValue, 2)}).`,
  "slices-adjusted": ({ by }: { by: Adjustment }) =>
    `The verdicts of slices are adjusted for their number by ${{ holm: "Holm's procedure", "benjamini-hochberg": "Benjamini and Hochberg's procedure" }[by]}.`,

  "more-labels": ({ labels, of, left, ofClusters }: More) => {
    const rows =
      of === null
        ? " of rows at random"
        : `, ${whole(of.kept)} of kept rows and ${whole(of.rejected)} of rejected ones,`;
    const lacking =
      left === null
        ? ""
        : ` This file has only ${whole(left.kept + left.rejected)} without a label: ${whole(left.kept)} kept and ${whole(left.rejected)} rejected.`;
    return `${counted(labels, "more label", "more labels")}${rows}${ofClusters ? " each of a cluster of its own," : ""} would probably decide, if the rates are about what they seem.${lacking}`;
  },
  "leave-out": ({ slices }: { slices: readonly string[] }) =>
    `p is below p⋆ over all rows, but above it in ${named(slices)}: most of the labels kept there are wrong. Leave ${slices.length === 1 ? "it" : "them"} out, or judge ${slices.length === 1 ? "it" : "them"} by another verifier.`,
  "lower-psi": ({ bound }: { bound: number }) =>
    `It takes fewer wrong labels, or a verifier that keeps fewer of them: ψ < ${bound >= 5e-4 ? bound.toFixed(3) : formatNumber(bound, 2)} at this p and φ.`,
  "drop-verifier": () =>
    "Rows taken at random would be correct more often than those that this verifier keeps: leave the verifier out.",
};

export { lineSentences };

/** A line of an audit. */
export type AuditLine = ReasonOf<typeof lineSentences>;

const line = reasonsOf(lineSentences) as <C extends AuditLine["code"]>(
  code: C,
  ...params: Parameters<(typeof lineSentences)[C]>
) => AuditLine;

/** A verdict in a word, and why. */
export interface VerdictLine {
  word: AuditVerdict | AuditVerification;
  /** Whether it is good news, bad news, or none. */
  tone: "good" | "bad" | "open";
  reason: AuditLine;
}

/** All that an audit says in words, in the order in which it is read; the numbers stand between. */
export interface AuditLines {
  /** What it is of: parts of one sentence. */
  about: AuditLine[];
  verdicts: [side: VerdictLine, verification: VerdictLine];
  /** Of the threshold of a score. */
  threshold: AuditLine[];
  /** What the rows are worth, and what else was asked for. */
  facts: AuditLine[];
  /** What a reader should know. */
  notes: AuditReason[];
  next: AuditLine | null;
}

/** @param next What follows from it, as `nextStep` says. */
export function auditLines(audited: FileAudit, next: NextStep | undefined): AuditLines {
  const { result } = audited;
  return {
    about: aboutLines(audited),
    verdicts: [sideLine(audited), verificationLine(result)],
    threshold: thresholdLines(audited),
    facts: factLines(audited),
    notes: notesOf(audited),
    next: next === undefined ? null : nextLine(next),
  };
}

function aboutLines({ result, fields, threshold, unreadable, calibration }: FileAudit): AuditLine[] {
  const { counts, classes, design, clusters, intervals, confusion, confidence } = result;
  return [
    line("file-rows", { rows: counts.rows }),
    ...(unreadable.count === 0 ? [] : [line("rows-not-used", { rows: unreadable.count })]),
    calibration === undefined
      ? line("labels-drawn", { labels: counts.audited, how: fields.weight === undefined ? design : "weighted" })
      : line("no-label-used"),
    ...(threshold === null ? [] : [line("kept-from-score", { field: String(fields.score), threshold })]),
    classes === 2 ? line("two-classes") : line("uniform-classes", { classes, isTested: confusion !== null }),
    ...(clusters === null ? [] : [line("clusters-counted", { clusters: clusters.count })]),
    ...(intervals.method === "clopper-pearson" ? [] : [line("interval-method", { method: intervals.method })]),
    line("interval-confidence", { confidence }),
  ];
}

function sideLine({ result, calibration }: FileAudit): VerdictLine {
  const { verdict, keptPrecision: share, classes, fewestWrongAnswers: fewest, confusion } = result;
  const isRefuted =
    classes > 2 && confusion !== null && confusion.uniform !== null && confusion.uniform.pValue < UNIFORM;
  const of = { share, classes, isRefuted };
  switch (verdict) {
    case "below": {
      const except = slicesAbove(result);
      return { word: verdict, tone: "good", reason: line("mostly-correct", { ...of, except }) };
    }
    case "above":
      return { word: verdict, tone: "bad", reason: line("mostly-wrong", { ...of, fewest }) };
    case "inconclusive": {
      const isCounted = share.estimate !== null && share.low === share.high;
      const reason =
        share.estimate === null
          ? line(calibration === undefined ? "no-kept-label" : "calibration-does-not-tell")
          : line(isCounted ? "on-the-point" : "labels-do-not-decide", of);
      return { word: verdict, tone: "open", reason };
    }
    default:
      return verdict satisfies never;
  }
}

function verificationLine({ verification, phi, psi, counts }: AuditResult): VerdictLine {
  switch (verification) {
    case "better":
      return { word: verification, tone: "good", reason: line("keeps-more-correct", { phi, psi }) };
    case "worse":
      return { word: verification, tone: "bad", reason: line("keeps-fewer-correct", { phi, psi }) };
    case "inconclusive": {
      const all = counts.rows > 0 && counts.kept === counts.rows;
      const none = counts.rows > 0 && counts.kept === 0;
      const reason = all ? line("keeps-all") : none ? line("keeps-none") : line("keeps-not-decided", { phi, psi });
      return { word: verification, tone: "open", reason };
    }
    default:
      return verification satisfies never;
  }
}

/** What the curve of a score says: the recommended threshold, by what model, and how far to trust it. */
function thresholdLines({ thresholds, threshold, recommended: taken }: FileAudit): AuditLine[] {
  if (thresholds === null) return [];
  const { recommended, model } = thresholds;
  if (recommended === null || model === null) return [line("no-recommended-threshold")];
  const { threshold: best, keepRate, accuracy, heldOut } = recommended;
  const { samples, dim, meanNorm } = model;
  return [
    line("recommended-threshold", {
      threshold: best,
      keepRate,
      chosenBy: heldOut.chosenBy,
      judgedBy: heldOut.n,
      model: accuracy === null ? null : { samples, dim, meanNorm, accuracy },
    }),
    ...(taken || threshold === null ? [] : [line("threshold-as-asked", { threshold })]),
  ];
}

function factLines({ result, calibration }: FileAudit): AuditLine[] {
  const { worth, counts, keptPrecision, annotators, clusters, probabilityBelow, adjustment, confusion, youden } =
    result;
  return [
    ...(calibration === undefined ? [] : [line("by-calibration", calibration)]),
    ...(youden.estimate === null ? [] : [rewardLine(result)]),
    ...(keptPrecision.estimate === null ? [] : [line("worth-of-rows", { kept: counts.kept, all: counts.rows, worth })]),
    ...(clusters === null || clusters.kept.labels === 0
      ? []
      : [line("clusters-tell", { labels: clusters.kept.labels, effective: clusters.kept.effective })]),
    ...(annotators === null ? [] : [line("people-differ", annotators)]),
    ...(probabilityBelow === null ? [] : [line("chance-of-below", { chance: probabilityBelow })]),
    ...(result.wrongAnswers === null ? [] : [line("wrong-answers-agree", result.wrongAnswers)]),
    ...(confusion === null ? [] : classLines(confusion)),
    ...(adjustment === null ? [] : [line("slices-adjusted", { by: adjustment })]),
  ];
}

/** What J says of verdicts as rewards; of the policy that wrote these rows, as later ones are not in the file. */
function rewardLine({ verification, youden: { low, high }, counts: { kept, rows } }: AuditResult): AuditLine {
  if (kept === 0 || kept === rows) return line("rewards-alike");
  // J has the sign of the difference that decides on the verification
  if (low > 0 || verification === "better") return line("rewards-raise");
  if (high < 0 || verification === "worse") return line("rewards-lower");
  return line("rewards-not-decided");
}

interface ByClass {
  below: string[];
  above: string[];
  inconclusive: string[];
  accuracy: { low: number; high: number };
}

/** Wrong labels with a p-value of at least this may be uniform. */
const UNIFORM = 0.05;

function classLines({ classes, accuracyLimit, uniform }: NonNullable<AuditResult["confusion"]>): AuditLine[] {
  const of = (verdict: AuditVerdict) => classes.filter((one) => one.verdict === verdict).map((one) => one.class);
  const byClass = { below: of("below"), above: of("above"), inconclusive: of("inconclusive"), accuracy: accuracyLimit };
  return [
    line("classes-by-class", byClass),
    ...(uniform === null
      ? []
      : [
          line("errors-over-classes", {
            statistic: uniform.statistic,
            pValue: uniform.pValue,
            areUniform: uniform.pValue >= UNIFORM,
          }),
        ]),
  ];
}

/** The library's warnings, each once. */
function notesOf({ result, thresholds }: FileAudit): AuditReason[] {
  // few labels judge a threshold that labels chose: that few in all gave the curve goes without saying
  const isFew = result.warnings.some(({ code }) => code === "few-audited");
  const ofCurve = (thresholds?.warnings ?? []).filter(({ code }) => !(isFew && code === "few-audited"));
  const all = [...result.warnings, ...ofCurve] as AuditReason[];
  return [...new Map(all.map((note) => [note.message, note])).values()];
}

function nextLine(next: NextStep): AuditLine {
  switch (next.kind) {
    case "more-labels":
      return line("more-labels", { ...next.more, left: next.left, ofClusters: next.ofClusters });
    case "leave-out":
      return line("leave-out", { slices: next.slices });
    case "lower-psi":
      return line("lower-psi", { bound: next.bound });
    case "drop-verifier":
      return line("drop-verifier");
    default:
      return next satisfies never;
  }
}

/** Slices that a sentence names, and how much of each. */
const NAMED = 5;
const LONGEST_NAME = 40;

/** The names that a sentence has room for, in quotation marks, and how many are left out. */
export function namesIn(names: readonly string[]): { shown: string[]; more: number } {
  const shown = names.slice(0, NAMED).map((name) => JSON.stringify(shortened(printable(name.replace(/\s+/g, " ")))));
  return { shown, more: names.length - shown.length };
}

/** Cut, but never inside an emoji or a letter with its marks. */
function shortened(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  const letters = Array.from(new Intl.Segmenter().segment(name), ({ segment }) => segment);
  return letters.length <= LONGEST_NAME ? name : `${letters.slice(0, LONGEST_NAME - 1).join("")}…`;
}

/** `"product"`, `"product" and "sum"`; of many, some. */
export function named(names: readonly string[], of = "slices"): string {
  const { shown, more } = namesIn(names);
  const parts = more > 0 ? [...shown, `${formatNumber(more)} more ${of}`] : shown;
  const last = parts.pop() as string;
  return parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
}

const POLICY = "As rewards, the verdicts would at first";

function kept({ share }: Share): string {
  return `${percentRange(share)} of the kept labels are correct`;
}

/** The share of correct labels that as many wrong ones of one class balance: 1/K. */
function balance({ classes }: Share): string {
  return percent(1 / classes);
}

function outweigh({ classes, isRefuted }: Share, heavy: string, light: string): string {
  const assumed =
    classes === 2
      ? ""
      : isRefuted
        ? `, if wrong labels were uniform over the ${formatNumber(classes - 1)} others, which they are not`
        : `, if wrong labels are uniform over the ${formatNumber(classes - 1)} others`;
  return `The ${heavy} labels among them outweigh the ${light} ones${assumed}`;
}

function keeps({ phi, psi }: Rates): string {
  return `It keeps ${percentRange(phi)} of the correct labels (φ) and ${percentRange(psi)} of the wrong ones (ψ)`;
}

function part(names: readonly string[], is: string): string[] {
  return names.length === 0 ? [] : [`${named(names, "classes")} ${names.length === 1 ? "is" : "are"} ${is}`];
}

/** Rounded to whole rows; `–` if it is not known. */
export function whole(rows: number | null): string {
  return rows === null ? "–" : formatNumber(Math.round(rows), 15);
}

function rowsRange({ estimate, low, high }: Interval): string {
  return `${whole(estimate)} (${whole(low)} to ${whole(high)})`;
}

/** Whether rows may be worth less than none. */
export function isNegative(worth: { kept: Interval; unselected: Interval }): boolean {
  return Math.round(Math.min(worth.kept.low, worth.unselected.low)) < 0;
}

/** To tenths, downwards. */
export function tenths(value: number): number {
  return Math.floor(value * 10) / 10;
}

function exactRange({ estimate, low, high }: Interval): string {
  return `${estimate === null ? "–" : exactNumber(estimate)} (${exactNumber(low)} to ${exactNumber(high)})`;
}

function labels(count: number): string {
  return count === 1 ? "1 label" : `${whole(count)} labels`;
}

/** All lines in their order, as both texts have them. */
export function linesInOrder({ about, verdicts, threshold, facts, notes, next }: AuditLines): Reason[] {
  return [
    ...about,
    ...verdicts.map(({ reason }) => reason),
    ...threshold,
    ...facts,
    ...notes,
    ...(next === null ? [] : [next]),
  ];
}
