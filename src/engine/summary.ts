import type { Trial } from "../core/trials.js";
import { breakdownPoint, expectedErrorRate, expectedRates, verdict } from "../model/breakdown.js";
import type { Cell } from "../model/cells.js";
import { moments } from "../model/statistics.js";
import { ridgeSolver } from "./cell.js";
import { chooseEngine } from "./choose.js";
import type { CellResult, CellStatus, Convergence, Measures } from "./result.js";

/** What a cell's trials say together. */
export function summarize(cell: Cell, trials: readonly Trial[]): CellResult {
  const status = statusOf(trials);
  const message = messageOf(status, cell);
  const convergence = convergenceOf(cell, trials.filter(hasModel));
  const generations = trials[0]?.generations?.map((_, g) => ({
    generation: g + 1,
    ...measure(
      trials.map((trial) => trial.generations?.[g] ?? trial),
      g === 0 ? cell : undefined,
    ),
  }));
  return {
    index: cell.index,
    id: cell.id,
    params: cell.params,
    ...chooseEngine(cell.scenario),
    status,
    trials: trials.length,
    emptyTrials: trials.filter(({ generated, kept }) => generated > 0 && kept === 0).length,
    ...measure(trials, generations ? undefined : cell),
    ...(generations && { generations }),
    ...(convergence && { convergence }),
    ...(message && { message }),
  };
}

function hasModel({ status }: Trial): boolean {
  return status === "ok" || status === "not-converged";
}

/** Rates are pooled over the trials; where no row could realise one, what `cell` (if given) says it should be. */
function measure(trials: readonly Trial[], cell: Cell | undefined): Measures {
  const total = (count: (trial: Trial) => number) => trials.reduce((sum, trial) => sum + count(trial), 0);
  const judged = trials.filter(hasModel);
  const generated = total((trial) => trial.generated);
  const wrong = total((trial) => trial.wrong);
  const kept = total((trial) => trial.kept);
  const keptWrong = total((trial) => trial.keptWrong);

  const expected = cell && expectedRates(cell.scenario);
  const errorRate = ratio(wrong, generated) ?? (cell ? expectedErrorRate(cell.scenario) : null);
  const phi = ratio(kept - keptWrong, generated - wrong) ?? expected?.phi ?? null;
  const psi = ratio(keptWrong, wrong) ?? expected?.psi ?? null;
  const point = phi === null || psi === null ? null : breakdownPoint({ phi, psi });
  return {
    accuracy: moments(judged.map((trial) => trial.accuracy)),
    agreement: moments(judged.map((trial) => trial.agreement)),
    cosine: moments(judged.map((trial) => trial.cosine)),
    kept: { ...moments(trials.map((trial) => trial.kept)), share: ratio(kept, generated) ?? 0 },
    errorRate,
    phi,
    psi,
    breakdown: point,
    verdict: verdict(errorRate, point),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** The worst that happened in a trial; empty only where no trial had a row to learn from. */
function statusOf(trials: readonly Trial[]): CellStatus {
  if (trials.some(({ status }) => status === "diverged")) return "diverged";
  if (trials.some(({ status }) => status === "singular")) return "singular";
  return trials.every(({ status }) => status === "empty") ? "empty" : "ok";
}

function messageOf(status: CellStatus, { scenario }: Cell): string | undefined {
  if (status === "empty") return "the verifier kept no row in any trial, so there was nothing to learn from";
  if (status === "diverged") {
    return `the weights are not finite: learner.learningRate must be smaller, got ${scenario.learner.learningRate}`;
  }
  if (status !== "singular") return undefined;
  const { learner, generator, verifier } = scenario;
  const culprit = [
    ["learner", learner.kind === "ridge" && learner.lambda === 0],
    ["generator", generator.kind === "learned" && generator.lambda === 0],
    ["verifier", verifier.kind === "learned" && verifier.lambda === 0],
  ].find(([, at]) => at)?.[0];
  return (
    `the least-squares system is singular: fewer independent rows than data.dim = ${scenario.data.dim}, and no penalty; ` +
    `${culprit ?? "learner"}.lambda must be above 0, got 0`
  );
}

function convergenceOf({ scenario }: Cell, judged: readonly Trial[]): Convergence | undefined {
  const { kind } = scenario.learner;
  const direct = chooseEngine(scenario).engine === "direct";
  const iterative =
    kind === "logistic" || (kind === "ridge" && direct && ridgeSolver(scenario) === "conjugate-gradients");
  if (!iterative) return undefined;
  const iterations = moments(judged.map((trial) => trial.iterations)).mean;
  return {
    converged: judged.filter(({ status }) => status === "ok").length,
    iterations,
    gradientNorm: judged.reduce((worst, trial) => Math.max(worst, trial.gradientNorm), 0),
  };
}
