import { type Command, Option } from "commander";
import { measures } from "../../figure/series.js";
import type { Context } from "../context.js";
import { helpText } from "../terminal/help.js";
import { collect, figureName } from "./command.js";
import type { PlotFlags } from "./plot.js";

const EXAMPLES = `
Examples:
  $ pstar plot results/results.parquet --out curve.svg
  Another setting along the axis, another measure
    $ pstar plot results/results.jsonl --x samples --series verifier.kind --y agreement --out curve.png
  Two settings against each other, with the line p = p⋆ over the colours
    $ pstar plot results/results.csv --x generator.errorRate --series verifier.psi --heatmap --out map.png
  Of three swept settings, two at one value of the third
    $ pstar plot results --x generator.errorRate --series verifier.psi --at samples=1000 --heatmap --out map.png

A CSV or JSONL file names its scenario only with the store.json of its folder beside it; without, the figure says less.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the file holds no results.`;

/** Adds `pstar plot`. */
export function addPlotCommand(program: Command, context: Context): void {
  program
    .command("plot")
    .summary("draw results")
    .description("Draws results that were computed before.")
    .argument("<results>", "results.jsonl, .csv or .parquet, what --format json printed, or the folder of a run")
    .requiredOption("--out <file>", "the picture, as .png or .svg", figureName)
    .option("--x <path>", "swept setting along the horizontal axis")
    .addOption(new Option("--y <measure>", "what is shown").choices(measures).default("accuracy"))
    .option("--series <path>", "swept setting that tells the curves apart; of a heat map, along the vertical axis")
    .option("--heatmap", "two settings against each other, the measure as colour")
    .option("--at <path=value>", "only the cells with that value; may be given again and again", collect)
    .option("--quiet", "no messages but errors")
    .addHelpText("after", () => helpText(EXAMPLES, context.streams.out.columns))
    .action(async (source: string, flags: PlotFlags) => {
      const { plot } = await import("./plot.js");
      await plot(source, flags, context);
    });
}
