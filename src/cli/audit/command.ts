import { type Command, Option } from "commander";
import { adjustments, intervalMethods } from "../../audit/options.js";
import type { Context } from "../context.js";
import { figureName, integerFrom } from "../options.js";
import { asOption, ROW_FILES_OR_STDIN } from "../rows.js";
import { explain } from "../terminal/help.js";
import { type AuditFlags, auditFormats } from "./options.js";

const EXPLANATION = `
Each row of the file is one synthetic row, and what your verifier said of it. A few hundred of them carry
the label of a human, who checked whether the row is correct. From those the audit estimates
  p    the share of wrong labels among all rows
  φ    the share of the correct labels that the verifier keeps
  ψ    the share of the wrong labels that it keeps
and says whether p is below the breakdown point p⋆ = φ/(φ+ψ), where most of the kept labels are correct, and
whether what the verifier keeps is correct more often than rows at random. Each number has an interval; if the labels do not decide, the audit says so.

The labels can also be in a sheet of their own: pstar label draw draws the rows and writes it, and --labels joins it to the file.

How the audited rows were chosen matters (a sheet records it):
  --design simple       at random from all rows (the default)
  --design stratified   at random from the kept rows and at random from the rejected ones, as many as you like of each
  --weight FIELD        otherwise: 1 / the chance that the row was chosen

Labels and decisions are true false, 1 0, 1 -1, yes no, correct wrong, pass fail, accept reject and the like; null, NaN, ""
or no field means that there is no label. For others say what they mean:
  --correct 'rating >= 4'    a rule about a field: >= <= > < = !=, or 'grade in [C, P]', 'grade not in [I]'
  --true ok --false poor     further words
  --missing n/a,unsure       words for no label
If a label, decision, score or weight is not understood, nothing is estimated: the values are listed, and the exit code is 3.
A field is a key, or a path such as meta.score. Files may be .gz or .zst. Lines that are not rows are counted and named.

Examples:
  The verifier's decision is in the field "kept", a person's label in "correct"
    $ pstar audit answers.jsonl --correct correct --kept kept
  The same for every task; one bad task can hide in a good average
    $ pstar audit answers.jsonl --correct correct --kept kept --by task
  Labels in a sheet
    $ pstar audit answers.jsonl --kept kept --labels sheet.csv
  Several verifiers: each alone, and joined by all, any and majority
    $ pstar audit answers.jsonl --correct correct --kept judge,filter,length
  A score: where to put the threshold, and a picture of it
    $ pstar audit answers.jsonl --correct correct --score score --plot threshold.png
  In a pipeline: exit code 1 unless p is below p⋆ over all rows and above it in no slice
    $ zcat answers.jsonl.gz | pstar audit - --correct correct --kept kept --gate --quiet
  A page to share
    $ pstar audit answers.jsonl --correct correct --kept kept --format html > audit.html
  A card of the verifier, to publish with the rows
    $ pstar audit answers.jsonl --correct correct --kept kept --format card --date 2026-11-27 > CARD.md
  How many labels will it take, if one label in three is wrong, and the verifier keeps 80 % and 30 %?
    $ pstar audit --plan --p 0.33 --phi 0.8 --psi 0.3
  How many in all, judging by a first few?
    $ pstar audit answers.jsonl --plan --correct correct --kept kept

JSON: {errorRate, phi, psi, breakdown, keptPrecision, keepRate, margin}, each {estimate, low, high}, and verdict, verification,
counts, design, slices, source, unreadable: {count, first: [{line, reason}]}; with --score also thresholds.
Exit codes: 0 audited (and passed by --gate), 1 failed or stopped by --gate, 2 wrong usage, 3 data that cannot be used (no
rows, no label, an unknown field, a value that is not understood; with --strict any row that cannot be used), 130 interrupted.`;

