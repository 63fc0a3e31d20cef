import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { DivergedError, FailedCellsError, SingularSystemError } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import { nextTask, Turns } from "../../core/slices.js";
import type { Trial } from "../../core/trials.js";
import { expectedSeconds } from "../../engine/cost.js";
import type { CellResult } from "../../engine/result.js";
import { hasTrajectory } from "../../figure/series.js";
import type { Progress } from "../../index.js";
import { type Cell, type Part, Plan, wholePart } from "../../model/cells.js";
import { counted, formatNumber, shellWord } from "../../model/format.js";
import type { Scenario } from "../../model/scenario.js";
import { checkWritable } from "../../rows/files.js";
import type { QueueNote } from "../../sweep/queue/reasons.js";
import type { QueueRunOptions } from "../../sweep/queue/run.js";
import { ResultFiles } from "../../sweep/results/write.js";
import { readShard, type Shard, shardText } from "../../sweep/shard.js";
import { cellIn, type Store } from "../../sweep/store/store.js";
import { unlessAborted } from "../../threads/waiting.js";
import { type Context, commandWith } from "../context.js";
import { ExitCode, UsageError } from "../failure.js";
import { Interrupt, withSystemSignals } from "../interrupt.js";
import { type RunFlags, shareOf, wrongFlag } from "../options.js";
import { checkAddress, noteText } from "../queue/option.js";
import { duration } from "../terminal/format.js";
import { type ProgressLine, progressLine, trialsText } from "../terminal/progress.js";
import type { Terminal } from "../terminal/terminal.js";
import { drawResults } from "./figure.js";
import { checkFolder, openStore, resumeHint, writeFolder } from "./folder.js";
import { isComplete, type Outcome, reportOf, TABLE_CELLS } from "./report.js";
import { inputsOfScenario, loadScenario } from "./source.js";
import { TrialsFile } from "./trials.js";

/** Runs a scenario and reports on it: the results to standard output and files, all else to standard error. */
export async function run(source: string, flags: RunFlags, context: Context): Promise<void> {
  const { err } = context.streams;
  const say = (text: string) => {
    if (!flags.quiet) err.print(`${text}\n`);
  };
  checkFlags(flags);
  // a sweep of a million cells takes seconds to read and to plan
  const { scenario, warnings, planned } = await withSystemSignals(async () => {
    const loaded = await loadScenario(source, flags);
    return { ...loaded, planned: new Plan(loaded.scenario).length };
  });
  for (const warning of warnings) say(`${err.colors.yellow("warning:")} ${warning}`);
  const inputs = inputsOfScenario(source);
  await checkFigure(flags, scenario, inputs);
  if (flags.trialsOut !== undefined) await checkWritable(flags.trialsOut, inputs);
  const asked = flags.shard === undefined ? undefined : shardOf(flags.shard, process.env);
  if (asked?.from) say(err.colors.dim(`shard ${shardText(asked.shard)} (${asked.from})`));
  const note = (text: string) => say(err.colors.dim(text));
  if (flags.out !== undefined) checkFolder(flags.out, inputs);
  const store = flags.out === undefined ? undefined : await openStore(flags.out, scenario, asked?.shard, flags, note);
  let trials: TrialsFile | undefined;
  try {
    trials = flags.trialsOut === undefined ? undefined : new TrialsFile(flags.trialsOut, scenario);
    if (trials !== undefined && store !== undefined && store.count > 0)
      note(`the finished cells are computed again: ${flags.out} does not hold their trials`);
    await compute({ scenario, planned, flags, store, trials, context, say });
  } finally {
    trials?.discard();
    store?.close();
  }
}

interface Job {
  scenario: Scenario;
  /** Cells of the whole plan. */
  planned: number;
  flags: RunFlags;
  store: Store | undefined;
  trials: TrialsFile | undefined;
  context: Context;
  say: (text: string) => void;
}

