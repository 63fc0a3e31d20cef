import { reasonsOf } from "../core/reasons.js";
import { counted, shortPercent } from "../model/format.js";
import { passedOver, type Unlabelled } from "./reasons.js";

type Kept = { share: string; labels: number };

/** What a check answers, and why it cannot. */
export const checkSentences = {
  "check-reads-twice": () => "a check reads its rows more than once: give it files, not standard input",
  "no-verifier-field": ({ names }: { names: readonly string[] }) =>
    `no field is called as a verifier's decision or score usually is; name it. The fields are ${names.join(", ")}`,
  "check-unlabelled": ({
    labels,
    errorRate,
    phi,
    psi,
  }: { labels: number } & Record<"errorRate" | "phi" | "psi", number>) =>
    `no row has a human label, so nothing is known; if ${shortPercent(errorRate)} of the labels are wrong, and the verifier keeps ${shortPercent(phi)} of the correct and ${shortPercent(psi)} of the wrong ones, the labels of ${counted(labels, "row")} decide in four of five cases`,
  "check-sheet-unlabelled": ({ sheet, rows }: { sheet: string; rows: number }) =>
    `none of the ${rows} rows of ${sheet} has a label yet: write 1 (correct), 0 (wrong) or skip (cannot tell) into its column label, and ask again`,
  "check-no-threshold": ({ labels }: { labels: number }) =>
    `the labels recommend no threshold, as they are too few or their rows all have one score: those of ${counted(labels, "row")} would probably decide`,
  "check-mostly-right": ({ share, labels }: Kept) =>
    `${share} of the kept labels are right, more than half of them: p is below p⋆ (${counted(labels, "label")} of kept rows)`,
  "check-mostly-wrong": ({ share, labels }: Kept) =>
    `only ${share} of the kept labels are right, fewer than half of them: p is above p⋆ (${counted(labels, "label")} of kept rows)`,
  "check-slices-wrong": ({ slices }: { slices: readonly string[] }) =>
    `most of the kept labels are right overall, but most are wrong in ${slices.map((slice) => JSON.stringify(slice)).join(", ")}`,
  "check-classes-decide": ({ share, classes }: { share: string; classes: number }) =>
    `${share} of the kept labels are right, fewer than half of them: enough only if the wrong ones are spread evenly over ${classes - 1} other classes, which is an assumption`,
  "check-few-labels": ({ labels, kept, least, leastKept }: Record<"labels" | "kept" | "least" | "leastKept", number>) =>
    `${counted(labels, "label")}, ${kept} of kept rows, are too few: at least ${least} are asked for, ${leastKept} of kept rows`,
  "check-skipped": ({ share, isRight, ...rows }: Unlabelled & { share: string; isRight: boolean }) =>
    `${isRight ? "" : "only "}${share} of the kept labels are right, but ${passedOver(rows)}, and if ${rows.skipped + rows.leftOut === 1 ? "that one is" : "those are"} ${isRight ? "wrong it may be fewer" : "right it may be more"} than half`,
  "check-none-kept": () => "no row is kept, so there is nothing to train on",
  "check-none-kept-labelled": () =>
    "no kept row has a human label, so it is not known how many of the kept labels are right",
  "check-open": ({ share, labels }: Kept) =>
    `${share} of the kept labels are right, judged by ${counted(labels, "label")} of kept rows: too few to say whether more than half of all kept labels are right`,
};

export const checkReason = reasonsOf(checkSentences);
