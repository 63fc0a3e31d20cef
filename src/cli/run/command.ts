import { type Command, Option } from "commander";
import { measures } from "../../figure/series.js";
import type { Context } from "../context.js";
import {
  collect,
  engines,
  figureName,
  figureSize,
  integerFrom,
  pointSize,
  type RunFlags,
  reportFormats,
  tableFormats,
  tableName,
  workers,
} from "../options.js";
import { explain } from "../terminal/help.js";
import type { PlotFlags } from "./plot.js";
import type { ExportFlags, MergeFlags } from "./results.js";

const RUN = `
Examples:
  The paper's phase transition, as a table and a picture
    $ pstar run phase-transition --plot phase-transition.png
  One question: does a weak verifier save a generator that is wrong six times in ten?
    $ pstar run phase-transition --set generator.errorRate=0.6
  Another grid, in YAML
    $ pstar run phase-transition --set 'sweep.generator.errorRate={from: 0.6, to: 0.8, steps: 9}'
  A scenario of your own, with all results in a folder
    $ pstar presets angles > mine.yaml
    $ pstar run mine.yaml --out results
    $ pstar run mine.yaml --out results --resume       after an interruption
  A third of it on each of three machines
    $ pstar run mine.yaml --shard 1/3 --out part1      and 2/3, 3/3 on the others
    $ pstar merge part1 part2 part3 --out results
  On whichever machines are free
    $ pstar run mine.yaml --queue redis://queue.example:6379 --out results
    $ pstar worker --queue redis://queue.example:6379  on each machine
  Every trial, for your own statistics
    $ pstar run sample-size --trials-out trials.parquet
  Into another program
    $ pstar run sample-size --format csv --quiet > cells.csv

Ctrl-C stops a run (exit code 130). With --out the finished cells are kept, and --resume continues from them. A cell survives
a killed process 0.2 s after it was finished, and a power failure about 2 s after.
--verify 1% computes a random share s of the workers' blocks again on this machine, and compares bytes. A worker whose bytes differ
is named, and all its blocks are computed again. With b wrong blocks the chance of finding none of them is (1 − s)^b: 37 % for s = 1 % and b = 100. With --verify, cells are printed at the end of the run.
--shard auto reads PSTAR_SHARD=i/n, or the index of a Slurm array, an AWS Batch array, a Kubernetes Indexed Job (which does
not give n: set PSTAR_SHARDS), GitLab CI, CircleCI, Buildkite or Azure Pipelines.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 scenario not valid, 130 interrupted.`;

/** Adds `pstar run`. */
export function addRunCommand(program: Command, context: Context): void {
  const run = program
    .command("run")
    .description(
      "Computes a scenario: a preset (see: pstar presets), a YAML or JSON file, a result file, or - for standard input.",
    )
    .argument("<scenario>", "preset, file, or -")
    .optionsGroup("Scenario:")
    .option("--set <path=value>", "set one value, in YAML (repeatable)", collect)
    .option("--seed <n>", "random seed (default: as the scenario says)", integerFrom(0))
    .option(
      "--trials <n>",
      "independent repetitions of every cell (a point of the sweep); default: as the scenario says",
      integerFrom(1),
    )
    .addOption(
      new Option("--engine <engine>", "what computes the cells (default: as the scenario says)").choices(engines),
    )
    .optionsGroup("Output:")
    .addOption(new Option("--format <form>", "format of standard output").choices(reportFormats).default("table"))
    .addOption(new Option("--y <measure>", "the measure that the curve shows").choices(measures).default("accuracy"))
    .option("--out <folder>", "write results.jsonl, .csv and .parquet, config.yaml and a figure there")
    .option("--resume", "continue the interrupted run in the --out folder")
    .option(
      "--shard <i/n>",
      "compute the i-th of n parts into --out, for pstar merge; auto: i/n as the cluster or CI system gives it",
    )
    .option(
      "--queue <url>",
      "have pstar workers compute the cells, by a Redis server at redis://host:port (rediss:// with TLS)",
    )
    .option("--verify <share>", "compute this share of the workers' blocks, such as 1%, again and compare")
    .option("--plot <file>", "plot the curve of a sweep, as .png, .svg or .pdf", figureName)
    .option(
      "--trials-out <file>",
      "write a row for each trial, with every setting, as .parquet, .csv or .jsonl",
      tableName,
    )
    .option(
      "--workers <n>",
      "worker threads, or auto: one per core (default); any number gives the same results",
      workers,
    )
    .option("--quiet", "no progress, warnings or hints")
    .action(async (source: string, flags: RunFlags) => {
      // What computes is loaded only when it is needed: help and usage errors appear at once.
      const { run } = await import("./run.js");
      await run(source, flags, context);
    });
  explain(run, context, RUN, [
    "--set",
    "--seed",
    "--trials",
    "--engine",
    "--format",
    "--out",
    "--resume",
    "--queue",
    "--plot",
    "--workers",
  ]);
}

