import { type Command, InvalidArgumentError, Option } from "commander";
import { isDecimal } from "../../core/errors.js";
import { encodings } from "../../core/matrices.js";
import { eigenEncodings, eigenPresets } from "../../eigen/options.js";
import type { Context } from "../context.js";
import { figureName, integerFrom, reportFormats, seedList } from "../options.js";
import { explain } from "../terminal/help.js";
import type { EigenFlags } from "./run.js";

const EIGEN = `
A small transformer, the generator, learns the eigenvalues of symmetric 2 × 2 matrices from 2,500 examples. It answers 100,000
new matrices, verifiers keep some of the answers, and fresh transformers of the same shape learn from those: all in the same
number of steps and, except for unverified-40x, from the same number of rows. Accuracy is measured on new matrices.
  oracle     keeps the correct answers; with beams, also the likeliest correct one of each matrix's beams (oracle-beams)
  noisy:PSI  keeps the correct answers, and a share PSI of the wrong ones
  self       keeps the answer of lowest perplexity among the beams
  confident  keeps the answers of highest probability
  random     keeps any
  none       no verifier: as many rows as the oracle keeps (unverified), and all rows (unverified-40x)

An answer is correct if the sum of |error| over the eigenvalues is at most --tolerance of the sum of |eigenvalue|; the oracle
and the measure use the same tolerance. Differences from the generator are paired over the seeds; "better" and "worse" mean
significant at 5 % by Student's t.

Presets:
  fast   ${eigenPresets.fast.description}
  paper  ${eigenPresets.paper.description}
  long   ${eigenPresets.long.description}

Encodings:
${encodingLines()}

Examples:
  The short version, and a chart
    $ pstar eigen --plot eigen.png
  Everything in a folder; after an interruption the same with --resume
    $ pstar eigen --preset paper --out results
  Does the breakdown point move with the generator? A grid of generators and noisy oracles
    $ pstar eigen --grid --out grid
  One question: does the oracle help at 1 %?
    $ pstar eigen --tolerance 1% --verifiers oracle,none --seeds 1..8

JSON: {schema: "pstar/eigen@1", complete, config, generator, arms, seeds, provenance}; of a grid {schema: "pstar/eigen-grid@1",
complete, config, cells, crossings, generators, test, seeds, provenance}.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the folder holds something else, 130 interrupted (with --out, finished arms are kept).`;

function encodingLines(): string {
  return Object.entries(encodings)
    .map(([name, { description }]) => `  ${name.padEnd(11)}  ${description}`)
    .join("\n");
}

/** Adds `pstar eigen`. */
export function addEigenCommand(program: Command, context: Context): void {
  const eigen = program
    .command("eigen")
    .description(
      "Trains transformers on a generator's eigenvalues that verifiers keep, and tests them on new matrices.",
    )
    .optionsGroup("Experiment:")
    .addOption(
      new Option("--preset <name>", "settings to start from").choices(Object.keys(eigenPresets)).default("fast"),
    )
    .option("--size <n>", "n × n matrices: 2, or 3 (exploratory) (default: 2)", integerFrom(2, 3))
    .option("--tolerance <share>", "largest relative error of a correct answer, such as 1% (default: 2%)")
    .addOption(
      new Option("--encoding <name>", "how numbers are written as tokens (default: base20)").choices(eigenEncodings),
    )
    .option("--verifiers <list>", "such as oracle,noisy:0.1,self,confident,random,none (default: the preset's)", names)
    .option(
      "--temperature <t>",
      "the generator draws its answers to the pool at this temperature (default: 0, its likeliest tokens)",
      temperature,
    )
    .option("--beams <n>", "beams of the search (default: 50)", integerFrom(1, 400))
    .option("--seeds <list>", "repetitions, such as 1..8 or 1,2,5 (default: the preset's)", seedList)
    .option("--rows <n>", "matrices that the generator learns from (default: 2500)", integerFrom(1, 10_000_000))
    .option("--pool <n>", "matrices that the generator answers (default: 100000)", integerFrom(1, 10_000_000))
    .option("--steps <n>", "training steps of every model (default: the preset's)", integerFrom(1, 10_000_000))
    .option(
      "--grid [list]",
      "generators that learn from fewer and more matrices (default: 2000,2250,2500,2800,3200) against psi: where do models cross them?",
      rowsList,
    )
    .optionsGroup("Output:")
    .addOption(new Option("--format <form>", "output format").choices(reportFormats).default("table"))
    .option("--out <folder>", "keep finished arms and checkpoints there, and write result.json and the chart")
    .option("--resume", "continue the experiment in the folder of --out")
    .option("--plot <file>", "plot accuracy against psi, as .png, .svg or .pdf", figureName)
    .option("--workers <n>", "worker threads (default: one per core); results do not depend on it", integerFrom(1))
    .option("--quiet", "no progress or hints")
    .action(async (flags: EigenFlags) => {
      const { eigen } = await import("./run.js");
      await eigen(flags, context);
    });
  explain(eigen, context, EIGEN, [
    "--preset",
    "--tolerance",
    "--verifiers",
    "--beams",
    "--seeds",
    "--grid",
    "--out",
    "--resume",
    "--plot",
    "--workers",
    "--format",
  ]);
}

function temperature(text: string): number {
  if (isDecimal(text)) return Number(text);
  throw new InvalidArgumentError("It must be a number such as 0.7.");
}

function rowsList(text: string): number[] {
  const list = text.split(",").map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (!list.some(Number.isNaN)) return list; // whether one is too large is known where it is used
  throw new InvalidArgumentError("It must be a list of whole numbers such as 2000,2500,3200.");
}

function names(text: string): string[] {
  const list = text.split(",").map((name) => name.trim());
  if (!list.includes("")) return list;
  throw new InvalidArgumentError("It must be a list of names such as oracle,noisy:0.1,none.");
}
