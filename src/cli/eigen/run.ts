import { DataError } from "../../core/errors.js";
import { EigenFolder } from "../../eigen/folder.js";
import { type EigenOptions, type EigenPreset, eigenPresets } from "../../eigen/options.js";
import type { EigenOutcome, EigenResult } from "../../eigen/result.js";
import { EigenExperiment } from "../../eigen/run.js";
import { counted } from "../../model/format.js";
import { checkWritable } from "../../rows/files.js";
import { type Context, commandWith } from "../context.js";
import { UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { type ReportFormat, shareOf, withFlagNames } from "../options.js";
import { duration } from "../terminal/format.js";
import { progressLine } from "../terminal/progress.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";
import { eigenCsv, eigenText } from "./text.js";

/** What the library calls what a flag says. */
const FLAGS = {
  size: "--size",
  tolerance: "--tolerance",
  verifiers: "--verifiers",
  beams: "--beams",
  seeds: "--seeds",
  generatorRows: "--rows",
  pool: "--pool",
  steps: "--steps",
};

/** Runs the transformer experiment: the result to standard output and files, all else to standard error. */
export async function eigen(flags: EigenFlags, context: Context): Promise<void> {
  const { out, err } = context.streams;
  const say = (text: string) => {
    if (!flags.quiet) err.print(`${text}\n`);
  };
  const experiment = await planned(flags);
  if (flags.plot !== undefined) await checkWritable(flags.plot, []);
  const folder = await folderOf(flags, experiment, context);
  const progress = progressLine(err, flags.quiet);
  const interrupt = new Interrupt(() => {
    progress.stop();
    say("stopping; press Ctrl-C again to exit at once");
  });
  const { signal } = interrupt;
  if (!folder && flags.plot === undefined) context.streams.onOutClosed(() => interrupt.abort());
  const outcomes: EigenOutcome[] = [];
  try {
    const { runEigenExperiment } = await import("../../eigen/pool.js");
    let failure: unknown;
    let start: { at: number; done: number } | undefined;
    try {
      await runEigenExperiment(experiment, {
        signal,
        workers: flags.workers,
        store: folder,
        onProgress: ({ done, total }) => {
          // what a folder held already took no time
          start ??= { at: performance.now(), done };
          const rate = (done - start.done) / (performance.now() - start.at);
          const left = rate > 0 ? `, about ${duration((total - done) / rate / 1000)} left` : "";
          const arms = `${outcomes.length} of ${experiment.tasks} arms`;
          progress.update(`${arms}, ${Math.floor((100 * done) / total)} % of the steps${left}`, done / total);
        },
        onArm: (outcome) => void outcomes.push(outcome),
      });
    } catch (error) {
      if (!signal.aborted) failure = error;
    } finally {
      progress.stop();
    }
    if (failure !== undefined) throw failure;

    const result = experiment.result(outcomes);
    if (outcomes.length > 0) report(result, flags, out);
    const written: string[] = [];
    if (folder && outcomes.length > 0) written.push(await folder.finish(result));
    for (const chart of result.complete ? [flags.plot, folder?.chart] : []) {
      if (chart === undefined) continue;
      await drawArms(chart, result);
      written.push(chart);
    }
    if (written.length > 0) say(err.colors.dim(`wrote ${written.join(", ")}`));
    if (interrupt.exitCode === null) return;
    const resumed = flags.resume ? commandWith(context) : commandWith(context, "--resume");
    const hint = folder ? `; resume with: ${resumed}` : "; with --out they are kept";
    err.print(`interrupted: ${outcomes.length} of ${counted(experiment.tasks, "arm")} finished${hint}\n`);
    context.exitCode = interrupt.exitCode;
  } finally {
    folder?.close();
    interrupt.dispose();
  }
}

async function planned(flags: EigenFlags): Promise<EigenExperiment> {
  const { description: _, ...preset } = eigenPresets[flags.preset];
  const tolerance = flags.tolerance === undefined ? undefined : shareOf("--tolerance", flags.tolerance);
  const { size, verifiers, beams, seeds, rows: generatorRows, pool, steps } = flags;
  const own = Object.entries({ size, tolerance, verifiers, beams, seeds, generatorRows, pool, steps }).filter(
    ([, value]) => value !== undefined,
  );
  const options = { ...preset, ...Object.fromEntries(own) };
  // checked here, so that a flag is named; planning loads the core
  const { eigenSettings } = await import("../../eigen/options.js");
  withFlagNames(FLAGS, () => eigenSettings(options));
  return EigenExperiment.plan(options);
}

async function folderOf(
  { out, resume }: EigenFlags,
  experiment: EigenExperiment,
  context: Context,
): Promise<EigenFolder | undefined> {
  if (out === undefined) {
    if (resume) throw new UsageError("--resume continues the experiment in a folder: name it with --out");
    return undefined;
  }
  if (!resume && (await EigenFolder.isBegun(out)))
    throw new DataError(
      `${out} holds an experiment: continue it with: ${commandWith(context, "--resume")}, or choose another folder`,
    );
  return EigenFolder.open(out, experiment.identity);
}

/** Draws the arms into a PNG or SVG file, by its name. */
export async function drawArms(file: string, result: EigenResult): Promise<void> {
  // the canvas is large, and many runs never draw
  const { printTheme, writeFigureFile } = await import("../run/render.js");
  const { eigenFigure } = await import("../../figure/arms.js");
  writeFigureFile(file, eigenFigure(result, { theme: printTheme }));
}

function report(result: EigenResult, { format }: EigenFlags, out: Terminal): void {
  if (format === "json") out.write(jsonText(result));
  else if (format === "csv") out.write(eigenCsv(result));
  else out.print(eigenText(result, out));
}

/** The options of `pstar eigen`. */
export interface EigenFlags extends Pick<EigenOptions, "size" | "beams" | "seeds" | "steps" | "pool"> {
  preset: EigenPreset;
  /** `2%` or 0.02. */
  tolerance?: string;
  verifiers?: string[];
  /** Examples of the generator. */
  rows?: number;
  format: ReportFormat;
  out?: string;
  resume?: boolean;
  plot?: string;
  workers?: number;
  quiet?: boolean;
}
