import { type Command, Option } from "commander";
import type { Context } from "../context.js";
import { helpText } from "../terminal/help.js";
import type { ExportFlags } from "./export.js";

const EXAMPLES = `
Examples:
  $ pstar export results/results.jsonl --to csv > cells.csv
  $ pstar export results/results.csv --out cells.parquet
  What an interrupted run has finished by now
    $ pstar export results --to csv

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the file holds no results, 130 interrupted.`;

/** Adds `pstar export`. */
export function addExportCommand(program: Command, context: Context): void {
  program
    .command("export")
    .summary("write results in another form")
    .description("Writes results in another form: every number with all its digits.")
    .argument("<results>", "results.jsonl, .csv or .parquet, what --format json printed, or the folder of a run")
    .addOption(
      new Option("--to <form>", "form of the output (default: what the name of --out says)").choices([
        "jsonl",
        "csv",
        "parquet",
      ]),
    )
    .option("--out <file>", "write there (default: standard output)")
    .option("--quiet", "no messages but errors")
    .addHelpText("after", () => helpText(EXAMPLES, context.streams.out.columns))
    .action(async (source: string, flags: ExportFlags) => {
      const { exportResults } = await import("./export.js");
      await exportResults(source, flags, context);
    });
}