/** Computes what is missing and reports on all of it. */
async function compute({ scenario, planned, flags, store, trials, context, say }: Job): Promise<void> {
  const { out, err } = context.streams;
  const kept: CellResult[] = [];
  const keeps = store === undefined && (flags.format === "json" || flags.plot !== undefined || planned <= TABLE_CELLS);
  const outcome: Outcome = {
    scenario,
    planned,
    finished: 0,
    shard: store?.manifest.shard ?? undefined,
    cells: (part) => store?.cells(part) ?? (part ? kept.filter(({ index }) => part.has(index)) : kept),
  };
  const failed = new FailedCells();
  const report = reportOf(flags.format, scenario, out, flags.y, planned, store?.part);
  const put = flags.format === "table" ? out.print : out.write;
  const progress = progressLine(err, flags.quiet);
  const interrupt = new Interrupt(() => {
    progress.above(() => say("stopping; press Ctrl-C again to exit at once"));
  });
  const { signal } = interrupt;
  const keepsFiles = flags.out !== undefined || flags.plot !== undefined;
  let isOutClosed = false;
  context.streams.onOutClosed(() => {
    isOutClosed = true;
    if (!keepsFiles) interrupt.abort();
  });

  const workers = flags.workers === "auto" ? undefined : flags.workers;
  const fresh = store === undefined || store.count < store.part.size;
  const written: string[] = [];
  if (fresh && flags.queue === undefined) {
    const text = expectedText(scenario, trials ? store?.part : store?.missing, workers);
    if (text !== undefined) say(err.colors.dim(text));
  }
  const turns = new Turns();
  let failure: unknown;
  let files: ResultFiles | undefined;
  let unwritten: unknown;
  try {
    await nextTask();
    signal.throwIfAborted();
    put(report.begin());
    if (store !== undefined && !store.sealed && store.manifest.shard === null)
      files = new ResultFiles(store.folder, scenario, { signal });
    for await (const { cell, json } of cellsOf(scenario, store, {
      signal,
      onProgress: trialsShown(progress, err, trials ? 0 : (store?.count ?? 0) * scenario.trials),
      trials,
      workers,
      queue: flags.queue,
      verify: flags.verify === undefined ? undefined : verifiedShare(flags.verify),
      onNote: (note) => progress.above(() => say(err.colors.dim(noteText(note)))),
    })) {
      outcome.finished++;
      failed.note(cell);
      trials?.note(cell);
      if (keeps) kept.push(cell);
      const text = report.cell(cell);
      if (text !== "") progress.above(() => put(text));
      try {
        if (json !== undefined && unwritten === undefined && files?.add(json, cell)) await files.rest();
      } catch (error) {
        signal.throwIfAborted();
        unwritten = error;
        files?.discard(); // it leaves its room to the cells, which are computed and kept all the same
      }
      // cells of a folder come without a pause
      if (turns.due) await turns.give(signal);
    }
    progress.stop();
    if (unwritten !== undefined) throw unwritten;
    const results = files;
    if (store !== undefined && results !== undefined) {
      const { written: names, undrawn } = await writeFolder(
        store.folder,
        outcome,
        flags.y,
        () => results.publish(),
        signal,
      );
      store.seal();
      written.push(...names);
      if (undrawn !== undefined) say(err.colors.dim(undrawn));
    }
  } catch (error) {
    if (!signal.aborted) failure = error;
  } finally {
    files?.discard();
  }
  progress.stop();
  outcome.finished = store?.count ?? outcome.finished;
  if (failure !== undefined && outcome.finished === 0) throw failure;
  if (trials !== undefined && failure === undefined) {
    trials.publish();
    written.push(flags.trialsOut as string);
    const { withoutTrials } = trials;
    if (withoutTrials > 0)
      say(
        `${err.colors.yellow("warning:")} the theory computed ${formatNumber(withoutTrials)} cells, which have no trials`,
      );
  }
  // What is finished is kept, whatever ended the run. To print many cells takes seconds, and a signal that comes meanwhile ends that.
  let isCut = false;
  if (failure === undefined || store === undefined) {
    const before = interrupt.exitCode;
    for (const text of report.end(outcome)) {
      put(text);
      if (turns.due) await turns.give();
      await (before === null ? unlessAborted(signal, out.taken()).catch(() => {}) : out.taken());
      isCut = isOutClosed || interrupt.exitCode !== before;
      if (isCut) break;
    }
  }
  if (flags.plot !== undefined && isComplete(outcome) && failure === undefined && !signal.aborted) {
    const file = flags.plot;
    await interrupt.untilStopped(async () => {
      const undrawn = await drawResults(file, scenario, outcome.cells, flags.y, signal);
      if (undrawn === undefined) written.push(file);
      else {
        // it was asked for by name, so that --quiet does not hide it
        err.print(`${file}: ${undrawn}\n`);
        context.exitCode = ExitCode.failed;
      }
    });
  }
  interrupt.dispose();
  if (written.length > 0) say(err.colors.dim(`wrote ${written.join(", ")}`));
  if (failure !== undefined || interrupt.exitCode !== null) {
    const queued = flags.queue === undefined ? "" : "; the workers continue with what is queued";
    const hint = store === undefined ? "" : `${queued}; ${resumeHint(store, flags.queue)}`;
    const cells = `${formatNumber(outcome.finished)} of ${formatNumber(store?.part.size ?? planned)} cells finished`;
    const count = isCut && !isOutClosed ? `${cells}, and not all of them printed` : cells;
    if (interrupt.exitCode !== null) err.print(`interrupted: ${count}${hint}\n`);
    else if (store !== undefined) err.print(`stopped: ${count}${hint}\n`);
    if (failure !== undefined) throw failure;
    context.exitCode = interrupt.exitCode as number;
    return;
  }
  failed.throwIfAny(outcome.finished);
  if (err.interactive && fresh && outcome.finished > 0) say(err.colors.dim(nextStep(context, flags, scenario, store)));
}

