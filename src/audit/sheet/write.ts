import { cellText, csvText, jsonOf } from "./cells.js";
import type { DrawnLabels, DrawnRow } from "./draw.js";
import { sheetPage } from "./html.js";
import { LABEL } from "./read.js";

/** The forms of a label sheet: for a spreadsheet, a program, a browser, and Label Studio. */
export const sheetForms = ["csv", "jsonl", "html", "label-studio"] as const;
export type SheetForm = (typeof sheetForms)[number];

/**
 * The text of a label sheet, which `readSheet` reads back.
 *
 * @param name What the page calls the sheet, and the file that it exports.
 */
export function sheetText(drawn: DrawnLabels, form: SheetForm, name: string): string {
  switch (form) {
    case "csv":
      return csvText([
        ["key", "weight", "stratum", ...drawn.shown, LABEL],
        ...drawn.drawn.map(({ key, weight, stratum, values, label }) => [
          key,
          String(weight),
          stratum,
          ...drawn.shown.map((column) => cellText(values[column])),
          labelText(label),
        ]),
      ]);
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
  const result = [
    { from_name: LABEL, to_name: "row", type: "choices", value: { choices: [label ? "correct" : "wrong"] } },
  ];
  return { ...task, annotations: [{ result }] };
}

function labelText(label: boolean | null): string {
  return label === null ? "" : label ? "1" : "0";
}
