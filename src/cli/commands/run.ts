import { type Command, InvalidArgumentError, Option } from "commander";
import { DivergedError, SingularSystemError } from "../../core/errors.js";
import type { CellResult } from "../../engine/result.js";
import { type Measure, measures } from "../../figure/series.js";
import { Plan } from "../../model/cells.js";
import type { Scenario } from "../../model/scenario.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import { figureFormat, writeFigure } from "../figureFile.js";
import { checkWritable, makeFolder } from "../files.js";
import { Interrupt } from "../interrupt.js";
import { isComplete, type Outcome, writeFolder } from "../output.js";
import { progressBar } from "../progress.js";
import { type ReportFormat, reportFormats, reportOf } from "../report.js";
import { loadScenario } from "../source.js";

/** The options of `pstar run`. */
interface RunFlags {
  set?: string[];
  seed?: number;
  trials?: number;
  format: ReportFormat;
  y: Measure;
  out?: string;
  plot?: string;
  workers?: number;
  quiet?: boolean;
}

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
  Into another program
    $ pstar run sample-size --format csv --quiet > cells.csv

Ctrl-C stops a run; the cells that are finished are written (exit code 130).
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
    .addOption(new Option("--format <form>", "what goes to standard output").choices(reportFormats).default("table"))
    .addOption(new Option("--y <measure>", "what the curve shows").choices(measures).default("accuracy"))
    .option("--out <folder>", "write result.json, result.csv, config.yaml and curve.png there")
    .option("--plot <file>", "draw the curve of a sweep, as .png or .svg")
    .option("--workers <n>", "worker threads (default: one a core); the results do not depend on it", integerFrom(1))
    .option("--quiet", "no progress, warnings or hints")
    .addHelpText("after", EXAMPLES)
    .action((source: string, flags: RunFlags) => run(source, flags, context));
}

async function run(source: string, flags: RunFlags, context: Context): Promise<void> {
  const { out, err } = context.streams;
  const say = (text: string) => {
    if (!flags.quiet) err.write(`${text}\n`);
  };
  checkFigureName(flags.plot);
  const { scenario, warnings } = await loadScenario(source, flags);
  for (const warning of warnings) say(`${err.colors.yellow("warning:")} ${warning}`);
  await checkTargets(flags, scenario);

  const outcome: Outcome = { scenario, cells: [], planned: new Plan(scenario).length };
  const report = reportOf(flags.format, scenario, out, flags.y);
  const progress = progressBar(err, flags.quiet === true);
  const interrupt = new Interrupt(() => {
    progress.above(() => say("stopping; once more exits at once"));
  });
  const keepsFiles = flags.out !== undefined || flags.plot !== undefined;
  context.streams.onOutClosed(() => {
    if (!keepsFiles) interrupt.abort();
  });

  let failure: unknown;
  try {
    out.write(report.begin());
    const { runInWorkers } = await import("../../sweep/pool.js");
    const { signal } = interrupt;
    const onProgress = progress.update;
    for await (const cell of runInWorkers(scenario, { signal, onProgress, workers: flags.workers })) {
      outcome.cells.push(cell);
      progress.above(() => out.write(report.cell(cell)));
    }
  } catch (error) {
    if (!interrupt.signal.aborted) failure = error;
  } finally {
    progress.stop();
  }
  if (failure !== undefined && outcome.cells.length === 0) throw failure;
  // What is finished is kept, whatever ended the run.
  out.write(report.end(outcome));
  const written = await writeFiles(flags, outcome);
  interrupt.dispose();
  if (written.length > 0) say(err.colors.dim(`wrote ${written.join(", ")}`));
  if (failure !== undefined) throw failure;
  if (interrupt.exitCode !== null) {
    err.write(`interrupted: ${outcome.cells.length} of ${outcome.planned} cells finished\n`);
    context.exitCode = interrupt.exitCode;
    return;
  }
  throwFailedCells(outcome.cells);
  if (err.interactive && isComplete(outcome)) say(err.colors.dim(nextStep(source, flags, scenario)));
}

/** The files that were asked for; no figure of a part, which would look like the whole. */
async function writeFiles({ out, plot, y }: RunFlags, outcome: Outcome): Promise<string[]> {
  const written = out === undefined ? [] : await writeFolder(out, outcome, y);
  if (plot !== undefined && isComplete(outcome)) {
    await writeFigure(plot, outcome.scenario, outcome.cells, y);
    written.push(plot);
  }
  return written;
}

/** The other cells stand, but a run with such cells has not done what was asked. */
function throwFailedCells(cells: readonly CellResult[]): void {
  for (const [status, kind] of [
    ["singular", SingularSystemError],
    ["diverged", DivergedError],
  ] as const) {
    const failed = cells.filter((cell) => cell.status === status);
    const [first] = failed;
    if (first) throw new kind(`${failed.length} of ${cells.length} cells: ${first.message ?? status}`);
  }
}

function checkFigureName(plot: string | undefined): void {
  if (plot === undefined || figureFormat(plot) !== null) return;
  throw new UsageError(`--plot must be a file ending in .png or .svg, got ${JSON.stringify(plot)}`);
}

/** Everything that would keep the results from being written, found before they are computed. */
async function checkTargets({ out, plot }: RunFlags, scenario: Scenario): Promise<void> {
  if (plot !== undefined && scenario.sweep === undefined) {
    throw new UsageError(
      "--plot draws the curve of a sweep, and this scenario has none; for example\n" +
        "  --set 'sweep.generator.errorRate={from: 0, to: 1, steps: 11}'",
    );
  }
  if (out !== undefined) await makeFolder(out);
  if (plot !== undefined) await checkWritable(plot);
}

function nextStep(source: string, { out, plot }: RunFlags, { sweep }: Scenario): string {
  if (out !== undefined) return `run it again: pstar run ${out}/config.yaml`;
  if (plot === undefined && sweep !== undefined) return `draw it: pstar run ${source} --plot curve.png`;
  return `keep the numbers: pstar run ${source} --out results`;
}

function collect(value: string, values: string[] = []): string[] {
  return [...values, value];
}

function integerFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  };
}
