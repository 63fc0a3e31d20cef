import { reasonsOf } from "../../core/reasons.js";

/** Why rows cannot be drawn to be labelled, and why a sheet of labels cannot be used. */
export const sheetSentences = {
  "draw-needs-decision": ({ design }: { design: string }) =>
    design === "simple"
      ? "rows are drawn for the audit of a verifier: name the field of its decision or of its score, which is then hidden"
      : `the design ${design} draws from kept and from rejected rows: name the field of the decision`,
  "no-label-field": () => "correct must name the field of the human's label, got none",
  "slices-need-field": () => "the design slices needs the field that slices are made by",
  "labels-of-strata": () => "labels of kept and of rejected rows go with the design stratified",
  "shows-decision": ({ field }: { field: string }) =>
    `${field} shows what the verifier says, which whoever labels must not know`,
  "fewer-rows": ({ rows, labels, of }: { rows: number; labels: number; of: string | null }) =>
    `${labels} rows cannot be drawn, as there ${rows === 1 ? "is 1" : `are ${rows}`}${of === null ? "" : ` that the verifier ${of === "kept" ? "keeps" : "rejects"}`}`,
  "more-strata": ({ strata, labels, design }: { strata: number; labels: number; design: string }) =>
    `the design ${design} draws at least one row of each of the ${strata} strata of the file, and ${labels} labels are fewer`,

  "sheet-unreadable": ({ why }: { why: string }) => `it cannot be read as a label sheet: ${why}`,
  "sheet-lacks-column": ({ column, columns, title }: { column: string; columns: readonly string[]; title?: string }) =>
    title === undefined
      ? `it has no column ${column}; its columns are ${columns.join(", ")}`
      : `it is ${title}, and has no ${column}: its rows must be those that pstar drew; they have ${columns.join(", ")}`,
  "sheet-empty": () => "it has no rows",
  "sheet-unlabelled": ({ rows }: { rows: number }) =>
    `none of its ${rows} rows has a label: write 1 (correct), 0 (wrong) or skip (cannot tell) into its column label, and ask again`,
  "sheet-bad-cells": ({ column, rows, line, value }: BadCells) =>
    `${rows === 1 ? "1 row has" : `${rows} rows have`} a ${column} that is not of a sheet drawn by pstar; line ${line}: ${value}`,
  "sheet-doubles": ({ keys, line, key }: { keys: number; line: number; key: string }) =>
    `${keys === 1 ? "1 key is" : `${keys} keys are`} there twice; line ${line}: ${key}. Keep one line for each row`,
  "sheet-disagrees": ({ keys, key }: { keys: number; key: string }) =>
    `${keys === 1 ? "1 row has" : `${keys} rows have`} two different labels, such as ${key}: decide on one`,
  "sheet-mixed": ({ codes }: { codes: number }) =>
    `its rows come from ${codes} different draws or files: give the sheet of one draw`,
  "sheet-not-drawn-again": ({ keys, all, key }: { keys: number; all: number; key: string }) =>
    `${keys} of its ${all} labels ${keys === 1 ? "is" : "are"} of rows that this draw does not have, such as ${key}: draw with the same seed, and at least as many labels`,
  "sheet-strangers": ({ keys, all, line, key }: { keys: number; all: number; line: number; key: string }) =>
    `${keys} of its ${all} keys ${keys === 1 ? "is" : "are"} of no row of the file; line ${line}: ${key}`,
  "sheet-other-file": ({ before, now }: { before: number; now: number }) =>
    before === now
      ? `the file has changed since the sheet was drawn: it has ${now} rows as then, and some have another content`
      : `the file has changed since the sheet was drawn: it had ${before} rows, and has ${now}`,
  "sheet-other-decision": ({ rows, of }: { rows: number; of: number }) =>
    `the decision is not that by which the sheet was drawn: ${rows} of the ${of} rows drawn are of another stratum`,
  "sheet-strata-unlabelled": ({ strata, of, share }: { strata: number; of: number; share: string }) =>
    `${strata} of its ${of} strata, which hold ${share} of the rows, have no label: label a row of each`,
  "sheet-knows-design": () => "a label sheet knows its design and its weights: leave out both",
};

type BadCells = { column: string; rows: number; line: number; value: string };

export const sheetReason = reasonsOf(sheetSentences);
