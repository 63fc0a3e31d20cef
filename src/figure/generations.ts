import type { CellResult } from "../engine/result.js";
import type { Scenario } from "../model/scenario.js";
import { sweepAxes } from "../model/sweep.js";

/** Above this many, a table shows the generations 1, 2, 5, 10, 20, 50 … and the last. */
const SHOWN_WHOLE = 12;

/** Whether cells have a trajectory to show: several generations, their number not itself what is varied. */
export function hasTrajectory(scenario: Scenario): boolean {
  return scenario.generations > 1 && !("generations" in sweepAxes(scenario));
}

/** The scenario as if `generation` were one more swept setting, along the horizontal axis. */
export function unfoldedScenario(scenario: Scenario): Scenario {
  if (!hasTrajectory(scenario)) return scenario;
  const all = Array.from({ length: scenario.generations }, (_, i) => i + 1);
  return { ...scenario, sweep: { ...scenario.sweep, generation: all }, plot: { x: "generation" } };
}

/** One cell for each generation of each cell, in order. */
export function unfoldedCells(cells: readonly CellResult[]): CellResult[] {
  return cells.flatMap((cell) => {
    const { generations, ...last } = cell;
    if (!generations) return [cell];
    return generations.map(({ generation, ...measures }) => ({
      ...last,
      ...measures,
      params: { ...cell.params, generation },
    }));
  });
}

/** The generations that a table shows. */
export function inTable({ params }: CellResult, { generations }: Scenario): boolean {
  const generation = params.generation as number;
  if (generations <= SHOWN_WHOLE || generation === undefined || generation === generations) return true;
  return /^[125]0*$/.test(String(generation));
}
