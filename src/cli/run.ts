import { DivergedError, SingularSystemError } from "../core/errors.js";
import type { CellResult } from "../engine/result.js";
import { hasTrajectory } from "../figure/generations.js";
import { Plan } from "../model/cells.js";
import type { Scenario } from "../model/scenario.js";
import type { Context } from "./context.js";
import { UsageError } from "./failure.js";
import { writeFigure } from "./figureFile.js";
import { checkWritable, makeFolder } from "./files.js";
import type { RunFlags } from "./flags.js";
import { Interrupt } from "./interrupt.js";
import { isComplete, type Outcome, writeFolder } from "./output.js";
import { progressBar } from "./progress.js";
import { reportOf } from "./report.js";
import { loadScenario } from "./source.js";

/** Runs a scenario and reports on it: the results to standard output and files, all else to standard error. */
export async function run(source: string, flags: RunFlags, context: Context): Promise<void> {
  const { out, err } = context.streams;
  const say = (text: string) => {
    if (!flags.quiet) err.write(`${text}\n`);
  };
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
    const { runInWorkers } = await import("../sweep/pool.js");
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
    const undrawn = flags.plot !== undefined || flags.out !== undefined ? "; no figure is drawn of a part" : "";
    err.write(`interrupted: ${outcome.cells.length} of ${outcome.planned} cells finished${undrawn}\n`);
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

/** Everything that would keep the results from being written, found before they are computed. */
async function checkTargets({ out, plot }: RunFlags, scenario: Scenario): Promise<void> {
  if (plot !== undefined && scenario.sweep === undefined && !hasTrajectory(scenario)) {
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
