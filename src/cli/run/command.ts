import { type Command, Option } from "commander";
import { measures } from "../../figure/series.js";
import type { Context } from "../context.js";
import { collect, engines, figureName, integerFrom, type RunFlags, reportFormats, workers } from "../options.js";
import { helpText } from "../terminal/help.js";
import type { ExportFlags } from "./export.js";
import type { MergeFlags } from "./merge.js";
import type { PlotFlags } from "./plot.js";

const RUN = `
Examples:
  The paper's phase transition, as a table and a picture
    $ pstar run phase-transition --plot phase-transition.png
  One question: does a weak verifier save a generator that is wrong six times in ten?
    $ pstar run phase-transition --set generator.errorRate=0.6
  Another grid, in YAML
    $ pstar run phase-transition --set 'sweep.generator.errorRate={from: 0.6, to: 0.8, steps: 9}'
  A scenario of your own, all results kept in a folder
    $ pstar presets angles > mine.yaml
    $ pstar run mine.yaml --out results
    $ pstar run mine.yaml --out results --resume       after an interruption
  A third of it on each of three machines
    $ pstar run mine.yaml --shard 1/3 --out part1      and 2/3, 3/3 on the others
    $ pstar merge part1 part2 part3 --out results
  By whatever machines have time
    $ pstar run mine.yaml --queue redis://queue.example:6379 --out results
    $ pstar worker --queue redis://queue.example:6379  on each machine
  Into another program
    $ pstar run sample-size --format csv --quiet > cells.csv

Ctrl-C stops a run (exit code 130); with --out the finished cells are kept, and --resume goes on. A finished cell is safe
from the end of the process after 0.2 s, and from a power cut after about 2 s.
--shard auto reads PSTAR_SHARD=i/n, or the index of a Slurm array, an AWS Batch array, a Kubernetes Indexed Job (which says
not how many there are: set PSTAR_SHARDS), GitLab CI, CircleCI, Buildkite, Azure Pipelines.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 scenario not valid, 130 interrupted.`;

/** Adds `pstar run`. */
export function addRunCommand(program: Command, context: Context): void {
  program
    .command("run")
    .summary("compute a scenario")
    .description(
      "Computes a scenario: a preset (see: pstar presets), a YAML or JSON file, a result file, or - for standard input.",
    )
    .argument("<scenario>", "preset, file, or -")
    .option("--set <path=value>", "set one value, in YAML; may be given again and again", collect)
    .option("--seed <n>", "seed of all randomness", integerFrom(0))
    .option("--trials <n>", "independent repetitions of every cell", integerFrom(1))
    .addOption(new Option("--engine <engine>", "how cells are computed").choices(engines))
    .addOption(new Option("--format <form>", "what goes to standard output").choices(reportFormats).default("table"))
    .addOption(new Option("--y <measure>", "what the curve shows").choices(measures).default("accuracy"))
    .option("--out <folder>", "keep results.jsonl, .csv and .parquet, config.yaml and a figure there")
    .option("--resume", "go on with what an interrupted run left in the folder of --out")
    .option("--shard <i/n>", "compute the i-th of n parts into --out, for pstar merge; auto asks the cluster or CI")
    .option("--queue <url>", "have it computed by every pstar worker at redis://host:port, or rediss:// with TLS")
    .option("--plot <file>", "draw the curve of a sweep, as .png or .svg", figureName)
    .option("--workers <n>", "worker threads, or auto: one a core (default); the results do not depend on it", workers)
    .option("--quiet", "no progress, warnings or hints")
    .addHelpText("after", () => helpText(RUN, context.streams.out.columns))
    .action(async (source: string, flags: RunFlags) => {
      // All that computes is loaded when it is needed: help and usage errors come at once.
      const { run } = await import("./run.js");
      await run(source, flags, context);
    });
}

const MERGE = `
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
    .addHelpText("after", () => helpText(MERGE, context.streams.out.columns))
    .action(async (folders: string[], flags: MergeFlags) => {
      const { merge } = await import("./merge.js");
      await merge(folders, flags, context);
    });
}

const EXPORT = `
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
    .addHelpText("after", () => helpText(EXPORT, context.streams.out.columns))
    .action(async (source: string, flags: ExportFlags) => {
      const { exportResults } = await import("./export.js");
      await exportResults(source, flags, context);
    });
}

const PLOT = `
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
    .addHelpText("after", () => helpText(PLOT, context.streams.out.columns))
    .action(async (source: string, flags: PlotFlags) => {
      const { plot } = await import("./plot.js");
      await plot(source, flags, context);
    });
}
