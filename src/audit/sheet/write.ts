import { sha256Hex16, sha256Of } from "../../model/digest.js";
import { escapeHtml } from "../../model/format.js";
import type { DrawnLabels, DrawnRow } from "./draw.js";
import { labelPage, type PageSheet } from "./page.js";
import { LABEL } from "./sheet.js";

/** The forms of a label sheet: for a spreadsheet, a program, a browser, and Label Studio. */
const sheetForms = ["csv", "jsonl", "html", "label-studio"] as const;
export type SheetForm = (typeof sheetForms)[number];

/**
 * The text of a label sheet, which `readSheet` reads back.
 *
 * @param name What the page calls the sheet, and the file that it exports.
 */
export function sheetText(drawn: DrawnLabels, form: SheetForm, name: string): string {
  switch (form) {
    case "csv":
      return sheetCsv(drawn, ({ label }) => labelText(label));
    case "jsonl":
      return drawn.drawn
        .map(({ values, label, ...about }) => `${jsonOf({ ...about, ...values, [LABEL]: label })}\n`)
        .join("");
    case "html":
      return sheetPage(drawn, name);
    case "label-studio":
      return `${jsonOf(drawn.drawn.map(labelStudioTask), 2)}\n`;
    default:
      return form satisfies never;
  }
}

/** A sheet as CSV. @param labelOf What stands in the column of the label. */
export function sheetCsv({ drawn, shown }: DrawnLabels, labelOf: (row: DrawnRow) => string): string {
  return csvText([
    ["key", "weight", "stratum", ...shown, LABEL],
    ...drawn.map((row) => [
      row.key,
      String(row.weight),
      row.stratum,
      ...shown.map((column) => cellText(row.values[column])),
      labelOf(row),
    ]),
  ]);
}

/** What to paste into Label Studio's labelling interface for the tasks of a sheet. */
export const LABEL_STUDIO_INTERFACE = `<View>
  <Text name="row" value="$text"/>
  <Choices name="${LABEL}" toName="row" choice="single" required="true">
    <Choice value="correct"/>
    <Choice value="wrong"/>
  </Choices>
</View>`;

/** @see https://labelstud.io/guide/tasks: `data` comes back unchanged in every export */
function labelStudioTask({ key, weight, stratum, values, label }: DrawnRow): object {
  const text = Object.entries(values)
    .map(([column, value]) => `${column}: ${cellText(value)}`)
    .join("\n\n");
  const task = { data: { key, weight, stratum, text, row: values } };
  if (label === null) return task;
  if (label === "skip") return { ...task, annotations: [{ result: [], was_cancelled: true }] };
  const result = [
    { from_name: LABEL, to_name: "row", type: "choices", value: { choices: [label ? "correct" : "wrong"] } },
  ];
  return { ...task, annotations: [{ result }] };
}

function labelText(label: DrawnRow["label"]): string {
  return label === null ? "" : label === "skip" ? label : label ? "1" : "0";
}

/** A value as a cell shows it: text as it is, what has parts as JSON. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? jsonOf(value) : String(value);
}

/**
 * CSV as RFC 4180 has it. A cell that a spreadsheet would take for a formula, and one that begins with an apostrophe, has an
 * apostrophe before it. The page of a sheet carries this function as well: it needs nothing from outside.
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => {
    const guarded = /^['=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
    return /[",;\r\n\t]|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** JSON in which an integer beyond 2^53 keeps its digits, as text. */
function jsonOf(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part), indent);
}

const STYLE = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.1rem; }
progress { width: 100%; }
dl { border: 1px solid GrayText; border-radius: .4rem; padding: 1rem; margin: 1rem 0; min-height: 8rem; }
dt { font-size: .85rem; color: GrayText; }
dd { margin: 0 0 1rem; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
button { font: inherit; padding: .5rem 1rem; margin: 0 .5rem .5rem 0; cursor: pointer; }
button:disabled { cursor: default; }
button[aria-pressed="true"] { outline: 2px solid; }
kbd { border: 1px solid GrayText; border-radius: .2rem; padding: 0 .3rem; }`;

/**
 * A sheet as one page that is labelled by keyboard. It carries its rows and its program, fetches nothing, keeps the labels in the
 * browser, and exports the sheet as CSV. The rows are data in it: nothing in them is markup or program.
 *
 * @param name Of the sheet, without its extension.
 */
function sheetPage({ drawn, shown, source }: DrawnLabels, name: string): string {
  const rows = drawn.map(({ key, weight, stratum, values, label }) => ({
    key,
    weight: String(weight),
    stratum,
    cells: shown.map((column) => cellText(values[column])),
    label: labelText(label),
  }));
  const id = sha256Hex16(rows.map(({ key, stratum }) => `${key} ${stratum}`).join("\n"));
  const sheet: PageSheet = { id, file: `${name}.csv`, columns: shown, rows };
  // "<" as an escape: the text of a script element ends at "</script" or changes its meaning at "<!--"
  const data = JSON.stringify(sheet).replaceAll("<", "\\u003c");
  const program = `"use strict";(${labelPage})(${csvText});`;
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${base64Hash(program)}'`,
    `style-src 'sha256-${base64Hash(STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Labels for ${escapeHtml(source)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Is this row correct? <small>${escapeHtml(source)}</small></h1>
<p id="progress" role="status"></p>
<progress id="bar" max="${rows.length}" value="0" aria-label="Rows done"></progress>
<p id="place"></p>
<dl id="row"></dl>
<p id="finished" hidden>All rows are done. Export the sheet, then audit the file with it.</p>
<p>
<button id="right" value="1" type="button"><kbd>1</kbd> Correct</button>
<button id="wrong" value="0" type="button"><kbd>0</kbd> Wrong</button>
<button id="skip" value="skip" type="button"><kbd>s</kbd> Skip</button>
<button id="undo" type="button"><kbd>u</kbd> Undo</button>
<button id="export" type="button"><kbd>e</kbd> Export CSV</button>
</p>
<p id="unsaved" role="alert" hidden>This browser keeps nothing: export the sheet before you close the page.</p>
<p>The labels stay in this browser until you export them. Nothing is sent anywhere.</p>
<script type="application/json" id="sheet">${data}</script>
<script>${program}</script>
</body>
</html>
`;
}

function base64Hash(text: string): string {
  return btoa(String.fromCharCode(...sha256Of(text)));
}
