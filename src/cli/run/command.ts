import { type Command, InvalidArgumentError, Option } from "commander";
import { measures } from "../../figure/series.js";
import type { Context } from "../context.js";
import { engines, figureFormat, type RunFlags, reportFormats } from "../options.js";
import { helpText } from "../terminal/help.js";

const EXAMPLES = `
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
    .addHelpText("after", () => helpText(EXAMPLES, context.streams.out.columns))
    .action(async (source: string, flags: RunFlags) => {
      // All that computes is loaded when it is needed: help and usage errors come at once.
      const { run } = await import("./run.js");
      await run(source, flags, context);
    });
}

/** Gathers the values of an option that may be given again and again. */
export function collect(value: string, values: string[] = []): string[] {
  return [...values, value];
}

/** Reads a whole number of at least `least`. */
export function integerFrom(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** Reads a number of threads, or `auto`. */
export function workers(text: string): number | "auto" {
  return text === "auto" ? text : integerFrom(1)(text);
}

/** Reads the name of a figure. */
export function figureName(file: string): string {
  if (figureFormat(file) !== null) return file;
  throw new InvalidArgumentError("It must end in .png or .svg.");
}