/** What is said before a run that takes more than a minute; undefined if it does not. */
function expectedText(scenario: Scenario, part: Part | undefined, workers: number | undefined): string | undefined {
  const threads = workers ?? availableParallelism();
  const seconds = expectedSeconds(scenario, part) / threads;
  if (seconds <= 60) return undefined;
  return `this takes about ${duration(seconds)} on ${counted(threads, "thread")}, by its sizes and the speed that bench/RESULTS.md measured`;
}

/** Shows how many trials are done, how many a second, and how long the others will take. */
function trialsShown(line: ProgressLine, { columns }: Terminal, already: number): (progress: Progress) => void {
  const start = performance.now();
  return ({ trialsDone, trialsTotal }) => {
    const { done, rate, left } = trialsText({ trialsDone, trialsTotal }, already, (performance.now() - start) / 1000);
    const text = columns >= 72 ? `${done} trials  ${rate}  ${left}` : `${done} trials  ${left}`;
    line.update(text, (already + trialsDone) / (already + trialsTotal));
  };
}

/** A cell and, if a store keeps it, its JSON there, which is good until the next cell. */
interface KeptCell {
  cell: CellResult;
  json?: Buffer;
}

/** All cells in the order of the plan: those of the store are read, the others computed and kept in it. */
async function* cellsOf(
  scenario: Scenario,
  store: Store | undefined,
  options: {
    signal: AbortSignal;
    onProgress: (progress: Progress) => void;
    workers: number | undefined;
    queue: string | undefined;
    trials: TrialsFile | undefined;
    verify: number | undefined;
    onNote: (note: QueueNote) => void;
  },
): AsyncGenerator<KeptCell> {
  const { trials } = options;
  if (
    store !== undefined &&
    trials === undefined &&
    (store.sealed || (store.count === store.part.size && options.queue === undefined))
  ) {
    for (const json of store.lines()) yield { cell: cellIn(json, store.folder), json };
    return;
  }
  if (store !== undefined && options.queue !== undefined) {
    yield* cellsOfQueue(store, { ...options, queue: options.queue });
    return;
  }
  const { runTogether } = await import("../../sweep/pool.js");
  const part = (trials ? store?.part : store?.missing) ?? wholePart(new Plan(scenario).length);
  const onTrials = trials && ((cell: Cell, values: readonly Trial[]) => trials.add(cell, values));
  let next = 0;
  for await (const cells of runTogether(scenario, { ...options, onTrials, part })) {
    for (const cell of cells) {
      const { index } = cell;
      const json = store && keptJson(store, cell);
      if (trials === undefined) for (; next < index; next++) if (store?.has(next)) yield keptCell(store, next);
      next = index + 1;
      yield { cell, json };
    }
  }
  if (store !== undefined && trials === undefined)
    for (; next < store.plan.length; next++) if (store.has(next)) yield keptCell(store, next);
}

/** Keeps a cell that its store does not have yet. @returns its JSON there, if files are still to be made of it */
function keptJson(store: Store, cell: CellResult): Buffer | undefined {
  if (store.sealed) return undefined; // computed again for its trials alone
  return store.has(cell.index) ? store.json(cell.index) : store.append(cell);
}

