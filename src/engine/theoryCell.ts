import type { Core } from "../core/core.js";
import type { Cell } from "../model/cells.js";
import type { Moments } from "../model/statistics.js";
import { chooseEngine } from "./choose.js";
import type { CellResult, Measures } from "./result.js";
import { type Band, theoryBands } from "./spread.js";
import { type Theory, theoryApplies, theoryRounds } from "./theory.js";

/**
 * Cells as the theory has them: one value in place of trials, so no spread but, of several generations, a band. They cross into the core together.
 */
export function theoryCells(core: Core, cells: readonly Cell[]): CellResult[] {
  const answers = theoryRounds(
    core,
    cells.map(({ scenario }) => scenario),
  );
  return cells.map((cell, i) => resultOf(cell, answers[i], theoryBands(core, cell.scenario)));
}

function resultOf(cell: Cell, rounds: readonly Theory[], bands: readonly (Band | undefined)[]): CellResult {
  const { samples } = cell.scenario;
  const answer = rounds[rounds.length - 1];
  const empty = answer.status === "empty";
  const withBand = (g: number) => (bands[g] === undefined ? {} : { band: bands[g] });
  const generations = rounds.map((round, g) => ({ generation: g + 1, ...withBand(g), ...measures(round, samples) }));
  return {
    index: cell.index,
    id: cell.id,
    params: cell.params,
    ...chooseEngine(cell.scenario),
    status: empty ? "empty" : "ok",
    trials: 0,
    emptyTrials: 0,
    ...withBand(rounds.length - 1),
    ...measures(answer, samples),
    ...(rounds.length > 1 && { generations }),
    ...(empty && { message: "the verifier keeps less than one row, so there is nothing to learn from" }),
    ...(answer.status === "not-converged" && { message: "the equations of the limit were not solved to 1e-9" }),
  };
}

/** The result of a drawn cell with the theory's accuracy beside each of its generations, where there is one. */
export function besideTheory(core: Core, cell: Cell, result: CellResult): CellResult {
  if (!result.generations) return result;
  if (theoryApplies(cell.scenario) !== undefined) return result;
  const [rounds] = theoryRounds(core, [cell.scenario]);
  const generations = result.generations.map((round, g) => ({ ...round, theory: rounds[g].accuracy }));
  return { ...result, theory: generations.at(-1)?.theory, generations };
}

function measures(answer: Theory, samples: number): Measures {
  const kept = answer.keepRate * samples;
  return {
    accuracy: exactly(answer.accuracy),
    agreement: exactly(answer.agreement),
    cosine: exactly(answer.cosine),
    kept: { mean: kept, sd: null, se: null, share: answer.keepRate },
    errorRate: answer.errorRate,
    phi: answer.phi,
    psi: answer.psi,
    breakdown: answer.breakdown,
    verdict: answer.verdict,
  };
}

function exactly(mean: number | null): Moments {
  return { mean, sd: null, se: null };
}
