import { DataError } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import { EigenFolder } from "../../eigen/folder.js";
import { EigenGrid, type EigenGridOptions, type GridOutcome, gridPlans } from "../../eigen/grid.js";
import { type EigenOptions, type EigenPreset, eigenPresets, eigenSettings, noiseOf } from "../../eigen/options.js";
import type { EigenOutcome, EigenResult } from "../../eigen/result.js";
import { EigenExperiment, type EigenRunOptions } from "../../eigen/run.js";
import type { Tag } from "../../model/document.js";
import { counted } from "../../model/format.js";
import { checkWritable } from "../../rows/files.js";
import type { Identity } from "../../rows/manifest.js";
import { type Context, commandWith, sayWhoMayWrite } from "../context.js";
import { UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { type ReportFormat, shareOf, withFlagNames } from "../options.js";
import { duration } from "../terminal/format.js";
import { progressLine } from "../terminal/progress.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";
import { eigenCsv, eigenText, gridCsv, gridText } from "./text.js";

/** What the library calls what a flag says. */
const FLAGS = {
  size: "--size",
  tolerance: "--tolerance",
  encoding: "--encoding",
  verifiers: "--verifiers",
  psi: "--verifiers",
  temperature: "--temperature",
  beams: "--beams",
  seeds: "--seeds",
  generatorRows: "--rows",
  pool: "--pool",
  steps: "--steps",
};

/** An experiment, or a grid of them, as the command runs it. */
interface Job {
  /** Models to train. */
  tasks: number;
  identity: Identity;
  run(options: EigenRunOptions & { workers: number | undefined }): Promise<unknown>;
  /** Of the models that are finished. */
  report(): Report;
}

interface Report {
  result: { schema: Tag; complete: boolean };
  text(out: Terminal): string;
  csv(): string;
  draw(file: string): Promise<void>;
}

/** Runs the transformer experiment: the result to standard output and files, all else to standard error. */
export async function eigen(flags: EigenFlags, context: Context): Promise<void> {
  const { out, err } = context.streams;
  const say = (text: string) => {
    if (!flags.quiet) err.print(`${text}\n`);
  };
  const job = flags.grid === undefined ? await experimentJob(flags) : await gridJob(flags, flags.grid);
  if (flags.plot !== undefined) await checkWritable(flags.plot, []);
  const folder = await folderOf(flags, job, context, say);
  const progress = progressLine(err, flags.quiet);
  const interrupt = new Interrupt(() => {
    progress.stop();
    say("stopping; press Ctrl-C again to exit at once");
  });
  const { signal } = interrupt;
  if (!folder && flags.plot === undefined) context.streams.onOutClosed(() => interrupt.abort());
  let finished = 0;
  try {
    let start: { at: number; done: number } | undefined;
    const running = interrupt.untilStopped(() =>
      job.run({
        signal,
        workers: flags.workers,
        store: folder,
        onProgress: ({ done, total }) => {
          // what a folder held already took no time
          start ??= { at: performance.now(), done };
          const rate = (done - start.done) / (performance.now() - start.at);
          const left = rate > 0 ? `, about ${duration((total - done) / rate / 1000)} left` : "";
          const arms = `${finished} of ${job.tasks} arms`;
          progress.update(`${arms}, ${Math.floor((100 * done) / total)} % of the steps${left}`, done / total);
        },
        onArm: () => void finished++,
      }),
    );
    await running.finally(() => progress.stop());

    const report = job.report();
    const { result } = report;
    if (finished > 0) {
      if (flags.format === "json") out.write(jsonText(result));
      else if (flags.format === "csv") out.write(report.csv());
      else out.print(report.text(out));
    }
    const written: string[] = [];
    if (folder && finished > 0) written.push(await folder.finish(result));
    for (const chart of result.complete ? [flags.plot, folder?.chart] : []) {
      if (chart === undefined) continue;
      await report.draw(chart);
      written.push(chart);
    }
    if (written.length > 0) say(err.colors.dim(`wrote ${written.join(", ")}`));
    if (interrupt.exitCode === null) return;
    const resumed = flags.resume ? commandWith(context) : commandWith(context, "--resume");
    const hint = folder ? `; resume with: ${resumed}` : "; with --out they are kept";
    err.print(`interrupted: ${finished} of ${counted(job.tasks, "arm")} finished${hint}\n`);
    context.exitCode = interrupt.exitCode;
  } finally {
    folder?.close();
    interrupt.dispose();
  }
}

/** What the flags set that an experiment and a grid share. */
function sharedOptions(
  flags: EigenFlags,
): Pick<EigenOptions, "size" | "tolerance" | "encoding" | "temperature" | "seeds" | "pool" | "steps"> {
  const { seeds: presetSeeds, steps: presetSteps } = eigenPresets[flags.preset];
  const { size, encoding, seeds = presetSeeds, steps = presetSteps, pool, temperature } = flags;
  const tolerance = flags.tolerance === undefined ? undefined : shareOf("--tolerance", flags.tolerance);
  return stated({ size, tolerance, encoding, temperature, seeds, pool, steps });
}

function stated<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

async function experimentJob(flags: EigenFlags): Promise<Job> {
  const { verifiers = eigenPresets[flags.preset].verifiers, beams, rows: generatorRows } = flags;
  const options = { ...sharedOptions(flags), ...stated({ verifiers, beams, generatorRows }) };
  // checked here, so that a flag is named; planning loads the core
  withFlagNames(FLAGS, () => eigenSettings(options));
  const experiment = await EigenExperiment.plan(options);
  const outcomes: EigenOutcome[] = [];
  return {
    tasks: experiment.tasks,
    identity: experiment.identity,
    run: async (options) => {
      const { runEigenExperiment } = await import("../../eigen/pool.js");
      return runEigenExperiment(experiment, gathering(outcomes, options));
    },
    report: () => {
      const result = experiment.result(outcomes);
      return {
        result,
        text: (out) => eigenText(result, out),
        csv: () => eigenCsv(result),
        draw: (file) => drawArms(file, result),
      };
    },
  };
}

async function gridJob(flags: EigenFlags, list: true | number[]): Promise<Job> {
  for (const [flag, value] of Object.entries({ "--rows": flags.rows, "--beams": flags.beams }))
    if (value !== undefined) throw new UsageError(`${flag} has no part in a grid: leave it out, or --grid`);
  const generatorRows = list === true ? undefined : list;
  const options: EigenGridOptions = {
    ...sharedOptions(flags),
    ...stated({ generatorRows, psi: flags.verifiers?.map(sharesKept) }),
  };
  withFlagNames({ ...FLAGS, generatorRows: "--grid" }, () => gridPlans(options));
  const grid = await EigenGrid.plan(options);
  const outcomes: GridOutcome[] = [];
  return {
    tasks: grid.tasks,
    identity: grid.identity,
    run: async ({ workers, ...options }) => {
      const { runEigenExperiment } = await import("../../eigen/pool.js");
      return grid.run(
        (experiment, own) => runEigenExperiment(experiment, { workers, ...own }),
        gathering(outcomes, options),
      );
    },
    report: () => {
      const result = grid.result(outcomes);
      return {
        result,
        text: (out) => gridText(result, out),
        csv: () => gridCsv(result),
        draw: async (file) => {
          const { printTheme, writeFigureFile } = await import("../run/render.js");
          const { eigenGridFigure } = await import("../../figure/arms.js");
          writeFigureFile(file, eigenGridFigure(result, { theme: printTheme }));
        },
      };
    },
  };
}

/** ψ of a verifier of a grid, which keeps every correct answer. */
function sharesKept(verifier: string): number {
  const psi = { oracle: 0, none: 1 }[verifier] ?? noiseOf(verifier);
  if (psi !== null) return psi;
  throw new UsageError(`with --grid, --verifiers must be among oracle, noisy:<psi> and none, got ${quote(verifier)}`);
}

/** Gathers what is finished on its way to whoever is told of it. */
function gathering<O extends EigenOutcome, R extends { onArm?: (outcome: O) => void }>(outcomes: O[], run: R): R {
  return {
    ...run,
    onArm: (outcome: O) => {
      outcomes.push(outcome);
      run.onArm?.(outcome);
    },
  };
}

async function folderOf(
  { out, resume }: EigenFlags,
  job: Job,
  context: Context,
  say: (text: string) => void,
): Promise<EigenFolder | undefined> {
  if (out === undefined) {
    if (resume) throw new UsageError("--resume continues the experiment in a folder: name it with --out");
    return undefined;
  }
  if (!resume && (await EigenFolder.isBegun(out)))
    throw new DataError(
      `${out} holds an experiment: continue it with: ${commandWith(context, "--resume")}, or choose another folder`,
    );
  return EigenFolder.open(out, job.identity, sayWhoMayWrite(out, say));
}

/** Draws the arms into a PNG, SVG or PDF file, by its name. */
export async function drawArms(file: string, result: EigenResult): Promise<void> {
  // the canvas is large, and many runs never draw
  const { printTheme, writeFigureFile } = await import("../run/render.js");
  const { eigenFigure } = await import("../../figure/arms.js");
  writeFigureFile(file, eigenFigure(result, { theme: printTheme }));
}

/** The options of `pstar eigen`. */
export interface EigenFlags
  extends Pick<EigenOptions, "size" | "encoding" | "beams" | "temperature" | "seeds" | "steps" | "pool"> {
  preset: EigenPreset;
  /** `2%` or 0.02. */
  tolerance?: string;
  verifiers?: string[];
  /** Examples of the generator. */
  rows?: number;
  /** Numbers of matrices that generators learn from; true: the usual ones. */
  grid?: true | number[];
  format: ReportFormat;
  out?: string;
  resume?: boolean;
  plot?: string;
  workers?: number;
  quiet?: boolean;
}