function keptCell(store: Store, index: number): KeptCell {
  const json = store.json(index);
  return { cell: cellIn(json, store.folder), json };
}

/** The cells of a run behind a queue in the order of the plan, each as soon as all before it are there. */
async function* cellsOfQueue(store: Store, options: QueueRunOptions): AsyncGenerator<KeptCell> {
  const { runOnQueue } = await import("../../sweep/queue/run.js");
  let next = 0;
  try {
    for await (const _ of runOnQueue(store, options)) {
      if (options.verify !== undefined) continue; // a cell may yet be taken back
      for (; store.has(next); next++) yield keptCell(store, next);
    }
  } catch (error) {
    if (!(error instanceof FailedCellsError)) throw error;
    for (; next < store.plan.length; next++) if (store.has(next)) yield keptCell(store, next);
    throw error;
  }
  for (; store.has(next); next++) yield keptCell(store, next);
}

/** @throws UsageError unless it is a share in (0, 1]. */
function verifiedShare(text: string): number {
  const expected = "a share above 0 and up to 1, such as 1%";
  const share = shareOf("--verify", text, expected);
  if (share > 0 && share <= 1) return share;
  throw wrongFlag("--verify", expected, text);
}

function checkFlags({ out, plot, resume, shard, queue, workers, trialsOut, verify }: RunFlags): void {
  if (trialsOut !== undefined && queue !== undefined)
    throw new UsageError(
      "--trials-out needs the trials, and the workers of --queue send back whole cells: leave one out",
    );
  if (trialsOut !== undefined && plot !== undefined && resolve(trialsOut) === resolve(plot))
    throw new UsageError(`--trials-out and --plot name the same file, ${trialsOut}`);
  if (verify !== undefined) {
    if (queue === undefined) throw new UsageError("--verify compares what the workers of --queue compute: add --queue");
    verifiedShare(verify);
  }
  if (resume && out === undefined) throw new UsageError("--resume continues the run in a folder: name it with --out");
  if (queue !== undefined) {
    if (out === undefined) throw new UsageError("--queue collects the results in a folder: name it with --out");
    if (shard !== undefined)
      throw new UsageError("--queue and --shard are two ways to use several machines: choose one");
    if (workers !== undefined)
      throw new UsageError("--workers is for pstar worker, which computes what --queue asks for");
    checkAddress(queue);
  }
  if (shard === undefined) return;
  if (out === undefined) throw new UsageError("--shard keeps its part of the cells in a folder: name it with --out");
  if (plot !== undefined) throw new UsageError("--plot draws a whole run, and --shard computes a part: merge first");
}

/** What would keep the figure from being drawn, found before anything is computed. */
async function checkFigure({ plot }: RunFlags, scenario: Scenario, inputs: readonly string[]): Promise<void> {
  if (plot === undefined) return;
  if (scenario.sweep === undefined && !hasTrajectory(scenario)) {
    throw new UsageError("--plot draws the curve of a sweep, and this scenario has none; for example", {
      lines: ["  --set 'sweep.generator.errorRate={from: 0, to: 1, steps: 11}'"],
    });
  }
  await checkWritable(plot, inputs);
}

function nextStep(context: Context, { out, plot }: RunFlags, { sweep }: Scenario, store: Store | undefined): string {
  if (store?.manifest.shard) return "when all shards are finished: pstar merge FOLDER... --out results";
  if (out !== undefined) return `run it again: pstar run ${shellWord(`${out}/config.yaml`)}`;
  if (plot === undefined && sweep !== undefined) return `plot it: ${commandWith(context, "--plot", "curve.png")}`;
  return `keep the numbers: ${commandWith(context, "--out", "results")}`;
}

const KINDS = [
  ["singular", SingularSystemError],
  ["diverged", DivergedError],
] as const;

/** Counts the cells that gave no weights. */
class FailedCells {
  readonly #counts = new Map<string, { count: number; message: string }>();

  note({ status, message }: CellResult): void {
    if (status !== "singular" && status !== "diverged") return;
    const entry = this.#counts.get(status) ?? { count: 0, message: message ?? status };
    entry.count++;
    this.#counts.set(status, entry);
  }

