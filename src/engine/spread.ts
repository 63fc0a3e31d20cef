import type { Core } from "../core/core.js";
import { type Trial, TrialRun } from "../core/trials.js";
import { kernelExperiment } from "../model/experiment.js";
import type { CellScenario } from "../model/scenario.js";
import { moments, quantile } from "../model/statistics.js";
import { engineFault } from "./choose.js";
import type { Measures } from "./result.js";

// Over generations the chance of the first rounds can decide which way the later ones go: docs/theory.md, section 9. The
// theory has no spread, so trials of the reduced engine stand behind its line.

/** Trials behind a line of the theory. */
export const SPREAD_TRIALS = 200;
/** Rows that they may draw for one cell of a run: some tenths of a second. */
const MOST_DRAWN = 2e7;

/** In place of a cell's identity, which is a hash: these trials are of no cell. */
const STREAMS = { verdict: 0x61744e, band: 0x62616e };

/** Trials of the reduced engine that are of no cell; the same for the same scenario. @param which Tells two scenarios of one seed apart. */
export function spreadTrials(core: Core, cell: CellScenario, purpose: keyof typeof STREAMS, which = 0): Trial[] {
  const run = TrialRun.reduced(core, kernelExperiment(cell));
  try {
    return run.run({ seed: cell.seed, cell: [STREAMS[purpose], which] }, 0, SPREAD_TRIALS);
  } finally {
    run.close();
  }
}

/** The rows that they draw. */
export function rowsOfSpread({ generations, samples, realSamples }: CellScenario): number {
  return SPREAD_TRIALS * generations * (samples + realSamples);
}

export type Band = NonNullable<Measures["band"]>;

/** What 95 of 100 trials come to after a generation; undefined if fewer than two of them have a model. */
export function bandOf(trials: readonly Pick<Trial, "status" | "accuracy">[]): Band | undefined {
  const values = trials
    .filter(({ status }) => status === "ok" || status === "not-converged")
    .map(({ accuracy }) => accuracy);
  const { sd } = moments(values);
  return sd === null
    ? undefined
    : { low: quantile(values, 0.025), high: quantile(values, 0.975), sd, trials: values.length };
}

/**
 * The bands around the theory's line over the generations of a cell, from trials of the reduced engine, which has the law of the
 * direct one; none if there is a single generation, or if the trials would take longer than some tenths of a second.
 */
export function theoryBands(core: Core, cell: CellScenario): (Band | undefined)[] {
  if (cell.generations === 1 || engineFault("reduced", cell) !== undefined || rowsOfSpread(cell) > MOST_DRAWN)
    return [];
  return bandsOf(spreadTrials(core, cell, "band"));
}

/** A band for each generation of trials. */
export function bandsOf(trials: readonly Trial[]): (Band | undefined)[] {
  return trials[0]?.generations?.map((_, g) => bandOf(trials.map((trial) => trial.generations?.[g] ?? trial))) ?? [];
}