/** Adds `pstar audit`. */
export function addAuditCommand(program: Command, context: Context): void {
  const audit = program
    .command("audit")
    .description(
      "Estimates from a few human labels how wrong synthetic data are, how good their verifier is, and whether most of what it keeps is correct; with --plan, says how many labels that takes.",
    )
    .argument("[files...]", ROW_FILES_OR_STDIN)
    .optionsGroup("Fields of the rows:")
    .option(
      "--correct <field>",
      "a person's label; true, false, or nothing on rows without one; or a rule: 'rating >= 4'",
    )
    .option("--labels <sheet>", "a sheet of labels from pstar label draw; or an export from Label Studio or Argilla")
    .option(
      "--kept <field>",
      "the verifier's decision; true if the row is kept; or a rule; or several verifiers: judge,filter",
    )
    .option("--score <field>", "its score, instead of --kept; rows of at least the threshold are kept")
    .option("--threshold <x>", "the threshold (default: recommended)")
    .option("--weight <field>", "weight of an audited row: 1 / the chance that it was chosen")
    .addOption(
      new Option("--design <design>", "how the audited rows were chosen (default: simple)").choices([
        "simple",
        "stratified",
      ]),
    )
    .option("--by <field>", "also judge the rows of each value of this field, such as --by task")
    .option("--cluster <field>", "field that dependent rows share, such as their prompt")
    .option("--second <field>", "a second person's label on some rows; the intervals then include people's errors")
    .option(
      "--calibration <file>",
      "labelled rows of the same verifier, if the file has no labels: their φ and ψ give p",
    )
    .option("--truth <field>", "with --label: the class that a human found, for verdicts by class")
    .option("--label <field>", "with --truth: the class in the data")
    .option(
      "--predictions <field>",
      "a prediction of the label on all rows, such as a score: fewer labels are needed (PPI++)",
    )
    .optionsGroup("Statistics:")
    .addOption(
      new Option("--interval <method>", "confidence interval of a share (default: clopper-pearson)").choices(
        intervalMethods,
      ),
    )
    .option("--sequential", "intervals that hold however often you look (a confidence sequence by betting)")
    .option("--finite-population", "estimate for exactly these rows, not for more rows of their kind")
    .addOption(
      new Option("--adjust <method>", "correction of the verdicts of many slices (default: holm)").choices(adjustments),
    )
    .option("--probability", "also print the posterior chance that p is below p⋆ (Jeffreys' prior)")
    .option(
      "--classes <K>",
      "number of classes (default: 2); a wrong label is any other class, all alike; open: count how much wrong answers agree",
    )
    .option("--answer <field>", "with --classes open and --cluster: the answer itself")
    .option("--confidence <level>", "of each interval (default: 0.95)")
    .optionsGroup("Words of the labels:")
    .option("--true <values>", "further values of the label that mean correct, separated by commas")
    .option("--false <values>", "further values that mean wrong")
    .option("--missing <values>", "values that mean that there is no label, such as n/a,unsure")
    .optionsGroup("Output:")
    .option(
      "--gate [conditions]",
      "exit with 1 unless the verdict is good; all these conditions must hold: below, slices (no slice is above), better (default: below,slices), and the fields must be named",
    )
    .addOption(new Option("--format <form>", "output format").choices(auditFormats).default("table"))
    .option("--date <date>", "date of the audit on a card, such as 2026-11-27")
    .option("--plot <file>", "with --score: plot the rates by threshold; as .png, .svg or .pdf", figureName)
    .option("--dim <d>", "with --score: dimension of the Gaussian model behind the recommendation (default: 50)")
    .option("--mean-norm <r>", "with --score: its signal-to-noise (default: 1.5)")
    .option("--seed <n>", "with --score: seed of the bootstrap", integerFrom(0))
    .addOption(asOption(true))
    .option("--strict", "stop at the first row that cannot be used")
    .option("--quiet", "no warnings, progress or hints")
    .optionsGroup("Planning:")
    .option("--plan", "say how many labels an audit needs; from these rates, or from a file that is partly audited:")
    .option("--p <rate>", "  share p of wrong labels")
    .option("--phi <rate>", "  chance φ that a correct label is kept")
    .option("--psi <rate>", "  chance ψ that a wrong label is kept")
    .option("--margin <m>", "  instead of --p: the smallest p⋆ − p to detect")
    .option("--kept-precision <rate>", "  instead of all three: share of correct labels among the kept rows")
    .addOption(new Option("--precision <rate>").hideHelp())
    .option("--keep-rate <rate>", "  with --kept-precision: share of the rows that is kept")
    .option("--power <chance>", "  chance that the planned labels are enough (default: 0.8)")
    .action(async (files: string[], flags: AuditFlags) => {
      const { runAudit } = await import("./run.js");
      await runAudit(files, flags, context);
    });
  explain(audit, context, EXPLANATION, [
    "--correct",
    "--labels",
    "--kept",
    "--score",
    "--threshold",
    "--by",
    "--cluster",
    "--confidence",
    "--gate",
    "--format",
    "--plot",
    "--plan",
  ]);
}
