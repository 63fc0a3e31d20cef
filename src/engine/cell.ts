import type { Core } from "../core/core.js";
import { ConfigError } from "../core/errors.js";
import { type Trial, TrialRun, type TrialStatus } from "../core/trials.js";
import { breakdownPoint, expectedErrorRate, expectedRates, verdict } from "../model/breakdown.js";
import { type Cell, idWords } from "../model/cells.js";
import { type ExperimentSetting, kernelExperiment } from "../model/experiment.js";
import type { LearnerKind } from "../model/kinds.js";
import { type Moments, moments } from "../model/statistics.js";
import { chooseEngine } from "./choose.js";
import { engineReason } from "./reasons.js";
import type { CellResult, CellStatus, Convergence, Measures } from "./result.js";
import { type Band, bandsOf, theoryBands } from "./spread.js";
import { type Theory, theoryApplies, theoryRounds } from "./theory.js";

/** The trials of one cell, by the direct or the reduced engine. Holds the core until `close()`. */
export class CellTrials {
  readonly #trials: TrialRun;
  readonly #key: { seed: number; cell: [number, number] };

  /** @throws MemoryLimitError if the cell does not fit into the core's memory. */
  constructor(core: Core, { id, scenario }: Pick<Cell, "id" | "scenario">) {
    if (scenario.classes !== undefined)
      throw new ConfigError(engineReason("classes-need-their-core"), { field: "classes" });
    const { engine } = chooseEngine(scenario);
    this.#key = { seed: scenario.seed, cell: idWords(id) };
    this.#trials =
      engine === "reduced"
        ? TrialRun.reduced(core, kernelExperiment(scenario))
        : TrialRun.direct(core, kernelExperiment(withSolver(scenario)));
  }

  /** Trials `first` … `first + count − 1`; each depends on the cell, the seed and its own number alone. */
  run(first: number, count: number): Trial[] {
    return this.#trials.run(this.#key, first, count);
  }

  close(): void {
    this.#trials.close();
  }
}

/** The rows that conjugate gradients keep: up to a gigabyte, a quarter of what a core can have; Cholesky keeps d² alone. */
const KEPT_BYTES = 2 ** 30;
/** log(2/ε) for the tolerance ε = 1e-6 of the conjugate gradients in f32. */
const LOG_TOLERANCE = 14.5;

/**
 * How the ridge system is solved if the scenario leaves it to us. Cholesky costs M·d² + d³ operations, measured alike; each
 * conjugate-gradient step costs 4·M·d. Of these M are enough, the rank of the rows, or ½√κ·log(2/ε), κ being the condition number that
 * the Marchenko–Pastur law gives for the kept rows in their span; of that number twice as many are counted, as a margin. In f64, and
 * where nothing bounds κ, Cholesky. test/api/cost.test.ts holds the choice to what bench/MAP.md measured of both over the sizes.
 */
export function ridgeSolver(setting: ExperimentSetting): "cholesky" | "conjugate-gradients" {
  const { data, learner, precision } = setting;
  if (learner.solver === "cholesky" || learner.solver === "conjugate-gradients") return learner.solver;
  const rows = setting.samples + setting.realSamples;
  const bytes = 4 * rows * data.dim;
  if (precision === "f64" || learner.lambda === 0 || data.covariance !== "identity" || bytes > KEPT_BYTES) {
    return "cholesky";
  }
  const ratio = Math.sqrt(data.dim / rows);
  const signal = data.kind === "mixture" ? data.meanNorm * data.meanNorm : 0;
  const largest = (1 + ratio) * (1 + ratio) + signal + learner.lambda;
  const smallest = (1 - ratio) * (1 - ratio) + learner.lambda;
  const steps = Math.min(rows, Math.sqrt(largest / smallest) * LOG_TOLERANCE);
  return 4 * steps < data.dim + (data.dim * data.dim) / rows ? "conjugate-gradients" : "cholesky";
}

/** The setting with its solver decided. */
export function withSolver<S extends ExperimentSetting>(setting: S): S {
  if (setting.learner.kind !== "ridge") return setting;
  return { ...setting, learner: { ...setting.learner, solver: ridgeSolver(setting) } };
}

