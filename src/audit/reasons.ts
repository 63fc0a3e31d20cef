import { type Reason, type ReasonOf, reasonsOf } from "../core/reasons.js";
import { counted } from "../model/format.js";
import type { FoundSlices } from "../rows/guess.js";

// What can be wrong with a file that is audited, and what a reader of an audit should know.

/** Rows of a sheet that somebody skipped, and those of which nothing is written or that were taken out. */
export type Unlabelled = Record<"skipped" | "leftOut", number>;

/** `2 rows were skipped and 3 left empty` */
export function passedOver({ skipped, leftOut }: Unlabelled): string {
  const were = (rows: number) => `${counted(rows, "row")} ${rows === 1 ? "was" : "were"}`;
  if (leftOut === 0) return `${were(skipped)} skipped`;
  const empty = "left empty among those with a label, or taken out";
  return skipped === 0 ? `${were(leftOut)} ${empty}` : `${were(skipped)} skipped and ${leftOut} ${empty}`;
}

export const auditSentences = {
  "simple-or-stratified": () => "simple or stratified",
  "betting-of-independent-labels": () =>
    "left out, as betting holds for single labels of equal weight only, without clusters, second labels and predictions",
  "predictions-of-independent-labels": () =>
    "left out if labels have clusters, unequal weights or second labels: what they add is known for single labels of equal weight",
  "another-field-than-the-label": () =>
    "another field than the human's label, as that would be held against itself and always be right",
  "a-weight": () => "a number above 0 (1e-100 to 1e100)",
  "one-class": () => "one value, a text or a number, that differs from the label's by more than its spelling",
  "one-value": () => "one value, a text or a number",
  "one-value-of-characters": ({ most }: { most: number }) => `one value of at most ${most} characters`,

  "bare-words": ({ rows, word, line }: { rows: number; word: string; line: number }) =>
    `${rows === 1 ? "1 row has" : `${rows} rows have`} a word without quotation marks, such as ${word} in line ${line}, which is not JSON: which rows that leaves out depends on their values, so nothing is estimated`,
  "stratified-without-threshold": () =>
    "rows drawn within kept and rejected ones need the threshold by which they were drawn",
  "no-threshold-recommended": () => "these labels recommend no threshold; set one",
  "too-many-slices": ({ field, most, some }: { field: string; most: number; some: readonly string[] }) =>
    `${field} has more than ${most} values (${some.join(", ")}, …): slices need a field with few`,
  "no-human-label": ({ rows, field }: { rows: number; field: string }) =>
    `none of its ${rows} rows has a human label in ${field}`,
  "rows-unusable": ({ bad, all, line, why }: { bad: number; all: number; line: number; why: Reason }) =>
    `${all === 1 ? "its only row cannot be used" : `${bad} of its ${all} rows cannot be used`}; line ${line}: ${why.message}`,
  "field-missing": ({ field }: { field: string }) => `${field} is missing`,
  "values-not-understood": ({ fields }: { fields: readonly NotUnderstood[] }) => fields.map(notUnderstood).join("\n"),

  "without-score": ({ rows }: Count) =>
    `${rows === 1 ? "1 row has" : `${rows} rows have`} no score and count as rejected`,
  "non-finite": ({ rows }: Count) =>
    `${rows === 1 ? "1 row has" : `${rows} rows have`} NaN or Infinity, which JSON does not have: they were read as Python writes them`,
  "no-row": () => "there is no row",
  "none-audited": () => "no row is audited, so only the keep rate is known",
  "few-audited": ({ rows }: Count) => `only ${rowsAre(rows)} audited: the intervals are wide`,
  "none-kept": () => "no row is kept, so there is nothing to learn from",
  "all-kept": () => "every row is kept, so nothing is known of a verifier",
  "none-kept-audited": () => "no kept row is audited, so their precision is not known",
  "none-rejected-audited": () => "no rejected row is audited, so φ, ψ and p are hardly known",
  "weights-unequal": ({ rows, worth }: { rows: number; worth: string }) =>
    `the weights are very unequal: ${rowsAre(rows)} audited, and tell about as much as ${worth} would`,
  "stratified-all-audited": () =>
    "every row is audited: a stratified audit takes the keep rate from all rows of the file, audited or not",
  "not-a-simple-sample": ({ audited, all }: { audited: string; all: string }) =>
    `${audited} of the audited rows and ${all} of all rows are kept: they do not look like a simple random sample; were they chosen by stratum?`,
  "labels-all-alike": ({ rows, means, blank }: Alike) =>
    `all ${rows} labels say ${means ? "correct" : "wrong"}, and ${rowsAre(blank)} without a label: that holds only if nothing means not labelled, and not ${means ? "wrong" : "correct"}`,
  "labels-of-one-kind": ({ rows, means, audited, all }: Alike) =>
    `all ${rows} labels say ${means ? "correct" : "wrong"}, and they are not a random sample: ${audited} of the labelled rows and ${all} of all rows are kept. If only ${means ? "correct" : "wrong"} rows were marked, write ${means ? "false" : "true"} on the others that were looked at`,
  "few-clusters": ({ clusters }: { clusters: number }) =>
    `the labels are of ${clusters === 1 ? "one cluster" : `${clusters} clusters`} only: how alike the rows of a cluster are is hardly known`,
  "repeated-field": ({ field, rows, values }: { field: string; rows: number; values: number }) =>
    `the ${rows} labelled rows have only ${counted(values, "value")} of ${JSON.stringify(field)}: rows of one value are alike, and as they are treated as independent, the intervals may be too narrow`,
  "slice-mostly-wrong": ({ field, value, kept, wrong }: NonNullable<FoundSlices["worst"]>) =>
    `of the ${kept} kept and labelled rows whose ${JSON.stringify(field)} is ${JSON.stringify(value)}, ${wrong} are wrong: what holds of all rows together does not hold of these`,
  "classes-assumed": ({ classes }: { classes: number }) =>
    `that wrong labels are uniform over ${classes - 1} classes is an assumption, which no label here tests: if they agree, the verdict of 2 classes holds`,
  "all-slices-differ": ({ all }: { all: number }) =>
    `${ONE_RATE}: each of the ${all} differs from the others by more than chance`,
  "slices-differ": ({ names, more }: { names: readonly string[]; more: number }) =>
    `${ONE_RATE}: ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""} ${names.length === 1 ? "differs" : "differ"} from the others by more than chance`,

  "no-threshold-judged": () => "no row is audited, so no threshold can be judged",
  "accuracies-of-a-model": () =>
    "the accuracies are those of a Gaussian model, not a forecast: compare thresholds by them, and do not expect the very numbers",
  "threshold-held-out": ({ chose, judge }: { chose: number; judge: number }) =>
    `${chose} of the ${chose + judge} labels, taken at random, chose the threshold, and the other ${judge === 1 ? "one judges" : `${judge} judge`} it: labels that choose a threshold flatter it`,
  "few-choose": ({ labels }: { labels: number }) =>
    `only ${counted(labels, "label")} chose the threshold: others may choose a very different one, more so than its interval says`,
  "curve-of-all-labels": () =>
    "the curve is of all labels, and each of its intervals holds for one threshold by itself: the best point of a curve looks better than it is",
  "threshold-of-others": () =>
    "the verdicts hold if other labels than these chose the threshold: the labels that chose it would flatter it",
  "calibrated-elsewhere": () =>
    "no label of this file is used: all of it holds if the verifier keeps correct and wrong labels of this file at the rates of the calibration set, which nothing in this file shows",
  "calibration-lacks-label": ({ label }: { label: "correct" | "wrong" }) =>
    `a calibration set needs labelled rows that are correct and labelled rows that are wrong, and has none that is ${label}`,
  "calibration-refuted": ({ keepRate, low, high }: { keepRate: string; low: string; high: string }) =>
    `the verifier keeps ${keepRate} of its rows, and no share of correct ones makes it keep so many at the rates of the calibration set (${low} to ${high}): they are not those of this file`,
  "stratum-not-audited": ({ stratum }: { stratum: "kept" | "rejected" }) =>
    `no ${stratum} row is audited, so the curve is of the others alone`,
  "one-score": () => "all audited rows have one score, so thresholds cannot be told apart",

  "sheet-part-labelled": ({ labelled, drawn, skipped, leftOut }: Unlabelled & { labelled: number; drawn: number }) =>
    `${labelled} of ${drawn} rows drawn have a label${skipped + leftOut === 0 ? "" : `, and ${passedOver({ skipped, leftOut })}`}: the estimates take the rest to be like these, and are too good if rows were left out because they were hard`,
  "sheet-label-column": ({ asked, column }: { asked: string; column: string }) =>
    `the label sheet has no column ${asked}: its column ${column} was read`,

  "verifiers-compared": ({ verdicts }: { verdicts: number }) =>
    `each interval holds for one verifier by itself, and the verdicts are adjusted for ${verdicts} comparisons: the best of several looks better than it is`,
  "of-verifier": ({ verifier, why }: { verifier: string; why: Reason }) =>
    `of ${JSON.stringify(verifier)}: ${why.message}`,
  "at-least-two-verifiers": () => "at least two different verifiers",

  "look-once": () =>
    "fix the number of labels first, and look at the verdict once: an interval that is looked at after every label, until it " +
    "decides, is wrong far more often than its confidence says",
  "plan-believes-its-rates": () =>
    "the plan assumes the rates that it is given: if the real p is closer to p⋆, this many labels will not be enough",
  "no-labels-decide": () => "on the point itself, p = p⋆, no number of labels tells on which side of it p is",
  "no-labels-compare": () =>
    "if φ = ψ, the verifier is neither better nor worse than rows at random, and no number of labels tells that it is",
};