const MERGE = `
Examples:
  $ pstar run mine.yaml --shard 1/2 --out part1      on one machine
  $ pstar run mine.yaml --shard 2/2 --out part2      on another
  $ pstar merge part1 part2 --out results

The files are byte for byte those of an uninterrupted run on one machine. If a folder belongs to another run, or a cell is
missing, belongs to another shard or differs between folders, the error names it and nothing is written (exit code 3).
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the folders do not fit together, 130 interrupted.`;

/** Adds `pstar merge`. */
export function addMergeCommand(program: Command, context: Context): void {
  const merge = program
    .command("merge")
    .description("Merges the folders that the shards of a run wrote into one folder of results.")
    .argument("<folder...>", "folders written by pstar run --shard")
    .requiredOption("--out <folder>", "write results.jsonl, .csv and .parquet, config.yaml and a figure there")
    .addOption(new Option("--y <measure>", "the measure that the figure shows").choices(measures).default("accuracy"))
    .option("--quiet", "print only errors")
    .action(async (folders: string[], flags: MergeFlags) => {
      const { merge } = await import("./results.js");
      await merge(folders, flags, context);
    });
  explain(merge, context, MERGE);
}

const EXPORT = `
Examples:
  $ pstar export results/results.jsonl --to csv > cells.csv
  $ pstar export results/results.csv --out cells.parquet
  The finished cells of an interrupted run; the last line says that others are missing
    $ pstar export results --to csv
  For analysis: rounds of generations as rows, fixed settings as columns
    $ pstar export results --tidy --out tidy.parquet

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the file contains no results, 130 interrupted.`;

/** Adds `pstar export`. */
export function addExportCommand(program: Command, context: Context): void {
  const exportCommand = program
    .command("export")
    .description("Converts results to another format, with every digit of every number.")
    .argument("<results>", "results.jsonl, .csv or .parquet, what --format json printed, or the folder of a run")
    .addOption(new Option("--to <form>", "output format (default: by the file name of --out)").choices(tableFormats))
    .option("--out <file>", "write there (default: standard output)")
    .option("--tidy", "a row for each generation, and a column for every setting, swept or not")
    .option("--quiet", "print only errors")
    .action(async (source: string, flags: ExportFlags) => {
      const { exportResults } = await import("./results.js");
      await exportResults(source, flags, context);
    });
  explain(exportCommand, context, EXPORT);
}

const PLOT = `
Examples:
  $ pstar plot results/results.parquet --out curve.svg
  Another setting along the axis, another measure
    $ pstar plot results/results.jsonl --x samples --series verifier.kind --y agreement --out curve.png
  Two settings against each other, with the line p = p⋆ over the colours
    $ pstar plot results/results.csv --x generator.errorRate --series verifier.psi --heatmap --out map.png
  As wide as a journal's column, as vectors, with the theory through the simulated points
    $ pstar plot results --size 88mmx60mm --font-size 7 --no-title --theory --out figure.pdf
  Two of three swept settings, at one value of the third
    $ pstar plot results --x generator.errorRate --series verifier.psi --at samples=1000 --heatmap --out map.png

A CSV or JSONL file needs the store.json of its folder beside it to name its scenario; without it, the figure says less.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the file contains no results.`;

/** Adds `pstar plot`. */
export function addPlotCommand(program: Command, context: Context): void {
  const plot = program
    .command("plot")
    .description("Plots existing results.")
    .argument("<results>", "results.jsonl, .csv or .parquet, what --format json printed, or the folder of a run")
    .requiredOption("--out <file>", "the figure, as .png, .svg or .pdf", figureName)
    .option("--x <path>", "swept setting along the horizontal axis")
    .addOption(new Option("--y <measure>", "the measure to show").choices(measures).default("accuracy"))
    .option("--series <path>", "swept setting with a curve for each value; in a heat map, the vertical axis")
    .option("--heatmap", "plot two settings against each other, with the measure as colour")
    .option("--at <path=value>", "only the cells with that value (repeatable)", collect)
    .option("--theory", "lines of the theory through the points of a sweep")
    .option(
      "--size <width x height>",
      "size of the figure in mm or px, such as 88mmx60mm (default: 1200pxx750px)",
      figureSize,
    )
    .option("--dpi <n>", "dots an inch of a PNG (default: 192; with --size 300)", integerFrom(36, 1200))
    .option("--font-size <points>", "of the axes; the other letters follow", pointSize)
    .option("--no-title", "leave out title and subtitle, for a figure with a caption")
    .option("--quiet", "print only errors")
    .action(async (source: string, flags: PlotFlags) => {
      const { plot } = await import("./plot.js");
      await plot(source, flags, context);
    });
  explain(plot, context, PLOT, ["--out", "--x", "--y", "--series", "--heatmap", "--at", "--theory", "--size"]);
}
