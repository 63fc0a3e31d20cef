import { CORE_HASH } from "../core/bytes.generated.js";
import { CLASSES_CORE_HASH } from "../core/classes.generated.js";
import type { Core } from "../core/core.js";
import { ConfigError } from "../core/errors.js";
import { nextTask, SLICE, Turns } from "../core/slices.js";
import type { Trial } from "../core/trials.js";
import { VERSION } from "../core/version.generated.js";
import { type Cell, type Part, Plan, wholePart } from "../model/cells.js";
import { hasClasses } from "../model/classes.js";
import { parseScenario, type Scenario, type ScenarioInput } from "../model/scenario.js";
import { besideTheory, CellTrials, summarize, theoryCells } from "./cell.js";
import { checkEnginesInSlices, chooseEngine } from "./choose.js";
import { engineReason } from "./reasons.js";
import type { CellResult, RunResult } from "./result.js";

/** How far a run has come; where it computes a part of a plan, of that part. */
export interface Progress {
  trialsDone: number;
  trialsTotal: number;
  cellsDone: number;
  cellsTotal: number;
}

/** What computes the cells of several classes; `loadClasses` of `pstar/classes` starts it. */
export interface ClassesEngine {
  /** The trials of one cell; it holds the core until `close()`. */
  trials(cell: Pick<Cell, "id" | "scenario">): { run(first: number, count: number): Trial[]; close(): void };
  /** The theory's answer to a cell. */
  theory(cell: Cell): CellResult;
  /** What a cell's trials say together. */
  summarize(cell: Cell, trials: readonly Trial[]): CellResult;
  /** Another instance, with a memory of its own. */
  another(): Promise<ClassesEngine>;
}

export interface RunOptions {
  /** Ends the run between two trials; cells yielded before that stand. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /**
   * Told the trials of each cell in their order, before the cell is yielded. Not called for a cell that the theory computes, which has
   * none. The trials are the caller's.
   */
  onTrials?: (cell: Cell, trials: readonly Trial[]) => void;
  /** The cells to compute, by their positions in the plan; left out, all of them. */
  part?: Part;
  /** What a scenario with a section `classes` needs: `await loadClasses()` of `pstar/classes`. */
  classes?: ClassesEngine;
  /** False: the theory of several generations comes without `band`, for which 200 trials are drawn. Default true. */
  bands?: boolean;
}

/** Cells that the theory answers in one go, at most: those of logistic regression take milliseconds each. */
const BATCH = 256;

/**
 * Computes a scenario cell by cell, in order, on this thread. Several runs may be under way at once.
 *
 * @param scenario As in a scenario file; what is left out takes its default.
 * @param options `signal` ends the run between two trials (one trial of many rows is not cut short: run such on a worker); `onProgress` is told how far it is.
 * @throws ConfigError if the scenario is not valid; nothing has been computed then.
 */
export async function* run(core: Core, scenario: ScenarioInput, options: RunOptions = {}): AsyncGenerator<CellResult> {
  const resolved = parseScenario(scenario);
  for await (const cells of runOnThread(await core.another(), resolved, options)) yield* cells;
}

/**
 * Computes a scenario's cells in order on this thread, giving the event loop its turn every few hundredths of a second.
 * How the trials are sliced has no influence on what they give.
 *
 * @returns Cells that were computed together in one piece: to wait for each of a million takes a second.
 */
export async function* runOnThread(
  core: Core,
  scenario: Scenario,
  options: RunOptions = {},
): AsyncGenerator<CellResult[]> {
  const { signal, onProgress, bands = true } = options;
  await checkEnginesInSlices(scenario, signal);
  const several = hasClasses(scenario) ? await classesIn(options) : undefined;
  const plan = new Plan(scenario);
  const part = options.part ?? wholePart(plan.length);
  const trialsTotal = part.size * scenario.trials;
  let trialsDone = 0;
  let cellsDone = 0;
  const report = () => onProgress?.({ trialsDone, trialsTotal, cellsDone, cellsTotal: part.size });
  const turns = new Turns();
  const pace = { cells: 1 };
  await nextTask(); // planning many cells takes a while
  for (const cells of batches(plan.cells(part), pace)) {
    signal?.throwIfAborted();
    const [cell] = cells;
    if (chooseEngine(cell.scenario).engine === "theory") {
      const start = performance.now();
      const answers = several ? cells.map((one) => several.theory(one)) : theoryCells(core, cells, bands);
      pace.cells = paced(cells.length, performance.now() - start, BATCH);
      yield answers;
      trialsDone += cells.length * scenario.trials;
      cellsDone += cells.length;
      if (!turns.due) continue;
      report();
      await turns.give();
      continue;
    }
    const trials: Trial[] = [];
    const run = several?.trials(cell) ?? new CellTrials(core, cell);
    try {
      let size = 1;
      while (trials.length < scenario.trials) {
        const count = Math.min(size, scenario.trials - trials.length);
        const start = performance.now();
        trials.push(...run.run(trials.length, count));
        size = paced(count, performance.now() - start, 1000);
        trialsDone += count;
        if (!turns.due) continue;
        report();
        await turns.give(signal);
      }
    } finally {
      run.close();
    }
    cellsDone++;
    options.onTrials?.(cell, trials);
    yield [several?.summarize(cell, trials) ?? besideTheory(core, cell, summarize(cell, trials))];
  }
  report();
}

/** An engine for several classes that belongs to one run. @throws ConfigError if the options have none */
function classesIn({ classes }: RunOptions): Promise<ClassesEngine> {
  if (classes === undefined) throw new ConfigError(engineReason("classes-need-their-core"), { field: "classes" });
  return classes.another();
}

/** How many fill a slice, after `count` of them took that many milliseconds. */
function paced(count: number, took: number, most: number): number {
  return Math.max(1, Math.min(most, Math.round((count * SLICE) / Math.max(took, 0.01))));
}

/** Cells of the theory that follow one another, as many together as the pace says; cells that are drawn, one by one. */
function* batches(cells: Iterable<Cell>, pace: { cells: number }): Generator<Cell[]> {
  let batch: Cell[] = [];
  for (const cell of cells) {
    const together = chooseEngine(cell.scenario).engine === "theory";
    if (batch.length > 0 && (!together || batch.length >= pace.cells)) {
      yield batch;
      batch = [];
    }
    if (together) batch.push(cell);
    else yield [cell];
  }
  if (batch.length > 0) yield batch;
}

/** Puts a run's cells together with its scenario and where it comes from. */
export function runResult(scenario: Scenario, cells: CellResult[]): RunResult {
  return {
    schema: "pstar/result@1",
    config: scenario,
    cells,
    provenance: {
      version: VERSION,
      coreHash: coreHashOf(scenario),
      engine: enginesOf(scenario, cells),
      seed: scenario.seed,
    },
  };
}

/** SHA-256 of the core that computes a scenario. */
export function coreHashOf(scenario: Scenario): string {
  return hasClasses(scenario) ? CLASSES_CORE_HASH : CORE_HASH;
}

/** The engine that computed the cells; several are named one behind the other. */
function enginesOf(scenario: Scenario, cells: CellResult[]): string {
  const engines = new Set(cells.map(({ engine }) => engine));
  return engines.size === 0 ? scenario.engine : [...engines].sort().join(", ");
}

/** The whole result of a run, as `pstar run --format json` prints it. */
export async function collect(core: Core, scenario: ScenarioInput, options: RunOptions = {}): Promise<RunResult> {
  const resolved = parseScenario(scenario);
  const cells: CellResult[] = [];
  for await (const cell of run(core, scenario, options)) cells.push(cell);
  return runResult(resolved, cells);
}