type Count = { rows: number };

/** Labels that all say the same: how many, and without one; `isSample` unless the kept shares among them and among all rows differ. */
type Alike = { rows: number; means: boolean; blank: number; audited: string; all: string; isSample: boolean };

/** Values of a field that are not understood, and its words that are. */
export interface NotUnderstood {
  /** The name of the field. */
  field: string;
  rows: number;
  /** What a value must be. */
  rule: Reason;
  values: readonly { value: string; rows: number; line: number }[];
  /** Whether there are more than these. */
  more: boolean;
  understood: readonly { value: string; rows: number; means: boolean }[];
}

const ONE_RATE = "no single p, φ and ψ describes all slices";

function rowsAre(count: number): string {
  return count === 1 ? "1 row is" : `${count} rows are`;
}

function notUnderstood({ field, rows, rule, values, more, understood }: NotUnderstood): string {
  const count = (rows: number) => (rows === 1 ? "1 row" : `${rows} rows`);
  const lines = values.map(({ value, rows, line }) => `  ${value}: ${count(rows)}, first in line ${line}`);
  if (more) lines.push("  and other values");
  for (const { value, rows, means } of understood) lines.push(`  ${value}: ${count(rows)}, read as ${means}`);
  const are = rows === 1 ? "1 row has a value" : `${rows} rows have values`;
  return `${are} in ${JSON.stringify(field)} that must be ${rule.message} and cannot be understood, so nothing is estimated\n${lines.join("\n")}`;
}

export type AuditReason = ReasonOf<typeof auditSentences>;

export const auditReason = reasonsOf(auditSentences);