/** What a cell's trials say together. */
export function summarize(cell: Cell, trials: readonly Trial[]): CellResult {
  const status = statusOf(trials);
  const message = messageOf(status, cell);
  const convergence = convergenceOf(cell, trials.filter(hasModel));
  const bands = bandsOf(trials);
  const generations = trials[0]?.generations?.map((_, g) => ({
    generation: g + 1,
    ...withBand(bands, g),
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
    ...withBand(bands, bands.length - 1),
    ...measure(trials, generations ? undefined : cell),
    ...(generations && { generations }),
    ...(convergence && { convergence }),
    ...(message && { message }),
  };
}

/** Whether a trial has weights. */
export function hasModel({ status }: Trial): boolean {
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
    norm: moments(judged.map((trial) => trial.norm)),
    risk: moments(judged.map((trial) => trial.risk).filter(Number.isFinite)),
    calibration: moments(judged.map((trial) => trial.calibration).filter(Number.isFinite)),
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

function smallerRate({ scenario }: Pick<Cell, "scenario">): string {
  return `learner.learningRate must be smaller, got ${scenario.learner.learningRate}`;
}

function messageOf(status: CellStatus, { scenario }: Cell): string | undefined {
  if (status === "empty") return "the verifier kept no row in any trial, so there was nothing to learn from";
  if (status === "diverged") {
    return `the weights are not finite: ${smallerRate({ scenario })}`;
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

/**
 * Cells as the theory has them: one value in place of trials, without a spread, and of several generations a band. They cross into the core together.
 */
export function theoryCells(core: Core, cells: readonly Cell[], bands = true): CellResult[] {
  const answers = theoryRounds(
    core,
    cells.map(({ scenario }) => scenario),
  );
  return cells.map((cell, i) => resultOf(cell, answers[i], bands ? theoryBands(core, cell.scenario) : []));
}

/** Why an answer of the theory is not to be trusted, by learner. */
const NOT_SOLVED: { logistic: string } & { [Kind in LearnerKind]?: string } = {
  logistic: "the equations of the limit were not solved to 1e-9",
  sgd: "the limit could not be followed over so many rows",
};

function resultOf(cell: Cell, rounds: readonly Theory[], bands: readonly (Band | undefined)[]): CellResult {
  const { samples } = cell.scenario;
  const { engine, reason } = chooseEngine(cell.scenario);
  const answer = rounds[rounds.length - 1];
  const { status } = answer;
  const result = {
    index: cell.index,
    id: cell.id,
    params: cell.params,
    engine,
    reason,
    status: status === "empty" || status === "diverged" ? status : "ok",
    trials: 0,
    emptyTrials: 0,
  } as CellResult;
  addMeasures(result, answer, samples, bands[rounds.length - 1]);
  if (rounds.length > 1)
    result.generations = rounds.map((round, g) => {
      const generation = { generation: g + 1 } as NonNullable<CellResult["generations"]>[number];
      addMeasures(generation, round, samples, bands[g]);
      return generation;
    });
  const message = messageOfTheory(answer.status, cell);
  if (message !== undefined) result.message = message;
  return result;
}

function messageOfTheory(status: TrialStatus, cell: Cell): string | undefined {
  if (status === "empty") return "the verifier keeps less than one row, so there is nothing to learn from";
  if (status === "diverged") return `the weights grow without a bound: ${smallerRate(cell)}`;
  if (status !== "not-converged") return undefined;
  return NOT_SOLVED[cell.scenario.learner.kind] ?? NOT_SOLVED.logistic;
}

function withBand(bands: readonly (Band | undefined)[], g: number): { band?: Band } {
  return bands[g] === undefined ? {} : { band: bands[g] };
}

/** The result of a drawn cell with the theory's accuracy beside each of its generations, where there is one. */
export function besideTheory(core: Core, cell: Cell, result: CellResult): CellResult {
  if (!result.generations) return result;
  if (theoryApplies(cell.scenario) !== undefined) return result;
  const [rounds] = theoryRounds(core, [cell.scenario]);
  const generations = result.generations.map((round, g) => ({ ...round, theory: rounds[g].accuracy }));
  return { ...result, theory: generations.at(-1)?.theory, generations };
}

/** Member by member, as spreading objects into one another takes longer than the theory itself. */
function addMeasures(result: Measures, answer: Theory, samples: number, band: Band | undefined): void {
  if (band !== undefined) result.band = band;
  result.accuracy = exactly(answer.accuracy);
  result.agreement = exactly(answer.agreement);
  result.cosine = exactly(answer.cosine);
  result.norm = exactly(answer.norm);
  result.risk = exactly(answer.risk);
  result.calibration = exactly(answer.calibration);
  result.kept = { mean: answer.keepRate * samples, sd: null, se: null, share: answer.keepRate };
  result.errorRate = answer.errorRate;
  result.phi = answer.phi;
  result.psi = answer.psi;
  result.breakdown = answer.breakdown;
  result.verdict = answer.verdict;
}

function exactly(mean: number | null): Moments {
  return { mean, sd: null, se: null };
}
