import { type Command, Option } from "commander";
import { sheetDesigns } from "../../audit/options.js";
import type { Context } from "../context.js";
import { integerFrom } from "../options.js";
import { asOption, ROW_FILES_OR_STDIN } from "../rows.js";
import { explain } from "../terminal/help.js";
import type { LabelDrawFlags } from "./draw.js";

const LABEL = `
Examples:
  Rows to label in the browser, and the audit of their labels
    $ pstar label draw answers.jsonl --kept kept --labels 36 --out sheet.html
    $ pstar audit answers.jsonl --kept kept --labels sheet.csv
  A spreadsheet with as many rows of each task
    $ pstar label draw answers.jsonl --kept kept --labels 90 --design slices --by task --out sheet.csv`;

const DRAW = `
An audit needs the labels of some rows: whether a human finds them correct. This draws the rows, at random, and writes a sheet of
them, in random order and without what the verifier says, so that it does not influence the person who labels. pstar audit
--plan says how many labels you need.

Designs:
  stratified  half of the kept and half of the rejected rows (the default); --labels 27,9 draws 27 kept and 9 rejected ones
  simple      at random from all rows
  slices      equally many of each value of --by, kept and rejected

The form follows the name:
  sheet.csv    for a spreadsheet: key, weight, stratum, the fields shown, label. Write 1 or 0 into label, or leave it empty
  sheet.jsonl  the same as JSON, one row a line
  sheet.html   a page to label by keyboard (1, 0, s to skip, u to undo, e to export a CSV sheet); it works without a network
  tasks.json   with --for label-studio: tasks that Label Studio imports; its exports are sheets, and so are Argilla's records

The column stratum is a code that says nothing of the verifier. Key, weight and stratum are what the audit joins by: leave them
as they are. Columns may change places, be added, and rows may be sorted.

Examples:
  Draw 36 rows, label them in the browser, and audit
    $ pstar label draw answers.jsonl --kept kept --labels 36 --seed 1 --out sheet.html
    $ pstar audit answers.jsonl --kept kept --labels sheet.csv
  Only question and answer are shown
    $ pstar label draw answers.jsonl --kept kept --labels 36 --seed 1 --show question,answer --out sheet.csv
  A score and no decision yet: rows of all scores
    $ pstar label draw answers.jsonl --score score --labels 200 --seed 1 --out sheet.csv
  More labels: the same seed draws the same rows and others; labels that are there are carried over
    $ pstar label draw answers.jsonl --kept kept --labels 80 --seed 1 --labelled sheet.csv --out more.csv

JSON: {schema, source, design, seed, rows, labels, strata: [{code, rows, drawn}], shown, hidden, unreadable, out}.
Exit codes: 0 drawn, 1 failed, 2 wrong usage, 3 data that cannot be used, 130 interrupted (no sheet is written).`;

/** Adds `pstar label`. */
export function addLabelCommand(program: Command, context: Context): void {
  const label = program.command("label").description("Draws rows of a file for people to label, for an audit.");
  explain(label, context, LABEL);
  const draw = label
    .command("draw")
    .summary("draw rows at random, into a sheet to label")
    .description("Draws rows of a file at random, and writes them as a sheet for people to label.")
    .argument("<files...>", ROW_FILES_OR_STDIN)
    .option("--kept <field>", "the verifier's decision, a field or a rule; it is hidden")
    .option("--score <field>", "or its score, with --design simple; it is hidden")
    .requiredOption("--labels <n>", "rows to draw; or KEPT,REJECTED")
    .addOption(new Option("--design <design>", "which rows (default: stratified)").choices(sheetDesigns))
    .option("--by <field>", "the field of --design slices")
    .option("--seed <n>", "seed of the draw (default: 0)", integerFrom(0))
    .option(
      "--show <fields>",
      "fields to show, separated by commas (default: all but those of verifier, labels and weights)",
    )
    .option("--missing <values>", "values of the decision that mean that there is no decision")
    .option("--labelled <sheet>", "an earlier sheet, whose labels are carried over")
    .addOption(new Option("--for <program>", "tasks for another program, into .json").choices(["label-studio"]))
    .requiredOption("--out <file>", "the sheet: .csv, .jsonl, .html, or .json with --for")
    .addOption(new Option("--format <form>", "what is printed of the draw").choices(["table", "json"]).default("table"))
    .addOption(asOption())
    .option("--strict", "stop at the first row that cannot be used")
    .option("--quiet", "no summary, progress or hints")
    .action(async (files: string[], flags: LabelDrawFlags) => {
      const { runLabelDraw } = await import("./draw.js");
      await runLabelDraw(files, flags, context);
    });
  explain(draw, context, DRAW, [
    "--kept",
    "--score",
    "--labels",
    "--design",
    "--by",
    "--seed",
    "--show",
    "--out",
    "--format",
  ]);
}
