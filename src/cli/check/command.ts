import { type Command, Option } from "commander";
import { keptForms } from "../../rows/keptForm.js";
import type { Context } from "../context.js";
import { integerFrom } from "../options.js";
import { asOption, ROW_FILES } from "../rows.js";
import { explain } from "../terminal/help.js";
import type { CheckFlags } from "./run.js";

const EXPLANATION = `
Synthetic rows, and what a verifier says of them: is it safe to train on those that it keeps, and which are they? One of three
answers, in the first line:
  SAFE       more than half of the kept labels are right, at the confidence of the interval
  UNSAFE     fewer than half are, over all rows or in a slice of --by
  UNDECIDED  the labels do not decide, or are too few: pstar says what to draw

The answer is about labels, not about a learner; it assumes two classes, in which all wrong answers agree. With --classes K more wrong
labels can be harmless; the answer is then UNSAFE only if there are too many for K classes as well. A third of the labels choose the threshold, and the others judge it.

Fields that you do not specify are guessed by their names, and are always printed. Nothing is guessed about values: if a label or
decision is not understood, the exit code is 3.

Examples:
  What to do first
    $ pstar check answers.jsonl
  With the labels of a sheet (see pstar label draw --help)
    $ pstar check answers.jsonl --labels labels.csv
  The rows to train on
    $ pstar check answers.jsonl --labels labels.csv --out kept.jsonl

JSON: {schema, source, answer: safe | unsafe | undecided, code, why, fields, guessed, audit, threshold, rows, kept, labelsNeeded,
next: [commands]}.
With --out also out: {file, rows}, null if the answer is not safe.
Exit codes: 0 answered, 1 failed, or with --gate or --out not safe, 2 wrong usage, 3 data that cannot be used, 130 interrupted.`;

/** Adds `pstar check`. */
export function addCheckCommand(program: Command, context: Context): void {
  const check = program
    .command("check")
    .description("Says whether it is safe to train on the rows that a verifier keeps, and what to do next.")
    .argument("<files...>", ROW_FILES)
    .optionsGroup("Fields of the rows:")
    .option("--labels <sheet>", "a sheet of labels from pstar label draw")
    .option("--correct <field>", "the human's label, if it is in the file (or a column of the sheet); or a rule")
    .option("--kept <field>", "the verifier's decision; or a rule")
    .option("--score <field>", "its score, instead of --kept")
    .option("--threshold <x>", "rows of at least this score are kept (default: recommended from the labels)")
    .option(
      "--by <field>",
      "also judge the rows of each value of this field: one that is UNSAFE makes the answer UNSAFE",
    )
    .option("--cluster <field>", "field that dependent rows share, such as their prompt")
    .optionsGroup("Words of the labels:")
    .option("--true <values>", "further values of the label that mean correct, separated by commas")
    .option("--false <values>", "further values that mean wrong")
    .option("--missing <values>", "values that mean that there is no label")
    .optionsGroup("Statistics:")
    .option("--weight <field>", "weight of a row that is labelled in the file: 1 / the chance that it was chosen")
    .addOption(
      new Option(
        "--design <design>",
        "how the rows that are labelled in the file were chosen (default: simple)",
      ).choices(["simple", "stratified"]),
    )
    .option("--classes <K>", "number of classes (default: 2)")
    .option("--confidence <level>", "of each interval (default: 0.95)")
    .option("--seed <n>", "seed of draws, and of the labels that choose a threshold (default: 1)", integerFrom(0))
    .optionsGroup("Output:")
    .option("--out <file>", "write the kept rows there, in the form of the files, if the answer is safe")
    .addOption(
      new Option("--to <form>", "form of --out (default: that of the files; of JSON and Arrow, jsonl)").choices(
        keptForms,
      ),
    )
    .option("--gate", "exit with 1 unless the answer is safe")
    .addOption(new Option("--format <form>", "output format").choices(["table", "json"]).default("table"))
    .addOption(asOption(true))
    .option("--strict", "stop at the first row that cannot be used")
    .option("--quiet", "no warnings, progress or notes")
    .action(async (files: string[], flags: CheckFlags) => {
      const { runCheck } = await import("./run.js");
      await runCheck(files, flags, context);
    });
  explain(check, context, EXPLANATION, [
    "--labels",
    "--correct",
    "--kept",
    "--score",
    "--threshold",
    "--by",
    "--classes",
    "--confidence",
    "--out",
    "--gate",
    "--format",
  ]);
}
