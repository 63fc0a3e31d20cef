import type { Core } from "../core/core.js";
import type { Cell } from "../model/cells.js";
import { chooseEngine } from "./choose.js";
import type { CellResult, Moments } from "./result.js";
import { theory } from "./theory.js";

/** A cell as the theory has it: one value in place of trials, so no spread. */
export function theoryCell(core: Core, cell: Cell): CellResult {
  const { scenario } = cell;
  const answer = theory(core, scenario);
  const empty = answer.status === "empty" || (answer.keepRate === 0 && scenario.realSamples === 0);
  return {
    index: cell.index,
    id: cell.id,
    params: cell.params,
    ...chooseEngine(scenario),
    status: empty ? "empty" : "ok",
    trials: 0,
    emptyTrials: 0,
    accuracy: exactly(answer.accuracy),
    agreement: exactly(answer.agreement),
    cosine: exactly(answer.cosine),
    kept: { ...exactly(answer.keepRate * scenario.samples), share: answer.keepRate },
    errorRate: answer.errorRate,
    phi: answer.phi,
    psi: answer.psi,
    breakdown: answer.breakdown,
    verdict: answer.verdict,
    ...(empty && { message: "the verifier keeps no row, so there is nothing to learn from" }),
    ...(answer.status === "not-converged" && { message: "the equations of the limit were not solved to 1e-9" }),
  };
}

function exactly(mean: number | null): Moments {
  return { mean, sd: null, se: null };
}