  /** The other cells stand, but a run with such cells has not done what was asked. */
  throwIfAny(cells: number): void {
    for (const [status, kind] of KINDS) {
      const entry = this.#counts.get(status);
      if (entry) throw new kind(`${entry.count} of ${cells} cells: ${entry.message}`);
    }
  }
}

type Environment = Record<string, string | undefined>;

/** A system that starts many copies of a program and tells each its number. */
interface Scheduler {
  name: string;
  /** Names of the variables: the number of this copy, how many there are, and from where the numbers count. */
  index: string;
  count: string;
  from: number | { variable: string; step: string };
}

const SCHEDULERS: readonly Scheduler[] = [
  {
    name: "Slurm array",
    index: "SLURM_ARRAY_TASK_ID",
    count: "SLURM_ARRAY_TASK_COUNT",
    from: { variable: "SLURM_ARRAY_TASK_MIN", step: "SLURM_ARRAY_TASK_STEP" },
  },
  { name: "AWS Batch array", index: "AWS_BATCH_JOB_ARRAY_INDEX", count: "AWS_BATCH_JOB_ARRAY_SIZE", from: 0 },
  { name: "Kubernetes Indexed Job", index: "JOB_COMPLETION_INDEX", count: "PSTAR_SHARDS", from: 0 },
  { name: "GitLab CI", index: "CI_NODE_INDEX", count: "CI_NODE_TOTAL", from: 1 },
  { name: "CircleCI", index: "CIRCLE_NODE_INDEX", count: "CIRCLE_NODE_TOTAL", from: 0 },
  { name: "Buildkite", index: "BUILDKITE_PARALLEL_JOB", count: "BUILDKITE_PARALLEL_JOB_COUNT", from: 0 },
  { name: "Azure Pipelines", index: "SYSTEM_JOBPOSITIONINPHASE", count: "SYSTEM_TOTALJOBSINPHASE", from: 1 },
];

/** The shard that `--shard` asks for: `i/n`, or `auto` for what the environment says; and who said it. */
export function shardOf(text: string, env: Environment): { shard: Shard; from: string | null } {
  if (text === "auto") return autoShard(env);
  const shard = readShard(text);
  if (shard === undefined) throw usage("--shard", "i/n with 1 ≤ i ≤ n, such as 2/7, or auto", text);
  return { shard, from: null };
}

function autoShard(env: Environment): { shard: Shard; from: string } {
  const own = env.PSTAR_SHARD;
  if (own !== undefined && own !== "") {
    const shard = readShard(own);
    if (shard === undefined) throw usage("PSTAR_SHARD", "i/n with 1 ≤ i ≤ n, such as 2/7", own);
    return { shard, from: "PSTAR_SHARD" };
  }
  const scheduler = SCHEDULERS.find(({ index }) => env[index] !== undefined && env[index] !== "");
  if (scheduler === undefined) {
    const names = SCHEDULERS.map(({ name, index }) => `${name} (${index})`).join(", ");
    throw new UsageError(`--shard auto finds no index in the environment: looked for PSTAR_SHARD=i/n, ${names}`);
  }
  return { shard: shardIn(scheduler, env), from: scheduler.name };
}

function shardIn({ name, index, count, from }: Scheduler, env: Environment): Shard {
  const number = (variable: string, fallback?: number): number => {
    const text = env[variable];
    if (text === undefined || text === "") {
      if (fallback !== undefined) return fallback;
      throw new UsageError(`--shard auto: ${index} is set (${name}), but ${variable}, the number of shards, is not`);
    }
    if (!/^\d{1,7}$/.test(text)) throw usage(variable, "a whole number", text);
    return Number(text);
  };
  const total = number(count);
  const [first, step] = typeof from === "number" ? [from, 1] : [number(from.variable), number(from.step, 1)];
  const shard = readShard(`${(number(index) - first) / step + 1}/${total}`);
  if (shard !== undefined) return shard;
  throw new UsageError(
    `--shard auto: ${index}=${env[index]} of ${count}=${env[count]} (${name}) is not a shard; ` +
      "indices must be consecutive; otherwise use --shard i/n",
  );
}

function usage(field: string, expected: string, got: string): UsageError {
  return new UsageError(`${field} must be ${expected}, got ${quote(got)}`, { field, expected, got });
}
