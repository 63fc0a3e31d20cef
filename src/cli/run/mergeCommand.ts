import { type Command, Option } from "commander";
import { measures } from "../../figure/series.js";
import type { Context } from "../context.js";
import { helpText } from "../terminal/help.js";
import type { MergeFlags } from "./merge.js";

const EXAMPLES = `
Examples:
  $ pstar run mine.yaml --shard 1/2 --out part1      on one machine
  $ pstar run mine.yaml --shard 2/2 --out part2      on another
  $ pstar merge part1 part2 --out results

The files are byte by byte those of an unbroken run on one machine. Folders of another run, cells that are missing, that
belong elsewhere or of which two folders have different results are named, and nothing is written (exit code 3).
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the folders do not fit together, 130 interrupted.`;

/** Adds `pstar merge`. */
export function addMergeCommand(program: Command, context: Context): void {
  program
    .command("merge")
    .summary("put the shards of a run together")
    .description("Puts the folders that the shards of a run wrote together into one folder of results.")
    .argument("<folder...>", "folders written by pstar run --shard")
    .requiredOption("--out <folder>", "write results.jsonl, .csv and .parquet, config.yaml and a figure there")
    .addOption(new Option("--y <measure>", "what the figure shows").choices(measures).default("accuracy"))
    .option("--quiet", "no messages but errors")
    .addHelpText("after", () => helpText(EXAMPLES, context.streams.out.columns))
    .action(async (folders: string[], flags: MergeFlags) => {
      const { merge } = await import("./merge.js");
      await merge(folders, flags, context);
    });
}
