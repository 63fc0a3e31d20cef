import type { Core } from "../core/core.js";
import type { Cell } from "../model/cells.js";
import { chooseEngine } from "./choose.js";
import type { CellResult, Measures, Moments } from "./result.js";
import { type Theory, theory, trajectory } from "./theory.js";

/** A cell as the theory has it: one value in place of trials, so no spread. */
export function theoryCell(core: Core, cell: Cell): CellResult {
  const { scenario } = cell;
  const rounds = scenario.generations > 1 ? trajectory(core, scenario) : undefined;
  const answer = rounds?.at(-1) ?? theory(core, scenario);
  const empty = answer.status === "empty";
  const generations = rounds?.map((round, g) => ({ generation: g + 1, ...measures(round, scenario.samples) }));
  return {
    index: cell.index,
    id: cell.id,
    params: cell.params,
    ...chooseEngine(scenario),
    status: empty ? "empty" : "ok",
    trials: 0,
    emptyTrials: 0,
    ...measures(answer, scenario.samples),
    ...(generations && { generations }),
    ...(empty && { message: "the verifier keeps less than one row, so there is nothing to learn from" }),
    ...(answer.status === "not-converged" && { message: "the equations of the limit were not solved to 1e-9" }),
  };
}

/** The result of a drawn cell with the theory's accuracy beside each of its generations, where there is one. */
export function besideTheory(core: Core, cell: Cell, result: CellResult): CellResult {
  if (!result.generations) return result;
  const rounds = trajectory(core, cell.scenario);
  if (!rounds) return result;
  const generations = result.generations.map((round, g) => ({ ...round, theory: rounds[g].accuracy }));
  return { ...result, theory: generations.at(-1)?.theory, generations };
}

function measures(answer: Theory, samples: number): Measures {
  const { accuracy, agreement, cosine, keepRate, errorRate, phi, psi, breakdown, verdict } = answer;
  return {
    accuracy: exactly(accuracy),
    agreement: exactly(agreement),
    cosine: exactly(cosine),
    kept: { ...exactly(keepRate * samples), share: keepRate },
    errorRate,
    phi,
    psi,
    breakdown,
    verdict,
  };
}

function exactly(mean: number | null): Moments {
  return { mean, sd: null, se: null };
}
